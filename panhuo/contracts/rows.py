"""Rows from outside, read by a raw contract: good rows become a table, bad ones a list of violations.

A row is set aside as a whole when one of its cells cannot be read; the others go on. Nothing is guessed: a
heading is a column's name, its Chinese label or a declared alias, and a missing required heading refuses
the whole file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.cells import Cell, as_text, cell_reader, narrow
from panhuo.contracts.duplicates import Duplicates, ReadRow
from panhuo.contracts.faults import MASK, CellError, CellFault
from panhuo.contracts.model import Catalogue, Column, Contract, ContractColumn, load_catalogue
from panhuo.contracts.row_keys import key_column, row_key
from panhuo.contracts.shown import printable

Record = Mapping[str, object]

UNKNOWN_HEADER = "unknown_header"
NOT_USED = "not_used"
"""A part of the file that was not read; its column is what people call the part."""
UNANSWERED = "unanswered"
"""Rows of a form that were left as they were sent out."""
NOTICES = frozenset({UNKNOWN_HEADER, NOT_USED, UNANSWERED})
"""Codes that concern no row and set none aside."""
_SHOWN_LENGTH = 40
# Kept as it was sent, beside its normal form: no sender states these columns.
_RAW_OF = {"patent_no_raw": "patent_no"}
_CHECKED = {"patent_no", "uscc"}
_HEADER_DECORATION = re.compile(r"\s|[*＊]|[(（]必填[)）]")


@dataclass(frozen=True)
class Violation:
    """One bad cell: where it is, what is wrong (Chinese) and how to mend it (Chinese).

    `source_row` is the row as its sender sees it, `column` a column name of the contract or, for the codes of
    NOTICES, the heading or the part of the file itself. `value` is cut at 200 characters and `***` when the column
    is restricted.
    """

    source_row: int
    column: str
    code: str
    value: str
    message: str
    mend: str
    row_key: str | None = None
    """By what the row is known again when it is sent mended."""

    @property
    def advice(self) -> str:
        """Message and mend in one line."""
        return f"{self.message}；{self.mend}"


def rows_set_aside(violations: Iterable[Violation]) -> set[int]:
    """Numbers of the rows the violations set aside; a notice sets none aside."""
    return {violation.source_row for violation in violations if violation.code not in NOTICES}


class HeaderError(ValueError):
    """The headings do not fit the contract; the text says in Chinese which and what to do."""


@dataclass(frozen=True)
class HeaderMap:
    """Which heading of a file states which column."""

    columns: dict[str, str]
    """Column name → heading."""
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class RowsResult:
    """What became of the rows of one file.

    `rows_read` = rows of `table` + `rows_set_aside(violations)` + `identical_duplicates`.
    """

    table: pa.Table
    """Payload columns of the contract and `source_row`."""
    violations: list[Violation]
    """Sorted by row, then in the order of the contract's columns."""
    rows_read: int
    identical_duplicates: int


def stated_columns(contract: Contract) -> list[ContractColumn]:
    """The columns a sender states: the payload without what is derived from it."""
    return [contract.column(name) for name in contract.payload if name not in _RAW_OF]


def header_key(header: str) -> str:
    """A heading as it is compared: narrow, without blanks, asterisks and “（必填）”."""
    return _HEADER_DECORATION.sub("", narrow(header)).casefold()


def known_headers(contract: Contract, aliases: Mapping[str, str]) -> dict[str, str]:
    """Heading as compared → column name, for every heading the contract and the aliases know."""
    stated = {use.name for use in stated_columns(contract)}
    foreign = set(aliases.values()) - stated
    if foreign:
        raise ValueError(f"aliases of {contract.qualified_name} name unknown columns: {sorted(foreign)}")
    known = {header_key(alias): column for alias, column in aliases.items()}
    known |= {header_key(contract.column(name).column.label): name for name in contract.payload}
    return known | {header_key(name): name for name in contract.payload}


def match_headers(
    contract: Contract,
    headers: Sequence[str],
    *,
    aliases: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
) -> HeaderMap:
    """Find the column each heading states.

    A column with a default need not be there. Raises HeaderError when a required column is missing (it
    names the heading most like it) or when two headings state the same column.
    """
    known = known_headers(contract, aliases or {})
    columns: dict[str, str] = {}
    unknown: list[str] = []
    for header in headers:
        column = known.get(header_key(header))
        if column is None:
            unknown.append(header)
        elif column in columns:
            raise HeaderError(
                f"表头“{columns[column]}”和“{header}”是同一列“{contract.column(column).column.label}”；请只保留一列"
            )
        else:
            columns[column] = header
    missing = [
        use.column
        for use in stated_columns(contract)
        if use.required and use.name not in columns and use.name not in (defaults or {})
    ]
    if missing:
        raise HeaderError("；".join(_missing_header(column, unknown) for column in missing))
    return HeaderMap(columns, tuple(dict.fromkeys(unknown)))


def _missing_header(column: Column, unknown: Sequence[str]) -> str:
    likely = _most_like(column.label, unknown)
    if likely is not None:
        return f"表头缺少必填列“{column.label}”；最接近的现有列是“{likely}”，如是同一列请改名为“{column.label}”"
    return f"表头缺少必填列“{column.label}”；请补上该列"


def _most_like(label: str, candidates: Sequence[str]) -> str | None:
    near = difflib.get_close_matches(label, [candidate[:80] for candidate in candidates], n=1, cutoff=0.4)
    return near[0] if near else None


@dataclass(frozen=True)
class Batch:
    """Some rows of a file, read."""

    good: list[ReadRow]
    violations: list[Violation]
    rows_read: int


class RowReader:
    """Reads the rows of one file by a raw contract, batch by batch.

    `headers` are the headings of the file, `header_row` their row. `aliases` maps further headings to column
    names, `defaults` column names to the text of an empty or missing cell. Raises HeaderError when the headings
    do not fit.
    """

    def __init__(
        self,
        contract: Contract,
        headers: Sequence[str],
        *,
        pseudonym_key: bytes | None,
        header_row: int = 0,
        aliases: Mapping[str, str] | None = None,
        defaults: Mapping[str, str] | None = None,
        catalogue: Catalogue | None = None,
    ) -> None:
        catalogue = catalogue or load_catalogue()
        self.contract = contract
        self._catalogue = catalogue
        self.columns = match_headers(contract, headers, aliases=aliases, defaults=defaults)
        """Which heading states which column."""
        self.violations = [
            _unknown_header(contract, header, header_row, self.columns) for header in self.columns.unknown
        ]
        """One for each heading that no column claims."""
        self._plan = [
            (
                use.name,
                self.columns.columns.get(use.name),
                cell_reader(use, catalogue, pseudonym_key),
                (defaults or {}).get(use.name),
            )
            for use in stated_columns(contract)
        ]
        self._checked = {
            name: read for name, _, read, _ in self._plan if contract.column(name).column.format in _CHECKED
        }
        self._key_header = self.columns.columns.get(key_column(contract), "")
        self._raw_headers = {
            raw: self.columns.columns[name] for raw, name in _RAW_OF.items() if raw in contract.payload
        }

    def read(self, records: Iterable[tuple[int, Record]]) -> Batch:
        """Read numbered records; a row is set aside as a whole when one of its cells cannot be read.

        Raises RestrictedColumnError when contacts come without a key.
        """
        batch = Batch([], [], 0)
        count = 0
        for number, record in records:
            count += 1
            values: dict[str, Cell] = {}
            faults: list[Violation] = []
            for name, header, read, default in self._plan:
                sent = record.get(header) if header is not None else None
                value = default if default is not None and (sent is None or sent == "") else sent
                try:
                    values[name] = read(value)
                except CellError as error:
                    told = _bad_cell(self.contract.column(name).column, number, value, error)
                    faults.append(replace(told, mend=f"{self._swap_hint(name, record)}{told.mend}"))
            faults = faults or [
                *_out_of_order(self.contract, number, values),
                *_contradictions(self.contract, self._catalogue, number, values),
            ]
            if faults:
                key = row_key(self.contract, values, record.get(self._key_header))
                batch.violations.extend(replace(fault, row_key=key) for fault in faults)
                continue
            for raw, header in self._raw_headers.items():
                values[raw] = as_text(record[header])
            batch.good.append((number, tuple(values[name] for name in self.contract.payload)))
        return replace(batch, rows_read=count)

    def _swap_hint(self, name: str, record: Record) -> str:
        """Under which other heading the row has what a column of checked numbers should say (Chinese)."""
        if name not in self._checked:
            return ""
        for other, header in self.columns.columns.items():
            if other == name:
                continue
            try:
                found = self._checked[name](record.get(header))
            except CellError:
                continue
            if found is not None:
                label = self.contract.column(name).column.label
                return f"“{header}”一栏的内容像“{label}”，请先核对两列是否填反或表头是否对调；"
        return ""


def _out_of_order(contract: Contract, number: int, values: Mapping[str, Cell]) -> Iterator[Violation]:
    for earlier, later in contract.ordered:
        first, second = values.get(earlier), values.get(later)
        if first is not None and second is not None and first > second:  # type: ignore[operator]
            labels = contract.column(earlier).column.label, contract.column(later).column.label
            message = f"第{number}行“{labels[1]}”的值“{second}”早于“{labels[0]}”{first}"
            mend = f"请核对“{labels[0]}”和“{labels[1]}”两列是否填反或表头是否对调"
            yield Violation(number, later, "out_of_order", printable(second), message, mend)


def _contradictions(
    contract: Contract, catalogue: Catalogue, number: int, values: Mapping[str, Cell]
) -> Iterator[Violation]:
    for rule in contract.stated:
        said, found = values[rule.column], values[rule.when]
        if (said is not None) == (found == rule.has):
            continue
        labels = contract.column(rule.column).column.label, contract.column(rule.when).column.label
        words = {name: catalogue.value_label(name, str(values[name] or "")) for name in (rule.column, rule.when)}
        asked = catalogue.value_label(rule.when, rule.has)
        message = f"第{number}行“{labels[1]}”为“{words[rule.when]}”，“{labels[0]}”却"
        message += "为空" if said is None else f"填了“{words[rule.column]}”"
        todo = "填写" if said is None else "清空"
        mend = f"“{labels[1]}”为“{asked}”时才填、且必填“{labels[0]}”：请{todo}“{labels[0]}”，或改正“{labels[1]}”"
        yield Violation(number, rule.column, "contradiction", printable(words[rule.column]), message, mend)


def read_rows(
    contract: Contract,
    records: Iterable[tuple[int, Record]],
    *,
    pseudonym_key: bytes | None,
    headers: Sequence[str] | None = None,
    header_row: int = 0,
    aliases: Mapping[str, str] | None = None,
    defaults: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> RowsResult:
    """Read all records of a file at once, as `RowReader` does; without `headers` every key of them is a heading.

    Of rows with equal keys the first stays when all are equal, else all are set aside.
    """
    records = list(records)
    if headers is None:
        headers = list(dict.fromkeys(key for _, record in records for key in record))
        if not records:
            return RowsResult(rows_table(contract, []), [], 0, 0)
    reader = RowReader(
        contract,
        headers,
        pseudonym_key=pseudonym_key,
        header_row=header_row,
        aliases=aliases,
        defaults=defaults,
        catalogue=catalogue,
    )
    batch = reader.read(records)
    duplicates = duplicates_of(contract)
    duplicates.add(batch.good)
    settled = duplicates.settle()
    conflicts = [
        violation
        for group in settled.conflicts
        for violation in conflict_violations(contract, [batch.good[position] for position in group])
    ]
    good = [row for position, row in enumerate(batch.good) if position not in settled.dropped]
    violations = sorted([*reader.violations, *batch.violations, *conflicts], key=lambda violation: violation.source_row)
    return RowsResult(rows_table(contract, good), violations, batch.rows_read, settled.identical)


def _bad_cell(column: Column, number: int, value: object, error: CellError) -> Violation:
    if column.sensitivity in {"restricted", "blocked"}:
        shown, quoted = MASK, ""
    else:
        shown = printable(value)
        # The problem of a fault names it already.
        quoted = _quote(shown) if shown and not isinstance(value, CellFault) else ""
    message = f"第{number}行“{column.label}”{quoted}{error.problem}"
    return Violation(number, column.name, error.code, shown, message, error.mend)


def _quote(shown: str) -> str:
    return f"的值“{shown[:_SHOWN_LENGTH]}{'…' if len(shown) > _SHOWN_LENGTH else ''}”"


def _unknown_header(contract: Contract, header: str, row: int, header_map: HeaderMap) -> Violation:
    absent = [use.column.label for use in stated_columns(contract) if use.name not in header_map.columns]
    likely = next((label for label in absent if _most_like(label, [header])), None)
    shown = printable(header)
    hint = f"如是“{likely}”列，请按此改名" if likely else "如不需要请删除该列"
    where = f"第{row}行表头" if row else "记录的字段"
    message = f"{where}“{shown[:_SHOWN_LENGTH]}”不在数据规范中，整列未读取"
    return Violation(row, shown, UNKNOWN_HEADER, shown, message, hint)


def duplicates_of(contract: Contract) -> Duplicates:
    """What finds rows of the contract that have one key."""
    keys = [contract.payload.index(name) for name in contract.keys if name in contract.payload]
    return Duplicates(keys, _compared(contract))


def _compared(contract: Contract) -> list[int]:
    return [index for index, name in enumerate(contract.payload) if name not in _RAW_OF]


def conflict_violations(contract: Contract, rows: Sequence[ReadRow]) -> Iterator[Violation]:
    """One violation for each of the rows that have one key and differ."""
    differing = [index for index in _compared(contract) if len({values[index] for _, values in rows}) > 1]
    key = key_column(contract)
    label = contract.column(key).column.label
    columns = "、".join(f"“{contract.column(contract.payload[index]).column.label}”" for index in differing)
    first, second = rows[0][0], rows[1][0]
    for number, values in rows:
        other = second if number == first else first
        known_by = str(values[contract.payload.index(key)])
        value = printable(known_by)
        mend = f"请核对第{other}行和第{number}行，只保留正确的一行"
        message = f"第{number}行“{label}”的值“{value}”与第{other}行相同，但{columns}不同"
        yield Violation(number, key, "conflicting_duplicate", value, message, mend, known_by)


def rows_table(contract: Contract, rows: Sequence[ReadRow]) -> pa.Table:
    """Rows as a table of the payload and `source_row`."""
    columns = list(zip(*(values for _, values in rows), strict=True)) or [()] * len(contract.payload)
    schema = payload_schema(contract)
    arrays = [pa.array(cells, schema_field.type) for cells, schema_field in zip(columns, schema, strict=True)]
    numbers = pa.array([number for number, _ in rows], pa.int64())
    return pa.table([*arrays, numbers], schema=schema.append(pa.field("source_row", pa.int64())))
