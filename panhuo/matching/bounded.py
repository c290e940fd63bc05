"""Assignment of a national month: near the optimum, with the distance proved.

The exact programme of `assignment` grows too large for tens of millions of pairs. Here patents that must be seen first
ask the firms to whom they cost least; a firm that is asked too often keeps those that have fewest others to ask, and
the rest ask on (deferred acceptance, Gale and Shapley 1962). Where that leaves someone short, a maximum flow sets aside
as many pairs as can be. Then every firm fills its room with its best pairs. At any
prices for the exposure of patents, the best pairs of every firm give an upper bound of the objective (Lagrangian
relaxation, Geoffrion 1974).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MISSING_COST = 2.0
"""What a missing recipient costs: more than the pair that it displaces can be worth, a probability of at most one."""
PRICE_SHARES = (0.5, 1.0)
"""The bound is the least over these parts of the prices found."""
APART = 8.0
"""Twice the widest range of worth and price: firm and value sort as one number."""


@dataclass(frozen=True)
class BoundedAssignment:
    """Which pairs are pushed, and how many recipients are missing.

    `objective` is the worth of the pairs less `MISSING_COST` for each missing recipient; no assignment exceeds `bound`.
    """

    chosen: Flags
    objective: float
    bound: float
    shortage: int


def assign_bounded(patents: Ints, firms: Ints, worth: Floats, *, cap: int, needed: Ints) -> BoundedAssignment:
    """Choose pairs, at most `cap` of a firm and at least `needed` of a patent where there is room.

    `worth` is at most one and may be negative: such pairs are chosen for the minimum only. The result does not depend
    on the order of the pairs.
    """
    if (np.bincount(patents, minlength=len(needed)) < needed).any():
        raise ValueError("a patent needs more recipients than it has candidates; lower its minimum")
    order = np.lexsort((patents, firms))
    market = _Market(patents[order], firms[order], worth[order], cap, needed)
    reserved, unavoidable = market.reserve()
    chosen = market.fill(reserved)
    shortage = int(np.maximum(needed - np.bincount(market.patents[chosen], minlength=len(needed)), 0).sum())
    result = np.zeros(len(worth), dtype=bool)
    result[order[chosen]] = True
    objective = float(worth[result].sum()) - MISSING_COST * shortage
    prices = market.prices(reserved)
    by_caps = market.bound(np.zeros(len(needed))) - MISSING_COST * unavoidable
    bound = min(by_caps, *(market.bound(share * prices) for share in PRICE_SHARES))
    return BoundedAssignment(result, objective, bound, shortage)


class _Market:
    """Pairs ordered by firm and patent, and what a newcomer must beat at each firm."""

    def __init__(self, patents: Ints, firms: Ints, worth: Floats, cap: int, needed: Ints):
        self.patents, self.firms, self.worth, self.cap, self.needed = patents, firms, worth, cap, needed
        best = self._best_of_firms(np.arange(len(worth)), worth)
        self.asked = np.zeros(int(firms.max(initial=-1)) + 1)
        last = best[_places_in(self.firms[best]) == cap - 1]
        self.asked[firms[last]] = worth[last]

    def reserve(self) -> tuple[Flags, int]:
        """Pairs set aside for the minimum, and how many recipients must be missing whatever is chosen."""
        held = self._accepted()
        missing = int(self.needed.sum()) - len(held)
        if missing:
            held = self._most()
            missing = int(self.needed.sum()) - len(held)
        return self._flags(held), missing

    def _most(self) -> Ints:
        """As many pairs towards the minimum as the caps allow."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import maximum_flow

        rows = np.flatnonzero(self.needed[self.patents] > 0)
        patents, firms = self.patents[rows], self.firms[rows] + len(self.needed)
        source = len(self.needed) + len(self.asked)
        covered, all_firms = np.flatnonzero(self.needed), np.arange(len(self.needed), source)
        starts = np.concatenate([np.full(len(covered), source), patents, all_firms])
        ends = np.concatenate([covered, firms, np.full(len(all_firms), source + 1)])
        room = np.concatenate([self.needed[covered], np.ones(len(rows)), np.full(len(all_firms), self.cap)])
        network = csr_matrix((room.astype(np.int32), (starts, ends)), (source + 2, source + 2))
        flow = maximum_flow(network, source, source + 1).flow
        return rows[np.asarray(flow[patents, firms]).ravel() > 0]

    def _accepted(self) -> Ints:
        """Each patent asks where it displaces least, firms keep those that have fewest others to ask."""
        rows = np.flatnonzero(self.needed[self.patents] > 0)
        rows = rows[np.lexsort((self._cost(rows), self.patents[rows]))]
        counts = np.bincount(self.patents[rows], minlength=len(self.needed))
        starts = np.cumsum(counts) - counts
        asked = np.zeros(len(self.needed), dtype=np.int64)
        held = np.zeros(0, dtype=np.int64)
        while True:
            missing = self.needed - np.bincount(self.patents[held], minlength=len(self.needed))
            more = np.minimum(np.maximum(missing, 0), counts - asked)
            asking = np.flatnonzero(more)
            if not len(asking):
                return held
            new = np.repeat(starts[asking] + asked[asking], more[asking]) + _counted(more[asking])
            asked[asking] += more[asking]
            held = self._keep(np.concatenate([held, rows[new]]), counts - asked)

    def fill(self, reserved: Flags) -> Ints:
        """Rows reserved, and the best others that are worth anything while the firm has room."""
        wanted = np.flatnonzero(reserved | (self.worth > 0))
        return self._needful(self._best_of_firms(wanted, self.worth + MISSING_COST * reserved))

    def _needful(self, rows: Ints) -> Ints:
        """Without pairs that are worth nothing and that the minimum does not need."""
        ranked = rows[np.lexsort((rows, -self.worth[rows], self.patents[rows]))]
        patents = self.patents[ranked]
        return np.sort(ranked[(self.worth[ranked] > 0) | (_places_in(patents) < self.needed[patents])])

    def prices(self, reserved: Flags) -> Floats:
        """What the dearest reserved pair of each patent displaces; missing recipients at their full cost."""
        prices = np.zeros(len(self.needed))
        rows = np.flatnonzero(reserved)
        np.maximum.at(prices, self.patents[rows], np.maximum(self._cost(rows), 0))
        short = np.bincount(self.patents[rows], minlength=len(self.needed)) < self.needed
        return np.where(short, MISSING_COST, np.minimum(prices, MISSING_COST))

    def bound(self, prices: Floats) -> float:
        """Best pairs of every firm at these prices, less what the prices promise to the minimum."""
        values = self.worth + prices[self.patents]
        best = self._best_of_firms(np.flatnonzero(values > 0), values)
        return float(values[best].sum() - prices @ self.needed)

    def _cost(self, rows: Ints) -> Floats:
        return np.asarray(self.asked[self.firms[rows]] - self.worth[rows])

    def _keep(self, rows: Ints, others_to_ask: Ints) -> Ints:
        ranked = rows[np.lexsort((rows, -self.worth[rows], others_to_ask[self.patents[rows]], self.firms[rows]))]
        return np.asarray(ranked[_places_in(self.firms[ranked]) < self.cap])

    def _flags(self, rows: Ints) -> Flags:
        flags = np.zeros(len(self.worth), dtype=bool)
        flags[rows] = True
        return flags

    def _best_of_firms(self, rows: Ints, values: Floats) -> Ints:
        """Of the given rows, the best of each firm up to the cap, by firm and falling value."""
        ranked = rows[np.argsort(self.firms[rows] * APART - values[rows], kind="stable")]
        return np.asarray(ranked[_places_in(self.firms[ranked]) < self.cap])


def _counted(lengths: Ints) -> Ints:
    """0, 1, 2, … for each length, one after the other."""
    return np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def _places_in(groups: Ints) -> Ints:
    """0, 1, 2, … within each run of equal numbers."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    return _counted(np.diff(np.append(starts, len(groups))))
