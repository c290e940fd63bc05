"""Evidence for candidate pairs only: what `evidence` says of them, at a cost that grows with the pairs.

`gather_pairs` says of each pair what `evidence.gather` says of it among all. Where the likeness to earlier patents is
cut to the most alike (`earlier`, `top`), that cut is part of the definition: evidence through earlier patents then
rests on those alone. Candidates are what three kinds of evidence name, as one of them misses what another sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from panhuo.matching.bounded import places_in
from panhuo.matching.corpus import Corpus
from panhuo.matching.evidence import HALF_LIFE_DAYS, LEVEL_WEIGHTS, Rows
from panhuo.matching.kernel import candidates
from panhuo.matching.terms import Matrix, Vocabulary, cosine, rarity, widened
from panhuo.matching.texts import words

Values = NDArray[np.float32]

NEIGHBOURS = 200
"""Earlier patents that speak for a patent on the candidate path."""
ASKING = 1024
LINES = 64
"""Patents compared with earlier ones, and patents spread out in memory, at once."""


@dataclass(frozen=True)
class Earlier:
    """Patents (rows of the corpus, rising) and their likeness to patents filed strictly earlier: rows × all patents."""

    rows: Rows
    likeness: Matrix

    def lines(self, patents: Rows) -> Rows:
        """Where patents stand among the rows."""
        return np.asarray(np.searchsorted(self.rows, patents))


def earlier(corpus: Corpus, rows: Rows, top: int | None = NEIGHBOURS, threads: int = 2) -> Earlier:
    """Cosine of each patent with the `top` most alike of those filed strictly earlier (with all, where None)."""
    rows = np.unique(rows)
    filed = corpus.patents.filed
    dated = np.flatnonzero(~np.isnat(filed))
    others = dated[np.argsort(filed[dated], kind="stable")]
    asking = rows[~np.isnat(filed[rows])]
    asking = asking[np.argsort(filed[asking], kind="stable")]
    most = len(others) if top is None else top
    shape = (len(rows), len(filed))
    likeness = sparse.csr_matrix(shape, dtype=np.float32)
    for start in range(0, len(asking), ASKING):
        patents, columns, values = _alike(corpus, asking[start : start + ASKING], others, most, threads)
        likeness += sparse.csr_matrix((values, (np.searchsorted(rows, patents), columns)), shape)
    return Earlier(rows, likeness)


def _alike(corpus: Corpus, block: Rows, others: Rows, top: int, threads: int) -> tuple[Rows, Rows, Values]:
    """Patents of a block in order of filing, earlier patents and likeness; `others` are all patents in that order."""
    from sparse_dot_topn import sp_matmul_topn

    vectors, filed = corpus.patent_vectors, corpus.patents.filed
    first, last = np.searchsorted(filed[others], filed[block[[0, -1]]])
    asking = vectors[block]
    within = (asking @ vectors[others[first:last]].T).tocoo()
    parts = [(within.row, within.col + first, within.data)]
    if first:
        before = vectors[others[:first]].T.tocsr()
        best = sp_matmul_topn(asking, before, min(top, int(first)), threshold=0.0, n_threads=threads).tocoo()
        parts.append((best.row, best.col, best.data))
    lines, columns, values = (np.concatenate([part[side] for part in parts]) for side in range(3))
    is_earlier = filed[others[columns]] < filed[block[lines]]
    lines, columns, values = lines[is_earlier], columns[is_earlier], values[is_earlier]
    order = np.lexsort((others[columns], -values, lines))
    order = order[places_in(lines[order]) < top]
    return block[lines[order]], others[columns[order]], values[order]


def gather_pairs(corpus: Corpus, patents: Rows, firms: Rows, known: Earlier) -> dict[str, Values]:
    """Every kind of evidence for pairs of rows of patents and firms, in the order of the pairs."""
    order = np.argsort(patents, kind="stable")
    patents, firms = patents[order], firms[order]
    lines, through = known.lines(patents), _Through.of(corpus, known)
    found = {
        "scope": _dots(corpus.query_weights, None, corpus.firm_weights, patents, firms),
        "field": _dots(through.shares, corpus.patent_vectors, corpus.firm_weights, lines, firms),
        "peers": _picked(through.peers, corpus.name_likeness, lines, firms),
        "concordance": _concordance(corpus, patents, firms),
        "industry": _dots(corpus.patent_industries, None, corpus.firm_industries, patents, firms),
        "portfolio": _picked(through.portfolio, corpus.owner_firms, lines, firms),
        "holder": _holder(corpus, patents, firms),
    }
    back = np.argsort(order, kind="stable")
    return {name: values[back].astype(np.float32) for name, values in found.items()}


def candidate_pairs(corpus: Corpus, known: Earlier, top: int, threads: int = 2) -> tuple[Rows, Rows]:
    """Rows of patents and firms, each pair once, ordered.

    The best firms of each patent and the best patents of each firm by telling words; and for each patent the best
    firms by the names of owners, and by own patents, among the earlier ones that are most like it.
    """
    from sparse_dot_topn import sp_matmul_topn

    scopes = Vocabulary(words)
    of_firms = scopes.learn(
        f"{name} {scope}" for name, scope in zip(corpus.firms.names, corpus.firms.scopes, strict=True)
    )
    weights = rarity(of_firms)
    of_patents = widened(scopes.count([corpus.described[row] for row in known.rows]), len(weights))
    pairs = candidates(cosine(of_patents, weights), cosine(of_firms, weights), top=top, threads=threads)
    through = _Through.of(corpus, known)
    keys = [pairs.patents.astype(np.int64) << 32 | pairs.firms]
    for of_owners, to_firms in ((through.peers, corpus.name_likeness), (through.portfolio, corpus.owner_firms)):
        best = sp_matmul_topn(of_owners, to_firms.tocsr(), top, threshold=0.0, n_threads=threads).tocoo()
        keys.append(best.row.astype(np.int64) << 32 | best.col)
    merged = np.unique(np.concatenate(keys))
    return known.rows[merged >> 32], merged & 0xFFFFFFFF


@dataclass(frozen=True)
class _Through:
    """What reaches the firms through earlier patents: their shares, and the weights of their owners."""

    shares: Matrix
    peers: Matrix
    portfolio: Matrix

    @classmethod
    def of(cls, corpus: Corpus, known: Earlier) -> _Through:
        squared = known.likeness.power(2)
        totals = np.maximum(np.asarray(squared.sum(axis=1)).ravel(), 1e-9)
        filed = corpus.patents.filed
        lines = np.repeat(known.rows, np.diff(squared.indptr))
        days = (filed[lines] - filed[squared.indices]).astype("timedelta64[D]").astype(np.float32)
        fading = squared.copy()
        fading.data = squared.data * np.float32(0.5) ** (days / np.float32(HALF_LIFE_DAYS))
        return cls(
            sparse.csr_matrix(sparse.diags(1 / totals) @ squared, dtype=np.float32),
            sparse.csr_matrix(known.likeness.power(3) @ corpus.ownership),
            sparse.csr_matrix(fading @ corpus.ownership),
        )


def _blocks(lines: Rows) -> Iterator[tuple[int, slice]]:
    """First line of each block of lines and the pairs that lie in it; lines rise."""
    starts = np.arange(0, int(lines.max(initial=-1)) + 1, LINES)
    ends = np.searchsorted(lines, np.append(starts, starts[-1:] + LINES))
    yield from ((int(start), slice(*ends[place : place + 2])) for place, start in enumerate(starts))


def _dots(left: Matrix, through: Matrix | None, right: Matrix, lines: Rows, firms: Rows) -> NDArray[np.float64]:
    """Products of rows of `left` (times `through`) with rows of `right`, pair by pair."""
    width = int(right.indices.max(initial=-1)) + 1
    middle = None if through is None else through[:, :width].tocsr()
    found = np.zeros(len(lines))
    for start, pairs in _blocks(lines):
        block = left[start : start + LINES]
        spread = (block[:, :width] if middle is None else block @ middle).toarray()
        chosen = right[firms[pairs]]
        counts = np.diff(chosen.indptr)
        values = spread[np.repeat(lines[pairs] - start, counts), chosen.indices] * chosen.data
        numbers = np.repeat(np.arange(len(counts)), counts)
        found[pairs] = np.bincount(numbers, weights=values, minlength=len(counts))
    return found


def _picked(left: Matrix, right: Matrix, lines: Rows, firms: Rows) -> NDArray[np.float64]:
    """Cells of the product of two sparse matrices."""
    found = np.zeros(len(lines))
    for start, pairs in _blocks(lines):
        found[pairs] = (left[start : start + LINES] @ right).toarray()[lines[pairs] - start, firms[pairs]]
    return found


def _holder(corpus: Corpus, patents: Rows, firms: Rows) -> NDArray[np.float64]:
    owned = (corpus.ownership @ corpus.owner_firms).tocoo()
    filed = corpus.patents.filed
    first = np.full(len(corpus.firms), np.datetime64("9999-12-31", "D"))
    dated = ~np.isnat(filed[owned.row])
    np.minimum.at(first, owned.col[dated], filed[owned.row[dated]])
    return np.asarray(first[firms] < filed[patents], dtype=np.float64)


def _concordance(corpus: Corpus, patents: Rows, firms: Rows) -> NDArray[np.float64]:
    """Likeness of names to owners of earlier patents of the same symbol, level by level."""
    found = np.zeros(len(patents))
    rows, starts = np.unique(patents, return_index=True)
    ends = np.append(starts[1:], len(patents))
    asked = {int(row): slice(start, end) for row, start, end in zip(rows, starts, ends, strict=True)}
    for level, weight in LEVEL_WEIGHTS.items():
        groups: dict[str, list[int]] = {}
        for row, symbol in enumerate(corpus.symbols):
            if getattr(symbol, level) and not np.isnat(corpus.patents.filed[row]):
                groups.setdefault(getattr(symbol, level), []).append(row)
        for members in groups.values():
            if any(row in asked for row in members):
                _add_concordance(corpus, members, asked, firms, weight, found)
    return found


def _add_concordance(
    corpus: Corpus, members: list[int], asked: dict[int, slice], firms: Rows, weight: float, found: NDArray[np.float64]
) -> None:
    """Patents of one symbol in order of filing: each hears from the days before it, then its day is heard."""
    likeness, ownership, filed = corpus.name_likeness, corpus.ownership, corpus.patents.filed
    total = np.zeros(len(corpus.firms))
    members = sorted(members, key=lambda row: filed[row])
    heard = 0
    for row in members:
        while filed[members[heard]] < filed[row]:
            other = members[heard]
            for owner in ownership.indices[ownership.indptr[other] : ownership.indptr[other + 1]]:
                cells = slice(likeness.indptr[owner], likeness.indptr[owner + 1])
                total[likeness.indices[cells]] += likeness.data[cells]
            heard += 1
        if row in asked:
            found[asked[row]] += weight * total[firms[asked[row]]]
