"""One score and one calibrated probability from all evidence.

The learned model is a conditional logit (McFadden 1974): among all firms of the pool, which one took the patent. Its
few weights stand in `model.json` with where they come from. Reciprocal rank fusion needs no training and is the floor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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

    def to_json(self) -> str:
        """The text of `model.json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def load_model() -> Model:
    """The model shipped with the package."""
    content = json.loads(files("panhuo.matching").joinpath("model.json").read_text(encoding="utf-8"))
    return Model(content["weights"], tuple(content["calibration"]), content["provenance"])


def features(evidence: Mapping[str, Scores], names: Sequence[str]) -> Features:
    """Raw evidence made comparable between patents: patents × firms × features."""
    return np.stack([_TRANSFORMS[name](evidence[name]) for name in names], axis=2)


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


def _relative(scores: Scores) -> Scores:
    """In units of the strongest ten of the same patent, so that long abstracts do not weigh more."""
    width = min(STRONGEST, scores.shape[1])
    strongest = np.partition(scores, -width, axis=1)[:, -width:].mean(axis=1, keepdims=True)
    return np.asarray(np.minimum(scores / np.maximum(strongest, 1e-9), CEILING), dtype=np.float32)


def _orders_of_magnitude(scores: Scores) -> Scores:
    return np.asarray(np.log(FLOOR + _relative(scores)) - np.log(FLOOR), dtype=np.float32)


def _saturating(scores: Scores) -> Scores:
    return np.asarray(np.log1p(PORTFOLIO_SCALE * scores), dtype=np.float32)


def _plain(scores: Scores) -> Scores:
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
