"""Comparisons of quarters: contributions add up, tests agree with the textbook, ranks say no more than is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.statistics.comparisons import Ratio, drivers, p_value, ranks

ratios = st.integers(0, 300).flatmap(lambda total: st.integers(0, total).map(lambda hits: Ratio(hits, total)))
parts = st.dictionaries(st.sampled_from("ABCDE"), ratios, min_size=1)


def whole(found):
    return Ratio(sum(x.numerator for x in found.values()), sum(x.denominator for x in found.values()))


@given(parts, parts)
def test_contributions_sum_to_the_change(now, before):
    found = drivers(now, before)
    if whole(now).denominator and whole(before).denominator:
        assert sum(x.total for x in found) == pytest.approx(whole(now).rate - whole(before).rate, abs=1e-9)
    else:
        assert found == []


def test_drivers_by_hand():
    """A rises from 1/10 to 2/10 and keeps its half of the stock; B stays at 0: all of the 5 points are A's own rate."""
    now, before = {"A": Ratio(2, 10), "B": Ratio(0, 10)}, {"A": Ratio(1, 10), "B": Ratio(0, 10)}
    first, second = drivers(now, before)
    assert (first.part, first.by_rate, first.by_size) == ("A", pytest.approx(0.05), 0.0)
    assert second.total == 0.0


@settings(deadline=None)  # the first call imports scipy
@given(ratios, ratios)
def test_a_p_value_is_one_and_the_same_both_ways(one, other):
    p = p_value(one, other)
    assert 0 <= p <= 1 + 1e-12
    assert p == pytest.approx(p_value(other, one))


def test_tests_of_proportions_by_hand():
    # z = (0.15 − 0.10) / sqrt(0.125·0.875·(2/1000)) = 3.3806; exact: 3 of 4 against 1 of 4, p = 0.4857.
    assert p_value(Ratio(150, 1000), Ratio(100, 1000)) == pytest.approx(0.000723, abs=1e-6)
    assert p_value(Ratio(3, 4), Ratio(1, 4)) == pytest.approx(0.485714, abs=1e-6)
    assert p_value(Ratio(0, 4), Ratio(0, 9)) == p_value(Ratio(0, 0), Ratio(1, 9)) == 1.0


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("ABCDEF"), ratios, min_size=1))
def test_a_place_lies_in_its_interval(units):
    found = ranks(units, 0.95)
    assert {x.unit for x in found} == set(units)
    for rank in found:
        assert 1 <= rank.best <= rank.place <= rank.worst <= len(units)
    by_rate = {units[x.unit].rate: x.place for x in found}
    assert all(by_rate[units[x.unit].rate] == x.place for x in found)


def test_what_is_far_apart_has_one_place_and_ties_share_theirs():
    units = {"A": Ratio(900, 1000), "B": Ratio(500, 1000), "C": Ratio(500, 1000), "D": Ratio(1, 1000)}
    assert [(x.unit, x.place, x.best, x.worst) for x in ranks(units, 0.95)] == [
        ("A", 1, 1, 1),
        ("B", 2, 2, 3),
        ("C", 2, 2, 3),
        ("D", 4, 4, 4),
    ]
