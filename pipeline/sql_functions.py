"""Functions of statistics that models call in SQL: dbt's adapter registers them on its connection (profiles.yml)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin

if TYPE_CHECKING:
    import duckdb

COUNT, REAL = "BIGINT", "DOUBLE"


def _p_values(
    hits: pa.ChunkedArray, total: pa.ChunkedArray, other_hits: pa.ChunkedArray, other_total: pa.ChunkedArray
) -> pa.Array:
    from panhuo.statistics.comparisons import p_values

    return pa.array(p_values(*(x.to_numpy() for x in (hits, total, other_hits, other_total))))


def _bounds(hits: pa.ChunkedArray, total: pa.ChunkedArray, tail: pa.ChunkedArray) -> pa.Array:
    from panhuo.statistics.comparisons import exact_bounds

    return pa.array(exact_bounds(*(x.to_numpy() for x in (hits, total, tail))))


class Plugin(BasePlugin):  # type: ignore[misc]  # dbt has no types
    """What dbt-duckdb looks for in a module of functions."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Register `two_sided_p(hits, total, hits, total)` and `exact_bound(hits, total, tail)`; none takes nulls."""
        functions: Any = conn  # its types know no "arrow"
        functions.create_function("two_sided_p", _p_values, [COUNT] * 4, REAL, type="arrow")
        functions.create_function("exact_bound", _bounds, [COUNT, COUNT, REAL], REAL, type="arrow")
