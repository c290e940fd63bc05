"""Patents and firms as the matching sees them: texts, symbols, days and the links from earlier patents to firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from panhuo.matching.industries import industry_weights
from panhuo.matching.ipc import Symbol, parse_symbol, title_text
from panhuo.matching.terms import Matrix, Vocabulary, bm25, cosine, rarity, sublinear, widened
from panhuo.matching.texts import character_pairs, is_institution_name, trade_name, without_organisations
from panhuo.names import normalise_name, split_owners

UNDATED = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Patents:
    """Patents in columns. `owners` serve the evidence on *other* patents and exclusions, never a patent's own score."""

    patent_nos: Sequence[str]
    titles: Sequence[str]
    abstracts: Sequence[str]
    symbols: Sequence[str]
    filed: NDArray[np.datetime64]
    owners: Sequence[str]

    def __len__(self) -> int:
        return len(self.patent_nos)


@dataclass(frozen=True)
class Firms:
    """Firms in columns; `places` are names of the places they lie in, which say nothing of a trade."""

    enterprise_ids: Sequence[str]
    names: Sequence[str]
    scopes: Sequence[str]
    places: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.enterprise_ids)


@dataclass(frozen=True)
class Corpus:
    """Both sides with their term matrices, each built once and on demand."""

    patents: Patents
    firms: Firms
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(character_pairs))

    @cached_property
    def symbols(self) -> list[Symbol]:
        """The IPC symbol of each patent by level."""
        return [parse_symbol(symbol) for symbol in self.patents.symbols]

    @cached_property
    def texts(self) -> list[str]:
        """Title, title and abstract of each patent: the title, which names the thing, counts twice."""
        pairs = zip(self.patents.titles, self.patents.abstracts, strict=True)
        return [without_organisations(f"{title} {title} {abstract}") for title, abstract in pairs]

    @cached_property
    def described(self) -> list[str]:
        """The texts with the Chinese titles of the IPC symbol."""
        return [f"{text} {title_text(symbol)}" for text, symbol in zip(self.texts, self.symbols, strict=True)]

    @cached_property
    def _firm_counts(self) -> Matrix:
        return self.vocabulary.learn(
            f"{name} {scope}" for name, scope in zip(self.firms.names, self.firms.scopes, strict=True)
        )

    @cached_property
    def firm_weights(self) -> Matrix:
        """BM25 weights of name and scope, firms in rows."""
        _ = self.patent_counts
        return widened(bm25(self._firm_counts), len(self.vocabulary.numbers))

    @cached_property
    def patent_counts(self) -> Matrix:
        """Counts of the terms of title and abstract."""
        _ = self._firm_counts
        return self.vocabulary.learn(self.texts)

    @cached_property
    def query_weights(self) -> Matrix:
        """Sublinear counts of title, abstract and IPC titles: the query against scopes."""
        width = self.firm_weights.shape[1]
        return widened(sublinear(self.vocabulary.count(self.described)), width)

    @cached_property
    def patent_vectors(self) -> Matrix:
        """TF-IDF of title and abstract, length one: for the likeness of patents to each other."""
        return cosine(self.patent_counts, rarity(self.patent_counts))

    @cached_property
    def patent_industries(self) -> Matrix:
        """Industries the texts of the patents speak of."""
        return industry_weights(self.described)

    @cached_property
    def firm_industries(self) -> Matrix:
        """Industries the names and scopes of the firms speak of."""
        texts = zip(self.firms.names, self.firms.scopes, strict=True)
        return industry_weights([f"{name} {scope}" for name, scope in texts])

    @cached_property
    def _owners(self) -> tuple[Matrix, list[str]]:
        numbers: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        for row, cell in enumerate(self.patents.owners):
            for owner in split_owners(cell):
                rows.append(row)
                columns.append(numbers.setdefault(owner, len(numbers)))
        ones = np.ones(len(rows), dtype=np.float32)
        return sparse.csr_matrix((ones, (rows, columns)), (len(self.patents), max(len(numbers), 1))), list(numbers)

    @cached_property
    def ownership(self) -> Matrix:
        """One where a patent (row) lists an owner (column)."""
        return self._owners[0]

    @cached_property
    def owner_firms(self) -> Matrix:
        """One where an owner (row) bears exactly the name of a firm (column); one that two firms bear, to none."""
        known: dict[str, int] = {}
        for number, name in enumerate(map(normalise_name, self.firms.names)):
            known[name] = -1 if name in known else number
        links = [(row, known.get(name, -1)) for row, name in enumerate(self._owners[1])]
        rows = [row for row, firm in links if firm >= 0]
        columns = [firm for _, firm in links if firm >= 0]
        ones = np.ones(len(rows), dtype=np.float32)
        return sparse.csr_matrix((ones, (rows, columns)), (self.ownership.shape[1], len(self.firms)))

    @cached_property
    def name_likeness(self) -> Matrix:
        """Squared cosine of the trade parts of the names of owners (rows) and firms (columns).

        Universities, institutes and hospitals are like no firm.
        """
        pairs = Vocabulary(character_pairs)
        counts = pairs.learn(trade_name(name, self.firms.places) for name in self.firms.names)
        weights = rarity(counts)
        trades = ["" if is_institution_name(name) else trade_name(name, self.firms.places) for name in self._owners[1]]
        owners = cosine(pairs.count(trades or [""]), weights)
        likeness = sparse.csr_matrix(owners @ cosine(counts, weights).T)
        likeness.data **= 2
        return likeness
