"""What a reader of the quarter's documents can compute of what they hide: the attack that gate G4 tries on them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow as pa

from panhuo.quarterly_report.policy import NATIONAL, load_report_policy
from panhuo.statistics.suppression import Cell, exposed
from panhuo.warehouse import connect

_INSTITUTION = "institution"
_OF_INSTITUTIONS = (_INSTITUTION, "province", "city", "ministry", "institution_kind")
"""Kinds of scope that are sums of institutions; values of the others are parts of the nation alone."""
ADDITIVE = ("numerator_count", "denominator_count", "event_count", "excluded_event_count")
"""Measures of which those of the parts add up to that of the whole."""
Key = tuple[str, str]
"""Kind and code of a scope."""
SCHEMA = pa.schema([(name, pa.string()) for name in ("subject", "measure", "scope_kind", "scope_code")])


def told_cells(warehouse: Path, figures: pa.Table) -> pa.Table:
    """Hidden cells that sums of shown ones give away, by `SCHEMA`.

    `figures` are those of all documents (`panhuo.quarterly_report.readback.report_figures`): what one shows is shown.
    Which institutions make up a scope, and which of them have a patent, everybody knows.
    """
    tables = _tables(warehouse)
    places: dict[tuple[str, str], tuple[set[Key], set[Key]]] = {}
    for row in figures.select([*SCHEMA.names, "figure"]).to_pylist():
        if row["measure"] in ADDITIVE and row["scope_kind"] != NATIONAL:
            shown, hidden = places.setdefault((row["subject"], row["measure"]), (set(), set()))
            (hidden if row["figure"] is None else shown).add((row["scope_kind"], row["scope_code"]))
    told = cache(lambda hidden: [cell.key for cells in tables for cell in exposed(_hide(cells, hidden))])
    rows = [
        dict(zip(SCHEMA.names, (*place, *key), strict=True))
        for place, (shown, hidden) in sorted(places.items())
        for key in told(frozenset(hidden - shown))
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _tables(warehouse: Path) -> list[list[Cell]]:
    """The cells below the nation: one table of those that institutions make up, one of each other kind."""
    tables: dict[str, list[Cell]] = {}
    with connect(warehouse, read_only=True) as connection:
        for kind, column in load_report_policy().columns.items():
            table, part = (_INSTITUTION, "institution_id") if kind in _OF_INSTITUTIONS else (kind, column)
            rows = connection.execute(
                f"select {column}, list(distinct {part} order by {part}) from fct_quarter_patents group by 1 order by 1"
            ).fetchall()
            tables.setdefault(table, []).extend(Cell((kind, code), tuple(parts)) for code, parts in rows)
    return list(tables.values())


def _hide(cells: list[Cell], hidden: frozenset[Key]) -> list[Cell]:
    return [replace(cell, is_hidden=cell.key in hidden) for cell in cells]
