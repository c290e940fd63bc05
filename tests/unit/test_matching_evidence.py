from dataclasses import replace

import numpy as np
import pytest

from panhuo.matching.corpus import Corpus, Firms
from panhuo.matching.evaluation import Pairs, cross_validate, gather_all, held_before, learn_model
from panhuo.matching.evidence import EVIDENCE, gather
from panhuo.matching.fusion import load_model, reciprocal_ranks
from tests.fixtures.matching_corpus import FIRMS, PATENTS


def corpus(**changed):
    return Corpus(replace(PATENTS, **changed), FIRMS)


def every(evidence):
    return np.stack(list(evidence.values()))


def test_each_kind_of_evidence_prefers_the_firm_of_the_trade():
    found = gather(corpus(), np.array([1]))
    assert set(found) == set(EVIDENCE)
    for name, scores in found.items():
        assert scores.shape == (1, 4), name
        assert scores[0].argmax() == 0, name
        assert scores[0, 0] > 0, name


@pytest.mark.parametrize("row", range(4))
def test_the_own_applicant_never_matters(row):
    renamed = [*PATENTS.owners]
    renamed[row] = "泰安纺织有限公司"
    for owners in (renamed, [*renamed[:row], "", *renamed[row + 1 :]]):
        rows = np.array([row])
        assert (every(gather(corpus(), rows)) == every(gather(corpus(owners=owners), rows))).all()


def test_patents_of_the_same_day_and_later_ones_say_nothing():
    rows = np.array([1])
    changed = [PATENTS.owners[0], PATENTS.owners[1], "泰安纺织有限公司", "泰安纺织有限公司"]
    assert (every(gather(corpus(), rows)) == every(gather(corpus(owners=changed), rows))).all()
    assert not gather(corpus(), np.array([0]))["portfolio"].any()
    undated = gather(corpus(), np.array([3]))
    assert not undated["portfolio"].any()
    assert not undated["holder"].any()
    assert undated["scope"].argmax() == 0


def test_a_name_of_two_firms_links_to_neither():
    twins = Firms(["G", "H"], [FIRMS.names[0]] * 2, ["", ""])
    assert Corpus(PATENTS, twins).owner_firms.nnz == 0


def test_who_held_before():
    pairs = Pairs(np.array([0, 1, 1]), np.array([0, 0, 1]))
    assert held_before(corpus(), pairs).tolist() == [False, True, False]


@pytest.mark.slow
def test_fusion_and_shipped_model_rank_the_trade_first():
    found = gather(corpus(), np.arange(4))
    model = load_model()
    scores = model.scores(found)
    assert scores.argmax(axis=1).tolist() == [0, 0, 1, 0]
    probabilities = model.probabilities(scores)
    assert (probabilities.argmax(axis=1) == scores.argmax(axis=1)).all()
    assert ((probabilities > 0) & (probabilities < 1)).all()
    assert reciprocal_ranks(found).argmax(axis=1)[[0, 1]].tolist() == [0, 0]


def test_learning_from_pairs_of_others_ranks_unseen_firms():
    pairs = Pairs(np.array([0, 1, 2]), np.array([0, 0, 1]))
    with pytest.raises(ValueError, match="three firms"):
        cross_validate(corpus(), pairs)
    model = learn_model(corpus(), pairs, {"pairs": "test"})
    scores = model.scores(gather_all(corpus(), np.arange(3)))
    assert scores.argmax(axis=1).tolist() == [0, 0, 1]
    assert model.weights["scope"] > 0
    assert '"provenance"' in model.to_json()
