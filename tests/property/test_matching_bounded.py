"""The bounded assignment keeps to caps and minimum, and its bound is one: the exact optimum lies between."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import maximum_flow

from panhuo.matching.bounded import MISSING_COST, Terms, _Market, assign_bounded
from panhuo.matching.kernel import candidates, telling_terms

PATENTS, FIRMS = 8, 6


@st.composite
def problems(draw):
    cells = sorted(draw(st.sets(st.integers(0, PATENTS * FIRMS - 1), min_size=1, max_size=30)))
    worth = np.array([draw(st.integers(-20, 80)) / 100 for _ in cells])
    patents, firms = np.divmod(np.array(cells), FIRMS)
    institutions = np.array([draw(st.integers(0, 2)) for _ in range(PATENTS)])
    least = draw(st.integers(0, 2))
    terms = Terms(
        room=np.array([draw(st.integers(0, 4)) for _ in range(FIRMS)]),
        needed=np.minimum(np.bincount(patents, minlength=PATENTS), least),
        limit=draw(st.integers(max(least, 1), 4)),
        groups=(institutions, institutions // 2),
        fairness_weight=draw(st.sampled_from([0.0, 0.02, 0.1])),
    )
    return patents, firms, worth, terms


def sums(groups, count):
    """One row for each group, one where a column belongs to it."""
    return sparse.csr_matrix((np.ones(len(groups)), (groups, np.arange(len(groups)))), (count, len(groups)))


def optimum(patents, firms, worth, terms):
    """The linear relaxation: pairs, recipients missing, and steps of fair exposure."""
    steps = _Market(*(part[np.lexsort((patents, firms))] for part in (patents, firms, worth)), terms)._steps
    of_steps = [
        (level, group, end, value)
        for level, part in enumerate(steps)
        for group, ends in enumerate(part.ends)
        for end, value in zip(np.diff(ends, prepend=0), part.values, strict=True)
    ]
    pairs, extra = len(worth), len(of_steps)
    blank = sparse.csr_matrix
    rows = [
        sparse.hstack([sums(firms, FIRMS), blank((FIRMS, PATENTS + extra))]),
        sparse.hstack([sums(patents, PATENTS), blank((PATENTS, PATENTS + extra))]),
        sparse.hstack([-sums(patents, PATENTS), -sparse.identity(PATENTS), blank((PATENTS, extra))]),
    ]
    limits = [terms.room, np.full(PATENTS, terms.limit), -terms.needed]
    for level, part in enumerate(steps):
        for group in range(len(part.ends)):
            own = np.array([float((level, group) == step[:2]) for step in of_steps])
            spent = np.concatenate(
                [-sums(terms.groups[level][patents], len(part.ends)).toarray()[group], np.zeros(PATENTS), own]
            )
            rows.append(blank(spent))
            limits.append([0.0])
    lowered = np.where(worth < 0, worth - terms.fairness_weight, worth)
    values = np.concatenate([lowered, np.full(PATENTS, -MISSING_COST), [step[3] for step in of_steps]])
    bounds = [(0, 1)] * pairs + [(0, None)] * PATENTS + [(0, step[2]) for step in of_steps]
    found = linprog(-values, A_ub=sparse.vstack(rows), b_ub=np.concatenate(limits), bounds=bounds)
    return -found.fun


def least_shortage(patents, firms, terms):
    """Recipients that must be missing, by a maximum flow."""
    source, sink = PATENTS + FIRMS, PATENTS + FIRMS + 1
    network = np.zeros((sink + 1, sink + 1), dtype=np.int32)
    network[source, :PATENTS] = terms.needed
    network[patents, firms + PATENTS] = 1
    network[PATENTS:source, sink] = terms.room
    return int(terms.needed.sum()) - maximum_flow(sparse.csr_matrix(network), source, sink).flow_value


@settings(max_examples=120, deadline=None)
@given(problems(), st.randoms())
def test_choice_is_allowed_and_the_optimum_lies_below_the_bound(problem, chance):
    patents, firms, worth, terms = problem
    done = assign_bounded(patents, firms, worth, terms)
    assert (np.bincount(firms[done.chosen], minlength=FIRMS) <= terms.room).all()
    received = np.bincount(patents[done.chosen], minlength=PATENTS)
    assert received.max() <= terms.limit
    assert np.maximum(terms.needed - received, 0).sum() == done.shortage == least_shortage(patents, firms, terms)
    worthless = patents[done.chosen & (worth <= 0)]
    assert (received[worthless] <= terms.needed[worthless]).all()
    assert done.objective - 1e-7 <= optimum(patents, firms, worth, terms) <= done.bound + 1e-7
    order = list(range(len(worth)))
    chance.shuffle(order)
    again = assign_bounded(patents[order], firms[order], worth[order], terms)
    assert (again.chosen == done.chosen[order]).all()


def market(room, needed, **more):
    return Terms(np.array(room), np.array(needed), **{"limit": 9, **more})


def test_a_scarce_firm_goes_to_the_patent_that_needs_it():
    patents, firms = np.array([0, 0, 1]), np.array([0, 1, 0])
    done = assign_bounded(patents, firms, np.array([0.5, 0.4, 0.1]), market([1, 1], [1, 1]))
    assert done.chosen.tolist() == [False, True, True]
    assert done.bound == pytest.approx(0.5, abs=0.02)


def test_fairness_moves_a_push_to_the_institution_without_exposure():
    patents, firms, worth = np.array([0, 1, 2]), np.array([0, 0, 0]), np.array([0.50, 0.41, 0.40])
    groups = (np.array([0, 0, 1]), np.array([0, 0, 1]))

    def pushed(weight):
        terms = market([2], [0, 0, 0], groups=groups, fairness_weight=weight)
        return assign_bounded(patents, firms, worth, terms).chosen.tolist()

    assert pushed(0.0) == [True, True, False]
    assert pushed(0.1) == [True, False, True]


def test_a_patent_that_everybody_wants_keeps_its_best_and_leaves_room():
    patents, firms = np.array([0, 0, 1]), np.array([0, 1, 0])
    done = assign_bounded(patents, firms, np.array([0.5, 0.6, 0.1]), market([1, 1], [0, 0], limit=1))
    assert done.chosen.tolist() == [False, True, True]


@pytest.mark.parametrize("limit", [1, 9])
def test_more_recipients_than_candidates_or_than_the_limit_cannot_be_asked_for(limit):
    with pytest.raises(ValueError, match="lower its minimum"):
        assign_bounded(np.array([0]), np.array([0]), np.array([0.5]), market([1], [2], limit=limit))


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
