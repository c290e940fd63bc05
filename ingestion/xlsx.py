"""Workbooks of strangers, opened safely: size, shape and damage are judged before the reader sees a byte."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from ingestion.submissions import Content
from ingestion.tables import Limits, UnreadableFileError, is_blank
from panhuo.contracts.cells import MERGED, UNCOMPUTED, CellFault, error_cell

_OLE2 = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_MAX_MEMBERS = 10_000
_MAX_RATIO = 200
# Small archives may compress any blank sheet by more than the ratio.
_RATIO_FLOOR = 10_000_000
_CELLS_PER_ROW = 20

# A small sheet may have any extent, a larger one no more than so many times the cells that say something.
_DESERT_FLOOR = 4_000_000
_MAX_SPARSENESS = 20
_PIECE = 8_000_000
_LONGEST_TAG = 1_000

_FILLED_CELL = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br=["']([A-Za-z]{1,3})(\d{1,7})["'][^>]*(?<!/)>(?!\s*(?:<v\s*/>|<v></v>)?\s*</(?:\w+:)?c>)"""
)
_NAMELESS_CELL = re.compile(rb"""<(?:\w+:)?c(?:\s(?![^>]*\br=)[^>]*)?(?<!/)>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br=["'](\d{1,7})["']""")
_ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
# A formula whose result is the empty text has t="str" and is no fault.
_UNCOMPUTED = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+)(\d+)"[^>]*><f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')

_Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell, each as row and column from 0."""

_DAMAGED = "文件不是完好的 .xlsx 工作簿；请用表格软件打开后另存为 .xlsx 再报送"


@dataclass(frozen=True)
class Sheet:
    """A visible worksheet: every cell from A1 on, formulas without a value as `CellFault`.

    The cells that a merge hides are `MERGED` when its own says something.
    """

    name: str
    rows: list[list[object]]


def open_sheets(content: bytes, limits: Limits) -> list[Sheet]:
    """Read the visible worksheets of an .xlsx file; formulas are not evaluated, their stored values count.

    Raises UnreadableFileError for anything but an intact, unencrypted workbook within the limits.
    """
    limits.check_size(Content(content))
    if content.startswith(_OLE2):
        if _ENCRYPTED_PACKAGE in content:
            raise UnreadableFileError("工作簿已加密；请取消打开密码后重新报送")
        raise UnreadableFileError("文件是旧版 .xls 格式；请另存为 .xlsx 后重新报送")
    if not content.startswith(_ZIP):
        raise UnreadableFileError("文件不是 .xlsx 工作簿；请使用下发的模板填报")
    parts = _read_parts(content, limits)
    if "xl/workbook.xml" not in parts:
        raise UnreadableFileError("压缩包中没有工作簿；请使用下发的 .xlsx 模板填报")
    for name, part in parts.items():
        if name.startswith("xl/worksheets/"):
            _check_extent(part, limits)
    return _read_sheets(parts)


def _read_parts(content: bytes, limits: Limits) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_archive(members, len(content), limits)
            wanted = (member for member in members if member.filename.lower().endswith((".xml", ".rels")))
            return {member.filename: archive.read(member) for member in wanted}
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(_DAMAGED) from None


def _check_archive(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFileError("工作簿已加密；请取消打开密码后重新报送")
    expanded = sum(member.file_size for member in members)
    too_dense = expanded > _RATIO_FLOOR and expanded > _MAX_RATIO * size
    if expanded > limits.max_expanded_bytes or too_dense or len(members) > _MAX_MEMBERS:
        raise UnreadableFileError("工作簿解压后过大，疑似压缩炸弹，未打开；请重新导出，或分成几个文件报送")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _check_extent(part: bytes, limits: Limits) -> None:
    """Refuse a sheet whose outermost cell would make the reader reserve memory for a desert of empty ones.

    A cell without content is passed over by the reader and counts for nothing here, however far out it stands.
    """
    if b"\x00" in part:
        raise UnreadableFileError(_DAMAGED)
    rows = columns = cells = 0
    for first in range(0, len(part), _PIECE):
        # The pieces overlap by more than the reference of a cell, so that none is cut in two.
        references = _FILLED_CELL.findall(part, first, first + _PIECE + _LONGEST_TAG)
        if _NAMELESS_CELL.search(part, first, first + _PIECE + _LONGEST_TAG):
            references += [(b"", row) for row in _ROW.findall(part, first, first + _PIECE + _LONGEST_TAG)]
        cells += len(references)
        rows = max(rows, max(map(int, {row for _, row in references}), default=0))
        columns = max(columns, max(map(_column_number, {letters for letters, _ in references}), default=0))
    extent = rows * columns
    if extent > min(_CELLS_PER_ROW * (limits.max_rows + 1_000), max(_DESERT_FLOOR, _MAX_SPARSENESS * cells)):
        raise UnreadableFileError(
            f"工作表范围到第 {rows:,} 行、第 {columns:,} 列，大部分是空的，超过上限；"
            f"请删除数据区以外的内容（例如第 {rows:,} 行中误填的空格），或分成几个文件报送"
        )


def _repack(parts: dict[str, bytes]) -> io.BytesIO:
    """The parts as a plain archive, so that nothing the first one claimed about itself reaches the reader."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    stream.seek(0)
    return stream


def _read_sheets(parts: dict[str, bytes]) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(_repack(parts))
        sheets = []
        for meta, part in zip(workbook.sheets_metadata, _sheet_parts(parts), strict=True):
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet:
                sheet = workbook.get_sheet_by_name(meta.name)
                rows = _with_faults(sheet.to_python(skip_empty_area=False), parts.get(part, b""))
                sheets.append(Sheet(meta.name, _with_merges(rows, sheet.merged_cell_ranges or [])))
    except (CalamineError, ValueError, OSError):
        raise UnreadableFileError(_DAMAGED) from None
    return sheets


def _sheet_parts(parts: dict[str, bytes]) -> list[str]:
    """Names of the parts of all sheets, in the order of the workbook."""
    relations = parts.get("xl/_rels/workbook.xml.rels", b"")
    tags = (dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(rb"<[\w:]*Relationship\b[^>]*>", relations))
    targets = {tag.get(b"Id", b""): tag.get(b"Target", b"").decode() for tag in tags}
    names = []
    for tag in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", parts["xl/workbook.xml"]):
        attributes = {key.rpartition(b":")[2]: value for key, value in _ATTRIBUTE.findall(tag)}
        target = targets.get(attributes.get(b"id", b""), "")
        names.append(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return names


def _with_faults(rows: list[list[object]], part: bytes) -> list[list[object]]:
    for row, column, fault in _faults(part):
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = fault
    return rows


def _with_merges(rows: list[list[object]], merges: Sequence[_Range]) -> list[list[object]]:
    width = max(map(len, rows), default=0)
    clipped = [(first, (min(last[0], len(rows) - 1), min(last[1], width - 1))) for first, last in merges]
    inside = [(first, last) for first, last in clipped if first[0] <= last[0] and first[1] <= last[1]]
    # Ranges that overlap are no spreadsheet's work, and their number knows no bound.
    if sum((last[0] - top + 1) * (last[1] - left + 1) for (top, left), last in inside) > len(rows) * width:
        raise UnreadableFileError(_DAMAGED)
    for (top, left), (bottom, right) in inside:
        if not is_blank([rows[top][left]]):
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    if (row, column) != (top, left):
                        rows[row][column] = MERGED
    return rows


def _faults(part: bytes) -> Iterator[tuple[int, int, CellFault]]:
    # Most sheets have neither, and looking for a few bytes is much quicker than for a cell.
    for letters, row, shown in _ERROR_CELL.findall(part) if b't="e"' in part else ():
        yield int(row), _column_number(letters), error_cell(shown[:40].decode("utf-8", "replace"))
    for letters, row in _UNCOMPUTED.findall(part) if b"<f" in part else ():
        yield int(row), _column_number(letters), UNCOMPUTED
