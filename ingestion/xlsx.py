"""Workbooks of strangers, opened safely: their values, and what is in them that was not used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from ingestion.submissions import Content
from ingestion.tables import Limits, UnreadableFileError, is_blank
from ingestion.xlsx_parts import DAMAGED, Parts, column_number, read_parts
from panhuo.contracts.faults import FIRST_SERIAL, LAST_SERIAL, MERGED, UNCOMPUTED, CellFault, error_cell, serial_1904

OLE2 = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

_ERROR_CELL = re.compile(
    rb"""<c\b(?=[^<>]*\bt=["']e["'])[^<>]*\br=["']([A-Z]+)(\d+)["'][^<>]*>"""
    rb"""(?:<f\b[^<>]*(?:/>|>[^<]*</f>))?\s*<v>([^<]*)</v>"""
)
# A formula whose result is the empty text has t="str" and is no fault.
_UNCOMPUTED = re.compile(
    rb"""<c\b(?![^<>]*\bt=["']str["'])[^<>]*\br=["']([A-Z]+)(\d+)["'][^<>]*>"""
    rb"""<f\b[^<>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"""
)
_EPOCH_1904 = re.compile(rb"""\bdate1904=["'](?:1|true)["']""")

_Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each as row and column from 0."""


@dataclass(frozen=True)
class Sheet:
    """A visible worksheet: every cell from A1 on, formulas without a value as `CellFault`.

    The cells that a merge hides are `MERGED` when its own says something.
    """

    name: str
    rows: list[list[object]]


@dataclass(frozen=True)
class Book:
    """A workbook: its visible worksheets, and what else is in it."""

    sheets: list[Sheet]
    hidden: tuple[str, ...]
    """Names of the hidden worksheets that say something; they are not read."""
    has_macros: bool
    has_links: bool


def open_book(content: bytes, limits: Limits) -> Book:
    """Read the visible worksheets of an .xlsx file; formulas are not evaluated, their stored values count.

    Raises UnreadableFileError for anything but an intact, unencrypted workbook within the limits.
    """
    limits.check_size(Content(content))
    if content.startswith(OLE2):
        if _ENCRYPTED_PACKAGE in content:
            raise UnreadableFileError("工作簿已加密；请取消打开密码后重新报送")
        raise UnreadableFileError("文件是旧版 .xls 格式；请另存为 .xlsx 后重新报送")
    if not content.startswith(ZIP):
        raise UnreadableFileError("文件不是 .xlsx 工作簿；请使用下发的模板填报")
    parts = read_parts(content, limits)
    return _read_book(parts)


def _read_book(parts: Parts) -> Book:
    is_1904 = _EPOCH_1904.search(parts.content["xl/workbook.xml"]) is not None
    try:
        workbook = CalamineWorkbook.from_filelike(parts.repacked())
        sheets: list[Sheet] = []
        hidden: list[str] = []
        for meta, name in zip(workbook.sheets_metadata, parts.sheets, strict=True):
            if meta.typ != SheetTypeEnum.WorkSheet:
                continue
            if meta.visible == SheetVisibleEnum.Visible:
                sheets.append(_read_sheet(workbook, meta, parts.content.get(name, b""), is_1904=is_1904))
            elif workbook.get_sheet_by_name(meta.name).end is not None:
                hidden.append(meta.name)
    except (CalamineError, ValueError, OSError):
        raise UnreadableFileError(DAMAGED) from None
    return Book(sheets, tuple(hidden), parts.has_macros, parts.has_links)


def _read_sheet(workbook: CalamineWorkbook, meta: SheetMetadata, part: bytes, *, is_1904: bool) -> Sheet:
    sheet = workbook.get_sheet_by_name(meta.name)
    rows = _with_faults(sheet.to_python(skip_empty_area=False), part)
    if is_1904:
        rows = [[_dated_1904(cell) for cell in cells] for cells in rows]
    return Sheet(meta.name, _with_merges(rows, sheet.merged_cell_ranges or []))


def _with_faults(rows: list[list[object]], part: bytes) -> list[list[object]]:
    for row, column, fault in _faults(part):
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = fault
    return rows


def _dated_1904(cell: object) -> object:
    """A number that might be a date of the calendar that begins in 1904 and is read as one of 1900."""
    is_serial = isinstance(cell, int | float) and not isinstance(cell, bool) and FIRST_SERIAL <= cell <= LAST_SERIAL
    return serial_1904(cell) if is_serial else cell


def _with_merges(rows: list[list[object]], merges: Sequence[_Range]) -> list[list[object]]:
    width = max(map(len, rows), default=0)
    clipped = [(first, (min(last[0], len(rows) - 1), min(last[1], width - 1))) for first, last in merges]
    inside = [(first, last) for first, last in clipped if first[0] <= last[0] and first[1] <= last[1]]
    # Ranges that overlap are no spreadsheet's work, and their number knows no bound.
    if sum((last[0] - top + 1) * (last[1] - left + 1) for (top, left), last in inside) > len(rows) * width:
        raise UnreadableFileError(DAMAGED)
    for (top, left), (bottom, right) in inside:
        if not is_blank([rows[top][left]]):
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    if (row, column) != (top, left):
                        rows[row][column] = MERGED
    return rows


def _faults(part: bytes) -> Iterator[tuple[int, int, CellFault]]:
    # Most sheets have neither, and looking for a few bytes is much quicker than for a cell.
    for letters, row, shown in _ERROR_CELL.findall(part) if b't="e"' in part or b"t='e'" in part else ():
        yield int(row), column_number(letters), error_cell(shown[:40].decode("utf-8", "replace"))
    for letters, row in _UNCOMPUTED.findall(part) if b"<f" in part else ():
        yield int(row), column_number(letters), UNCOMPUTED
