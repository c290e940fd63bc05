"""What a package holds, before it is written."""

from __future__ import annotations

from collections.abc import Mapping
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
        """Count the rows of a table with `data_origin` and, where it has them, `simulated_fields`.

        A change of single columns (`changed_columns`) is touched by the simulator when one of these is invented.
        """
        is_real = pc.equal(table["data_origin"], "real")
        real = pc.sum(is_real).as_py() or 0
        partly = 0
        if "simulated_fields" in table.column_names:
            partly = pc.sum(pc.and_(is_real, _is_touched(table))).as_py() or 0
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


def _is_touched(table: pa.Table) -> pa.ChunkedArray | pa.BooleanArray:
    """Which rows state something of their `simulated_fields`."""
    invented = pc.fill_null(table["simulated_fields"], "")
    if "changed_columns" not in table.column_names:
        return pc.not_equal(invented, "")
    cells = zip(invented.to_pylist(), table["changed_columns"].to_pylist(), strict=True)
    return pa.array([_states_invented(fields, changed) for fields, changed in cells], pa.bool_())


def _states_invented(fields: str, changed: str | None) -> bool:
    return bool(fields) and (not changed or not set(fields.split("|")).isdisjoint(changed.split("|")))


@dataclass(frozen=True)
class Package:
    """One recipient's rows of the month: tables of the published contracts, sorted by their keys."""

    kind: RecipientKind
    code: str
    name: str
    period: Period
    tables: Mapping[str, pa.Table]
    """By the name of their contract."""

    @property
    def dispatch_lines(self) -> pa.Table:
        """Convertible patents; enterprises are given `pushes` instead, and no screening and changes."""
        return self.tables["dispatch_lines"]

    @property
    def screening(self) -> pa.Table:
        """Result of the screening for every patent of the base library."""
        return self.tables["screening"]

    @property
    def changes(self) -> pa.Table:
        """Changes against the month before and the version before."""
        return self.tables["changes"]

    def row_count(self, table: str) -> int:
        """Rows of a table; none of one that is not in the package."""
        return self.tables[table].num_rows if table in self.tables else 0

    @cached_property
    def origins(self) -> dict[str, OriginCounts]:
        """Rows of every table by origin of what they state."""
        return {name: OriginCounts.of(table) for name, table in self.tables.items()}

    @property
    def is_all_real(self) -> bool:
        """True when nothing in the package was made by the simulator."""
        return all(counts.is_all_real for counts in self.origins.values())
