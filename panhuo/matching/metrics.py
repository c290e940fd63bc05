"""How good a ranking is: recall, reciprocal rank, discounted gain, by pair and by firm, with intervals over firms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CUTS = (10, 20, 100)
RESAMPLES = 2000
TOP = 20


def mean_ranks(scores: NDArray[np.float32], wanted: Ints) -> Floats:
    """Rank of the wanted column in each row, from 1; ties share the mean of their ranks."""
    own = scores[np.arange(len(wanted)), wanted][:, None]
    above = (scores > own).sum(axis=1)
    equal = (scores == own).sum(axis=1)
    return np.asarray(above + (equal + 1) / 2, dtype=np.float64)


def measures(ranks: Floats, firms: Ints) -> dict[str, float]:
    """The figures of a ranking over pairs; `macro_` ones are means over firms of the means over their pairs."""
    values, sums, sizes = _by_firm(ranks, firms)
    return _named(_figures(np.ones((1, len(sizes))), sums, sizes)[0], list(values))


def intervals(ranks: Floats, firms: Ints, seed: int = 0, resamples: int = RESAMPLES) -> dict[str, list[float]]:
    """95 % bootstrap intervals of the figures: firms are drawn with replacement, with all their pairs."""
    values, sums, sizes = _by_firm(ranks, firms)
    draws = np.random.default_rng(seed).multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), size=resamples)
    low, high = np.quantile(_figures(draws, sums, sizes), (0.025, 0.975), axis=0)
    lows, highs = _named(low, list(values)), _named(high, list(values))
    return {name: [lows[name], highs[name]] for name in lows}


def _by_firm(ranks: Floats, firms: Ints) -> tuple[dict[str, Floats], Floats, Floats]:
    values = {f"recall@{cut}": (ranks <= cut).astype(np.float64) for cut in CUTS}
    values["mrr"] = 1 / ranks
    values["ndcg@20"] = np.where(ranks <= TOP, 1 / np.log2(1 + ranks), 0.0)
    _, numbers = np.unique(firms, return_inverse=True)
    sums = np.stack([np.bincount(numbers, weights=value) for value in values.values()], axis=1).astype(np.float64)
    return values, sums, np.bincount(numbers).astype(np.float64)


def _figures(draws: Floats | Ints, sums: Floats, sizes: Floats) -> Floats:
    over_pairs = (draws @ sums) / (draws @ sizes)[:, None]
    over_firms = (draws @ (sums / sizes[:, None])) / draws.sum(axis=1, keepdims=True)
    return np.concatenate([over_pairs, over_firms], axis=1)


def _named(row: Floats, names: list[str]) -> dict[str, float]:
    named = [*names, *(f"macro_{name}" for name in names)]
    return {name: float(value) for name, value in zip(named, row, strict=True)}


def gini(counts: Ints | Floats) -> float:
    """Inequality of non-negative counts: 0 when all are alike, towards 1 when one has everything."""
    ordered = np.sort(np.asarray(counts, dtype=np.float64))
    total = ordered.sum()
    if not total:
        return 0.0
    ranks = np.arange(1, len(ordered) + 1)
    return float((2 * ranks - len(ordered) - 1) @ ordered / (len(ordered) * total))


def exposure(scores: NDArray[np.float32], top: int = TOP) -> dict[str, float]:
    """Share of firms that are among the top of any patent, and the inequality of how often."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    counts = np.bincount(best.ravel(), minlength=scores.shape[1])
    return {"coverage": float((counts > 0).mean()), "gini": gini(counts)}


def calibration_error(probabilities: Floats, outcomes: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error over bins of equal counts."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(probabilities[part].mean() - outcomes[part].mean()) for part in parts]
    return float(sum(gaps) / max(len(probabilities), 1))
