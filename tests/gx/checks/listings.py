"""The check of what operating platforms list passes on a sound month and fails on one broken in its way."""

from __future__ import annotations

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put

CONVERTIBLE, LICENSED, UNKNOWN = "CN201010110545.X", "CN201720001234.0", "CN85102475"
TAKEN_DOWN = "G2.fct_platform_listings.listings_out_of_the_pool_are_taken_down"
REASONS = {CONVERTIBLE: None, LICENSED: "converted", UNKNOWN: "unknown"}


def models_month(good_row: GoodRow) -> Tables:
    """A convertible patent, a licensed one and a number that nobody knows stand on the platform."""
    return {
        "fct_screening": [
            good_row("fct_screening", patent_no=number, disposition=disposition)
            for number, disposition in ((CONVERTIBLE, "form_2"), (LICENSED, "form_1"))
        ],
        "fct_platform_listings": [
            good_row("fct_platform_listings", patent_no=number, delisting_reason=reason)
            for number, reason in REASONS.items()
        ],
    }


MONTHS = {"G2_models": models_month}
BROKEN: list[tuple[str, Break, float]] = [
    (TAKEN_DOWN, put("fct_platform_listings", 0, delisting_reason="withdrawn"), 1),
    (TAKEN_DOWN, put("fct_platform_listings", 1, delisting_reason=None), 1),
    (TAKEN_DOWN, put("fct_platform_listings", 2, delisting_reason=None), 1),
    (TAKEN_DOWN, put("fct_screening", 0, disposition="excluded"), 1),
    (TAKEN_DOWN, drop("fct_screening", 0), 1),
]
