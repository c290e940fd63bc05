"""Checks of the month's pushes pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from expectations.definition import load_gate
from tests.fixtures.gates import PUSHES, Break, Months, Tables, drop, put, query_of, repeat

GATE = "G2_models"
FIRST, SECOND = "CN201010110545.X", "CN201110001234.5"
ONE, OTHER = "91370900163058822K", "91340100MA2ABCDE0T"


def sound_month(good_row: Callable[..., dict[str, Any]]) -> Tables:
    """One enterprise takes two patents, the other may not be sent the first."""
    pushes = [(FIRST, ONE, 1, 0.4), (SECOND, ONE, 2, 0.3), (SECOND, OTHER, 1, 0.2)]
    return {
        "fct_pushes": [
            good_row(
                "fct_pushes", patent_no=patent, enterprise_id=firm, push_rank=rank, probability=probability,
                reasons="专利内容与贵单位经营范围都涉及“支护”", reason_evidence="scope|region",
            )
            for patent, firm, rank, probability in pushes
        ],
        "fct_push_recipients": [
            good_row("fct_push_recipients", enterprise_id=firm, push_capacity=2) for firm in (ONE, OTHER)
        ],
        "fct_pushable_patents": [
            good_row("fct_pushable_patents", patent_no=patent, push_barrier=None) for patent in (FIRST, SECOND)
        ],
        "fct_push_barriers": [
            good_row("fct_push_barriers", patent_no=FIRST, enterprise_id=OTHER, push_barrier="cooling_off")
        ],
        "fct_matching_summaries": [
            good_row(
                "fct_matching_summaries", missing_recipient_count=0, push_event_count=3, pushed_patent_count=2,
                receiving_enterprise_count=2, objective=0.9, objective_bound=0.9, mean_probability=0.3,
                previous_mean_probability=0.25,
            )
        ],
    }  # fmt: skip


PUSH, SUMMARY = "G2.fct_pushes", "G2.fct_matching_summaries"
BROKEN: list[tuple[str, Break, float]] = [
    (f"{PUSH}.caps_kept", put("fct_push_recipients", 0, push_capacity=1), 1),
    (f"{PUSH}.caps_kept", drop("fct_push_recipients", 1), 1),
    (f"{PUSH}.exclusions_kept", put("fct_pushes", 2, patent_no=FIRST), 1),
    (f"{PUSH}.exclusions_kept", put("fct_pushable_patents", 1, push_barrier="on_hold"), 2),
    (f"{PUSH}.exclusions_kept", drop("fct_pushable_patents", 0), 1),
    (f"{PUSH}.reasons_present", put("fct_pushes", 0, reasons=""), 1),
    (f"{PUSH}.reasons_present", put("fct_pushes", 0, reason_evidence="region"), 1),
    (f"{PUSH}.ranks_run_from_one", put("fct_pushes", 1, push_rank=3), 1),
    (f"{PUSH}.ranks_run_from_one", put("fct_pushes", 1, probability=0.5), 1),
    (f"{SUMMARY}.covered_tiers_find_recipients", put("fct_matching_summaries", 0, missing_recipient_count=2), 1),
    (f"{SUMMARY}.probabilities_drift_little", put("fct_matching_summaries", 0, mean_probability=0.5), 1.0),
    (f"{SUMMARY}.summary_counts_the_pushes", repeat("fct_pushes", 0, period="2024-05", push_rank=3), 1),
    (f"{SUMMARY}.summary_counts_the_pushes", put("fct_matching_summaries", 0, objective=1.0), 1),
]


def test_every_query_is_broken_once() -> None:
    declared = {query.check_id for query in load_gate(GATE).queries if query.table in PUSHES}

    assert declared == {check_id for check_id, _, _ in BROKEN}


@pytest.fixture(scope="module")
def months(good_row: Callable[..., dict[str, Any]], fill: Callable[..., None]) -> Iterator[Months]:
    prepared = Months({GATE: sound_month(good_row)}, fill)
    yield prepared
    prepared.close()


def test_a_sound_month_passes(months: Months) -> None:
    queries = [query for query in load_gate(GATE).queries if query.table in PUSHES]

    results = months.judge(GATE, queries)

    assert [(result.check_id, result.message) for result in results if result.outcome != "pass"] == []
    assert len(results) == len(queries) > 0


@pytest.mark.parametrize(("check_id", "broken", "observed"), BROKEN)
def test_a_broken_month_is_caught(check_id: str, broken: Break, observed: float, months: Months) -> None:
    gate, query = query_of(check_id, [GATE])

    (result,) = months.judge(gate, [query], broken)

    assert (result.check_id, result.outcome, result.severity) == (check_id, "fail", query.severity)
    assert result.observed == pytest.approx(observed)
    assert query.mend in result.message
