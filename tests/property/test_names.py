"""What holds for every name and every cell of owners."""

from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.names import is_military, normalise_name, split_owners

NAME_CHARACTERS = "一①路区号等甲乙大学公司AbC.,;；、|()（）【】[]·• \u3000\u200b\n1９＊"
texts = st.one_of(st.text(max_size=60), st.text(NAME_CHARACTERS, max_size=40))
plain_names = st.text("甲乙丙丁大学公司", min_size=1, max_size=6)


@settings(max_examples=500, deadline=None)
@given(texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise_name(text)
    assert normalise_name(once) == once


@settings(max_examples=200, deadline=None)
@given(texts)
def test_owners_are_normalised_distinct_and_not_empty(text: str) -> None:
    owners = split_owners(text)
    assert len(set(owners)) == len(owners)
    assert all(owner and owner == normalise_name(owner) for owner in owners)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_splitting_what_was_split_changes_nothing(text: str) -> None:
    owners = split_owners(text)
    assert split_owners("|".join(owners)) == owners


@settings(max_examples=100, deadline=None)
@given(st.lists(plain_names, unique=True), st.sampled_from(["、", "．", "."]), st.sampled_from([" ", "；", "\n"]))
def test_numbered_owners_come_apart_in_order(owners: list[str], stop: str, separator: str) -> None:
    numbered = [f"{number}{stop}{owner}" for number, owner in enumerate(owners, start=1)]
    assert split_owners(separator.join(numbered)) == owners


@settings(max_examples=100, deadline=None)
@given(st.lists(plain_names, unique=True), st.sampled_from([";", "；", "、", ",", "，", "|", "\n", "；\n"]))
def test_joined_owners_come_apart_in_order(owners: list[str], separator: str) -> None:
    assert split_owners(separator.join(owners)) == owners


@settings(max_examples=100, deadline=None)
@given(plain_names, plain_names, st.sampled_from(["部队", "部 队", "部\u200b队"]))
def test_a_marker_is_found_anywhere(before: str, after: str, marker: str) -> None:
    assert is_military(before + marker + after, ["部队"])
