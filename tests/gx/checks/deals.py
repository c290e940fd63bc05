"""Checks of deals, products and activities pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

import datetime as dt

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

LICENCE, TRANSFER = "P1:gazette:L1", "P2:report:platform/J2"


def models_month(good_row: GoodRow) -> Tables:
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
MONTHS = {"G2_models": models_month}
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
