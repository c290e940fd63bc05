"""The workbook: what an official reads, and that nothing in it is evaluated."""

import datetime as dt
import zipfile

import openpyxl
import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.display import display_pairs
from panhuo.dispatch.model import OriginCounts, Package
from panhuo.dispatch.recipients import load_recipients
from panhuo.dispatch.sheets import escape_text, line_count
from panhuo.dispatch.workbook import FIRST_ROW, HEADER_ROW, write_workbook
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import PERIOD, change, line, screened

pytestmark = pytest.mark.slow

CATALOGUE = load_catalogue()
LINES = [
    line("CN201510000001.1", "U-ANHUI", tier="T4", theta=2.5),
    line("CN201510000002.2", "U-ANHUI", tier="T0", theta=3.5, simulated_fields="application_scenario|trl"),
    line("CN201510000003.3", "U-ANHUI", tier="T1", theta=4.0, title="=1+1", field_no=None, field_name=None),
    line("CN201510000004.4", "U-ANHUI", tier="T1", theta=4.5, data_origin="simulated", owners="甲|乙"),
]
SCREENING = [
    *(screened(row["patent_no"], "U-ANHUI", title=row["title"], data_origin=row["data_origin"]) for row in LINES),
    screened("CN201510000005.5", "U-ANHUI", disposition="form_1", form1_category="licensed", is_licensed=True,
             simulated_fields="form1_category|is_licensed"),
    screened("CN201510000006.6", "U-ANHUI", disposition="excluded", reasons="maturity_missing|scenario_missing",
             next_step="请补填技术成熟度。"),
]  # fmt: skip
CHANGES = [
    change("CN201510000003.3", "U-ANHUI", change_kind="MOD", changed_columns="intent|theta",
           old_value="intent=|theta=2.123456", new_value="intent=license,transfer|theta=4.0",
           simulated_fields="theta|trl"),
]  # fmt: skip


def table(name, rows):
    contract = CATALOGUE.contract(name)
    named = [{"period": PERIOD, **row} for row in rows]
    return pa.Table.from_pylist(named, schema=arrow_schema(contract))


def package(lines=LINES, screening=SCREENING, changes=CHANGES):
    return Package(
        kind="institution", code="U-ANHUI", name="江淮大学", period=Period(2024, 5),
        tables={
            "dispatch_lines": table("dispatch_lines", lines), "screening": table("screening", screening),
            "changes": table("changes", changes),
        },
    )  # fmt: skip


def write(path, content=None, **options):
    write_workbook(path, content or package(), load_recipients().notes, CATALOGUE, **options)
    return openpyxl.load_workbook(path)


def column(sheet, label):
    """The cells below a heading."""
    heading = [cell.value for cell in sheet[HEADER_ROW + 1]]
    position = heading.index(label)
    return [row[position] for row in sheet.iter_rows(min_row=FIRST_ROW + 1)]


def values(sheet, label):
    return [cell.value for cell in column(sheet, label)]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return write(tmp_path_factory.mktemp("book") / "package.xlsx")


def test_sheets_stand_in_the_order_officials_work(book):
    assert book.sheetnames == ["可转化专利", "转化专利统计表（表一）", "未入选专利及原因", "本月变动", "填报与数据说明"]


def test_lines_are_ordered_by_readiness_then_prospect(book):
    sheet = book["可转化专利"]
    assert values(sheet, "专利号") == [f"CN20151000000{number}" for number in ("4.4", "3.3", "2.2", "1.1")]
    assert values(sheet, "分级标记") == ["即可转化", "即可转化", "待评价", "暂缓"]
    assert values(sheet, "序号") == [1, 2, 3, 4]


def test_cells_are_read_as_people_read_them(book):
    sheet = book["可转化专利"]
    assert values(sheet, "转化意愿")[0] == "许可、转让"
    assert values(sheet, "专利权人")[0] == "甲；乙"
    assert values(sheet, "模拟字段")[2] == "应用场景、成熟度等级"
    assert values(sheet, "数据来源") == ["模拟", "真实", "真实", "真实"]
    assert values(sheet, "申请日")[0].date() == dt.date(2015, 3, 2)
    theta = column(sheet, "前景后验均值")[0]
    assert (theta.value, theta.number_format) == (4.5, "0.00")


def test_tiers_have_their_colours(book):
    fills = [cell.fill.fgColor.rgb for cell in column(book["可转化专利"], "分级标记")]
    assert fills[0] == fills[1]
    assert len(set(fills)) == 3


def test_heading_is_frozen_and_filtered(book):
    sheet = book["可转化专利"]
    assert sheet.freeze_panes == "D5"
    assert sheet.auto_filter.ref.startswith("A4:")
    assert sheet.auto_filter.ref.endswith("8")
    assert sheet.dimensions.endswith("8")


def test_banner_names_recipient_month_and_counts_origins_apart(book):
    sheet = book["可转化专利"]
    assert "表二" in sheet["A1"].value
    assert "接收方：江淮大学（U-ANHUI）" in sheet["A2"].value
    assert "2024-05" in sheet["A2"].value
    assert "共 4 件（真实 3 件，其中 1 件含模拟字段；模拟 1 件）" in sheet["A2"].value
    assert "含模拟数据" in sheet["A3"].value


def test_real_package_carries_no_notice_of_simulation(tmp_path):
    real = [line("CN201510000001.1", "U-ANHUI")]
    book = write(tmp_path / "p.xlsx", package(real, [screened("CN201510000001.1", "U-ANHUI")], []))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [text for text in texts if "含模拟数据" in text]


def test_screening_is_split_into_form_1_and_excluded_with_reasons(book):
    form1 = book["转化专利统计表（表一）"]
    assert values(form1, "专利号") == ["CN201510000005.5"]
    assert values(form1, "表一类别") == ["已发生或即将许可"]
    assert values(form1, "已发生或即将许可") == ["是"]
    assert values(form1, "模拟字段") == ["表一类别、已发生或即将许可"]
    excluded = book["未入选专利及原因"]
    assert values(excluded, "未入选原因") == ["技术成熟度未填、应用场景未填"]
    assert values(excluded, "处理建议") == ["请补填技术成熟度。"]


def test_changes_are_told_in_words(book):
    sheet = book["本月变动"]
    assert values(sheet, "变动类型") == ["变更"]
    assert values(sheet, "变动字段") == ["转化意愿、前景后验均值"]
    assert values(sheet, "原值") == ["转化意愿：（空）；前景后验均值：2.12"]
    assert values(sheet, "新值") == ["转化意愿：许可、转让；前景后验均值：4.00"]
    assert values(sheet, "专利名称") == ["=1+1"]
    assert values(sheet, "模拟字段") == ["前景后验均值、成熟度等级"]
    assert "共 1 项（真实 1 项，其中 1 项含模拟字段；模拟 0 项）" in sheet["A2"].value
    assert "含模拟数据" in sheet["A3"].value


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"change_kind": "MOD", "changed_columns": "intent|tier", "simulated_fields": "tier|trl"}, (1, 0, 1)),
        ({"change_kind": "MOD", "changed_columns": "intent|tier", "simulated_fields": "trl"}, (1, 0, 0)),
        ({"change_kind": "MOD", "changed_columns": "tier", "data_origin": "simulated"}, (0, 1, 0)),
        ({"change_kind": "ADD", "simulated_fields": "trl"}, (1, 0, 1)),
        ({"change_kind": "DEL", "simulated_fields": "trl"}, (1, 0, 1)),
        ({"change_kind": "DEL"}, (1, 0, 0)),
    ],
)
def test_a_change_counts_as_touched_by_what_it_states(told, expected):
    content = package([], [], [change("CN201510000003.3", "U-ANHUI", **told)])
    assert content.origins["changes"] == OriginCounts(*expected)
    assert content.is_all_real == (expected == (1, 0, 0))


def test_notes_count_fields_by_tier_and_explain_tiers(book):
    rows = [[cell for cell in row if cell is not None] for row in book["填报与数据说明"].iter_rows(values_only=True)]
    assert ["技术领域", "T1 即可转化", "T2 改进后可转化", "T3 合作培育", "T0 待评价", "T4 暂缓", "合计"] in rows
    assert ["控制", 1, 0, 0, 1, 1, 3] in rows
    assert ["未分类", 1, 0, 0, 0, 0, 1] in rows
    assert ["合计", 2, 0, 0, 1, 1, 4] in rows
    assert ["T1 即可转化", load_recipients().notes.tiers["T1"]] in rows
    assert ["技术成熟度未填", "1 件"] in rows


def test_no_cell_is_a_formula_or_a_link(tmp_path):
    evil = [line("CN201510000001.1", "U-ANHUI", title='=HYPERLINK("http://x","y")', owners="http://example.org",
                 application_scenario="{=SUM(A1)}", field_name="=1+1", maturity_word="+1")]  # fmt: skip
    path = tmp_path / "p.xlsx"
    book = write(path, package(evil, [screened("CN201510000001.1", "U-ANHUI", title="=cmd|' /C calc'!A0")], []))
    assert values(book["可转化专利"], "专利名称") == ['=HYPERLINK("http://x","y")']
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name), name
            assert b"<hyperlink" not in parts.read(name), name


def test_characters_xml_cannot_hold_survive(tmp_path):
    title = 'a<b>&"c"\n\x07_x0041_  装置'
    path = tmp_path / "p.xlsx"
    book = write(path, package([line("CN201510000001.1", "U-ANHUI", title=title)], [], []))
    assert values(book["可转化专利"], "专利名称") == ['a<b>&"c"\n_x0007__x005F_x0041_  装置']
    assert escape_text("_x0041_") == "_x005F_x0041_"
    assert escape_text("_x004") == "_x004"


def test_text_too_long_for_a_cell_is_cut_with_a_word_of_where_the_rest_is(tmp_path):
    long = [line("CN201510000001.1", "U-ANHUI", title="长" * 40_000)]
    (title,) = values(write(tmp_path / "p.xlsx", package(long, [], []))["可转化专利"], "专利名称")
    assert len(title) == 32_767
    assert title.endswith("全文见 CSV）")


def test_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path):
    book = write(tmp_path / "p.xlsx", max_rows=FIRST_ROW + 3)
    assert book.sheetnames[:3] == ["可转化专利", "可转化专利（2）", "转化专利统计表（表一）"]
    first, second = values(book["可转化专利"], "序号"), values(book["可转化专利（2）"], "序号")
    assert (first, second) == ([1, 2, 3], [4])


def test_empty_tables_say_so(tmp_path):
    book = write(tmp_path / "p.xlsx", package([], [], []))
    assert [book[name].cell(FIRST_ROW + 1, 1).value for name in book.sheetnames[:4]] == [
        "本月没有可转化专利。", "本月没有表一专利。", "本月没有未入选的专利。", "与比较基准相比没有变动。",
    ]  # fmt: skip


def test_same_content_gives_the_same_bytes_with_and_without_temporary_files(tmp_path, monkeypatch):
    write(tmp_path / "a.xlsx")
    write(tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    monkeypatch.setattr("panhuo.dispatch.book._IN_MEMORY_ROWS", 0)
    write(tmp_path / "c.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as small, zipfile.ZipFile(tmp_path / "c.xlsx") as large:
        assert {n: small.read(n) for n in small.namelist()} == {n: large.read(n) for n in large.namelist()}


def test_no_date_but_the_fixed_one_is_in_the_file(book):
    assert book.properties.created == book.properties.modified
    assert book.properties.created.date() == dt.date(2024, 1, 1)


@pytest.mark.parametrize(
    ("text", "width", "lines"), [("", 11, 1), ("装" * 5, 11, 1), ("装" * 6, 11, 2), ("a" * 11, 11, 2), ("a\nb", 11, 2)]
)
def test_line_count_takes_chinese_characters_as_two_wide(text, width, lines):
    assert line_count(text, width) == lines


def test_pairs_of_another_make_are_shown_as_they_are():
    assert display_pairs("no column=1|tier=T1", CATALOGUE) == "no column=1；分级标记：即可转化"
    assert display_pairs(None, CATALOGUE) is None
