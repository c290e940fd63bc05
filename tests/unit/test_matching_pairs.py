"""Candidate pairs are told what the whole block is told, and cuts are where they are said to be."""

from itertools import product

import numpy as np
import pytest

from panhuo.matching.corpus import Corpus
from panhuo.matching.evidence import EVIDENCE, gather, likeness_to_earlier
from panhuo.matching.fusion import load_model
from panhuo.matching.pairs import candidate_pairs, earlier, gather_pairs
from tests.fixtures.matching_corpus import FIRMS, PATENTS

ALL = np.arange(len(PATENTS))
EVERY = np.array(list(product(ALL, range(len(FIRMS)))))


def test_pairs_are_told_what_the_block_is_told():
    corpus = Corpus(PATENTS, FIRMS)
    order = np.random.default_rng(0).permutation(len(EVERY))
    patents, firms = EVERY[order].T
    found = gather_pairs(corpus, patents, firms, earlier(corpus, ALL, None))
    whole = gather(corpus, ALL)
    assert list(found) == list(EVIDENCE)
    for name, values in found.items():
        assert values == pytest.approx(whole[name][patents, firms], rel=1e-5, abs=1e-6), name


def test_probabilities_of_all_pairs_are_those_of_the_block():
    corpus, model = Corpus(PATENTS, FIRMS), load_model()
    whole = gather(corpus, ALL)
    evidence = {name: values.ravel() for name, values in whole.items()}
    found = model.probabilities_of_pairs(evidence, EVERY[:, 0], len(FIRMS))
    assert found == pytest.approx(model.probabilities(model.scores(whole)).ravel(), rel=1e-4)


def test_the_most_alike_earlier_patents_are_kept():
    corpus = Corpus(PATENTS, FIRMS)
    whole = likeness_to_earlier(corpus, ALL)
    assert earlier(corpus, ALL, None).likeness.toarray() == pytest.approx(whole, abs=1e-6)
    one = earlier(corpus, ALL[1:], 1).likeness.toarray()
    assert one == pytest.approx(np.where(whole == whole.max(axis=1, keepdims=True), whole, 0)[1:], abs=1e-6)


def test_candidates_are_named_by_words_names_and_own_patents():
    corpus = Corpus(PATENTS, FIRMS)
    patents, firms = candidate_pairs(corpus, earlier(corpus, ALL), 2, threads=1)
    pairs = list(zip(patents.tolist(), firms.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert {(1, 0), (2, 1)} <= set(pairs)
