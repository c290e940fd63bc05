"""Forms as sheets of a workbook: blank or filled, with headings, drop-downs and a guide, by a contract alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from panhuo.contracts.model import Catalogue, Column, Contract, ContractColumn, load_catalogue
from panhuo.contracts.rows import stated_columns
from panhuo.periods import Period

HEADER_ROW = 3
FIRST_DATA_ROW = 4
FORM_SHEET, GUIDE_SHEET, WORDS_SHEET = "填报表", "填报说明", "词表"
COVER_SHEET, OFFERS_SHEET, RECALLS_SHEET = "推送说明", "推送专利", "收回专利"
SHEETS_BESIDE = frozenset({COVER_SHEET, OFFERS_SHEET, RECALLS_SHEET})
"""Sheets that stand before a form that is sent out with what it asks about; nothing is filled into them."""

_BLANK_ROWS = 2_000
_CELL_TEXT_LIMIT = 32_767
_YES_NO = ["是", "否"]
_FORMAT_HINTS = {
    "patent_no": "专利证书上的专利号或申请号，例如 CN201010110545.X 或 ZL 2010 1 0110545.X",
    "patent_no_list": "专利号，多个之间用“、”分隔",
    "code": "自编的编号，只含字母、数字、点和连字符，例如 20240612-384920；编号会在反馈中显示，不得含统一社会信用代码",
    "uscc": "营业执照上的 18 位统一社会信用代码",
    "owners": "按顺序填写全部名称，多个之间用“；”分隔",
    "ipc_list": "主分类号在前，多个之间用“;”分隔，例如 G06F40/30",
    "dated_usccs": "统一社会信用代码加离职月份，例如 91340100MA2ABCDE0T 2023-06，多个之间用“；”分隔",
    "period": "月份，例如 2024-06",
    "quarter": "季度，例如 2024-Q2",
    "date": "日期，例如 2024-01-02",
    "boolean": "填“是”或“否”",
    "integer": "整数，不带单位",
    "phone_pseudonym": "11 位手机号码或带区号的座机号码；入库前转为不可逆的代号",
    "pseudonym": "姓名；入库前转为不可逆的代号",
}


def cell_text(value: object) -> str:
    """Any value as text a workbook can hold: at most 32,767 characters, never a formula."""
    return str(value)[:_CELL_TEXT_LIMIT].encode("utf-8", "replace").decode()


@dataclass(frozen=True)
class Form:
    """A form to fill in: the contract it is read by, its heading, and the rows that are known already.

    `rows` map column names to values; codes become their labels, dates ISO text, anything else stays as it is.
    Columns of `omit` are left out.
    """

    contract: Contract
    rows: Iterable[Mapping[str, object]]
    title: str
    filling_unit: str
    period: Period | str
    notice: str | None = None
    omit: Iterable[str] = ()


def add_form(workbook: xlsxwriter.Workbook, form: Form) -> None:
    """Add a form's sheets: row 1 title, row 2 who fills it in for which month, row 3 headings, data from row 4.

    Blank rows below the data have drop-downs too. Choices stand in a hidden sheet, what is asked for in a guide.
    """
    catalogue = load_catalogue()
    left_out = set(form.omit)
    uses = [use for use in stated_columns(form.contract) if use.name not in left_out]
    facts = [f"填报单位：{form.filling_unit}", f"月度：{form.period}", *filter(None, [form.notice])]
    sheet = workbook.add_worksheet(FORM_SHEET)
    guide = workbook.add_worksheet(GUIDE_SHEET)
    words = workbook.add_worksheet(WORDS_SHEET)
    words.hide()
    _write_head(workbook, sheet, uses, form.title, facts)
    as_text = workbook.add_format({"num_format": "@"})
    last = _write_rows(sheet, uses, form.rows, catalogue, as_text)
    for position, use in enumerate(uses):
        sheet.set_column(position, position, 40 if use.column.format == "text" else 18, as_text)
        _add_drop_down(sheet, words, position, use.column, catalogue, last + _BLANK_ROWS)
    _write_guide(workbook, guide, uses, catalogue)


def _write_rows(
    sheet: Worksheet,
    uses: Sequence[ContractColumn],
    rows: Iterable[Mapping[str, object]],
    catalogue: Catalogue,
    as_text: Format,
) -> int:
    last = HEADER_ROW
    for last, row in enumerate(rows, start=FIRST_DATA_ROW):
        for position, use in enumerate(uses):
            shown = display(use.column, row.get(use.name), catalogue)
            if shown:
                sheet.write_string(last - 1, position, shown, as_text)
    return last


def display(column: Column, value: object, catalogue: Catalogue) -> str:
    """A value as a person reads it in a workbook."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, str) and column.vocabulary:
        return cell_text(catalogue.value_label(column.name, value))
    return cell_text(value)


def _write_head(
    workbook: xlsxwriter.Workbook,
    sheet: Worksheet,
    uses: Sequence[ContractColumn],
    title: str,
    facts: Sequence[str],
) -> None:
    sheet.write_string(0, 0, title, workbook.add_format({"bold": True, "font_size": 14}))
    for position, fact in enumerate(facts):
        sheet.write_string(1, position * 2, fact)
    plain = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    required: Format = workbook.add_format({**plain, "bg_color": "#F8CBAD"})
    optional: Format = workbook.add_format({**plain, "bg_color": "#DDEBF7"})
    for position, use in enumerate(uses):
        sheet.write_string(HEADER_ROW - 1, position, use.column.label, required if use.required else optional)
    sheet.freeze_panes(HEADER_ROW, 1)


def _add_drop_down(
    sheet: Worksheet, words: Worksheet, position: int, column: Column, catalogue: Catalogue, last_row: int
) -> None:
    vocabulary = catalogue.vocabulary_of(column)
    labels = list(vocabulary.values.values()) if vocabulary else _YES_NO if column.type == "boolean" else []
    area = (FIRST_DATA_ROW - 1, position, last_row - 1, position)
    if not labels or column.is_multi_valued:
        sheet.data_validation(
            *area,
            {
                "validate": "any",
                "input_title": column.label,
                "input_message": guidance(column, catalogue)[:255],
            },
        )
        return
    # By reference, since a list written out may have 255 characters at most.
    for row, label in enumerate(labels):
        words.write_string(row, position, label)
    letter = xlsxwriter.utility.xl_col_to_name(position)
    rule = {
        "validate": "list",
        "source": f"={WORDS_SHEET}!${letter}$1:${letter}${len(labels)}",
        "error_title": column.label,
        "error_message": "请从下拉列表中选择",
    }
    sheet.data_validation(*area, rule)


def guidance(column: Column, catalogue: Catalogue) -> str:
    """How a column is to be filled in, in Chinese, from its definition."""
    vocabulary = catalogue.vocabulary_of(column)
    if vocabulary is not None:
        choice = "可多选，用“、”分隔" if column.is_multi_valued else "从下拉列表中选择"
        return f"{choice}：{'、'.join(vocabulary.values.values())}"
    hint = _FORMAT_HINTS.get(column.format or "", "文字")
    if column.type == "integer" and column.min is not None and column.max is not None:
        hint += f"，{column.min:g} 至 {column.max:g}"
    if column.format in {"text", "name"} and column.max_length:
        hint += f"，不超过 {column.max_length} 个字符"
    return hint


def _write_guide(
    workbook: xlsxwriter.Workbook, guide: Worksheet, uses: Sequence[ContractColumn], catalogue: Catalogue
) -> None:
    bold = workbook.add_format({"bold": True})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    for position, (heading, width) in enumerate((("字段", 20), ("是否必填", 10), ("填写要求", 90))):
        guide.set_column(position, position, width)
        guide.write_string(0, position, heading, bold)
    for row, use in enumerate(uses, start=1):
        guide.write_string(row, 0, use.column.label, wrapped)
        guide.write_string(row, 1, "必填" if use.required else "选填", wrapped)
        guide.write_string(row, 2, guidance(use.column, catalogue), wrapped)
