"""Complementary cell suppression: what is hidden beside the small cells, so that no sum of shown ones gives them away.

A cell is the sum of its parts, and the sum of all parts is always shown. A reader who knows which parts make up which
cell can tell a hidden one exactly when its parts are a linear combination of shown cells. So each hidden cell needs a
movement of the parts that changes it and no shown cell; one that hides the fewest patents more is a linear programme
(J. P. Kelly, B. L. Golden, A. A. Assad, Networks 22, 1992; A. Hundepool et al., *Statistical Disclosure Control*, 2012,
ch. 4). The movement is of real numbers: that a count is whole and not negative may still bound a hidden one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_TOLERANCE = 1e-7
_HIDDEN_COST = 1e-6
"""What a movement through a cell that is hidden anyway costs, against 1 for the largest cell: next to nothing."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: the parts that it sums, and what it costs the reader not to see it, above 0.

    Parts and cells of nothing are left out: that they are 0 is shown.
    """

    key: tuple[str, str]
    parts: tuple[str, ...]
    cost: float = 1.0
    is_hidden: bool = False


def complements(cells: Sequence[Cell]) -> list[tuple[str, str]]:
    """Keys of shown cells, in their order, that have to be hidden too so that no hidden one can be told.

    A hidden cell that is the sum of all parts cannot be protected and is left alone.
    """
    moved: set[tuple[str, str]] = set()
    for target in exposed(cells):
        if target.key not in moved:
            moved |= _cheapest_movement(cells, target, moved)
    return [cell.key for cell in cells if cell.key in moved and not cell.is_hidden]


def exposed(cells: Sequence[Cell]) -> list[Cell]:
    """The hidden cells, in their order, that the shown ones give away."""
    import numpy as np
    from scipy.linalg import null_space

    hidden = [cell for cell in cells if cell.is_hidden]
    known = {cell.parts[0] for cell in cells if not cell.is_hidden and len(cell.parts) == 1}
    unknown = sorted({part for cell in cells for part in cell.parts} - known)
    if not unknown:
        return hidden
    shown = [cell.parts for cell in cells if not cell.is_hidden and not known.issuperset(cell.parts)]
    free = null_space(_incidence([*shown, tuple(unknown)], unknown).toarray())
    is_moved = np.abs(_incidence([cell.parts for cell in hidden], unknown) @ free).max(axis=1, initial=0) > _TOLERANCE
    return [cell for cell, moves in zip(hidden, is_moved, strict=True) if not moves]


def _incidence(rows: Iterable[Sequence[str]], parts: Sequence[str]) -> Any:
    """Sparse matrix of 0 and 1: which of the parts each row holds."""
    import numpy as np
    from scipy.sparse import csr_array

    place = {part: number for number, part in enumerate(parts)}
    columns = [[place[part] for part in row if part in place] for row in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((column for row in columns for column in row), dtype=np.int64, count=ends[-1])
    return csr_array((np.ones(len(flat)), flat, ends), shape=(len(columns), len(parts)))


def _cheapest_movement(cells: Sequence[Cell], target: Cell, moved: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Keys of the cells that a movement changes which changes the target by 1 and the total by nothing.

    Nothing where there is none. What other movements changed is hidden by now. Unknown: the changes of the parts, and
    what each cell gains and loses, which cost.
    """
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    parts = sorted({part for cell in cells for part in cell.parts})
    adds_up = hstack([_incidence([cell.parts for cell in cells], parts), -eye_array(len(cells)), eye_array(len(cells))])
    fixed = hstack([_incidence([parts, target.parts], parts), csr_array((2, 2 * len(cells)))])
    dearest = max(cell.cost for cell in cells)
    costs = [_HIDDEN_COST if cell.is_hidden or cell.key in moved else cell.cost / dearest for cell in cells]
    solved = linprog(
        [*[0.0] * len(parts), *costs, *costs],
        A_eq=vstack([adds_up, fixed]),
        b_eq=[*[0.0] * (len(cells) + 1), 1.0],
        bounds=[(None, None)] * len(parts) + [(0, None)] * (2 * len(cells)),
        method="highs-ds",
    )
    if not solved.success:
        return set()
    gained, lost = np.split(solved.x[len(parts) :], 2)
    return {cell.key for cell, by in zip(cells, gained - lost, strict=True) if abs(by) > _TOLERANCE}
