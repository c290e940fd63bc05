"""Assignment of a national month: near the optimum, with the distance proved.

The exact programme of `assignment` grows too large for tens of millions of pairs. Here exposure has prices: what a
further recipient of a patent is worth beyond the pair itself, because the patent misses some, and what it is worth to
its institution and its city. At any prices the best pairs of every firm give an upper bound of the objective
(Lagrangian relaxation, Geoffrion 1974); a few steps of a subgradient (Held, Wolfe and Crowder 1974) bring it down.

The prices then guide the choice. Patents that must be seen ask the firms that give up least for them, firms keep whom
they would give up last, and the rest ask on (deferred acceptance, Gale and Shapley 1962). Where that leaves someone
short, a maximum flow moves as few of these pairs as it must, so that the least possible number is missing. Last,
every firm fills its room with its best pairs; a patent that is asked for too often keeps its best.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.assignment import FAIRNESS_STEPS
from panhuo.matching.terms import Matrix

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MISSING_COST = 2.0
"""What a missing recipient costs: more than the pair that it displaces can be worth, a probability of at most one."""
ROUNDS = 24
FIRST_STEP = 0.3
"""Steps of the prices: a first one of about the worth of a pair, falling to a hundredth of it."""


@dataclass(frozen=True)
class Terms:
    """What an assignment keeps to; patents and firms by number.

    `groups` holds, for each level such as institution and city, the group of every patent. The first pushes of a group
    are worth more than later ones, as in the exact assignment: `fairness_weight` is shared by the levels.
    """

    room: Ints
    """Pushes that each firm takes at most."""
    needed: Ints
    """Recipients that each patent should have at least."""
    limit: int
    """Recipients that any patent has at most."""
    groups: tuple[Ints, ...] = ()
    fairness_weight: float = 0.0


@dataclass(frozen=True)
class BoundedAssignment:
    """Which pairs are pushed, and how many recipients are missing.

    `objective` is the worth of the pairs and of fair exposure, less `MISSING_COST` for each missing recipient; no
    assignment exceeds `bound`.
    """

    chosen: Flags
    objective: float
    bound: float
    shortage: int


def assign_bounded(patents: Ints, firms: Ints, worth: Floats, terms: Terms) -> BoundedAssignment:
    """Choose pairs within the room of the firms, the limit of the patents and, where there is room, their minimum.

    `worth` is at most one and may be negative: such pairs are chosen for the minimum only. The result does not depend
    on the order of the pairs. ValueError when a patent needs more recipients than it has candidates, or than the limit.
    """
    if (np.bincount(patents, minlength=len(terms.needed)) < terms.needed).any() or (terms.needed > terms.limit).any():
        raise ValueError("a patent needs more recipients than it has candidates or than the limit; lower its minimum")
    order = np.lexsort((patents, firms))
    market = _Market(patents[order], firms[order], worth[order], terms)
    prices, bound = market.priced()
    reserved, unavoidable = market.reserve(prices)
    bound = min(bound, market.bound_at(_Prices.none(terms)) - MISSING_COST * unavoidable)
    chosen = market.fill(reserved, prices)
    objective, shortage = market.objective(chosen)
    result = np.zeros(len(worth), dtype=bool)
    result[order[chosen]] = True
    return BoundedAssignment(result, objective, bound, shortage)


@dataclass
class _Prices:
    """Worth of a further recipient: to the minimum (below zero: to the limit) of a patent, and to each group."""

    patents: Floats
    groups: list[Floats]

    @classmethod
    def none(cls, terms: Terms) -> _Prices:
        return cls(np.zeros(len(terms.needed)), [np.zeros(int(x.max(initial=-1)) + 1) for x in terms.groups])

    def fair(self, terms: Terms) -> Floats:
        """What fairness adds to any pair of each patent."""
        total = np.zeros(len(self.patents))
        for prices, groups in zip(self.groups, terms.groups, strict=True):
            total += prices[groups]
        return total


@dataclass(frozen=True)
class _Steps:
    """Worth of the pushes of each group of one level, step by step: ends in pushes, and value of a push before each."""

    ends: Floats
    values: Floats

    def total(self, counts: Floats) -> float:
        widths = np.diff(self.ends, axis=1, prepend=0)
        filled = np.clip(counts[:, None] - (self.ends - widths), 0, widths)
        return float((filled @ self.values).sum())

    def next_value(self, counts: Floats) -> Floats:
        """What one more push is worth to each group."""
        step = (counts[:, None] >= self.ends).sum(axis=1)
        return np.asarray(np.append(self.values, 0.0)[step])

    def surplus(self, prices: Floats) -> float:
        """The most that groups can be worth beyond these prices."""
        widths = np.diff(self.ends, axis=1, prepend=0)
        return float((widths * np.maximum(self.values - prices[:, None], 0)).sum())


class _Market:
    """Pairs ordered by firm and patent."""

    def __init__(self, patents: Ints, firms: Ints, worth: Floats, terms: Terms):
        self.patents, self.firms, self.terms = patents, firms, terms
        # Fairness never lifts a pair that is worth nothing: only the minimum of recipients does.
        self.worth = np.where(worth < 0, worth - terms.fairness_weight, worth)
        self._starts = np.searchsorted(firms, np.arange(len(terms.room) + 1)).astype(np.int32)
        self._places = _counted(np.diff(self._starts)).astype(np.int32)
        self._steps = [self._fair_steps(groups) for groups in terms.groups]

    def _fair_steps(self, groups: Ints) -> _Steps:
        sizes = np.bincount(groups)
        room = np.minimum(np.diff(self._starts), self.terms.room).sum()
        takes = np.minimum(np.bincount(self.patents), self.terms.limit).sum()
        fair = min(room, takes) / max(len(groups), 1)
        ends = np.ceil(np.outer(sizes * fair, [share for share, _ in FAIRNESS_STEPS]))
        weight = self.terms.fairness_weight / len(self.terms.groups)
        return _Steps(ends, weight * np.array([part for _, part in FAIRNESS_STEPS]))

    def priced(self) -> tuple[_Prices, float]:
        """Prices after some rounds, and the lowest bound met on the way."""
        prices = _Prices.none(self.terms)
        lowest, found = np.inf, prices
        for number in range(ROUNDS):
            bound, received = self._bound(prices)
            if bound < lowest:
                lowest, found = bound, prices
            prices = self._moved(prices, received, FIRST_STEP / (1 + number))
        return found, lowest

    def bound_at(self, prices: _Prices) -> float:
        return self._bound(prices)[0]

    def _bound(self, prices: _Prices) -> tuple[float, Ints]:
        """Best pairs of every firm at these prices less what the prices promise, and what each patent receives so."""
        values = self.worth + (prices.patents + prices.fair(self.terms))[self.patents]
        best = self._best_of_firms(values)
        promised = np.where(prices.patents >= 0, self.terms.needed, self.terms.limit)
        bound = float(values[best].sum() - prices.patents @ promised)
        bound += sum(steps.surplus(part) for steps, part in zip(self._steps, prices.groups, strict=True))
        return bound, np.bincount(self.patents[best], minlength=len(self.terms.needed))

    def _moved(self, prices: _Prices, received: Ints, step: float) -> _Prices:
        """Dearer where recipients miss, cheaper where there are more than needed or, below zero, than may be."""
        missing = np.where((prices.patents > 0) | (received < self.terms.needed), self.terms.needed, self.terms.limit)
        missing = missing - received
        missing[(prices.patents == 0) & (missing > 0) & (received >= self.terms.needed)] = 0
        moved = prices.patents + step * np.clip(missing, -1, 1)
        crossed = moved * prices.patents < 0
        patents = np.where(crossed, 0.0, np.minimum(moved, MISSING_COST))
        groups = []
        for part, steps, members in zip(prices.groups, self._steps, self.terms.groups, strict=True):
            worth = steps.next_value(_sums(members, received))
            groups.append(part + (worth - part) * min(1.0, 2 * step / FIRST_STEP))
        return _Prices(patents, groups)

    def reserve(self, prices: _Prices) -> tuple[Flags, int]:
        """Pairs set aside for the minimum, and how many recipients must be missing whatever is chosen."""
        held = self._accepted(prices)
        missing = int(self.terms.needed.sum()) - len(held)
        if missing:
            held = self._most(held)
            missing = int(self.terms.needed.sum()) - len(held)
        return self._flags(held), missing

    def _most(self, held: Ints) -> Ints:
        """As many pairs towards the minimum as the room allows: those held, moved along a maximum flow."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import maximum_flow

        needed, room = self.terms.needed, self.terms.room
        rows = np.flatnonzero(needed[self.patents] > 0)
        is_held = self._flags(held)[rows]
        patents, firms = self.patents[rows], self.firms[rows] + len(needed)
        source = len(needed) + len(room)
        missing = needed - np.bincount(self.patents[held], minlength=len(needed))
        free = room - np.bincount(self.firms[held], minlength=len(room))
        short, open_firms = np.flatnonzero(missing), np.flatnonzero(free > 0)
        begin, end = np.where(is_held, firms, patents), np.where(is_held, patents, firms)
        starts = np.concatenate([np.full(len(short), source), begin, open_firms + len(needed)])
        ends = np.concatenate([short, end, np.full(len(open_firms), source + 1)])
        width = np.concatenate([missing[short], np.ones(len(rows)), free[open_firms]]).astype(np.int32)
        flow = maximum_flow(csr_matrix((width, (starts, ends)), (source + 2, source + 2)), source, source + 1).flow
        return np.asarray(rows[is_held != (np.asarray(flow[begin, end]).ravel() > 0)])

    def _accepted(self, prices: _Prices) -> Ints:
        """Each patent asks where it costs least, firms keep those that are worth most to them."""
        needed, room = self.terms.needed, self.terms.room
        values = self.worth + (prices.patents + prices.fair(self.terms))[self.patents]
        rows = np.flatnonzero(needed[self.patents] > 0)
        cost = self._displaced(values)[self.firms[rows]] - values[rows]
        rows = rows[np.lexsort((cost, self.patents[rows]))]
        counts = np.bincount(self.patents[rows], minlength=len(needed))
        starts = np.cumsum(counts) - counts
        asked = np.zeros(len(needed), dtype=np.int64)
        held = np.zeros(0, dtype=np.int64)
        while True:
            missing = needed - np.bincount(self.patents[held], minlength=len(needed))
            more = np.minimum(np.maximum(missing, 0), counts - asked)
            asking = np.flatnonzero(more)
            if not len(asking):
                return held
            new = np.repeat(starts[asking] + asked[asking], more[asking]) + _counted(more[asking])
            asked[asking] += more[asking]
            held = np.concatenate([held, rows[new]])
            ranked = held[np.lexsort((held, -values[held], self.firms[held]))]
            held = ranked[places_in(self.firms[ranked]) < room[self.firms[ranked]]]

    def fill(self, reserved: Flags, prices: _Prices) -> Ints:
        """Rows reserved, and the best others that are worth anything while firm and patent have room."""
        values = self.worth + (np.minimum(prices.patents, 0) + prices.fair(self.terms))[self.patents]
        values = np.where(self.worth > 0, np.maximum(values, 1e-9), 0) + 2 * MISSING_COST * reserved
        best = self._best_of_firms(values)
        while len(over := self._over_limit(best, values)):
            values[over] = 0
            again = np.zeros(len(self.terms.room), dtype=bool)
            again[self.firms[over]] = True
            best = np.concatenate([best[~again[self.firms[best]]], self._best_of_firms(values, np.flatnonzero(again))])
        ranked = best[np.lexsort((best, -values[best], self.patents[best]))]
        needful = places_in(self.patents[ranked]) < self.terms.needed[self.patents[ranked]]
        return np.sort(ranked[(self.worth[ranked] > 0) | needful])

    def _over_limit(self, rows: Ints, values: Floats) -> Ints:
        """Of the given rows, the worst of each patent that has more than it may."""
        crowded = np.bincount(self.patents[rows], minlength=len(self.terms.needed)) > self.terms.limit
        rows = rows[crowded[self.patents[rows]]]
        ranked = rows[np.lexsort((rows, -values[rows], self.patents[rows]))]
        return np.asarray(ranked[places_in(self.patents[ranked]) >= self.terms.limit])

    def objective(self, chosen: Ints) -> tuple[float, int]:
        """Worth of the chosen pairs and of the exposure they give, and how many recipients are missing."""
        received = np.bincount(self.patents[chosen], minlength=len(self.terms.needed))
        shortage = int(np.maximum(self.terms.needed - received, 0).sum())
        worth = float(self.worth[chosen].sum()) - MISSING_COST * shortage
        for steps, groups in zip(self._steps, self.terms.groups, strict=True):
            worth += steps.total(_sums(groups, received))
        return worth, shortage

    def _displaced(self, values: Floats) -> Floats:
        """Value of the last pair that each firm takes, zero while it has room."""
        best = self._best_of_firms(values)
        last = best[places_in(self.firms[best]) == self.terms.room[self.firms[best]] - 1]
        found = np.zeros(len(self.terms.room))
        found[self.firms[last]] = values[last]
        return found

    def _flags(self, rows: Ints) -> Flags:
        flags = np.zeros(len(self.worth), dtype=bool)
        flags[rows] = True
        return flags

    def _best_of_firms(self, values: Floats, of: Ints | None = None) -> Ints:
        """Rows of the best pairs of each firm (or of those given) that are worth anything, while it has room."""
        from scipy import sparse
        from sparse_dot_topn import sp_matmul_topn

        firms = np.arange(len(self.terms.room)) if of is None else of
        if not len(values) or not len(firms):
            return np.zeros(0, dtype=np.int64)
        width = int(self._places.max()) + 1
        pairs: Matrix = sparse.csr_matrix((values, self._places, self._starts), (len(self.terms.room), width))
        pairs = pairs if of is None else pairs[of]
        same = sparse.identity(len(firms), dtype=values.dtype, format="csr")
        most = max(int(self.terms.room[firms].max()), 1)
        best = sp_matmul_topn(same, pairs, most, threshold=0.0, sort=True, n_threads=1)
        counts = np.diff(best.indptr)
        rows = np.repeat(self._starts[firms], counts) + best.indices
        return np.asarray(rows[_counted(counts) < np.repeat(self.terms.room[firms], counts)])


def _sums(groups: Ints, values: Ints) -> Floats:
    return np.asarray(np.bincount(groups, weights=values), dtype=np.float64)


def _counted(lengths: Ints) -> Ints:
    """0, 1, 2, … for each length, one after the other."""
    return np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def places_in(groups: Ints) -> Ints:
    """0, 1, 2, … within each run of equal numbers."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    return _counted(np.diff(np.append(starts, len(groups))))
