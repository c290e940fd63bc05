"""What a bulletin says, how it looks, and that it can be read back."""

import datetime as dt
import re
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from panhuo.bulletin import sentences
from panhuo.bulletin.edition import lay_out
from panhuo.bulletin.facts import ranks
from panhuo.bulletin.grids import coverage_grid, page_units
from panhuo.bulletin.page import MARKS, render_page
from panhuo.bulletin.policy import BulletinPolicy, load_bulletin_policy
from panhuo.bulletin.read import UngradedColumnError, require_grades
from panhuo.bulletin.readback import PAGE, WORKBOOK, read_figures
from panhuo.bulletin.workbook import write_bulletin
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.dispatch.recipients import load_recipients
from tests.fixtures.bulletins import altered, city, context, coverage, duty

pytestmark = pytest.mark.slow

CONTEXT = context()


def said(bulletin):
    return {section.heading: "".join(section.paragraphs) for section in sentences.body(bulletin, CONTEXT)}


def written(bulletin, folder):
    edition = lay_out(bulletin, CONTEXT)
    (folder / PAGE).write_text(render_page(edition), encoding="utf-8")
    write_bulletin(folder / WORKBOOK, edition)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The documents of the small city."""
    return written(city(), tmp_path_factory.mktemp("bulletin"))


def page(bulletin):
    return render_page(lay_out(bulletin, CONTEXT))


def test_the_body_of_the_small_city():
    assert sentences.title(city(), CONTEXT) == "关于2024年6月安徽省合肥市高校和科研机构存量专利盘点工作情况的通报"
    assert sentences.facts(city(), CONTEXT)[2] == "数据截至：2024年7月3日 09:00（北京时间）"
    assert said(city()) == {
        "总体情况": (
            "截至2024年6月30日，安徽省合肥市2家高校和科研机构存量专利10件，已盘点6件，盘点覆盖率60.00%，较上月提高15.56个百分点。"
            "分母将于2024年7月15日日终冻结，此前为暂定数。"
            "按2024年6月30日到期的目标，各单位合计应盘点6件；1家单位逾期未达标，共差2件。"
            "本月新盘点2件，其中存量（2023年12月31日及以前授权）1件、增量1件。"
            "按近期月均新盘点1.5件测算，预计2024年9月30日前完成全部盘点。"
        ),
        "较上月变动及原因": (
            "存量专利由上月末9件变为10件，净增1件：新授权增加2件，欠费终止减少1件。"
            "已盘点专利由上月末4件变为6件，净增2件：新盘点增加2件。"
            "覆盖率变动+15.56个百分点，其中盘点进出影响+22.22个百分点、存量增减影响-6.66个百分点。"
            "2024年5月存量的冻结数为9件，现已获知为8件（-1件），差额另列。"
            "可转化专利（表二）较上月新增3件、移出1件、内容变更0件。"
        ),
        "报送和退回情况": (
            "本月收到盘点报送1份，接收3行，退回2行。"
            "尚有3行退回未改正，涉及1家单位，最早的于2024年6月20日退回（已13天）；"
            "主要原因：专利号校验位不符2个，实施日期不是日期1个。"
            "已报送而未计入的专利1件，涉及1家单位：专利数据中没有该专利号1件。"
        ),
        "任务办理情况": (
            "已到判定条件的任务中，逾期未完成1项次，有风险0项次，按期完成1项次，逾期完成0项次。"
            "今后92天内到期的任务1项：任务N-M8（2024年8月31日）。"
            "另有1项任务暂缺数据，只列期限，不作判定。"
        ),
        "工作要求": (
            "逾期未达标的甲大学要尽快补齐，共差2件。"
            "有退回行的甲大学要按退回工作簿逐行改正后重新报送，已接收的行不必重报。"
            "逾期未完成的任务要明确责任和完成时间：任务N-M5。"
        ),
    }


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"target_status": "met"}, "均已达标"),
        ({"target_status": "open", "target_due_date": dt.date(2024, 7, 31)}, "距期限还有31天，按近期进度可以按期完成"),
        ({"target_status": "at_risk", "target_due_date": dt.date(2024, 7, 31)}, "有不能按期完成的风险"),
        ({"previous_inventoried_patent_count": 8}, "较上月下降28.89个百分点"),
        ({"previous_stock_patent_count": 5, "previous_inventoried_patent_count": 3}, "与上月持平"),
        ({"previous_stock_patent_count": None, "previous_inventoried_patent_count": None}, "无上月可比"),
        ({"previous_stock_patent_count": 0, "previous_inventoried_patent_count": 0}, "上月没有存量专利"),
        ({"is_frozen": True, "stock_difference_patent_count": 2}, "已于2024年7月15日日终冻结。冻结后获知的变动为+2件"),
        ({"arrived_patent_count": 0}, "本月没有新盘点的专利"),
        ({"projected_completion_date": None, "projection_gap_reason": "no_arrivals"}, "无法测算全部完成的时间"),
        ({"projected_completion_date": None, "projection_gap_reason": "beyond_horizon"}, "120个月内不能完成"),
        ({"projected_completion_date": None, "projection_gap_reason": "complete"}, "已全部盘点"),
    ],
)
def test_the_overview_follows_the_figures(figures, expected):
    assert expected in said(altered(city(), **figures))["总体情况"]


def test_a_first_month_has_nothing_to_compare_with():
    first = altered(city(moves=()), previous_stock_patent_count=None, previous_inventoried_patent_count=None)

    assert said(first)["较上月变动及原因"] == "本月为首个统计月，没有上月数可比。"
    assert "较上月 — 个百分点" in page(first)


def test_a_scope_without_stock_has_no_rate():
    empty = replace(
        city(moves=(), returns=(), duties=(), units=(), places={}, trend=()),
        figures=coverage("3401", "合肥市", 0, 0, target_status="no_stock", projection_gap_reason="no_stock"),
    )

    assert said(empty)["总体情况"].endswith("没有有效的存量专利，不计算盘点覆盖率。")
    assert said(empty)["任务办理情况"] == "没有可以判定的任务。"
    assert "无存量" in page(empty)


def test_nothing_to_mend_is_said_too():
    calm = replace(city(returns=(), duties=()), units=(coverage("U2", "乙大学", 6, 4),))

    assert "没有待改正的退回行" in said(calm)["报送和退回情况"]
    assert said(calm)["工作要求"].startswith("各单位目标均已达到")


def test_many_units_are_named_by_the_first_and_their_number():
    units = tuple(
        coverage(f"U{n}", f"第{n}大学", 4, 1, gap_patent_count=n, target_status="at_risk", arrival_rate=0.0)
        for n in range(1, 8)
    )

    assert "尚未达标的第7大学、第6大学、第5大学、第4大学、第3大学等7家单位" in said(city(units=units))["工作要求"]
    assert "近期没有新盘点的" in said(city(units=units))["工作要求"]


def test_equal_rates_share_the_better_rank():
    rows = (coverage("A", "甲", 4, 2), coverage("B", "乙", 8, 4), coverage("C", "丙", 4, 1), coverage("D", "丁", 0, 0))

    assert ranks(rows) == {"A": 1, "B": 1, "C": 3, "D": None}


def test_a_long_list_shows_those_short_of_their_target_first():
    limit = CONTEXT.words.limits.page_units.value
    good = [coverage(f"G{n:03d}", f"好{n}", 10, 9) for n in range(limit + 20)]
    bad = [coverage(f"B{n}", f"差{n}", 10, 1, gap_patent_count=5, target_status="missed") for n in range(3)]
    many = city(units=(*good, *bad), places={})
    grid = coverage_grid(many, CONTEXT, many.units, "units")

    shown = page_units(many, CONTEXT, grid)

    assert len(shown.lines) == limit
    assert {"B0", "B1", "B2"} <= {line.code for line in shown.lines}
    assert shown.note == f"共 {limit + 23} 家，此处列出未达标的和覆盖率最低的 {limit} 家，全部见工作簿。"


def test_the_page_needs_nothing_from_elsewhere():
    text = page(city())

    assert "default-src 'none'" in text
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|https?:", text)


def test_names_cannot_become_markup_or_formulas(tmp_path):
    name = '=HYPERLINK("x")<b>&\''
    hostile = city(units=(coverage("U1", name, 4, 2),))

    written(hostile, tmp_path)

    assert "<b>" not in (tmp_path / PAGE).read_text(encoding="utf-8").partition("<main>")[2].replace("<b style=", "")
    cells = [cell for row in load_workbook(tmp_path / WORKBOOK)["各单位"].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == name] == ["s"]


def test_simulated_figures_say_so_everywhere(tmp_path):
    made = coverage("U1", "甲大学", 4, 2, data_origin="simulated")
    bulletin = altered(city(units=(made, coverage("U2", "乙大学", 6, 4))), data_origin="simulated")

    written(bulletin, tmp_path)

    text = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "含模拟数据：存量 10 件" in text
    row = text.partition('data-grid="units"')[2].partition('data-code="U1"')[2].partition("</tr>")[0]
    other = text.partition('data-grid="units"')[2].partition('data-code="U2"')[2].partition("</tr>")[0]
    assert "含模拟" in row
    assert "含模拟" not in other
    book = load_workbook(tmp_path / WORKBOOK)
    for sheet in book.worksheets:
        assert any("含模拟" in str(cell.value) for row in sheet.iter_rows() for cell in row), sheet.title
    assert 'class="tag"' not in page(city())
    assert "含模拟数据：" not in page(city())


def test_figures_are_read_back_from_both_documents(folder):
    found = list(read_figures(folder))

    by_place = {(f.document, f.grid, f.row_code, f.measure): f.value for f in found}
    assert len(by_place) == len(found)
    for document in (PAGE, WORKBOOK):
        told = {place[1:]: value for place, value in by_place.items() if place[0] == document}
        expected = {
            ("headline", "", "coverage_rate"): 0.6,
            ("headline", "", "stock_patent_count"): 10,
            ("headline", "", "open_rows"): 3,
            ("units", "U1", "gap_patent_count"): 2,
            ("units", "U2", "coverage_rate"): 4 / 6,
            ("units", "U1", "open_rows"): 3,
            ("moves", "opening", "stock"): 9,
            ("moves", "new_grant", "stock"): 2,
            ("moves", "fee_lapsed", "stock"): -1,
            ("moves", "fee_lapsed", "inventoried"): 0,
            ("moves", "closing", "inventoried"): 6,
            ("returns", "U1", "open_rows"): 3,
            ("returns", "U1", "unmatched"): 1,
            ("duties", "N-M5", "late"): 1,
        }
        assert {place: told[place] for place in expected} == pytest.approx(expected)


def test_one_document_without_the_other_is_no_bulletin(tmp_path):
    (tmp_path / WORKBOOK).touch()

    with pytest.raises(ValueError, match=r"bulletin\.xlsx stands without"):
        list(read_figures(tmp_path))
    (tmp_path / WORKBOOK).unlink()
    assert list(read_figures(tmp_path)) == []


def test_equal_bulletins_give_equal_bytes(folder, tmp_path):
    written(city(), tmp_path)

    assert all((folder / name).read_bytes() == (tmp_path / name).read_bytes() for name in (PAGE, WORKBOOK))


def test_the_workbook_has_its_sheets_charts_and_print_set_up(folder):
    book = load_workbook(folder / WORKBOOK)

    assert book.sheetnames == [
        "通报", "各单位", "分类", "走势", "变动", "退回和未计入", "任务", "任务明细", "口径和数据说明",
    ]  # fmt: skip
    assert [type(chart).__name__ for chart in book["各单位"]._charts] == ["BarChart"]
    assert [type(chart).__name__ for chart in book["走势"]._charts] == ["LineChart", "BarChart"]
    units = book["各单位"]
    assert units.freeze_panes == "A3"
    assert units.sheet_properties.pageSetUpPr.fitToPage
    heads = [cell.value for cell in units[2]]
    rows = {row[1].value: dict(zip(heads, row, strict=True)) for row in units.iter_rows(min_row=3, max_row=4)}
    assert rows["U1"]["盘点覆盖率"].value == 0.5
    assert rows["U1"]["盘点覆盖率"].number_format == "0.00%"
    assert rows["U1"]["状态"].value == "逾期未达标"
    assert rows["U1"]["目标期限"].value.date() == dt.date(2024, 6, 30)
    assert rows["U2"]["名次"].value == 1


def test_the_worst_unit_speaks_for_a_duty():
    told = lay_out(
        city(duties=(duty("N-M8", "open", days_ahead=62), duty("N-M8", "late", scope_code="U2", days_ahead=-7))),
        CONTEXT,
    )
    (line,) = next(grid for grid in told.page_grids if grid.name == "duties").lines

    assert line.status == "late"
    assert "逾期7天" in line.cells


def test_no_column_takes_the_style_of_something_else():
    sheets = ("dispatch/templates/document.css", "bulletin/templates/bulletin.css")
    styles = "\n".join((PROJECT_ROOT / "panhuo" / sheet).read_text(encoding="utf-8") for sheet in sheets)
    columns = {head.name for grid in lay_out(city(), CONTEXT).page_grids for head in grid.heads}
    styled_alone = set(re.findall(r"^\s*\.(\w+) \{", styles, re.MULTILINE))

    assert "notice" in styled_alone
    assert columns & styled_alone == set()


def test_every_status_has_a_mark_and_words():
    words = load_catalogue().vocabularies
    assert set(MARKS) == set(words["target_status"].values) | set(words["milestone_status"].values)


def test_a_kind_that_may_not_see_the_figures_gets_no_bulletin():
    rule = load_recipients().rule("city")

    require_grades(rule, load_catalogue())
    with pytest.raises(UngradedColumnError, match="city may not see"):
        require_grades(rule.model_copy(update={"sensitivities": frozenset({"public"})}), load_catalogue())


def test_a_sentence_with_a_figure_that_is_not_there_is_refused():
    content = load_bulletin_policy().model_dump()
    content["overview"]["covered"] = "截至{month_end}，存量{stok}件"

    with pytest.raises(ValueError, match=r"overview: no figure is called \['stok'\]"):
        BulletinPolicy(**content)
