"""The attacker finds what is to be found, and nothing where nothing is."""

from __future__ import annotations

from panhuo.digests.attack import Exposure, Figure, find_combinations, find_exposures

# statement a1 is the first that evaluator A made
EVALUATORS = {f"{name.lower()}{number}": name for name in "ABCDEFGHI" for number in (1, 2)}


def figure(label: str, statements: str, *, counts_evaluators: bool = True) -> Figure:
    return Figure(label, frozenset(statements.split()), counts_evaluators)


def test_a_figure_of_two_evaluators_is_exposed_however_much_they_said():
    found = find_exposures([figure("cell", "a1 a2 b1 b2")], EVALUATORS, 3)

    assert found == [Exposure("too_few", ("cell",), ("A", "B"))]


def test_a_month_that_one_joined_shows_its_voice():
    found = find_exposures([figure("May", "a1 b1 c1"), figure("June", "a1 b1 c1 d1")], EVALUATORS, 3)

    assert [(exposure.kind, exposure.evaluators) for exposure in found] == [
        ("difference", ("D",)),
        ("newcomers", ("D",)),
    ]


def test_a_month_that_two_left_shows_theirs():
    found = find_exposures([figure("June", "a1 b1 c1"), figure("May", "a1 b1 c1 d1 e1")], EVALUATORS, 3)

    assert ("difference", ("D", "E")) in [(exposure.kind, exposure.evaluators) for exposure in found]


def test_one_newcomer_hides_behind_old_voices_only_where_evaluators_are_not_counted():
    cells = [figure("May", "a1 b1 c1"), figure("June", "a1 b1 c1 a2 b2 d1")]
    totals = [figure("May", "a1 b1 c1", counts_evaluators=False), figure("June", "a1 b1 c1 a2 b2 d1")]

    assert find_exposures(cells, EVALUATORS, 3) == [Exposure("newcomers", ("May", "June"), ("D",))]
    assert find_exposures(totals, EVALUATORS, 3) == []


def test_a_total_against_its_parts_shows_what_was_suppressed():
    parts_and_total = [figure("part", "a1 b1 c1"), figure("total", "a1 b1 c1 d1 e1", counts_evaluators=False)]

    assert find_exposures(parts_and_total, EVALUATORS, 3) == [Exposure("difference", ("part", "total"), ("D", "E"))]


def test_figures_of_other_statements_say_nothing_of_each_other():
    cells = [figure("cell", "a1 b1 c1"), figure("other", "a2 b2 c2 d2")]

    assert find_exposures(cells, EVALUATORS, 3) == []
    assert find_combinations(cells, EVALUATORS, 3) == []


def test_three_months_isolate_one_whom_no_two_do():
    """(x + y) + (y + z) - (x + z) = 2 y."""
    months = [figure("1", "a1 b1 c1 i1"), figure("2", "i1 d1 e1 f1"), figure("3", "a1 b1 c1 d1 e1 f1")]

    assert find_exposures(months, EVALUATORS, 3) == []
    assert ("I",) in [exposure.evaluators for exposure in find_combinations(months, EVALUATORS, 3)]


def test_batches_of_three_isolate_nobody():
    months = [
        figure("1", "a1 b1 c1"),
        figure("2", "a1 b1 c1 d1 e1 f1 a2"),
        figure("total", "a1 b1 c1 d1 e1 f1 a2 g1 h1 i1"),
    ]

    assert find_exposures(months, EVALUATORS, 3) == []
    assert find_combinations(months, EVALUATORS, 3) == []
