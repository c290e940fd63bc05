"""The DuckDB files: one private warehouse per run, one read-only file of views for analysts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as pds
from pyarrow.fs import FSSpecHandler, PyFileSystem
from upath import UPath

from panhuo.contracts.arrow import arrow_schema, conform
from panhuo.contracts.dbt import duckdb_type
from panhuo.contracts.model import Contract, Product, load_catalogue
from panhuo.lake import Lake, Load, Version

LOADS_TABLE = "raw_lake.loads"
CELLS_TABLE = "raw_lake.quarantined_rows"
PIECE_ROWS = 200_000
Ask = Callable[[str], pa.Table]
"""Runs one SELECT over published marts."""
_PUBLISHING: dict[Product, str] = {
    "monthly_dispatch": "panhuo run monthly --period {month}",
    "quarterly_statistics": "panhuo run quarterly --quarter {quarter}",
}


def publishing_command(product: Product, month: str = "YYYY-MM", quarter: str = "YYYY-QN") -> str:
    """The command that publishes a product, of the month or quarter where it is known."""
    return _PUBLISHING[product].format(month=month, quarter=quarter)


@contextmanager
def connect(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB file in UTC; it is closed when the block ends."""
    connection = duckdb.connect(str(path), read_only=read_only)
    try:
        connection.execute("set timezone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def held_open(path: Path) -> Iterator[None]:
    """Keep a DuckDB file open for reading: whoever reads it in the block finds it open.

    To open the file of a month takes a tenth of a second, more than to read a small mart of it.
    """
    with connect(path, read_only=True):
        yield


def create_warehouse(path: Path, lake: Lake, loads: list[Load]) -> None:
    """Create the run's own DuckDB file holding every raw table with the rows of the given loads.

    Tables without a load are there and empty, so that the models read the same whatever has arrived. A file left
    by an interrupted run is replaced.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with connect(path) as connection:
        for contract in load_catalogue().layer("raw"):
            connection.execute(f"create schema if not exists raw_{contract.source}")
            _write_table(connection, contract.qualified_name, _raw_tables(contract, lake, loads))


def _raw_tables(contract: Contract, lake: Lake, loads: list[Load]) -> Iterator[pa.Table]:
    """The rows of a raw table in pieces of bounded size, an empty one first so that the table is always made."""
    schema = arrow_schema(contract)
    yield schema.empty_table()
    if contract.qualified_name == LOADS_TABLE:
        yield _loads_table(contract, loads)
        return
    if contract.qualified_name == CELLS_TABLE:
        paths = [lake.cells_path(load) for load in loads if load.quarantined_count]
    else:
        own = [load for load in loads if load.contract_name == contract.qualified_name]
        paths = [path for load in own if load.row_count for path in lake.part_paths(load)]
    for part in parquet_files(paths, schema):
        yield from _pieces(part.to_batches(), schema)


def parquet_files(paths: list[UPath], schema: pa.Schema) -> Iterator[pds.Dataset]:
    """The files as one dataset for each file system they lie on, in the order given."""
    for _, group in groupby(paths, key=lambda path: (path.protocol, str(path.storage_options))):
        files = list(group)
        filesystem = PyFileSystem(FSSpecHandler(files[0].fs))
        yield pds.dataset([file.path for file in files], schema=schema, format="parquet", filesystem=filesystem)


def _pieces(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(piece.num_rows for piece in held) >= PIECE_ROWS:
            yield pa.Table.from_batches(held, schema)
            held = []
    yield pa.Table.from_batches(held, schema)


def _loads_table(contract: Contract, loads: list[Load]) -> pa.Table:
    rows = [{name: getattr(load, name) for name in contract.column_names} for load in loads]
    for row in rows:
        row["period"] = str(row["period"])
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract))


def _write_table(connection: duckdb.DuckDBPyConnection, name: str, tables: Iterable[pa.Table]) -> None:
    # DuckDB gets tables, never a dataset over a Python file system: its threads and Python's lock would wait for
    # each other.
    statement = f"create or replace table {name} as select * from incoming"
    for table in tables:
        connection.register("incoming", table)
        connection.execute(statement)
        connection.unregister("incoming")
        statement = f"insert into {name} select * from incoming"


def write_made(path: Path, contract: Contract, rows: pa.Table) -> None:
    """Put a table that a step of the run itself makes into its warehouse, replacing that of an earlier attempt."""
    with connect(path) as connection:
        _write_table(connection, contract.qualified_name, [conform(rows, contract)])


def read_mart(path: Path, name: str) -> pa.Table:
    """A mart in contract order of columns, sorted by its keys: the only way Python reads what dbt built.

    Raises KeyError for a name that is not the contract of a mart.
    """
    contract = load_catalogue().contract(name)
    if contract.layer != "marts":
        raise KeyError(f"{name} is not a mart; Python reads marts only")
    columns = ", ".join(f'"{column}"' for column in contract.column_names)
    order = ", ".join(f'"{key}"' for key in contract.keys)
    with connect(path, read_only=True) as connection:
        table = connection.execute(f"select {columns} from {name} order by {order}").to_arrow_table()
    return table.cast(arrow_schema(contract))


class NotAQueryError(ValueError):
    """Something other than one statement that only reads."""


class NotPublishedError(ValueError):
    """What is asked for is in no published version."""


def query(path: Path, sql: str) -> pa.Table:
    """Run one SELECT over the analysts' file; it can read the published files beside `path` and nothing else.

    Raises NotAQueryError for anything but one SELECT, NotPublishedError for a mart that no version holds, duckdb.Error
    for a query that fails or reaches outside.
    """
    with connect(path, read_only=True) as connection:
        shut(connection, path.resolve().parent)
        return only_read(connection, sql)


@contextmanager
def open_versions(versions: list[Version], published: Path, history: Sequence[Version] = ()) -> Iterator[Ask]:
    """Like `query` for many a SELECT, over the given versions where they are now, opened once."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        create_views(connection, versions)
        create_history(connection, history)
        shut(connection, published.resolve())
        yield lambda sql: only_read(connection, sql)


def shut(connection: duckdb.DuckDBPyConnection, folder: Path | None) -> None:
    """Let the connection read the files of a folder, where one is given, and nothing else outside, for good."""
    if folder is not None:
        allowed = str(folder).replace("'", "''") + "/"
        connection.execute(f"set allowed_directories = ['{allowed}']")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def only_read(connection: duckdb.DuckDBPyConnection, sql: str) -> pa.Table:
    """Run one SELECT on a connection that is shut, and nothing that is none."""
    # A folder that DuckDB may read it may also write (COPY, EXPORT), so the kind of statement is what protects it.
    statements = duckdb.extract_statements(sql)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise NotAQueryError("one SELECT statement is expected, and nothing that writes")
    return read_published(connection, sql)


def read_published(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Mapping[str, Any] | None = None
) -> pa.Table:
    """The rows of a SELECT over views of published marts.

    Raises NotPublishedError, naming the command that publishes them, for marts that no version holds.
    """
    try:
        return connection.execute(sql, parameters).to_arrow_table()
    except duckdb.CatalogException:
        named = set(re.findall(r"\w+", sql.lower()))
        held = {name for (name,) in connection.execute("select view_name from duckdb_views()").fetchall()}
        missing = [contract for contract in load_catalogue().layer("marts") if contract.table in named - held]
        if not missing:
            raise
        marts = ", ".join(contract.table for contract in missing)
        commands = " and ".join(sorted({publishing_command(contract.product) for contract in missing}))
        raise NotPublishedError(f"no published version holds {marts}: {commands}") from None


def refresh_analytics(path: Path, versions: list[Version], history: Sequence[Version] = ()) -> None:
    """Swap in the analysts' file: one view per mart over the given published versions, and the history of all.

    The views name files of committed versions only; readers of the old file keep it until they reopen.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.{os.getpid()}")
    building.unlink(missing_ok=True)
    with connect(building) as connection:
        create_views(connection, versions)
        create_history(connection, history)
    os.replace(building, path)


def create_views(connection: duckdb.DuckDBPyConnection, versions: list[Version]) -> None:
    """One view per mart over the given published versions; a column that one does not have yet is null in its rows."""
    for contract in load_catalogue().layer("marts"):
        files = _mart_files(versions, contract)
        if files:
            connection.execute(
                f"create view {contract.table} as select * from read_parquet({files}, union_by_name = true) "
                f"union all by name {_no_rows(contract)}"
            )
            comment = contract.description.replace("'", "''")
            connection.execute(f"comment on view {contract.table} is '{comment}'")


def create_history(connection: duckdb.DuckDBPyConnection, versions: Sequence[Version]) -> None:
    """In the schema `history` the marts of all given versions, each row with product and number of its version.

    `history.versions` says of every version up to which instant its data count, and which policy and code made it.
    """
    if not versions:
        return
    connection.execute("create schema history")
    for contract in load_catalogue().layer("marts"):
        files = _mart_files(versions, contract)
        if files:
            product = "regexp_extract(filename, '([^/]+)/period=', 1) as product"
            number = r"cast(regexp_extract(filename, 'version=(\d+)/', 1) as bigint) as version"
            connection.execute(
                f"create view history.{contract.table} as select {product}, {number}, * exclude (filename) "
                f"from (select * from read_parquet({files}, union_by_name = true, filename = true) "
                f"union all by name {_no_rows(contract)})"
            )
    rows = [
        {
            "product": version.product,
            "period": str(version.period),
            "version": version.number,
            "as_of": version.as_of,
            **{name: version.manifest.get(name) for name in ("policy_version", "code_version")},
        }
        for version in versions
    ]
    connection.register("incoming", pa.Table.from_pylist(rows))
    connection.execute("create table history.versions as select * from incoming order by product, period, version")
    connection.unregister("incoming")


def _no_rows(contract: Contract) -> str:
    """A SELECT of all columns of the contract, and no row."""
    columns = ", ".join(f'cast(null as {duckdb_type(use)}) as "{use.name}"' for use in contract.columns)
    return f"select {columns} where false"


def _mart_files(versions: Sequence[Version], contract: Contract) -> str | None:
    """The files of a mart in versions as a SQL list; None when none of them has it."""
    paths = [version.path / "marts" / f"{contract.table}.parquet" for version in versions]
    quoted = ["'" + str(path).replace("'", "''") + "'" for path in paths if path.exists()]
    return f"[{', '.join(quoted)}]" if quoted else None
