"""Is a difference of two rates more than chance, and between which bounds does a rate lie: over columns of counts.

Models call these in SQL (`pipeline.sql_functions`), so that there is one formula. Tests are those of two proportions,
Fisher's exact one where an expected count is small. Bounds are exact ones (C. J. Clopper, E. S. Pearson, Biometrika 26,
1934); ranks rest on them (decision 0032).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[Any]

SMALL_COUNT = 5
"""An expected count below it makes the normal approximation poor; the exact test is taken."""


def p_values(hits: Counts, total: Counts, other_hits: Counts, other_total: Counts) -> Counts:
    """Two-sided p, row by row, of both rates being equal; 1 where nothing can be told."""
    import numpy as np
    from scipy.special import ndtr

    both, found = total + other_total, hits + other_hits
    pooled = found / np.maximum(both, 1)
    can_tell = (total > 0) & (other_total > 0) & (found > 0) & (found < both)
    is_small = np.minimum(total, other_total) * np.minimum(pooled, 1 - pooled) < SMALL_COUNT
    with np.errstate(divide="ignore", invalid="ignore"):
        deviation = np.sqrt(pooled * (1 - pooled) * (1 / total + 1 / other_total))
        p = 2 * ndtr(-np.abs(hits / total - other_hits / other_total) / deviation)
    p = np.where(can_tell, p, 1.0)
    for row in np.flatnonzero(can_tell & is_small):
        p[row] = _exact(int(hits[row]), int(total[row]), int(other_hits[row]), int(other_total[row]))
    return p


def _exact(hits: int, total: int, other_hits: int, other_total: int) -> float:
    from scipy.stats import fisher_exact

    return float(fisher_exact([[hits, total - hits], [other_hits, other_total - other_hits]]).pvalue)


def exact_bounds(hits: Counts, total: Counts, tail: Counts) -> Counts:
    """The rate, row by row, below which it lies with probability `tail`, by beta quantiles.

    A tail below one half gives the lower bound of an exact interval, one above it the upper. The rate of a total of 0
    may be anything from 0 to 1.
    """
    import numpy as np
    from scipy.special import betaincinv

    is_lower = tail < 1 / 2
    hits, missed = hits + ~is_lower, total - hits + is_lower
    bound = betaincinv(np.maximum(hits, 1), np.maximum(missed, 1), tail)
    return np.where(hits == 0, 0.0, np.where(missed == 0, 1.0, bound))
