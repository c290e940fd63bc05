"""What a month received."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put

NUMBERS = ["CN201010110545.X", "CN201110001234.5", "CN85102475", "CN02270355.1"]
OTHER_ENTERPRISE = "91340100MA2ABCDE0T"
REPORTED = (
    "raw_transactions.transactions",
    "raw_licence_recordals.recordals",
    "raw_pledges.pledges",
    "raw_product_recordals.products",
    "raw_activities.activities",
    "raw_filings.filings",
    "raw_open_license_offers.offers",
    "raw_stability_reports.reports",
    "raw_inspections.results",
    "raw_consultations.agreed_items",
    "raw_platform_listings.listings",
)


def intake_month(good_row: GoodRow) -> Tables:
    """Three months of evaluations, the grant feed and the register; two rows of 200 were sent back."""

    def load(load_id: str, source: str, dataset: str, period: str, rows: int, bad: int = 0) -> dict[str, Any]:
        return good_row(
            "raw_lake.loads",
            load_id=load_id,
            source=source,
            dataset=dataset,
            period=period,
            row_count=rows,
            quarantined_count=bad,
            load_status="accepted",
            rejection=None,
        )

    return {
        "raw_lake.loads": [
            load("g4", "grants", "patents", "2024-04", 2),
            load("i4", "institutions", "institutions", "2024-04", 1),
            load("l5", "legal_events", "events", "2024-05", 10),
            load("e3", "evaluations", "evaluations", "2024-03", 150),
            load("e4", "evaluations", "evaluations", "2024-04", 120),
            load("e5", "evaluations", "evaluations", "2024-05", 100, bad=2),
            load("n5", "needs", "needs", "2024-05", 2),
        ],
        "raw_lake.quarantined_rows": [
            good_row("raw_lake.quarantined_rows", load_id="e5", source_row=row, column_name=column)
            for row, column in [(7, "prospect_score"), (7, "enterprise_id"), (9, "enterprise_id")]
        ],
        "raw_grants.patents": [
            good_row("raw_grants.patents", load_id="g4", patent_no=number) for number in NUMBERS[:2]
        ],
        "raw_institutions.institutions": [good_row("raw_institutions.institutions", load_id="i4")],
        "raw_legal_events.events": [
            good_row("raw_legal_events.events", load_id="l5", event_code="TR01", event_id=str(n), parse_status="parsed")
            for n in range(9)
        ]
        + [good_row("raw_legal_events.events", load_id="l5", event_code="XX99", parse_status="plain")],
        "raw_owner_decisions.decisions": [],
        "raw_inventories.entries": [],
        "raw_dispatches.digest_cells": [],
        "raw_enterprises.enterprises": [],
        "raw_enterprise_classes.recognitions": [],
        "raw_needs.needs": [
            good_row("raw_needs.needs", load_id="n5", need_id="N1", sender_id="platform", received_at=received)
            for received in (dt.datetime(2024, 5, day, tzinfo=dt.UTC) for day in (6, 7))
        ],
        "raw_dispatches.expert_assignments": [],
        "raw_experts.experts": [],
        "raw_dispatches.pushes": [],
        "raw_dispatches.quarterly_statistics": [],
        "raw_dispatches.inspection_samples": [],
        "raw_need_responses.responses": [],
        **{name: [] for name in REPORTED},
        "raw_evaluations.evaluations": [
            good_row("raw_evaluations.evaluations", load_id=load_id, evaluation_id=str(number))
            for load_id, count in [("e3", 150), ("e4", 120), ("e5", 100)]
            for number in range(count)
        ],
    }


def name_the_asker(tables: Tables) -> None:
    """A need bears the code of an enterprise that does not want to be named."""
    need = tables["raw_needs.needs"][1]
    need |= {"need_id": f"{need['enterprise_id']}-01", "is_name_disclosed": False}


def evaluations_of_may(count: int) -> Break:
    def apply(tables: Tables) -> None:
        tables["raw_lake.loads"][5]["row_count"] = count

    return apply


MONTHS = {"G1_intake": intake_month}
BROKEN: list[tuple[str, Break, float]] = [
    ("G1.raw_lake.loads.required_sources_present", drop("raw_lake.loads", 0), 1),
    ("G1.raw_lake.loads.required_sources_present", put("raw_lake.loads", 1, load_status="rejected"), 1),
    ("G1.raw_lake.loads.required_sources_present", put("raw_lake.loads", 0, period="2024-06"), 1),
    ("G1.raw_lake.loads.quarantine_share_low", put("raw_lake.loads", 5, quarantined_count=6), 6 / 106),
    ("G1.raw_lake.loads.quarantine_share_tolerable", put("raw_lake.loads", 5, quarantined_count=26), 26 / 126),
    ("G1.raw_legal_events.events.texts_parsed", put("raw_legal_events.events", 0, parse_status="unparsed"), 1 / 9),
    (
        "G1.raw_lake.loads.submissions_readable",
        put("raw_lake.loads", 5, load_status="rejected", rejection="无表头"),
        1,
    ),
    ("G1.raw_needs.needs.needs_are_their_senders_own", put("raw_needs.needs", 1, enterprise_id=OTHER_ENTERPRISE), 1),
    ("G1.raw_needs.needs.needs_are_their_senders_own", put("raw_needs.needs", 1, sender_id=OTHER_ENTERPRISE), 1),
    ("G1.raw_needs.needs.needs_are_their_senders_own", name_the_asker, 1),
    ("G1.raw_lake.loads.volume_kept", evaluations_of_may(59), 59 / 120),
    ("G1.raw_lake.loads.volume_kept", drop("raw_lake.loads", 5), 0),
    ("G1.raw_lake.loads.rows_accounted_for", drop("raw_grants.patents", 0), 1),
    ("G1.raw_lake.loads.rows_accounted_for", drop("raw_lake.quarantined_rows", 2), 1),
]
