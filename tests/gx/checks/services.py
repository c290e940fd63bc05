"""Checks of services, open licences and stability pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

INVENTION, MODEL, LAPSED = "CN201010110545.X", "CN201720001234.0", "CN85102475"
ASKED = {"pledge_finance": ("undisputed", "term_left"), "open_licence": ("undisputed", "owners_consent")}


def suggestion(good_row: GoodRow, number: str, service: str, missed: str | None) -> dict[str, Any]:
    return good_row(
        "fct_service_suggestions",
        patent_no=number,
        service=service,
        is_suggested=missed is None,
        criterion_count=2,
        missed_criterion_count=len(missed.split("|")) if missed else 0,
        missed_criteria=missed,
    )


def models_month(good_row: GoodRow) -> Tables:
    """An invention offered at a lawful fee and a utility model offered at too high a one; both may be pushed."""
    patents = [
        good_row("dim_patents", patent_no=INVENTION, patent_type="invention", is_base_library=True, is_in_force=True),
        good_row("dim_patents", patent_no=MODEL, patent_type="utility_model", is_base_library=True, is_in_force=True),
        good_row("dim_patents", patent_no=LAPSED, patent_type="invention", is_base_library=True, is_in_force=False),
    ]
    terms = {"institution_name": "甲大学", "owners": "甲大学|乙公司", "license_fee_basis": "fixed"}
    return {
        "dim_patents": patents,
        "service_criteria": [
            {"service": service, "criterion": criterion}
            for service, criteria in ASKED.items()
            for criterion in criteria
        ],
        "fct_service_suggestions": [
            suggestion(good_row, INVENTION, "pledge_finance", "term_left"),
            suggestion(good_row, INVENTION, "open_licence", None),
            suggestion(good_row, MODEL, "pledge_finance", None),
            suggestion(good_row, MODEL, "open_licence", "owners_consent|undisputed"),
        ],
        "fct_open_license_offers": [
            good_row(
                "fct_open_license_offers",
                patent_no=INVENTION,
                patent_type="invention",
                offered_fee_yuan=20_000_000,
                fee_check="within",
                silent_owners=None,
                is_suggested=True,
                missed_labels=None,
                **terms,
            ),
            good_row(
                "fct_open_license_offers",
                patent_no=MODEL,
                patent_type="utility_model",
                offered_fee_yuan=20_000_001,
                fee_check="above",
                silent_owners="乙公司",
                is_suggested=False,
                missed_labels="使用费在限额内",
                **terms,
            ),
        ],
        "fct_pushable_patents": [
            good_row("fct_pushable_patents", patent_no=number, push_barrier=None) for number in (INVENTION, MODEL)
        ],
        "fct_stability_evidence": [
            good_row(
                "fct_stability_evidence",
                patent_no=MODEL,
                is_pushable=True,
                stability_evidence="evaluation_report",
                stability_outcome="partly",
                is_stability_shown=True,
            )
        ],
    }


JUDGED, LAWFUL, STABLE = (
    "G2.fct_service_suggestions.services_are_judged_whole",
    "G2.fct_open_license_offers.suggested_offers_are_lawful",
    "G2.fct_stability_evidence.pushable_models_and_designs_state_their_stability",
)
MONTHS = {"G2_models": models_month}
BROKEN: list[tuple[str, Break, float]] = [
    (JUDGED, drop("fct_service_suggestions", 0), 1),
    (JUDGED, repeat("fct_service_suggestions", 0), 1),
    (JUDGED, repeat("fct_service_suggestions", 0, patent_no=LAPSED), 1),
    (JUDGED, put("fct_service_suggestions", 0, is_suggested=True), 1),
    (JUDGED, put("fct_service_suggestions", 0, missed_criteria=None), 1),
    (JUDGED, put("fct_service_suggestions", 1, criterion_count=1), 1),
    (LAWFUL, put("fct_open_license_offers", 0, offered_fee_yuan=20_000_001), 1),
    (LAWFUL, put("fct_open_license_offers", 0, offered_fee_yuan=None), 1),
    (LAWFUL, put("fct_open_license_offers", 0, license_fee_basis="net_sales", offered_royalty_percent=21), 1),
    (LAWFUL, put("fct_open_license_offers", 0, license_fee_basis="profit", offered_royalty_percent=41), 1),
    (LAWFUL, put("fct_open_license_offers", 0, silent_owners="乙公司"), 1),
    (LAWFUL, put("fct_open_license_offers", 1, silent_owners="甲大学"), 1),
    (LAWFUL, put("fct_open_license_offers", 1, is_suggested=True), 1),
    (LAWFUL, put("fct_open_license_offers", 0, patent_type="design"), 1),
    (STABLE, drop("fct_stability_evidence", 0), 1),
    (STABLE, put("fct_stability_evidence", 0, is_pushable=False), 1),
    (STABLE, put("fct_stability_evidence", 0, stability_evidence="internal_analysis"), 1),
    (STABLE, put("fct_stability_evidence", 0, stability_outcome="unstable"), 1),
]
