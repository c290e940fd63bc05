"""The attacker: what somebody who keeps every digest of every month and every institution could work out.

Written apart from what decides the release (dbt_project/models/intermediate/digests), it shares no step with it: it
sees only which statements each published figure counts and who made them. A figure is a sum over its statements, so
what can be worked out from published figures is what their linear combinations are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

ExposureKind = Literal["too_few", "difference", "newcomers", "combination"]


@dataclass(frozen=True)
class Figure:
    """A published figure: where it stands, the statements it counts, and whether it also says how many made them."""

    label: str
    statements: frozenset[str]
    counts_evaluators: bool = True


@dataclass(frozen=True)
class Exposure:
    """A way to learn what fewer evaluators than allowed have said, and who they are."""

    kind: ExposureKind
    labels: tuple[str, ...]
    evaluators: tuple[str, ...]


def find_exposures(figures: Iterable[Figure], evaluators: Mapping[str, str], minimum: int) -> list[Exposure]:
    """Every figure of too few evaluators, and every pair of which one contains the other but for too few.

    `evaluators` says who made each statement (the group that speaks with one voice). A pair is exposed when the
    statements of one that are not in the other come from fewer than `minimum` evaluators, or, where both say how many
    made them, when fewer than `minimum` evaluators are in the one and not in the other.
    """
    distinct = list(dict.fromkeys(figure for figure in figures if figure.statements))
    found = [exposure for figure in distinct for exposure in _too_few(figure, evaluators, minimum)]
    for one, other in combinations(distinct, 2):
        small, large = sorted((one, other), key=lambda figure: len(figure.statements))
        if small.statements <= large.statements:
            found += _difference(small, large, evaluators, minimum)
    return found


def _too_few(figure: Figure, evaluators: Mapping[str, str], minimum: int) -> list[Exposure]:
    makers = _makers(figure.statements, evaluators)
    return [Exposure("too_few", (figure.label,), tuple(sorted(makers)))] if len(makers) < minimum else []


def _difference(small: Figure, large: Figure, evaluators: Mapping[str, str], minimum: int) -> list[Exposure]:
    labels = (small.label, large.label)
    found = []
    rest = _makers(large.statements - small.statements, evaluators)
    if 0 < len(rest) < minimum:
        found.append(Exposure("difference", labels, tuple(sorted(rest))))
    new = _makers(large.statements, evaluators) - _makers(small.statements, evaluators)
    if small.counts_evaluators and large.counts_evaluators and 0 < len(new) < minimum:
        found.append(Exposure("newcomers", labels, tuple(sorted(new))))
    return found


def find_combinations(figures: Sequence[Figure], evaluators: Mapping[str, str], minimum: int) -> list[Exposure]:
    """Sets of fewer than `minimum` evaluators whose statements some linear combination of all figures isolates.

    With M the matrix of figures and statements, a combination that is zero on every statement of others, and not on all
    of theirs, exists exactly if leaving out the columns of the set lowers the rank of M. Grows with the number of sets:
    for histories of some dozen evaluators.
    """
    statements = sorted({statement for figure in figures for statement in figure.statements})
    columns = {statement: number for number, statement in enumerate(statements)}
    matrix = np.zeros((len(figures), len(statements)))
    for row, figure in enumerate(figures):
        matrix[row, [columns[statement] for statement in figure.statements]] = 1
    whole = _rank(matrix)
    owners = np.array([evaluators[statement] for statement in statements])
    everyone = sorted(set(owners.tolist()))
    sets = [group for size in range(1, minimum) for group in combinations(everyone, size)]
    return [Exposure("combination", (), group) for group in sets if _rank(matrix[:, ~np.isin(owners, group)]) < whole]


def _rank(matrix: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(matrix)) if matrix.size else 0


def _makers(statements: Iterable[str], evaluators: Mapping[str, str]) -> set[str]:
    return {evaluators[statement] for statement in statements}
