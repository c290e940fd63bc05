"""Checks of the quarter's report pass on its own documents and fail where a figure is another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from expectations.definition import load_gate
from panhuo.quarterly_report.documents import write_documents
from panhuo.quarterly_report.policy import load_report_policy
from panhuo.quarterly_report.readback import PAGE, WORKBOOK, report_cases, report_figures, report_matters
from tests.fixtures.gates import Break, Months, Tables, drop, put, query_of
from tests.fixtures.quarters import MADE_BY, quarter_marts, write_quarter

GATE, TABLE = "G4_statistics", "report.report_figures"
ARE, HIDDEN, COMPLETE = (
    f"G4.{TABLE}.{name}" for name in ("figures_are_the_marts", "suppressed_cells_are_hidden", "reports_complete")
)
CASES = "report.report_cases"
TRUE, SECRET, LISTED = (
    f"G4.{CASES}.{name}" for name in ("cases_are_the_marts", "cases_of_suppressed_cells_are_hidden", "cases_complete")
)
MATTERS = "report.report_matters"
PREPARED = f"G4.{MATTERS}.matters_are_the_marts"
TOLD, STATED = "report.told_cells", "raw_dispatches.quarterly_statistics"
ARE_SAFE = f"G4.{TOLD}.no_hidden_cell_is_told"
NATION = {"document": PAGE, "scope_code": "CN"}
QUERIES = [query for query in load_gate(GATE).queries if query.table in (TABLE, CASES, TOLD, MATTERS)]


def tell(figure: float | None, **place: str) -> Break:
    """State another figure in the first place of that kind."""

    def apply(tables: Tables) -> None:
        found = [row for row in tables[TABLE] if place.items() <= row.items()]
        found[0]["figure"] = figure

    return apply


def leave_out(**place: str) -> Break:
    """Leave a place out of a document."""

    def apply(tables: Tables) -> None:
        tables[TABLE] = [row for row in tables[TABLE] if not place.items() <= row.items()]

    return apply


def count_again(table: str, column: str, value: Any) -> Break:
    """The first row of a mart becomes another after the documents were written."""

    def apply(tables: Tables) -> None:
        tables[table][0][column] = value

    return apply


def tell_case(**changes: str) -> Break:
    """State the first case of the page with other words."""

    def apply(tables: Tables) -> None:
        tables[CASES][0] |= changes

    return apply


def doubt(table: str, **changes: Any) -> Break:
    """Every row of a table becomes another after the documents were written."""

    def apply(tables: Tables) -> None:
        for row in tables[table]:
            row |= changes

    return apply


def suppress(kind: str, code: str) -> Break:
    """A cell is suppressed after the documents were written."""

    def apply(tables: Tables) -> None:
        for row in tables["fct_quarterly_statistics"]:
            row["is_suppressed"] |= (row["scope_kind"], row["scope_code"]) == (kind, code)

    return apply


def forget(place: str) -> Break:
    """A cell is in no figure."""

    def apply(tables: Tables) -> None:
        tables["fct_quarterly_statistics"] = [
            row for row in tables["fct_quarterly_statistics"] if row["scope_code"] != place
        ]

    return apply


def tell_hidden(tables: Tables) -> None:
    """The case of the suppressed institution is printed."""
    (hidden,) = (row for row in tables["fct_quarter_cases"] if row["is_suppressed"])
    told = {name: str(hidden[name]) for name in tables[CASES][0] if name != "document"}
    tables[CASES].append(told | {"document": WORKBOOK})


def leave_out_case(tables: Tables) -> None:
    """The workbook lacks its last case."""
    tables[CASES].pop()


def told_cell(**changes: str) -> dict[str, str]:
    """A hidden cell that can be computed: the kind that is the whole nation, and cannot be protected."""
    whole = {"scope_kind": "institution_kind", "scope_code": "university"}
    return {"subject": "transfers", "measure": "event_count"} | whole | changes


def give_away(**changes: str) -> Break:
    """A hidden cell can be computed."""
    return lambda tables: tables[TOLD].append(told_cell(**changes))


BROKEN: list[tuple[str, Break, float]] = [
    (ARE, tell(4.0, subject="transfers", measure="numerator_count", **NATION), 1),
    (ARE, tell(0.151, subject="transfers", measure="rate", **NATION), 1),
    (ARE, tell(1.0, subject="trends", scope_code="2024-Q1", measure="numerator_count"), 1),
    (ARE, tell(21.0, subject="stock_identity", measure="closing_count", **NATION), 1),
    (ARE, tell(6.0, subject="exclusions", measure="event_count"), 1),
    (ARE, tell(2.0, subject="restatements", measure="new_numerator_count"), 1),
    (ARE, tell(19.0, subject="stages", scope_code="stock"), 1),
    (ARE, tell(0.2, subject="quarter_on_quarter", scope_kind="transfers.national", measure="rate_difference"), 1),
    (ARE, tell(3.0, subject="rankings", scope_code="U2", measure="worst_place"), 1),
    (ARE, tell(0.1, subject="inspections", scope_code="all", measure="error_rate"), 1),
    (ARE, tell(1.0, subject="receipts", scope_kind="2024-05", measure="load_count", scope_code="legal_events"), 1),
    (COMPLETE, leave_out(document=PAGE, subject="receipts", scope_kind="2024-05", scope_code="legal_events"), 1),
    (COMPLETE, leave_out(document=PAGE, subject="inspections", scope_code="university|False"), 2),
    (HIDDEN, tell(3.0, subject="inspections", scope_code="institute|False", measure="stratum_size"), 1),
    (HIDDEN, tell(6.0, subject="inspections", scope_code="institute|True", measure="stratum_size"), 1),
    (HIDDEN, tell(0.1, subject="quarter_on_quarter", scope_code="U3", measure="contribution"), 1),
    (COMPLETE, leave_out(document=WORKBOOK, subject="rankings", scope_kind="transfers.institution"), 1),
    (COMPLETE, leave_out(document=PAGE, subject="quarter_on_quarter", scope_kind="transfers.national"), 1),
    (ARE, count_again("fct_restatements", "new_numerator_count", 2), 2),
    (HIDDEN, tell(1.0, subject="transfers", scope_code="U3", measure="numerator_count"), 1),
    (HIDDEN, tell(3.0, subject="stock_identity", scope_code="U3", measure="closing_count"), 1),
    (HIDDEN, tell(None, subject="transfers", measure="numerator_count", **NATION), 1),
    (ARE_SAFE, give_away(scope_kind="institution", scope_code="U3"), 1),
    (ARE_SAFE, give_away(subject="implementation", scope_kind="province", scope_code="34"), 1),
    (COMPLETE, leave_out(document=WORKBOOK), 167),
    (COMPLETE, leave_out(document=PAGE), 38),
    (ARE, put("fct_inspection_rates", 4, error_rate=None), 2),
    (HIDDEN, leave_out(document=WORKBOOK, subject="transfers", scope_code="U3", measure="wilson_low"), 1),
    (HIDDEN, leave_out(document=WORKBOOK, subject="quarter_on_quarter", scope_code="U1", measure="p_value"), 5),
    (COMPLETE, leave_out(document=WORKBOOK, subject="transfers", scope_code="U2"), 1),
    (COMPLETE, leave_out(document=PAGE, subject="implementation", scope_code="CN"), 1),
    (COMPLETE, leave_out(document=PAGE, subject="stages", scope_code="stock"), 1),
    (TRUE, tell_case(counterpart_name="别家有限公司"), 1),
    (TRUE, tell_case(product_recordal_no="P9"), 1),
    (TRUE, doubt("fct_deals", is_genuine=False), 6),
    (TRUE, doubt("fct_deals", is_registered=False), 6),
    (TRUE, doubt("fct_deals", has_conflict=True), 6),
    (TRUE, doubt("fct_deals", deal_review_reason="inventor_unknown"), 6),
    (TRUE, doubt("fct_deals", counterpart_type="individual"), 6),
    (TRUE, doubt("fct_product_recordals", chain_status="other_deal"), 6),
    (TRUE, doubt("fct_statistics_facts", counted_quarter="2024-Q1"), 6),
    (TRUE, doubt("int_patents_described", has_military_owner=True), 6),
    (SECRET, suppress("institution", "U2"), 6),
    (SECRET, suppress("technical_field", "none"), 6),
    (SECRET, forget("32"), 6),
    (SECRET, tell_hidden, 2),
    (LISTED, tell_hidden, 1),
    (LISTED, leave_out_case, 1),
    (PREPARED, put(MATTERS, 0, evidence="别的"), 1),
    (PREPARED, put(MATTERS, 3, responsible="别的单位"), 2),
    (PREPARED, drop(MATTERS, 0), 1),
    (PREPARED, drop(MATTERS, 3), 1),
    (PREPARED, drop("fct_consultation_matters", 0), 3),
]


def test_every_query_is_broken_once() -> None:
    assert {query.check_id for query in QUERIES} == {check_id for check_id, _, _ in BROKEN}


def test_as_many_matters_are_asked_for_as_the_page_lists() -> None:
    (prepared,) = (query for query in QUERIES if query.check_id == PREPARED)
    assert f"least({load_report_policy().page_rows.value}, " in prepared.sql


def test_as_many_cases_are_asked_for_as_the_policy_says() -> None:
    (listed,) = (query for query in QUERIES if query.check_id == LISTED)
    words = load_report_policy()
    assert f"place <= {words.cases.value}\n" in listed.sql
    assert f"place <= {words.page_cases.value}\n" in listed.sql


@pytest.fixture(scope="module")
def months(
    good_row: Callable[..., dict[str, Any]], fill: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Months]:
    folder: Path = tmp_path_factory.mktemp("report")
    judged = {name: [row | {"period": "2024-05"} for row in rows] for name, rows in quarter_marts().items()}
    write_documents(write_quarter(folder / "w.duckdb", judged), folder, MADE_BY)
    described = [
        {name: row[name] for name in ("period", "patent_no", "title")} | {"has_military_owner": False}
        for row in {row["patent_no"]: row for row in judged["fct_quarter_cases"]}.values()
    ]
    tables = judged | {
        TABLE: report_figures(folder).to_pylist(),
        CASES: report_cases(folder).to_pylist(),
        MATTERS: report_matters(folder).to_pylist(),
        "int_patents_described": described,
        TOLD: [told_cell()],
        STATED: [good_row(STATED, period="2024-02", quarter="2024-Q1", is_quarter_frozen=True)],
    }
    prepared = Months({GATE: tables}, fill)
    yield prepared
    prepared.close()


def test_the_documents_of_a_quarter_pass(months: Months) -> None:
    results = months.judge(GATE, QUERIES)

    assert [(result.check_id, result.message) for result in results if result.outcome != "pass"] == []
    assert len(results) == 8


def test_what_an_earlier_version_froze_is_not_judged_again(months: Months) -> None:
    def freeze(tables: Tables) -> None:
        give_away(scope_kind="institution", scope_code="U3")(tables)
        tables[STATED][0]["period"] = "2024-05"

    gate, query = query_of(ARE_SAFE, [GATE])

    (result,) = months.judge(gate, [query], freeze)

    assert result.outcome == "pass", result.message


@pytest.mark.parametrize(("check_id", "broken", "observed"), BROKEN)
def test_a_report_that_says_something_else_is_caught(
    check_id: str, broken: Break, observed: float, months: Months
) -> None:
    gate, query = query_of(check_id, [GATE])

    (result,) = months.judge(gate, [query], broken)

    assert (result.outcome, result.observed) == ("fail", observed), result.message
