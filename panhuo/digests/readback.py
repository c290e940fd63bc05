"""Reads a written digest back: its figures, and whom it names, so that a gate can hold both against the marts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree, html
from python_calamine import CalamineError, CalamineWorkbook

from panhuo.contracts.model import Catalogue, load_catalogue
from panhuo.digests.edition import CODE_COLUMNS, GRIDS
from panhuo.digests.words import DigestWords, load_digest_words

PAGE, WORKBOOK = "digest.html", "digest.xlsx"
UNREADABLE = (ValueError, LookupError, OSError, CalamineError, etree.LxmlError)
"""What reading a damaged digest may raise."""
_START = 4
"""Characters of a name by which it is looked for first."""


@dataclass(frozen=True)
class Figure:
    """One figure: the document and table it stands in, what its row is of, which column, and its value."""

    document: str
    grid: str
    row_code: str
    measure: str
    value: float


@dataclass(frozen=True)
class NamedEnterprise:
    """An enterprise whose name stands in a document, and where: the table and row, or nothing for anywhere else."""

    document: str
    grid: str
    row_code: str
    enterprise_name: str


class Names:
    """Names to be looked for in texts, found by how they begin; the longest at a place counts."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for name in sorted(set(names), key=lambda name: (-len(name), name)):
            if name:
                self._by_start.setdefault(name[:_START], []).append(name)

    def found_in(self, text: str) -> set[str]:
        """The names that stand in a text."""
        found: set[str] = set()
        position = 0
        while position < len(text):
            known = self._by_start.get(text[position : position + _START], ())
            name = next((name for name in known if text.startswith(name, position)), None)
            if name:
                found.add(name)
            position += len(name) if name else 1
        return found


def read_figures(folder: Path) -> Iterator[Figure]:
    """Every figure of the digest in a package's folder; nothing when the package has none.

    Raises ValueError when only one of the two documents is there.
    """
    if _is_there(folder):
        for grid, code, cell in _page_cells((folder / PAGE).read_bytes()):
            data = cell.find("data")
            if cell.get("data-name") and data is not None:
                yield Figure(PAGE, grid, code, cell.get("data-name"), float(data.get("value")))
        for grid, code, measure, value in _workbook_cells(folder / WORKBOOK):
            if isinstance(value, int | float) and not isinstance(value, bool | dt.date):
                yield Figure(WORKBOOK, grid, code, measure, float(value))


def read_names(folder: Path, names: Names) -> Iterator[NamedEnterprise]:
    """Every name of an enterprise in the digest of a package's folder, in any text of either document."""
    if not _is_there(folder):
        return
    content = (folder / PAGE).read_bytes()
    told: set[str] = set()
    for grid, code, cell in _page_cells(content):
        for name in sorted(names.found_in(cell.text_content())):
            told.add(name)
            yield NamedEnterprise(PAGE, grid, code, name)
    for name in sorted(names.found_in(html.fromstring(content.decode()).text_content()) - told):
        yield NamedEnterprise(PAGE, "", "", name)
    placed: set[str] = set()
    for grid, code, _, value in _workbook_cells(folder / WORKBOOK):
        for name in sorted(names.found_in(str(value))):
            placed.add(name)
            yield NamedEnterprise(WORKBOOK, grid, code, name)
    book = CalamineWorkbook.from_path(folder / WORKBOOK)
    anywhere = (str(value) for sheet in book.sheet_names for row in _rows(book, sheet) for value in row)
    for name in sorted({name for text in anywhere for name in names.found_in(text)} - placed):
        yield NamedEnterprise(WORKBOOK, "", "", name)


def _is_there(folder: Path) -> bool:
    found = [name for name in (PAGE, WORKBOOK) if (folder / name).exists()]
    if len(found) == 1:
        raise ValueError(f"{folder}: {found[0]} stands without the other document of the digest")
    return bool(found)


def _page_cells(content: bytes) -> Iterator[tuple[str, str, Any]]:
    """(table, code of the row, cell) of every cell of the page."""
    for holder in html.fromstring(content.decode()).iter("dl", "table"):
        grid = holder.get("data-grid")
        for row in [holder] if holder.tag == "dl" else holder.iter("tr"):
            for cell in row.iter("dd", "td"):
                yield grid, "" if holder.tag == "dl" else row.get("data-code"), cell


def _workbook_cells(path: Path) -> Iterator[tuple[str, str, str, Any]]:
    """(table, code of the row, column, value) of every cell of the workbook's tables."""
    book = CalamineWorkbook.from_path(path)
    words, catalogue = load_digest_words(), load_catalogue()
    yield from _headline_cells(_rows(book, words.sheets.summary), words)
    for sheet, grid, title in (
        (words.sheets.standings, "standings", words.titles.standings),
        (words.sheets.statements, "wishes", words.titles.wishes),
        (words.sheets.statements, "declines", words.titles.declines),
        (words.sheets.needs, "needs", words.titles.needs),
        (words.sheets.answers, "answers", words.titles.answers),
        (words.sheets.summary, "tiers", words.titles.tiers),
    ):
        yield from _table_cells(_rows(book, sheet), grid, title, words, catalogue)


def _rows(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    rows: list[list[Any]] = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return rows


def _headline_cells(rows: list[list[Any]], words: DigestWords) -> Iterator[tuple[str, str, str, Any]]:
    names = {card["label"]: name for name, card in words.cards.model_dump().items()}
    for row in rows:
        name = names.get(_unmarked(row[0], words))
        if name is not None and len(row) > 1:
            yield "headline", "", name, row[1]


def _table_cells(
    rows: list[list[Any]], grid: str, title: str, words: DigestWords, catalogue: Catalogue
) -> Iterator[tuple[str, str, str, Any]]:
    """Rows from the heading below the table's title to the first row without a lead."""
    start = next((number for number, row in enumerate(rows) if row and row[0] == title), None)
    if start is None:
        raise ValueError(f"the workbook has no table {title}")
    measures = _measures(words, catalogue)
    headings = [str(cell) for cell in rows[start + 1]]
    for row in rows[start + 2 :]:
        lead = _unmarked(row[0], words)
        if not lead or lead == words.empty:
            return
        code = _code(grid, lead, str(row[1]), catalogue)
        for heading, value in zip(headings, row, strict=True):
            if heading in measures:
                yield grid, code, measures[heading], value


def _measures(words: DigestWords, catalogue: Catalogue) -> dict[str, str]:
    """Heading → column."""
    columns = (
        "evaluator_count", "theta", "statement_count", "days_open", "response_count", "enterprise_names",
        "need_headline", "need_quote", "similar_patents", "enterprise", "new_count", "own_share", "sector_share",
        "tier_count", "change",
    )  # fmt: skip
    return {words.labels.get(name) or catalogue.label(name): name for name in columns}


def _code(grid: str, lead: str, second: str, catalogue: Catalogue) -> str:
    """The code of a row from what it says."""
    if grid == "tiers":
        return _coded("tier", lead, catalogue)
    kind = next((kind for kind, name in GRIDS.items() if name == grid), None)
    if kind is not None:
        return f"{_coded('sector_code', lead, catalogue)}:{_coded(CODE_COLUMNS[kind], second, catalogue)}"
    return lead


def _coded(column: str, label: str, catalogue: Catalogue) -> str:
    vocabulary = catalogue.vocabularies[str(catalogue.columns[column].vocabulary)]
    return vocabulary.codes.get(label, label)


def _unmarked(cell: object, words: DigestWords) -> str:
    return str(cell).removesuffix(f"（{words.mark}）")
