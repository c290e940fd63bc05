"""`policy/priority.yml`: the words and places it names exist, and nonsense is refused."""

import csv
from collections import Counter

import pytest
from pydantic import ValidationError

from panhuo.contracts.model import PROJECT_ROOT, load_catalogue, load_yaml
from panhuo.policy import load_policy
from panhuo.policy.priority import Priority, priority_seeds

PRIORITY = load_policy().priority


def reference(name):
    with (PROJECT_ROOT / f"dbt_project/seeds/reference/{name}.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def content():
    return load_yaml(PROJECT_ROOT / "policy/priority.yml")


def test_every_industry_has_words_and_every_word_an_industry():
    assert [entry.sei for entry in PRIORITY.keywords] == [row["sei_code"] for row in reference("sei_industries")]


def test_words_are_no_part_of_another_word_of_their_industry():
    """A word inside another would never be the longest alone, and says nothing that the shorter does not."""
    shadowed = Counter(
        (entry.sei, longer)
        for entry in PRIORITY.keywords
        for shorter in entry.words
        for longer in entry.words
        if shorter != longer and shorter in longer
    )
    assert sorted(shadowed) == []


def test_exclusions_lie_inside_patterns():
    patterns = [row["ipc_pattern"] for row in reference("sei_ipc_patterns")]
    for prefix in PRIORITY.excluded_prefixes:
        assert any(prefix.startswith(pattern) and prefix != pattern for pattern in patterns), prefix


def test_priority_speaks_the_vocabularies():
    words = {name: set(vocabulary.values) for name, vocabulary in load_catalogue().vocabularies.items()}
    grounds = next(seed for seed in priority_seeds(PRIORITY) if seed.name == "priority_grounds")
    assert {row[1] for row in grounds.rows} == words["priority_ground"]
    assert {row[2] for row in grounds.rows} <= words["sei_evidence"] | {"none"}
    assert {row[3] for row in grounds.rows} <= words["match_level"] | {"none"}
    assert [row[0] for row in grounds.rows] == sorted(row[0] for row in grounds.rows)
    assert set(PRIORITY.patent_types.value) < words["patent_type"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda p: p["keywords"][0]["words"].append("光纤"), "listed twice"),
        (lambda p: p["keywords"][0]["words"].append("LED"), "lower case"),
        (lambda p: p["keywords"].append({"sei": "1.1", "words": ["甲"]}), "stands twice"),
        (lambda p: p["exclusions"].append({"ipc_prefixes": ["A61G17/"], "reason": "again"}), "stands twice"),
        (lambda p: p["exclusions"].append({"ipc_prefixes": ["A61G17"], "reason": "no slash"}), "match pattern"),
        (lambda p: p["grounds"].append(p["grounds"][0]), "stands twice"),
        (lambda p: p["grounds"][0].pop("match_levels"), "match_levels"),
        (lambda p: p["grounds"].append({"ground": "key_industry", "evidence": "keyword",
                                          "match_levels": ["subclass"], "reason": "x"}), "match_levels"),
        (lambda p: p["discipline"].update(min_patents={"value": 0, "reason": "none"}), "greater than or equal"),
        (lambda p: p.update(weights={}), "Extra inputs"),
    ],
)  # fmt: skip
def test_nonsense_is_refused(spoil, message):
    policy = content()
    spoil(policy)
    with pytest.raises(ValidationError, match=message):
        Priority.model_validate(policy)
