import numpy as np
import pytest

from panhuo.matching.metrics import calibration_error, exposure, gini, intervals, mean_ranks, measures


def test_ties_share_the_mean_of_their_ranks():
    scores = np.array([[3, 2, 2, 0], [0, 0, 0, 0]], dtype=np.float32)
    assert mean_ranks(scores, np.array([1, 3])).tolist() == [2.5, 2.5]


def test_measures_by_pair_and_by_firm():
    found = measures(np.array([1.0, 21.0, 21.0, 21.0]), np.array([7, 8, 8, 8]))
    assert found["recall@20"] == 0.25
    assert found["macro_recall@20"] == 0.5
    assert found["mrr"] == pytest.approx((1 + 3 / 21) / 4)
    assert found["ndcg@20"] == 0.25


def test_intervals_hold_the_figure_and_are_reproducible():
    chance = np.random.default_rng(1)
    ranks, firms = chance.integers(1, 60, size=80).astype(float), chance.integers(0, 15, size=80)
    found = intervals(ranks, firms, resamples=300)
    low, high = found["recall@20"]
    assert low < measures(ranks, firms)["recall@20"] < high
    assert found == intervals(ranks, firms, resamples=300)


def test_gini_of_equal_and_of_one_who_has_all():
    assert gini(np.array([2, 2, 2])) == 0
    assert gini(np.array([0, 0, 0, 9])) == 0.75
    assert gini(np.zeros(3)) == 0


def test_exposure_counts_firms_among_the_best():
    found = exposure(np.array([[3, 2, 1], [3, 1, 2]], dtype=np.float32), top=1)
    assert found["coverage"] == pytest.approx(1 / 3)


def test_calibration_error_is_the_gap_between_said_and_seen():
    said = np.full(100, 0.8)
    seen = np.arange(100) % 2 == 0
    assert calibration_error(said, seen, bins=1) == pytest.approx(0.3)
