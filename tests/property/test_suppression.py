"""No sum of shown cells gives a hidden one away, whatever the cells; and nothing is hidden that need not be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.statistics.suppression import Cell, complements, exposed

SMALL = 5
KINDS = ("city", "ministry", "kind")


@st.composite
def tables(draw):
    """Institutions in cities, cities in provinces, across ministries and kinds; the small cells are hidden."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=2, max_size=9))
    places = {kind: draw(st.lists(st.integers(0, 3), min_size=len(sizes), max_size=len(sizes))) for kind in KINDS}
    members: dict[tuple[str, str], list[int]] = {}
    for number in range(len(sizes)):
        scopes = {kind: codes[number] for kind, codes in places.items()}
        for kind, code in {**scopes, "province": scopes["city"] // 2, "institution": number}.items():
            members.setdefault((kind, str(code)), []).append(number)
    return [
        Cell(key, tuple(map(str, parts)), total, total < SMALL)
        for key, parts in sorted(members.items())
        for total in [sum(sizes[part] for part in parts)]
    ]


def rank(rows: list[list[int]]) -> int:
    """Rank by elimination in exact fractions: the judge shares no arithmetic with what it judges."""
    left, found = [[Fraction(value) for value in row] for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for row in left[found + 1 :]:
            factor = row[column] / pivot[column]
            row[:] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
        found += 1
    return found


def given_away(cells: list[Cell]) -> list[Cell]:
    """Hidden cells whose parts are a combination of shown cells and the total."""
    parts = sorted({part for cell in cells for part in cell.parts})

    def row(cell):
        return [int(part in cell.parts) for part in parts]

    shown = [row(cell) for cell in cells if not cell.is_hidden] + [[1] * len(parts)]
    return [cell for cell in cells if cell.is_hidden and rank([*shown, row(cell)]) == rank(shown)]


def hide(cells: list[Cell], keys: list[tuple[str, str]]) -> list[Cell]:
    return [replace(cell, is_hidden=cell.is_hidden or cell.key in keys) for cell in cells]


def is_whole(cell: Cell, cells: list[Cell]) -> bool:
    return {part for other in cells for part in other.parts} == set(cell.parts)


@pytest.mark.slow
@given(tables())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_no_hidden_cell_is_a_sum_of_shown_ones(cells):
    hidden = hide(cells, complements(cells))

    assert [cell for cell in given_away(hidden) if not is_whole(cell, cells)] == []


@pytest.mark.slow
@given(tables(), st.data())
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_attack_finds_what_exact_fractions_find(cells, data):
    keys = data.draw(st.lists(st.sampled_from([cell.key for cell in cells]), unique=True))
    hidden = hide(cells, keys)

    assert exposed(hidden) == given_away(hidden)


@pytest.mark.slow
@given(tables())
@settings(max_examples=40, derandomize=True, deadline=None)
def test_where_nothing_is_told_nothing_more_is_hidden(cells):
    assert bool(complements(cells)) == any(not is_whole(cell, cells) for cell in given_away(cells))


def test_the_cheapest_partner_is_taken():
    """One small institution in a city of its own: its neighbour and both cities go, not the larger third."""
    sizes = {"A": 3, "B": 6, "C": 60}
    cells = [Cell(("institution", name), (name,), size, size < SMALL) for name, size in sizes.items()]
    cells += [Cell(("city", name), (name,), size, size < SMALL) for name, size in sizes.items()]

    assert complements(cells) == [("institution", "B"), ("city", "B")]


def test_what_was_hidden_before_is_taken_again():
    cells = [Cell(("institution", "A"), ("A",), 3, is_hidden=True), Cell(("institution", "B"), ("B",), 6)]
    cells.append(Cell(("institution", "C"), ("C",), 1))

    assert complements(cells) == [("institution", "C")]


def test_four_institutions_are_hidden_before_two_provinces():
    """The only hospital of a province is small: hospitals and universities of both provinces balance each other."""
    sizes = {("h", 1): 3, ("u", 1): 30, ("h", 2): 40, ("u", 2): 50}
    names = {place: f"{place[0]}{place[1]}" for place in sizes}
    cells = [Cell(("institution", names[place]), (names[place],), size, size < SMALL) for place, size in sizes.items()]
    for at, kind in enumerate(("kind", "province")):
        for code in sorted({place[at] for place in sizes}, key=str):
            parts = [place for place in sizes if place[at] == code]
            total = sum(sizes[place] for place in parts)
            cells.append(Cell((kind, str(code)), tuple(names[place] for place in parts), total, total < SMALL))

    assert set(complements(cells)) == {("institution", name) for name in ("u1", "h2", "u2")}
