"""A digest by hand: what its page and workbook say, alike, and whom they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from panhuo.contracts.model import load_catalogue
from panhuo.digests.edition import Edition
from panhuo.digests.page import render_page
from panhuo.digests.read import READ, UngradedColumnError, require_grades
from panhuo.digests.readback import PAGE, WORKBOOK, Names, read_figures, read_names
from panhuo.digests.workbook import write_digest
from panhuo.dispatch.recipients import load_recipients
from tests.fixtures.digests import ASKER, CELL, FIRM, NEED, OTHER_FIRM, digest, edition

pytestmark = pytest.mark.slow

Write = Callable[[Edition], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def both(laid_out: Edition) -> Path:
        (tmp_path / PAGE).write_text(render_page(laid_out), encoding="utf-8")
        write_digest(tmp_path / WORKBOOK, laid_out)
        return tmp_path

    return both


def test_page_and_workbook_state_the_same_figures(write: Write) -> None:
    told: dict[str, dict[tuple[str, str, str], float]] = defaultdict(dict)
    for figure in read_figures(write(edition())):
        told[figure.document][figure.grid, figure.row_code, figure.measure] = figure.value

    page, book = told[PAGE], told[WORKBOOK]
    assert page == pytest.approx(book)
    assert page["headline", "", "patents"] == 3
    assert (page["headline", "", "wishes"], page["headline", "", "declines"]) == (8, 3)
    assert (page["headline", "", "risen"], page["headline", "", "overdue"]) == (1, 1)
    assert page["wishes", "chemistry:cost", "own_share"] == 0.5
    assert page["wishes", "chemistry:cost", "sector_share"] == 0.25
    assert page["wishes", "chemistry:performance", "new_count"] == 1
    assert page["standings", "CN201010110545.X", "theta"] == 4.26
    assert ("standings", "CN85102475", "theta") not in page
    assert (page["tiers", "T2", "tier_count"], page["tiers", "T2", "change"]) == (0, -2)
    assert page["needs", "N1", "days_open"] == 91


def test_a_name_is_found_where_it_stands_and_anywhere_else(write: Write) -> None:
    betrayed = edition(
        needs=(NEED, replace(NEED, need_id="N3", need_quote=f"{FIRM}的需求")), name=f"甲大学{OTHER_FIRM}"
    )

    found = {
        (n.document, n.grid, n.row_code, n.enterprise_name)
        for n in read_names(write(betrayed), Names([FIRM, OTHER_FIRM, ASKER]))
    }

    for document in (PAGE, WORKBOOK):
        assert (document, "wishes", "chemistry:cost", FIRM) in found
        assert (document, "needs", "N1", ASKER) in found
        assert (document, "needs", "N3", FIRM) in found
    assert not [name for name in found if name[1] == "declines"]
    title_alone = edition(cells=(), name=f"甲大学{OTHER_FIRM}")
    found = {(n.document, n.grid, n.enterprise_name) for n in read_names(write(title_alone), Names([OTHER_FIRM]))}
    assert found == {(PAGE, "", OTHER_FIRM), (WORKBOOK, "", OTHER_FIRM)}


def test_the_longest_name_at_a_place_counts() -> None:
    assert Names(["甲智能装备", FIRM]).found_in(f"由{FIRM}提出") == {FIRM}
    assert Names(["甲智能装备", FIRM]).found_in("由甲智能装备提出") == {"甲智能装备"}


def test_the_page_stands_alone() -> None:
    page = html.fromstring(render_page(edition()))

    assert not page.xpath("//script | //link | //img | //*[@src] | //*[@href]")
    assert "企业希望改进什么" in page.text_content()
    assert "含模拟数据" not in page.text_content()
    assert [quote.text for quote in page.iter("blockquote")] == ["希望降低成本", "成本偏高"]


def test_simulated_rows_say_so(write: Write) -> None:
    simulated = edition(cells=(replace(CELL, data_origin="simulated"),))

    page = html.fromstring(render_page(simulated))
    (row,) = page.xpath("//table[@data-grid='wishes']/tbody/tr")
    assert "模拟" in row.text_content()
    assert "含模拟数据" in page.text_content()
    assert ("wishes", "chemistry:cost") in {(figure.grid, figure.row_code) for figure in read_figures(write(simulated))}


def test_a_digest_without_anything_is_a_page_and_a_workbook(write: Write) -> None:
    empty = edition(standings=(), cells=(), topics=(), needs=())

    figures = {
        (figure.document, figure.measure): figure.value
        for figure in read_figures(write(empty))
        if figure.grid == "headline"
    }

    assert figures == {
        (d, m): 0 for d in (PAGE, WORKBOOK) for m in ("patents", "risen", "wishes", "declines", "needs", "overdue")
    }


def test_no_text_becomes_a_formula_and_equal_digests_are_equal_bytes(write: Write) -> None:
    hostile = edition(needs=(replace(NEED, need_headline="=1+1", need_quote="<b>x</b>"),))

    first = {name: (write(hostile) / name).read_bytes() for name in (PAGE, WORKBOOK)}

    assert first == {name: (write(hostile) / name).read_bytes() for name in (PAGE, WORKBOOK)}
    assert b"<b>x</b>" not in first[PAGE]


def test_one_document_without_the_other_is_an_error(write: Write) -> None:
    folder = write(edition())
    (folder / PAGE).unlink()

    with pytest.raises(ValueError, match=r"digest\.xlsx stands without"):
        list(read_figures(folder))


def test_a_digest_is_made_of_columns_that_institutions_may_see() -> None:
    rule, catalogue = load_recipients().rule("institution"), load_catalogue()

    require_grades(rule, catalogue)
    with pytest.raises(UngradedColumnError, match="institution may not see"):
        require_grades(rule.model_copy(update={"sensitivities": frozenset({"public"})}), catalogue)
    assert "fct_digest_texts" not in READ


def test_what_is_missing_is_told_apart_from_nothing() -> None:
    assert digest().standings[1].theta is None
    assert edition().standings.lines[1].cells[-2:] == (None, None)
