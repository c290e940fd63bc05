"""Reads a written package of pushes back, so that a gate can hold page and workbook against the marts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree, html
from python_calamine import CalamineError, CalamineWorkbook

from panhuo.contracts.forms import FORM_SHEET, OFFERS_SHEET, RECALLS_SHEET
from panhuo.contracts.forms import HEADER_ROW as FORM_HEADER_ROW
from panhuo.contracts.model import Catalogue
from panhuo.dispatch.workbook import HEADER_ROW
from panhuo.pushes.edition import REASON_END

PAGE, WORKBOOK = "pushes.html", "pushes.xlsx"
UNREADABLE = (ValueError, LookupError, OSError, CalamineError, etree.LxmlError)
"""What reading a damaged package may raise."""
_SHEETS = (
    (OFFERS_SHEET, "offers", "push_reasons", HEADER_ROW),
    (RECALLS_SHEET, "recalls", "recall_reason", HEADER_ROW),
    (FORM_SHEET, "form", "enterprise_id", FORM_HEADER_ROW - 1),
)
"""Sheet, the part of a package it is, the column beside the number that is read, and the row of its headings."""


@dataclass(frozen=True)
class PushRow:
    """A patent in a document: which part lists it, in which place, and what it states beside the number.

    That is the reasons of an offer, why a patent is recalled, and the enterprise that a row of the form evaluates for.
    """

    document: str
    part: str
    place: int
    patent_no: str
    statement: str


def read_pushes(folder: Path, catalogue: Catalogue) -> list[PushRow]:
    """Every patent in the documents of a package's folder; none when it has no pushes.

    Raises one of `UNREADABLE` for a damaged document, or when only one of the two is there.
    """
    found = [name for name in (PAGE, WORKBOOK) if (folder / name).exists()]
    if not found:
        return []
    if len(found) == 1:
        raise ValueError(f"{folder}: {found[0]} stands without the other document of the pushes")
    return [*_page_rows((folder / PAGE).read_bytes()), *_book_rows(folder / WORKBOOK, catalogue)]


def _page_rows(content: bytes) -> Iterator[PushRow]:
    page = html.fromstring(content.decode())
    for article in page.findall(".//article[@data-patent]"):
        reasons = [item.text_content() for item in article.findall("./ul[@class='reasons']/li")]
        place = int(article.get("data-rank"))
        yield PushRow(PAGE, "offers", place, article.get("data-patent"), REASON_END.join(reasons))
    for place, row in enumerate(page.findall(".//tr[@data-recalled]"), start=1):
        yield PushRow(PAGE, "recalls", place, row.get("data-recalled"), row.find("td[@class='status']").text_content())


def _book_rows(path: Path, catalogue: Catalogue) -> Iterator[PushRow]:
    book = CalamineWorkbook.from_path(path)
    for sheet, part, told, header_row in _SHEETS:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        number, statement = (rows[header_row].index(catalogue.label(name)) for name in ("patent_no", told))
        for place, row in enumerate(_filled(rows[header_row + 1 :], number), start=1):
            yield PushRow(WORKBOOK, part, place, str(row[number]), str(row[statement]))


def _filled(rows: Sequence[Sequence[Any]], number: int) -> Iterator[Sequence[Any]]:
    return (row for row in rows if row[number])
