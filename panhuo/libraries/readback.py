"""Reads a written library back, so that a gate can hold it against the tables of its package."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree, html
from python_calamine import CalamineError, CalamineWorkbook

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.workbook import FIRST_ROW as FIRST_LINE
from panhuo.dispatch.workbook import HEADER_ROW
from panhuo.libraries.overview import TOTAL, columns
from panhuo.libraries.page import DATA_ID
from panhuo.libraries.policy import LibraryPolicy
from panhuo.libraries.workbook import FIRST_ROW, LABEL_ROW, TOTAL_WORD

PAGE, WORKBOOK = "library.html", "library.xlsx"
UNREADABLE = (ValueError, LookupError, OSError, CalamineError, etree.LxmlError)
"""What reading a damaged library may raise."""


@dataclass(frozen=True)
class LibraryRow:
    """A patent as a document lists it, under the tier that it states."""

    document: str
    patent_no: str
    tier: str


@dataclass(frozen=True)
class LibraryCount:
    """A figure of a document: its line (name of the field, empty without one, or `total`), its column and its value."""

    document: str
    field_name: str
    measure: str
    figure: float


def read_library(
    folder: Path, policy: LibraryPolicy, catalogue: Catalogue
) -> tuple[list[LibraryRow], list[LibraryCount]]:
    """Rows and figures of the library in a package's folder; none when it has no library.

    `limit` among the figures of the page is how many rows the policy lets it list. Raises one of `UNREADABLE` for a
    damaged document, or when only one of the two is there.
    """
    found = [name for name in (PAGE, WORKBOOK) if (folder / name).exists()]
    if not found:
        return [], []
    if len(found) == 1:
        raise ValueError(f"{folder}: {found[0]} stands without the other document of the library")
    data = _page_data(folder / PAGE)
    book = CalamineWorkbook.from_path(folder / WORKBOOK)
    counts = [
        LibraryCount(PAGE, TOTAL, TOTAL, float(data["total"])),
        LibraryCount(PAGE, TOTAL, "limit", float(policy.page_rows.value)),
        *_overview(book, policy, catalogue),
    ]
    return [*_page_rows(data), *_sheet_rows(book, policy, catalogue)], counts


def _page_data(path: Path) -> dict[str, Any]:
    element = html.fromstring(path.read_bytes().decode()).get_element_by_id(DATA_ID)
    data: dict[str, Any] = json.loads(element.text)
    return data


def _page_rows(data: dict[str, Any]) -> Iterator[LibraryRow]:
    number, tier = (data["columns"].index(name) for name in ("patent_no", "tier"))
    for row in data["rows"]:
        yield LibraryRow(PAGE, row[number], row[tier].partition(" ")[0])


def _sheet_rows(book: CalamineWorkbook, policy: LibraryPolicy, catalogue: Catalogue) -> Iterator[LibraryRow]:
    """The rows of every sheet that lists patents, under the tier of its name."""
    label = catalogue.label("patent_no")
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if name == policy.overview.sheet or len(rows) <= HEADER_ROW or label not in rows[HEADER_ROW]:
            continue
        number = rows[HEADER_ROW].index(label)
        for row in rows[FIRST_LINE:]:
            if row[number]:
                yield LibraryRow(WORKBOOK, str(row[number]), name.partition(" ")[0])


def _overview(book: CalamineWorkbook, policy: LibraryPolicy, catalogue: Catalogue) -> Iterator[LibraryCount]:
    rows = book.get_sheet_by_name(policy.overview.sheet).to_python(skip_empty_area=False)
    heads = columns(catalogue)
    if [str(cell) for cell in rows[LABEL_ROW][1 : len(heads) + 1]] != [head.label for head in heads]:
        raise ValueError(f"{policy.overview.sheet}: row {LABEL_ROW + 1} holds no headings of a library")
    codes = {TOTAL_WORD: TOTAL, policy.unfiled: ""}
    for row in rows[FIRST_ROW:]:
        name, *cells = row[: len(heads) + 1]
        if not cells or not all(isinstance(cell, float) for cell in cells):
            return
        for head, cell in zip(heads, cells, strict=True):
            yield LibraryCount(WORKBOOK, codes.get(str(name), str(name)), head.code, float(cell))
