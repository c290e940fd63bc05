"""The parts of a stranger's workbook, judged by their bytes before any reader of spreadsheets sees them.

A reader reserves memory for the whole area a sheet spans and repeats a shared text in each cell that names it, so
both are measured first. Tags are matched in the one form that spreadsheets write; a cell in any other form refuses
the file, since what cannot be measured cannot be bounded.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from posixpath import normpath

from ingestion.tables import Limits, UnreadableFileError

DAMAGED = "文件不是完好的 .xlsx 工作簿；请用表格软件打开后另存为 .xlsx 再报送"
_ENCRYPTED = "工作簿已加密；请取消打开密码后重新报送"

_MAX_MEMBERS = 10_000
_MAX_RATIO = 200
# Small archives may compress any blank sheet by more than the ratio.
_RATIO_FLOOR = 10_000_000

_MAX_CELLS = 6_000_000
_CELLS_PER_ROW = 20
# A small sheet may have any extent, a larger one no more than so many times the cells that say something.
_DESERT_FLOOR = 4_000_000
_MAX_SPARSENESS = 20
_MAX_TEXT_BYTES = 300_000_000
_PIECE = 8_000_000

# What is drawn, noted or linked is not read at all.
_UNREAD = re.compile(
    r"(docprops|customxml)/|xl/(charts|chartsheets|ctrlprops|drawings|embeddings|externallinks|persons|pivot\w*|"
    r"printersettings|richdata|theme|threadedcomments)/|xl/comments",
    re.IGNORECASE,
)
_LINKS = re.compile(r"xl/externallinks/", re.IGNORECASE)
_MACROS = re.compile(r"xl/(vbaproject\.bin$|macrosheets/)", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_CELL = re.compile(
    rb"""<(?:[\w.-]{1,60}:)?c(?:\s+(?:r=["']([A-Za-z]{1,3})(\d{1,7})["']|\w{1,3}=["'][\w.-]{0,20}["']))*\s*(/?)>"""
    rb"""(\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:[\w.-]{1,60}:)?c>)?"""
)
# The same groups, three times as quick on what most spreadsheets write.
_PLAIN_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?: s="\d{1,6}")?(?: t="\w{1,20}")?(?:(/)>|>(</c>|<v/></c>|<v></v></c>)?)'
)
_CELL_START = re.compile(rb"<(?:[^\s<>/!?:]{1,60}:)?c[\s/>]")
_ROW = re.compile(rb"""<(?:[\w.-]{1,60}:)?row(?:\s+(?:r=["'](\d{1,7})["']|[\w:]{1,30}=["'][^"'<>]{0,60}["']))*\s*/?>""")
_ROW_START = re.compile(rb"<(?:[^\s<>/!?:]{1,60}:)?row[\s/>]")
_SHARED_TEXT_END = re.compile(rb"</(?:[\w.-]{1,60}:)?si>")
_SHARED = re.compile(rb"""\bt=["']s["']""")
_SHARED_INDEX = re.compile(rb"""\bt=["']s["'][^<>]{0,60}><(?:\w+:)?v>(\d{1,9})<""")
_ATTRIBUTE = re.compile(rb"""([\w:]{1,60})=(?:"([^"<>]*)"|'([^'<>]*)')""")
_SHEET = re.compile(rb"<(?:[\w.-]{1,60}:)?sheet\s[^<>]*>")
_RELATION = re.compile(rb"<(?:[\w.-]{1,60}:)?Relationship\s[^<>]*>")


@dataclass(frozen=True)
class Parts:
    """The parts of a workbook that are read."""

    content: Mapping[str, bytes]
    sheets: tuple[str, ...]
    """Names of the parts of all sheets, in the order of the workbook."""
    has_macros: bool
    has_links: bool
    """Whether it refers to other workbooks; they are never opened."""

    def repacked(self) -> io.BytesIO:
        """A plain archive of the parts, so that nothing the first one claimed about itself reaches the reader."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            for name, part in self.content.items():
                archive.writestr(zipfile.ZipInfo(name), part)
        stream.seek(0)
        return stream


def read_parts(content: bytes, limits: Limits) -> Parts:
    """Take an .xlsx file apart; UnreadableFileError for one that is damaged, encrypted, hostile or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_archive(members, len(content), limits)
            names = [member.filename for member in members]
            wanted = (member for member in members if _is_read(member.filename))
            parts = {member.filename: archive.read(member) for member in wanted}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(DAMAGED) from None
    if "xl/workbook.xml" not in parts:
        raise UnreadableFileError(_no_workbook(names))
    sheets = _sheet_parts(parts)
    _check_parts(parts, sheets, limits)
    return Parts(parts, sheets, any(map(_MACROS.match, names)), any(map(_LINKS.match, names)))


def _is_read(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels")) and not _UNREAD.match(name)


def _no_workbook(names: list[str]) -> str:
    if any(name.lower().endswith((".xlsx", ".xls", ".csv")) for name in names):
        return "这是压缩包，里面另有文件；请解压后逐个报送"
    if "xl/workbook.bin" in names or "content.xml" in names:
        return "文件是 .xlsb 或 .ods 格式；请另存为 .xlsx 后重新报送"
    return "压缩包中没有工作簿；请使用下发的 .xlsx 模板填报"


def _check_archive(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFileError(_ENCRYPTED)
    expanded = sum(member.file_size for member in members)
    too_dense = expanded > _RATIO_FLOOR and expanded > _MAX_RATIO * size
    if expanded > limits.max_expanded_bytes or too_dense or len(members) > _MAX_MEMBERS:
        raise UnreadableFileError("工作簿解压后过大，疑似压缩炸弹，未打开；请重新导出，或分成几个文件报送")


def _attributes(tag: bytes) -> dict[bytes, str]:
    return {
        name.rpartition(b":")[2]: (double or single).decode("utf-8", "replace")
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def _sheet_parts(parts: Mapping[str, bytes]) -> tuple[str, ...]:
    relations = map(_attributes, _RELATION.findall(parts.get("xl/_rels/workbook.xml.rels", b"")))
    targets = {relation.get(b"Id", ""): relation.get(b"Target", "") for relation in relations}
    named = [targets.get(_attributes(tag).get(b"id", ""), "") for tag in _SHEET.findall(parts["xl/workbook.xml"])]
    return tuple(
        target.lstrip("/") if target.startswith(("/", "xl/")) else normpath(f"xl/{target}") for target in named
    )


def _check_parts(parts: Mapping[str, bytes], sheets: tuple[str, ...], limits: Limits) -> None:
    if len({name.lower() for name in sheets}) < len(sheets):
        raise UnreadableFileError(DAMAGED)
    for part in parts.values():
        if _DECLARATION.search(part):
            raise UnreadableFileError("工作簿内含 DTD 或实体声明，出于安全未读取；请用表格软件另存为 .xlsx 再报送")
        if b"\x00" in part:
            raise UnreadableFileError(DAMAGED)
    areas = [_measure(part) for part in parts.values()]
    for area in areas:
        _check_area(area, limits)
    if sum(area.extent for area in areas) > _bound(limits):
        raise UnreadableFileError(f"工作簿各表合计超过 {_bound(limits):,} 个单元格；请分成几个文件报送")
    _check_shared_texts(parts, sum(area.cells for area in areas))


@dataclass
class _Area:
    """From A1 to the outermost cell that says something, and how many do."""

    rows: int = 0
    columns: int = 0
    cells: int = 0

    @property
    def extent(self) -> int:
        return self.rows * self.columns


def _measure(part: bytes) -> _Area:
    """The area of a sheet; a cell without content is passed over by the reader and counts for nothing."""
    area = _Area()
    first = 0
    while first < len(part):
        # A piece ends where a tag of a row is, so that no cell is cut in two.
        end = part.find(b"row", first + _PIECE)
        piece = part[first : end if end > 0 else len(part)]
        _add_piece(area, piece)
        first += len(piece)
    return area


def _add_piece(area: _Area, piece: bytes) -> None:
    count = _count_cells(piece)
    cells = _PLAIN_CELL.findall(piece) if count else []
    if len(cells) != count:
        cells = _CELL.findall(piece)
    if len(cells) != count:
        raise UnreadableFileError(DAMAGED)
    filled = [(letters, row) for letters, row, closed, blank in cells if not closed and not blank]
    area.cells += len(filled)
    area.rows = max(area.rows, max(map(int, {row for _, row in filled if row}), default=0))
    area.columns = max(area.columns, max(map(column_number, {letters for letters, _ in filled}), default=0))
    if any(not row for _, row in filled):
        _add_nameless(area, piece)


def _count_cells(piece: bytes) -> int:
    if b":c" in piece:
        return len(_CELL_START.findall(piece))
    return sum(piece.count(b"<c" + end) for end in (b" ", b">", b"/", b"\n", b"\r", b"\t"))


def _add_nameless(area: _Area, piece: bytes) -> None:
    """Cells that do not say where they are stand one after the other in their rows."""
    rows = _ROW.findall(piece)
    if len(rows) != len(_ROW_START.findall(piece)):
        raise UnreadableFileError(DAMAGED)
    area.rows = max(area.rows + len(rows), max(map(int, filter(None, rows)), default=0))
    longest = max(map(_count_cells, _ROW_START.split(piece)))
    area.columns = max(area.columns, longest)


def column_number(letters: bytes) -> int:
    """Number of a column from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _bound(limits: Limits) -> int:
    return min(_MAX_CELLS, _CELLS_PER_ROW * (limits.max_rows + 1_000))


def _check_area(area: _Area, limits: Limits) -> None:
    if area.extent > max(_DESERT_FLOOR, _MAX_SPARSENESS * area.cells):
        raise UnreadableFileError(
            f"工作表范围到第 {area.rows:,} 行、第 {area.columns:,} 列，大部分是空的，超过上限；"
            f"请删除数据区以外的内容（例如第 {area.rows:,} 行中误填的空格），或分成几个文件报送"
        )
    if area.extent > _bound(limits):
        raise UnreadableFileError(
            f"工作表有 {area.rows:,} 行、{area.columns:,} 列，超过上限 {_bound(limits):,} 个单元格；请分成几个文件报送"
        )


def _check_shared_texts(parts: Mapping[str, bytes], cells: int) -> None:
    """Refuse a workbook whose shared texts would fill memory once each cell that names one has its own copy."""
    shared = b"".join(part for name, part in parts.items() if name.lower().endswith("sharedstrings.xml"))
    ends = [0, *(match.end() for match in _SHARED_TEXT_END.finditer(shared))]
    lengths = [end - start for start, end in pairwise(ends)]
    longest = max(lengths, default=0)
    if longest * cells > _MAX_TEXT_BYTES and _text_bytes(parts.values(), lengths, longest) > _MAX_TEXT_BYTES:
        raise UnreadableFileError("工作簿中反复引用很长的文字，展开后超过上限，未打开；请缩短单元格内容后重新报送")


def _text_bytes(parts: Iterable[bytes], lengths: list[int], longest: int) -> int:
    total = 0
    for part in parts:
        known = [int(index) for index in _SHARED_INDEX.findall(part)]
        total += sum(lengths[index] if index < len(lengths) else longest for index in known)
        total += longest * (len(_SHARED.findall(part)) - len(known))
    return total
