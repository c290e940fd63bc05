"""The sieve of a drop: accepted rows by the month they speak for, without those that say nothing new."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.sources import Source
from panhuo.contracts.arrow import arrow_schema, payload_schema
from panhuo.contracts.rows import stated_columns
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.warehouse import parquet_files

ROWS_AT_ONCE = 50_000
_PLACE = ["period", "received_at", "load_id", "source_row"]
"""What tells which of two known rows is the later one."""


@contextmanager
def open_sieve(source: Source, first: Period, receipt: Period) -> Iterator[Sieve]:
    """A sieve for one file of a dated source; what it holds lies on disk until the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="panhuo-drop-") as folder,
        duckdb.connect(str(Path(folder) / "sieve.duckdb")) as connection,
    ):
        yield Sieve(connection, source, first, receipt)


class Sieve:
    """The rows of one file: a month is that of a row's date, not before `first` and not after `receipt`.

    A row without date speaks for `receipt`.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, source: Source, first: Period, receipt: Period) -> None:
        self._connection = connection
        self._contract = source.contract
        self._receipt = receipt
        self._keys = [name for name in self._contract.keys if name in self._contract.payload]
        self._schema = payload_schema(self._contract).append(pa.field("source_row", pa.int64()))
        stated = f"coalesce(strftime({source.file.dated_by}, '%Y-%m'), '{receipt}')"
        self._columns = f"*, greatest('{first}', least('{receipt}', {stated})) as spoken_for"
        self._insert("incoming", self._schema.empty_table(), self._columns)

    def _insert(self, name: str, table: pa.Table, columns: str = "*") -> None:
        self._connection.register("piece", table)
        self._connection.execute(f"create table if not exists {name} as select {columns} from piece limit 0")
        self._connection.execute(f"insert into {name} select {columns} from piece")
        self._connection.unregister("piece")

    def add(self, rows: pa.Table) -> None:
        """Take accepted rows."""
        self._insert("incoming", rows.select(self._schema.names).cast(self._schema), self._columns)

    def compare(self, lake: Lake, as_of: dt.datetime) -> None:
        """Mark what differs from the latest that is known of each row's month."""
        self._read_known(lake, as_of)
        same = " and ".join(f"incoming.{key} = known.{key}" for key in self._keys)
        compared = [use.name for use in stated_columns(self._contract)]
        differs = " or ".join(f"incoming.{name} is distinct from latest.{name}" for name in compared)
        self._connection.execute(f"""
            create table fresh as
            with latest as (
                select incoming.source_row as incoming_row, known.*
                from incoming
                inner join known on {same} and known.period <= incoming.spoken_for
                qualify row_number() over (
                    partition by incoming.source_row
                    order by known.period desc, known.received_at desc, known.load_id desc, known.source_row desc
                ) = 1
            )
            select incoming.*
            from incoming
            left join latest on incoming.source_row = latest.incoming_row
            where latest.incoming_row is null or {differs}
        """)

    def _read_known(self, lake: Lake, as_of: dt.datetime) -> None:
        """What the lake holds about the keys that came in; the other rows are passed over where they lie."""
        names = [*self._contract.payload, *_PLACE]
        key = self._keys[0]
        wanted = self._connection.execute(f"select distinct {key} from incoming").to_arrow_table()[key].combine_chunks()
        loads = lake.loads(self._contract.source, self._contract.table, until=self._receipt, as_of=as_of)
        paths = [path for load in loads if load.row_count for path in lake.part_paths(load)]
        schema = arrow_schema(self._contract)
        self._insert("known", schema.empty_table().select(names))
        for files in parquet_files(paths, schema):
            for batch in files.to_batches(columns=names, filter=pc.field(key).isin(wanted)):
                if batch.num_rows:
                    self._insert("known", pa.Table.from_batches([batch]))

    def months(self) -> list[Period]:
        """The months with something new, in order."""
        found = self._connection.execute("select distinct spoken_for from fresh order by all").fetchall()
        return [Period.parse(month) for (month,) in found]

    def rows(self, month: Period) -> Iterator[pa.Table]:
        """The new rows of a month as tables of bounded size."""
        sql = "select * exclude (spoken_for) from fresh where spoken_for = $1 order by source_row"
        for batch in self._connection.execute(sql, [str(month)]).to_arrow_reader(ROWS_AT_ONCE):
            yield pa.Table.from_batches([batch]).cast(self._schema)
