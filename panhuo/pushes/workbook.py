"""The pushes as a workbook: a cover, the patents, the form to evaluate them in, and what is recalled.

The form is the very one that evaluations are read from (`raw_evaluations.evaluations`), so the workbook comes back as
it went out, filled in. Every text is written as a text; equal packages give equal bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from panhuo.contracts.forms import COVER_SHEET, OFFERS_SHEET, RECALLS_SHEET, Form, add_form
from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import HEADER_COLOUR, WARN_COLOUR, Book, print_pages
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import Notes
from panhuo.dispatch.sheets import line_count
from panhuo.dispatch.workbook import EXCEL_ROWS, Listing, write_listing
from panhuo.pushes.edition import Edition, ordered_pushes
from panhuo.pushes.words import PushWords

FORM_CONTRACT = "raw_evaluations.evaluations"

_OFFER_COLUMNS = (
    "patent_no", "title", "push_fit", "push_reasons", "institution_name", "province_name", "city_name", "owners",
    "patent_type", "field_name", "main_ipc", "ipc_subclass_title", "filing_date", "grant_date", "expiry_date",
    "data_origin", "simulated_fields",
)  # fmt: skip
_RECALL_COLUMNS = ("patent_no", "title", "pushed_in", "recall_reason", "data_origin", "simulated_fields")
_OMITTED = ("data_origin",)
"""Columns of the form that the programme fills in itself (ingestion/sources/evaluations/source.yml)."""
_ID_LENGTH = 16
_A4, _COVER_WIDTH, _LINE = 9, 96, 18


def write_pushes(
    path: Path, package: Package, edition: Edition, words: PushWords, notes: Notes, catalogue: Catalogue
) -> None:
    """Write the workbook of a package."""
    told = notes.model_copy(update={"statement": words.statement, "simulated": words.simulated})
    pushes, recalls = ordered_pushes(package), package.tables["recalls"]
    book = Book(path, package, told, catalogue, title=words.kicker, row_count=pushes.num_rows)
    _write_cover(book, edition, words)
    titles = words.sheet_titles
    offered = Listing(OFFERS_SHEET, titles.offers, pushes, _OFFER_COLUMNS, words.empty_offers, "push_fit")
    write_listing(book, offered, EXCEL_ROWS)
    form = Form(
        contract=catalogue.contract(FORM_CONTRACT),
        rows=form_rows(package),
        title=words.title.format(name=package.name, year=package.period.year, month=package.period.month),
        filling_unit=package.name,
        period=package.period,
        notice=words.form_notice,
        omit=_OMITTED,
    )
    add_form(book.file, form)
    write_listing(
        book, Listing(RECALLS_SHEET, titles.recalls, recalls, _RECALL_COLUMNS, words.empty_recalls), EXCEL_ROWS
    )
    book.file.close()


def form_rows(package: Package) -> Iterator[dict[str, str]]:
    """The rows of the form that are known: which patent, who evaluates, and the number of the evaluation."""
    for patent_no in ordered_pushes(package)["patent_no"].to_pylist():
        yield {
            "evaluation_id": evaluation_id(package, patent_no),
            "patent_no": patent_no,
            "enterprise_id": package.code,
            "evaluator_kind": "enterprise",
        }


def evaluation_id(package: Package, patent_no: str) -> str:
    """The number of an evaluation: the same in every version of the month, another for every enterprise.

    Several enterprises may answer through one sender, where equal numbers would displace each other; the number shows
    in feedback, so it holds no credit code.
    """
    digest = hashlib.sha256(f"{package.period}|{package.code}|{patent_no}".encode()).hexdigest()
    return f"{package.period}-{digest[:_ID_LENGTH]}"


def _write_cover(book: Book, edition: Edition, words: PushWords) -> None:
    target = book.file.add_worksheet(COVER_SHEET)
    print_pages(target, _A4, landscape=False)
    target.set_column(0, 0, _COVER_WIDTH)
    row = _write_line(book, target, 0, edition.title, bold=True, font_size=16, font_color=HEADER_COLOUR)
    for fact in edition.facts:
        row = _write_line(book, target, row, fact)
    if edition.simulated:
        row = _write_line(book, target, row, edition.simulated, font_color=WARN_COLOUR)
    for title, texts in (
        (words.sections.answer, edition.answer),
        (words.sections.notes, edition.notes),
    ):
        row = _write_line(book, target, row + 1, title, bold=True, font_size=11, font_color=HEADER_COLOUR)
        for number, text in enumerate(texts, start=1):
            row = _write_line(book, target, row, f"{number}. {text}")


def _write_line(book: Book, target: Any, row: int, text: str, **properties: Any) -> int:
    """A line of the cover; returns the row after it."""
    height = max(_LINE, properties.get("font_size", 0) * 2)
    target.set_row(row, height * line_count(text, _COVER_WIDTH))
    target.write_string(row, 0, text, book.style(text_wrap=True, **properties))
    return row + 1
