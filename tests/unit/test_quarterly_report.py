"""The quarter's report says what the marts say, hides what is suppressed, and leads every figure to its SQL."""

import re
from copy import deepcopy
from dataclasses import replace

import pytest
from lxml import html
from openpyxl import load_workbook

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.gates.model import GateResult
from panhuo.periods import Period
from panhuo.quarterly_report.cases import CASE_HEADS, read_cases
from panhuo.quarterly_report.documents import write_documents
from panhuo.quarterly_report.drawings import tiles
from panhuo.quarterly_report.model import read_report
from panhuo.quarterly_report.page import listed, render_page
from panhuo.quarterly_report.policy import load_report_policy
from panhuo.quarterly_report.readback import (
    PAGE,
    WORKBOOK,
    read_page,
    read_workbook,
    report_cases,
    report_figures,
    report_matters,
)
from panhuo.warehouse import connect
from pipeline import quarterly
from pipeline.release import digests, stated
from pipeline.runs import MonthlyRun
from tests.fixtures.printed_sql import printed_sql, recounted
from tests.fixtures.quarters import AS_OF, FLOW, MADE_BY, PERIOD, RATES, quarter_marts, write_quarter

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


@pytest.fixture(scope="module")
def page(folder):
    return (folder / PAGE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def book(folder):
    """The workbook, for whoever only reads it."""
    return load_workbook(folder / WORKBOOK)


@pytest.fixture(scope="module")
def report(warehouse):
    return read_report(warehouse, MADE_BY)


def told(figures):
    return {figure.key: figure.value for figure in figures}


def test_headline_figures_are_those_counted_by_hand(page, folder):
    figures = told(read_page(folder / PAGE))
    assert figures["transfers/national/CN/numerator_count"] == 3
    assert figures["transfers/national/CN/denominator_count"] == 20
    assert figures["transfers/national/CN/event_count"] == 6
    assert figures["transfers/national/CN/rate"] == 0.15
    assert figures["trends/transfers/2024-Q1/rate"] == 0
    assert figures["stages/national/implemented/patent_count"] == 6
    assert figures["exclusions/transfers/rename/event_count"] == 5
    assert ">15.00%</a>" in page
    assert "规则版本：rules-1　程序版本：code-1" in page


def test_page_and_workbook_agree(folder):
    page, book = told(read_page(folder / PAGE)), told(read_workbook(folder / WORKBOOK))
    assert len(page) > 100
    assert {key: book[key] for key in page} == pytest.approx(page)


def test_inspections_are_told_with_their_intervals_or_that_there_is_none(folder, page, book, tmp_path):
    figures = told(read_page(folder / PAGE))
    assert figures["inspections/2023-Q4/all/error_rate"] == 0.2
    assert figures["inspections/2023-Q4/university|False/error_rate_high"] == 0.716
    assert ">71.60%</a>" in page
    assert "95% 精确置信区间" in page
    assert figures["inspections/2024-Q1/institute|True/stratum_size"] is None
    cells = [cell.value for line in book["随机抽查"].iter_rows() for cell in line]
    assert {"已完成", "commitment-1", "digest-1"} <= set(cells)
    for draw in ("commitment-1", "seed-1", "digest-1"):
        assert f"<dd>{draw}</dd>" in page
    none = write_quarter(tmp_path / "w.duckdb", quarter_marts() | {"fct_inspection_rates": []})
    assert load_report_policy().notes["no_inspections"] in render_page(read_report(none, MADE_BY))


def test_an_unfinished_inspection_has_no_rate_and_says_what_it_awaits(folder, book):
    for read, name in ((read_page, PAGE), (read_workbook, WORKBOOK)):
        told_keys = {key.rsplit("/", 1)[-1] for key in told(read(folder / name)) if "/2024-Q1/all/" in key}
        assert {"inspected_count", "wrong_count", "awaiting_count"} <= told_keys
        assert not {key for key in told_keys if key.startswith("error_rate")}
    states = ["未完成（待核 3 件，已逾期）", "未完成（待核 * 件）", "已完成", "未完成（待核 2 件）", *["已完成"] * 4]
    cells = html.fromstring((folder / PAGE).read_bytes()).xpath("//td[@data-label='抽查完成']")
    assert [cell.text_content() for cell in cells] == states
    (*_, sheet) = book["随机抽查"].iter_cols(min_col=4, max_col=4, values_only=True)
    assert [cell for cell in sheet if cell in states] == states


def test_a_state_that_is_not_the_count_beside_it_is_told(folder, tmp_path):
    book = load_workbook(folder / WORKBOOK)
    for line in book["随机抽查"].iter_rows():
        for cell in line:
            if cell.value == "未完成（待核 2 件）":
                cell.value = "已完成"
    book.save(tmp_path / WORKBOOK)
    with pytest.raises(ValueError, match="awaits 2"):
        list(read_workbook(tmp_path / WORKBOOK))


def test_page_asks_nothing_of_a_network_and_forbids_it(page):
    assert "default-src 'none'" in page
    assert "unsafe-inline" not in page
    assert not re.search(r"<script|\bsrc=|@import|url\((?!#)", page)
    assert not html.fromstring(page.encode()).xpath("//*[@style]")


def test_names_stay_texts(page, book):
    assert "=乙&amp;&lt;大学&gt;" in page
    sheet = book["分单位"]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value and str(cell.value).startswith("=")]
    assert cells
    assert all(cell.data_type != "f" for cell in cells)


def test_every_figure_leads_to_the_query_that_counts_it(page):
    tree = html.fromstring(page.encode())
    anchors = set(tree.xpath("//@id"))
    figures = tree.xpath("//*[@data-key]")
    assert figures
    for figure in figures:
        (link,) = figure.xpath("ancestor-or-self::a/@href")
        assert link == f"#recount-{figure.get('data-key').split('/')[0]}"
        assert link.removeprefix("#") in anchors
    assert {"stages/national/stock/patent_count", "quarter_on_quarter/transfers.institution/U2/contribution"} <= anchors
    words = load_report_policy()
    assert {f"recount-{subject}" for subject in words.subjects} <= anchors
    for counted in words.counts.values():
        assert (PROJECT_ROOT / "docs" / "queries" / f"{counted.query}.sql").exists()


@pytest.mark.parametrize(("read", "printed"), [(read_page, PAGE), (read_workbook, WORKBOOK)], ids=[PAGE, WORKBOOK])
def test_the_sql_that_a_document_prints_gives_its_figures(warehouse, folder, read, printed):
    figures = [figure for figure in read(folder / printed) if not figure.is_hidden]
    found = recounted(figures, printed_sql(folder / printed), warehouse)
    assert found == pytest.approx({figure.key: figure.value for figure in figures}, abs=1e-9)
    assert len({figure.scope_kind for figure in figures if figure.subject == "transfers"}) == 9


def test_the_example_query_gives_the_figures_of_every_scope(warehouse, report):
    query = (PROJECT_ROOT / "docs" / "queries" / "statistics_recounted.sql").read_text(encoding="utf-8")
    with connect(warehouse, read_only=True) as connection:
        rows = connection.execute(query).to_arrow_table().to_pylist()
    assert len(rows) == len(report.rows)
    for row in rows:
        for name in ("numerator", "denominator", "event"):
            assert row[f"{name}_count"] == row[f"recounted_{name}{'s' if name == 'event' else ''}"], row


def test_cases_are_told_latest_first_marked_and_without_those_of_suppressed_cells(page, folder):
    rows = report_cases(folder).to_pylist()
    for document in (PAGE, WORKBOOK):
        told = [row for row in rows if row["document"] == document]
        assert [(row["product_recordal_no"], row["patent_no"]) for row in told] == [
            ("P2", "U2-0"), ("P1", "U2-1"), ("P1", "U2-0"),
        ]  # fmt: skip
        assert {(row["institution_name"], row["counterpart_name"], row["deal_kind"]) for row in told} == {
            ("=乙&<大学>", "丁&<有限公司>", "license")
        }
        assert told[0]["recorded_on"] == "2024-06-03"
    assert "产品P3" not in page
    assert '=乙&amp;&lt;大学&gt; <small class="tag">含模拟数据</small></td><td data-label="专利号">U2-0' in page
    book = load_workbook(folder / WORKBOOK)
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if "产品P3" in str(cell.value)]


def test_cases_are_cut_by_the_policy_and_none_is_said_to_be_none(warehouse, report, tmp_path):
    one = report.words.page_cases.model_copy(update={"value": 1})
    short = render_page(replace(report, words=report.words.model_copy(update={"page_cases": one})))
    assert short.count('<tr class="case">') == 1
    assert "全部 3 项见 report.xlsx" in short
    assert len(read_cases(warehouse, report.catalogue, 2)) == 2
    none = write_quarter(tmp_path / "w.duckdb", quarter_marts() | {"fct_quarter_cases": []})
    assert "本季度没有可列的案例" in render_page(read_report(none, MADE_BY))
    write_documents(none, tmp_path, MADE_BY)
    assert report_cases(tmp_path).num_rows == 0


def test_the_sql_of_the_cases_gives_them(warehouse, folder):
    with connect(warehouse, read_only=True) as connection:
        found = connection.execute(printed_sql(folder / PAGE)[0]["cases"]).to_arrow_table().to_pylist()
    printed = [row for row in report_cases(folder).to_pylist() if row["document"] == WORKBOOK]
    assert [{name: str(row[name]) for name in CASE_HEADS} for row in found] == [
        {name: row[name] for name in CASE_HEADS} for row in printed
    ]


def test_matters_of_the_consultation_are_told_alike_by_both_documents(warehouse, page, folder, tmp_path):
    rows = report_matters(folder).to_pylist()
    for document in (PAGE, WORKBOOK):
        assert [tuple(row.values())[1:] for row in rows if row["document"] == document] == [
            ("milestone_missed", "江苏&<省>", "报送方案，逾期未完成", "省级知识产权局", "2024-02-29"),
            ("source_missing", "全国", "2024-05 的“法律事件”没有收到", "—", "—"),
        ]
    assert '任务逾期 <small class="tag">含模拟数据</small>' in page
    with connect(warehouse, read_only=True) as connection:
        found = connection.execute(printed_sql(folder / PAGE)[0]["matters"]).to_arrow_table().to_pylist()
    assert [row["evidence"] for row in found] == [row["evidence"] for row in rows if row["document"] == PAGE]
    none = write_quarter(tmp_path / "w.duckdb", quarter_marts() | {"fct_consultation_matters": []})
    assert "本季度没有须会商的事项" in render_page(read_report(none, MADE_BY))


def test_what_was_agreed_is_told_by_its_standing(warehouse, page, book, tmp_path):
    lines = [[cell.value for cell in line] for line in book["议定事项"].iter_rows()]
    assert [line[1:7] for line in lines if str(line[2]).startswith("督办")] == [
        ["3", "督办3", "某局", "2024-06-15", "逾期未办结", "—"],
        ["2", "督办2", "某局", "2024-06-15", "办理中", "—"],
        ["1", "督办1", "某局", "2024-06-15", "已办结", "2024-06-10"],
    ]
    rows = html.fromstring(page.encode()).xpath("//tr[@class='agreed']")
    assert [row.xpath("./td")[1].text for row in rows] == ["3", "2", "1"]
    none = write_quarter(tmp_path / "w.duckdb", quarter_marts() | {"fct_agreed_items": []})
    assert "截至本季度末没有收到会商议定事项" in render_page(read_report(none, MADE_BY))


def test_a_value_of_a_dimension_stays_a_value():
    words = load_report_policy()
    assert words.condition("institution", "U'1") == "and institution_id = 'U''1'"
    assert words.condition("national", "CN") == ""


def test_the_sql_runs_on_what_the_version_knew(page, book):
    cells = [str(cell.value) for line in book["定义"].iter_rows() for cell in line]
    for texts in ([page], cells):
        assert any("panhuo query --as-of 2024-07-16T00:00:00Z 文件名.sql 运行" in text for text in texts)
        assert any("五项指标的语句运行时用 --as-of 2024-07-15T18:00:00Z" in text for text in texts)


def test_simulated_data_are_marked_and_real_data_are_not(warehouse, page, tmp_path):
    assert "本报告含模拟数据" in page
    assert 'class="made"' in page
    marts = deepcopy(quarter_marts())
    for rows in marts.values():
        for row in rows:
            row["data_origin"] = "real"
    assert "模拟数据" not in render_page(read_report(write_quarter(tmp_path / "w.duckdb", marts), MADE_BY))


def test_a_preliminary_quarter_says_so(tmp_path, page):
    marts = deepcopy(quarter_marts())
    for row in marts["fct_quarterly_statistics"]:
        row["is_quarter_frozen"] = False
    early = render_page(read_report(write_quarter(tmp_path / "w.duckdb", marts), MADE_BY))
    assert 'class="state open">初步' in early
    assert "本版为初步数：2024年7月16日 00:00（北京时间）冻结之后" in early
    assert 'class="state">已冻结' in page


def test_a_frozen_quarter_names_the_freeze_and_the_data_that_froze_it(page, book):
    freeze, until = "2024年7月16日 00:00（北京时间）", "2024年7月16日 02:00（北京时间）"
    sheet = book["总览"]
    told = [cell.value for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    for texts in ([page], told):
        assert any(f"已冻结，五项指标截至{until}" in text for text in texts)
        assert any(f"自{freeze}起冻结，五项指标取自数据截至{until}的版本" in text for text in texts)
        assert any("数据截至：2024年7月16日 08:00（北京时间）" in text for text in texts)


@pytest.mark.parametrize(("read", "name"), [(read_page, PAGE), (read_workbook, WORKBOOK)], ids=[PAGE, WORKBOOK])
def test_what_a_statistic_does_not_count_is_blank(folder, read, name):
    figures = list(read(folder / name))
    counting = {
        column: {
            part
            for figure in figures
            if figure.column == column
            for part in (figure.subject, figure.scope_kind)
            if part in RATES
        }
        for column in ("event_count", "excluded_event_count", "result_count")
    }
    assert counting["event_count"] == counting["excluded_event_count"] == set(FLOW)
    assert counting["result_count"] == {"product_recordals"}


def test_a_cohort_of_no_patent_is_left_out_and_one_of_some_is_not(page, book, tmp_path):
    told = [str(row[0].value) for row in book["分存量增量"].iter_rows()]
    assert any(text.startswith("存量") for text in told)
    assert not any(text.startswith("未授权") for text in told)
    assert "未授权" not in page
    marts = quarter_marts()
    marts["fct_quarterly_statistics"][-2]["excluded_event_count"] = 1
    assert marts["fct_quarterly_statistics"][-2]["scope_code"] == "pending"
    assert "未授权" in render_page(read_report(write_quarter(tmp_path / "w.duckdb", marts), MADE_BY))


def test_both_documents_tell_which_month_was_not_received(page, book, folder):
    lines = [[cell.value for cell in line] for line in book["数据质量"].iter_rows()]
    assert ["法律事件", "每月必收", "2024-05", "未收到", 0, 0] in [line[:6] for line in lines]
    assert ["法律事件", "每月必收", "2024-06", "已收到", 1, 200] in [line[:6] for line in lines]
    assert told(read_page(folder / PAGE))["receipts/2024-04/legal_events/row_count"] == 400
    (cells,) = [row.xpath("./td") for row in html.fromstring(page.encode()).xpath("//tr[td/small='每月必收']")]
    assert [cell.text for cell in cells] == ["法律事件 ", "已收到", "未收到", "已收到"]


def test_only_the_page_says_that_its_figures_lead_somewhere(page, book):
    told = [str(cell.value) for line in book["定义"].iter_rows() for cell in line]
    assert "点击数字即到此处" in page
    assert "点击" not in "".join(told)
    assert any("以下语句存为文件，用 panhuo query --as-of" in text for text in told)


def test_a_long_dimension_is_cut_on_the_page_alone(report):
    words = report.words.model_copy(update={"page_rows": report.words.page_rows.model_copy(update={"value": 1})})
    short = replace(report, words=words)
    assert [place.code for place in listed(short, "institution")] == ["U2"]
    assert "共 3 项，本页列出分母最大的 1 项" in render_page(short)


def test_checks_that_did_not_pass_are_told(warehouse):
    check = GateResult(
        gate="G1_intake", check_id="G1.x.y", table="x", period=PERIOD, run_id="r", severity="warn", outcome="fail",
        message="有 3 行不符",
    )  # fmt: skip
    page = render_page(read_report(warehouse, MADE_BY, [check]))
    assert "接收检查 1 项，通过 0 项" in page
    assert "有 3 行不符" in page


def test_equal_quarters_give_equal_bytes(warehouse, folder, tmp_path):
    write_documents(warehouse, tmp_path, MADE_BY)
    for name in (PAGE, WORKBOOK):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_every_sheet_of_figures_has_a_chart(book):
    assert book.sheetnames[:2] == ["总览", "分省"]
    assert {"分领域", "分单位类别", "存量平衡", "不计入", "更正", "定义"} <= set(book.sheetnames)
    for name in ("总览", "分省", "分领域"):
        assert book[name]._charts, name


def test_a_figure_whose_text_is_not_its_value_spoils_its_page(folder, tmp_path):
    page = (folder / PAGE).read_text(encoding="utf-8")
    (tmp_path / PAGE).write_text(page.replace(">15.00%</a>", ">16.00%</a>", 1), encoding="utf-8")
    (tmp_path / WORKBOOK).write_bytes(b"no workbook")
    with pytest.raises(ValueError, match=r"transfers/national/CN/rate"):
        list(read_page(tmp_path / PAGE))
    assert report_figures(tmp_path).num_rows == 0
    assert {"report.html", "report.xlsx"} == set(report_figures(folder)["document"].to_pylist())


def test_a_quarter_without_national_figures_is_refused(tmp_path):
    marts = quarter_marts() | {"fct_quarterly_statistics": []}
    with pytest.raises(ValueError, match="build the quarter first"):
        read_report(write_quarter(tmp_path / "w.duckdb", marts), MADE_BY)


def test_a_run_stages_its_report_and_reads_it_back(tmp_path, monkeypatch):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    run = MonthlyRun(Period.parse(PERIOD), AS_OF, "quarterly-2024-06-x", "rules-1", "code-1", tmp_path / "run")
    run.folder.mkdir()
    write_quarter(run.warehouse)
    quarterly.write_report(run)
    assert {path.name for path in (run.release / quarterly.REPORT).iterdir()} == {PAGE, WORKBOOK}
    with connect(run.warehouse, read_only=True) as connection:
        told = connection.execute("select document, count(*) from report.report_figures group by all").fetchall()
    assert {document for document, _ in told} == {PAGE, WORKBOOK}
    assert stated(digests(run.release)) == {}


def test_a_difference_has_its_verdict_its_drivers_and_its_hidden_cells(page, folder):
    figures = told(read_page(folder / PAGE))
    assert figures["quarter_on_quarter/transfers.national/CN/rate_difference"] == 0.15
    assert figures["quarter_on_quarter/transfers.province/32/rate_difference"] == 1 / 9
    assert figures["quarter_on_quarter/transfers.province/11/rate_difference"] is None
    assert figures["quarter_on_quarter/transfers.institution/U2/contribution"] == 1 / 20
    assert "quarter_on_quarter/transfers.institution/U1/contribution" not in figures
    assert figures["rankings/transfers.institution/U2/best_place"] == 1
    assert ">+15.00</a> 个百分点（差异显著）" in page
    assert "差异不显著" in page
    assert "变化的带动（与2024-Q1相比" in page


def test_a_quarter_that_is_held_against_none_says_so(tmp_path):
    marts = quarter_marts() | {"fct_statistics_comparisons": []}
    page = render_page(read_report(write_quarter(tmp_path / "w.duckdb", marts), MADE_BY))
    assert "对比季度尚无已冻结的数字" in page
    assert "变化的带动" not in page


def test_the_map_has_every_province_once_and_shades_those_with_a_rate(report):
    drawn = tiles(report, "transfers")
    assert len(drawn) == 34
    assert len({(tile.column, tile.row) for tile in drawn}) == 34
    shades = {tile.name: tile.shade for tile in drawn if tile.figure}
    assert shades == {"北京": 0, "江苏": 5, "安徽": 0}
    assert {tile.name for tile in drawn if tile.is_simulated} == {"江苏"}
