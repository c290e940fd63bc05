"""Checks of a quarter pass on a sound quarter and fail on one broken in their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from expectations.definition import load_gate
from panhuo.policy import load_policy
from tests.fixtures.gates import Break, Months, Tables, drop, put, query_of, repeat

GATE = "G4_statistics"
QUARTER, BEFORE, OLDER = "2024-Q2", "2024-Q1", "2023-Q4"
PARTS = {"A": (2, 6, 3), "B": (1, 10, 1)}
"""Institution → transferred, in its denominator, transfers."""
MEAN = (3 / 16 + 1 / 20) / 2
"""Mean of the nation's rates of both quarters."""
STOCKS = {"implementation": (1, 5), "industrialisation": (0, 5)}
SAMPLES, RATES = "fct_inspection_samples", "fct_inspection_rates"
SOURCES = "fct_quarter_sources"
MATTERS, DUTIES = "fct_consultation_matters", "int_milestones_judged"
AGREED = "stg_consultations__agreed_items"
ARRIVALS = {"grants": "carried", "institutions": "carried", "legal_events": "every_month"}
REDRAWN, RESULTS = "inspections.redrawn", "stg_inspections__results"
COMMITTED, FROZE = dt.datetime(2024, 3, 16, tzinfo=dt.UTC), dt.datetime(2024, 4, 16, tzinfo=dt.UTC)
DRAWN = FROZE + dt.timedelta(days=1)
FROZEN = "raw_dispatches.quarterly_statistics"
QUERIES = [query for query in load_gate(GATE).queries if not query.table.startswith("report.")]
"""Those of the report have a file of their own."""


def sound_quarter(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """A quarter that a version has frozen: two institutions, one late transfer, one patent restored since."""

    def figure(table: str, kind: str, code: str, statistic: str, hits: int, total: int, events: int) -> dict[str, Any]:
        more: dict[str, Any] = {"quarter": QUARTER, "excluded_event_count": 0, "result_count": 0}
        if table == "fct_quarterly_statistics":
            bounds = {"wilson_low": 0.0, "wilson_high": 1.0}
            more |= {"rate": hits / total, "suppression": None, "is_suppressed": False, **bounds}
        if table == FROZEN:
            more |= {"is_quarter_frozen": True, "load_id": "first"}
        return good_row(
            table, scope_kind=kind, scope_code=code, statistic_id=statistic,
            numerator_count=hits, denominator_count=total, numerator_real_count=0,
            denominator_real_count=0, event_count=events, **more,
        )  # fmt: skip

    figures = [("institution", code, "transfers", *counts) for code, counts in PARTS.items()]
    figures.append(("national", "CN", "transfers", 3, 16, 4))
    for statistic, (hits, total) in STOCKS.items():
        figures += [("institution", "A", statistic, hits, total, 0), ("institution", "B", statistic, 0, total, 0)]
        figures.append(("national", "CN", statistic, hits, 2 * total, 0))
    for statistic in ("licence_recordals", "product_recordals"):
        figures += [("institution", "A", statistic, 0, 6, 0), ("institution", "B", statistic, 0, 10, 0)]
        figures.append(("national", "CN", statistic, 0, 16, 0))
    now = [(*row[:4], 11, row[5]) if row[:3] == ("institution", "B", "transfers") else row for row in figures]

    def fact(number: int, patent: str, institution: str, effect: str = QUARTER, **changes: Any) -> dict[str, Any]:
        values = {
            "quarter": QUARTER, "statistic_id": "transfers", "fact_id": f"D{number}", "patent_no": patent,
            "institution_id": institution, "effect_quarter": effect, "counted_quarter": QUARTER,
            "exclusion_kind": None, "detailed_reason": None, **changes,
        }  # fmt: skip
        return good_row("fct_statistics_facts", **values)

    def restated(**changes: Any) -> dict[str, Any]:
        return good_row("fct_restatements", quarter=QUARTER, statistic_id="transfers", **changes)

    def balance(kind: str, code: str, opening: int, closing: int) -> dict[str, Any]:
        row = good_row("fct_stock_identity", scope_kind=kind, scope_code=code)
        zeros = {name: 0 for name, value in row.items() if name.endswith("_count") and isinstance(value, int)}
        return row | zeros | {"opening_count": opening, "granted_count": closing - opening, "closing_count": closing}

    def compared(
        kind: str, code: str, now: tuple[int, int], before: tuple[int, int], rate: float, size: float
    ) -> dict[str, Any]:
        return good_row(
            "fct_statistics_comparisons", quarter=QUARTER, comparison_kind="quarter_on_quarter",
            earlier_quarter=BEFORE, scope_kind=kind, scope_code=code, statistic_id="transfers",
            numerator_count=now[0], denominator_count=now[1], earlier_numerator_count=before[0],
            earlier_denominator_count=before[1], rate_difference=now[0] / now[1] - before[0] / before[1],
            rate_contribution=rate, size_contribution=size, contribution=rate + size, is_suppressed=False,
            is_significant=now[0] < before[0],
        )  # fmt: skip

    past = [("institution", "A", "transfers", 0, 10, 0), ("institution", "B", "transfers", 1, 10, 1)]
    past.append(("national", "CN", "transfers", 1, 20, 1))
    past.append(("national", "CN", "implementation", 9, 10, 0))
    held = {"institution_id": "A", "previous_institution_id": "A", "was_stock": True, "is_stock": True}
    used = {"is_in_force_at_end": True, "is_implemented": True, "is_industrialised": False}
    return {
        "fct_quarterly_statistics": [figure("fct_quarterly_statistics", *row) for row in figures],
        "fct_statistics_counts": [figure("fct_statistics_counts", *row) for row in now],
        FROZEN: [
            *(figure(FROZEN, *row) for row in figures),
            *(figure(FROZEN, *row) | {"quarter": BEFORE, "period": "2024-03"} for row in past),
            figure(FROZEN, "national", "CN", "transfers", 99, 99, 99)
            | {"load_id": "second", "received_at": dt.datetime(2024, 9, 1, tzinfo=dt.UTC)},
        ],
        "fct_statistics_facts": [
            fact(1, "P1", "A"),
            fact(2, "P1", "A"),
            fact(3, "P2", "A", BEFORE),
            fact(4, "P3", "B"),
            fact(5, "P4", "B", counted_quarter=None, exclusion_kind="not_genuine", detailed_reason="rename"),
        ],
        "fct_quarter_patents": [good_row("fct_quarter_patents", institution_id="A", patent_no="P5", **used)],
        "fct_restatements": [
            restated(
                effect_quarter=BEFORE, restatement_cause="late_event", scope_kind="national", scope_code="CN",
                fact_ids="D3",
            ),
            restated(effect_quarter=QUARTER, restatement_cause="corrected", scope_kind="institution", scope_code="B"),
        ],
        "fct_stock_identity": [balance("national", "CN", 1, 2), balance("institution", "A", 1, 2)],
        "int_quarter_stock": [
            {"patent_no": "P1", **held},
            {"patent_no": "P2", **held, "previous_institution_id": None, "was_stock": False},
        ],
        **sound_inspection(good_row),
        **sound_consultation(good_row),
        "fct_statistics_comparisons": [
            compared("national", "CN", (3, 16), (1, 20), 3 / 16 - 1 / 20, 0.0),
            compared("institution", "A", (2, 6), (0, 10), (6 / 16 + 1 / 2) / 2 / 3, (6 / 16 - 1 / 2) * (1 / 6 - MEAN)),
            compared("institution", "B", (1, 10), (1, 10), 0.0, (10 / 16 - 1 / 2) * (1 / 10 - MEAN)),
            compared("national", "CN", (1, 10), (9, 10), -0.8, 0.0) | {"statistic_id": "implementation"},
        ],
        "fct_statistics_rankings": [
            good_row(
                "fct_statistics_rankings", quarter=QUARTER, scope_kind="institution", scope_code=code,
                statistic_id="transfers", rate=rate, place=place, best_place=1, worst_place=2, ranked_count=2,
            )
            for code, rate, place in (("A", 1 / 3, 1), ("B", 1 / 10, 2))
        ],
        "raw_lake.loads": [
            good_row("raw_lake.loads", period=month, source=source, load_status="accepted", row_count=0)
            for month in ("2024-03", "2024-04", "2024-05")
            for source in ARRIVALS
        ],
        SOURCES: [
            good_row(
                SOURCES, load_period=month, statistic_source=source, source_arrival=arrival, load_count=1, row_count=0,
                is_received=True,
            )
            for month in ("2024-03", "2024-04", "2024-05")
            for source, arrival in ARRIVALS.items()
        ],
        "int_quarter_moves": [
            {"patent_no": "P2", "institution_id": "A", "signed_count": 1, "change_cause": "transfer_in"}
        ],
        "int_events_judged": [
            {
                "period": "2024-05", "patent_no": "P2", "is_counted": True, "is_at_freeze": False,
                "changes_owners": True, "event_effect": "none",
            }
        ],
    }  # fmt: skip


def sound_consultation(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """Duties of which two are late, one of them that of two institutions, and all that is to be talked about."""

    def duty(milestone: str, kind: str, code: str, due: dt.date, status: str = "late") -> dict[str, Any]:
        return {
            "period": "2024-05", "milestone_id": milestone, "scope_kind": kind, "scope_code": code,
            "province_code": "34", "due_date": due, "milestone_status": status,
        }  # fmt: skip

    def agreed(number: str, day: int, status: str, closed: dt.date | None = None) -> dict[str, Any]:
        return good_row(
            AGREED, consulted_quarter=BEFORE, agreed_no=number, consulted_on=dt.date(2024, 5, day),
            agreed_status=status, closed_on=closed,
        )  # fmt: skip

    march, august, september = (dt.date(2024, month, 31) for month in (3, 8, 10))
    return {
        DUTIES: [
            duty("M1", "national", "CN", march),
            duty("M2", "institution", "A", march),
            duty("M2", "institution", "B", march),
            duty("M3", "province", "34", august, "at_risk"),
            duty("M4", "province", "34", september, "open"),
            duty("M5", "province", "34", march, "done_late"),
        ],
        AGREED: [agreed("1", 20, "open"), agreed("2", 20, "done", dt.date(2024, 5, 31)), agreed("3", 20, "dropped")],
        MATTERS: [
            good_row(MATTERS, quarter=QUARTER, matter_kind=kind, scope_kind=scope, scope_code=code, matter_item=item)
            for kind, scope, code, item in (
                ("milestone_missed", "national", "CN", "M1"),
                ("milestone_missed", "province", "34", "M2"),
                ("milestone_due", "province", "34", "M3"),
                ("statistic_fell", "national", "CN", "implementation/quarter_on_quarter"),
                ("results_awaited", "national", "CN", BEFORE),
                ("figure_restated", "national", "CN", f"{BEFORE}/transfers/late_event"),
                ("agreed_open", "national", "CN", f"{BEFORE}/1"),
            )
        ],
    }


def sound_inspection(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """An inspection of the quarter before, of which a patent is awaited, and an older one of which none is."""

    def drawn(
        place: int, standing: str, outcome: str | None, role: str = "sample", quarter: str = BEFORE
    ) -> dict[str, Any]:
        at = {"committed_at": COMMITTED, "frame_as_of": FROZE, "drawn_at": DRAWN}
        return good_row(
            SAMPLES, inspected_quarter=quarter, inspection_stratum="S", stratum_size=9, draw_place=place,
            patent_no=f"S{place}", draw_role=role, inspection_standing=standing, inspection_outcome=outcome,
            frame_digest="f", seed_commitment="c", prior_error_rate=0.05, **at,
        )  # fmt: skip

    def error_rate(stratum: str, quarter: str, awaited: int) -> dict[str, Any]:
        rate, low, high = (None, None, None) if awaited else (0.5, 0.2, 0.8)
        return good_row(
            RATES, inspected_quarter=quarter, inspection_stratum=stratum, stratum_size=9, sample_size=2 + awaited,
            inspected_count=2, wrong_count=1, not_inspectable_count=awaited, awaiting_count=awaited, error_rate=rate,
            error_rate_low=low, error_rate_high=high, is_inspection_complete=not awaited, is_inspection_overdue=False,
            is_suppressed=False,
        )  # fmt: skip

    samples = [
        drawn(1, "counted", "matches"),
        drawn(2, "not_inspectable", "not_inspectable"),
        drawn(3, "awaiting", None),
        drawn(4, "counted", "differs", "replacement"),
        drawn(5, "not_needed", None, "replacement"),
        drawn(1, "counted", "matches", quarter=OLDER),
        drawn(2, "counted", "differs", quarter=OLDER),
    ]
    shared = (
        "inspected_quarter", "inspection_stratum", "draw_place", "draw_role", "patent_no", "stratum_size",
        "stratum_columns", "prior_error_rate", "frame_digest",
    )  # fmt: skip
    redrawn = {"seed_commitment": "c", "ledger_commitment": "c", "ledger_committed_at": COMMITTED, "frame_as_of": FROZE}
    result = {"inspected_quarter": BEFORE, "inspected_on": dt.date(2024, 5, 9)}
    return {
        SAMPLES: samples,
        RATES: [
            error_rate(stratum, quarter, awaited)
            for quarter, awaited in ((BEFORE, 1), (OLDER, 0))
            for stratum in ("S", "all")
        ],
        REDRAWN: [{name: row[name] for name in shared} | redrawn for row in samples],
        RESULTS: [
            good_row(RESULTS, patent_no="S1", inspection_outcome="matches", difference_kinds=None, **result),
            good_row(RESULTS, patent_no="S4", inspection_outcome="differs", difference_kinds="transfer", **result),
        ],
    }


FIGURES, FACTS, STOCK, RESTATED = (
    "fct_quarterly_statistics", "fct_statistics_facts", "fct_stock_identity", "fct_restatements",
)  # fmt: skip


def empty(tables: Tables) -> None:
    """No row of the nation."""
    tables[FIGURES] = [row for row in tables[FIGURES] if row["scope_kind"] != "national"]


def suppress(*places: int, reason: str = "small") -> Break:
    """Suppress some cells."""

    def apply(tables: Tables) -> None:
        for place in places:
            tables[FIGURES][place] |= {"is_suppressed": True, "suppression": reason}

    return apply


def freeze_now(*broken: Break) -> Break:
    """No version has frozen the quarter yet, and this one would."""

    def apply(tables: Tables) -> None:
        tables[FROZEN] = [row for row in tables[FROZEN] if row["quarter"] != QUARTER]
        for change in broken:
            change(tables)

    return apply


def forget(table: str, **place: str) -> Break:
    """Leave out the rows of a place."""

    def apply(tables: Tables) -> None:
        tables[table] = [row for row in tables[table] if not place.items() <= row.items()]

    return apply


def hide_province(tables: Tables) -> None:
    """The province whose duties are told is suppressed."""
    tables[FIGURES].append(tables[FIGURES][0] | {"scope_kind": "province", "scope_code": "34", "is_suppressed": True})


def strata(*sizes: tuple[int, bool]) -> Break:
    """An inspection of strata of these sizes, suppressed or not."""

    def apply(tables: Tables) -> None:
        tables[RATES] = [
            tables[RATES][0] | {"inspection_stratum": f"S{n}", "stratum_size": size, "is_suppressed": is_suppressed}
            for n, (size, is_suppressed) in enumerate(sizes)
        ]

    return apply


COMPARED, RANKED = "fct_statistics_comparisons", "fct_statistics_rankings"
BROKEN: list[tuple[str, Break, float]] = [
    (f"G4.{COMPARED}.contributions_sum_to_the_difference", put(COMPARED, 1, rate_contribution=0.1), 1),
    (f"G4.{COMPARED}.contributions_sum_to_the_difference", drop(COMPARED, 2), 1),
    (f"G4.{COMPARED}.comparisons_are_the_figures", put(COMPARED, 1, numerator_count=1), 1),
    (f"G4.{COMPARED}.comparisons_are_the_figures", put(COMPARED, 2, earlier_denominator_count=9), 1),
    (f"G4.{COMPARED}.comparisons_are_the_figures", put(FIGURES, 1, is_suppressed=True), 1),
    (f"G4.{RANKED}.places_lie_in_their_intervals", put(RANKED, 0, place=2), 1),
    (f"G4.{RANKED}.places_lie_in_their_intervals", put(RANKED, 1, best_place=3), 1),
    (f"G4.{RANKED}.places_lie_in_their_intervals", put(RANKED, 1, ranked_count=3), 1),
    (f"G4.{RANKED}.places_lie_in_their_intervals", put(FIGURES, 0, is_suppressed=True), 1),
    (f"G4.{FIGURES}.quarter_is_there", empty, 0),
    (f"G4.{STOCK}.every_patent_balances", put("int_quarter_moves", 0, signed_count=-1), 1),
    (f"G4.{STOCK}.every_patent_balances", put("int_quarter_stock", 0, institution_id="B"), 2),
    (f"G4.{STOCK}.stock_balances", put(STOCK, 1, residual_count=1), 1),
    (f"G4.{SOURCES}.months_were_received", put(SOURCES, 1, is_received=False), 1),
    (f"G4.{SOURCES}.quarter_was_received", freeze_now(put(SOURCES, 2, is_received=False)), 1),
    (
        f"G4.{SOURCES}.quarter_was_received",
        freeze_now(*(put(SOURCES, place, is_received=False) for place in range(9))),
        3,
    ),
    (f"G4.{SOURCES}.sources_are_the_loads", put("raw_lake.loads", 4, load_status="rejected"), 1),
    (f"G4.{SOURCES}.sources_are_the_loads", put(SOURCES, 4, is_received=False), 1),
    (f"G4.{SOURCES}.sources_are_the_loads", put(SOURCES, 4, row_count=9), 1),
    (f"G4.{SOURCES}.sources_are_the_loads", forget(SOURCES, load_period="2024-05"), 1),
    (f"G4.{STOCK}.moves_have_their_events", put("int_events_judged", 0, patent_no="P1"), 1),
    (f"G4.{STOCK}.moves_have_their_events", put("int_quarter_moves", 0, change_cause="fee_lapsed"), 1),
    (f"G4.{STOCK}.nation_is_its_institutions", put(STOCK, 1, closing_count=3), 1),
    (f"G4.{STOCK}.nation_is_its_institutions", put("int_quarter_stock", 0, was_stock=False), 1),
    (f"G4.{STOCK}.unexplained_moves_are_few", put(STOCK, 1, corrected_count=1), 1),
    (f"G4.{FIGURES}.numerators_within_denominators", put(FIGURES, 0, numerator_count=7), 1),
    (f"G4.{FIGURES}.numerators_within_denominators", put(FIGURES, 0, rate=None), 1),
    (f"G4.{FIGURES}.numerators_within_denominators", put(FIGURES, 0, rate=0.5), 1),
    (f"G4.{FIGURES}.numerators_within_denominators", put(FIGURES, 0, wilson_low=0.9), 1),
    (f"G4.{FIGURES}.events_cover_patents", put(FIGURES, 0, event_count=1), 1),
    (f"G4.{FIGURES}.scopes_add_up", put(FIGURES, 1, denominator_count=11), 1),
    (f"G4.{FIGURES}.scopes_add_up", drop(FIGURES, 1), 1),
    ("G4.fct_statistics_counts.facts_recount", drop(FACTS, 3), 1),
    ("G4.fct_statistics_counts.facts_recount", put(FACTS, 1, patent_no="P9"), 1),
    ("G4.fct_statistics_counts.facts_recount", put("fct_quarter_patents", 0, is_implemented=False), 1),
    (f"G4.{FACTS}.counted_once", put(FACTS, 4, exclusion_kind=None), 1),
    (f"G4.{FACTS}.counted_once", put(FACTS, 0, counted_quarter=BEFORE), 1),
    (f"G4.{FACTS}.counted_once", put(FACTS, 0, exclusion_kind="not_genuine"), 1),
    (f"G4.{FACTS}.counted_once", put(FACTS, 4, detailed_reason="not_genuine"), 1),
    (f"G4.{FIGURES}.frozen_stays", put(FIGURES, 0, numerator_count=1), 1),
    (f"G4.{FIGURES}.frozen_stays", repeat(FIGURES, 0, scope_code="C"), 1),
    (f"G4.{RESTATED}.differences_restated", drop(RESTATED, 1), 1),
    (f"G4.{RESTATED}.differences_restated", put(RESTATED, 1, scope_code="A"), 1),
    (f"G4.{RESTATED}.late_events_restated", drop(RESTATED, 0), 1),
    (f"G4.{RESTATED}.late_events_restated", put(RESTATED, 0, fact_ids="D31"), 1),
    (f"G4.{FIGURES}.small_scopes_are_suppressed", suppress(0), 1),
    (f"G4.{FIGURES}.small_scopes_are_suppressed", put(FIGURES, 0, suppression="secondary"), 1),
    (f"G4.{FIGURES}.small_scopes_are_suppressed", put(FIGURES, 0, is_suppressed=True), 1),
    (f"G4.{FIGURES}.small_scopes_are_suppressed", put(FIGURES, 1, denominator_count=4), 1),
    (f"G4.{FIGURES}.small_scopes_are_suppressed", suppress(2, reason="secondary"), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(SAMPLES, 0, patent_no="S9"), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(SAMPLES, 0, stratum_size=8), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(SAMPLES, 0, frame_digest="g"), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(REDRAWN, 3, draw_role="sample"), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(SAMPLES, 0, stratum_columns="is_implemented"), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(SAMPLES, 0, prior_error_rate=0.5), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", put(REDRAWN, 0, ledger_commitment="d"), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", drop(REDRAWN, 0), 1),
    (f"G4.{SAMPLES}.sample_is_what_the_seed_draws", drop(SAMPLES, 0), 1),
    (f"G4.{SAMPLES}.seed_bound_before_the_freeze", put(SAMPLES, 0, committed_at=FROZE), 1),
    (f"G4.{SAMPLES}.seed_bound_before_the_freeze", put(SAMPLES, 0, drawn_at=COMMITTED), 1),
    (f"G4.{SAMPLES}.seed_bound_before_the_freeze", put(REDRAWN, 0, ledger_committed_at=DRAWN), 1),
    (f"G4.{SAMPLES}.seed_bound_before_the_freeze", put(REDRAWN, 0, frame_as_of=DRAWN), 1),
    (f"G4.{SAMPLES}.every_drawn_patent_has_one_standing", repeat(SAMPLES, 4, draw_place=6), 2),
    (f"G4.{SAMPLES}.every_drawn_patent_has_one_standing", put(SAMPLES, 4, inspection_standing="awaiting"), 5),
    (f"G4.{SAMPLES}.every_drawn_patent_has_one_standing", put(SAMPLES, 0, inspection_outcome=None), 1),
    (f"G4.{SAMPLES}.every_drawn_patent_has_one_standing", put(SAMPLES, 2, inspection_outcome="matches"), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 0, wrong_count=2), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 3, error_rate=0.4), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 3, error_rate_low=0.6), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 3, error_rate_low=0.1), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 2, error_rate_high=0.9), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 0, error_rate=0.5, error_rate_low=0.1, error_rate_high=0.9), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 1, error_rate=0.5, error_rate_low=0.1, error_rate_high=0.9), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 0, error_rate_low=0.1, error_rate_high=0.9), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 2, error_rate=None, error_rate_low=None, error_rate_high=None), 1),
    (f"G4.{RATES}.rates_recount", put(RATES, 0, is_inspection_complete=True), 1),
    (f"G4.{RATES}.rates_recount", drop(RATES, 1), 1),
    (f"G4.{RATES}.small_strata_are_suppressed", put(RATES, 0, is_suppressed=True), 1),
    (f"G4.{RATES}.small_strata_are_suppressed", put(RATES, 1, is_suppressed=True), 1),
    (f"G4.{RATES}.small_strata_are_suppressed", put(RATES, 0, stratum_size=4), 1),
    (f"G4.{RATES}.small_strata_are_suppressed", strata((1, True), (9, False)), 1),
    (f"G4.{RATES}.small_strata_are_suppressed", strata((1, True), (2, True), (9, False)), 1),
    (f"G4.{RATES}.small_strata_are_suppressed", strata((1, True), (4, True), (9, True), (10, False)), 1),
    (f"G4.{SAMPLES}.results_fit_the_sample", put(RESULTS, 0, patent_no="S9"), 1),
    (f"G4.{SAMPLES}.results_fit_the_sample", put(RESULTS, 0, inspected_on=dt.date(2024, 4, 1)), 1),
    (f"G4.{SAMPLES}.results_fit_the_sample", put(RESULTS, 0, inspected_on=dt.date(2099, 1, 1)), 1),
    (f"G4.{SAMPLES}.results_fit_the_sample", put(RESULTS, 1, difference_kinds=None), 1),
    *((f"G4.{MATTERS}.nothing_is_left_off", drop(MATTERS, place), 1) for place in range(7)),
    (f"G4.{MATTERS}.nothing_is_left_off", put(AGREED, 1, closed_on=dt.date(2024, 6, 1)), 1),
    (f"G4.{MATTERS}.nothing_is_left_off", put(AGREED, 0, agreed_status="done"), 1),
    (f"G4.{MATTERS}.nothing_is_left_off", repeat(MATTERS, 3, scope_kind="institution", scope_code="A"), 1),
    (f"G4.{MATTERS}.nothing_is_left_off", put(SOURCES, 1, is_received=False), 1),
    (f"G4.{MATTERS}.nothing_is_left_off", put(RATES, 3, inspected_quarter=QUARTER), 1),
    (f"G4.{MATTERS}.nothing_is_left_off", put(DUTIES, 3, milestone_status="done"), 1),
    (f"G4.{MATTERS}.nothing_is_left_off", hide_province, 2),
    (f"G4.{RATES}.inspections_in_time", put(RATES, 1, is_inspection_overdue=True), 1),
]


def test_every_query_is_broken_once() -> None:
    assert {query.check_id for query in QUERIES} == {check_id for check_id, _, _ in BROKEN}


def test_strata_are_suppressed_below_the_size_of_the_policy() -> None:
    (checked,) = (query for query in QUERIES if query.check_id == f"G4.{RATES}.small_strata_are_suppressed")
    assert f"stratum_size < {load_policy().statistics.suppress_below.value} and not is_suppressed" in checked.sql


@pytest.fixture(scope="module")
def months(good_row: Callable[..., dict[str, Any]], fill: Callable[..., None]) -> Iterator[Months]:
    prepared = Months({GATE: sound_quarter(good_row)}, fill)
    yield prepared
    prepared.close()


def test_a_sound_quarter_passes(months: Months) -> None:
    results = months.judge(GATE, QUERIES)

    assert [(result.check_id, result.message) for result in results if result.outcome != "pass"] == []
    assert len(results) == len(QUERIES) > 0


@pytest.mark.parametrize("is_frozen", [True, False], ids=["frozen before", "preliminary"])
def test_only_the_version_that_freezes_needs_every_month(is_frozen: bool, months: Months) -> None:
    """What was frozen stays, whatever was received; before the freeze there is time to receive it."""

    def miss(tables: Tables) -> None:
        put(SOURCES, 2, is_received=False)(tables)
        if not is_frozen:
            freeze_now()(tables)
            for row in tables[FIGURES]:
                row["is_quarter_frozen"] = False

    checks = [query_of(f"G4.{SOURCES}.{name}", [GATE])[1] for name in ("quarter_was_received", "months_were_received")]
    outcomes = {result.check_id.rpartition(".")[2]: result.outcome for result in months.judge(GATE, checks, miss)}
    assert outcomes == {"quarter_was_received": "pass", "months_were_received": "fail"}


@pytest.mark.parametrize(("check_id", "broken", "observed"), BROKEN)
def test_a_broken_quarter_is_caught(check_id: str, broken: Break, observed: float, months: Months) -> None:
    gate, query = query_of(check_id, [GATE])

    (result,) = months.judge(gate, [query], broken)

    assert (result.outcome, result.observed) == ("fail", observed), result.message
