"""Learning the weights of the evidence and their calibration from known pairs, and judging them by firm.

Every figure on known pairs is cross-validated by firm: the weights that score a firm have seen no pair of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from panhuo.matching.evidence import Scores
from panhuo.matching.fusion import Features, features, log_total, sigmoid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PENALTY = 3.0
FIRM_WEIGHT_POWER = 0.5
SAMPLED_FIRMS = 500
CALIBRATED_CANDIDATES = 200
ITERATIONS = 100
TOLERANCE = 1e-6
_STOPPING = {"maxiter": ITERATIONS, "ftol": TOLERANCE}


def learn_weights(evidence: Mapping[str, Scores], wanted: Ints, names: Sequence[str]) -> dict[str, float]:
    """Weights of a penalised conditional logit: of all firms, the wanted one took the patent."""
    found = _learn(features(evidence, names), evidence["holder"], wanted)
    return {name: float(weight) for name, weight in zip(names, found, strict=True)}


def held_out_scores(evidence: Mapping[str, Scores], wanted: Ints, names: Sequence[str]) -> Scores:
    """Scores of each pair's patent by weights learned without any pair of the wanted firm."""
    matrix = features(evidence, names)
    scores = np.zeros(matrix.shape[:2], dtype=np.float32)
    for firm in np.unique(wanted):
        own = wanted == firm
        weights = _learn(matrix[~own], evidence["holder"][~own], wanted[~own])
        scores[own] = matrix[own] @ weights.astype(np.float32)
    return scores


def pair_weights(firms: Ints) -> NDArray[np.float32]:
    """Weights of pairs so that a firm counts by the square root of its pairs; their mean is one."""
    _, numbers, sizes = np.unique(firms, return_inverse=True, return_counts=True)
    weights = sizes[numbers].astype(np.float64) ** (FIRM_WEIGHT_POWER - 1)
    return np.asarray(weights / weights.mean(), dtype=np.float32)


def learn_calibration(scores: Scores, wanted: Ints) -> tuple[float, float, float]:
    """Logistic regression of the outcome on score and crowd (Platt 1999), over the strongest firms of each patent."""
    crowd = log_total(scores)[:, None]
    best = np.argsort(-scores, axis=1, kind="stable")[:, :CALIBRATED_CANDIDATES]
    candidates, outcome = np.take_along_axis(scores, best, axis=1).astype(np.float64), best == wanted[:, None]
    weights = pair_weights(wanted).astype(np.float64)[:, None]

    def loss(candidate: Floats) -> tuple[float, Floats]:
        logits = candidate[0] + candidate[1] * candidates + candidate[2] * crowd
        gap = weights * (sigmoid(logits) - outcome)
        value = weights * (np.logaddexp(0, logits) - outcome * logits)
        return float(value.sum()), np.array([gap.sum(), (gap * candidates).sum(), (gap * crowd).sum()])

    found = minimize(loss, np.array([0.0, 1.0, -1.0]), jac=True, method="L-BFGS-B")
    return float(found.x[0]), float(found.x[1]), float(found.x[2])


def _learn(matrix: Features, holders: Scores, wanted: Ints) -> Floats:
    columns, offsets = _sampled(holders, wanted)
    kept = matrix[:, columns]
    spread = np.maximum(kept.std(axis=(0, 1)), 1e-6)
    positions = np.searchsorted(columns, wanted)
    found = _maximise(np.ascontiguousarray(kept / spread), positions, offsets, pair_weights(wanted))
    return np.asarray(found / spread)


def _sampled(holders: Scores, wanted: Ints) -> tuple[Ints, NDArray[np.float32]]:
    """Firms to learn from: all that ever held a patent, and of the rest a sample that stands for all of it."""
    kept = np.unique(np.concatenate([np.flatnonzero(holders.max(axis=0) > 0), wanted]))
    rest = np.setdiff1d(np.arange(holders.shape[1]), kept)
    drawn = np.random.default_rng(0).permutation(rest)[:SAMPLED_FIRMS]
    columns = np.sort(np.concatenate([kept, drawn]))
    stands_for = np.log(max(len(rest), 1) / max(len(drawn), 1))
    return columns, np.where(np.isin(columns, drawn), stands_for, 0).astype(np.float32)


def _maximise(matrix: Features, wanted: Ints, offsets: NDArray[np.float32], weights: NDArray[np.float32]) -> Floats:
    patents, firms, width = matrix.shape
    flat = matrix.reshape(-1, width)
    rows = np.arange(patents)
    of_wanted = weights @ matrix[rows, wanted]

    def loss(candidate: Floats) -> tuple[float, Floats]:
        scores = (flat @ candidate.astype(np.float32)).reshape(patents, firms) + offsets
        top = scores.max(axis=1, keepdims=True)
        shares = np.exp(scores - top)
        totals = shares.sum(axis=1, keepdims=True)
        likelihood = weights @ (scores[rows, wanted] - top[:, 0] - np.log(totals[:, 0]))
        shares *= weights[:, None] / totals
        slope = of_wanted - shares.ravel() @ flat
        return float(-likelihood + PENALTY * candidate @ candidate), -slope + 2 * PENALTY * candidate

    found = minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options=_STOPPING)
    return np.asarray(found.x, dtype=np.float64)
