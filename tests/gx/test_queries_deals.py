"""Checks of deals, products and activities pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from expectations.definition import load_gate
from tests.fixtures.gates import DEALS, Break, Months, Tables, drop, put, query_of, repeat

GATE = "G2_models"
LICENCE, TRANSFER = "P1:gazette:L1", "P2:report:platform/J2"


def models_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """A licence that two sources tell, recorded late, with a product; a transfer within a group; and two activities."""
    licence = good_row(
        "fct_deals",
        deal_id=LICENCE,
        patent_no="P1",
        deal_kind="license",
        signed_on=dt.date(2024, 1, 31),
        registered_on=dt.date(2024, 5, 1),
        effective_on=dt.date(2024, 5, 1),
        is_registered=True,
        is_genuine=True,
        not_genuine_reason=None,
        deal_review_reason=None,
        is_late_recordal=True,
        evidence_ids="gazette:L1|report:platform/J1",
    )
    transfer = licence | {
        "deal_id": TRANSFER,
        "patent_no": "P2",
        "deal_kind": "transfer",
        "registered_on": None,
        "effective_on": dt.date(2024, 1, 31),
        "is_registered": False,
        "is_genuine": False,
        "not_genuine_reason": "same_group",
        "is_late_recordal": False,
        "evidence_ids": "report:platform/J2",
    }
    evidence = [("gazette:L1", "P1"), ("report:platform/J1", "P1"), ("report:platform/J2", "P2")]
    return {
        "fct_deals": [licence, transfer],
        "int_deal_evidence": [
            {"period": "2024-05", "evidence_id": number, "patent_no": patent} for number, patent in evidence
        ],
        "fct_product_recordals": [
            good_row(
                "fct_product_recordals",
                product_recordal_no=number,
                patent_no="P1",
                deal_id=deal,
                recorded_on=dt.date(2024, 5, 20),
            )
            for number, deal in (("CP1", LICENCE), ("CP2", None))
        ],
        "fct_activities": [
            good_row("fct_activities", activity_no="A1", patent_no="P1", is_patent_known=True),
            good_row("fct_activities", activity_no="A2", patent_no=None, is_patent_known=False),
        ],
    }


EVIDENCE, COUNTED, LATE, CHAINS, SHOWN = (
    "G2.fct_deals.evidence_in_one_deal",
    "G2.fct_deals.counted_or_reasoned",
    "G2.fct_deals.late_recordals_are_late",
    "G2.fct_product_recordals.chains_lead_to_deals",
    "G2.fct_activities.shown_patents_are_known",
)
BROKEN: list[tuple[str, Break, float]] = [
    (EVIDENCE, drop("fct_deals", 1), 1),
    (EVIDENCE, put("fct_deals", 1, evidence_ids="report:platform/J2|report:platform/J3"), 1),
    (EVIDENCE, repeat("fct_deals", 0, deal_id="P1:other"), 2),
    (COUNTED, put("fct_deals", 0, not_genuine_reason="rename"), 1),
    (COUNTED, put("fct_deals", 1, not_genuine_reason=None), 1),
    (COUNTED, put("fct_deals", 0, effective_on=dt.date(2024, 6, 1)), 1),
    (COUNTED, put("fct_deals", 1, is_registered=True), 1),
    (LATE, put("fct_deals", 0, is_late_recordal=False), 1),
    (LATE, put("fct_deals", 0, registered_on=dt.date(2024, 4, 30)), 1),
    (CHAINS, put("fct_product_recordals", 0, patent_no="P2"), 1),
    (CHAINS, put("fct_product_recordals", 0, recorded_on=dt.date(2024, 4, 1)), 1),
    (CHAINS, put("fct_deals", 0, deal_kind="pledge"), 1),
    (SHOWN, put("fct_activities", 0, is_patent_known=False), 1),
]


@pytest.fixture(scope="module")
def months(good_row: Callable[..., dict[str, Any]], fill: Callable[..., None]) -> Iterator[Months]:
    prepared = Months({GATE: models_month(good_row)}, fill)
    yield prepared
    prepared.close()


def test_every_query_is_broken_once() -> None:
    declared = {query.check_id for query in load_gate(GATE).queries if query.table in DEALS}

    assert declared == {check_id for check_id, _, _ in BROKEN}


def test_a_sound_month_passes(months: Months) -> None:
    queries = [query for query in load_gate(GATE).queries if query.table in DEALS]

    results = months.judge(GATE, queries)

    assert [(result.check_id, result.message) for result in results if result.outcome != "pass"] == []
    assert len(results) == len(queries) > 0


@pytest.mark.parametrize(("check_id", "broken", "observed"), BROKEN)
def test_a_broken_month_is_caught(check_id: str, broken: Break, observed: float, months: Months) -> None:
    _, query = query_of(check_id, [GATE])

    (result,) = months.judge(GATE, [query], broken)

    assert (result.outcome, result.observed) == ("fail", observed)
