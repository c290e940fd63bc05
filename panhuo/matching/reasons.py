"""Why a patent is pushed to an enterprise, in up to three Chinese sentences that a manager understands.

Reasons rest on what is public (titles, abstracts, classification, business scopes, the enterprise's own published
patents) and on what the enterprise itself told the platform: its evaluations, and its needs, of which only the number
is named because their text is restricted. They are meant for that enterprise alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.corpus import Corpus
from panhuo.matching.industries import industries
from panhuo.matching.ipc import titles
from panhuo.matching.terms import Matrix
from panhuo.matching.texts import scope_clauses, words
from panhuo.names import split_owners

SHOWN_TERMS = 3
ALIKE = 0.1
"""Cosine of two patents from which they are called comparable; one pair in six hundred of Tai'an's reaches it."""
SHARED_BY_CHANCE = 6e-5
"""Share of all pairs in which a word stands on both sides anyway; one that more of them share says nothing."""
FEW = 100
"""Among fewer texts on a side no share of pairs can be told, and only what most texts use counts as common."""
MOST, SOME = 0.5, 10
"""Share of the texts of a side, of at least so many, above which a word says nothing of any of them."""
SAME_TRADE = 0.1
SAME_NAME = 0.99
"""Squared cosine of trade names: from here of the same trade, and up to here of another company."""
SAME_INDUSTRY = 0.3
"""Weight of a patent's text times that of a firm's scope in one industry, from which it is the industry of both."""
NO_TRADES = ("66", "67", "68", "69", "91", "92", "93", "94", "95", "96", "97")
"""Divisions of finance and of public administration: no patent is of their trade, though words of theirs may be."""
SHORT_TITLE = 24
REMEMBERED = 4096
"""Patents and firms whose words and likenesses are kept at hand."""


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
        keep = lru_cache(maxsize=REMEMBERED)
        self._words_of_patent = keep(lambda patent: _dwelt_on(corpus.texts[patent]))
        self._words_of_firm = keep(self._scope_words)
        self._industries_of_patent = keep(lambda patent: _entries(corpus.patent_industries[patent]))
        self._industries_of_firm = keep(lambda firm: _entries(corpus.firm_industries[firm]))
        self._likeness = keep(lambda patent: _dense(corpus.patent_vectors @ corpus.patent_vectors[patent].T))
        self._peer_patents = keep(self._patents_of_peers)

    def reasons(
        self,
        patent: int,
        firm: int,
        *,
        limit: int,
        needs: Sequence[str] = (),
        liked: Sequence[int] = (),
        patent_city: str = "",
    ) -> list[Reason]:
        """The strongest reasons first, at most `limit`.

        `needs` are numbers of the enterprise's own needs that the patent answers, the best first; `liked` are rows of
        patents that it said it would take up.
        """
        found = [
            self._needs(needs),
            self._evaluations(patent, liked),
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
        return Reason("need", 4.0, f"回应贵单位登记的技术需求{'、'.join(needs[:SHOWN_TERMS])}")

    def _evaluations(self, patent: int, liked: Sequence[int]) -> Reason | None:
        """The patent that is most alike among those the enterprise itself was willing to take up."""
        found = self._most_alike(patent, liked)
        if not found:
            return None
        likeness, named = found
        return Reason("evaluations", 3.0 + likeness, f"与贵单位曾表示愿意合作的专利{named}技术相近")

    def _portfolio(self, patent: int, firm: int) -> Reason | None:
        """The firm's own published patents that are most alike; here the day of filing of the other does not matter."""
        found = self._most_alike(patent, self._patents_of(firm))
        if not found:
            return None
        likeness, named = found
        return Reason("portfolio", 2.0 + likeness, f"与贵单位已有专利{named}技术相近")

    def _most_alike(self, patent: int, others: Sequence[int]) -> tuple[float, str] | None:
        """Likeness, title and number of the one among other patents that is comparable and most alike."""
        rows = [row for row in others if row != patent]
        if not rows:
            return None
        likeness = self._likeness(patent)[rows]
        best = int(likeness.argmax())
        if likeness[best] < ALIKE:
            return None
        patents = self.corpus.patents
        return float(likeness[best]), f"“{_short(patents.titles[rows[best]])}”（{patents.patent_nos[rows[best]]}）"

    def _terms(self, patent: int, firm: int) -> Reason | None:
        text = self._words_of_patent(patent)
        shared = [word for word in self._words_of_firm(firm) if word in text]
        if not shared:
            return None
        best = sorted(shared, key=lambda word: (-self._rarity(word) * len(word), word))[:SHOWN_TERMS]
        strength = 1.0 + 0.3 * min(len(shared), SHOWN_TERMS)
        return Reason("scope", strength, f"专利内容与贵单位经营范围都涉及“{'、'.join(best)}”")

    def _industry(self, patent: int, firm: int) -> Reason | None:
        spoken, own = self._industries_of_patent(patent), self._industries_of_firm(firm)
        common = {
            number: weight * own[number]
            for number, weight in spoken.items()
            if number in own and not industries()[number].code.startswith(NO_TRADES)
        }
        best = max(common, key=lambda number: (common[number], -number), default=None)
        if best is None or common[best] < SAME_INDUSTRY:
            return None
        name = industries()[best].name
        symbol = self.corpus.symbols[patent]
        title = titles().get(symbol.subclass, "").split("；")[0]
        field = f"技术领域“{_short(title)}”（{symbol.subclass}）" if title else "专利内容"
        return Reason("industry", 1.0 + common[best], f"{field}对应贵单位所在行业“{name}”")

    def _peers(self, patent: int, firm: int) -> Reason | None:
        """A comparable published patent of a company whose name speaks of the firm's trade."""
        likeness, of_patents = self._likeness(patent), self._peer_patents(firm)
        weights = likeness * of_patents
        weights[patent] = 0
        best = int(weights.argmax())
        if best == patent or likeness[best] < ALIKE or of_patents[best] < SAME_TRADE:
            return None
        owner = next(iter(split_owners(self.corpus.patents.owners[best])))
        title = self.corpus.patents.titles[best]
        return Reason("peers", 1.0, f"同行{owner}持有同类专利“{_short(title)}”")

    def _city(self, firm: int, patent_city: str) -> Reason | None:
        city = self.cities.get(self.corpus.firms.enterprise_ids[firm], "")
        if not city or city != patent_city:
            return None
        return Reason("region", 0.5, f"专利权人与贵单位同在{city}，便于洽谈")

    def _scope_words(self, firm: int) -> list[str]:
        """Telling words of the firm's name and scope, in order, each once."""
        scope = f"{self.corpus.firms.names[firm]}；{'；'.join(scope_clauses(self.corpus.firms.scopes[firm]))}"
        return [word for word in dict.fromkeys(words(scope)) if self._rarity(word) > 0]

    def _patents_of_peers(self, firm: int) -> NDArray[np.float64]:
        """How much the names of each patent's owners speak of the firm's trade, its own name left out."""
        names = _dense(self.corpus.name_likeness[:, firm])
        return np.asarray(self.corpus.ownership @ np.where(names < SAME_NAME, names, 0)).ravel()

    def _rarity(self, word: str) -> float:
        """How telling a word of a scope is; nothing when many pairs share it whatever the patent and the firm."""
        in_scopes, in_patents = (shares.get(word, 0.0) for shares in self._frequencies)
        is_large = min(len(self.corpus.firms), len(self.corpus.patents)) >= FEW
        is_common = max(in_scopes, in_patents) > MOST or (is_large and in_scopes * in_patents > SHARED_BY_CHANCE)
        return 0.0 if is_common else 1.0 - in_scopes

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


def _dense(column: Matrix) -> NDArray[np.float64]:
    return np.asarray(column.todense()).ravel()


def _entries(row: Matrix) -> dict[int, float]:
    """Column → value of what a row holds."""
    return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))


def _dwelt_on(text: str) -> frozenset[str]:
    """Words that stand in a text more than once, as those of the title do: one used in passing says nothing."""
    return frozenset(word for word, count in Counter(words(text)).items() if count > 1)


def _shares(texts: Iterable[str]) -> dict[str, float]:
    """Share of the texts that use each word."""
    counts: Counter[str] = Counter()
    size = 0
    for text in texts:
        counts.update(set(words(text)))
        size += 1
    return {word: count / size for word, count in counts.items()} if size >= SOME else {}


def _short(text: str) -> str:
    return text if len(text) <= SHORT_TITLE else text[: SHORT_TITLE - 1] + "…"
