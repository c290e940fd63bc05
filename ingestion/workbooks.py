"""Forms as workbooks: the blank or filled form that goes out, and the one that comes back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ingestion.submissions import Content
from ingestion.tables import Limits, ReceivedTable, UnreadableFileError, is_blank, name_columns, not_used
from ingestion.xlsx import Book, Sheet, open_book
from panhuo.contracts.faults import MERGED
from panhuo.contracts.model import Catalogue, Column, Contract, ContractColumn, load_catalogue
from panhuo.contracts.rows import Violation, header_key, known_headers, stated_columns
from panhuo.periods import Period

HEADER_ROW = 3
FIRST_DATA_ROW = 4
CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed property of every workbook, so that bytes repeat
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

_BLANK_ROWS = 2_000
_HEADER_SEARCH_ROWS = 20
_CELL_TEXT_LIMIT = 32_767
NOTICE_SHEET = "退回说明"
"""The sheet of explanations in a workbook that goes back."""
_GUIDE_SHEET = "填报说明"
_WORDS_SHEET = "词表"
_OWN_SHEETS = {_GUIDE_SHEET, _WORDS_SHEET, NOTICE_SHEET}
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
    "date": "日期，例如 2024-01-02",
    "boolean": "填“是”或“否”",
    "integer": "整数，不带单位",
    "phone_pseudonym": "11 位手机号码或带区号的座机号码；入库前转为不可逆的代号",
    "pseudonym": "姓名；入库前转为不可逆的代号",
}


def cell_text(value: object) -> str:
    """Any value as text a workbook can hold: at most 32,767 characters, never a formula."""
    return str(value)[:_CELL_TEXT_LIMIT].encode("utf-8", "replace").decode()


def new_workbook(target: Any) -> xlsxwriter.Workbook:
    """A workbook whose bytes depend on what is written into it alone."""
    workbook = xlsxwriter.Workbook(target, WORKBOOK_OPTIONS)
    workbook.set_properties({"author": "盘活", "created": CREATED})
    return workbook


# --- reading ---------------------------------------------------------------------------------------------


def read_form(
    source: Content | Path | bytes,
    contract: Contract,
    limits: Limits,
    aliases: Mapping[str, str] | None = None,
    defaults: Collection[str] = (),
) -> ReceivedTable:
    """Read the one visible sheet with the headings of a contract, wherever in its first 20 rows they stand.

    Rows bear the numbers the spreadsheet shows; blank ones are passed over. Titles and headings may be
    merged, data may not. Raises UnreadableFileError; a missing heading is told by the required columns that
    are not among `defaults`.
    """
    content = source if isinstance(source, Content) else Content(source)
    limits = limits.of_whole_files
    limits.check_size(content)
    known = known_headers(contract, aliases or {})
    found = []
    book = open_book(content.whole(), limits)
    for sheet in book.sheets:
        index = _find_header(sheet, known)
        if index is not None:
            found.append((sheet, index))
    if not found:
        wanted = [use for use in stated_columns(contract) if use.required and use.name not in defaults]
        labels = "、".join(use.column.label for use in wanted)
        raise UnreadableFileError(f"前 {_HEADER_SEARCH_ROWS} 行中找不到表头；表头应至少包含：{labels}")
    if len(found) > 1:
        names = "、".join(f"“{sheet.name}”" for sheet, _ in found)
        raise UnreadableFileError(f"工作表{names}都有表头，无法确定以哪个为准；请合并到一个工作表")
    sheet, index = found[0]
    rows = [
        (number, cells) for number, cells in enumerate(sheet.rows[index + 1 :], start=index + 2) if not is_blank(cells)
    ]
    limits.check_rows(len(rows))
    head = [tuple(None if cell is MERGED else cell for cell in cells) for cells in sheet.rows[: index + 1]]
    nameless = [position for position, cell in enumerate(head[-1]) if is_blank([cell])]
    filled = {position for position in nameless if any(not is_blank([cells[position]]) for _, cells in rows)}
    headers = name_columns(head[-1], filled)
    used = [(position, name) for position, name in enumerate(headers) if name]
    records = [(number, {name: cells[position] for position, name in used}) for number, cells in rows]
    return ReceivedTable(headers, index + 1, records, tuple(head[:-1]), notices=tuple(_notices(book, sheet)))


def _notices(book: Book, used: Sheet) -> Iterator[Violation]:
    """What a workbook has beside the sheet that was read."""
    for sheet in book.sheets:
        filled = sum(not is_blank(cells) for cells in sheet.rows)
        if sheet is not used and filled and sheet.name not in _OWN_SHEETS:
            message = f"工作表“{sheet.name}”没有表头，其中 {filled} 行未读取"
            yield not_used(f"工作表“{sheet.name}”", message, f"如是填报内容，请移到“{used.name}”的表头之下重新报送")
    for name in book.hidden:
        if name not in _OWN_SHEETS:
            message = f"隐藏的工作表“{name}”未读取"
            yield not_used(f"工作表“{name}”", message, f"如是填报内容，请取消隐藏并移到“{used.name}”重新报送")
    if book.has_macros:
        yield not_used("宏", "工作簿带有宏，未运行，也不保存", "请另存为不带宏的 .xlsx 再报送")
    if book.has_links:
        message = "工作簿链接了其他文件，未打开这些文件，只按保存的值读取"
        yield not_used("外部链接", message, "请核对保存的值是否为最新，或把公式改为数值")


def _find_header(sheet: Sheet, known: Mapping[str, str]) -> int | None:
    def hits(cells: Sequence[object]) -> int:
        return len({known.get(header_key(cell)) for cell in cells if isinstance(cell, str)} - {None})

    scores = [hits(cells) for cells in sheet.rows[:_HEADER_SEARCH_ROWS]]
    best = max(scores, default=0)
    return scores.index(best) if best >= min(2, len(set(known.values()))) else None


# --- writing ---------------------------------------------------------------------------------------------


def write_form(
    path: Path,
    contract: Contract,
    rows: Iterable[Mapping[str, object]],
    *,
    title: str,
    filling_unit: str,
    period: Period | str,
    notice: str | None = None,
    omit: Iterable[str] = (),
) -> None:
    """Write a form: row 1 title, row 2 who fills it in for which month, row 3 headings, data from row 4.

    `rows` map column names to values; codes become their labels, dates ISO text, anything else stays as it
    is. Columns of `omit` are left out. Blank rows below the data have drop-downs too. Equal input gives
    equal bytes. Raises OSError when the file cannot be written.
    """
    catalogue = load_catalogue()
    left_out = set(omit)
    uses = [use for use in stated_columns(contract) if use.name not in left_out]
    facts = [f"填报单位：{filling_unit}", f"月度：{period}", *filter(None, [notice])]
    stream = io.BytesIO()
    with new_workbook(stream) as workbook:
        sheet = workbook.add_worksheet("填报表")
        guide = workbook.add_worksheet(_GUIDE_SHEET)
        words = workbook.add_worksheet(_WORDS_SHEET)
        words.hide()
        _write_head(workbook, sheet, uses, title, facts)
        as_text = workbook.add_format({"num_format": "@"})
        last = _write_rows(sheet, uses, rows, catalogue, as_text)
        for position, use in enumerate(uses):
            sheet.set_column(position, position, 40 if use.column.format == "text" else 18, as_text)
            _add_drop_down(sheet, words, position, use.column, catalogue, last + _BLANK_ROWS)
        _write_guide(workbook, guide, uses, catalogue)
    path.write_bytes(stream.getvalue())


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
        "source": f"={_WORDS_SHEET}!${letter}$1:${letter}${len(labels)}",
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
