"""Candidates of a national pool: the best firms of each patent and the best patents of each firm, block by block.

Common terms cost most and tell least: a term's cost in the product is the number of patents times the number of firms
that use it. Terms that more than a given share of the firms use are left out of the product. A block of rows is
independent of all others, so blocks may run anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.terms import Matrix

TOP = 50
BLOCK_ROWS = 50_000
COMMON_SHARE = 0.02

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class CandidatePairs:
    """Pairs of rows, ordered by patent and firm, each once, with the cosine of their telling terms."""

    patents: Ints
    firms: Ints
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)


def telling_terms(firms: Matrix, common_share: float = COMMON_SHARE) -> NDArray[np.int64]:
    """Columns that some firm uses and that no more than the given share of firms use."""
    frequency = np.bincount(firms.indices, minlength=firms.shape[1])
    return np.flatnonzero((frequency > 0) & (frequency <= max(common_share * firms.shape[0], 1)))


def best_of_rows(rows: Matrix, others: Matrix, top: int, threads: int) -> Iterator[tuple[int, Matrix]]:
    """For each block of rows, its first row and the sparse scores of its best `top` others."""
    from sparse_dot_topn import sp_matmul_topn

    transposed = others.T.tocsr()
    for start in range(0, rows.shape[0], BLOCK_ROWS):
        block = rows[start : start + BLOCK_ROWS]
        yield start, sp_matmul_topn(block, transposed, top_n=top, n_threads=threads, sort=False)


def candidates(patents: Matrix, firms: Matrix, *, top: int = TOP, threads: int = 2) -> CandidatePairs:
    """The union of the best firms of each patent and the best patents of each firm."""
    telling = telling_terms(firms)
    left, right = patents[:, telling].tocsr(), firms[:, telling].tocsr()
    parts = [*_pairs(left, right, top, threads, swapped=False), *_pairs(right, left, top, threads, swapped=True)]
    keys = np.concatenate([key for key, _ in parts])
    scores = np.concatenate([score for _, score in parts])
    del parts
    order = np.argsort(keys, kind="stable")
    keys, scores = keys[order], scores[order]
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    keys, scores = keys[first], scores[first]
    return CandidatePairs((keys >> 32).astype(np.int32), (keys & 0xFFFFFFFF).astype(np.int32), scores)


def _pairs(
    rows: Matrix, others: Matrix, top: int, threads: int, *, swapped: bool
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Pairs as one number each: patent in the upper half, firm in the lower."""
    for start, best in best_of_rows(rows, others, top, threads):
        own = np.repeat(np.arange(start, start + best.shape[0], dtype=np.int64), np.diff(best.indptr))
        other = best.indices.astype(np.int64)
        yield ((other << 32) | own if swapped else (own << 32) | other), best.data.astype(np.float32)
