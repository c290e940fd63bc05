"""Every check written as SQL passes on a sound month and fails on a month broken in its way."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from expectations.definition import Query, load_gate
from expectations.queries import run_queries
from panhuo.gates.model import GateRun
from tests.fixtures.gates import ELSEWHERE, Break, Months, Tables, drop, put, query_of, repeat

NUMBERS = ["CN201010110545.X", "CN201110001234.5", "CN85102475", "CN02270355.1"]
OUTSIDE = "CN201210005678.9"
OTHER_ENTERPRISE = "91340100MA2ABCDE0T"
CONVERTED = "CN201310001111.2"
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
    "raw_platform_listings.listings",
)
SCOPES = {"province": "province_code", "city": "city_code", "institution": "institution_id"}


def feedback_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """A day on which the platform sent 60 evaluations, two of which went back, and three senders sent workbooks."""

    def load(load_id: str, source: str, dataset: str, rows: int, bad: int = 0) -> dict[str, Any]:
        return good_row(
            "raw_lake.loads",
            load_id=load_id,
            source=source,
            dataset=dataset,
            row_count=rows,
            quarantined_count=bad,
            load_status="accepted",
            rejection=None,
        )

    evaluation, need, response = (
        "raw_evaluations.evaluations",
        "raw_needs.needs",
        "raw_need_responses.responses",
    )
    return {
        "raw_lake.loads": [
            load("p", "evaluations", "evaluations", 58, bad=2),
            load("w", "evaluations", "evaluations", 1),
            load("n", "needs", "needs", 1),
            load("r", "need_responses", "responses", 1),
        ],
        "raw_lake.quarantined_rows": [
            good_row("raw_lake.quarantined_rows", load_id="p", source_row=row, column_name="prospect_score")
            for row in (7, 9)
        ],
        "raw_enterprises.enterprises": [],
        "raw_enterprise_classes.recognitions": [],
        evaluation: [
            *(good_row(evaluation, load_id="p", evaluation_id=str(n), sender_id="platform") for n in range(58)),
            good_row(evaluation, load_id="w", enterprise_id=OTHER_ENTERPRISE, sender_id=OTHER_ENTERPRISE),
        ],
        need: [good_row(need, load_id="n", enterprise_id=OTHER_ENTERPRISE, sender_id=OTHER_ENTERPRISE)],
        response: [good_row(response, load_id="r", institution_id="I1", sender_id="I1")],
    }


def intake_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
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


def models_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
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
        **coverage_month(good_row),
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


def priority_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
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


def coverage_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
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


def dispatch_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """Two convertible patents of two institutions in one city, and one of Form 1 that the first institution holds.

    The first is new, the second came from the other institution since the version before; a third left since the
    month before and a fourth since the version before.
    """
    places = {"province_code": "37", "city_code": "3709"}
    lines = [
        good_row("fct_dispatch_lines", patent_no=number, institution_id=institution, **places)
        for number, institution in zip(NUMBERS, ["U1", "U2"], strict=False)
    ]

    def packages(row: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"recipient_kind": kind, "recipient_code": row[scope], **row} for kind, scope in SCOPES.items()]

    def told(row: dict[str, Any], base: str, kind: str) -> dict[str, Any]:
        names = ("recipient_kind", "recipient_code", "patent_no")
        return {**{name: row[name] for name in names}, "change_base": base, "change_kind": kind}

    def forms(row: dict[str, Any], contract: str) -> list[dict[str, Any]]:
        """What a city and an institution get, and only the city of a ledger."""
        kinds = ["city"] if contract == "city_ledger_entries" else ["city", "institution"]
        entry = good_row(contract, **_cells(row), entry_no=1)
        return [package for package in packages(entry) if package["recipient_kind"] in kinds]

    def written(tables: Tables) -> list[dict[str, Any]]:
        """Workbooks with the rows of tables, numbered from 1 in each."""
        numbers: Counter[tuple[str, ...]] = Counter()
        rows = []
        for name, entries in tables.items():
            for entry in entries:
                place = (entry["recipient_kind"], entry["recipient_code"], name.removeprefix("packages."))
                numbers[place] += 1
                cells = {"entry_no": numbers[place], "patent_no": entry["patent_no"]}
                rows.append(dict(zip(("recipient_kind", "recipient_code", "table_name"), place, strict=True)) | cells)
        return rows

    converted = lines[0] | {"patent_no": CONVERTED}
    form_tables = {
        "packages.form1_entries": forms(converted, "form1_entries"),
        "packages.form2_entries": [entry for row in lines for entry in forms(row, "form2_entries")],
        "packages.city_ledger_entries": [entry for row in lines for entry in forms(row, "city_ledger_entries")],
    }
    gone, lost = (lines[0] | {"patent_no": number} for number in NUMBERS[2:4])
    moved = {"patent_no": NUMBERS[1]}
    return {
        "fct_dispatch_lines": lines,
        "packages.dispatch_lines": [package for row in lines for package in packages(row)],
        "packages.screening": [
            *(package | {"disposition": "form_2"} for row in lines for package in packages(row)),
            *(package | {"disposition": "form_1"} for package in packages(converted)),
        ],
        **form_tables,
        "packages.workbook_rows": written(form_tables),
        "fct_screening": [good_row("fct_screening", **_cells(row)) for row in lines],
        "fct_dispatch_changes": [good_row("fct_dispatch_changes", **_cells(gone), change_kind="DEL")],
        "packages.changes": [
            *(told(package, "previous_month", "ADD") for package in packages(lines[0])),
            *(told(package, "previous_month", "DEL") for package in packages(gone)),
            *(told(package, "previous_version", "DEL") for package in packages(lost)),
            told({"recipient_kind": "institution", "recipient_code": "U2"} | moved, "previous_version", "ADD"),
            told({"recipient_kind": "institution", "recipient_code": "U1"} | moved, "previous_version", "DEL"),
        ],
        **bulletin_month(good_row),
    }


def bulletin_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """U1 with 2 of 3 patents inventoried, U2 with 1 of 2; U1 has a row to mend, U2 a file. One city is all of 37."""
    counts = {"37": (5, 3, 4, 2), "3709": (5, 3, 4, 2), "U1": (3, 2, 3, 1), "U2": (2, 1, 1, 1)}
    kinds = {"37": "province", "3709": "city", "U1": "institution", "U2": "institution"}
    places = {"province_code": "37", "city_code": "3709"}
    names = ("stock_patent_count", "inventoried_patent_count")
    previous = ("previous_stock_patent_count", "previous_inventoried_patent_count")

    def figures(document: str, grid: str, row_code: str, **values: float) -> list[dict[str, Any]]:
        return [
            {
                "recipient_kind": kinds[code], "recipient_code": code, "document": document, "grid": grid,
                "row_code": row_code, "measure": measure, "figure": float(figure),
            }
            for code in ("37", "3709")
            for measure, figure in values.items()
        ]  # fmt: skip

    def bulletin(document: str) -> list[dict[str, Any]]:
        return [
            *figures(
                document, "headline", "", **dict(zip(names, counts["37"], strict=False)), coverage_rate=0.6, open_rows=1
            ),
            *figures(document, "units", "U1", stock_patent_count=3, points=33.33, open_rows=1, rank=1),
            *figures(document, "units", "U2", stock_patent_count=2, points=-50, open_rows=0, rank=2),
            *figures(document, "moves", "opening", stock=4, inventoried=2),
            *figures(document, "moves", "new_grant", stock=1, inventoried=0),
            *figures(document, "moves", "newly_inventoried", stock=0, inventoried=1),
            *figures(document, "moves", "closing", stock=5, inventoried=3),
            *figures(document, "returns", "U1", open_rows=1, unmatched=1, rejected_files=0),
            *figures(document, "returns", "U2", open_rows=0, unmatched=0, rejected_files=1),
            *figures(document, "duties", "N-M6", units=2, done=1, late=1, at_risk=0),
        ]

    moved = good_row("fct_stock_changes", moved_patent_count=1, **places)
    duty = good_row("fct_milestones", milestone_id="N-M6", measure="inventory_rate", **places)
    cities = figures("bulletin.xlsx", "cities", "3709", stock_patent_count=5, open_rows=1)
    return {
        "dim_institutions": [good_row("dim_institutions", institution_id=code, **places) for code in ("U1", "U2")],
        "fct_coverage": [
            good_row(
                "fct_coverage",
                scope_kind=kinds[code],
                scope_code=code,
                coverage_rate=numbers[1] / numbers[0],
                **dict(zip((*names, *previous), numbers, strict=True)),
            )
            for code, numbers in counts.items()
        ],
        "fct_returned_rows": [
            good_row("fct_returned_rows", sender_id="U1", source_row=3, is_closed=False),
            good_row("fct_returned_rows", sender_id="U2", source_row=4, is_closed=True),
        ],
        "fct_unmatched_entries": [
            good_row("fct_unmatched_entries", sender_id="U1", unmatched_reason="unknown_patent"),
            good_row("fct_unmatched_entries", sender_id="U2", unmatched_reason="withdrawn"),
        ],
        "fct_submissions": [
            good_row("fct_submissions", sender_id="U2", load_status="rejected", is_open=True),
            good_row("fct_submissions", sender_id="U1", load_status="accepted", is_open=True),
        ],
        "fct_stock_changes": [
            moved | {"institution_id": code, "balance": balance, "change_cause": cause}
            for code, balance, cause in [("U2", "stock", "new_grant"), ("U1", "inventoried", "newly_inventoried")]
        ],
        "fct_milestones": [
            duty | {"scope_code": code, "milestone_status": status} for code, status in [("U1", "done"), ("U2", "late")]
        ],
        "fct_dispatches": [
            good_row("fct_dispatches", recipient_kind=kind, recipient_code=code) for code, kind in kinds.items()
        ],
        "packages.bulletin_figures": [
            *bulletin("bulletin.html"),
            *bulletin("bulletin.xlsx"),
            *(row for row in cities if row["recipient_kind"] == "province"),
        ],
    }  # fmt: skip


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("patent_no", "institution_id", "province_code", "city_code")}


MONTHS = {
    "G0_feedback": feedback_month,
    "G1_intake": intake_month,
    "G2_models": models_month,
    "G3_dispatch": dispatch_month,
}


def announce(figure: float | None, **place: str) -> Break:
    """Change figures of bulletins at a place, or leave them out when there is none to put there."""

    def apply(tables: Tables) -> None:
        rows = tables["packages.bulletin_figures"]
        found = [row for row in rows if place.items() <= row.items()]
        assert found
        for row in found:
            if figure is None:
                rows.remove(row)
            else:
                row["figure"] = figure

    return apply


PAGE, BOOK = {"document": "bulletin.html"}, {"document": "bulletin.xlsx"}
OF_CITY = {**PAGE, "recipient_kind": "city"}


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


def name_the_asker(tables: Tables) -> None:
    """A need bears the code of an enterprise that does not want to be named."""
    need = tables["raw_needs.needs"][1]
    need |= {"need_id": f"{need['enterprise_id']}-01", "is_name_disclosed": False}


def evaluations_of_may(count: int) -> Break:
    def apply(tables: Tables) -> None:
        tables["raw_lake.loads"][5]["row_count"] = count

    return apply


BROKEN: list[tuple[str, Break, float]] = [
    (
        "G0.raw_lake.loads.quarantine_share_tolerable",
        put("raw_lake.loads", 0, row_count=45, quarantined_count=15),
        15 / 61,
    ),
    ("G0.raw_lake.loads.submissions_readable", put("raw_lake.loads", 1, load_status="rejected", rejection="无表头"), 1),
    (
        "G0.raw_evaluations.evaluations.senders_speak_for_themselves",
        put("raw_evaluations.evaluations", 58, sender_id="91370900163058822K"),
        1,
    ),
    ("G0.raw_evaluations.evaluations.senders_speak_for_themselves", put("raw_needs.needs", 0, sender_id="I1"), 1),
    (
        "G0.raw_evaluations.evaluations.senders_speak_for_themselves",
        put("raw_need_responses.responses", 0, sender_id="I2"),
        1,
    ),
    ("G0.raw_lake.loads.rows_accounted_for", drop("raw_need_responses.responses", 0), 1),
    ("G0.raw_lake.loads.rows_accounted_for", drop("raw_lake.quarantined_rows", 1), 1),
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
    ("G3.fct_dispatch_lines.one_tier_per_patent", repeat("fct_dispatch_lines", 0, tier="T4"), 1),
    ("G3.packages.dispatch_lines.month_alone", put("packages.dispatch_lines", 0, period="2024-04"), 1),
    ("G3.packages.dispatch_lines.month_alone", put("packages.screening", 0, period="2024-04"), 1),
    ("G3.packages.dispatch_lines.packages_add_up", drop("packages.dispatch_lines", 0), 1),
    ("G3.packages.dispatch_lines.packages_add_up", repeat("packages.dispatch_lines", 0, recipient_code="37"), 1),
    ("G3.packages.dispatch_lines.packages_add_up", drop("fct_dispatch_lines", 0), 3),
    ("G3.packages.dispatch_lines.lines_in_scope", put("packages.dispatch_lines", 2, institution_id="U2"), 1),
    ("G3.packages.dispatch_lines.lines_in_scope", put("packages.dispatch_lines", 0, recipient_kind="bank"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 2, recipient_code="U2"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 0, recipient_kind="bank"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 2, patent_no=OUTSIDE), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 5, recipient_code="U2"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 5, change_kind="MOD"), 1),
    ("G3.packages.changes.changes_in_scope", repeat("packages.changes", 8, recipient_code="U2"), 2),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 8, recipient_kind="bank"), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 8, change_kind="MOD"), 1),
    ("G3.packages.changes.changes_in_scope", drop("packages.changes", 9), 1),
    ("G3.packages.changes.changes_in_scope", put("packages.changes", 9, recipient_code="U1"), 2),
    (
        "G3.packages.bulletin_figures.figures_are_the_marts",
        announce(6.0, grid="headline", measure="stock_patent_count", **OF_CITY),
        1,
    ),
    ("G3.packages.bulletin_figures.figures_are_the_marts", announce(33.3, row_code="U1", measure="points", **PAGE), 2),
    ("G3.packages.bulletin_figures.figures_are_the_marts", announce(2.0, grid="cities", measure="open_rows"), 1),
    ("G3.packages.bulletin_figures.figures_are_the_marts", put("fct_returned_rows", 1, is_closed=False), 9),
    ("G3.packages.bulletin_figures.figures_are_the_marts", put("fct_coverage", 3, stock_patent_count=3), 4),
    ("G3.packages.bulletin_figures.moves_add_up", announce(2.0, row_code="new_grant", measure="stock", **OF_CITY), 2),
    ("G3.packages.bulletin_figures.moves_add_up", announce(None, row_code="new_grant", measure="stock", **OF_CITY), 1),
    ("G3.packages.bulletin_figures.moves_add_up", announce(3.0, row_code="opening", measure="inventoried"), 4),
    ("G3.packages.bulletin_figures.moves_add_up", put("fct_stock_changes", 0, change_cause="restored"), 4),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        announce(2.0, grid="returns", row_code="U1", measure="open_rows", **OF_CITY),
        1,
    ),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        put("fct_submissions", 0, load_status="accepted"),
        4,
    ),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        put("fct_unmatched_entries", 1, unmatched_reason="unknown_patent"),
        4,
    ),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        put("fct_milestones", 1, milestone_status="at_risk"),
        8,
    ),
    ("G3.packages.bulletin_figures.bulletins_in_scope", put("dim_institutions", 1, city_code="3701"), 4),
    (
        "G3.packages.bulletin_figures.bulletins_in_scope",
        repeat("packages.bulletin_figures", 4, grid="units", row_code="U9"),
        1,
    ),
    (
        "G3.packages.bulletin_figures.bulletins_in_scope",
        repeat("packages.bulletin_figures", 0, grid="units", row_code="U1", recipient_kind="institution"),
        1,
    ),
    ("G3.packages.bulletin_figures.bulletins_complete", announce(None, grid="headline", **OF_CITY), 1),
    ("G3.packages.bulletin_figures.bulletins_complete", announce(None, row_code="U2", **BOOK), 2),
    ("G3.packages.bulletin_figures.bulletins_complete", announce(None, grid="cities"), 1),
    ("G3.packages.screening.screening_in_scope", put("packages.screening", 1, city_code="3401"), 1),
    ("G3.packages.form1_entries.forms_are_the_screening", drop("packages.form1_entries", 0), 1),
    ("G3.packages.form1_entries.forms_are_the_screening", repeat("packages.form2_entries", 0), 1),
    ("G3.packages.form1_entries.forms_are_the_screening", put("packages.city_ledger_entries", 0, patent_no=OUTSIDE), 2),
    ("G3.packages.form1_entries.forms_are_the_screening", put("packages.form2_entries", 1, recipient_code="U2"), 2),
    ("G3.packages.form1_entries.forms_are_the_screening", put("packages.screening", 1, disposition="form_1"), 3),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.form1_entries", 0, city_code="3401"), 1),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.form2_entries", 1, institution_id="U2"), 1),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.city_ledger_entries", 0, period="2024-04"), 1),
    ("G3.packages.form1_entries.forms_in_scope", put("packages.form1_entries", 0, recipient_kind="bank"), 1),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", drop("packages.workbook_rows", 0), 1),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", put("packages.workbook_rows", 2, patent_no=OUTSIDE), 2),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", repeat("packages.workbook_rows", 0), 1),
    ("G3.packages.workbook_rows.workbooks_hold_the_rows", drop("packages.city_ledger_entries", 0), 1),
    ("G3.packages.workbook_rows.numbered_without_gaps", put("packages.workbook_rows", 0, entry_no=2), 1),
    ("G3.packages.workbook_rows.numbered_without_gaps", repeat("packages.workbook_rows", 0), 1),
]


def queries_here(gate: str) -> list[Query]:
    """Queries of a gate whose checks have no file of their own."""
    return [query for query in load_gate(gate).queries if query.table not in ELSEWHERE]


def test_every_query_is_broken_once() -> None:
    declared = {query.check_id for gate in MONTHS for query in queries_here(gate)}

    assert declared == {check_id for check_id, _, _ in BROKEN}


@pytest.fixture(scope="module")
def months(good_row: Callable[..., dict[str, Any]], fill: Callable[..., None]) -> Iterator[Months]:
    prepared = Months({gate: make(good_row) for gate, make in MONTHS.items()}, fill)
    yield prepared
    prepared.close()


@pytest.mark.parametrize("gate", MONTHS)
def test_a_sound_month_passes(gate: str, months: Months) -> None:
    queries = queries_here(gate)

    results = months.judge(gate, queries)

    assert [result for result in results if result.outcome != "pass"] == []
    assert [result.check_id for result in results] == sorted(query.check_id for query in queries)


@pytest.mark.parametrize(("check_id", "broken", "observed"), BROKEN)
def test_a_broken_month_is_caught(check_id: str, broken: Break, observed: float, months: Months) -> None:
    gate, query = query_of(check_id, MONTHS)

    (result,) = months.judge(gate, [query], broken)

    assert (result.check_id, result.outcome, result.severity) == (check_id, "fail", query.severity)
    assert result.observed == pytest.approx(observed)
    assert query.mend in result.message


def test_the_first_month_has_nothing_to_compare_with(months: Months) -> None:
    gate, query = query_of("G2.dim_patents.stock_change_small", MONTHS)

    def forget_april(tables: Tables) -> None:
        rows = tables["int_patents_described"]
        tables["int_patents_described"] = [row for row in rows if row["period"] == "2024-05"]

    (result,) = months.judge(gate, [query], forget_april)

    assert (result.outcome, result.observed) == ("pass", None)


def test_the_month_that_brought_the_stock_is_no_yardstick_for_volume(months: Months) -> None:
    gate, query = query_of("G1.raw_lake.loads.volume_kept", MONTHS)

    def begin_in_april(tables: Tables) -> None:
        tables["raw_lake.loads"][4]["row_count"] = 5
        del tables["raw_lake.loads"][2]

    (result,) = months.judge(gate, [query], begin_in_april)

    assert (result.outcome, result.observed) == ("pass", None)


def made_up(sql: str, judges: str = "rows") -> Query:
    return (
        load_gate("G2_models")
        .queries[0]
        .model_copy(update={"sql": sql, "judges": judges, "bound": "at_most", "threshold": 0})
    )


def test_offenders_are_named_without_what_is_restricted(months: Months) -> None:
    query = made_up(
        "select 'CN' || number as patent_no, 'sm3:ab' as contact_phone, null as city_code, repeat('字', 70) as title "
        "from range(10, 22) as numbers(number)"
    )

    (result,) = months.judge("G2_models", [query])

    assert (result.rows, len(result.sample)) == (12, 10)
    assert result.sample[0] == f"专利号=CN10，联系电话=（不予显示），市级代码=空，专利名称={'字' * 60}…"


@pytest.mark.parametrize(
    ("sql", "judges", "problem"),
    [
        ("select nothing from nowhere", "rows", "nowhere"),
        ("select 1 as observed where false", "observed", "未取得任何观测值"),
        ("select null as observed", "observed", "观测值为空"),
        ("select 0.0::double / 0 as observed", "observed", "观测值为空"),
        ("select 1 as observd", "observed", "observed"),
    ],
    ids=["no table", "nothing observed", "null", "not a number", "no such column"],
)
def test_what_cannot_be_judged_is_an_error(sql: str, judges: str, problem: str, months: Months) -> None:
    (result,) = months.judge("G2_models", [made_up(sql, judges)])

    assert result.outcome == "error"
    assert problem in result.message


def test_a_file_is_judged_as_it_lies(make_database: Callable[[Tables], Path]) -> None:
    database = make_database({"t": [{"patent_no": NUMBERS[0]}]})
    before = database.read_bytes()

    (result,) = run_queries(database, GateRun("G2_models", "2024-05", "run-1"), [made_up("select * from t")])

    assert (result.outcome, result.sample) == ("fail", (f"专利号={NUMBERS[0]}",))
    assert database.read_bytes() == before
