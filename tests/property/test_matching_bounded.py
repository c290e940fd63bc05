"""The bounded assignment keeps to caps and minimum, and its bound is one: the exact optimum lies between."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from panhuo.matching.bounded import assign_bounded
from panhuo.matching.kernel import candidates, telling_terms

PATENTS, FIRMS = 8, 6


@st.composite
def problems(draw):
    cells = sorted(draw(st.sets(st.integers(0, PATENTS * FIRMS - 1), min_size=1, max_size=30)))
    worth = np.array([draw(st.integers(-20, 80)) / 100 for _ in cells])
    patents, firms = np.divmod(np.array(cells), FIRMS)
    needed = np.minimum(np.bincount(patents, minlength=PATENTS), draw(st.integers(0, 2)))
    return patents, firms, worth, draw(st.integers(1, 8)), needed


def optimum(patents, firms, worth, cap, needed):
    pairs = np.arange(len(worth))
    ones = np.ones(len(worth))
    most = sparse.csr_matrix((ones, (firms, pairs)), (FIRMS, len(worth)))
    least = sparse.csr_matrix((-ones, (patents, pairs)), (PATENTS, len(worth)))
    found = linprog(
        -worth, A_ub=sparse.vstack([most, least]), b_ub=np.concatenate([np.full(FIRMS, cap), -needed]), bounds=(0, 1)
    )
    return -found.fun if found.status == 0 else None


@settings(max_examples=80, deadline=None)
@given(problems(), st.randoms())
def test_choice_is_allowed_and_the_optimum_lies_below_the_bound(problem, chance):
    patents, firms, worth, cap, needed = problem
    done = assign_bounded(patents, firms, worth, cap=cap, needed=needed)
    assert np.bincount(firms[done.chosen], minlength=FIRMS).max() <= cap
    received = np.bincount(patents[done.chosen], minlength=PATENTS)
    assert np.maximum(needed - received, 0).sum() == done.shortage
    assert (received[patents[done.chosen & (worth <= 0)]] <= needed[patents[done.chosen & (worth <= 0)]]).all()
    best = optimum(patents, firms, worth, cap, needed)
    assert done.objective <= done.bound + 1e-9
    assert (best is None) == (done.shortage > 0)
    if best is not None:
        assert best <= done.bound + 1e-9
        if not done.shortage:
            assert done.objective <= best + 1e-9
    if cap >= PATENTS:
        assert done.shortage == 0
    order = list(range(len(worth)))
    chance.shuffle(order)
    again = assign_bounded(patents[order], firms[order], worth[order], cap=cap, needed=needed)
    assert (again.chosen == done.chosen[order]).all()


def test_a_scarce_firm_goes_to_the_patent_that_needs_it():
    patents, firms = np.array([0, 0, 1]), np.array([0, 1, 0])
    done = assign_bounded(patents, firms, np.array([0.5, 0.4, 0.1]), cap=1, needed=np.array([1, 1]))
    assert done.chosen.tolist() == [False, True, True]
    assert done.bound == pytest.approx(0.5, abs=0.01)


def test_more_recipients_than_candidates_cannot_be_asked_for():
    with pytest.raises(ValueError, match="lower its minimum"):
        assign_bounded(np.array([0]), np.array([0]), np.array([0.5]), cap=1, needed=np.array([2]))


def test_candidates_are_the_best_both_ways_over_telling_terms():
    chance = np.random.default_rng(3)
    patents = sparse.random(60, 40, 0.15, format="csr", dtype=np.float32, random_state=chance)
    firms = sparse.random(30, 40, 0.15, format="csr", dtype=np.float32, random_state=chance)
    telling = telling_terms(firms)
    assert telling_terms(firms, 1.0).tolist() == np.flatnonzero(np.bincount(firms.indices, minlength=40)).tolist()
    full = (patents[:, telling] @ firms[:, telling].T).toarray()
    found = candidates(patents, firms, top=3, threads=1)
    pairs = set(zip(found.patents.tolist(), found.firms.tolist(), strict=True))
    assert len(pairs) == len(found)
    assert full[found.patents, found.firms] == pytest.approx(found.scores, abs=1e-5)
    for scores, swapped in ((full, False), (full.T, True)):
        for row, values in enumerate(scores):
            third = np.sort(values)[-3]
            for other in np.flatnonzero((values > third) & (values > 0)):
                assert ((other, row) if swapped else (row, other)) in pairs
