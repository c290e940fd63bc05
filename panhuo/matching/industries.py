"""Industries of GB/T 4754-2017 a text speaks of.

`reference/industries.csv` restates the groups of the national classification of economic activities with the names of
their classes. The concordance from patents to industries is learned from texts, with probabilities instead of a fixed
table, in the manner of Lybbert and Zolas (2014), Getting patents and economic data to speak to each other, Research
Policy 43(3).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from scipy import sparse

from panhuo.matching.terms import Matrix, Vocabulary, bm25, sublinear, unit_rows
from panhuo.matching.texts import character_pairs

KEPT_INDUSTRIES = 30
"""A text speaks of few industries; the weight of the first one not kept is the zero of the others."""


class Industry(NamedTuple):
    """A group of the classification."""

    code: str
    name: str
    activities: str


@cache
def industries() -> tuple[Industry, ...]:
    """All groups by code."""
    lines = files("panhuo.matching").joinpath("reference/industries.csv").read_text(encoding="utf-8").splitlines()
    return tuple(Industry(*row) for row in list(csv.reader(lines))[1:])


@cache
def _index() -> tuple[Vocabulary, Matrix]:
    vocabulary = Vocabulary(character_pairs)
    counts = vocabulary.learn(f"{industry.name} {industry.activities}" for industry in industries())
    return vocabulary, bm25(counts, b=0.3)


def industry_weights(texts: list[str]) -> Matrix:
    """Weights of texts (rows) over industries (columns), length one, most of them zero."""
    vocabulary, weights = _index()
    scores = (sublinear(vocabulary.count(texts)) @ weights.T).toarray()
    threshold = np.partition(scores, -KEPT_INDUSTRIES - 1, axis=1)[:, -KEPT_INDUSTRIES - 1, None]
    return unit_rows(sparse.csr_matrix(np.maximum(scores - threshold, 0) ** 2, dtype=np.float32))
