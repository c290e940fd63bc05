"""The study of the tier formula: its worlds are reproducible, and its page shows the figures it wrote."""

import json

import numpy as np
import pytest

from benchmarks.tier_methods import Evaluations, plain_mean, shipped
from benchmarks.tiers import FIGURES, PAGE, SCENARIOS, draw, interval, judge, page_with
from panhuo.policy import load_policy

CONSTANTS = load_policy().tiering.versions[-1]


def test_the_page_shows_the_figures():
    page = PAGE.read_text(encoding="utf-8")
    assert page_with(json.loads(FIGURES.read_text(encoding="utf-8")), page) == page


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_seed_gives_one_world(name):
    first, again = (draw(SCENARIOS[name], 3, 60, seed=4) for _ in range(2))
    assert np.array_equal(first.told.score, again.told.score)
    assert len(first.told.score) == 180
    pairs = set(zip(first.told.patent.tolist(), first.told.evaluator.tolist(), strict=True))
    assert len(pairs) == 180


def test_colluders_give_full_marks_and_only_a_declared_group_is_one_evaluator():
    group = draw(SCENARIOS["colluding_group"], 5, 60, seed=1).told
    ring = draw(SCENARIOS["colluding_ring"], 5, 60, seed=1).told
    assert np.array_equal(group.score, ring.score)
    assert shipped(group, CONSTANTS).independent.min() < 5
    assert shipped(ring, CONSTANTS).independent.tolist() == [5] * 60


@pytest.mark.slow
def test_judging_counts_what_is_misplaced():
    told = Evaluations(
        np.array([1, 1, 1]),
        np.array([0, 0, 1, 1, 2, 2]),
        np.arange(6),
        np.arange(6),
        np.zeros(6, dtype=bool),
        np.array([5.0, 5, 4, 4, 1, 2]),
    )
    figures = judge(plain_mean(told), np.array([4.0, 3.0, 2.0]), bar=3.5, min_evaluators=2)
    assert figures["spearman"] == pytest.approx(1)
    assert (figures["t1_count"], figures["misplaced_t1"], figures["found_t1"]) == (2, 0.5, 1)
    assert figures["misplaced_equal_list"] == 0


@pytest.mark.slow
def test_an_interval_by_hand():
    """Of 1, 2, 3: mean 2, t(2 degrees of freedom) = 4.3027, sd 1, half width 4.3027/√3 = 2.4841."""
    assert interval([1.0, 2.0, 3.0, float("nan")]) == {"mean": 2, "low": -0.4841, "high": 4.4841, "seeds": 3}
