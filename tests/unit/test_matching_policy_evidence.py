"""What a month knows of an enterprise besides its texts: each score says what it should, and odds are multiplied."""

import numpy as np
import pytest

from panhuo.matching.corpus import Corpus, Firms, Patents
from panhuo.matching.evidence import gather
from panhuo.matching.fusion import load_model
from panhuo.matching.policy_evidence import POLICY_EVIDENCE, PolicyEvidence, shifted
from panhuo.policy import load_policy
from tests.fixtures.matching import known_tables

CORPUS = Corpus(
    Patents(
        ["P0", "P1", "P2"],
        ["可降解地膜的制备方法", "可降解农用地膜", "奶牛饲料"],
        ["聚酯地膜增韧", "地膜降解期可调", "发酵豆粕"],
        ["C08L67/02", "C08J5/18", "A23K10/00"],
        np.array(["2010-01-01"] * 3, dtype="datetime64[D]"),
        ["某大学"] * 3,
    ),
    Firms(["E0", "E1", "E2"], ["甲塑料厂", "乙农膜公司", "丙饲料公司"], ["塑料制品制造", "农膜制造", "饲料加工"]),
)
ROWS = np.arange(3)
CITIES = ({0: "3709", 1: "3709", 2: "3401"}, {0: "3709", 1: "3701", 2: "3401"})


def evidence(**tables):
    return PolicyEvidence(CORPUS, known_tables(**tables), CITIES)


FILM = ("N1", "E1", "可降解地膜增韧", "需要降解期可调的地膜", "C08L67/02|C08J5/18")
LAMP = ("N2", "E1", "节能灯具", "需要寿命更长的灯具", None)


def test_a_need_counts_for_its_enterprise_alone_and_by_the_best_of_its_needs():
    scores = evidence(needs=[LAMP, FILM]).gather(ROWS)["need"]
    assert scores[0, 1] > 0.3
    assert scores[1, 1] > 0.3
    assert not scores[:, [0, 2]].any()
    assert scores[2, 1] == 0


def test_the_same_symbol_brings_a_need_nearer():
    plain = evidence(needs=[(*FILM[:4], "H01L21/02")]).gather(ROWS)["need"]
    assert evidence(needs=[FILM]).gather(ROWS)["need"][0, 1] == pytest.approx(plain[0, 1] + 0.1)
    subclass = evidence(needs=[(*FILM[:4], "C08L1/02")]).gather(ROWS)["need"]
    assert subclass[0, 1] == pytest.approx(plain[0, 1] + 0.05)


def test_needs_that_a_patent_answers_are_told_by_number_the_best_first():
    found = evidence(needs=[LAMP, FILM, ("N0", "E1", "地膜降解", "膜", None)])
    assert found.needs_answered(0, 1)[0] == "N1"
    assert "N2" not in found.needs_answered(0, 1)
    assert found.needs_answered(0, 0) == []
    assert found.needs_answered(2, 1) == []


def test_what_was_liked_lifts_what_is_alike_and_what_was_declined_lowers_it_but_not_itself():
    found = evidence(opinions=[("E1", "P0", 1.0), ("E2", "P0", -0.5), ("E9", "P0", 1.0)])
    scores = found.gather(ROWS)["evaluations"]
    assert scores[1, 1] > 0
    assert scores[1, 2] == pytest.approx(-scores[1, 1] / 2)
    assert not scores[0].any()
    assert not scores[:, 0].any()
    assert (found.liked(1), found.liked(2), found.liked(0)) == ([0], [], [])


def test_answers_count_for_every_patent_of_the_enterprise():
    scores = evidence(responses=[("E2", -0.1), ("E0", 0.4), ("E9", 0.5)]).gather(ROWS)["response"]
    assert scores.tolist() == [[pytest.approx(0.4), 0, pytest.approx(-0.1)]] * 3


def test_the_same_city_leaves_the_odds_and_distance_lowers_them():
    assert evidence().gather(ROWS)["region"].tolist() == [[0, -0.5, -1], [0, -0.5, -1], [-1, -1, 0]]


def test_a_common_emerging_industry_counts_once():
    scores = evidence(
        patent_industries=[("P0", "3.3"), ("P0", "7.1"), ("P2", "4.3")],
        industries=[("E0", "3.3"), ("E0", "7.1"), ("E1", "9.9"), ("E2", "4.3")],
    ).gather(ROWS)["sei"]
    assert scores.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 1]]


def test_without_knowledge_the_probability_is_the_learned_one():
    """Match-eval knows texts alone: nothing of the policy's evidence may move its figures."""
    learned = load_model().probabilities(load_model().scores(gather(CORPUS, ROWS)))
    scores = evidence().gather(ROWS)
    assert tuple(scores) == POLICY_EVIDENCE
    scores.pop("region")
    np.testing.assert_allclose(shifted(learned, scores, load_policy().matching.odds), learned, rtol=1e-12)


def test_odds_are_multiplied_by_the_factor_in_full_at_one_and_by_its_root_at_a_half():
    halves = np.array([0.5])
    for score, expected in ((1.0, 4 / 5), (0.5, 2 / 3), (-1.0, 1 / 5), (0.0, 1 / 2)):
        scores = {"need": np.array([score], dtype=np.float32)}
        assert shifted(halves, scores, {"need": 4.0})[0] == pytest.approx(expected)


def test_every_kind_has_its_factor_in_the_policy():
    odds = load_policy().matching.odds
    assert set(odds) == set(POLICY_EVIDENCE)
    assert all(factor > 1 for factor in odds.values())
