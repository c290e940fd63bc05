"""Judging checks written as SQL, in plain DuckDB.

Relations and volumes need no suite, and Great Expectations costs seconds to import.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from expectations.definition import CODES_PREFIX, Query
from expectations.offenders import describe_rows
from panhuo.contracts.model import load_catalogue
from panhuo.gates.model import SAMPLE_SIZE, GateResult, GateRun
from panhuo.periods import Period
from panhuo.warehouse import connect


def run_queries(database: Path, run: GateRun, queries: Iterable[Query]) -> list[GateResult]:
    """Judge a DuckDB file by declared SQL, one result per query in order of check id.

    The file is opened read-only. A statement that fails, or that observes nothing though it is not
    optional, gives a result with outcome `error`.
    """
    with connect(database, read_only=True) as connection:
        return judge_queries(connection, run, queries)


def judge_queries(connection: duckdb.DuckDBPyConnection, run: GateRun, queries: Iterable[Query]) -> list[GateResult]:
    """Judge what a connection sees, as `run_queries` does a file."""
    return [_judge(connection, run, query) for query in sorted(queries, key=lambda query: query.check_id)]


def _judge(connection: duckdb.DuckDBPyConnection, run: GateRun, query: Query) -> GateResult:
    try:
        return _judge_rows(connection, run, query) if query.judges == "rows" else _judge_worst(connection, run, query)
    except duckdb.Error as problem:
        return query.error(run, str(problem).strip().partition("\n")[0])


def _judge_rows(connection: duckdb.DuckDBPyConnection, run: GateRun, query: Query) -> GateResult:
    sql = f"select count(*) over () as offending_rows, * from ({query.sql}) order by all limit {SAMPLE_SIZE}"
    rows = _fetch(connection, sql, run, query)
    count = rows[0]["offending_rows"] if rows else 0
    sample = describe_rows({name: row[name] for name in row if name != "offending_rows"} for row in rows)
    return query.judge(run, count, rows=count, sample=sample)


def _judge_worst(connection: duckdb.DuckDBPyConnection, run: GateRun, query: Query) -> GateResult:
    rows = _fetch(connection, f"select * from ({query.sql}) order by observed", run, query)
    if not rows:
        return query.judge(run, None) if query.optional else query.error(run, "未取得任何观测值")
    observed = [_number(row["observed"]) for row in rows]
    if not all(map(math.isfinite, observed)):
        return query.error(run, "观测值为空或无法计算")
    offending = [row for row, value in zip(rows, observed, strict=True) if not query.is_met(value)]
    worst = max(observed) if query.bound == "at_most" else min(observed)
    return query.judge(run, worst, sample=describe_rows(offending))


def _number(value: Any) -> int | float:
    if value is None:
        return math.nan
    return value if isinstance(value, int) else float(value)


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, run: GateRun, query: Query) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "period": run.period,
        "previous_period": str(Period.parse(run.period).shift(-1)),
        "threshold": query.threshold,
        **{name: _codes(name) for name in query.parameters if name.startswith(CODES_PREFIX)},
    }
    parameters = {name: values[name] for name in query.parameters}
    rows: list[dict[str, Any]] = connection.execute(sql, parameters).to_arrow_table().to_pylist()
    return rows


def _codes(name: str) -> list[str]:
    return list(load_catalogue().vocabularies[name.removeprefix(CODES_PREFIX)].values)
