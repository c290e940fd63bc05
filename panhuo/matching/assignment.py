"""Pushes of a month as one optimal assignment.

Exposure flows from a city through its institutions and their patents to enterprises. Caps are capacities; minimum
exposure and fairness are worth more for the first pushes than for later ones. As each institution lies in one city,
this is a network, and the optimum of the linear programme is a flow in whole numbers: it is solved exactly, its value
reported beside that of the assignment.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from panhuo.matching.metrics import gini
from panhuo.policy.matching import Matching

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Shares of the fair exposure of an institution or city, and what part of the fairness weight a push within it is worth.
FAIRNESS_STEPS = ((0.5, 1.0), (1.0, 0.5), (1.5, 0.25))


@dataclass(frozen=True)
class PushablePatent:
    """What decides how a patent counts."""

    patent_no: str
    institution_id: str
    city: str = ""
    tier: str = ""


@dataclass(frozen=True)
class Candidate:
    """A patent and an enterprise to which it may be pushed, with the probability that it is taken up."""

    patent_no: str
    enterprise_id: str
    probability: float


@dataclass(frozen=True)
class Assignment:
    """The candidates that are pushed, in order, with how good and how even they are."""

    pushes: tuple[Candidate, ...]
    objective: float
    bound: float
    short_patents: dict[str, int]
    gini_institutions: float
    gini_cities: float


@dataclass(frozen=True)
class Problem:
    """Candidates, each pair once and in order, and patents and enterprises by number."""

    candidates: list[Candidate]
    patents: Ints
    enterprises: Ints
    kept: list[PushablePatent]
    room: Ints
    """Pushes that each enterprise takes at most."""
    needed: Ints


def assign(
    candidates: Sequence[Candidate],
    patents: Mapping[str, PushablePatent],
    capacities: Mapping[str, int],
    policy: Matching,
) -> Assignment:
    """The best pushes that keep to every rule; the same for any order of the candidates.

    A pair named twice counts by its better probability. `capacities` holds enterprises that take fewer patents a month
    than the policy allows. `short_patents` tells by how many recipients a covered patent misses its minimum, because
    too few of its enterprises have room.
    """
    problem = problem_of(candidates, patents, capacities, policy)
    if not problem.candidates:
        return outcome(problem, np.zeros(0, dtype=bool), 0.0, 0.0)
    return outcome(problem, *_solve(problem, policy))


def outcome(problem: Problem, chosen: NDArray[np.bool_], objective: float, bound: float) -> Assignment:
    """The assignment of the candidates chosen."""
    pushes = [problem.candidates[row] for row in np.flatnonzero(chosen)]
    received = np.bincount(problem.patents[chosen], minlength=len(problem.kept))
    missing = np.maximum(problem.needed - received, 0)
    return Assignment(
        tuple(sorted(pushes, key=lambda push: (push.enterprise_id, -push.probability, push.patent_no))),
        objective,
        bound,
        {problem.kept[row].patent_no: int(missing[row]) for row in np.flatnonzero(missing)},
        _unevenness(received, [patent.institution_id for patent in problem.kept]),
        _unevenness(received, [patent.city for patent in problem.kept]),
    )


def _one_city_each(patents: Sequence[PushablePatent]) -> None:
    cities: dict[str, str] = {}
    for patent in patents:
        if cities.setdefault(patent.institution_id, patent.city) != patent.city:
            raise ValueError(
                f"institution {patent.institution_id} lies in {cities[patent.institution_id]} and in {patent.city};"
                " give its patents one city"
            )


def _key(candidate: Candidate) -> tuple[str, str]:
    return candidate.patent_no, candidate.enterprise_id


def problem_of(
    candidates: Sequence[Candidate],
    patents: Mapping[str, PushablePatent],
    capacities: Mapping[str, int],
    policy: Matching,
) -> Problem:
    """What the candidates and the policy ask for; ValueError when an institution lies in two cities."""
    best: dict[tuple[str, str], Candidate] = {}
    for candidate in candidates:
        known = best.get(_key(candidate))
        if known is None or candidate.probability > known.probability:
            best[_key(candidate)] = candidate
    found = [best[key] for key in sorted(best)]
    numbers, rows = _numbered([candidate.patent_no for candidate in found])
    firms, columns = _numbered([candidate.enterprise_id for candidate in found])
    kept = [patents[number] for number in numbers]
    _one_city_each(kept)
    cap = policy.max_patents_per_enterprise.value
    room = np.array([min(capacities.get(firm, cap), cap) for firm in firms], dtype=np.int64)
    counts = np.bincount(rows, minlength=len(kept))
    is_covered = np.array([patent.tier in policy.covered_tiers.value for patent in kept], dtype=bool)
    needed = np.where(is_covered, np.minimum(counts, policy.min_recipients.value), 0)
    return Problem(found, rows, columns, kept, room, needed)


def _solve(problem: Problem, policy: Matching) -> tuple[NDArray[np.bool_], float, float]:
    """Pairs chosen, their value, and the value of the linear relaxation."""
    from scipy.optimize import linprog

    worth = np.array([candidate.probability for candidate in problem.candidates]) - policy.min_probability.value
    # Fairness never lifts a pair above the least probability: only the minimum of recipients goes below it.
    worth[worth < 0] -= policy.fairness_weight.value
    extra = _extra_variables(problem, policy)
    balance = sparse.hstack([extra.of_pairs, -extra.selects], format="csr")
    caps = sparse.csr_matrix(
        (np.ones(len(worth)), (problem.enterprises, np.arange(len(worth)))), (len(problem.room), len(worth))
    )
    within = sparse.hstack([caps, sparse.csr_matrix((caps.shape[0], len(extra.values)))], format="csr")
    values = np.concatenate([worth, extra.values])
    found = linprog(
        -values,
        A_ub=within,
        b_ub=problem.room,
        A_eq=balance,
        b_eq=np.zeros(balance.shape[0]),
        bounds=np.column_stack([np.zeros(len(values)), np.concatenate([np.ones(len(worth)), extra.limits])]),
        method="highs-ds",
    )
    if found.status != 0:
        raise RuntimeError(f"the assignment was not solved: {found.message}")
    whole = np.rint(found.x)
    if np.abs(found.x - whole).max() > 1e-6:
        raise RuntimeError("the assignment is not in whole numbers")
    return whole[: len(worth)] > 0, float(values @ whole), float(-found.fun)


@dataclass(frozen=True)
class _Extra:
    """Variables that count pushes of a patent, an institution or a city: by step, with value and limit of the step."""

    of_pairs: sparse.csr_matrix
    selects: sparse.csr_matrix
    values: Floats
    limits: Floats


def _extra_variables(problem: Problem, policy: Matching) -> _Extra:
    """Each group's pushes are the sum of its steps; steps lose value, so the first ones fill first."""
    steps: list[tuple[int, float, float]] = []
    memberships = [np.arange(len(problem.kept))]
    scarce = 1.0 + 2 * len(problem.kept)
    for row, needed in enumerate(problem.needed):
        steps += [(row, scarce, float(needed)), (row, 0.0, float(policy.max_recipients.value - needed))]
    first = len(problem.kept)
    fair = _fair_exposure(problem, policy)
    for groups in ([patent.institution_id for patent in problem.kept], [patent.city for patent in problem.kept]):
        labels, numbers = _numbered(groups)
        memberships.append(first + numbers)
        sizes = np.bincount(numbers)
        for number in range(len(labels)):
            steps += _fairness_steps(first + number, fair * sizes[number], policy.fairness_weight.value / 2)
        first += len(labels)
    pairs = np.arange(len(problem.candidates))
    rows = np.concatenate([members[problem.patents] for members in memberships])
    of_pairs = sparse.csr_matrix((np.ones(len(rows)), (rows, np.tile(pairs, len(memberships)))), (first, len(pairs)))
    groups_of_steps, values, limits = (np.array(part) for part in zip(*steps, strict=True))
    selects = sparse.csr_matrix(
        (np.ones(len(steps)), (groups_of_steps.astype(int), np.arange(len(steps)))), (first, len(steps))
    )
    return _Extra(of_pairs, selects, values.astype(float), limits.astype(float))


def _fair_exposure(problem: Problem, policy: Matching) -> float:
    """Pushes per patent if all were treated alike."""
    room = np.minimum(np.bincount(problem.enterprises), problem.room).sum()
    takes = np.minimum(np.bincount(problem.patents), policy.max_recipients.value).sum()
    return float(min(room, takes) / len(problem.kept))


def _fairness_steps(group: int, fair: float, weight: float) -> list[tuple[int, float, float]]:
    """Steps in whole numbers, the last without limit and value."""
    ends = [int(np.ceil(share * fair)) for share, _ in FAIRNESS_STEPS]
    widths = np.diff([0, *ends])
    steps = [(group, weight * part, float(width)) for (_, part), width in zip(FAIRNESS_STEPS, widths, strict=True)]
    return [*steps, (group, 0.0, np.inf)]


def _numbered(values: Sequence[str]) -> tuple[list[str], Ints]:
    labels = sorted(set(values))
    numbers: dict[Hashable, int] = {label: number for number, label in enumerate(labels)}
    return labels, np.array([numbers[value] for value in values], dtype=np.int64)


def _unevenness(received: NDArray[np.generic], groups: Sequence[str]) -> float:
    """Gini of pushes per patent over groups."""
    _, numbers = _numbered(groups)
    return gini(np.bincount(numbers, weights=received) / np.bincount(numbers))
