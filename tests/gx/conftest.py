"""Tables that keep every contract, to be broken one cell at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import Column, Contract, load_catalogue
from panhuo.gates.model import GateRun
from panhuo.warehouse import connect

Row = dict[str, Any]

_BY_FORMAT = {
    "patent_no": "CN201010110545.X",
    "uscc": "91370900163058822N",
    "period": "2024-05",
    "region_code": "3709",
    "pseudonym": "sm3:" + "0" * 64,
    "phone_pseudonym": "sm3:" + "f" * 64,
}
_BY_TYPE = {
    "string": "x",
    "integer": 3,
    "float": 3.0,
    "boolean": True,
    "date": dt.date(2024, 5, 1),
    "timestamp": dt.datetime(2024, 6, 5, tzinfo=dt.UTC),
}


def _value(column: Column) -> Any:
    vocabulary = load_catalogue().vocabulary_of(column)
    if vocabulary is not None:
        return sorted(vocabulary.values)[0]
    value = _BY_FORMAT.get(column.format or "", _BY_TYPE[column.type])
    is_cut = isinstance(value, str) and column.format == "region_code"
    return value[: column.max_length] if is_cut else value


def good_row(contract: Contract, **changes: Any) -> Row:
    """A row that keeps the contract, apart from the changes."""
    row = {member.name: _value(member.column) for member in contract.columns}
    unknown = set(changes) - set(row)
    assert not unknown, f"{contract.qualified_name} has no columns {unknown}"
    return row | changes


@pytest.fixture
def gate_run() -> Callable[[str], GateRun]:
    return lambda gate: GateRun(gate=gate, period="2024-05", run_id="run-1")


@pytest.fixture
def make_database(tmp_path: Path) -> Callable[..., Path]:
    """Write a DuckDB file; tables not given are there and empty when their layer is asked for."""

    def make(rows: Mapping[str, Iterable[Row]], *, layers: tuple[str, ...] = ()) -> Path:
        catalogue = load_catalogue()
        names = {contract.qualified_name for layer in layers for contract in catalogue.layer(layer)} | set(
            rows
        )
        path = tmp_path / "judged.duckdb"
        path.unlink(missing_ok=True)
        with connect(path) as connection:
            for name in sorted(names):
                schema, _, _ = name.rpartition(".")
                if schema:
                    connection.execute(f"create schema if not exists {schema}")
                table = pa.Table.from_pylist(
                    list(rows.get(name, [])), schema=arrow_schema(catalogue.contract(name))
                )
                connection.register("incoming", table)
                connection.execute(f"create table {name} as select * from incoming")
        return path

    return make
