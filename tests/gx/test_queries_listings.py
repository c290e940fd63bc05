"""The check of what operating platforms list passes on a sound month and fails on one broken in its way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from expectations.definition import load_gate
from tests.fixtures.gates import LISTINGS, Break, Months, Tables, drop, put, query_of

GATE = "G2_models"
CONVERTIBLE, LICENSED, UNKNOWN = "CN201010110545.X", "CN201720001234.0", "CN85102475"
TAKEN_DOWN = "G2.fct_platform_listings.listings_out_of_the_pool_are_taken_down"
REASONS = {CONVERTIBLE: None, LICENSED: "converted", UNKNOWN: "unknown"}


def models_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
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


BROKEN: list[tuple[str, Break, float]] = [
    (TAKEN_DOWN, put("fct_platform_listings", 0, delisting_reason="withdrawn"), 1),
    (TAKEN_DOWN, put("fct_platform_listings", 1, delisting_reason=None), 1),
    (TAKEN_DOWN, put("fct_platform_listings", 2, delisting_reason=None), 1),
    (TAKEN_DOWN, put("fct_screening", 0, disposition="excluded"), 1),
    (TAKEN_DOWN, drop("fct_screening", 0), 1),
]


def test_every_query_is_broken_once() -> None:
    declared = {query.check_id for query in load_gate(GATE).queries if query.table in LISTINGS}

    assert declared == {check_id for check_id, _, _ in BROKEN}


@pytest.fixture(scope="module")
def months(good_row: Callable[..., dict[str, Any]], fill: Callable[..., None]) -> Iterator[Months]:
    prepared = Months({GATE: models_month(good_row)}, fill)
    yield prepared
    prepared.close()


def test_a_sound_month_passes(months: Months) -> None:
    queries = [query for query in load_gate(GATE).queries if query.table in LISTINGS]

    results = months.judge(GATE, queries)

    assert [(result.check_id, result.message) for result in results if result.outcome != "pass"] == []
    assert len(results) == len(queries) > 0


@pytest.mark.parametrize(("check_id", "broken", "observed"), BROKEN)
def test_a_broken_month_is_caught(check_id: str, broken: Break, observed: float, months: Months) -> None:
    _, query = query_of(check_id, [GATE])

    (result,) = months.judge(GATE, [query], broken)

    assert (result.outcome, result.observed) == ("fail", observed)
