"""Functions of the library that SQL calls, so that a formula stands once: a plugin of dbt_project/profiles.yml.

dbt-duckdb imports this module and hands every database that it opens to `Plugin.configure_connection`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from panhuo.statistics.inspection import Stratum, estimate

_STRATA = "struct(inspection_stratum varchar, stratum_size bigint, inspected_count bigint, wrong_count bigint)[]"
_ESTIMATES = "struct(inspection_stratum varchar, error_rate double, error_rate_low double, error_rate_high double)[]"


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


class Plugin:
    """What dbt-duckdb asks of a plugin; its base class is not needed, and importing dbt would cost seconds."""

    def __init__(self, name: str, **settings: Any) -> None:
        self.name = name
        self.settings = settings

    def update_connection_config(self, creds: Any, config: dict[str, Any]) -> None:
        """Nothing to set."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Make the functions known to a database."""
        types: Any = ([_STRATA, "double"], _ESTIMATES)
        conn.create_function("estimate_error_rates", estimate_error_rates, *types)

    def configure_cursor(self, cursor: Any) -> None:
        """Cursors share the functions of their database."""
