"""Functions of the library that SQL calls, so that a formula stands once: a plugin of dbt_project/profiles.yml.

dbt-duckdb imports this module and hands every database that it opens to `Plugin.configure_connection`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from panhuo.statistics.inspection import Stratum, estimate
from panhuo.statistics.suppression import Cell, complements

if TYPE_CHECKING:
    import duckdb

_COUNT, _REAL = "bigint", "double"
_STRATA = "struct(inspection_stratum varchar, stratum_size bigint, inspected_count bigint, wrong_count bigint)[]"
_ESTIMATES = "struct(inspection_stratum varchar, error_rate double, error_rate_low double, error_rate_high double)[]"
_CELLS = "struct(scope_kind varchar, scope_code varchar, parts varchar[], cost double, is_small boolean)[]"
_SCOPES = "struct(scope_kind varchar, scope_code varchar)[]"


def estimate_error_rates(strata: Sequence[Mapping[str, Any]], confidence: float) -> list[dict[str, Any]]:
    """`panhuo.statistics.inspection.estimate` over rows; the estimate of the whole is of the stratum `all`."""
    found = estimate((Stratum(*row.values()) for row in strata), confidence)
    return [
        {
            "inspection_stratum": row.stratum or "all",
            "error_rate": row.rate,
            "error_rate_low": row.low,
            "error_rate_high": row.high,
        }
        for row in found
    ]


def two_sided_p(
    hits: pa.ChunkedArray, total: pa.ChunkedArray, other_hits: pa.ChunkedArray, other_total: pa.ChunkedArray
) -> pa.Array:
    """`panhuo.statistics.comparisons.p_values` over columns without nulls."""
    from panhuo.statistics.comparisons import p_values

    return pa.array(p_values(*(column.to_numpy() for column in (hits, total, other_hits, other_total))))


def exact_bound(hits: pa.ChunkedArray, total: pa.ChunkedArray, tail: pa.ChunkedArray) -> pa.Array:
    """`panhuo.statistics.comparisons.exact_bounds` over columns without nulls."""
    from panhuo.statistics.comparisons import exact_bounds

    return pa.array(exact_bounds(*(column.to_numpy() for column in (hits, total, tail))))


def complementary_scopes(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """`panhuo.statistics.suppression.complements` over rows."""
    found = complements(
        [
            Cell((row["scope_kind"], row["scope_code"]), tuple(row["parts"]), row["cost"], row["is_small"])
            for row in cells
        ]
    )
    return [{"scope_kind": kind, "scope_code": code} for kind, code in found]


class Plugin:
    """What dbt-duckdb asks of a plugin; its base class is not needed, and importing dbt would cost seconds."""

    def __init__(self, name: str, **settings: Any) -> None:
        self.name = name
        self.settings = settings

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Nothing to set."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Make the functions known to a database."""
        functions: Any = conn  # its types know neither types by name nor "arrow"
        functions.create_function("estimate_error_rates", estimate_error_rates, [_STRATA, _REAL], _ESTIMATES)
        functions.create_function("complementary_scopes", complementary_scopes, [_CELLS], _SCOPES)
        functions.create_function("two_sided_p", two_sided_p, [_COUNT] * 4, _REAL, type="arrow")
        functions.create_function("exact_bound", exact_bound, [_COUNT, _COUNT, _REAL], _REAL, type="arrow")

    def configure_cursor(self, cursor: Any) -> None:
        """Cursors share the functions of their database."""
