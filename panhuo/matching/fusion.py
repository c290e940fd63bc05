"""One score and one calibrated probability from all evidence.

The learned model is a conditional logit (McFadden 1974): among all firms of the pool, which one took the patent. Its
few weights stand in `model.json` with where they come from. Reciprocal rank fusion needs no training and is the floor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.evidence import Scores

Features = NDArray[np.float32]

RRF_CONSTANT = 60
STRONGEST = 10
CEILING = 3.0
FLOOR = 0.02
PORTFOLIO_SCALE = 50.0


@dataclass(frozen=True)
class Model:
    """Weights of the features and the two steps from a score to a probability."""

    weights: dict[str, float]
    calibration: tuple[float, float, float]
    provenance: dict[str, str | int | float]

    def scores(self, evidence: Mapping[str, Scores]) -> Scores:
        """Log-odds of each firm up to a constant of the patent."""
        names = list(self.weights)
        weights = np.array([self.weights[name] for name in names], dtype=np.float32)
        return np.asarray(features(evidence, names) @ weights, dtype=np.float32)

    def probabilities(self, scores: Scores) -> NDArray[np.float64]:
        """Probability that the firm is one that takes up such a patent."""
        constant, slope, crowd = self.calibration
        return sigmoid(constant + slope * scores + crowd * log_total(scores)[:, None])

    def probabilities_of_pairs(
        self, evidence: Mapping[str, NDArray[np.float32]], patents: NDArray[np.int64], pool: int
    ) -> NDArray[np.float64]:
        """Probabilities of candidate pairs; the same as of all pairs where every firm is a candidate.

        The strongest ten are those of the candidates of the patent. Firms of the `pool` that are none count in its
        crowd as firms for which nothing speaks.
        """
        lines = np.unique(patents, return_inverse=True)[1]
        counts = np.bincount(lines)

        def strongest(scores: NDArray[np.float32]) -> NDArray[np.floating]:
            ranked = np.lexsort((-scores, lines))
            best = ranked[np.arange(len(lines)) - np.repeat(np.cumsum(counts) - counts, counts) < STRONGEST]
            return (np.bincount(lines[best], weights=scores[best]) / min(STRONGEST, pool))[lines]

        scores = np.zeros(len(lines), dtype=np.float32)
        for name, weight in self.weights.items():
            scores += np.float32(weight) * _TRANSFORMS[name](evidence[name], strongest)
        totals = np.bincount(lines, weights=np.exp(scores.astype(np.float64))) + (pool - counts)
        constant, slope, crowd = self.calibration
        return sigmoid(constant + slope * scores + crowd * np.log(totals)[lines])

    def to_json(self) -> str:
        """The text of `model.json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def load_model() -> Model:
    """The model shipped with the package."""
    content = json.loads(files("panhuo.matching").joinpath("model.json").read_text(encoding="utf-8"))
    return Model(content["weights"], tuple(content["calibration"]), content["provenance"])


def features(evidence: Mapping[str, Scores], names: Sequence[str]) -> Features:
    """Raw evidence made comparable between patents: patents × firms × features."""
    return np.stack([_TRANSFORMS[name](evidence[name], _strongest) for name in names], axis=2)


def reciprocal_ranks(evidence: Mapping[str, Scores], constant: float = RRF_CONSTANT) -> Scores:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher 2009) of all evidence; what says nothing adds nothing."""
    from scipy.stats import rankdata

    parts = [np.where(scores > 0, 1 / (constant + rankdata(-scores, axis=1)), 0) for scores in evidence.values()]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float32)


def sigmoid(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """The logistic function without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * np.asarray(values, dtype=np.float64))))


def log_total(scores: Scores) -> NDArray[np.float64]:
    """Logarithm of the sum of the exponentials of each row: how crowded the pool is for this patent."""
    top = scores.max(axis=1, keepdims=True)
    return np.asarray(top[:, 0] + np.log(np.exp(scores - top, dtype=np.float64).sum(axis=1)))


Strongest = Callable[[Scores], NDArray[np.floating]]


def _strongest(scores: Scores) -> NDArray[np.floating]:
    """Mean of the strongest ten of each row, as a column."""
    width = min(STRONGEST, scores.shape[1])
    return np.asarray(np.partition(scores, -width, axis=1)[:, -width:].mean(axis=1, keepdims=True))


def _relative(scores: Scores, strongest: Strongest) -> Scores:
    """In units of the strongest ten of the same patent, so that long abstracts do not weigh more."""
    return np.asarray(np.minimum(scores / np.maximum(strongest(scores), 1e-9), CEILING), dtype=np.float32)


def _orders_of_magnitude(scores: Scores, strongest: Strongest) -> Scores:
    return np.asarray(np.log(FLOOR + _relative(scores, strongest)) - np.log(FLOOR), dtype=np.float32)


def _saturating(scores: Scores, _: Strongest) -> Scores:
    return np.asarray(np.log1p(PORTFOLIO_SCALE * scores), dtype=np.float32)


def _plain(scores: Scores, _: Strongest) -> Scores:
    return scores


_TRANSFORMS = {
    "scope": _relative,
    "field": _relative,
    "peers": _orders_of_magnitude,
    "concordance": _orders_of_magnitude,
    "industry": _plain,
    "portfolio": _saturating,
    "holder": _plain,
}
