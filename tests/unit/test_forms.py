"""The forms as workbooks: what an official prints, signs and files."""

import datetime as dt
import zipfile

import openpyxl
import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema, conform
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.form_statistics import count_rows
from panhuo.dispatch.forms import FIRST_ROW, GROUP_ROW, LABEL_ROW, read_form, write_form
from panhuo.dispatch.layouts import Statistic, load_layouts
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import load_recipients
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import PERIOD, form1, form2, ledger_entry, line, numbered, screened

pytestmark = pytest.mark.slow

CATALOGUE = load_catalogue()
LAYOUTS = {layout.file: layout for layout in load_layouts()}
NAMES = {"institution": ("U-ANHUI", "江淮大学"), "city": ("3401", "安徽省合肥市")}

LINES = [
    line("CN201510000001.1", "U-ANHUI", field_no=12, field_name="控制"),
    line(
        "CN201510000002.2",
        "U-ANHUI",
        field_no=6,
        field_name="计算机技术",
        title="=1+1",
        prospect_level="low",
        sei_code=None,
        sei_name=None,
        is_priority=False,
        priority_rank=None,
        priority_ground=None,
    ),
    line("CN201510000003.3", "U-ANHUI", field_no=None, field_name=None, owners="甲|乙"),
    line("CN201510000004.4", "U-ANHUI", field_no=12, field_name="控制", simulated_fields="l80|theta|trl"),
]
FORM1 = [
    screened("CN201510000005.5", "U-ANHUI", disposition="form_1", form1_category="licensed", is_licensed=True),
    screened(
        "CN201510000006.6", "U-ANHUI", disposition="form_1", form1_category="disputed", is_licensed=True,
        is_disputed=True, data_origin="simulated",
    ),
]  # fmt: skip


def table(name, rows):
    schema = pa.schema([field.with_nullable(True) for field in arrow_schema(CATALOGUE.contract(f"fct_{name}"))])
    return conform(pa.Table.from_pylist([{**row, "period": PERIOD} for row in rows], schema), CATALOGUE.contract(name))


def by_field(row):
    return row["field_no"] or 99


def package(kind="institution", lines=LINES, converted=FORM1):
    code, name = NAMES[kind]
    tables = {
        "form1_entries": table("form1_entries", numbered(map(form1, converted), "institution_id", by_field)),
        "form2_entries": table("form2_entries", numbered(map(form2, lines), "institution_id", by_field)),
        "city_ledger_entries": table(
            "city_ledger_entries", numbered(map(ledger_entry, lines), "city_code", by_field)
        ),
    }  # fmt: skip
    return Package(kind=kind, code=code, name=name, period=Period(2024, 5), tables=tables)


def write(path, file="form2.xlsx", content=None):
    write_form(path, LAYOUTS[file], content or package(), load_recipients().notes, CATALOGUE)
    return openpyxl.load_workbook(path)


def headings(sheet):
    return [cell.value for cell in sheet[LABEL_ROW + 1]]


def values(sheet, heading):
    position = headings(sheet).index(heading)
    return [row[position].value for row in sheet.iter_rows(min_row=FIRST_ROW + 1) if isinstance(row[0].value, int)]


def rows_named(sheet, word):
    return [row for row in sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True) if row[0] == word]


@pytest.fixture(scope="module")
def form2_book(tmp_path_factory):
    return write(tmp_path_factory.mktemp("form2") / "form2.xlsx")


def test_heading_says_who_reports_which_month_in_which_unit(form2_book):
    sheet = form2_book["表二"]
    assert sheet["A1"].value == "高校和科研机构存量可转化专利分类统计表（表二）"
    facts = [cell.value for cell in sheet[2] if cell.value]
    assert facts == [
        "填报单位：江淮大学",
        "统计月度：2024-05",
        "共 4 件（真实 4 件，其中 1 件含模拟字段；模拟 0 件）　　单位：件",
    ]
    assert "含模拟数据" in sheet["A3"].value
    last = openpyxl.utils.get_column_letter(sheet.max_column)
    assert {f"A1:{last}1", f"A3:{last}3"} <= {str(area) for area in sheet.merged_cells.ranges}
    groups = [cell.value for cell in sheet[GROUP_ROW + 1] if cell.value]
    assert groups == ["专利", "技术和产业", "权利人", "自我评估", "实施情况", "备查"]


def test_real_rows_carry_no_notice_of_simulation(tmp_path):
    sheet = write(tmp_path / "f.xlsx", content=package(lines=LINES[:3]))["表二"]
    assert "含模拟数据" not in sheet["A3"].value
    assert sheet.oddFooter.right.text is None


def test_rows_are_numbered_by_field_and_each_field_has_its_subtotal(form2_book):
    sheet = form2_book["表二"]
    assert values(sheet, "序号") == [1, 2, 3, 4]
    assert values(sheet, "专利号") == [f"CN20151000000{number}" for number in ("2.2", "1.1", "4.4", "3.3")]
    assert values(sheet, "技术领域") == ["计算机技术", "控制", "控制", None]
    closing = [(row[1], row[2]) for row in rows_named(sheet, "小计")]
    assert closing == [("计算机技术", 1), ("控制", 2), ("未分类", 1)]
    assert [row[2] for row in rows_named(sheet, "合计")] == [4]


def test_headings_stay_in_view_and_on_every_page(form2_book):
    sheet = form2_book["表二"]
    assert sheet.freeze_panes == "E6"
    assert headings(sheet)[:4] == ["序号", "技术领域", "专利号", "专利名称"]
    assert sheet.print_title_rows == "$4:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert sheet.oddFooter.left.text == "江淮大学　2024-05"
    assert sheet.oddFooter.right.text == "含模拟数据"
    assert sheet.auto_filter.ref.startswith("A5:")


def checks(sheet):
    titles = {}
    for rule in sheet.data_validations.dataValidation:
        column = openpyxl.utils.cell.range_boundaries(str(rule.sqref))[0]
        titles[sheet.cell(LABEL_ROW + 1, column).value] = rule
    return titles


def test_what_people_correct_has_a_drop_down_or_a_bound(form2_book):
    rules = checks(form2_book["表二"])
    assert sorted(rules) == ["产业化前景", "实施情况", "实施日期", "实施证据", "成熟度等级", "技术成熟度", "转化意愿"]
    assert rules["产业化前景"].formula1 == '"高,中,低"'
    assert str(rules["产业化前景"].sqref).endswith(f"{FIRST_ROW + 7}")
    assert rules["产业化前景"].showErrorMessage
    assert not rules["技术成熟度"].showErrorMessage
    assert (rules["转化意愿"].prompt, rules["转化意愿"].showErrorMessage) == ("可多选，用“、”分隔。", False)
    assert (float(rules["成熟度等级"].formula1), float(rules["成熟度等级"].formula2)) == (1, 9)
    assert (rules["实施日期"].type, rules["实施日期"].operator) == ("date", "greaterThanOrEqual")


def test_form_1_flags_are_offered_as_yes_and_no_and_counted(tmp_path):
    sheet = write(tmp_path / "f.xlsx", "form1.xlsx")["表一"]
    rules = checks(sheet)
    assert rules["涉及权属纠纷"].formula1 == '"是,否"'
    assert rules["表一类别"].formula1 == '"权属纠纷,即将放弃,已达成或即将转让,已发生或即将许可,与企业共有"'
    assert values(sheet, "表一类别") == ["已发生或即将许可", "权属纠纷"]
    (total,) = rows_named(sheet, "合计")
    counted = dict(zip(headings(sheet), total, strict=True))
    assert (counted["专利号"], counted["已发生或即将许可"], counted["涉及权属纠纷"]) == (2, 2, 1)
    assert counted["即将放弃"] == 0
    assert not rows_named(sheet, "小计")


def test_signature_line_and_notes_close_the_form(form2_book):
    rows = [[cell for cell in row if cell] for row in form2_book["表二"].iter_rows(values_only=True)]
    layout = LAYOUTS["form2.xlsx"]
    assert list(layout.signature) in rows
    assert rows[-1] == [f"{len(layout.notes)}. {layout.notes[-1]}"]
    assert rows.index(list(layout.signature)) > [row[0] if row else None for row in rows].index("合计")


def test_cells_are_read_as_people_read_them_and_only_what_is_shown_is_called_simulated(form2_book):
    sheet = form2_book["表二"]
    assert values(sheet, "转化意愿")[0] == "许可、转让"
    assert values(sheet, "专利权人")[3] == "甲；乙"
    assert values(sheet, "授权公告日")[0].date() == dt.date(2017, 8, 11)
    assert values(sheet, "实施证据")[0] == "合同或备案"
    assert values(sheet, "IPC小类名称")[0] == "一般的控制或调节系统"
    assert (values(sheet, "是否优先"), values(sheet, "优先类别")[0]) == (["否", "是", "是", "是"], None)
    assert values(sheet, "模拟字段") == [None, None, "成熟度等级", None]
    assert values(sheet, "备注") == [None] * 4


def test_city_sees_whose_patent_it_is_and_the_institution_does_not_need_to(tmp_path, form2_book):
    sheet = write(tmp_path / "f.xlsx", content=package("city"))["表二"]
    assert sheet["A1"].value.endswith("汇总")
    assert sheet["A2"].value == "汇总地区：安徽省合肥市"
    assert "单位名称" in headings(sheet)
    assert "单位名称" not in headings(form2_book["表二"])


def test_ledger_tells_tier_stage_and_remark(tmp_path):
    entries = package("city")
    ledger = entries.tables["city_ledger_entries"].to_pylist()
    ledger[0]["ledger_remark"] = "乙大学也填报了本专利，未计入：由第一权利单位填报"
    tables = {**entries.tables, "city_ledger_entries": table("city_ledger_entries", ledger)}
    content = Package(kind="city", code="3401", name="安徽省合肥市", period=Period(2024, 5), tables=tables)
    sheet = write(tmp_path / "f.xlsx", "ledger.xlsx", content)["台账"]
    assert sheet["A1"].value == "高校和科研机构可转化专利工作台账"
    assert values(sheet, "分级标记") == ["即可转化"] * 4
    assert values(sheet, "台账备注")[0].startswith("乙大学也填报了")
    assert checks(sheet)["转化应用程度"].formula1.startswith('"未对接,已推送,')


def test_second_sheet_counts_the_rows(form2_book):
    rows = [list(row) for row in form2_book["分类统计"].iter_rows(values_only=True)]
    assert rows[0][0] == "高校和科研机构存量可转化专利分类统计表（表二）：分类统计"
    assert "含模拟数据" in rows[2][0]
    counted = [[cell for cell in row if cell is not None] for row in rows if isinstance(row[1], int)]
    assert counted == [
        ["计算机技术", 1, 1, 0, 0, 0, 0, 1, 1, 0, 0],
        ["控制", 2, 2, 0, 0, 2, 0, 0, 2, 0, 0],
        ["未分类", 1, 1, 0, 0, 1, 0, 0, 1, 0, 0],
        ["合计", 4, 4, 0, 0, 3, 0, 1, 4, 0, 0],
        ["智能制造装备产业", 3, 3, 0, 0, 3, 0, 0],
        ["未匹配产业", 1, 0, 0, 1, 0, 0, 1],
        ["合计", 4, 3, 0, 1, 3, 0, 1],
    ]


def test_what_no_word_of_the_vocabulary_names_is_counted_apart():
    rows = pa.table(
        {"institution_name": ["乙", "甲", None], "institution_id": ["U1", "U2", None], "tier": ["T1", None, "T1"]}
    )
    counts = count_rows(
        rows,
        Statistic(title="…", rows="institution_name", key="institution_id", by=("tier",), absent="未评"),
        CATALOGUE,
    )
    assert counts.groups == (("分级标记", ("待评价", "即可转化", "改进后可转化", "合作培育", "暂缓", "未评")),)
    assert counts.lines == (
        ("乙", 1, (0, 1, 0, 0, 0, 0)),
        ("甲", 1, (0, 0, 0, 0, 0, 1)),
        ("未填", 1, (0, 1, 0, 0, 0, 0)),
    )


def test_empty_form_says_so_and_can_still_be_signed(tmp_path):
    sheet = write(tmp_path / "f.xlsx", content=package(lines=[]))["表二"]
    assert sheet.cell(FIRST_ROW + 1, 1).value == "本月没有列入表二的专利。"
    assert [row[2] for row in rows_named(sheet, "合计")] == [0]
    assert not sheet.data_validations.dataValidation
    assert read_form(tmp_path / "f.xlsx", CATALOGUE).rows == ()


@pytest.mark.parametrize("file", sorted(LAYOUTS))
def test_no_cell_is_a_formula_or_a_link(tmp_path, file):
    evil = [line("CN201510000001.1", "U-ANHUI", title='=HYPERLINK("http://x","y")', owners="http://example.org",
                 application_scenario="{=SUM(A1)}", field_name="=1+1", maturity_word="+1")]  # fmt: skip
    converted = [{**FORM1[0], "title": "@SUM(A1)", "field_name": "=cmd|' /C calc'!A0"}]
    content = package("city", evil, converted)
    write(tmp_path / "f.xlsx", file, Package(**{**vars(content), "name": '=HYPERLINK("x")&A1'}))
    with zipfile.ZipFile(tmp_path / "f.xlsx") as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name), name
            assert b"<hyperlink" not in parts.read(name), name


@pytest.mark.parametrize("file", sorted(LAYOUTS))
def test_equal_rows_in_any_order_give_equal_bytes(tmp_path, file):
    content = package("city")
    shuffled = {name: rows.take(list(range(rows.num_rows))[::-1]) for name, rows in content.tables.items()}
    write(tmp_path / "a.xlsx", file, content)
    write(tmp_path / "b.xlsx", file, Package(**{**vars(content), "tables": shuffled}))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_columns_that_a_recipient_may_not_see_are_in_no_sheet(tmp_path):
    content = package("city")
    public = {
        name: rows.select([column for column in rows.column_names if CATALOGUE.columns[column].sensitivity == "public"])
        for name, rows in content.tables.items()
    }
    for file, layout in LAYOUTS.items():
        book = write(tmp_path / file, file, Package(**{**vars(content), "tables": public}))
        shown = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
        internal = [cell.heading(CATALOGUE) for cell in layout.cells
                    if cell.name and CATALOGUE.columns[cell.name].sensitivity == "internal"]  # fmt: skip
        assert internal
        assert not shown & set(internal)


def test_form_is_read_back_with_its_headings_numbers_and_patents(tmp_path):
    write(tmp_path / "f.xlsx", "ledger.xlsx", package("city"))
    form = read_form(tmp_path / "f.xlsx", CATALOGUE)
    assert form.headings[0] == "专利号"
    assert [number for number, _ in form.rows] == [1, 2, 3, 4]
    assert {patent_no for _, patent_no in form.rows} == {row["patent_no"] for row in LINES}


def test_workbook_that_is_no_form_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "说明"
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(ValueError, match=r"other\.xlsx: row 5 of the first sheet holds no headings"):
        read_form(tmp_path / "other.xlsx", CATALOGUE)


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("panhuo.dispatch.forms._EXCEL_ROWS", FIRST_ROW + 10)
    with pytest.raises(ValueError, match="7 rows do not fit into a sheet"):
        write(tmp_path / "f.xlsx")
