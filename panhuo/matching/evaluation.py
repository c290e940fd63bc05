"""Known pairs of patent and firm against the ranking: who really took which patent, and where we put that firm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.corpus import Corpus
from panhuo.matching.encoder import DenseEvidence, Encoder
from panhuo.matching.evidence import EVIDENCE, Scores, gather
from panhuo.matching.fusion import Model
from panhuo.matching.metrics import TOP, calibration_error, exposure, intervals, mean_ranks, measures
from panhuo.matching.policy_evidence import shifted
from panhuo.matching.training import held_out_scores, learn_calibration, learn_weights

Ints = NDArray[np.int64]

BLOCK = 256


@dataclass(frozen=True)
class Pairs:
    """Rows of patents and the rows of the firms that took them."""

    patents: Ints
    firms: Ints

    def __len__(self) -> int:
        return len(self.patents)


def blocks(count: int, size: int = BLOCK) -> Iterator[slice]:
    """Slices that cover `count` rows."""
    yield from (slice(start, min(start + size, count)) for start in range(0, count, size))


def gather_all(corpus: Corpus, rows: Ints) -> dict[str, Scores]:
    """Every kind of evidence for all rows, computed by block."""
    parts = [gather(corpus, rows[block]) for block in blocks(len(rows))]
    return {name: np.concatenate([part[name] for part in parts]) for name in EVIDENCE}


def learn_model(corpus: Corpus, pairs: Pairs, provenance: dict[str, str | int | float]) -> Model:
    """Weights from all pairs; calibration from scores of firms held out."""
    evidence = gather_all(corpus, pairs.patents)
    names = list(EVIDENCE)
    weights = learn_weights(evidence, pairs.firms, names)
    calibration = learn_calibration(held_out_scores(evidence, pairs.firms, names), pairs.firms)
    return Model(weights, calibration, provenance)


Judged = tuple[Scores, NDArray[np.float64]]
"""Scores and probabilities, patents of the pairs × firms."""


def judge(corpus: Corpus, pairs: Pairs, model: Model) -> Judged:
    """By the given model."""
    scores = np.concatenate([model.scores(gather(corpus, pairs.patents[block])) for block in blocks(len(pairs))])
    return scores, model.probabilities(scores)


def judge_held_out(corpus: Corpus, pairs: Pairs) -> Judged:
    """By weights and calibration learned anew for each firm from the pairs of all others."""
    if len(np.unique(pairs.firms)) < 3:
        raise ValueError("cross-validation by firm needs pairs of three firms at least")
    scores = held_out_scores(gather_all(corpus, pairs.patents), pairs.firms, list(EVIDENCE))
    probabilities = np.zeros(scores.shape)
    for firm in np.unique(pairs.firms):
        own = pairs.firms == firm
        model = Model({}, learn_calibration(scores[~own], pairs.firms[~own]), {})
        probabilities[own] = model.probabilities(scores[own])
    return scores, probabilities


def evaluate(corpus: Corpus, pairs: Pairs, model: Model) -> dict[str, Any]:
    """Figures of the given model."""
    return report(corpus, pairs, *judge(corpus, pairs, model))


def cross_validate(corpus: Corpus, pairs: Pairs) -> dict[str, Any]:
    """Figures of weights and calibration learned anew for each firm from the pairs of all others."""
    return report(corpus, pairs, *judge_held_out(corpus, pairs))


def with_encoder(
    corpus: Corpus, pairs: Pairs, probabilities: NDArray[np.float64], encoder: Encoder, odds: float
) -> dict[str, Any]:
    """Figures of the encoder alone, and of what it adds to learned probabilities by the factor of the policy."""
    dense = DenseEvidence(corpus, encoder).scores(pairs.patents)
    shifted_by_it = shifted(probabilities, {"dense": dense}, {"dense": odds})
    ranked = np.asarray(np.log(shifted_by_it), dtype=np.float32)
    return {
        "alone": report(corpus, pairs, dense, dense.astype(np.float64)),
        "added": report(corpus, pairs, ranked, shifted_by_it),
    }


def report(corpus: Corpus, pairs: Pairs, scores: Scores, probabilities: NDArray[np.float64]) -> dict[str, Any]:
    """All figures of one ranking."""
    ranks = mean_ranks(scores, pairs.firms)
    is_cold = ~held_before(corpus, pairs)
    cold: dict[str, float] = {"n_pairs": int(is_cold.sum()), "n_firms": len(np.unique(pairs.firms[is_cold]))}
    if is_cold.any():
        cold |= measures(ranks[is_cold], pairs.firms[is_cold])
    return {
        "n_pairs": len(pairs),
        "n_firms": len(np.unique(pairs.firms)),
        "n_pool": len(corpus.firms),
        **measures(ranks, pairs.firms),
        "intervals_95": intervals(ranks, pairs.firms),
        **exposure(scores),
        "ece@20": _error_among_top(probabilities, pairs.firms),
        "without_earlier_patents": cold,
    }


def held_before(corpus: Corpus, pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the firm of each pair held a patent filed before the patent of the pair."""
    owned = (corpus.ownership @ corpus.owner_firms).tocsc()
    filed = corpus.patents.filed
    return np.array(
        [
            bool((filed[owned.indices[owned.indptr[firm] : owned.indptr[firm + 1]]] < filed[patent]).any())
            for patent, firm in zip(pairs.patents, pairs.firms, strict=True)
        ],
        dtype=bool,
    )


def _error_among_top(probabilities: NDArray[np.float64], wanted: Ints) -> float:
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :TOP]
    chosen = np.take_along_axis(probabilities, best, axis=1)
    return calibration_error(chosen.ravel(), (best == wanted[:, None]).ravel())
