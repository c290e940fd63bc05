"""What a month knows of an enterprise besides public texts, and how the policy lets it count.

No known pairs of patent and firm came with needs, evaluations, answers to pushes, places or emerging industries, so
nothing could be learned of their weights: each score multiplies the learned odds by a factor of `policy/matching.yml`,
in full at score 1. Zero leaves the odds as they were, so without such knowledge the probability is the learned one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from panhuo.matching.corpus import Corpus
from panhuo.matching.encoder import DenseEvidence, Encoder
from panhuo.matching.evidence import Rows, Scores
from panhuo.matching.ipc import parse_symbol
from panhuo.matching.terms import Matrix, cosine, rarity

POLICY_EVIDENCE = ("need", "evaluations", "response", "region", "sei", "dense")
SAME_PROVINCE, ELSEWHERE = -0.5, -1.0
PROVINCE_DIGITS = 2
COMMON_LEVELS = {"main_group": 0.1, "subclass": 0.05}
"""What a common IPC level adds to the cosine of a patent with a need, whose texts are short."""
ANSWERED = 0.15
"""Likeness of a patent and a need from which it is said to answer it."""


@dataclass(frozen=True)
class KnownTables:
    """Marts of what is known of recipients: open needs, opinions, answers to pushes, and emerging industries.

    `patent_industries` are those of the patents.
    """

    needs: pa.Table
    opinions: pa.Table
    responses: pa.Table
    industries: pa.Table
    patent_industries: pa.Table


@dataclass(frozen=True)
class Need:
    """An open need: its number and the column of its enterprise."""

    need_id: str
    firm: int


class PolicyEvidence:
    """Scores of one month over its corpus; `rows` and `columns` are where a patent or an enterprise stands in it."""

    def __init__(
        self,
        corpus: Corpus,
        known: KnownTables,
        cities: tuple[Mapping[int, str], Mapping[int, str]],
        encoder: Encoder | None = None,
    ) -> None:
        """`cities` are city codes by row of the patents that are scored and by column of the enterprises."""
        self._corpus, self._known, self._cities = corpus, known, cities
        self._dense = DenseEvidence(corpus, encoder)
        self._rows = {number: row for row, number in enumerate(corpus.patents.patent_nos)}
        self._columns = {number: column for column, number in enumerate(corpus.firms.enterprise_ids)}

    def gather(self, rows: Rows) -> dict[str, Scores]:
        """Every kind for a block of patents: patents × firms, as `evidence.gather` does for what is learned."""
        found = (
            self._need(rows),
            self._evaluations(rows),
            self._response(rows),
            self._region(rows),
            self._sei(rows),
            self._dense.scores(rows),
        )
        return dict(zip(POLICY_EVIDENCE, found, strict=True))

    def needs_answered(self, row: int, column: int) -> list[str]:
        """Numbers of the enterprise's own needs that the patent answers, the best first."""
        own = self._needs_of.get(column, [])
        if not own:
            return []
        likeness = self._need_likeness(np.array([row]))[0]
        answered = [number for number in own if likeness[number] >= ANSWERED]
        return [self.needs[number].need_id for number in sorted(answered, key=lambda number: -likeness[number])]

    def liked(self, column: int) -> list[int]:
        """Rows of the patents that the enterprise was willing to take up."""
        return self._liked.get(column, [])

    @cached_property
    def _needs_of(self) -> dict[int, list[int]]:
        return _grouped((need.firm, number) for number, need in enumerate(self.needs))

    @cached_property
    def _liked(self) -> dict[int, list[int]]:
        held = self._opinions.tocoo()
        triples = zip(held.col.tolist(), held.row.tolist(), held.data.tolist(), strict=True)
        return _grouped((firm, row) for firm, row, weight in sorted(triples) if weight > 0)

    @cached_property
    def needs(self) -> list[Need]:
        """The open needs, by number."""
        return [Need(row["need_id"], self._columns[row["enterprise_id"]]) for row in self._need_rows]

    @cached_property
    def _need_rows(self) -> list[dict[str, str]]:
        return [
            row for row in self._known.needs.sort_by("need_id").to_pylist() if row["enterprise_id"] in self._columns
        ]

    @cached_property
    def _need_vectors(self) -> Matrix:
        """As `Corpus.patent_vectors`, over the same terms."""
        weights = rarity(self._corpus.patent_counts)
        texts = [f"{row['need_title']} {row['need_title']} {row['need_text']}" for row in self._need_rows]
        return cosine(self._corpus.vocabulary.count(texts)[:, : len(weights)], weights)

    @cached_property
    def _need_levels(self) -> dict[str, list[frozenset[str]]]:
        """By level of the classification: what each need asks for."""
        symbols = [[parse_symbol(text) for text in (row["ipc_codes"] or "").split("|")] for row in self._need_rows]
        return {
            level: [frozenset(getattr(symbol, level) for symbol in own) - {""} for own in symbols]
            for level in COMMON_LEVELS
        }

    def _need_likeness(self, rows: Rows) -> Scores:
        """Cosine of the texts of patents × needs, more where they are of the same IPC main group or subclass."""
        found = np.asarray((self._corpus.patent_vectors[rows] @ self._need_vectors.T).toarray(), dtype=np.float32)
        common = np.zeros_like(found)
        for level, added in COMMON_LEVELS.items():
            own = [getattr(self._corpus.symbols[row], level) for row in rows]
            is_common = np.array([[value in asked for asked in self._need_levels[level]] for value in own])
            common = np.maximum(common, added * is_common.reshape(found.shape))
        return np.asarray(np.minimum(found + common * (found > 0), 1), dtype=np.float32)

    def _need(self, rows: Rows) -> Scores:
        """The open need of the firm that is most alike."""
        best = np.zeros((len(rows), len(self._columns)), dtype=np.float32)
        np.maximum.at(best.T, [need.firm for need in self.needs], self._need_likeness(rows).T)
        return best

    @cached_property
    def _opinions(self) -> Matrix:
        """Weight of what a firm (column) thought of a patent (row)."""
        held = [
            (self._rows[row["patent_no"]], self._columns[row["enterprise_id"]], row["opinion_weight"])
            for row in self._known.opinions.to_pylist()
            if row["patent_no"] in self._rows and row["enterprise_id"] in self._columns
        ]
        rows, columns, weights = zip(*sorted(held), strict=True) if held else ((), (), ())
        shape = (len(self._rows), len(self._columns))
        return sparse.csr_matrix((np.array(weights, dtype=np.float32), (rows, columns)), shape)

    def _evaluations(self, rows: Rows) -> Scores:
        """Squared likeness to *other* patents the firm was willing to take up, less that to those it declined."""
        judged = np.unique(self._opinions.nonzero()[0])
        likeness = (self._corpus.patent_vectors[rows] @ self._corpus.patent_vectors[judged].T).toarray() ** 2
        likeness[rows[:, None] == judged[None, :]] = 0
        found = likeness @ self._opinions[judged].toarray()
        return np.asarray(np.clip(found, -1, 1), dtype=np.float32)

    def _response(self, rows: Rows) -> Scores:
        """How much more of its pushes the firm answers than one of which nothing is known."""
        rates = np.zeros(len(self._columns), dtype=np.float32)
        for row in self._known.responses.to_pylist():
            if row["enterprise_id"] in self._columns:
                rates[self._columns[row["enterprise_id"]]] = row["response_gain"]
        return np.broadcast_to(rates, (len(rows), len(rates)))

    def _region(self, rows: Rows) -> Scores:
        """Zero in the same city, of whose firms the weights were learned, and less than that farther away."""
        of_patents, of_firms = self._cities
        patents = np.array([of_patents[int(row)] for row in rows], dtype=str)[:, None]
        firms = np.array([of_firms[column] for column in range(len(self._columns))], dtype=str)[None, :]
        away = np.where(_province(patents) == _province(firms), SAME_PROVINCE, ELSEWHERE)
        return np.asarray(np.where(patents == firms, 0.0, away), dtype=np.float32)

    @cached_property
    def _emerging(self) -> tuple[Matrix, Matrix]:
        codes = sorted(set(self._known.patent_industries["sei_code"].to_pylist()))
        numbers = {code: number for number, code in enumerate(codes)}
        patents = _marks(self._known.patent_industries, "patent_no", self._rows, numbers)
        return patents, _marks(self._known.industries, "enterprise_id", self._columns, numbers)

    def _sei(self, rows: Rows) -> Scores:
        """One where patent and firm have an emerging industry in common."""
        patents, firms = self._emerging
        return np.asarray((patents[rows] @ firms.T).toarray() > 0, dtype=np.float32)


def shifted(
    probabilities: NDArray[np.float64], evidence: Mapping[str, Scores], odds: Mapping[str, float]
) -> NDArray[np.float64]:
    """Probabilities whose odds are multiplied by `odds[name] ** score` for each kind of evidence."""
    exponents = sum((np.log(odds[name]) * scores.astype(np.float64) for name, scores in evidence.items()), start=0.0)
    factors = np.exp(exponents)
    return np.asarray(probabilities * factors / (1 - probabilities + probabilities * factors))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _province(codes: NDArray[np.str_]) -> NDArray[np.str_]:
    return codes.astype(f"<U{PROVINCE_DIGITS}")


def _marks(table: pa.Table, key: str, lines: Mapping[str, int], numbers: Mapping[str, int]) -> Matrix:
    """One where a patent or firm (row) has an industry (column)."""
    pairs = [
        (lines[line], numbers[code])
        for line, code in zip(table[key].to_pylist(), table["sei_code"].to_pylist(), strict=True)
        if line in lines and code in numbers
    ]
    rows, columns = zip(*sorted(set(pairs)), strict=True) if pairs else ((), ())
    return sparse.csr_matrix((np.ones(len(pairs), dtype=np.float32), (rows, columns)), (len(lines), len(numbers)))
