"""Random inspection: anybody can draw the sample again, and its intervals hold what they promise."""

import random
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.statistics.inspection import (
    InspectionError,
    Stratum,
    allocate,
    commitment,
    draw,
    estimate,
    expected_rate,
    frame_digest,
)

SEED = bytes(range(32))
sizes = st.dictionaries(st.sampled_from("ABCDEFG"), st.integers(0, 400), min_size=1)


@given(sizes, st.integers(0, 500), st.integers(1, 9), st.booleans(), st.randoms())
def test_an_allocation_keeps_size_and_bounds(sizes, total, minimum, by_rate, rng):
    rates = {name: rng.uniform(0.001, 0.6) for name in sizes} if by_rate else None
    found = allocate(sizes, total, minimum, rates)
    least = {name: min(minimum, size) for name, size in sizes.items()}
    for name, size in sizes.items():
        assert least[name] <= found.get(name, 0) <= size
    assert sum(found.values()) == max(min(total, sum(sizes.values())), sum(least.values()))


def test_neyman_inspects_more_where_more_is_expected_to_vary():
    assert allocate({"A": 1000, "B": 1000}, 100, 5, {"A": 0.5, "B": 0.01}) == {"A": 83, "B": 17}
    assert allocate({"A": 3000, "B": 1000}, 100, 5) == {"A": 75, "B": 25}


@given(st.dictionaries(st.sampled_from("ABC"), st.sets(st.integers(0, 99)), min_size=1), st.randoms())
def test_the_same_seed_and_frame_give_the_same_sample_in_any_order(numbers, rng):
    frame = {name: [f"{name}{number}" for number in units] for name, units in numbers.items()}
    count = allocate({name: len(units) for name, units in frame.items()}, 20, 2)
    shuffled = {name: rng.sample(units, len(units)) for name, units in sorted(frame.items(), reverse=True)}
    drawn = draw(frame, SEED, count, 20)
    assert drawn == draw(shuffled, SEED, count, 20)
    assert {name: sum(x.stratum == name and x.role == "sample" for x in drawn) for name in frame} == {
        name: count.get(name, 0) for name in frame
    }
    assert len({x.unit for x in drawn}) == len(drawn)


def test_a_sample_is_the_one_of_its_seed_and_frame():
    """Fixed for good: who holds the seed must find the same patents with any later version of any library."""
    frame = {"A": [f"P{number}" for number in range(9)]}
    first = [x.unit for x in draw(frame, SEED, {"A": 3}, 20)]
    assert first == ["P7", "P0", "P8", "P4"]
    assert [x.unit for x in draw(frame, b"another seed of bytes", {"A": 3}, 20)] != first
    assert [x.unit for x in draw({"A": [*frame["A"], "P9"]}, SEED, {"A": 3}, 20)] != first
    assert [x.role for x in draw(frame, SEED, {"A": 3}, 20)] == ["sample"] * 3 + ["replacement"]


def test_a_commitment_tells_nothing_and_binds_quarter_and_seed():
    shown = {commitment(SEED, "2024-Q2"), commitment(SEED, "2024-Q3"), commitment(SEED[::-1], "2024-Q2")}
    assert len(shown) == 3
    assert all(len(text) == 68 and SEED.hex() not in text for text in shown)
    with pytest.raises(InspectionError, match="16"):
        commitment(b"short", "2024-Q2")


def test_a_unit_that_stands_twice_is_refused():
    with pytest.raises(InspectionError, match="twice"):
        frame_digest({"A": ["P1"], "B": ["P1"]})


def test_estimates_of_a_small_inspection_by_hand():
    """W = 0.8, 0.2; p = 0.1, 0.5, p_st = 0.18; variance 0.64·0.875·0.01 + 0.04·0.8·0.25/3 = 0.0082667; n = 17.85."""
    a, b, overall = estimate([Stratum("B", 20, 4, 2), Stratum("A", 80, 10, 1)], 0.95)
    assert (a.rate, b.rate, overall.rate) == (0.1, 0.5, pytest.approx(0.18))
    assert (a.low, a.high) == (1 / 80, 34 / 80)
    assert (overall.low, overall.high) == (pytest.approx(0.0417, abs=1e-4), pytest.approx(0.4307, abs=1e-4))


def test_an_interval_says_nothing_that_the_stratum_rules_out():
    """2 of 8 are wrong, 6 of 14 unseen: 2 to 8 of 14 are possible, and 8 would show so few in 28 of 3003 samples."""
    stratum, whole = estimate([Stratum("A", 14, 8, 2)], 0.95)
    assert (stratum.low, stratum.high) == (2 / 14, 7 / 14)
    assert 2 / 14 <= whole.low <= whole.rate <= whole.high <= 8 / 14


@settings(max_examples=20)
@given(st.integers(1, 14), st.data(), st.sampled_from((0.8, 0.9, 0.95, 0.99)))
def test_intervals_of_a_stratum_cover_every_number_of_wrong_ones_as_often_as_promised(size, data, confidence):
    """Counted over all samples of each population, and never beyond what is possible."""
    seen = data.draw(st.integers(1, size))
    bounds = []
    for wrong in range(seen + 1):
        found = estimate([Stratum("A", size, seen, wrong)], confidence)[0]
        assert wrong / size <= found.low <= found.rate <= found.high <= (size - seen + wrong) / size
        bounds.append((round(found.low * size), round(found.high * size)))
    assert seen < size or bounds == [(wrong, wrong) for wrong in range(seen + 1)]
    for truth in range(size + 1):
        samples = sum(
            comb(truth, wrong) * comb(size - truth, seen - wrong)
            for wrong, (low, high) in enumerate(bounds)
            if low <= truth <= high
        )
        assert samples >= confidence * comb(size, seen) * (1 - 1e-12)


def test_a_full_inspection_has_no_doubt_and_without_a_stratum_the_whole_is_unknown():
    _, whole = estimate([Stratum("A", 2, 2, 1)], 0.95)
    assert (whole.low, whole.rate, whole.high) == (0.5, 0.5, 0.5)
    a, b, whole = estimate([Stratum("A", 2, 2, 1), Stratum("B", 3, 0, 0)], 0.95)
    assert (a.rate, b.rate, whole.rate, whole.low, whole.high) == (0.5, None, None, None, None)
    assert (whole.size, whole.inspected, whole.wrong) == (5, 2, 1)


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.001, 0.999), st.integers(1, 100))
def test_an_expected_rate_lies_between_what_was_found_and_the_prior(inspected, wrong, prior, weight):
    wrong = min(wrong, inspected)
    rate = expected_rate(wrong, inspected, prior, weight)
    found = wrong / inspected if inspected else prior
    assert min(found, prior) - 1e-12 <= rate <= max(found, prior) + 1e-12
    assert 0 < rate < 1


def test_intervals_cover_the_true_rate_about_as_often_as_promised():
    """300 inspections of a population whose error rate is known: 95 % intervals may miss at most 30 of them."""
    rng = random.Random(7)
    truth = {**{f"A{n}": n % 20 == 0 for n in range(400)}, **{f"B{n}": n % 4 == 0 for n in range(100)}}
    frame = {name: [unit for unit in truth if unit.startswith(name)] for name in "AB"}
    count = allocate({"A": 400, "B": 100}, 60, 5, {"A": 0.05, "B": 0.25})
    true_rate = sum(truth.values()) / len(truth)
    covered = 0
    for _ in range(300):
        drawn = draw(frame, rng.randbytes(16), count, 0)
        seen = {name: [truth[x.unit] for x in drawn if x.stratum == name] for name in "AB"}
        strata = [Stratum(name, len(frame[name]), len(units), sum(units)) for name, units in seen.items()]
        overall = estimate(strata, 0.95)[-1]
        covered += overall.low <= true_rate <= overall.high
    assert covered >= 270
