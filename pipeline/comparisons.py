"""Published quarters beside each other, for officials: differences with their tests, drivers and ranks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from panhuo.contracts.model import load_catalogue
from panhuo.periods import Quarter
from panhuo.policy import load_policy
from panhuo.statistics.comparisons import Ratio, drivers, p_value, ranks
from pipeline.publishing import query_published

PARTS = ("institution", "technical_field")
"""Dimensions whose values are named as drivers."""
SHOWN = 5
"""Drivers named of each dimension."""

Figures = Mapping[tuple[str, str], Mapping[str, Ratio]]
"""(scope kind, statistic) → scope code → figure."""


def compare_quarters(quarter: Quarter, earlier: Quarter) -> list[dict[str, Any]]:
    """One row per statistic: both rates of the nation, the difference, whether it may be chance, drivers.

    Suppressed cells are not named as drivers. Raises ValueError when one of the quarters is not published.
    """
    now, before = _figures(quarter), _figures(earlier)
    level = load_policy().statistics.confidence.value
    labels, rows = load_catalogue().vocabularies["statistic_id"].values, []
    for statistic, label in labels.items():
        one, other = (figures["national", statistic]["CN"] for figures in (now, before))
        p = p_value(one, other)
        rows.append(
            {
                "statistic_id": statistic,
                "label": label,
                str(quarter): one.rate,
                str(earlier): other.rate,
                "difference": one.rate - other.rate,
                "p_value": p,
                "note": "差异显著" if p < 1 - level else "差异不显著，可能出于偶然",
                "drivers": {kind: _drivers(kind, statistic, now, before) for kind in PARTS},
            }
        )
    return rows


def rank_institutions(quarter: Quarter, statistic: str) -> list[dict[str, Any]]:
    """Institutions by the rate of a statistic, each with the places that it may have; suppressed ones are left out."""
    units = _figures(quarter)["institution", statistic]
    level = load_policy().statistics.confidence.value
    return [
        {"unit": rank.unit, "rate": units[rank.unit].rate, "place": rank.place, "best": rank.best, "worst": rank.worst}
        for rank in ranks(units, level)
    ]


def _drivers(kind: str, statistic: str, now: Figures, before: Figures) -> list[dict[str, Any]]:
    found = drivers(now.get((kind, statistic), {}), before.get((kind, statistic), {}))
    return [{"part": x.part, "by_rate": x.by_rate, "by_size": x.by_size} for x in found[:SHOWN] if x.total]


def _figures(quarter: Quarter) -> Figures:
    table = query_published(
        "select scope_kind, statistic_id, scope_code, numerator_count, denominator_count"
        f" from fct_quarterly_statistics where quarter = '{quarter}' and not is_suppressed"
    )
    figures: dict[tuple[str, str], dict[str, Ratio]] = {}
    for row in table.to_pylist():
        ratio = Ratio(row["numerator_count"], row["denominator_count"])
        figures.setdefault((row["scope_kind"], row["statistic_id"]), {})[row["scope_code"]] = ratio
    if not figures:
        raise ValueError(f"{quarter} is not published: panhuo run quarterly --quarter {quarter}")
    return figures
