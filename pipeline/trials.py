"""Trials: a month's marts built aside, with and without some loads, and what differs between the two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from panhuo.contracts.model import Contract, load_catalogue
from panhuo.lake import Lake, Version, parquet_bytes, sha256
from panhuo.periods import Period
from panhuo.warehouse import connect, create_warehouse, read_mart
from pipeline.marts import build_marts
from pipeline.release import published_digests, stated
from pipeline.runs import MonthlyRun, start_run

LINES = "fct_dispatch_lines"
_KINDS = {(False, True): "ADD", (True, True): "MOD", (True, False): "DEL"}


class TrialStoppedError(RuntimeError):
    """The models cannot be built on what the lake holds; `problems` names the failing models and tests."""

    def __init__(self, period: Period, problems: list[str]) -> None:
        super().__init__(f"{period}: {problems}")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Difference:
    """How the marts of a month differ between two trials."""

    tables: tuple[str, ...]
    """Marts that differ, in order of name."""
    lines: Mapping[str, str]
    """Patent → ADD, MOD or DEL of its dispatch line."""
    patents: Mapping[str, tuple[str, ...]]
    """Patent → marts in which its rows differ."""


def build_trial(
    lake: Lake, period: Period, as_of: dt.datetime, scratch: Path, *, without: Collection[str] = ()
) -> MonthlyRun:
    """Build the marts of a month below `scratch` as known at `as_of`, but for the loads `without`.

    Damaged loads are left out, as G1 leaves them out before it stops the month. What is built from every load is
    tested as a month to be published is. Raises TrialStoppedError when a model cannot be built or a test fails.
    """
    run = start_run(period, as_of, prefix="without" if without else "with", scratch=scratch)
    run.clear()
    loads = [load for load in lake.loads(until=period, as_of=as_of) if load.load_id not in without]
    damaged = {load.load_id for load in lake.damaged_loads(loads)}
    create_warehouse(run.warehouse, lake, [load for load in loads if load.load_id not in damaged])
    problems = build_marts(run, with_data_tests=not without)
    if problems:
        raise TrialStoppedError(period, problems)
    return run


def states_what_is_published(run: MonthlyRun, version: Version) -> bool:
    """Whether every mart of a trial is, to the byte, the one that a version published."""
    published = {name: digest for name, digest in stated(published_digests(version)).items() if name in _mart_files()}
    with connect(run.warehouse, read_only=True) as connection:
        built = [contract.table for contract in _marts(connection)]
        rebuilt = {_mart_file(name): sha256(parquet_bytes(read_mart(run.warehouse, name))) for name in built}
    return rebuilt == published


def compare(before: MonthlyRun, after: MonthlyRun) -> Difference:
    """What the second of two trials of a month states otherwise than the first."""
    tables: list[str] = []
    lines: dict[str, str] = {}
    patents: dict[str, list[str]] = {}
    with _both(before, after) as connection:
        for contract in _marts(connection):
            lost, gained = _one_way(contract, "before", "after"), _one_way(contract, "after", "before")
            sql = f"select exists({lost}) or exists({gained})"
            if connection.execute(sql).fetchall() == [(False,)]:
                continue
            tables.append(contract.table)
            if "patent_no" not in contract.column_names:
                continue
            for number, is_lost, is_gained in connection.execute(_patents(lost, gained)).fetchall():
                patents.setdefault(number, []).append(contract.table)
                if contract.table == LINES:
                    lines[number] = _KINDS[is_lost, is_gained]
    return Difference(tuple(tables), lines, {number: tuple(found) for number, found in sorted(patents.items())})


@contextmanager
def _both(before: MonthlyRun, after: MonthlyRun) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, run in (("before", before), ("after", after)):
            path = str(run.warehouse).replace("'", "''")
            connection.execute(f"attach '{path}' as \"{name}\" (read_only)")
        connection.execute('use "after"')
        yield connection


def _one_way(contract: Contract, one: str, other: str) -> str:
    """Rows of a mart in one trial that the other has not, or has fewer times."""
    columns = ", ".join(f'"{name}"' for name in contract.column_names)
    rows = [f'select {columns} from "{side}".main.{contract.table}' for side in (one, other)]
    return " except all ".join(rows)


def _patents(lost: str, gained: str) -> str:
    return f"""
        select patent_no, bool_or(is_lost), bool_or(not is_lost)
        from (
            select patent_no, true as is_lost from ({lost})
            union all
            select patent_no, false from ({gained})
        )
        where patent_no is not null
        group by patent_no
        order by patent_no
    """


def _marts(connection: duckdb.DuckDBPyConnection) -> list[Contract]:
    """Contracts of the marts that a warehouse holds, by name: two are made from the release only."""
    sql = "select table_name from information_schema.tables where table_catalog = current_catalog()"
    there = {name for (name,) in connection.execute(sql).fetchall()}
    return sorted((x for x in load_catalogue().layer("marts") if x.table in there), key=lambda x: x.table)


def _mart_file(table: str) -> str:
    return f"marts/{table}.parquet"


def _mart_files() -> set[str]:
    return {_mart_file(contract.table) for contract in load_catalogue().layer("marts")}
