"""Holds what a month would publish against everything published before: the premises of the proof, and the attack.

The proof of decision 0018 rests on three facts about the statements that published figures count: each has one cell and
one month of release, of two states of a cell one holds the other, and they differ by no fewer evaluators than allowed.
Whatever the models decided, this is checked here on the files that went out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

STATEMENTS = "fct_digest_statements"
"""The mart that says which statements the figures of a month count."""

_STATEMENT = ("statement_kind", "statement_code", "patent_no", "enterprise_id")
_CELL = ("statement_kind", "statement_code", "institution_id", "sector_code", "digest_year")


def find_breaches(current: pa.Table, others: Iterable[tuple[str, pa.Table]], minimum: int) -> Iterator[str]:
    """Each way in which the statements of a month (`fct_digest_statements`) break the rule of release, in Chinese.

    `others` are the statements of every other release with its name, those of later months included.
    """
    with duckdb.connect() as connection:
        connection.register("this", current)
        for label, statements in others:
            connection.register("other", statements)
            yield from _compared(connection, label, minimum)
            connection.unregister("other")


def _compared(connection: duckdb.DuckDBPyConnection, label: str, minimum: int) -> Iterator[str]:
    for (cell,) in connection.execute(_MOVED).fetchall():
        yield f"{cell}：与{label}相比，有意见改了类别或反馈月度"
    for cell, gained, lost, newcomers, leavers in connection.execute(_DIFFERENCES).fetchall():
        if gained and lost:
            yield f"{cell}：与{label}相比，有增有减，相减会漏出单独的意见"
        elif 0 < max(gained, lost) < minimum or 0 < max(newcomers, leavers) < minimum:
            few = min(count for count in (gained, lost, newcomers, leavers) if count)
            yield f"{cell}：与{label}相减只差 {few} 家，少于 {minimum} 家"


def _named(columns: tuple[str, ...]) -> str:
    return ", ".join(columns)


_WHERE = "concat_ws('/', {0}institution_id, {0}statement_kind, {0}sector_code, {0}statement_code)"
_MOVED = f"""
    select distinct {_WHERE.format("this.")}
    from this join other using ({_named(_STATEMENT)})
    where this.institution_id <> other.institution_id or this.sector_code <> other.sector_code
        or this.digest_year <> other.digest_year or this.released_in <> other.released_in
    order by all
"""
_DIFFERENCES = f"""
    with shared as (select distinct {_named(_CELL)} from this semi join other using ({_named(_CELL)})),
    gained as (from this anti join other using ({_named(_STATEMENT)})),
    lost as (from other anti join this using ({_named(_STATEMENT)})),
    differing as (
        select {_named(_CELL)}, 'gained' as kind, evaluator_group from gained
        union all
        select {_named(_CELL)}, 'lost', evaluator_group from lost
        union all
        select {_named(_CELL)}, 'newcomers', evaluator_group
        from gained anti join other using ({_named(_CELL)}, evaluator_group)
        union all
        select {_named(_CELL)}, 'leavers', evaluator_group
        from lost anti join this using ({_named(_CELL)}, evaluator_group)
    )
    select {_WHERE.format("")},
        count(distinct evaluator_group) filter (kind = 'gained'),
        count(distinct evaluator_group) filter (kind = 'lost'),
        count(distinct evaluator_group) filter (kind = 'newcomers'),
        count(distinct evaluator_group) filter (kind = 'leavers')
    from differing semi join shared using ({_named(_CELL)})
    group by {_named(_CELL)}
    order by 1
"""
