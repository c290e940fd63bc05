"""Convertible patents whose text is like that of a need: what an institution looks at before it answers.

TF-IDF over pairs of ideographs, compared within the technology field of the need; a need without a field is compared
with all. Only the best of each need are kept, block by block (`sparse_dot_topn`), so that memory is bounded by the
texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from panhuo.matching.kernel import best_of_rows
from panhuo.matching.terms import Vocabulary, cosine, rarity, widened
from panhuo.matching.texts import character_pairs, without_organisations
from panhuo.policy.digests import Digests

_CANDIDATES = 200
"""Best patents of a need over all institutions that are looked at."""
_THREADS = 1


@dataclass(frozen=True)
class Need:
    """An open need; the field is missing where the enterprise gave no classification."""

    need_id: str
    field_no: int | None
    content: str


@dataclass(frozen=True)
class PatentText:
    """A convertible patent with its title and abstract."""

    patent_no: str
    institution_id: str
    field_no: int | None
    content: str


@dataclass(frozen=True)
class Match:
    """A patent of an institution for a need, with the cosine of their texts and its place among the institution's."""

    need_id: str
    patent_no: str
    institution_id: str
    similarity: float
    position: int


def find_matches(needs: Sequence[Need], patents: Sequence[PatentText], rules: Digests) -> list[Match]:
    """The likest patents of each need, at most the allowed number of an institution; by need, institution, place."""
    ordered = sorted(patents, key=lambda patent: patent.patent_no)
    asked = sorted(needs, key=lambda need: need.need_id)
    if not ordered or not asked:
        return []
    vocabulary = Vocabulary(character_pairs)
    counts = vocabulary.learn(without_organisations(patent.content) for patent in ordered)
    weights = rarity(counts)
    vectors = cosine(counts, weights)
    wanted = cosine(widened(vocabulary.count(need.content for need in asked), len(weights)), weights)
    found = []
    for field_no in sorted({need.field_no for need in asked}, key=lambda field: field or 0):
        rows = np.flatnonzero([need.field_no == field_no for need in asked])
        columns = np.flatnonzero([field_no in (None, patent.field_no) for patent in ordered])
        for start, best in best_of_rows(wanted[rows], vectors[columns], _CANDIDATES, _THREADS):
            for row in range(best.shape[0]):
                span = slice(best.indptr[row], best.indptr[row + 1])
                scored = zip(columns[best.indices[span]], best.data[span].tolist(), strict=True)
                need = asked[rows[start + row]]
                found += _best_by_institution(
                    need, [(ordered[column], round(score, 4)) for column, score in scored], rules
                )
    return sorted(found, key=lambda match: (match.need_id, match.institution_id, match.position))


def _best_by_institution(need: Need, scored: list[tuple[PatentText, float]], rules: Digests) -> list[Match]:
    by_institution: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for patent, score in scored:
        if score >= rules.min_need_similarity.value:
            by_institution[patent.institution_id].append((-score, patent.patent_no))
    return [
        Match(need.need_id, patent_no, institution_id, -negative, position)
        for institution_id, best in by_institution.items()
        for position, (negative, patent_no) in enumerate(sorted(best)[: rules.patents_per_need.value], start=1)
    ]
