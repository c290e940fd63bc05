"""CSV and NDJSON as numbered records, streamed, before any contract is applied."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ingestion.submissions import PLATFORM_SENDER, Content, Submission, spool
from panhuo.contracts.faults import MERGED
from panhuo.contracts.model import Contract
from panhuo.contracts.rows import NOT_USED, Violation

ROW = "source_row"
"""Column a violation names when the row itself cannot be taken apart."""

# A cell may hold a long abstract, never more; csv's own limit is 128 KiB of one field.
_CELL_LIMIT = 131_072
_LINE_LIMIT = 10_000_000
_PIECE = 1 << 20
_HEAD = 1 << 16
_HEADER_SEARCH_ROWS = 20
_CSV_MEND = "请用表格软件打开后另存为“CSV UTF-8（逗号分隔）”再报送"
_OTHER_SEPARATORS = {"\t": "制表符", ";": "分号", "；": "分号", "，": "全角逗号", "|": "竖线"}
_CSV_FAULTS = {
    "unexpected end of data": "引号没有成对",
    "expected after": "引号之后应为逗号",
    "field larger": "有单元格超过 131,072 个字符，多半是引号没有成对",
    "new-line character": "换行符混乱",
    "line contains NUL": "混有空字符",
}


class UnreadableFileError(ValueError):
    """A file that is refused as a whole; the text is the reason in Chinese, for its sender."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one submission."""

    max_bytes: int
    max_rows: int
    whole: Limits | None = None
    """Bounds of a file that has to be read at once, where they are narrower."""

    @property
    def max_expanded_bytes(self) -> int:
        """Bound of what a compressed file may unpack to."""
        return 10 * self.max_bytes

    @property
    def of_whole_files(self) -> Limits:
        """Bounds of a workbook, which no reader can stream."""
        return self.whole or self

    def check_size(self, content: Content) -> None:
        """Refuse an empty file and one above `max_bytes`."""
        if content.size < _HEAD and not content.head(_HEAD).removeprefix(codecs.BOM_UTF8).strip():
            raise UnreadableFileError("文件为空；请确认导出成功后重新报送")
        if content.size > self.max_bytes:
            raise UnreadableFileError(f"文件超过上限 {self.max_bytes:,} 字节；请分成几个文件报送")

    def check_rows(self, count: int) -> None:
        """Refuse more than `max_rows` rows."""
        if count > self.max_rows:
            raise UnreadableFileError(f"数据超过上限 {self.max_rows:,} 行；请分成几个文件报送")


@dataclass(frozen=True)
class Intake:
    """What a parser is told: the contract to look for, further headings (→ column), and the bounds.

    Columns of `defaults` need not be there; a row of a form that has nothing but `prefilled` columns is no answer.
    """

    contract: Contract
    aliases: Mapping[str, str]
    limits: Limits
    defaults: Mapping[str, str]
    prefilled: Collection[str] = ()


Row = tuple[int, Mapping[str, object]]
"""The number its sender knows a row by, and its cells by heading."""


def unchanged(record: Mapping[str, object]) -> Mapping[str, object]:
    """The record itself."""
    return record


@dataclass(frozen=True)
class ReceivedTable:
    """One file taken apart: headings, and rows under their sender's numbers as they are read."""

    headers: tuple[str, ...]
    """By position; a column without heading but with data is called “第N列（无表头）”."""
    header_row: int
    """0 for a feed of records, which has no heading."""
    rows: Iterable[Row | Violation]
    """To be gone through once. A row that could not be taken apart is a violation in its place; a file that turns
    out damaged raises UnreadableFileError."""
    preamble: tuple[tuple[object, ...], ...] = ()
    """Rows above the heading."""
    named: Mapping[str, str] | None = None
    """Column → heading, where the kind of file is known: `convert` then gives cells by column, and what is under
    any other heading is not read."""
    derived: tuple[str, ...] = ()
    """Columns that `convert` adds."""
    convert: Callable[[Mapping[str, object]], Mapping[str, object]] = unchanged
    """From the cells as sent, by heading, to what the contract reads: by heading, and by name the derived columns."""
    notices: tuple[Violation, ...] = ()
    """What in the file was not used; no row is set aside for it."""


def nameless(position: int) -> str:
    """What the column at a position (from 0) is called when its heading is blank."""
    return f"第{position + 1}列（无表头）"


def is_blank(cells: Iterable[object]) -> bool:
    """Whether a row says nothing; what is merged into it belongs to another."""
    return all(cell is None or cell is MERGED or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def broken_row(number: int, code: str, message: str, mend: str) -> Violation:
    """The violation that stands for a row which could not be taken apart."""
    # No value: which of its parts are restricted cannot be told.
    return Violation(number, ROW, code, "", message, mend)


def not_used(part: str, message: str, mend: str, code: str = NOT_USED) -> Violation:
    """The notice that a part of a file was not used."""
    return Violation(0, part[:200], code, "", message, mend)


def encoding_of(content: Content) -> str:
    """Encoding of a CSV file: UTF-8 with or without byte order mark, else GB18030. Raises UnreadableFileError."""
    if content.head(4).startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFileError(f"这是工作簿而不是 CSV 文件；{_CSV_MEND}")
    if content.head(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise UnreadableFileError(f"文件是 UTF-16 编码（“Unicode 文本”）；{_CSV_MEND}")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with io.TextIOWrapper(content.open(), encoding, newline="") as stream:
                if not any("\x00" in piece for piece in iter(lambda: stream.read(_PIECE), "")):
                    return encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(f"文件编码无法识别，或混有空字符；{_CSV_MEND}")


def read_csv(
    content: Content, limits: Limits, is_heading: Callable[[Sequence[str]], bool] | None = None
) -> ReceivedTable:
    """Read a CSV file whose heading is the first row with anything in it, or the first that `is_heading` knows.

    A row with more or fewer cells than the heading is broken, since its cells may stand under the wrong
    heading. Raises UnreadableFileError.
    """
    limits.check_size(content)
    encoding = encoding_of(content)
    top = list(islice(_filled_rows(content, encoding), _HEADER_SEARCH_ROWS if is_heading else 1))
    first = top[0] if top else (0, list[str]())
    header_row, header = next((row for row in top if is_heading and is_heading(row[1])), first)
    _check_separator(header)
    above = {number: tuple(cells) for number, cells in top if number < header_row}
    filled: set[int] = set()
    if not all(cell.strip() for cell in header):
        for _, cells in _filled_rows(content, encoding, header_row):
            filled |= {position for position, cell in enumerate(cells) if cell.strip()}
    headers = name_columns(header, filled)
    preamble = tuple(above.get(number, ()) for number in range(1, header_row)) if above else ()
    return ReceivedTable(headers, header_row, _csv_records(content, encoding, header_row, headers, limits), preamble)


def _check_separator(header: Sequence[str]) -> None:
    used = next((mark for mark in _OTHER_SEPARATORS if len(header) == 1 and mark in header[0]), None)
    if used is not None:
        raise UnreadableFileError(f"文件以{_OTHER_SEPARATORS[used]}而不是逗号分隔；{_CSV_MEND}")


def _csv_records(
    content: Content, encoding: str, header_row: int, headers: Sequence[str], limits: Limits
) -> Iterator[Row | Violation]:
    used = [(position, name) for position, name in enumerate(headers) if name]
    for count, (number, cells) in enumerate(_filled_rows(content, encoding, header_row), start=1):
        limits.check_rows(count)
        if len(cells) < len(headers) or not is_blank(cells[len(headers) :]):
            yield _ragged(number, cells, len(headers))
        else:
            yield number, {name: cells[position] for position, name in used}


def _filled_rows(content: Content, encoding: str, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_CELL_LIMIT)
    number = 0
    with io.TextIOWrapper(content.open(), encoding, newline="") as stream:
        try:
            for number, cells in enumerate(csv.reader(stream, strict=True), start=1):
                if number > after and not is_blank(cells):
                    yield number, cells
        except csv.Error as error:
            fault = next((told for said, told in _CSV_FAULTS.items() if said in str(error)), "格式不符")
            raise UnreadableFileError(
                f"第{number + 1}行起不是规范的 CSV（{fault}）；请检查引号是否成对，或从表格软件重新导出"
            ) from None


def _ragged(number: int, cells: Sequence[str], expected: int) -> Violation:
    return broken_row(
        number,
        "ragged_row",
        f"第{number}行有 {len(cells)} 个单元格，而表头有 {expected} 个",
        "请检查是否有未加引号的逗号或缺少的单元格",
    )


def name_columns(header: Sequence[object], filled: Container[int]) -> tuple[str, ...]:
    """Headings by position; a blank one gets a name only where there are data."""
    names = ["" if cell is None else str(cell).strip() for cell in header]
    return tuple(name or (nameless(i) if i in filled else "") for i, name in enumerate(names))


def read_ndjson(content: Content, limits: Limits) -> ReceivedTable:
    """Read one JSON object per line; rows are numbered from 1 and every key met is a heading.

    A line that is no JSON object is broken. Raises UnreadableFileError.
    """
    limits.check_size(content)
    headers: dict[str, None] = {}
    for row in _json_records(content, limits):
        if not isinstance(row, Violation):
            headers.update(dict.fromkeys(row[1]))
    return ReceivedTable(tuple(headers), 0, _json_records(content, limits))


def _json_records(content: Content, limits: Limits) -> Iterator[Row | Violation]:
    count = 0
    with content.open() as stream:
        for number, line in enumerate(iter(lambda: stream.readline(_LINE_LIMIT), b""), start=1):
            if not line.strip():
                continue
            count += 1
            limits.check_rows(count)
            if len(line) == _LINE_LIMIT:
                raise UnreadableFileError(f"第{number}行超过上限 {_LINE_LIMIT:,} 字节；应为每行一个 JSON 对象")
            record = _json_object(line)
            if record is None:
                yield broken_row(number, "bad_record", f"第{number}行不是一个 JSON 对象", "请检查接口输出")
            else:
                yield number, record


def _json_object(line: bytes) -> dict[str, object] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def feed_line(record: Mapping[str, object]) -> bytes:
    """One record of a feed as a line of canonical JSON."""
    return (json.dumps(record, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8", "surrogatepass")


def feed(name: str, records: Iterable[Mapping[str, object]]) -> Iterator[Submission]:
    """The records of a platform as one submission on disk, nothing when there are none.

    Its bytes are canonical: keys sorted, one object per line, in the order served. The file is gone when the
    iterator goes on.
    """
    with spool(name, map(feed_line, records)) as path:
        if path.stat().st_size:
            yield Submission(PLATFORM_SENDER, name, path)
