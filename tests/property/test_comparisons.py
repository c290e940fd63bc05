"""Tests of two rates agree with the textbook, and exact bounds hold what they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.statistics.comparisons import exact_bounds, p_values

ratios = st.integers(0, 300).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))


def p_value(one, other):
    return float(p_values(*(np.array([count]) for count in (*one, *other)))[0])


@settings(deadline=None)  # the first call imports scipy
@given(ratios, ratios)
def test_a_p_value_is_one_and_the_same_both_ways(one, other):
    p = p_value(one, other)
    assert 0 <= p <= 1 + 1e-12
    assert p == pytest.approx(p_value(other, one))


def test_tests_of_proportions_by_hand():
    # z = (0.15 − 0.10) / sqrt(0.125·0.875·(2/1000)) = 3.3806; exact: 3 of 4 against 1 of 4, p = 0.4857.
    assert p_value((150, 1000), (100, 1000)) == pytest.approx(0.000723, abs=1e-6)
    assert p_value((3, 4), (1, 4)) == pytest.approx(0.485714, abs=1e-6)
    assert p_value((0, 4), (0, 9)) == p_value((0, 0), (1, 9)) == 1.0


@settings(deadline=None)
@given(st.lists(ratios, min_size=1, max_size=6))
def test_rows_do_not_know_of_each_other(rows):
    hits, totals = (np.array(column) for column in zip(*rows, strict=True))
    together = p_values(hits, totals, hits[::-1], totals[::-1])
    assert together == pytest.approx([p_value(one, other) for one, other in zip(rows, rows[::-1], strict=True)])


def bounds(hits, total, tail):
    return [float(exact_bounds(np.array([hits]), np.array([total]), np.array([x]))[0]) for x in (tail, 1 - tail)]


def test_exact_bounds_by_hand():
    # Of 0 of 10 the upper bound is 1 − 0.025^(1/10); of 10 of 10 the lower one its mirror.
    assert bounds(0, 10, 0.025) == pytest.approx([0, 1 - 0.025**0.1])
    assert bounds(10, 10, 0.025) == pytest.approx([0.025**0.1, 1])
    assert bounds(5, 10, 0.025) == pytest.approx([0.187086, 0.812914], abs=1e-6)


@settings(deadline=None)
@given(ratios.filter(lambda x: x[1]), st.floats(1e-9, 0.4))
def test_a_rate_lies_between_its_bounds(ratio, tail):
    hits, total = ratio
    low, high = bounds(hits, total, tail)
    assert low <= hits / total + 1e-9
    assert high >= hits / total - 1e-9


def test_bounds_of_many_units_hold_for_all_at_once():
    """Ranks rest on it (decision 0032): with the tail shared among 30 units, all rates lie in their bounds together."""
    drawn = np.random.default_rng(6)
    totals, rates = drawn.integers(5, 2000, 30), drawn.beta(1, 15, 30)
    hits, tail = drawn.binomial(totals, rates, (600, 30)), np.full((600, 30), 0.025 / 30)
    low, high = (exact_bounds(hits, np.broadcast_to(totals, hits.shape), x) for x in (tail, 1 - tail))
    assert ((low <= rates) & (rates <= high)).all(axis=1).mean() >= 0.95


def test_marks_of_a_table_without_a_difference_are_rarely_wrong():
    """By Bonferroni one of 20 tables of 30 cells bears a mark, where each cell by itself would mark four of five."""
    drawn = np.random.default_rng(7)
    totals, others = drawn.integers(400, 600, 30), drawn.integers(400, 600, 30)
    one, other = (drawn.binomial(sizes, 0.1, (2000, 30)) for sizes in (totals, others))
    p = p_values(one, np.broadcast_to(totals, one.shape), other, np.broadcast_to(others, one.shape))
    assert (p * 30 < 0.05).any(axis=1).mean() == pytest.approx(0.05, abs=0.015)
    assert (p < 0.05).any(axis=1).mean() > 0.7
