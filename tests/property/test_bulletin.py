"""Whatever moved, the account of a bulletin sums up exactly, in its table and in its sentence."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.bulletin import sentences
from panhuo.bulletin.account import moves_grid
from panhuo.bulletin.model import BALANCES, Move
from panhuo.contracts.model import load_catalogue
from tests.fixtures.bulletins import altered, city, context

CONTEXT = context()
CAUSES = sorted(load_catalogue().vocabularies["change_cause"].values)
moves = st.lists(
    st.builds(
        Move,
        institution_id=st.sampled_from(["U1", "U2"]),
        balance=st.sampled_from(BALANCES),
        change_cause=st.sampled_from(CAUSES),
        moved_patent_count=st.integers(-3000, 3000),
        moved_simulated_patent_count=st.just(0),
    ),
    max_size=30,
)


@settings(max_examples=40)
@given(moves, st.integers(1, 10**6), st.integers(0, 10**6))
def test_opening_and_causes_make_the_closing(found, stock, inventoried):
    moved = {b: sum(move.moved_patent_count for move in found if move.balance == b) for b in BALANCES}
    bulletin = altered(
        city(moves=tuple(found)),
        stock_patent_count=stock + moved["stock"],
        inventoried_patent_count=inventoried + moved["inventoried"],
        previous_stock_patent_count=stock,
        previous_inventoried_patent_count=inventoried,
    )

    grid = moves_grid(bulletin, CONTEXT)
    told = sentences.body(bulletin, CONTEXT)[1].paragraphs[:2]

    for position, balance in enumerate(BALANCES, start=1):
        column = [line.cells[position] for line in grid.lines]
        assert sum(column[:-1]) == column[-1] == bulletin.closing(balance)
        sentence = told[position - 1].partition("：")[2].replace(",", "")
        gained = sum(int(count) for count in re.findall(r"增加(\d+)件", sentence))
        lost = sum(int(count) for count in re.findall(r"减少(\d+)件", sentence))
        assert gained - lost == moved[balance]


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.data())
def test_the_effects_sum_to_the_difference_of_the_rates(opening, closing, data):
    before, now = data.draw(st.integers(0, opening)), data.draw(st.integers(0, closing))
    bulletin = city()
    figures = replace(
        bulletin.figures,
        stock_patent_count=closing,
        inventoried_patent_count=now,
        coverage_rate=now / closing,
        previous_stock_patent_count=opening,
        previous_inventoried_patent_count=before,
    )

    effects = replace(bulletin, figures=figures).rate_effects

    assert abs(sum(effects) - (now / closing - before / opening)) < 1e-9
    assert abs(effects[0] - (now - before) / opening) < 1e-9
