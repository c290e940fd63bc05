"""Reading: a submission of any size → accepted rows on disk, violations, and what a return shows of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.sources import Source, source_forms
from ingestion.submissions import Content
from ingestion.tables import Intake, Limits, ReceivedTable, Row, UnreadableFileError
from panhuo.contracts.duplicates import ReadRow
from panhuo.contracts.model import Contract
from panhuo.contracts.rows import (
    HeaderError,
    HeaderMap,
    RowReader,
    Violation,
    conflict_violations,
    duplicates_of,
    rows_set_aside,
    rows_table,
)
from panhuo.load_tables import in_batches

SHOWN_ROWS = 1_000
"""Most rows a return shows; of a longer table it shows the bad ones, as many as that."""

_BATCH = 1_000
_PART_ROWS = 50_000
_LOG_IN_MEMORY = 8_000_000
_MAX_CONFLICTS = 100_000


@dataclass(frozen=True)
class Counts:
    """What became of the rows of a submission: `received` = `accepted` + `set_aside` + `identical_duplicates`."""

    received: int
    accepted: int
    set_aside: int
    identical_duplicates: int


@dataclass(frozen=True)
class Reading:
    """A submission taken apart and read by its contract; its rows are there as long as it is open."""

    table: ReceivedTable
    columns: HeaderMap
    counts: Counts
    violations: Violations
    shown: Shown
    _parts: _Parts
    _dropped: frozenset[int]

    def accepted(self) -> Iterator[pa.Table]:
        """The accepted rows as tables of bounded size, at least one."""
        for first, part in self._parts.tables():
            last = first + part.num_rows
            yield part.filter(pa.array([position not in self._dropped for position in range(first, last)], pa.bool_()))


class Violations:
    """All violations of a submission in the order they were found, on disk when they are many."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def add(self, violations: Iterable[Violation]) -> None:
        """Append violations."""
        for violation in violations:
            self._stream.write(json.dumps(astuple(violation)).encode() + b"\n")
            self.count += 1

    def __iter__(self) -> Iterator[Violation]:
        self._stream.seek(0)
        return (Violation(*json.loads(line)) for line in self._stream)


@dataclass
class Shown:
    """What a return shows: every row as received while they are few, else the bad ones, the first of them."""

    rows: list[Row] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    is_whole: bool = True
    """Whether every row of the table is there."""

    def add(self, rows: list[Row], violations: list[Violation]) -> None:
        """Take what is to be shown of some rows and their violations."""
        self.violations += violations[: 2 * SHOWN_ROWS - len(self.violations)]
        if self.is_whole and len(self.rows) + len(rows) > SHOWN_ROWS:
            self.is_whole = False
            self.rows = _only_bad(self.rows, self.violations)
        if not self.is_whole:
            rows = _only_bad(rows, violations)[: SHOWN_ROWS - len(self.rows)]
        self.rows += rows


def _only_bad(rows: list[Row], violations: list[Violation]) -> list[Row]:
    bad = rows_set_aside(violations)
    return [row for row in rows if row[0] in bad]


class _Parts:
    """Good rows, in memory up to one part and on disk beyond."""

    def __init__(self, contract: Contract, folder: Path) -> None:
        self._contract = contract
        self._folder = folder
        self._written: list[Path] = []
        self._held: list[pa.Table] = []
        self._held_rows = 0

    def add(self, rows: list[ReadRow]) -> None:
        self._held.append(rows_table(self._contract, rows))
        self._held_rows += len(rows)
        if self._held_rows >= _PART_ROWS:
            path = self._folder / f"{len(self._written)}.parquet"
            pq.write_table(pa.concat_tables(self._held), path, compression="lz4")
            self._written.append(path)
            self._held, self._held_rows = [], 0

    def tables(self) -> Iterator[tuple[int, pa.Table]]:
        """Each part with the position of its first row among all; at least one."""
        first = 0
        for path in self._written:
            part = pq.read_table(path)
            yield first, part
            first += part.num_rows
        if self._held_rows or not self._written:
            yield first, pa.concat_tables([rows_table(self._contract, []), *self._held])

    def rows_at(self, positions: Iterable[int]) -> dict[int, ReadRow]:
        """The rows at some positions."""
        wanted = sorted(positions)
        found: dict[int, ReadRow] = {}
        for first, part in self.tables() if wanted else ():
            here = [position for position in wanted if first <= position < first + part.num_rows]
            for position, row in zip(
                here, part.take(pa.array([at - first for at in here], pa.int64())).to_pylist(), strict=True
            ):
                found[position] = (row["source_row"], tuple(row[name] for name in self._contract.payload))
        return found


@contextmanager
def open_reading(source: Source, content: Content, limits: Limits, pseudonym_key: bytes | None) -> Iterator[Reading]:
    """Read a submission; its accepted rows lie in a temporary folder until the block ends.

    Raises UnreadableFileError with a Chinese reason when the file as a whole is refused,
    RestrictedColumnError when it carries contacts and there is no key.
    """
    with (
        tempfile.TemporaryDirectory(prefix="panhuo-land-") as folder,
        tempfile.SpooledTemporaryFile(max_size=_LOG_IN_MEMORY) as log,
    ):
        try:
            reading = _read(
                source, content, limits, pseudonym_key, _Parts(source.contract, Path(folder)), Violations(log)
            )
        except HeaderError as error:
            raise UnreadableFileError(str(error)) from None
        yield reading


def _read(
    source: Source, content: Content, limits: Limits, key: bytes | None, parts: _Parts, violations: Violations
) -> Reading:
    contract = source.contract
    file = source.file
    table = source.parse(content, Intake(contract, file.aliases, limits, file.defaults, file.prefilled))
    if not table.headers and next(iter(table.rows), None) is None:
        raise UnreadableFileError("文件中没有表头和数据；请使用下发的模板填报")
    _refuse_another_form(source, table)
    reader = RowReader(
        contract,
        [*(table.headers if table.named is None else table.named), *table.derived],
        pseudonym_key=key,
        header_row=table.header_row,
        aliases=file.aliases,
        defaults=file.defaults,
    )
    columns = reader.columns
    if table.named is not None:
        stated = set(table.named.values())
        columns = HeaderMap(dict(table.named), tuple(header for header in table.headers if header not in stated))
    duplicates, shown = duplicates_of(contract), Shown()
    for found in (reader.violations, list(table.notices)):
        violations.add(found)
        shown.add([], found)
    received = set_aside = 0
    for batch in in_batches(table.rows, _BATCH):
        broken = [row for row in batch if isinstance(row, Violation)]
        sent = [row for row in batch if not isinstance(row, Violation)]
        read = reader.read((number, table.convert(record)) for number, record in sent)
        found = sorted([*broken, *read.violations], key=lambda violation: violation.source_row)
        violations.add(found)
        shown.add(sent, found)
        duplicates.add(read.good)
        parts.add(read.good)
        received += len(batch)
        set_aside += len(batch) - len(read.good)
    settled = duplicates.settle()
    conflicts = _conflicts(contract, parts, settled.conflicts)
    violations.add(conflicts)
    shown.add([], conflicts)
    shown.violations.sort(key=lambda violation: violation.source_row)
    accepted = received - set_aside - len(settled.dropped)
    counts = Counts(received, accepted, set_aside + len(settled.dropped) - settled.identical, settled.identical)
    return Reading(table, columns, counts, violations, shown, parts, settled.dropped)


def _refuse_another_form(source: Source, table: ReceivedTable) -> None:
    """A form headed by the title of another shares columns with it, and would be read as what it does not say."""
    headed = {cell.strip() for cells in table.preamble for cell in cells if isinstance(cell, str)}
    if not headed or source.file.title in headed:
        return
    for form, other in source_forms().items():
        if other.file.title in headed:
            raise UnreadableFileError(
                f"表格标题是“{other.file.title}”，不是“{source.file.title}”；"
                f"请作为“{other.file.title}”报送（检查时加 --form {form}）"
            )


def _conflicts(contract: Contract, parts: _Parts, groups: list[list[int]]) -> list[Violation]:
    positions = [position for group in groups for position in group]
    if len(positions) > _MAX_CONFLICTS:
        raise UnreadableFileError(
            f"有 {len(positions):,} 行与其他行编号相同而内容不同，超过 {_MAX_CONFLICTS:,} 行；"
            "多半是导出有误，请核对后重新报送"
        )
    rows = parts.rows_at(positions)
    found = [v for group in groups for v in conflict_violations(contract, [rows[position] for position in group])]
    return sorted(found, key=lambda violation: violation.source_row)
