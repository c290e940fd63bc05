"""Term weights as sparse matrices: counts, BM25 of documents, cosine of TF-IDF."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix, which has no types
Analyser = Callable[[str], list[str]]

BM25_K1 = 1.2
BM25_B = 0.75


class Vocabulary:
    """Terms numbered in the order in which they first appear."""

    def __init__(self, analyse: Analyser):
        self.analyse = analyse
        self.numbers: dict[str, int] = {}

    def learn(self, texts: Iterable[str]) -> Matrix:
        """Counts of the texts; new terms get a number."""
        return self._count(texts, learning=True)

    def count(self, texts: Iterable[str]) -> Matrix:
        """Counts of the texts over the terms known; others are left out."""
        return self._count(texts, learning=False)

    def terms(self) -> list[str]:
        """The terms by number."""
        return list(self.numbers)

    def _count(self, texts: Iterable[str], *, learning: bool) -> Matrix:
        numbers, columns, starts = self.numbers, [], [0]
        for text in texts:
            for term in self.analyse(text):
                number = numbers.setdefault(term, len(numbers)) if learning else numbers.get(term)
                if number is not None:
                    columns.append(number)
            starts.append(len(columns))
        ones = np.ones(len(columns), dtype=np.float32)
        counts = sparse.csr_matrix((ones, np.asarray(columns, dtype=np.int32), starts), (len(starts) - 1, len(numbers)))
        counts.sum_duplicates()
        return counts


def widened(matrix: Matrix, width: int) -> Matrix:
    """The same matrix with empty columns added for terms learned later."""
    return sparse.csr_matrix((matrix.data, matrix.indices, matrix.indptr), (matrix.shape[0], width))


def rarity(counts: Matrix) -> NDArray[np.float32]:
    """Inverse document frequency of each term in the manner of BM25; never negative."""
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    return np.asarray(np.log1p((counts.shape[0] - frequency + 0.5) / (frequency + 0.5)), dtype=np.float32)


def bm25(counts: Matrix, b: float = BM25_B) -> Matrix:
    """Weights of documents so that their product with query weights is BM25."""
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    damping = BM25_K1 * (1 - b + b * lengths[rows] / max(lengths.mean(), 1e-9))
    weights = counts.data * (BM25_K1 + 1) / (counts.data + damping) * rarity(counts)[counts.indices]
    return sparse.csr_matrix((weights.astype(np.float32), counts.indices, counts.indptr), counts.shape)


def sublinear(counts: Matrix) -> Matrix:
    """One plus the logarithm of each count: the tenth mention says less than the first."""
    data = (1 + np.log(counts.data)).astype(np.float32)
    return sparse.csr_matrix((data, counts.indices, counts.indptr), counts.shape)


def cosine(counts: Matrix, weights: NDArray[np.float32]) -> Matrix:
    """Rows of sublinear counts times term weights, each of length one (or empty)."""
    return unit_rows(sublinear(counts) @ sparse.diags(weights))


def unit_rows(matrix: Matrix) -> Matrix:
    """Rows of length one; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / np.maximum(lengths, 1e-12)) @ matrix, dtype=np.float32)
