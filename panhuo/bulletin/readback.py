"""Reads the figures of a written bulletin back, so that a gate can hold them against the marts.

The workbook is read by the headings of its tables, the page by the `data` elements that bear its figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree, html
from python_calamine import CalamineError, CalamineWorkbook

from panhuo.bulletin.account import CLOSING, OPENING
from panhuo.bulletin.policy import BulletinPolicy, load_bulletin_policy
from panhuo.contracts.model import Catalogue, load_catalogue

PAGE, WORKBOOK = "bulletin.html", "bulletin.xlsx"
UNREADABLE = (ValueError, LookupError, OSError, CalamineError, etree.LxmlError)
"""What reading a damaged bulletin may raise."""
HEADLINE, CITIES, UNITS, MOVES, RETURNS, DUTIES = "headline", "cities", "units", "moves", "returns", "duties"


@dataclass(frozen=True)
class Figure:
    """One figure: the document and table it stands in, what its row is of, which column, and its value."""

    document: str
    grid: str
    row_code: str
    measure: str
    value: float


@dataclass(frozen=True)
class _Layout:
    """Where a table of the workbook stands: its sheet and title, the column of its codes, headings of its figures.

    A table whose rows are named in Chinese has the code of each name in `codes`.
    """

    grid: str
    sheet: str
    title: str
    code: str
    measures: dict[str, str]
    codes: dict[str, str] = field(default_factory=dict)


def read_figures(folder: Path) -> Iterator[Figure]:
    """Every figure of the bulletin in a package's folder; nothing when the package has none.

    Raises ValueError when only one of the two documents is there.
    """
    found = [name for name in (PAGE, WORKBOOK) if (folder / name).exists()]
    if not found:
        return
    if len(found) == 1:
        raise ValueError(f"{folder}: {found[0]} stands without the other document of the bulletin")
    yield from _page_figures((folder / PAGE).read_bytes())
    yield from _workbook_figures(folder / WORKBOOK)


def _page_figures(content: bytes) -> Iterator[Figure]:
    for holder in html.fromstring(content.decode()).iter("dl", "table"):
        grid = holder.get("data-grid")
        for row in [holder] if holder.tag == "dl" else holder.iter("tr"):
            for cell in row.iter("dd", "td"):
                data = cell.find("data")
                if cell.get("data-name") and data is not None:
                    value = float(data.get("value"))
                    code = "" if grid == HEADLINE else row.get("data-code")
                    yield Figure(PAGE, grid, code, cell.get("data-name"), value)


def _workbook_figures(path: Path) -> Iterator[Figure]:
    book = CalamineWorkbook.from_path(path)
    policy, catalogue = load_bulletin_policy(), load_catalogue()
    yield from _headline_figures(book.get_sheet_by_name(policy.labels["sheet_body"]).to_python(), policy, catalogue)
    for layout in _layouts(policy, catalogue):
        if layout.sheet in book.sheet_names:
            rows = book.get_sheet_by_name(layout.sheet).to_python()
            yield from _table_figures(rows, layout, _mark(policy))


def _headline_figures(rows: list[list[Any]], policy: BulletinPolicy, catalogue: Catalogue) -> Iterator[Figure]:
    names = {
        _heading(name, policy, catalogue): name
        for name in (
            "coverage_rate", "stock_patent_count", "inventoried_patent_count", "arrived_patent_count",
            "gap_patent_count", "open_rows",
        )
    }  # fmt: skip
    for row in rows:
        name = names.get(str(row[0]).removesuffix(_mark(policy)))
        if name is not None and _is_number(row[2]):
            yield Figure(WORKBOOK, HEADLINE, "", name, float(row[2]))


def _mark(policy: BulletinPolicy) -> str:
    """What stands behind the name of a row with a simulated part."""
    return f"（{policy.words.simulated}）"


def _table_figures(rows: list[list[Any]], layout: _Layout, mark: str) -> Iterator[Figure]:
    """Rows from the heading below the table's title to the first row without a code."""
    titles = [number for number, row in enumerate(rows) if row[0] == layout.title]
    start = next(
        (number for title in titles for number in range(title + 1, title + 3) if layout.code in rows[number]), None
    )
    if start is None:
        return
    headings = [str(cell) for cell in rows[start]]
    code = headings.index(layout.code)
    for row in rows[start + 1 :]:
        if not row[code]:
            return
        name = str(row[code]).removesuffix(mark)
        for heading, cell in zip(headings, row, strict=True):
            if heading in layout.measures and _is_number(cell):
                row_code = layout.codes.get(name, name)
                yield Figure(WORKBOOK, layout.grid, row_code, layout.measures[heading], float(cell))


def _layouts(policy: BulletinPolicy, catalogue: Catalogue) -> Iterator[_Layout]:
    coverage = {
        _heading(label or name, policy, catalogue): name
        for name, label in (
            ("stock_patent_count", "stock"), ("inventoried_patent_count", "inventoried"), ("coverage_rate", ""),
            ("arrived_patent_count", "arrived"), ("arrived_baseline_patent_count", ""),
            ("arrived_increment_patent_count", "increment"), ("target_patent_count", ""), ("gap_patent_count", ""),
            ("stock_difference_patent_count", ""), ("open_rows", ""),
        )
    }  # fmt: skip
    labels, titles = policy.labels, policy.tables
    balances = {labels["stock"]: "stock", labels["inventoried"]: "inventoried"}
    counted = {labels[name]: name for name in ("units", "done", "late", "at_risk")}
    yield _Layout(CITIES, labels["sheet_cities"], titles.cities, catalogue.label("city_code"), coverage)
    yield _Layout(UNITS, labels["sheet_units"], titles.units, catalogue.label("institution_id"), coverage)
    causes = catalogue.vocabularies["change_cause"].codes
    causes |= {policy.words.opening: OPENING, policy.words.closing: CLOSING}
    yield _Layout(MOVES, labels["sheet_changes"], titles.moves, labels["cause"], balances, causes)
    returned = {labels[name]: name for name in ("open_rows", "rejected_files", "unmatched")}
    code = catalogue.label("institution_id")
    yield _Layout(RETURNS, labels["sheet_returns"], titles.returns, code, returned)
    yield _Layout(DUTIES, labels["sheet_duties"], titles.duties, labels["milestone_id"], counted)


def _heading(name: str, policy: BulletinPolicy, catalogue: Catalogue) -> str:
    return policy.labels[name] if name in policy.labels else catalogue.label(name)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool | dt.date)
