"""Why a patent is pushed to an enterprise, in up to three Chinese sentences that a manager understands.

Reasons rest on what is public (titles, abstracts, classification, business scopes, the enterprise's own published
patents) and name an enterprise's own need by its number only: its text is restricted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from panhuo.matching.corpus import Corpus
from panhuo.matching.industries import industries
from panhuo.matching.ipc import titles
from panhuo.matching.texts import scope_clauses, words
from panhuo.names import split_owners

SHOWN_TERMS = 3
ALIKE = 0.06
"""Cosine of two patents from which they are called comparable; one pair of the sample in two hundred reaches it."""
COMMON_IN_SCOPES = 0.05
COMMON_IN_PATENTS = 0.03
"""Shares of firms and of patents that use a word, above which it says nothing."""
FEW = 100
"""In a corpus so small no share can be told, and no word counts as common."""
SAME_TRADE = 0.05
SAME_NAME = 0.99
"""Squared cosine of trade names: from here of the same trade, and up to here of another company."""
SAME_INDUSTRY = 0.05
"""Likeness of industries that nine pairs of ten do not reach."""
SHORT_TITLE = 24


@dataclass(frozen=True)
class Reason:
    """One sentence, with the evidence it rests on and how strongly that speaks."""

    evidence: str
    strength: float
    text: str


class Reasoner:
    """Finds the reasons of pairs over one corpus."""

    def __init__(self, corpus: Corpus, cities: Mapping[str, str] | None = None):
        self.corpus = corpus
        self.cities = cities or {}

    def reasons(
        self, patent: int, firm: int, *, limit: int, needs: Sequence[str] = (), patent_city: str = ""
    ) -> list[Reason]:
        """The strongest reasons first, at most `limit`.

        `needs` are numbers of the enterprise's own needs that the patent answers.
        """
        found = [
            self._needs(needs),
            self._portfolio(patent, firm),
            self._terms(patent, firm),
            self._industry(patent, firm),
            self._peers(patent, firm),
            self._city(firm, patent_city),
        ]
        known = sorted((reason for reason in found if reason), key=lambda reason: -reason.strength)
        return known[:limit]

    def _needs(self, needs: Sequence[str]) -> Reason | None:
        if not needs:
            return None
        return Reason("need", 4.0, f"回应贵单位登记的技术需求{'、'.join(sorted(needs)[:SHOWN_TERMS])}")

    def _portfolio(self, patent: int, firm: int) -> Reason | None:
        """The firm's own published patents that are most alike; here the day of filing of the other does not matter."""
        own = [row for row in self._patents_of(firm) if row != patent]
        if not own:
            return None
        vectors = self.corpus.patent_vectors
        likeness = np.asarray((vectors[own] @ vectors[patent].T).todense()).ravel()
        best = int(likeness.argmax())
        if likeness[best] < ALIKE:
            return None
        title = self.corpus.patents.titles[own[best]]
        number = self.corpus.patents.patent_nos[own[best]]
        text = f"与贵单位已有专利“{_short(title)}”（{number}）技术相近"
        return Reason("portfolio", 2.0 + float(likeness[best]), text)

    def _terms(self, patent: int, firm: int) -> Reason | None:
        scope = f"{self.corpus.firms.names[firm]}；{'；'.join(scope_clauses(self.corpus.firms.scopes[firm]))}"
        text = set(words(self.corpus.described[patent]))
        shared = [word for word in dict.fromkeys(words(scope)) if word in text and self._rarity(word) > 0]
        if not shared:
            return None
        best = sorted(shared, key=lambda word: (-self._rarity(word) * len(word), word))[:SHOWN_TERMS]
        strength = 1.0 + 0.3 * min(len(shared), SHOWN_TERMS)
        return Reason("scope", strength, f"专利内容与贵单位经营范围都涉及“{'、'.join(best)}”")

    def _industry(self, patent: int, firm: int) -> Reason | None:
        common = self.corpus.patent_industries[patent].multiply(self.corpus.firm_industries[firm]).tocsr()
        if common.sum() < SAME_INDUSTRY:
            return None
        name = industries()[int(common.indices[common.data.argmax()])].name
        symbol = self.corpus.symbols[patent]
        title = titles().get(symbol.subclass, "").split("；")[0]
        field = f"技术领域“{_short(title)}”（{symbol.subclass}）" if title else "专利内容"
        return Reason("industry", 1.0 + float(common.data.max()), f"{field}对应贵单位所在行业“{name}”")

    def _peers(self, patent: int, firm: int) -> Reason | None:
        """A comparable published patent of a company whose name speaks of the firm's trade."""
        vectors = self.corpus.patent_vectors
        likeness = np.asarray((vectors @ vectors[patent].T).todense()).ravel()
        likeness[patent] = 0
        names = self.corpus.name_likeness[:, firm].toarray()
        of_patents = np.asarray(self.corpus.ownership @ np.where(names < SAME_NAME, names, 0)).ravel()
        best = int((likeness * of_patents).argmax())
        if likeness[best] < ALIKE or of_patents[best] < SAME_TRADE:
            return None
        owner = next(iter(split_owners(self.corpus.patents.owners[best])))
        title = self.corpus.patents.titles[best]
        return Reason("peers", 1.0, f"同行{owner}持有同类专利“{_short(title)}”")

    def _city(self, firm: int, patent_city: str) -> Reason | None:
        city = self.cities.get(self.corpus.firms.enterprise_ids[firm], "")
        if not city or city != patent_city:
            return None
        return Reason("region", 0.5, f"专利权人与贵单位同在{city}，便于洽谈")

    def _rarity(self, word: str) -> float:
        """How telling a word of a scope is; nothing when many firms or many patents use it."""
        in_scopes, in_patents = self._frequencies
        if in_scopes.get(word, 0.0) > COMMON_IN_SCOPES or in_patents.get(word, 0.0) > COMMON_IN_PATENTS:
            return 0.0
        return 1.0 - in_scopes.get(word, 0.0)

    @cached_property
    def _frequencies(self) -> tuple[dict[str, float], dict[str, float]]:
        firms = zip(self.corpus.firms.names, self.corpus.firms.scopes, strict=True)
        return _shares(f"{name}；{scope}" for name, scope in firms), _shares(self.corpus.described)

    @cached_property
    def _holdings(self) -> dict[int, list[int]]:
        links = (self.corpus.ownership @ self.corpus.owner_firms).tocoo()
        found: dict[int, list[int]] = {}
        for row, firm in sorted(zip(links.row.tolist(), links.col.tolist(), strict=True)):
            found.setdefault(firm, []).append(row)
        return found

    def _patents_of(self, firm: int) -> list[int]:
        return self._holdings.get(firm, [])


def _shares(texts: Iterable[str]) -> dict[str, float]:
    """Share of the texts that use each word."""
    counts: Counter[str] = Counter()
    size = 0
    for text in texts:
        counts.update(set(words(text)))
        size += 1
    return {word: count / size for word, count in counts.items()} if size >= FEW else {}


def _short(text: str) -> str:
    return text if len(text) <= SHORT_TITLE else text[: SHORT_TITLE - 1] + "…"
