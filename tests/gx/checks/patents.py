"""Patents of a month: in scope, screened, tiered, and listed in one place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

NUMBERS = ["CN201010110545.X", "CN201110001234.5", "CN85102475", "CN02270355.1"]
OUTSIDE = "CN201210005678.9"
OTHER_ENTERPRISE = "91340100MA2ABCDE0T"


def models_month(good_row: GoodRow) -> Tables:
    """Four patents of the base library — Form 1, two of Form 2, one excluded — and one outside it."""
    inside = [
        good_row(
            "dim_patents",
            patent_no=number,
            patent_type="invention",
            ipc_codes="A61G17/00|H10F10/10",
            title="一种光伏组件",
            is_base_library=True,
            is_in_force=True,
            out_of_scope_reason=None,
            **PRIORITIES[number],
        )
        for number in NUMBERS
    ]
    outside = good_row(
        "dim_patents",
        patent_no=OUTSIDE,
        is_base_library=False,
        out_of_scope_reason="no_institution_owner",
        **NO_PRIORITY,
    )
    dispositions = ["form_1", "form_2", "form_2", "excluded"]
    numbered = [
        {"patent_no": number, "entry_no": no, **marks(number)} for no, number in enumerate(NUMBERS[1:3], start=1)
    ]
    return {
        "raw_grants.patents": [
            good_row("raw_grants.patents", patent_no=number, period="2024-04") for number in [*NUMBERS, OUTSIDE]
        ],
        "dim_patents": [*inside, outside],
        "fct_owner_resolutions": [
            good_row(
                "fct_owner_resolutions", patent_no=number, owner_name=name, resolution_status=status, review_reason=why
            )
            for number, name, status, why in [
                (NUMBERS[0], "甲大学", "resolved", None),
                (NUMBERS[1], "乙学院", "review", "unclear_unit"),
                (NUMBERS[2], "乙学院", "review", "unclear_unit"),
            ]
        ],
        "fct_owner_reviews": [good_row("fct_owner_reviews", owner_name="乙学院", review_reason="unclear_unit")],
        "int_patents_described": [row | {"period": period} for row in inside for period in ("2024-05", "2024-04")],
        "fct_screening": [
            good_row(
                "fct_screening",
                patent_no=number,
                disposition=disposition,
                reasons="maturity_missing|not_inventoried" if disposition == "excluded" else None,
                **marks(number),
            )
            for number, disposition in zip(NUMBERS, dispositions, strict=True)
        ],
        "fct_tiers": [
            good_row(
                "fct_tiers",
                patent_no=number,
                tier="T2",
                raw_tier="T2",
                previous_raw_tier=None,
                is_tier_held=False,
                conversion_stage="evaluated",
                evaluation_count=2,
                total_weight=2.5,
            )
            for number in NUMBERS[1:3]
        ],
        "fct_evaluations": [
            good_row("fct_evaluations", patent_no=number, enterprise_id=enterprise, uncounted_reason=None, flags=None)
            for number in NUMBERS[1:3]
            for enterprise in ("91370900163058822K", OTHER_ENTERPRISE)
        ]
        + [good_row("fct_evaluations", patent_no=NUMBERS[1], uncounted_reason="own_patent", flags=None)],
        "fct_tier_evidence": [
            good_row(
                "fct_tier_evidence", patent_no=number, evaluator_kind=kind, evaluation_count=1, total_weight=weight
            )
            for number in NUMBERS[1:3]
            for kind, weight in (("enterprise", 1.0), ("expert", 1.5))
        ],
        "dim_enterprises": [
            good_row("dim_enterprises", enterprise_classes="specialised|high_tech"),
            good_row("dim_enterprises", enterprise_id=OTHER_ENTERPRISE, enterprise_classes=None),
        ],
        "fct_enterprise_classes": [
            good_row("fct_enterprise_classes", enterprise_class=name, class_status=status, is_claimed=True, **dates)
            for name, status, dates in [
                ("specialised", "valid", {"valid_from": dt.date(2024, 5, 31), "valid_until": None}),
                ("high_tech", "valid", {"valid_from": dt.date(2022, 1, 1), "valid_until": dt.date(2024, 5, 31)}),
                ("state_owned", "no_evidence", {"valid_from": None, "valid_until": None}),
            ]
        ],
        "fct_conversion_stages": [
            good_row("fct_conversion_stages", patent_no=number, conversion_stage="evaluated") for number in NUMBERS
        ],
        "fct_inventory_entries": [good_row("fct_inventory_entries", patent_no=number) for number in NUMBERS[:3]],
        "fct_dispatch_lines": [
            good_row("fct_dispatch_lines", patent_no=number, **marks(number)) for number in NUMBERS[1:3]
        ],
        "fct_form1_entries": [
            good_row(
                "fct_form1_entries",
                patent_no=NUMBERS[0],
                entry_no=1,
                form1_category="licensed",
                license_kind="ordinary",
                is_enterprise_co_owned=False,
                is_transferred=False,
                is_abandoning=False,
                is_disputed=False,
            )
        ],
        "fct_form2_entries": [good_row("fct_form2_entries", **row) for row in numbered],
        "fct_city_ledger_entries": [good_row("fct_city_ledger_entries", **row) for row in numbered],
        "fct_idle_funded_patents": [
            good_row("fct_idle_funded_patents", has_accepted_idle_reason=False, unmet_criteria=None)
        ],
        **priority_month(good_row),
    }


NO_PRIORITY = {
    "is_priority": False,
    "priority_rank": None,
    "priority_ground": None,
    "priority_evidence": None,
    "sei_code": None,
}
PRIORITIES = {
    NUMBERS[0]: NO_PRIORITY,
    NUMBERS[1]: {
        "is_priority": True,
        "priority_rank": 1,
        "priority_ground": "key_industry",
        "priority_evidence": "属6.3 太阳能产业",
        "sei_code": "6.3",
    },
    NUMBERS[2]: {
        "is_priority": True,
        "priority_rank": 3,
        "priority_ground": "strong_discipline",
        "priority_evidence": "优势学科",
        "sei_code": None,
    },
    NUMBERS[3]: {**NO_PRIORITY, "sei_code": "6.3"},
}


def marks(number: str) -> dict[str, Any]:
    """Marks of a priority that every list tells in the same way."""
    return {name: PRIORITIES[number][name] for name in ("is_priority", "priority_rank", "sei_code")}


def priority_month(good_row: GoodRow) -> Tables:
    """A solar patent with symbol and word, one with its symbol alone, and a strong discipline."""

    def match(number: str, **values: Any) -> dict[str, Any]:
        return good_row(
            "fct_industry_matches",
            patent_no=number,
            industry_position=1,
            sei_code="6.3",
            ipc_symbol="H10F10/10",
            read_as="H01L31/",
            ipc_pattern="H01L31/",
            **values,
        )

    return {
        "fct_industry_matches": [
            match(NUMBERS[1], sei_evidence="ipc_and_keyword", sei_keyword="光伏"),
            match(NUMBERS[3], sei_evidence="ipc", sei_keyword=None),
        ],
        "fct_disciplines": [good_row("fct_disciplines")],
        "word_lists": [{"list_name": "priority_patent_type", "word": "invention"}],
        "sei_ipc_patterns": [
            {"ipc_pattern": prefix, "match_level": "main_group", "sei_code": "6.3"} for prefix in ("H01L31/", "A61G")
        ],
        "sei_exclusions": [{"ipc_prefix": "A61G17/"}],
    }


def lapse(count: int) -> Break:
    """That many patents of the base library are in force no longer."""

    def apply(tables: Tables) -> None:
        of_may = [row for row in tables["int_patents_described"] if row["period"] == "2024-05"]
        for row in of_may[:count]:
            row["is_in_force"] = False

    return apply


def keep_first(table: str, count: int) -> Break:
    def apply(tables: Tables) -> None:
        del tables[table][count:]

    return apply


MONTHS = {"G2_models": models_month}
BROKEN: list[tuple[str, Break, float]] = [
    ("G2.dim_patents.month_is_there", keep_first("dim_patents", 0), 0),
    ("G2.dim_patents.landed_patents_kept", drop("dim_patents", 4), 1),
    ("G2.dim_patents.landed_patents_kept", drop("raw_grants.patents", 0), 1),
    ("G2.dim_patents.in_or_out_of_scope", put("dim_patents", 4, out_of_scope_reason=None), 1),
    ("G2.dim_patents.in_or_out_of_scope", put("dim_patents", 0, out_of_scope_reason="no_institution_owner"), 1),
    ("G2.fct_owner_resolutions.unsettled_names_listed", drop("fct_owner_reviews", 0), 1),
    ("G2.fct_owner_resolutions.unsettled_names_listed", put("fct_owner_reviews", 0, owner_name="甲大学"), 2),
    (
        "G2.fct_owner_resolutions.unsettled_names_listed",
        put("fct_owner_resolutions", 0, review_reason="decision_outdated"),
        1,
    ),
    ("G2.dim_patents.stock_change_small", lapse(1), 0.25),
    ("G2.dim_patents.stock_change_plausible", lapse(3), 0.75),
    ("G2.fct_screening.base_library_screened_once", drop("fct_screening", 3), 1),
    ("G2.fct_screening.base_library_screened_once", repeat("fct_screening", 3), 1),
    ("G2.fct_screening.base_library_screened_once", put("fct_screening", 3, patent_no=OUTSIDE), 2),
    ("G2.fct_screening.dispositions_add_up", put("fct_screening", 0, disposition="form_3"), 1),
    ("G2.fct_screening.excluded_with_known_reason", put("fct_screening", 3, reasons=None), 1),
    ("G2.fct_screening.excluded_with_known_reason", put("fct_screening", 3, reasons=""), 1),
    ("G2.fct_screening.excluded_with_known_reason", put("fct_screening", 3, reasons="not_inventoried|other"), 1),
    ("G2.dim_patents.priority_says_why", put("dim_patents", 1, priority_evidence=None), 1),
    ("G2.dim_patents.priority_says_why", put("dim_patents", 1, priority_rank=None), 1),
    ("G2.dim_patents.priority_says_why", put("dim_patents", 0, priority_ground="key_industry"), 1),
    ("G2.dim_patents.priority_says_why", put("dim_patents", 1, patent_type="utility_model"), 1),
    ("G2.dim_patents.priority_says_why", put("dim_patents", 1, is_base_library=False), 1),
    ("G2.dim_patents.priority_is_proven", drop("fct_industry_matches", 0), 1),
    ("G2.dim_patents.priority_is_proven", put("fct_industry_matches", 0, is_key_industry=False), 1),
    ("G2.dim_patents.priority_is_proven", put("fct_industry_matches", 0, industry_position=2), 1),
    ("G2.dim_patents.priority_is_proven", put("fct_disciplines", 0, is_strong_discipline=False), 1),
    ("G2.dim_patents.priority_is_proven", put("fct_disciplines", 0, field_no=4), 1),
    ("G2.fct_industry_matches.evidence_holds", put("fct_industry_matches", 0, sei_keyword="风电"), 1),
    ("G2.fct_industry_matches.evidence_holds", put("fct_industry_matches", 0, sei_evidence="ipc"), 1),
    ("G2.fct_industry_matches.evidence_holds", put("fct_industry_matches", 0, ipc_symbol="H10F10/14"), 1),
    ("G2.fct_industry_matches.evidence_holds", put("fct_industry_matches", 0, read_as=None), 1),
    ("G2.fct_industry_matches.evidence_holds", put("fct_industry_matches", 1, ipc_symbol=None, ipc_pattern=None), 1),
    (
        "G2.fct_industry_matches.longest_pattern_and_no_excluded_symbol",
        put("fct_industry_matches", 0, ipc_symbol="A61G17/00", read_as=None, ipc_pattern="A61G"),
        1,
    ),
    (
        "G2.fct_industry_matches.longest_pattern_and_no_excluded_symbol",
        put("fct_industry_matches", 0, ipc_symbol="A61G7/00"),
        1,
    ),
    (
        "G2.fct_industry_matches.longest_pattern_and_no_excluded_symbol",
        put("fct_industry_matches", 0, ipc_pattern="H01L"),
        1,
    ),
    ("G2.fct_dispatch_lines.priority_is_the_same_everywhere", put("fct_dispatch_lines", 0, is_priority=False), 1),
    ("G2.fct_dispatch_lines.priority_is_the_same_everywhere", put("fct_form2_entries", 1, priority_rank=None), 1),
    ("G2.fct_dispatch_lines.priority_is_the_same_everywhere", put("fct_city_ledger_entries", 0, sei_code="6.2"), 1),
    ("G2.fct_dispatch_lines.priority_is_the_same_everywhere", put("fct_screening", 0, is_priority=True), 1),
    ("G2.fct_tiers.tiers_for_form_2_alone", drop("fct_tiers", 0), 1),
    ("G2.fct_tiers.tiers_for_form_2_alone", repeat("fct_tiers", 0, patent_no=NUMBERS[0]), 1),
    ("G2.fct_tiers.posterior_on_scale", put("fct_tiers", 0, theta=5.01), 1),
    ("G2.fct_tiers.posterior_on_scale", put("fct_tiers", 0, theta=None), 1),
    ("G2.fct_tiers.falls_need_two_months", put("fct_tiers", 0, tier="T3"), 1),
    ("G2.fct_tiers.falls_need_two_months", put("fct_tiers", 0, tier="T1", is_tier_held=True), 1),
    ("G2.fct_tiers.falls_need_two_months", put("fct_tiers", 0, previous_raw_tier="T3", tier="T3"), 1),
    ("G2.fct_tiers.falls_need_two_months", put("fct_tiers", 0, is_tier_held=True), 1),
    ("G2.fct_evaluations.counted_evaluations_make_the_tiers", drop("fct_evaluations", 0), 1),
    ("G2.fct_evaluations.counted_evaluations_make_the_tiers", put("fct_evaluations", 4, uncounted_reason=None), 1),
    ("G2.fct_evaluations.unusual_evaluations_seen", put("fct_evaluations", 0, flags="excess_volume"), 1),
    ("G2.fct_tier_evidence.evidence_adds_up", drop("fct_tier_evidence", 0), 1),
    ("G2.fct_tier_evidence.evidence_adds_up", put("fct_tier_evidence", 1, total_weight=1.0), 1),
    ("G2.fct_tier_evidence.evidence_adds_up", put("fct_tier_evidence", 1, patent_no=OUTSIDE), 2),
    ("G2.fct_conversion_stages.base_library_has_one_stage", drop("fct_conversion_stages", 3), 1),
    ("G2.fct_conversion_stages.base_library_has_one_stage", repeat("fct_conversion_stages", 0), 1),
    ("G2.fct_conversion_stages.base_library_has_one_stage", put("fct_conversion_stages", 3, patent_no=OUTSIDE), 2),
    ("G2.dim_enterprises.classes_have_evidence_in_force", drop("fct_enterprise_classes", 0), 1),
    (
        "G2.dim_enterprises.classes_have_evidence_in_force",
        put("fct_enterprise_classes", 1, valid_until=dt.date(2024, 5, 30)),
        1,
    ),
    (
        "G2.dim_enterprises.classes_have_evidence_in_force",
        put("dim_enterprises", 1, enterprise_classes="state_owned"),
        1,
    ),
    (
        "G2.fct_enterprise_classes.classes_without_evidence_few",
        put("fct_enterprise_classes", 0, class_status="expired"),
        2 / 3,
    ),
    (
        "G2.fct_conversion_stages.tiers_show_the_same_stage",
        put("fct_conversion_stages", 1, conversion_stage="intent"),
        1,
    ),
    ("G2.fct_inventory_entries.maturity_words_known", put("fct_inventory_entries", 0, trl=None), 1),
    ("G2.fct_inventory_entries.maturity_words_known", put("fct_inventory_entries", 0, inventor_trl=None), 1),
    ("G2.fct_dispatch_lines.form_2_is_dispatched", drop("fct_dispatch_lines", 0), 1),
    ("G2.fct_dispatch_lines.form_2_is_dispatched", repeat("fct_dispatch_lines", 0), 1),
    ("G2.fct_form1_entries.stock_in_one_place", drop("fct_form1_entries", 0), 1),
    ("G2.fct_form1_entries.stock_in_one_place", repeat("fct_form2_entries", 0, patent_no=NUMBERS[0]), 1),
    ("G2.fct_form1_entries.stock_in_one_place", put("fct_screening", 3, reasons=""), 1),
    ("G2.fct_form1_entries.stock_in_one_place", put("fct_form2_entries", 0, patent_no=OUTSIDE), 2),
    ("G2.fct_form1_entries.stock_adds_up_by_unit", put("fct_form2_entries", 0, institution_id="U2"), 2),
    ("G2.fct_form1_entries.stock_adds_up_by_unit", put("fct_form1_entries", 0, data_origin="simulated"), 2),
    ("G2.fct_form1_entries.category_and_licence_apart", put("fct_form1_entries", 0, is_licensed=False), 1),
    ("G2.fct_form1_entries.category_and_licence_apart", put("fct_form1_entries", 0, is_disputed=True), 1),
    ("G2.fct_form1_entries.category_and_licence_apart", put("fct_form1_entries", 0, license_kind="exclusive"), 1),
    ("G2.fct_form1_entries.category_and_licence_apart", put("fct_form1_entries", 0, relicensable=False), 1),
    ("G2.fct_form2_entries.numbered_without_gaps", put("fct_form1_entries", 0, entry_no=2), 1),
    ("G2.fct_form2_entries.numbered_without_gaps", put("fct_form2_entries", 1, entry_no=1), 1),
    ("G2.fct_form2_entries.numbered_without_gaps", put("fct_city_ledger_entries", 1, entry_no=3), 1),
    ("G2.fct_city_ledger_entries.ledger_is_form_2", drop("fct_city_ledger_entries", 0), 1),
    ("G2.fct_city_ledger_entries.ledger_is_form_2", repeat("fct_city_ledger_entries", 0), 1),
    ("G2.fct_city_ledger_entries.ledger_is_form_2", put("fct_city_ledger_entries", 0, institution_id="U2"), 2),
    ("G2.fct_idle_funded_patents.idle_meets_every_criterion", put("fct_idle_funded_patents", 0, is_in_force=False), 1),
    (
        "G2.fct_idle_funded_patents.idle_meets_every_criterion",
        put("fct_idle_funded_patents", 0, unmet_criteria="implemented"),
        1,
    ),
    (
        "G2.fct_idle_funded_patents.idle_meets_every_criterion",
        put("fct_idle_funded_patents", 0, is_unimplemented=None, is_idle=False, unmet_criteria="unheard_of"),
        1,
    ),
]
