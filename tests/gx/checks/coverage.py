"""Coverage, its trend and changes, and dated duties."""

from __future__ import annotations

import datetime as dt

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put


def coverage_month(good_row: GoodRow) -> Tables:
    """One institution with a stock of four, three of them inventoried, one more of each than the month before."""
    place = good_row("dim_institutions")
    scopes = {
        "national": "national",
        "province": place["province_code"],
        "city": place["city_code"],
        "institution_kind": place["institution_kind"],
        "institution": place["institution_id"],
    }
    counts = {
        "stock_patent_count": 4,
        "stock_real_patent_count": 4,
        "stock_patent_count_latest": 4,
        "inventoried_patent_count": 3,
        "inventoried_real_patent_count": 3,
        "coverage_rate": 0.75,
        "previous_stock_patent_count": 3,
        "previous_inventoried_patent_count": 2,
    }
    return {
        "dim_institutions": [place],
        "dim_patents": [
            good_row("dim_patents", patent_no=f"P{number}", is_base_library=True, is_in_force=True)
            for number in range(4)
        ],
        "fct_coverage": [
            good_row("fct_coverage", scope_kind=kind, scope_code=code, **counts) for kind, code in scopes.items()
        ],
        "fct_coverage_trends": [
            good_row(
                "fct_coverage_trends",
                scope_kind=kind,
                scope_code=code,
                covered_month=month,
                stock_patent_count=stock,
                inventoried_patent_count=stock - 1,
            )
            for kind, code in scopes.items()
            for month, stock in (("2024-03", 9), ("2024-04", 3), ("2024-05", 4))
        ],
        "fct_stock_changes": [
            good_row("fct_stock_changes", balance=balance, moved_patent_count=1) for balance in ("stock", "inventoried")
        ],
        "fct_milestones": [
            good_row("fct_milestones", milestone_status=status, due_date=due, done_on=done)
            for status, due, done in [
                ("done", dt.date(2024, 5, 31), dt.date(2024, 5, 31)),
                ("done_late", dt.date(2024, 3, 31), dt.date(2024, 4, 1)),
                ("late", dt.date(2024, 5, 31), None),
                ("at_risk", dt.date(2024, 6, 30), None),
                ("open", dt.date(2024, 12, 31), None),
                ("not_measured", dt.date(2024, 2, 29), None),
            ]
        ],
    }


MONTHS = {"G2_models": coverage_month}
BROKEN: list[tuple[str, Break, float]] = [
    ("G2.fct_coverage.scopes_add_up", put("fct_coverage", 3, returned_row_count=2), 1),
    ("G2.fct_coverage.cities_add_up", put("fct_coverage", 2, stock_patent_count=5), 1),
    ("G2.fct_coverage.cities_add_up", put("fct_coverage", 1, gap_patent_count=0), 1),
    ("G2.fct_coverage.cities_add_up", drop("fct_coverage", 2), 1),
    ("G2.fct_coverage.stock_is_in_force", put("fct_coverage", 4, stock_patent_count_latest=5), 1),
    ("G2.fct_coverage.stock_is_in_force", put("dim_patents", 0, is_in_force=False), 1),
    ("G2.fct_coverage.no_more_than_the_stock", put("fct_coverage", 0, inventoried_patent_count=5), 1),
    ("G2.fct_coverage.no_more_than_the_stock", put("fct_coverage", 0, coverage_rate=None), 1),
    ("G2.fct_coverage.no_more_than_the_stock", put("fct_coverage", 0, coverage_rate=0.7), 1),
    ("G2.fct_coverage_trends.trend_ends_at_the_month", drop("fct_coverage_trends", 2), 1),
    ("G2.fct_coverage_trends.trend_ends_at_the_month", put("fct_coverage_trends", 1, stock_patent_count=4), 2),
    ("G2.fct_coverage_trends.trend_ends_at_the_month", put("fct_coverage", 0, inventoried_patent_count=2), 2),
    ("G2.fct_stock_changes.no_residual", drop("fct_stock_changes", 0), 1),
    ("G2.fct_stock_changes.no_residual", put("fct_coverage", 4, inventoried_patent_count=4), 1),
    ("G2.fct_milestones.overdue_is_late", put("fct_milestones", 0, done_on=dt.date(2024, 6, 1)), 1),
    ("G2.fct_milestones.overdue_is_late", put("fct_milestones", 1, milestone_status="done"), 1),
    ("G2.fct_milestones.overdue_is_late", put("fct_milestones", 2, milestone_status="open"), 1),
    ("G2.fct_milestones.overdue_is_late", put("fct_milestones", 3, milestone_status="late"), 1),
]
