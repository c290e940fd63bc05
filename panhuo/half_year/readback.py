"""Reads the figures of a written half-year report back, so that they can be held against the marts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import html
from python_calamine import CalamineWorkbook

from panhuo.half_year.policy import load_half_year_policy
from panhuo.quarterly_report.drawings import HIDDEN, shown
from panhuo.quarterly_report.figures import Figure

PAGE, WORKBOOK = "half_year.html", "half_year.xlsx"


def read_page(path: Path) -> Iterator[Figure]:
    """Every figure of the page, each as often as it stands; ValueError for one whose text is not its value."""
    for element in html.fromstring(path.read_bytes().decode()).xpath("//*[@data-key]"):
        told = element.get("data-value")
        key, _, column = element.get("data-key").rpartition("/")
        figure = _figure(key, column, told)
        if element.text != shown(figure):
            raise ValueError(f"{path}: {figure.key} is shown as {element.text!r}, its value is {told}")
        yield figure


def read_workbook(path: Path) -> Iterator[Figure]:
    """Every figure of the parts, to the sixteen digits a workbook holds; LookupError for a sheet without its table."""
    book, words = CalamineWorkbook.from_path(path), load_half_year_policy()
    for part in words.parts:
        rows = book.get_sheet_by_name(part.title).to_python(skip_empty_area=False)
        key = len(part.texts) + len(part.measures)
        start = [row[key] if len(row) > key else "" for row in rows].index(words.labels["key"])
        for row in rows[start + 1 :]:
            if not row[key]:
                break
            for column, cell in zip(part.measures, row[len(part.texts) : key], strict=True):
                if cell != "":
                    yield _figure(str(row[key]), column, None if cell == HIDDEN else str(cell))


def _figure(key: str, column: str, told: str | None) -> Figure:
    """A figure by key and exact text; hidden without one."""
    subject, kind, code = key.split("/", 2)
    value = None if told is None else float(told) if "." in told or "e" in told else int(told)
    return Figure(subject, kind, code, column, value, is_hidden=told is None)
