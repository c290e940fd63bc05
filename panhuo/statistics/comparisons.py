"""Two quarters beside each other: is a difference more than chance, who drives it, and how sure is a rank.

A change of a rate is split by parts as R₁ − R₀ = Σ s̄·(r₁ − r₀) + Σ (s₁ − s₀)·(r̄ − R̄), with the share s of a part in
the denominator and bars for means of both quarters: what the parts' own rates did, and what their sizes did. Tests are
those of two proportions (Fisher's exact test where a count is small); rank intervals hold for all units at once, by
pairwise tests at a Bonferroni level (after D. Mohamad, E. van Zwet, J. Goeman, Simultaneous confidence intervals for
ranks with application to ranking institutions, Biometrics 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

SMALL_COUNT = 5
"""An expected count below it makes the normal approximation poor; the exact test is taken."""


@dataclass(frozen=True)
class Ratio:
    """Patents counted, and counted against."""

    numerator: int
    denominator: int

    @property
    def rate(self) -> float:
        """Their quotient; 0 of nothing."""
        return self.numerator / self.denominator if self.denominator else 0.0


@dataclass(frozen=True)
class Driver:
    """What one part contributes to the change of a rate: by its own rate, and by its size."""

    part: str
    by_rate: float
    by_size: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.by_rate + self.by_size


@dataclass(frozen=True)
class Rank:
    """A unit's place, shared with whom it ties, and the places that it may have at the level asked for."""

    unit: str
    place: int
    best: int
    worst: int


def p_value(one: Ratio, other: Ratio) -> float:
    """Two-sided p of both rates being equal; 1 where nothing can be told."""
    total, hits = one.denominator + other.denominator, one.numerator + other.numerator
    if not one.denominator or not other.denominator or hits in (0, total):
        return 1.0
    pooled = hits / total
    if min(one.denominator, other.denominator) * min(pooled, 1 - pooled) < SMALL_COUNT:
        return _exact(one, other)
    from scipy.special import ndtr

    deviation = sqrt(pooled * (1 - pooled) * (1 / one.denominator + 1 / other.denominator))
    return float(2 * ndtr(-abs(one.rate - other.rate) / deviation))


def _exact(one: Ratio, other: Ratio) -> float:
    from scipy.stats import fisher_exact

    table = [[x.numerator, x.denominator - x.numerator] for x in (one, other)]
    return float(fisher_exact(table).pvalue)


def drivers(now: Mapping[str, Ratio], before: Mapping[str, Ratio]) -> list[Driver]:
    """Contributions of the parts to the change of the whole's rate, largest first; they sum to the change.

    A part that is missing in one quarter has nothing in it. Empty when one of the quarters has no denominator.
    """
    totals = [sum(x.denominator for x in parts.values()) for parts in (now, before)]
    if not all(totals):
        return []
    middle = sum(sum(x.numerator for x in p.values()) / t for p, t in zip((now, before), totals, strict=True)) / 2
    found = []
    for part in sorted(now.keys() | before.keys()):
        one, other = now.get(part, Ratio(0, 0)), before.get(part, Ratio(0, 0))
        share_now, share_before = one.denominator / totals[0], other.denominator / totals[1]
        by_rate = (share_now + share_before) / 2 * (one.rate - other.rate)
        by_size = (share_now - share_before) * ((one.rate + other.rate) / 2 - middle)
        found.append(Driver(part, by_rate, by_size))
    return sorted(found, key=lambda driver: (-abs(driver.total), driver.part))


def ranks(units: Mapping[str, Ratio], level: float) -> list[Rank]:
    """Places by rate, highest first, with intervals that hold for all units together with probability `level`.

    Equal rates share a place. A unit may stand anywhere between those that are surely better and those surely worse.
    """
    names = sorted(units, key=lambda name: (-units[name].rate, name))
    pairs = len(names) * (len(names) - 1) // 2
    better, worse = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for high, low in combinations(names, 2):
        if p_value(units[high], units[low]) < (1 - level) / pairs:
            better[low] += 1
            worse[high] += 1
    return [Rank(name, 1 + _above(names, units, name), 1 + better[name], len(names) - worse[name]) for name in names]


def _above(names: Sequence[str], units: Mapping[str, Ratio], name: str) -> int:
    return sum(units[other].rate > units[name].rate for other in names)
