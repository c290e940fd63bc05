"""Figures with their keys, and the lines that they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
RATES = {
    "rate", "earlier_rate", "wilson_low", "wilson_high", "error_rate", "error_rate_low", "error_rate_high",
}  # fmt: skip
"""Columns that hold a share of 1."""


@dataclass(frozen=True)
class Figure:
    """A number of the report: where it stands in the marts (subject, kind and code of scope, column) and its value.

    A hidden one has a value in the marts that nobody outside the administration may see; its `value` is None.
    """

    subject: str
    scope_kind: str
    scope_code: str
    column: str
    value: float | None
    is_hidden: bool = False

    @property
    def key(self) -> str:
        """`statistic/dimension/value/column`."""
        return "/".join((self.subject, self.scope_kind, self.scope_code, self.column))

    @property
    def is_rate(self) -> bool:
        """Whether it is a share of 1."""
        return self.column in RATES

    @property
    def is_difference(self) -> bool:
        """Whether it is a difference of shares, told in percentage points."""
        return self.column == "rate_difference" or self.column.endswith("contribution")


@dataclass(frozen=True)
class Line:
    """A row of a table: the texts before its figures, the figures, and whether simulated data are in them."""

    texts: tuple[str, ...]
    figures: tuple[Figure, ...]
    is_simulated: bool = False
