"""Published quarters beside each other, for officials: differences, tests, drivers and ranks of the marts."""

from __future__ import annotations

from typing import Any

from panhuo.contracts.model import load_catalogue
from panhuo.periods import Quarter
from panhuo.settings import get_settings
from panhuo.warehouse import NotPublishedError, publishing_command
from pipeline.publishing import query_published
from pipeline.quarterly import PRODUCT
from pipeline.runs import open_lake

PARTS = ("institution", "technical_field")
"""Dimensions whose values are named as drivers."""
SHOWN = 5
"""Drivers named of each dimension."""


def compare_quarters(quarter: Quarter, earlier: Quarter) -> list[dict[str, Any]]:
    """One row per statistic: both rates of the nation, the difference, whether it may be chance, drivers.

    Suppressed cells are not named as drivers. Raises NotPublishedError when the quarter is not published, or its newest
    version was not held against that earlier one.
    """
    rows = _published(
        f"select * from fct_statistics_comparisons where quarter = '{quarter}' and earlier_quarter = '{earlier}'"
        " and not is_suppressed order by abs(contribution) desc, scope_code"
    )
    if not rows:
        raise NotPublishedError(f"{quarter} is not held against {earlier}: {_reason(quarter, earlier)}")
    nation = {row["statistic_id"]: row for row in rows if row["scope_kind"] == "national"}
    labels = load_catalogue().vocabularies["statistic_id"].values
    return [
        {
            "statistic_id": statistic,
            "label": label,
            str(quarter): nation[statistic]["rate"],
            str(earlier): nation[statistic]["earlier_rate"],
            "difference": nation[statistic]["rate_difference"],
            "p_value": nation[statistic]["p_value"],
            "note": "差异显著" if nation[statistic]["is_significant"] else "差异不显著，可能出于偶然",
            "drivers": {kind: _drivers(kind, statistic, rows) for kind in PARTS},
        }
        for statistic, label in labels.items()
        if statistic in nation
    ]


def rank_institutions(quarter: Quarter, statistic: str) -> list[dict[str, Any]]:
    """Institutions by the rate of a statistic, each with the places that it may have; suppressed ones are left out.

    Raises ValueError for a name that is no statistic, NotPublishedError when the quarter is not published or has no
    rank of it.
    """
    known = load_catalogue().vocabularies["statistic_id"].values
    if statistic not in known:
        raise ValueError(f"no statistic {statistic!r}; give one of {', '.join(known)}")
    rows = _published(
        "select scope_code as unit, scope_name as unit_name, rate, place, best_place as best, worst_place as worst"
        " from fct_statistics_rankings"
        f" where quarter = '{quarter}' and statistic_id = '{statistic}' and scope_kind = 'institution'"
        " order by place, scope_code"
    )
    if not rows:
        raise NotPublishedError(
            f"{quarter} has no rank of {statistic}: all cells are suppressed, or the quarter is not published"
            f" ({_publishing(quarter)})"
        )
    return rows


def _published(sql: str) -> list[dict[str, Any]]:
    """Rows of published marts; none where they are not published."""
    try:
        rows: list[dict[str, Any]] = query_published(sql).to_pylist()
    except NotPublishedError:
        return []
    return rows


def _reason(quarter: Quarter, earlier: Quarter) -> str:
    """Why a quarter was not held against another, and what helps."""
    if not _is_published(quarter):
        return f"{quarter} is not published ({_publishing(quarter)})"
    held = (quarter.shift(-1), quarter.shift(-4))
    if earlier not in held:
        return f"a quarter is compared with the one before, {held[0]}, and with that of the year before, {held[1]}"
    first = get_settings().first_period.quarter
    if earlier.months[-1] < first.months[0]:
        return f"the programme began in {first}, and there is nothing before it"
    if not _is_published(earlier):
        return f"{earlier} is not published ({_publishing(earlier)}, then {_publishing(quarter)})"
    return (
        f"{earlier} was not frozen yet, or was counted by another definition, when {quarter} was published"
        f" ({_publishing(earlier)} after its freeze, then {_publishing(quarter)})"
    )


def _is_published(quarter: Quarter) -> bool:
    return bool(open_lake().versions(PRODUCT, quarter.months[-1]))


def _publishing(quarter: Quarter) -> str:
    return publishing_command(PRODUCT, quarter=str(quarter))


def _drivers(kind: str, statistic: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [row for row in rows if (row["scope_kind"], row["statistic_id"]) == (kind, statistic)]
    return [
        {
            "part": row["scope_code"],
            "name": row["scope_name"],
            "by_rate": row["rate_contribution"],
            "by_size": row["size_contribution"],
        }
        for row in found[:SHOWN]
        if row["contribution"]
    ]
