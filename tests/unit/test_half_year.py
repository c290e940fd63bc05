"""The half-year report says what published marts say, hides what is suppressed, and names the SQL of each figure."""

import json
import re
from dataclasses import replace

import pytest
from lxml import html
from openpyxl import load_workbook
from typer.testing import CliRunner

from panhuo.contracts.model import PROJECT_ROOT, load_catalogue, load_yaml
from panhuo.half_year.documents import write_documents
from panhuo.half_year.model import HalfYearError, draft_report
from panhuo.half_year.policy import load_half_year_policy
from panhuo.half_year.readback import PAGE, WORKBOOK, read_page, read_workbook
from panhuo.periods import Period
from pipeline.cli import app
from pipeline.example_queries import load_example_queries
from tests.fixtures.half_year import JUNE, ask_half_year, publish_half_year

pytestmark = pytest.mark.slow

UNITS = ("32", "34", None)


@pytest.fixture(scope="module")
def ask():
    return ask_half_year()


@pytest.fixture(scope="module")
def drafts(ask):
    """Province, or None for the nation → its draft."""
    return {unit: draft_report(ask, JUNE, unit) for unit in UNITS}


@pytest.fixture(scope="module")
def folders(drafts, tmp_path_factory):
    """Province, or None for the nation → folder of its documents."""
    found = {unit: tmp_path_factory.mktemp("report") for unit in UNITS}
    for unit, folder in found.items():
        write_documents(drafts[unit], folder)
    return found


def told(figures):
    return {figure.key: figure.value for figure in figures}


def test_figures_are_those_counted_by_hand(folders):
    figures = told(read_page(folders["32"] / PAGE))
    assert figures["coverage/province/32/rate"] == pytest.approx(2 / 9)
    assert figures["coverage/city/3201/stock_patent_count"] == 9
    assert figures["screening/disposition/form_2/patent_count"] == 2
    assert figures["screening/disposition/excluded/patent_count"] == 7
    assert (figures["tiers/tier/T1/patent_count"], figures["tiers/tier/T2/patent_count"]) == (1, 0)
    assert figures["evaluations/evaluator/all/evaluation_count"] == 2
    assert figures["evaluations/evaluator/all/rate"] == 0.5
    assert figures["pushes/outgoing/all/push_event_count"] == 2
    assert figures["pushes/incoming/2024-06/push_event_count"] == 2
    needs = [figures[f"needs/province/32/{name}"] for name in ("need_count", "answered_count", "overdue_count")]
    assert needs == [2, 1, 1]
    assert figures["activities/activity/roadshow/activity_count"] == 1
    assert figures["activities/activity/roadshow/patent_count"] == 2
    assert (figures["deals/deal/transfer/deal_count"], figures["deals/deal/transfer/patent_count"]) == (2, 1)
    assert figures["deals/deal/license/deal_count"] == 0
    assert figures["products/province/32/result_count"] == 1
    assert figures["statistics/province/32.2024-Q2.transfers/numerator_count"] == 1


def test_the_nation_counts_everybody(folders):
    figures = told(read_page(folders[None] / PAGE))
    assert figures["coverage/national/CN/stock_patent_count"] == 20
    assert figures["coverage/province/34/stock_patent_count"] == 8
    assert figures["pushes/outgoing/all/push_event_count"] == figures["pushes/incoming/all/push_event_count"] == 6
    assert figures["deals/deal/transfer/deal_count"] == 6
    assert figures["standing/status/late/bearer_count"] == 2


@pytest.mark.parametrize("unit", UNITS)
def test_page_and_workbook_state_every_figure_of_the_marts(folders, drafts, unit):
    figures = drafts[unit].figures
    stated = {key: figure.value for key, figure in figures.items() if figure.is_hidden or figure.value is not None}
    assert len(stated) > 80
    assert told(read_page(folders[unit] / PAGE)) == stated
    assert told(read_workbook(folders[unit] / WORKBOOK)) == stated


@pytest.mark.parametrize("unit", UNITS)
def test_the_sql_beside_a_part_gives_its_figures(folders, ask, unit):
    tree = html.fromstring((folders[unit] / PAGE).read_bytes().decode())
    shown = {figure.key: figure for figure in read_page(folders[unit] / PAGE)}
    checked = set()
    for part in load_half_year_policy().parts:
        (sql,) = tree.xpath(f"//h4[@id='sql-{part.id}']/following-sibling::pre[1]/text()")
        for found in ask(sql).to_pylist():
            for column in part.measures:
                key = f"{part.id}/{found['row_kind']}/{found['row_code']}/{column}"
                if found[column] is not None and not shown[key].is_hidden:
                    assert shown[key].value == found[column], key
                    checked.add(key)
    assert checked == {key for key, figure in shown.items() if not figure.is_hidden}
    assert {link.removeprefix("#") for link in tree.xpath("//a[@data-key]/@href")} <= set(tree.xpath("//@id"))


@pytest.mark.parametrize("read", [(read_page, PAGE), (read_workbook, WORKBOOK)], ids=lambda read: read[1])
def test_what_is_suppressed_stays_hidden_and_so_does_what_would_tell_it(folders, read):
    figures = list(read[0](folders["34"] / read[1]))
    parts = {"statistics", "deals", "products"}
    assert {figure.subject for figure in figures if figure.is_hidden} == parts
    assert all(figure.is_hidden for figure in figures if figure.subject in parts)
    nation = list(read[0](folders[None] / read[1]))
    assert {figure.scope_code[:2] for figure in nation if figure.is_hidden} == {"34", "11"}
    assert not [figure for figure in read[0](folders["32"] / read[1]) if figure.is_hidden]


def test_deals_wait_for_the_quarter_that_judges_them(tmp_path):
    ask = ask_half_year(with_quarter=False)
    for unit in ("32", None):
        draft = draft_report(ask, JUNE, unit)
        tables = {table.part.id: table for table in draft.tables}
        assert tables["statistics"].lines is None
        hidden = {figure.subject for figure in draft.figures.values() if figure.is_hidden}
        assert hidden == {"deals", "products"}
    page, book = write_documents(draft, tmp_path / "out")
    assert "所需数据尚未发布" in page.read_text(encoding="utf-8")
    assert told(read_page(page)) == told(read_workbook(book))


def test_late_and_at_risk_duties_come_first_with_unit_and_evidence(drafts):
    tables = {table.part.id: table for table in drafts["34"].tables}
    assert tables["duties"].statuses == ("late", "at_risk", "open")
    assert tables["duty_units"].statuses == ("late", "at_risk", "open", "done")
    worst = tables["duties"].lines[0]
    assert (worst.texts[0], worst.texts[5], worst.texts[6]) == ("N-M5", "逾期未完成", "U9单位：U9的依据")
    assert [figure.value for figure in worst.figures] == [2, 1, 1, 0]
    first = tables["duty_units"].lines[0]
    assert first.texts == ("N-M5", "任务N-M5", "U9单位", "2024-06-30", "逾期未完成", "", "U9的依据")
    assert [figure.value for figure in first.figures] == [3, 5, 0]


def test_simulated_data_are_announced_and_marked(folders):
    simulated, real = ((folders[unit] / PAGE).read_text(encoding="utf-8") for unit in ("32", "34"))
    tag = load_half_year_policy().labels["simulated"]
    assert f"标“{tag}”" in simulated
    rows = html.fromstring(simulated.encode()).xpath("//tr[td[contains(@class, 'lead')]//a or .//a[@data-key]]")
    assert rows
    deals = [row for row in rows if row.xpath(".//a[starts-with(@data-key, 'deals/deal/transfer')]")]
    assert all(tag in row.text_content() for row in deals)
    assert deals
    # pushes to 安徽's enterprise are of 江苏's patents: that row alone is marked
    marked = html.fromstring(real.encode()).xpath("//tr[.//small[@class='tag']]//a/@data-key")
    assert {key.split("/")[1] for key in marked} == {"incoming"}
    book = load_workbook(folders["32"] / WORKBOOK)
    assert book["转让、许可和质押"]["A6"].value == f"转让（{tag}）"


def test_equal_marts_give_equal_bytes(folders, tmp_path):
    for path in write_documents(draft_report(ask_half_year(), JUNE, "34"), tmp_path):
        assert path.read_bytes() == (folders["34"] / path.name).read_bytes()


def test_the_report_names_the_versions_it_rests_on(folders):
    page = (folders["34"] / PAGE).read_text(encoding="utf-8")
    assert "月度调度 2024-06 第 1 版" in page
    assert "季度统计 2024-06 第 1 版" in page
    assert "rules-1" in page
    assert "code-1" in page


def test_page_asks_nothing_of_a_network_and_forbids_it(folders):
    page = (folders["34"] / PAGE).read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|\bsrc=|@import|url\(", page)


@pytest.mark.parametrize("month", ["2024-05", "2024-07"])
def test_no_half_year_ends_in_between(ask, month):
    with pytest.raises(HalfYearError, match="2024-06 and 2024-12"):
        draft_report(ask, Period.parse(month), "34")


@pytest.mark.parametrize(
    ("period", "province", "message"),
    [("2024-06", "99", "province 99 is registered in 2024-06; known: 11 北京市, 32 江苏省, 34 安徽省$"),
     ("2024-06", "安徽", "two digits"), ("2024-06", "3'", "two digits"),
     ("2024-12", "34", "panhuo run monthly --period 2024-12")],
)  # fmt: skip
def test_a_unit_of_which_nothing_is_published_is_refused(ask, period, province, message):
    with pytest.raises(HalfYearError, match=message):
        draft_report(ask, Period.parse(period), province)


def with_part(draft, part_id, change):
    """The draft with the lines of a part changed, as a mistake on their way from the rows would."""
    tables = [replace(t, lines=change(t.lines)) if t.part.id == part_id else t for t in draft.tables]
    return replace(draft, tables=tuple(tables))


def shown_as(value):
    """Every figure of the lines told as a value."""
    return lambda lines: tuple(
        replace(line, figures=tuple(replace(f, value=value, is_hidden=value is None) for f in line.figures))
        for line in lines
    )


@pytest.mark.parametrize(
    ("unit", "part", "change", "key"),
    [
        ("32", "tiers", shown_as(7), "tiers/tier/T1/patent_count is told as 7, its row has 1"),
        ("32", "statistics", shown_as(None), "2024-Q2.implementation/numerator_count is told as None, its row has 2"),
        ("34", "statistics", shown_as(3), "2024-Q2.implementation/numerator_count is told as 3, its row has None"),
        ("34", "deals", shown_as(2), "deals/deal/transfer/deal_count is told as 2, its row has None"),
        ("32", "coverage", lambda lines: lines[:1], "half_year.xlsx: coverage/city/3201/stock_patent_count is missing"),
        ("32", "needs", lambda lines: (*lines, *shown_as(1)(lines)), "needs/province/32/need_count is told as 1"),
    ],
    ids=["another figure", "hidden for nothing", "suppressed", "told by deals", "left out", "told twice"],
)
def test_documents_that_tell_something_else_are_not_written(drafts, tmp_path, unit, part, change, key):
    (tmp_path / PAGE).write_text("earlier", encoding="utf-8")
    with pytest.raises(HalfYearError, match=re.escape(key)):
        write_documents(with_part(drafts[unit], part, change), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [PAGE]
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == "earlier"


def test_the_command_drafts_from_what_is_published(folders, tmp_path, monkeypatch):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(publish_half_year(tmp_path)))
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["half-year", "--period", "2024-06", "--province", "34", "-o", str(out), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["title"] == "安徽省高校和科研机构存量专利盘活工作2024年上半年落实情况报告"
    for name in (PAGE, WORKBOOK):
        assert (out / name).read_bytes() == (folders["34"] / name).read_bytes()
    assert [path.name for path in sorted(out.iterdir())] == [PAGE, WORKBOOK]
    for options in (["--period", "2024-05"], ["--period", "2024-06", "--as-of", "2024-07-01"]):
        refused = CliRunner().invoke(app, ["half-year", *options, "-o", str(out)])
        assert isinstance(refused.exception, ValueError)


def test_every_column_of_a_part_has_a_heading_and_every_query_is_there():
    words, catalogue = load_half_year_policy(), load_catalogue()
    names = {query.name for query in load_example_queries()}
    for part in words.parts:
        assert all(words.heading(part, column, catalogue) for column in (*part.texts, *part.measures))
        assert part.query is None or part.query in names
        assert set(re.findall(r"(?:from|join) (fct_\w+|dim_\w+)", part.sql)) == set(part.marts)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"marts": ["fct_none"]}, "no mart"), ({"sentence": "{none}"}, "does not count"),
     ({"hides_with": "none"}, "no part"),
     ({"measures": ["stock_patent_count"], "sentence": ""}, "no part counts the headline")],
)  # fmt: skip
def test_a_policy_that_contradicts_itself_is_refused(tmp_path, wrong, message):
    body = load_yaml(PROJECT_ROOT / "policy" / "half_year.yml")
    next(part for part in body["parts"] if part["id"] == "coverage").update(wrong)
    path = tmp_path / "half_year.yml"
    path.write_text(json.dumps(body, default=str), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_half_year_policy(path)
