"""Checks of fees and advice pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

import datetime as dt

from panhuo.policy import load_policy
from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

DESIGN, UTILITY_MODEL, LAPSED = "CN201730110545.5", "CN201720001234.0", "CN85102475"


def models_month(good_row: GoodRow) -> Tables:
    """A design with two fees to come and one that may be late, and a utility model in the last year of its term."""
    in_force = [
        good_row("dim_patents", patent_no=number, is_base_library=True, is_in_force=True)
        for number in (DESIGN, UTILITY_MODEL)
    ]
    lapsed = good_row("dim_patents", patent_no=LAPSED, is_base_library=True, is_in_force=False)
    design = good_row(
        "fct_fee_outlooks",
        patent_no=DESIGN,
        patent_type="design",
        filing_date=dt.date(2017, 2, 10),
        expiry_date=dt.date(2027, 2, 9),
        next_fee_year=9,
        cost_of_next_year_yuan=2000,
        cost_to_expiry_yuan=4000,
        late_fee_yuan=1200,
        late_surcharge_yuan=180.0,
        fee_advice="promote",
    )
    utility_model = good_row(
        "fct_fee_outlooks",
        patent_no=UTILITY_MODEL,
        patent_type="utility_model",
        filing_date=dt.date(2014, 9, 1),
        expiry_date=dt.date(2024, 8, 31),
        next_fee_year=None,
        cost_of_next_year_yuan=0,
        cost_to_expiry_yuan=0,
        late_fee_yuan=None,
        late_surcharge_yuan=None,
        fee_advice="drop",
    )
    fees = [
        {"patent_type": band.patent_type, "fee_year": year, "fee_yuan": band.fee_yuan}
        for band in load_policy().fees.annual_fees
        for year in range(band.year_from, band.year_to + 1)
    ]
    summaries = [
        good_row(
            "fct_fee_summaries",
            scope_kind=kind,
            scope_code=kind,
            field_code=field,
            fee_advice=advice,
            patent_count=1,
            cost_to_expiry_yuan=cost,
        )
        for kind in ("national", "province", "city", "institution_kind", "institution")
        for field in ("all", "12")
        for advice, cost in (("promote", 4000), ("drop", 0))
    ]
    return {
        "dim_patents": [*in_force, lapsed],
        "fct_fee_outlooks": [design, utility_model],
        "fct_fee_summaries": summaries,
        "annual_fees": fees,
    }


COSTED, COSTS, SUMS = (
    "G2.fct_fee_outlooks.stock_has_its_costs",
    "G2.fct_fee_outlooks.costs_follow_the_fees",
    "G2.fct_fee_summaries.summaries_add_up",
)
MONTHS = {"G2_models": models_month}
BROKEN: list[tuple[str, Break, float]] = [
    (COSTED, drop("fct_fee_outlooks", 1), 1),
    (COSTED, repeat("fct_fee_outlooks", 0), 1),
    (COSTED, repeat("fct_fee_outlooks", 0, patent_no=LAPSED), 1),
    (COSTS, put("fct_fee_outlooks", 0, cost_to_expiry_yuan=6000), 1),
    (COSTS, put("fct_fee_outlooks", 0, next_fee_year=10), 1),
    (COSTS, put("fct_fee_outlooks", 1, cost_of_next_year_yuan=2000), 1),
    (COSTS, put("fct_fee_outlooks", 0, late_surcharge_yuan=420.0), 1),
    (SUMS, drop("fct_fee_summaries", 0), 1),
    (SUMS, put("fct_fee_summaries", 2, patent_count=2), 1),
    (SUMS, put("fct_fee_summaries", 4, cost_to_expiry_yuan=1), 1),
    (SUMS, repeat("fct_fee_summaries", 0, fee_advice="judge"), 1),
]
