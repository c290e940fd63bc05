"""Scores of the owners' benchmark, and the labels they rest on."""

import pytest

from benchmarks.owners import Label, Scored, digest, measures, read_register, shipped_labels, wilson

CLASSES = {label.label_class for label in shipped_labels()}


def scored(expected: str, status: str, institution: str | None = None, rule: str | None = None) -> Scored:
    return Scored(Label("甲", expected, "own_name", "because", "sample"), status, rule, institution, None)


@pytest.mark.parametrize(
    ("expected", "status", "institution", "verdict"),
    [
        ("甲大学", "resolved", "甲大学", "right"),
        ("甲大学", "resolved", "乙大学", "wrong"),
        ("甲大学", "review", None, "left"),
        ("甲大学", "refused", None, "wrong"),
        ("甲大学", "outside", None, "lost"),
        ("none", "resolved", "甲大学", "wrong"),
        ("none", "review", None, "left"),
        ("none", "refused", None, "right"),
        ("none", "outside", None, "right"),
        ("review", "resolved", "甲大学", "wrong"),
        ("review", "review", None, "right"),
        ("review", "refused", None, "wrong"),
        ("review", "outside", None, "lost"),
    ],
)
def test_what_becomes_of_a_name_is_judged(expected: str, status: str, institution: str | None, verdict: str) -> None:
    assert scored(expected, status, institution).verdict == verdict


def test_precision_is_of_the_resolved_and_recall_of_the_institutions() -> None:
    found = measures(
        [
            scored("甲大学", "resolved", "甲大学", "alias"),
            scored("甲大学", "review"),
            scored("甲大学", "outside"),
            scored("none", "resolved", "甲大学", "alias"),
            scored("none", "outside"),
        ]
    )
    assert [(found[key]["hits"], found[key]["count"]) for key in ("precision", "recall", "found_or_listed")] == [
        (1, 2),
        (1, 3),
        (2, 3),
    ]
    assert (found["by_rule"]["alias"]["right"], found["by_rule"]["alias"]["wrong"]) == (1, 1)


def test_wilson_interval() -> None:
    assert wilson(0, 0) is None
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_every_shipped_label_names_an_institution_of_the_register() -> None:
    register = {row["institution_name"] for row in read_register()}
    assert {label.expected for label in shipped_labels()} <= register | {"none", "review"}
    assert all(label.reason for label in shipped_labels())


def test_halves_are_told_by_the_digest() -> None:
    halves = {label.name: label.half for label in shipped_labels()}
    assert set(halves.values()) == {"seen", "held_out"}
    assert halves["北京理工大学"] == ("held_out" if int(digest("北京理工大学")[-1], 16) % 2 else "seen")
