"""Assignments of experts keep to every rule, fill as many seats as any could, and owe nothing to the order of rows."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_flow

from panhuo.experts.assignment import Candidate, Expert, Need, assign
from panhuo.policy import load_policy

PRECEDENCE = tuple(refusal.id for refusal in load_policy().experts.choices)
INSTITUTIONS, GROUPS = ("I0", "I1", "I2"), ("G0", "G1", "G2", "G3")
NEEDS = st.lists(
    st.tuples(st.sampled_from(INSTITUTIONS), st.sampled_from(["awaiting", "straddling"]), st.integers(0, 3)), max_size=6
).map(lambda rows: [Need(f"P{number}", *row) for number, row in enumerate(rows)])
EXPERTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from(GROUPS)), max_size=6)


@st.composite
def problems(draw):
    needs, rows = draw(NEEDS), draw(EXPERTS)
    experts = [Expert(f"X{number}", room, recent) for number, (room, recent, _) in enumerate(rows)]
    candidates = [
        Candidate(need.patent_no, expert.expert_id, group, draw(st.booleans()))
        for need in needs
        for expert, (_, _, group) in zip(experts, rows, strict=True)
        if draw(st.integers(0, 3))
    ]
    return needs, experts, candidates


def solve(problem, lot="2024-06"):
    return assign(*problem, lot=lot, precedence=PRECEDENCE)


def most_seats(needs, experts, candidates):
    """What a maximum flow fills: source → patent → evaluator group of the patent → expert → sink."""
    names = ["source", *needs, *experts, *{(pair.patent_no, pair.group) for pair in candidates}, "sink"]
    place = {name: number for number, name in enumerate(names)}
    by_patent, by_expert = {need.patent_no: need for need in needs}, {expert.expert_id: expert for expert in experts}
    arcs = {("source", need): need.seats for need in needs}
    for pair in candidates:
        if pair.patent_no in by_patent:
            group = (pair.patent_no, pair.group)
            arcs[by_patent[pair.patent_no], group] = 1
            arcs[group, by_expert[pair.expert_id]] = 1
    arcs |= {(expert, "sink"): expert.room for expert in experts}
    rows, columns = zip(*[(place[tail], place[head]) for tail, head in arcs], strict=True) if arcs else ((), ())
    graph = csr_matrix((np.array(list(arcs.values()), dtype=np.int32), (rows, columns)), (len(names), len(names)))
    return maximum_flow(graph, place["source"], place["sink"]).flow_value


@settings(max_examples=30, deadline=None)
@given(problem=problems())
def test_every_rule_is_kept_and_every_candidate_told(problem):
    needs, experts, candidates = problem
    found = solve(problem)
    chosen = Counter(pair.patent_no for pair in found.chosen)
    loads = Counter(pair.expert_id for pair in found.chosen)
    assert set(found.chosen) <= set(candidates)
    assert all(chosen[need.patent_no] <= need.seats for need in needs)
    assert all(loads[expert.expert_id] <= expert.room for expert in experts)
    assert max(Counter((pair.patent_no, pair.group) for pair in found.chosen).values(), default=1) == 1
    told = [(pair.patent_no, pair.expert_id) for pair in found.chosen] + list(found.refused)
    assert sorted(told) == sorted((pair.patent_no, pair.expert_id) for pair in candidates)


@settings(max_examples=40, deadline=None)
@given(problem=problems())
def test_no_assignment_fills_more_seats_and_awaiting_patents_come_first(problem):
    needs, experts, candidates = problem
    found = solve(problem)
    assert len(found.chosen) == most_seats(needs, experts, candidates)
    awaiting = [need for need in needs if need.kind == "awaiting"]
    numbers = {need.patent_no for need in awaiting}
    filled = sum(pair.patent_no in numbers for pair in found.chosen)
    assert filled == most_seats(awaiting, experts, candidates)


@settings(max_examples=15, deadline=None)
@given(problem=problems(), data=st.data())
def test_the_order_of_rows_decides_nothing(problem, data):
    shuffled = tuple(data.draw(st.permutations(rows)) for rows in problem)
    assert solve(shuffled) == solve(problem)


@settings(max_examples=20, deadline=None)
@given(problem=problems())
def test_no_single_exchange_makes_it_more_even(problem):
    """Institutions come before experts; no swap of one pair for another lowers the sums of squares."""
    needs, experts, candidates = problem
    by_patent, by_expert = {need.patent_no: need for need in needs}, {expert.expert_id: expert for expert in experts}
    needed = Counter()
    for need in needs:
        needed[need.institution_id] += need.seats

    def unevenness(chosen):
        served = Counter(by_patent[pair.patent_no].institution_id for pair in chosen)
        shares = sum(
            1000 * (2 * place - 1) // (2 * needed[name]) for name in served for place in range(1, served[name] + 1)
        )
        loads = Counter(pair.expert_id for pair in chosen)
        work = sum(2 * (by_expert[name].recent + place) - 1 for name in loads for place in range(1, loads[name] + 1))
        return shares, work

    def is_allowed(chosen):
        counts = [
            Counter(pair.patent_no for pair in chosen),
            Counter(pair.expert_id for pair in chosen),
            Counter((pair.patent_no, pair.group) for pair in chosen),
        ]
        return (
            all(number <= by_patent[name].seats for name, number in counts[0].items())
            and all(number <= by_expert[name].room for name, number in counts[1].items())
            and all(number == 1 for number in counts[2].values())
        )

    found = set(solve(problem).chosen)
    worth = Counter(by_patent[pair.patent_no].kind for pair in found)
    for out in found:
        for into in set(candidates) - found:
            other = found - {out} | {into}
            if is_allowed(other) and Counter(by_patent[pair.patent_no].kind for pair in other) == worth:
                assert unevenness(found) <= unevenness(other)


def test_small_cases_are_the_best_of_all():
    """Three patents, two experts with three places, one of which had work before: every subset is tried."""
    needs = [Need("P1", "I1", "awaiting", 1), Need("P2", "I1", "awaiting", 1), Need("P3", "I2", "straddling", 1)]
    experts = [Expert("X1", 2, recent=1), Expert("X2", 1)]
    candidates = [Candidate(patent, expert, expert) for patent in ("P1", "P2", "P3") for expert in ("X1", "X2")]
    found = solve((needs, experts, candidates))
    complete = [
        chosen
        for chosen in combinations(candidates, 3)
        if len({pair.patent_no for pair in chosen}) == 3
        and Counter(pair.expert_id for pair in chosen) == {"X1": 2, "X2": 1}
    ]
    assert found.chosen in complete
    assert len(complete) == 3


def test_the_lot_draws_among_equals_and_the_same_lot_alike():
    needs = [Need("P1", "I1", "awaiting", 1)]
    experts = [Expert(f"X{number}", 1) for number in range(4)]
    candidates = [Candidate("P1", expert.expert_id, expert.expert_id) for expert in experts]
    problem = needs, experts, candidates
    drawn = Counter(solve(problem, f"lot {number}").chosen[0].expert_id for number in range(60))
    assert set(drawn) == {"X0", "X1", "X2", "X3"}
    assert max(drawn.values()) < 30
    assert solve(problem, "lot 7") == solve(problem, "lot 7")


def test_who_had_less_work_and_knows_the_subclass_comes_first():
    needs = [Need("P1", "I1", "awaiting", 1)]
    busy, near, far = Expert("X1", 1, recent=2), Expert("X2", 1), Expert("X3", 1)
    candidates = [
        Candidate("P1", expert.expert_id, expert.expert_id, expert is not far) for expert in (busy, near, far)
    ]
    for number in range(5):
        (pair,) = solve((needs, [busy, near, far], candidates), f"lot {number}").chosen
        assert pair.expert_id == "X2"


def test_institutions_are_served_in_shares_of_their_need():
    """Six seats, three places: an institution that needs four gets two, one that needs two gets one."""
    needs = [Need(f"P{number}", "I1" if number < 4 else "I2", "awaiting", 1) for number in range(6)]
    experts = [Expert(f"X{number}", 1) for number in range(3)]
    candidates = [Candidate(need.patent_no, expert.expert_id, expert.expert_id) for need in needs for expert in experts]
    for number in range(5):
        chosen = solve((needs, experts, candidates), f"lot {number}").chosen
        assert Counter("I1" if pair.patent_no < "P4" else "I2" for pair in chosen) == {"I1": 2, "I2": 1}


def test_reasons_are_told_in_their_order():
    needs = [Need("P1", "I1", "awaiting", 2), Need("P2", "I1", "awaiting", 1), Need("P3", "I1", "awaiting", 0)]
    experts = [Expert("X1", 1), Expert("X2", 1), Expert("X3", 0)]
    candidates = [
        Candidate("P1", "X1", "G1"),
        Candidate("P1", "X2", "G1"),
        Candidate("P1", "X3", "G3"),
        Candidate("P2", "X3", "G3"),
        Candidate("P3", "X1", "G1"),
    ]
    found = solve((needs, experts, candidates))
    refused = dict(found.refused)
    (seated,) = found.chosen
    (sister,) = {("P1", "X1"), ("P1", "X2")} - {(seated.patent_no, seated.expert_id)}
    assert refused[sister] == "group_assigned"
    assert refused["P1", "X3"] == refused["P2", "X3"] == "workload_full"
    assert refused["P3", "X1"] == "enough_experts"


def test_what_is_given_twice_or_unknown_is_an_error():
    need, expert, pair = Need("P1", "I1", "awaiting", 1), Expert("X1", 1), Candidate("P1", "X1", "G1")
    with pytest.raises(ValueError, match="twice"):
        solve(([need, need], [expert], [pair]))
    with pytest.raises(KeyError):
        solve(([need], [expert], [pair, Candidate("P2", "X1", "G1")]))
