"""Pushes keep to every rule, for any candidates."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.matching.assignment import Candidate, PushablePatent, assign
from panhuo.matching.national import assign_near
from panhuo.policy import load_policy

POLICY = load_policy().matching
FIRMS = [f"E{number}" for number in range(5)]
PATENTS = [f"P{number}" for number in range(6)]
CITIES = {"I0": "泰安", "I1": "泰安", "I2": "济南"}


def small(**values):
    return POLICY.model_copy(
        update={name: getattr(POLICY, name).model_copy(update={"value": value}) for name, value in values.items()}
    )


@st.composite
def patents(draw):
    found = {}
    for number in PATENTS:
        institution = draw(st.sampled_from(sorted(CITIES)))
        found[number] = PushablePatent(
            number,
            institution,
            CITIES[institution],
            tier=draw(st.sampled_from(["T1", "T2", "T3", "T0"])),
        )
    return found


PAIRS = st.tuples(st.sampled_from(PATENTS), st.sampled_from(FIRMS))
# Many below the least probability, and full lists as well as short ones: there the rules bite.
PROBABILITIES = st.sampled_from([0.0, 0.005]) | st.integers(0, 100).map(lambda p: p / 100)
PAIRED = st.builds(lambda pair, p: Candidate(*pair, p), PAIRS, PROBABILITIES)
CANDIDATES = st.lists(PAIRED, max_size=40) | st.lists(PAIRED, min_size=30, max_size=60)
BOTH = pytest.mark.parametrize("assigned", [assign, assign_near])
CAPACITIES = st.dictionaries(st.sampled_from(FIRMS), st.integers(0, 3), max_size=3)


@BOTH
@settings(max_examples=40, deadline=None)
@given(CANDIDATES, patents(), CAPACITIES, st.integers(1, 4), st.integers(1, 3), st.integers(0, 1), st.randoms())
def test_pushes_keep_to_every_rule(assigned, candidates, known, capacities, cap, least, beyond, chance):
    most = least + beyond
    policy = small(max_patents_per_enterprise=cap, min_recipients=least, max_recipients=most)
    done = assigned(candidates, known, capacities, policy)
    pairs = [(push.patent_no, push.enterprise_id) for push in done.pushes]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) <= {(candidate.patent_no, candidate.enterprise_id) for candidate in candidates}
    assert all(count <= min(cap, capacities.get(firm, cap)) for firm, count in Counter(f for _, f in pairs).items())
    received = Counter(patent for patent, _ in pairs)
    assert max(received.values(), default=0) <= most
    assert done.objective <= done.bound + 1e-6
    if assigned is assign:
        assert done.objective == pytest.approx(done.bound, abs=1e-6)
    for push in done.pushes:
        if push.probability < policy.min_probability.value:
            assert known[push.patent_no].tier in ("T1", "T2")
            assert received[push.patent_no] <= least
    eligible = Counter(patent for patent, _ in {(x.patent_no, x.enterprise_id) for x in candidates})
    for patent, count in eligible.items():
        needed = min(count, least) if known[patent].tier in ("T1", "T2") else 0
        assert max(needed - received[patent], 0) == done.short_patents.get(patent, 0)
    if cap >= len(PATENTS) and not capacities:
        assert not done.short_patents
    shuffled = [*candidates]
    chance.shuffle(shuffled)
    assert assigned(shuffled, known, capacities, policy) == done


@BOTH
@settings(max_examples=25, deadline=None)
@given(CANDIDATES, patents(), st.integers(1, 2))
def test_minimum_exposure_is_the_most_that_caps_allow(assigned, candidates, known, cap):
    """The total shortage is the least possible, as a maximum flow says."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_flow

    policy = small(max_patents_per_enterprise=cap)
    done = assigned(candidates, known, {}, policy)
    pairs = {(candidate.patent_no, candidate.enterprise_id) for candidate in candidates}
    source, sink = 0, len(PATENTS) + len(FIRMS) + 1
    flow = np.zeros((sink + 1, sink + 1), dtype=np.int32)
    counts = Counter(patent for patent, _ in pairs)
    wanted = 0
    for row, patent in enumerate(PATENTS, 1):
        if known[patent].tier in ("T1", "T2"):
            flow[source, row] = min(counts[patent], policy.min_recipients.value)
            wanted += flow[source, row]
    for patent, firm in pairs:
        flow[1 + PATENTS.index(patent), 1 + len(PATENTS) + FIRMS.index(firm)] = 1
    flow[1 + len(PATENTS) : sink, sink] = cap
    assert sum(done.short_patents.values()) == wanted - maximum_flow(csr_matrix(flow), source, sink).flow_value


@BOTH
def test_fairness_moves_a_push_to_the_institution_without_exposure(assigned):
    known = {
        "P0": PushablePatent("P0", "I0", "泰安"),
        "P1": PushablePatent("P1", "I0", "泰安"),
        "P2": PushablePatent("P2", "I2", "济南"),
    }
    candidates = [Candidate("P0", "E0", 0.50), Candidate("P1", "E0", 0.41), Candidate("P2", "E0", 0.40)]

    def pushed(weight):
        policy = small(max_patents_per_enterprise=2, fairness_weight=weight)
        return {push.patent_no for push in assigned(candidates, known, {}, policy).pushes}

    assert pushed(0.0) == {"P0", "P1"}
    assert pushed(0.1) == {"P0", "P2"}


def test_an_institution_lies_in_one_city():
    known = {"P0": PushablePatent("P0", "I0", "泰安"), "P1": PushablePatent("P1", "I0", "济南")}
    candidates = [Candidate("P0", "E0", 0.5), Candidate("P1", "E0", 0.5)]
    with pytest.raises(ValueError, match="give its patents one city"):
        assign(candidates, known, {}, POLICY)
