"""A seed table: policy in the shape that the models read."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | bool | dt.date

NO_END = dt.date(9999, 12, 31)
"""Stands for an absent end, so that no span needs a special case."""


@dataclass(frozen=True)
class Seed:
    """A seed table: columns with their DuckDB types, and rows."""

    name: str
    description: str
    columns: dict[str, str]
    rows: Sequence[Sequence[Cell]]

    def csv(self) -> str:
        """The table as CSV with a header."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(value) for value in row] for row in self.rows)
        return out.getvalue()


def _cell(value: Cell) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
