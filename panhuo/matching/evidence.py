"""What speaks for a pair of patent and firm: one function for each kind of evidence, each a score of its own.

A block is an array of patent rows; each function returns an array of patents × firms of raw scores, zero where it has
nothing to say. Evidence from other patents uses only those *filed strictly earlier*: patents of the same day say
nothing of each other, and a patent's own owner is never looked at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from panhuo.matching.corpus import Corpus

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

HALF_LIFE_DAYS = 730.0
# Likeness of two IPC symbols: what each common level adds.
LEVEL_WEIGHTS = {"section": 0.25, "ipc_class": 0.5, "subclass": 1.0, "main_group": 1.0}


def scope(corpus: Corpus, rows: Rows) -> Scores:
    """BM25 of title, abstract and IPC titles against the firm's name and business scope."""
    return _dense(corpus.query_weights[rows] @ corpus.firm_weights.T)


def field(corpus: Corpus, rows: Rows) -> Scores:
    """BM25 of the texts of comparable earlier patents against name and scope: other words for the same field."""
    likeness = likeness_to_earlier(corpus, rows) ** 2
    shares = likeness / np.maximum(likeness.sum(axis=1, keepdims=True), 1e-9)
    return _dense(sparse.csr_matrix(shares) @ corpus.patent_vectors @ corpus.firm_weights.T)


def peers(corpus: Corpus, rows: Rows) -> Scores:
    """Likeness of the firm's name to the names of owners of comparable earlier patents."""
    return _through_owners(corpus, likeness_to_earlier(corpus, rows) ** 3, corpus.name_likeness)


def concordance(corpus: Corpus, rows: Rows) -> Scores:
    """From IPC to trade: likeness of the firm's name to those of owners of earlier patents of the same field."""
    return _through_owners(corpus, _symbol_likeness(corpus, rows) * _earlier(corpus, rows), corpus.name_likeness)


def industry(corpus: Corpus, rows: Rows) -> Scores:
    """Common industries of GB/T 4754: those the patent's text speaks of and those the firm's scope names."""
    return _dense(corpus.patent_industries[rows] @ corpus.firm_industries.T)


def portfolio(corpus: Corpus, rows: Rows) -> Scores:
    """The firm's own earlier patents: squared likeness of texts, halved every two years."""
    days = (_filed(corpus, rows)[:, None] - corpus.patents.filed[None, :]).astype("timedelta64[D]").astype(np.float32)
    fading = 0.5 ** (np.where(_earlier(corpus, rows), days, 0) / HALF_LIFE_DAYS)
    return _through_owners(corpus, likeness_to_earlier(corpus, rows) ** 2 * fading, corpus.owner_firms)


def holder(corpus: Corpus, rows: Rows) -> Scores:
    """One when the firm held any patent before: it knows what one is."""
    counts = _through_owners(corpus, _earlier(corpus, rows), corpus.owner_firms)
    return (counts > 0).astype(np.float32)


Evidence = Callable[[Corpus, Rows], Scores]
EVIDENCE: dict[str, Evidence] = {
    "scope": scope,
    "field": field,
    "peers": peers,
    "concordance": concordance,
    "industry": industry,
    "portfolio": portfolio,
    "holder": holder,
}


def gather(corpus: Corpus, rows: Rows) -> dict[str, Scores]:
    """Every kind of evidence for a block of patents."""
    return {name: evidence(corpus, rows) for name, evidence in EVIDENCE.items()}


def likeness_to_earlier(corpus: Corpus, rows: Rows) -> Scores:
    """Cosine of each patent of the block with every patent filed strictly earlier, zero with all others."""
    return _dense(corpus.patent_vectors[rows] @ corpus.patent_vectors.T) * _earlier(corpus, rows)


def _earlier(corpus: Corpus, rows: Rows) -> NDArray[np.bool_]:
    return np.asarray(corpus.patents.filed[None, :] < _filed(corpus, rows)[:, None])


def _filed(corpus: Corpus, rows: Rows) -> NDArray[np.datetime64]:
    return np.asarray(corpus.patents.filed[rows])


def _symbol_likeness(corpus: Corpus, rows: Rows) -> Scores:
    total = np.zeros((len(rows), len(corpus.patents)), dtype=np.float32)
    for level, weight in LEVEL_WEIGHTS.items():
        values = np.array([getattr(symbol, level) for symbol in corpus.symbols], dtype=str)
        total += weight * ((values[rows][:, None] == values[None, :]) & (values[None, :] != ""))
    return total


def _through_owners(
    corpus: Corpus, weights: NDArray[np.floating] | NDArray[np.bool_], owners_to_firms: sparse.csr_matrix
) -> Scores:
    of_owners = sparse.csr_matrix(weights.astype(np.float32)) @ corpus.ownership
    return _dense(of_owners @ owners_to_firms)


def _dense(matrix: sparse.csr_matrix) -> Scores:
    return np.asarray(matrix.toarray(), dtype=np.float32)
