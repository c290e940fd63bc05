"""Checks of a quarter pass on a sound quarter and fail on one broken in their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from expectations.definition import load_gate
from panhuo.policy import load_policy
from tests.fixtures.gates import Break, Months, Tables, drop, put, query_of, repeat
from tests.fixtures.sound_quarter import (
    AGREED,
    BEFORE,
    COMMITTED,
    DRAWN,
    DUTIES,
    FROZE,
    FROZEN,
    MATTERS,
    QUARTER,
    RATES,
    REDRAWN,
    RESULTS,
    SAMPLES,
    SOURCES,
    sound_quarter,
)

GATE = "G4_statistics"
QUERIES = [query for query in load_gate(GATE).queries if not query.table.startswith("report.")]
"""Those of the report have a file of their own."""
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
