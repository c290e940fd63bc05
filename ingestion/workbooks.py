"""Forms as workbooks: the blank or filled form that goes out, and the one that comes back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ingestion.submissions import Content
from ingestion.tables import Limits, ReceivedTable, UnreadableFileError, is_blank, name_columns, not_used
from ingestion.xlsx import Book, Sheet, open_book
from panhuo.contracts.faults import MERGED
from panhuo.contracts.forms import GUIDE_SHEET, SHEETS_BESIDE, WORDS_SHEET, Form, add_form
from panhuo.contracts.model import Contract
from panhuo.contracts.rows import UNANSWERED, Violation, header_key, known_headers, stated_columns
from panhuo.periods import Period

CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed property of every workbook, so that bytes repeat
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}

_HEADER_SEARCH_ROWS = 20
NOTICE_SHEET = "退回说明"
"""The sheet of explanations in a workbook that goes back."""
_OWN_SHEETS = {*SHEETS_BESIDE, GUIDE_SHEET, WORDS_SHEET, NOTICE_SHEET}


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
    prefilled: Collection[str] = (),
) -> ReceivedTable:
    """Read the one visible sheet with the headings of a contract, wherever in its first 20 rows they stand.

    Rows bear the numbers the spreadsheet shows; blank ones are passed over. Titles and headings may be
    merged, data may not. Raises UnreadableFileError; a missing heading is told by the required columns that
    are not among `defaults`. Rows in which nothing but `prefilled` columns is filled in are no answers: they are
    passed over with a notice.
    """
    content = source if isinstance(source, Content) else Content(source)
    limits = limits.of_whole_files
    limits.check_size(content)
    known = known_headers(contract, aliases or {})
    found = []
    book = open_book(content.whole(), limits)
    for sheet in book.sheets:
        index = None if sheet.name in SHEETS_BESIDE else _find_header(sheet, known)
        if index is not None:
            found.append((sheet, index))
    if not found:
        labels = _required(contract, defaults)
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
    asked = [position for position, name in used if known.get(header_key(name)) not in prefilled]
    answers = [row for row in rows if not is_blank(row[1][position] for position in asked)] if prefilled else rows
    records = [(number, {name: cells[position] for position, name in used}) for number, cells in answers]
    unanswered = _unanswered(sheet, len(rows), len(answers), _required(contract, {*defaults, *prefilled}))
    notices = (*unanswered, *_notices(book, sheet))
    return ReceivedTable(headers, index + 1, records, tuple(head[:-1]), notices=notices)


def _required(contract: Contract, besides: Collection[str]) -> str:
    """Labels of the columns that must be filled in, but for some."""
    wanted = [use for use in stated_columns(contract) if use.required and use.name not in besides]
    return "、".join(use.column.label for use in wanted)


def _unanswered(sheet: Sheet, count: int, answered: int, asked: str) -> Iterator[Violation]:
    part = f"工作表“{sheet.name}”"
    if count and not answered:
        message = f"尚未填写：{count} 行都只有预先填好的内容"
        yield not_used(part, message, f"请逐行填写{asked}后再检查、报送；不答复的行留空即可", UNANSWERED)
    elif count > answered:
        message = f"有 {count - answered} 行只有预先填好的内容，视为未答复，未读取"
        yield not_used(part, message, "不答复的行不必处理；如要答复，请补填后重新报送", UNANSWERED)


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
    """Write a form by itself, as `panhuo.contracts.forms` lays it out.

    Equal input gives equal bytes. Raises OSError when the file cannot be written.
    """
    stream = io.BytesIO()
    with new_workbook(stream) as workbook:
        add_form(workbook, Form(contract, rows, title, filling_unit, period, notice, omit))
    path.write_bytes(stream.getvalue())
