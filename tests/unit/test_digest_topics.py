"""Topics of small and odd texts, patents for a need, and quotes that do not tell who said them."""

from __future__ import annotations

import random

import pytest

from panhuo.digests.matches import Match, Need, PatentText, find_matches
from panhuo.digests.quotes import Quoter, known_names
from panhuo.digests.topics import Text, find_topics
from panhuo.policy import load_policy
from panhuo.policy.values import Count

RULES = load_policy().digests
STABLE = ("提高长期运行稳定性", "连续运行三个月以上的稳定性没有数据", "长期运行稳定性要有数据")
CHEAP = ("设备投入大，希望降低首台套成本", "首台套成本能否降低", "降低首台套成本")


def texts(*contents: str, field_no: int = 5, groups: int = 99) -> list[Text]:
    return [Text(f"t{number}", field_no, f"G{number % groups}", content) for number, content in enumerate(contents)]


@pytest.mark.parametrize("contents", [(), ("",), ("  ",), ("123",), ("", "!!", "45")])
def test_without_a_word_there_is_no_topic(contents: tuple[str, ...]) -> None:
    assert find_topics(texts(*contents), RULES) == ()


def test_one_text_is_one_topic_without_terms() -> None:
    (topic,) = find_topics(texts("降低成本"), RULES)

    assert (topic.evaluator_count, topic.terms, [text.text_id for text in topic.members]) == (1, (), ["t0"])


def test_equal_texts_are_one_topic_and_one_sentence() -> None:
    (topic,) = find_topics(texts(*["降低单件成本"] * 4, groups=3), RULES)

    assert (topic.evaluator_count, len(topic.members)) == (3, 4)
    assert set(topic.terms) == {"降低", "单件", "成本"}
    assert [text.content for text in topic.typical(2)] == ["降低单件成本"]


def test_wordings_of_one_wish_come_together_and_fields_stay_apart() -> None:
    found = find_topics([*texts(*STABLE, *CHEAP), *texts(*CHEAP, field_no=6)], RULES)

    told = {(topic.field_no, frozenset(text.content for text in topic.members)) for topic in found}
    assert told == {(5, frozenset(STABLE)), (5, frozenset(CHEAP)), (6, frozenset(CHEAP))}
    assert [(topic.field_no, topic.topic_no) for topic in found] == [(5, 1), (5, 2), (6, 1)]


def test_a_term_is_told_only_when_enough_evaluators_use_it() -> None:
    (topic,) = find_topics(texts(*CHEAP, "希望降低首台套成本和进口芯片成本"), RULES)

    assert {"降低", "成本", "首台"} <= set(topic.terms)
    assert not {"芯片", "进口", "设备"} & set(topic.terms)


def test_the_order_of_texts_changes_nothing() -> None:
    given = texts(*STABLE, *CHEAP, *STABLE[:1], "适配现有产线", groups=4)
    shuffled = list(given)
    random.Random(5).shuffle(shuffled)

    assert find_topics(shuffled, RULES) == find_topics(given, RULES)


def test_a_long_field_clusters_a_sample_and_gives_the_rest_to_the_nearest() -> None:
    many = [
        wish
        for number in range(8)
        for wish in (f"{STABLE[0]}{'甲乙丙丁戊己庚辛'[number]}", f"{CHEAP[0]}{'子丑寅卯辰巳午未'[number]}")
    ]
    small = RULES.model_copy(update={"max_clustered_texts": Count(value=5, reason="few")})

    found = find_topics(texts(*many, "适配完全不同的接口协议"), small)

    assert sorted(len(topic.members) for topic in found) == [1, 8, 8]
    assert {content[:4] for topic in found if len(topic.members) == 8 for content in [topic.members[0].content]} == {
        STABLE[0][:4],
        CHEAP[0][:4],
    }


def test_the_likest_patents_of_each_institution_are_found_within_the_field() -> None:
    need = Need("N1", 5, "可降解地膜增韧与降解期调控")
    patents = [
        PatentText("P1", "I1", 5, "一种可降解地膜的增韧方法"),
        PatentText("P2", "I1", 5, "一种可降解薄膜"),
        PatentText("P3", "I2", 6, "一种可降解地膜的增韧方法"),
        PatentText("P4", "I2", 5, "一种心电信号分级方法"),
    ]

    found = find_matches([need], patents, RULES)

    assert (found[0].patent_no, found[0].position) == ("P1", 1)
    assert {match.institution_id for match in found} == {"I1"}
    assert all(match.similarity >= RULES.min_need_similarity.value for match in found)


def test_a_need_without_a_field_is_compared_with_all() -> None:
    patents = [PatentText("P3", "I2", 6, "一种可降解地膜的增韧方法")]

    found = find_matches([Need("N1", None, "可降解地膜增韧")], patents, RULES)

    assert [(match.need_id, match.patent_no) for match in found] == [("N1", "P3")]
    assert find_matches([], patents, RULES) == find_matches([Need("N1", 1, "地膜")], [], RULES) == []
    assert isinstance(found[0], Match)


NAMES = known_names(["安徽启明智能装备有限公司", "模拟大学05"], ["安徽"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("希望与启明智能装备合作", "希望与某企业合作"),
        ("我司年产12,000台，成本降低百分之三十", "我司年产某台，成本降低某"),
        ("由合肥远航新材料有限公司提出；联系 a@b.com，见http://x.y/z", "由某企业提出；联系 （略），见（略）"),
        ("模拟大学０５的方案", "某企业的方案"),
        ("提高精度", "提高精度"),
        ("", ""),
    ],
)
def test_a_quote_names_nobody_and_no_number(text: str, shown: str) -> None:
    assert Quoter(NAMES, 60).quote(text) == shown


def test_a_quote_ends_with_a_sentence_or_is_cut() -> None:
    assert Quoter((), 8).quote("提高精度。降低成本。减小体积。") == "提高精度"
    assert Quoter((), 8).quote("提高在高温高湿环境下的可靠性") == "提高在高温高湿…"


def test_who_agreed_to_be_named_keeps_the_figures() -> None:
    assert Quoter(NAMES, 60).unnamed("转速3万转，启明智能装备") == "转速3万转，某企业"
