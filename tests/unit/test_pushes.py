"""The package of an enterprise: page, workbook and form say the same, and the form comes back as it went out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from lxml import html

from ingestion.forms import check_workbook
from ingestion.reading import Counts
from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.forms import FIRST_DATA_ROW, FORM_SHEET, HEADER_ROW, OFFERS_SHEET
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import UNANSWERED
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import load_recipients
from panhuo.periods import Period
from panhuo.policy import load_policy
from panhuo.pushes.edition import lay_out
from panhuo.pushes.page import render_page
from panhuo.pushes.readback import PAGE, WORKBOOK, PushRow, read_pushes
from panhuo.pushes.words import load_push_words
from panhuo.pushes.workbook import evaluation_id, write_pushes
from tests.fixtures.dispatch_marts import PERIOD, push, recall

pytestmark = pytest.mark.slow

CATALOGUE, WORDS = load_catalogue(), load_push_words()
FIRM, OTHER = "91370900163058822K", "91340100MA2ABCDE0T"
FIRST, SECOND, GONE = "CN201010110545.X", "CN201110001234.5", "CN85102475"
HOSTILE = "=cmd|'/c calc'!A1<script>alert(1)</script>"


def package(code: str = FIRM, pushes: list[dict] | None = None, recalls: list[dict] | None = None) -> Package:
    """Two pushes out of order, one of them simulated, and a recall."""
    rows: dict[str, list[dict[str, Any]]] = {
        "pushes": [push(SECOND, code, 2, push_fit="broad", data_origin="simulated"), push(FIRST, code, 1)]
        if pushes is None
        else pushes,
        "recalls": [recall(GONE, code)] if recalls is None else recalls,
    }
    tables = {
        name: pa.Table.from_pylist([{"period": PERIOD, **row} for row in found], arrow_schema(CATALOGUE.contract(name)))
        for name, found in rows.items()
    }
    return Package("enterprise", code, "甲支护设备有限公司", Period(2024, 5), tables)


def write(folder: Path, told: Package) -> Path:
    edition = lay_out(told, WORDS, CATALOGUE)
    (folder / PAGE).write_text(render_page(edition, WORDS, CATALOGUE), encoding="utf-8")
    write_pushes(folder / WORKBOOK, told, edition, WORDS, load_recipients().notes, CATALOGUE)
    return folder


def answered(path: Path, row: int, **values: Any) -> None:
    """Fill in a row of the form as a person would, below the headings."""
    book = openpyxl.load_workbook(path)
    sheet = book[FORM_SHEET]
    places = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for name, value in values.items():
        sheet.cell(row, places[CATALOGUE.label(name)], value)
    book.save(path)


def test_page_and_workbook_state_the_same_patents_and_reasons(tmp_path: Path) -> None:
    rows = read_pushes(write(tmp_path, package()), CATALOGUE)

    reasons = push(FIRST, FIRM, 1)["push_reasons"]
    for document in (PAGE, WORKBOOK):
        assert [row for row in rows if row.document == document and row.part != "form"] == [
            PushRow(document, "offers", 1, FIRST, reasons),
            PushRow(document, "offers", 2, SECOND, reasons),
            PushRow(document, "recalls", 1, GONE, "存在权属争议"),
        ]
    assert [row for row in rows if row.part == "form"] == [
        PushRow(WORKBOOK, "form", 1, FIRST, FIRM),
        PushRow(WORKBOOK, "form", 2, SECOND, FIRM),
    ]


def test_a_package_without_pushes_tells_of_its_recalls(tmp_path: Path) -> None:
    rows = read_pushes(write(tmp_path, package(pushes=[])), CATALOGUE)

    assert [(row.document, row.part, row.patent_no) for row in rows] == [
        (PAGE, "recalls", GONE), (WORKBOOK, "recalls", GONE)
    ]  # fmt: skip
    assert WORDS.empty_offers in (tmp_path / PAGE).read_text(encoding="utf-8")


def test_one_document_alone_is_no_package(tmp_path: Path) -> None:
    write(tmp_path, package())
    (tmp_path / PAGE).unlink()

    with pytest.raises(ValueError, match=r"pushes\.xlsx stands without the other"):
        read_pushes(tmp_path, CATALOGUE)
    assert read_pushes(tmp_path / "elsewhere", CATALOGUE) == []


def test_the_form_comes_back_as_it_went_out(tmp_path: Path) -> None:
    path = write(tmp_path, package(pushes=[push(FIRST, FIRM, 1)])) / WORKBOOK
    answered(path, FIRST_DATA_ROW, prospect_score=4)
    asked = check_workbook(path, "evaluations")
    assert {violation.column for violation in asked.violations} == {"cooperation_willingness", "evaluated_on"}

    answered(path, FIRST_DATA_ROW, prospect_score=4, cooperation_willingness="愿意合作", evaluated_on="2024-06-20")
    report = check_workbook(path, "evaluations")

    assert (report.rejection, report.violations, report.counts.accepted) == (None, (), 1)


@pytest.mark.parametrize("evaluated", [0, 1])
def test_rows_left_as_they_went_out_are_no_answers(tmp_path: Path, evaluated: int) -> None:
    path = write(tmp_path, package()) / WORKBOOK
    if evaluated:
        answered(path, FIRST_DATA_ROW, prospect_score=4, cooperation_willingness="愿意合作", evaluated_on="2024-06-20")

    report = check_workbook(path, "evaluations")

    assert (report.rejection, report.counts) == (None, Counts(evaluated, evaluated, 0, 0))
    message = "有 1 行只有预先填好的内容，视为未答复，未读取" if evaluated else "尚未填写：2 行都只有预先填好的内容"
    assert [(found.code, found.message) for found in report.violations] == [(UNANSWERED, message)]
    assert (report.is_clean, report.annotated) == (bool(evaluated), None)


def test_the_number_of_an_evaluation_is_its_own_and_hides_who_evaluates(tmp_path: Path) -> None:
    numbers = {evaluation_id(package(code), patent) for code in (FIRM, OTHER) for patent in (FIRST, SECOND)}
    numbers.add(evaluation_id(replace(package(), period=Period(2024, 6)), FIRST))

    assert len(numbers) == 5
    assert not any(FIRM in number or OTHER in number for number in numbers)


def test_the_page_stands_alone_and_marks_what_is_simulated(tmp_path: Path) -> None:
    page = html.fromstring((write(tmp_path, package()) / PAGE).read_bytes().decode())

    assert not page.xpath("//script | //link | //img | //*[@src] | //*[@href]")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    marked = [article.get("data-patent") for article in page.xpath("//article[.//small[@class='tag']]")]
    assert marked == [SECOND]
    assert page.xpath("//p[@class='notice']")
    first = page.xpath("//article")[0]
    assert [child.tag for child in first] == ["h3", "ul", "dl", "p"], "reasons stand before the facts"


def test_nothing_simulated_needs_no_notice(tmp_path: Path) -> None:
    page = html.fromstring(
        render_page(lay_out(package(pushes=[push(FIRST, FIRM, 1)]), WORDS, CATALOGUE), WORDS, CATALOGUE)
    )

    assert not page.xpath("//p[@class='notice'] | //small")


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    write(tmp_path, package(pushes=[push(FIRST, FIRM, 1, title=HOSTILE, push_reasons=HOSTILE)]))

    assert not html.fromstring((tmp_path / PAGE).read_bytes().decode()).xpath("//script")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / WORKBOOK)[OFFERS_SHEET] for cell in row]
    assert {cell.data_type for cell in cells if cell.value == HOSTILE} == {"s"}
    assert read_pushes(tmp_path, CATALOGUE)[0].statement == HOSTILE


def test_equal_packages_give_equal_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        write(folder, package())

    for name in (PAGE, WORKBOOK):
        assert folders[0].joinpath(name).read_bytes() == folders[1].joinpath(name).read_bytes()


def test_every_column_that_is_told_is_public() -> None:
    columns = {name for table in ("pushes", "recalls") for name in CATALOGUE.contract(table).column_names}

    assert {CATALOGUE.columns[name].sensitivity for name in columns} == {"public"}
    assert columns.isdisjoint(
        {"probability", "tier", "theta", "conversion_stage", "intent", "trl", "is_publicly_funded"}
    )


def test_rules_are_told_as_the_policy_has_them() -> None:
    told = lay_out(package(), WORDS, CATALOGUE)

    months = load_policy().matching.cooling_off_months.value
    assert any(f"{months} 个月内不再推送" in step for step in told.answer)
    assert not any("{" in text for text in (*told.answer, *told.notes))


def test_dates_and_facts_read_as_people_write_them() -> None:
    (offer,) = lay_out(package(pushes=[push(FIRST, FIRM, 1, filing_date=dt.date(2015, 3, 2))]), WORDS, CATALOGUE).offers

    assert ("申请日", "2015-03-02") in offer.facts
    assert ("专利类型", "发明") in offer.facts
    assert offer.fit_label == "高度匹配"
    assert len(offer.reasons) == 2
