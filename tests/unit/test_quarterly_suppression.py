"""What the quarter's documents hide: nothing of a suppressed cell, and nothing that would tell it."""

import pyarrow as pa
import pytest

from panhuo.quarterly_report.documents import write_documents
from panhuo.quarterly_report.readback import PAGE, SCHEMA, WORKBOOK, read_page, read_workbook, report_figures
from panhuo.quarterly_report.telling import told_cells
from tests.fixtures.quarters import MADE_BY, quarter_marts, write_quarter

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    return write_quarter(tmp_path_factory.mktemp("quarter") / "w.duckdb")


@pytest.fixture(scope="module")
def folder(warehouse, tmp_path_factory):
    """The documents of the small quarter."""
    out = tmp_path_factory.mktemp("report")
    write_documents(warehouse, out, MADE_BY)
    return out


def test_suppressed_cells_are_in_neither_document(folder):
    for read, name in ((read_page, PAGE), (read_workbook, WORKBOOK)):
        figures = list(read(folder / name))
        hidden = {figure.scope_code for figure in figures if figure.value is None}
        assert hidden == {"U1", "34", "U3", "11", "institute|False", "institute|True"}
        assert not [figure for figure in figures if figure.scope_code in hidden and figure.value is not None]


def test_a_blank_tells_nothing_of_a_suppressed_cell(tmp_path):
    """An interval stands below 100 patents only, and no rate where there are none: hidden rows are starred alike."""
    marts = quarter_marts()
    for row in marts["fct_quarterly_statistics"]:
        if row["scope_code"] in ("U1", "34"):
            row |= {"wilson_low": None, "wilson_high": None}
        if row["scope_code"] in ("U3", "11") and row["statistic_id"] == "implementation":
            row |= {"numerator_count": 0, "denominator_count": 0, "rate": None, "wilson_low": None, "wilson_high": None}
    write_documents(write_quarter(tmp_path / "w.duckdb", marts), tmp_path, MADE_BY)
    starred = {}
    for figure in read_workbook(tmp_path / WORKBOOK):
        if figure.is_hidden and figure.scope_code in ("U1", "U3", "34", "11"):
            starred.setdefault((figure.subject, figure.scope_kind, figure.scope_code), set()).add(figure.column)
    assert {"rate", "wilson_low", "wilson_high"} <= starred["implementation", "institution", "U3"]
    for (subject, kind, code), columns in starred.items():
        partner = {"U1": "U3", "U3": "U1", "34": "11", "11": "34"}[code]
        assert columns == starred[subject, kind, partner], (subject, kind, code)


@pytest.mark.parametrize(
    ("shown", "given_away"),
    [
        ((), set()),
        ((("institution", "U1"),), {("institution", "U3"), ("province", "34"), ("province", "11")}),
        ((("province", "11"),), {("institution", "U1"), ("institution", "U3"), ("province", "34")}),
    ],
    ids=["as written", "the partner", "the province of one"],
)
def test_what_shown_cells_tell_of_hidden_ones_is_found(shown, given_away, warehouse, folder):
    """U1 and U3 are alone in their provinces: showing either of one pair tells the other, and so both provinces."""
    rows = report_figures(folder).to_pylist()
    for row in rows:
        if (row["scope_kind"], row["scope_code"]) in shown and row["measure"] == "numerator_count":
            row["figure"] = 1.0
    found = told_cells(warehouse, pa.Table.from_pylist(rows, schema=SCHEMA)).to_pylist()
    assert {row["measure"] for row in found} == ({"numerator_count"} if shown else set())
    assert {(row["scope_kind"], row["scope_code"]) for row in found} == given_away
