"""Holds the documents of a half-year report, read back from disk, against the rows that its SQL gave."""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose
from pathlib import Path

from panhuo.half_year.model import Draft, Table
from panhuo.half_year.readback import read_page, read_workbook
from panhuo.quarterly_report.figures import Figure

_DIGITS = 1e-14
"""Relative difference that the sixteen digits of a workbook leave room for."""
_NAMED = 5
"""Figures named of each document."""


def contradictions(draft: Draft, page: Path, workbook: Path) -> list[str]:
    """What the documents get wrong, by key of the figure; empty when all is told as the rows have it.

    Each figure shown is that of its row, what must be hidden is hidden and nothing else is, and the workbook lists all.
    """
    due = _due(draft)
    listed = list(read_workbook(workbook))
    told = {figure.key for figure in listed}
    missing = [f"{key} is missing" for key in due if key not in told]
    found = {page.name: _wrong(read_page(page), due), workbook.name: [*_wrong(listed, due), *missing]}
    return [f"{name}: {problem}" for name, problems in found.items() for problem in problems[:_NAMED]]


def _wrong(figures: Iterable[Figure], due: dict[str, float | None]) -> list[str]:
    return [
        f"{figure.key} is told as {figure.value}, its row has {due.get(figure.key, 'no such figure')}"
        for figure in figures
        if figure.key not in due or not _is_same(figure.value, due[figure.key])
    ]


def _is_same(told: float | None, due: float | None) -> bool:
    if told is None or due is None:
        return told is due
    return isclose(told, due, rel_tol=_DIGITS)


def _due(draft: Draft) -> dict[str, float | None]:
    """Key of every figure that is to be told, and its value: None where it must be hidden."""
    open_parts = {table.part.id for table in draft.tables if _is_open(table, draft)}
    due = {}
    for table in draft.tables:
        part = table.part
        is_closed = part.hides_with is not None and part.hides_with not in open_parts
        for row in table.rows:
            is_hidden = is_closed or row.get("is_suppressed")
            for column in part.measures:
                if is_hidden or row[column] is not None:
                    due[f"{part.id}/{row['row_kind']}/{row['row_code']}/{column}"] = None if is_hidden else row[column]
    return due


def _is_open(table: Table, draft: Draft) -> bool:
    """Whether a part of quarters has the unit's last quarter and suppresses nothing of the unit in the year."""
    own = [row for row in table.rows if row["row_kind"] == draft.kind and row["row_code"].startswith(f"{draft.code}.")]
    is_judged = any(row.get("quarter") == str(draft.period.quarter) for row in own)
    return is_judged and not any(row.get("is_suppressed") for row in own)
