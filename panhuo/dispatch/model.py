"""What a package holds, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from panhuo.dispatch.recipients import RecipientKind
from panhuo.periods import Period


@dataclass(frozen=True)
class OriginCounts:
    """Rows by whether they state real facts; `partly_simulated` of the real ones have invented columns."""

    real: int
    simulated: int
    partly_simulated: int

    @classmethod
    def of(cls, table: pa.Table) -> OriginCounts:
        """Count the rows of a table with `data_origin` and, where it has them, `simulated_fields`."""
        is_real = pc.equal(table["data_origin"], "real")
        real = pc.sum(is_real).as_py() or 0
        partly = 0
        if "simulated_fields" in table.column_names:
            named = pc.greater(pc.binary_length(pc.fill_null(table["simulated_fields"], "")), 0)
            partly = pc.sum(pc.and_(is_real, named)).as_py() or 0
        return cls(real, table.num_rows - real, partly)

    @property
    def is_all_real(self) -> bool:
        """True when nothing was made by the simulator."""
        return not self.simulated and not self.partly_simulated

    def to_json(self) -> dict[str, Any]:
        """The counts as a manifest states them."""
        return {
            "real": self.real,
            "simulated": self.simulated,
            "real_with_simulated_fields": self.partly_simulated,
        }


@dataclass(frozen=True)
class Package:
    """One recipient's rows of the month: tables of the published contracts, sorted by their keys."""

    kind: RecipientKind
    code: str
    name: str
    period: Period
    dispatch_lines: pa.Table
    screening: pa.Table
    changes: pa.Table

    @property
    def tables(self) -> dict[str, pa.Table]:
        """The tables by the name of their contract."""
        return {"dispatch_lines": self.dispatch_lines, "screening": self.screening, "changes": self.changes}

    @cached_property
    def line_origins(self) -> OriginCounts:
        """Convertible patents by origin."""
        return OriginCounts.of(self.dispatch_lines)

    @cached_property
    def screening_origins(self) -> OriginCounts:
        """Screened patents by origin."""
        return OriginCounts.of(self.screening)

    @property
    def is_all_real(self) -> bool:
        """True when nothing in the package was made by the simulator."""
        return self.line_origins.is_all_real and self.screening_origins.is_all_real
