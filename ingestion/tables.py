"""Bytes of CSV and NDJSON as numbered records, before any contract is applied."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from panhuo.contracts.cells import MERGED
from panhuo.contracts.model import Contract
from panhuo.contracts.rows import Violation

ROW = "source_row"
"""Column a violation names when the row itself cannot be taken apart."""

# A cell may hold a long abstract, never more; csv's own limit is 128 KiB of one field.
_CELL_LIMIT = 131_072


class UnreadableFileError(ValueError):
    """A file that is refused as a whole; the text is the reason in Chinese, for its sender."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one submission."""

    max_bytes: int
    max_rows: int

    @property
    def max_expanded_bytes(self) -> int:
        """Bound of what a compressed file may unpack to."""
        return 10 * self.max_bytes

    def check_size(self, content: bytes) -> None:
        """Refuse an empty file and one above `max_bytes`."""
        if not content.strip():
            raise UnreadableFileError("文件为空；请确认导出成功后重新报送")
        if len(content) > self.max_bytes:
            raise UnreadableFileError(f"文件超过上限 {self.max_bytes:,} 字节；请分成几个文件报送")

    def check_rows(self, count: int) -> None:
        """Refuse more than `max_rows` rows."""
        if count > self.max_rows:
            raise UnreadableFileError(f"数据超过上限 {self.max_rows:,} 行；请分成几个文件报送")


@dataclass(frozen=True)
class Intake:
    """What a parser is told: the contract to look for, further headings (→ column), and the bounds.

    Columns of `defaults` need not be there.
    """

    contract: Contract
    aliases: Mapping[str, str]
    limits: Limits
    defaults: Mapping[str, str]


@dataclass(frozen=True)
class ReceivedTable:
    """One file taken apart: headings, rows under their sender's numbers, and what could not be read."""

    headers: tuple[str, ...]
    """By position; a column without heading but with data is called “第N列（无表头）”."""
    header_row: int
    """0 for a feed of records, which has no heading."""
    records: Sequence[tuple[int, Mapping[str, object]]]
    preamble: tuple[tuple[object, ...], ...] = ()
    """Rows above the heading."""
    broken: tuple[Violation, ...] = ()
    """Rows that are not among `records` because they could not be taken apart."""


def nameless(position: int) -> str:
    """What the column at a position (from 0) is called when its heading is blank."""
    return f"第{position + 1}列（无表头）"


def is_blank(cells: Iterable[object]) -> bool:
    """Whether a row says nothing; what is merged into it belongs to another."""
    return all(cell is None or cell is MERGED or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _broken_row(number: int, code: str, problem: str, mend: str) -> Violation:
    # No value: which of its parts are restricted cannot be told.
    return Violation(number, ROW, code, "", f"第{number}行{problem}", mend)


def decode(content: bytes) -> str:
    """Text of a CSV file: UTF-8 with or without byte order mark, else GB18030."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFileError("这是工作簿而不是 CSV 文件；请另存为“CSV UTF-8（逗号分隔）”后报送")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise UnreadableFileError("文件编码无法识别；请另存为“CSV UTF-8（逗号分隔）”后报送")


def read_csv(content: bytes, limits: Limits) -> ReceivedTable:
    """Read a CSV file whose first row with anything in it is the heading.

    A row with more or fewer cells than the heading is broken, since its cells may stand under the wrong
    heading. Raises UnreadableFileError.
    """
    limits.check_size(content)
    header: list[str] = []
    header_row = 0
    rows: list[tuple[int, list[str]]] = []
    broken: list[Violation] = []
    for number, cells in _csv_rows(decode(content)):
        if is_blank(cells):
            continue
        if not header:
            header, header_row = cells, number
            continue
        limits.check_rows(len(rows) + len(broken) + 1)
        if len(cells) < len(header) or not is_blank(cells[len(header) :]):
            broken.append(_ragged(number, cells, len(header)))
        else:
            rows.append((number, cells))
    headers, records = name_columns(header, rows)
    return ReceivedTable(headers, header_row, records, broken=tuple(broken))


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_CELL_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as error:
        raise UnreadableFileError(
            f"第{number + 1}行起不是规范的 CSV（{error}）；请检查引号是否成对，或从表格软件重新导出"
        ) from None


def _ragged(number: int, cells: Sequence[str], expected: int) -> Violation:
    return _broken_row(
        number,
        "ragged_row",
        f"有 {len(cells)} 个单元格，而表头有 {expected} 个",
        "请检查是否有未加引号的逗号或缺少的单元格",
    )


def name_columns(
    header: Sequence[object], rows: Sequence[tuple[int, Sequence[object]]]
) -> tuple[tuple[str, ...], list[tuple[int, Mapping[str, object]]]]:
    """Headings by position, and rows as records; a blank heading gets a name only where there are data."""
    names = ["" if cell is None else str(cell).strip() for cell in header]
    blanks = [position for position, name in enumerate(names) if not name]
    filled = {
        position
        for position in blanks
        if any(position < len(cells) and not is_blank([cells[position]]) for _, cells in rows)
    }
    headers = tuple(name or (nameless(i) if i in filled else "") for i, name in enumerate(names))
    used = [(position, name) for position, name in enumerate(headers) if name]
    return headers, [(number, {name: cells[position] for position, name in used}) for number, cells in rows]


def read_ndjson(content: bytes, limits: Limits) -> ReceivedTable:
    """Read one JSON object per line; rows are numbered from 1 and every key met is a heading.

    A line that is no JSON object is broken. Raises UnreadableFileError.
    """
    limits.check_size(content)
    records: list[tuple[int, Mapping[str, object]]] = []
    broken: list[Violation] = []
    headers: dict[str, None] = {}
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        limits.check_rows(len(records) + len(broken) + 1)
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            headers.update(dict.fromkeys(record))
            records.append((number, record))
        else:
            broken.append(_broken_row(number, "bad_record", "不是一个 JSON 对象", "请检查接口输出"))
    return ReceivedTable(tuple(headers), 0, records, broken=tuple(broken))


def write_ndjson(records: Iterable[Mapping[str, object]]) -> bytes:
    """Records as the canonical bytes of a feed: keys sorted, one object per line, in the order served."""
    lines = (json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n" for record in records)
    return "".join(lines).encode("utf-8", "surrogatepass")
