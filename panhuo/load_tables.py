"""What a raw load is made of: its name, its rows with their provenance, and the cells that were set aside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import pyarrow as pa

from panhuo.contracts.arrow import arrow_schema, conform
from panhuo.contracts.model import Contract, load_catalogue
from panhuo.contracts.rows import Violation, rows_set_aside
from panhuo.periods import Period

T = TypeVar("T")

_CELLS_CONTRACT = "raw_lake.quarantined_rows"
_CELLS_AT_ONCE = 10_000


def in_batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of a size, the last one shorter."""
    iterator = iter(items)
    return iter(lambda: list(islice(iterator, size)), [])


def file_key(sender_id: str, source_file: str) -> str:
    """Stands in a load's name, so that earlier loads of a file are found without opening all others."""
    return _short_digest(f"{sender_id}|{source_file}", 8)


def fingerprint(contract: Contract, period: Period, content_digest: str, parser_version: str) -> str:
    """Stands at the end of a load's name: the same bytes, read by the same parser for the same month, have the same."""
    return _short_digest(f"{contract.qualified_name}|{period}|{content_digest}|{parser_version}", 12)


def _short_digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def with_provenance(table: pa.Table, provenance: Mapping[str, Any], contract: Contract) -> pa.Table:
    """Rows of the payload and `source_row` as the whole raw table."""
    return conform(_with_constants(table, provenance, contract), contract)


def cells_schema() -> pa.Schema:
    """Schema of the table of cells that were set aside."""
    return arrow_schema(load_catalogue().contract(_CELLS_CONTRACT))


def cells_tables(
    violations: Iterable[Violation], contract: Contract, provenance: Mapping[str, Any], set_aside: set[int]
) -> Iterator[pa.Table]:
    """The violations as tables of bounded size; the numbers of the rows they set aside go into `set_aside`."""
    for batch in in_batches(violations, _CELLS_AT_ONCE):
        set_aside.update(rows_set_aside(batch))
        yield _cells_table(batch, contract, provenance)


def _with_constants(table: pa.Table, constants: Mapping[str, Any], contract: Contract) -> pa.Table:
    schema = arrow_schema(contract)
    for name, value in constants.items():
        table = table.append_column(name, pa.array([value] * table.num_rows, schema.field(name).type))
    return table


def _cells_table(violations: Sequence[Violation], contract: Contract, provenance: Mapping[str, Any]) -> pa.Table:
    cells = load_catalogue().contract(_CELLS_CONTRACT)
    constants = {**provenance, "source": contract.source, "dataset": contract.table}
    names = {"source_row": "source_row", "column_name": "column", "code": "code", "value": "value"}
    names |= {"message": "message", "mend": "mend", "row_key": "row_key"}
    schema = arrow_schema(cells)
    table = pa.table(
        {
            name: pa.array([getattr(violation, field) for violation in violations], schema.field(name).type)
            for name, field in names.items()
        }
    )
    return conform(_with_constants(table, constants, cells), cells)
