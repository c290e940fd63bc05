"""Assignment of a national month: near the optimum, with the distance proved.

The exact programme of `assignment` grows too large for tens of millions of pairs. Here each patent has a price that
its exposure is worth. At given prices every firm simply takes its best pairs, which is optimal for the relaxation, so
that any prices give an upper bound of the objective. Patents short of recipients raise their price to what the cheapest
firms ask, as bidders of an auction do (Bertsekas 1988), until nobody is short or no firm has room.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROUNDS = 60
INCREMENT = 1e-4


@dataclass(frozen=True)
class BoundedAssignment:
    """Which pairs are pushed, their worth, an upper bound of any assignment's worth, and what is missing."""

    chosen: Flags
    objective: float
    bound: float
    shortage: int
    rounds: int


class _Market:
    """Pairs grouped by firm, the prices of patents, and who holds what."""

    def __init__(self, patents: Ints, firms: Ints, worth: Floats, cap: int, patent_count: int):
        self.order = np.lexsort((patents, firms))
        self.patents, self.worth, self.cap = patents[self.order], worth[self.order], cap
        self.firms = firms[self.order]
        count = int(self.firms[-1]) + 1 if len(firms) else 0
        self.starts = np.searchsorted(self.firms, np.arange(count + 1))
        self.of_patent = np.argsort(self.patents, kind="stable")
        self.patent_starts = np.searchsorted(self.patents[self.of_patent], np.arange(patent_count + 1))
        self.prices = np.zeros(patent_count)
        self.chosen = np.zeros(len(worth), dtype=bool)
        self.asked = np.zeros(count)
        self.settle(np.arange(count))

    def settle(self, firms: Ints) -> None:
        """Each of the firms takes its best pairs at the prices of now; `asked` is what a newcomer must beat."""
        rows = _ranges(self.starts[firms], self.starts[firms + 1])
        values = self.worth[rows] + self.prices[self.patents[rows]]
        ranked = rows[np.lexsort((rows, -values, self.firms[rows]))]
        counts = self.starts[firms + 1] - self.starts[firms]
        places = _places(counts)
        taken = (places < self.cap) & (self.worth[ranked] + self.prices[self.patents[ranked]] > 0)
        self.chosen[rows] = False
        self.chosen[ranked[taken]] = True
        self.asked[firms] = 0
        last = ranked[taken & (places == self.cap - 1)]
        self.asked[self.firms[last]] = self.worth[last] + self.prices[self.patents[last]]

    def recipients(self) -> Ints:
        """How many firms take each patent."""
        return np.bincount(self.patents[self.chosen], minlength=len(self.prices))

    def pairs_of(self, patents: Ints) -> tuple[Ints, Ints]:
        """Rows of the patents' pairs, and how many each has."""
        starts, ends = self.patent_starts[patents], self.patent_starts[patents + 1]
        return self.of_patent[_ranges(starts, ends)], ends - starts

    def bound(self, needed: Ints) -> float:
        """Best pairs of every firm at these prices, less what the prices promise to the minimum."""
        values = self.worth + self.prices[self.patents]
        return float(values[self.chosen].sum() - self.prices @ needed)


def assign_bounded(patents: Ints, firms: Ints, worth: Floats, *, cap: int, needed: Ints) -> BoundedAssignment:
    """Choose pairs, at most `cap` of a firm and at least `needed` of a patent where there is room.

    `worth` may be negative: such pairs are chosen for the minimum only. The result does not depend on the order of the
    pairs. `bound` holds for every assignment that gives each patent its minimum.
    """
    market = _Market(patents, firms, worth, cap, len(needed))
    bound, rounds = market.bound(needed), 0
    available = np.bincount(patents, minlength=len(needed))
    if (available < needed).any():
        raise ValueError("a patent needs more recipients than it has candidates; lower its minimum")
    while rounds < ROUNDS and len(short := np.flatnonzero(market.recipients() < needed)):
        rounds += 1
        market.settle(_raise_prices(market, short, needed))
        bound = min(bound, market.bound(needed))
    chosen = _without_needless(market, needed)
    shortage = int(np.maximum(needed - np.bincount(market.patents[chosen], minlength=len(needed)), 0).sum())
    result = np.zeros(len(worth), dtype=bool)
    result[market.order[chosen]] = True
    return BoundedAssignment(result, float(worth[result].sum()), bound, shortage, rounds)


def _raise_prices(market: _Market, short: Ints, needed: Ints) -> Ints:
    """Give each short patent the price at which its cheapest firms take it; the firms this concerns."""
    rows, counts = market.pairs_of(short)
    owners = np.repeat(np.arange(len(short)), counts)
    price = market.asked[market.firms[rows]] - market.worth[rows]
    ranked = np.lexsort((rows, price, owners))
    wanted = _places(counts) == needed[short[owners]] - 1
    found = ranked[wanted]
    raised = np.maximum(market.prices[short[owners[found]]], price[found] + INCREMENT)
    market.prices[short[owners[found]]] = raised
    return np.unique(market.firms[rows])


def _without_needless(market: _Market, needed: Ints) -> Ints:
    """Rows chosen, without pairs of negative worth beyond the minimum."""
    rows = np.flatnonzero(market.chosen)
    ranked = rows[np.lexsort((rows, -market.worth[rows], market.patents[rows]))]
    counts = np.bincount(market.patents[ranked], minlength=len(needed))
    kept = (market.worth[ranked] > 0) | (_places(counts[counts > 0]) < needed[market.patents[ranked]])
    return np.sort(ranked[kept])


def _ranges(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start to before its end, one range after the other."""
    lengths = ends - starts
    return np.repeat(starts, lengths) + _places(lengths)


def _places(lengths: Ints) -> Ints:
    """0, 1, 2, … for each length, one after the other."""
    total = int(lengths.sum())
    return np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
