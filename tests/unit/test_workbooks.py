"""Forms out and in, and workbooks that mean harm."""
# ruff: noqa: DTZ001 - spreadsheets have no time zones

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from ingestion.sources import load_source
from ingestion.tables import Limits, UnreadableFileError
from ingestion.workbooks import read_form, write_form
from panhuo.contracts.forms import FIRST_DATA_ROW, HEADER_ROW
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import read_rows, stated_columns

CONTRACT = load_source("inventories").contract
LIMITS = Limits(max_bytes=1_000_000, max_rows=100)
NO = "CN201010110545.X"


def form(path: Path, rows: list[dict[str, object]]) -> Path:
    write_form(path, CONTRACT, rows, title="盘点表", filling_unit="甲大学", period="2024-04", notice="模拟数据")
    return path


def workbook(fill) -> bytes:
    book = openpyxl.Workbook()
    fill(book.active)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def plain(*rows: list[object]) -> bytes:
    def fill(sheet: Worksheet) -> None:
        for row in rows:
            sheet.append(row)

    return workbook(fill)


def test_form_comes_back_as_it_was_written(tmp_path: Path) -> None:
    rows = [
        {
            "patent_no": NO,
            "title": '=HYPERLINK("x")',
            "intent": "transfer|license",
            "implementation_date": dt.date(2024, 1, 2),
            "is_licensed": True,
            "is_disputed": False,
            "data_origin": "simulated",
        },
        {"patent_no": "CN201010240908.1", "prospect_level": "没有的词", "data_origin": "real"},
    ]
    table = read_form(form(tmp_path / "a.xlsx", rows), CONTRACT, LIMITS)
    assert table.header_row == HEADER_ROW
    assert table.preamble[0][0] == "盘点表"
    assert [cell for cell in table.preamble[1] if cell] == ["填报单位：甲大学", "月度：2024-04", "模拟数据"]
    assert [number for number, _ in table.rows] == [FIRST_DATA_ROW, FIRST_DATA_ROW + 1]
    assert table.rows[1][1]["产业化前景"] == "没有的词"
    result = read_rows(CONTRACT, table.rows[:1], pseudonym_key=None, headers=table.headers)
    assert result.violations == []
    read = result.table.to_pylist()[0]
    assert {name: read[name] for name in rows[0]} == {**rows[0], "intent": "license|transfer"}


def test_form_has_drop_downs_required_fills_and_guide(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form(tmp_path / "a.xlsx", []))
    sheet, guide, words = book.worksheets
    labels = [use.column.label for use in stated_columns(CONTRACT)]
    assert [cell.value for cell in sheet[HEADER_ROW]] == labels
    fills = {cell.value: cell.fill.fgColor.rgb for cell in sheet[HEADER_ROW]}
    assert fills["专利号"] == fills["数据来源"] != fills["专利名称"]
    lists = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    column = labels.index("产业化前景")
    letter = openpyxl.utils.get_column_letter(column + 1)
    assert lists[f"{letter}{FIRST_DATA_ROW}"] == f"词表!${letter}$1:${letter}$3"
    assert [row[column].value for row in words.iter_rows(max_row=3)] == ["高", "中", "低"]
    assert words.sheet_state == "hidden"
    assert "可多选" in next(row[2].value for row in guide.iter_rows() if row[0].value == "转化意愿")


def test_equal_forms_have_equal_bytes(tmp_path: Path) -> None:
    rows = [{"patent_no": NO}]
    assert form(tmp_path / "a.xlsx", rows).read_bytes() == form(tmp_path / "b.xlsx", rows).read_bytes()


def test_header_is_found_where_it_stands_and_types_are_kept() -> None:
    content = plain(
        ["某某大学"],
        [],
        ["序号", "专利号", "实施日期"],
        [1, NO, dt.datetime(2024, 1, 2)],
        [],
        [2, 2010102409081, 45293],
    )
    table = read_form(content, CONTRACT, LIMITS)
    assert (table.headers, table.header_row) == (("序号", "专利号", "实施日期"), 3)
    assert [number for number, _ in table.rows] == [4, 6]
    assert table.rows[0][1]["实施日期"] == dt.date(2024, 1, 2)
    assert table.rows[1][1] == {"序号": 2, "专利号": 2010102409081, "实施日期": 45293}


def test_formula_without_value_and_error_cell_are_faults() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["专利号", "专利名称", "应用场景"])
        sheet.append([NO, "=1+1", None])
        sheet["C2"].value, sheet["C2"].data_type = "#N/A", "e"

    _, record = read_form(workbook(fill), CONTRACT, LIMITS).rows[0]
    result = read_rows(CONTRACT, [(2, record)], pseudonym_key=None, defaults={"data_origin": "真实"})
    assert [(v.column, v.code, v.value) for v in result.violations] == [
        ("title", "broken_formula", "未计算的公式"),
        ("application_scenario", "broken_formula", "#N/A"),
    ]


def _merged(*ranges: str) -> bytes:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["盘点表"])
        sheet.append(["序号", "专利号", "专利名称", "应用场景", None])
        sheet.append([1, NO, "甲", "场景一", None])
        sheet.append([2, "CN201010240908.1", "乙", "场景二", None])
        for area in ranges:
            sheet.merge_cells(area)

    return workbook(fill)


@pytest.mark.parametrize(
    ("area", "hidden"),
    [
        ("D3:D4", [(4, "application_scenario")]),
        ("C3:D3", [(3, "application_scenario")]),
        ("B3:C4", [(3, "title"), (4, "patent_no"), (4, "title")]),
        ("A1:E1", []),
        ("D2:E2", []),
        ("E3:E4", []),
        ("D4:E4", []),
        ("D4:E9", []),
        ("A9:D12", []),
    ],
)
def test_rows_a_merge_hides_are_set_aside(area: str, hidden: list[tuple[int, str]]) -> None:
    table = read_form(_merged(area), CONTRACT, LIMITS)
    assert [header for header in table.headers if header] == ["序号", "专利号", "专利名称", "应用场景"]
    assert [cell for cell in table.preamble[0] if cell] == ["盘点表"]
    result = read_rows(
        CONTRACT, table.rows, pseudonym_key=None, headers=table.headers, defaults={"data_origin": "真实"}
    )
    found = [(v.source_row, v.column) for v in result.violations if v.code == "merged_cell"]
    assert found == hidden


def test_overlapping_merges_are_refused() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["专利号", "专利名称"])
        sheet.append([NO, "甲"])
        for area in ("A1:B1", "A1:A2", "B1:B2"):
            sheet.merged_cells.add(area)

    with pytest.raises(UnreadableFileError, match="不是完好的"):
        read_form(workbook(fill), CONTRACT, LIMITS)


def _archive(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda: b"x" * 1_000_001, "超过上限"),
        (lambda: _archive(("a.xml", b"")), "没有工作簿"),
        (lambda: _archive(("xl/workbook.xml", b"<not-one/>")), "不是完好的|找不到表头"),
        (lambda: _archive(("xl/workbook.xml", b" " * 10_000_001)), "压缩炸弹"),
        pytest.param(
            lambda: _archive(*((f"{i}.xml", b"") for i in range(10_001))), "压缩炸弹|超过上限", marks=pytest.mark.slow
        ),
        (lambda: plain(["随便", "什么"]), "找不到表头；表头应至少包含：专利号、数据来源"),
        (lambda: plain(["专利号", "专利名称"], *([NO, i] for i in range(101))), "超过上限 100 行"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_workbook_that_cannot_be_read_is_refused_with_a_reason(content: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read_form(content(), CONTRACT, LIMITS)


def test_any_cut_of_a_workbook_is_read_or_refused() -> None:
    content = plain(["专利号", "专利名称"], [NO, "甲"])
    for end in range(0, len(content), 97):
        with pytest.raises(UnreadableFileError):
            read_form(content[:end], CONTRACT, LIMITS)


def test_form_of_every_source_can_be_written_and_read(tmp_path: Path) -> None:
    for contract in load_catalogue().layer("raw"):
        if contract.source == "lake":
            continue
        path = tmp_path / f"{contract.source}.xlsx"
        write_form(path, contract, [], title=contract.table, filling_unit="甲", period="2024-04")
        assert read_form(path, contract, LIMITS).headers == tuple(use.column.label for use in stated_columns(contract))
