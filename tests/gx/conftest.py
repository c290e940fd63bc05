"""Tables that keep every contract, to be broken one cell at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import Column, Contract, load_catalogue
from panhuo.gates.model import GateRun
from panhuo.warehouse import connect

Row = dict[str, Any]
Tables = Mapping[str, Iterable[Row]]

_BY_FORMAT = {
    "patent_no": "CN201010110545.X",
    "uscc": "91370900163058822K",
    "period": "2024-05",
    "quarter": "2024-Q2",
    "region_code": "370900",
    "pseudonym": "sm3:" + "0" * 64,
    "phone_pseudonym": "sm3:" + "f" * 64,
    "dated_usccs": "91370900163058822K@2022-06",
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
        return min(vocabulary.values)
    value = _BY_FORMAT.get(column.format or "", _BY_TYPE[column.type])
    if column.type in ("integer", "float"):
        least, most = column.min, column.max
        value = value if least is None else max(value, least)
        value = value if most is None else min(value, most)
    return value[: column.max_length] if column.format == "region_code" else value


def _good_row(table: str, **changes: Any) -> Row:
    contract: Contract = load_catalogue().contract(table)
    row = {member.name: _value(member.column) for member in contract.columns}
    unknown = set(changes) - set(row)
    assert not unknown, f"{table} has no columns {unknown}"
    return row | changes


@pytest.fixture(scope="session")
def good_row() -> Callable[..., Row]:
    """Make a row that keeps the contract of a table, apart from the changes."""
    return _good_row


@pytest.fixture(scope="session")
def gate_run() -> Callable[[str], GateRun]:
    return lambda gate: GateRun(gate=gate, period="2024-05", run_id="run-1")


def _fill(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    for name, rows in tables.items():
        folder, _, _ = name.rpartition(".")
        if folder:
            connection.execute(f"create schema if not exists {folder}")
        contract = load_catalogue().contracts.get(name)
        schema = arrow_schema(contract) if contract else None
        connection.register("rows", pa.Table.from_pylist(list(rows), schema=schema))
        connection.execute(f"create or replace table {name} as select * from rows")


@pytest.fixture(scope="session")
def fill() -> Callable[[duckdb.DuckDBPyConnection, Tables], None]:
    """Make tables of rows, replacing those there: one with a contract has its types, any other those of its values."""
    return _fill


@pytest.fixture
def make_database(tmp_path: Path) -> Callable[[Tables], Path]:
    """Write rows to a DuckDB file, as `fill` makes tables of them."""

    def make(tables: Tables) -> Path:
        path = tmp_path / "judged.duckdb"
        path.unlink(missing_ok=True)
        with connect(path) as connection:
            connection.execute("begin")
            _fill(connection, tables)
            connection.execute("commit")
        return path

    return make
