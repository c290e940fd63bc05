"""The digest as a workbook: a summary, then a sheet for each subject. Equal editions give equal bytes.

Every text is written as a text, so that no name can become a formula.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from panhuo.bulletin.grids import Cell, Form, Grid, Head, Line
from panhuo.digests.edition import Edition
from panhuo.dispatch.book import (
    HEAD_PROPERTIES,
    HEADER_COLOUR,
    LINE_COLOUR,
    WARN_COLOUR,
    StyledBook,
    print_pages,
    write_cell,
)
from panhuo.dispatch.sheets import line_count

_A4, _LINE = 9, 17
_SUMMARY_WIDTHS = (26, 12, 70)
_TOPIC_WIDTHS = (10, 20, 40, 80)
_SOFT, _WASH = "#5B6B7B", "#F3F6FA"
_FORMATS: dict[Form, str] = {
    "count": "#,##0", "signed": "+#,##0;-#,##0;0", "points": "0.00", "rate": "0.00%", "date": "yyyy-mm-dd",
}  # fmt: skip


class _Book(StyledBook):
    """The workbook of a digest."""

    def __init__(self, path: Path, edition: Edition) -> None:
        self.edition, self.words = edition, edition.context.words
        super().__init__(path, edition.title)

    def sheet(self, name: str, widths: tuple[int, ...]) -> Any:
        """A new sheet with columns of these widths, to be printed on A4."""
        target = self.file.add_worksheet(name)
        print_pages(target, _A4, landscape=True)
        for position, width in enumerate(widths):
            target.set_column(position, position, width)
        return target


def write_digest(path: Path, edition: Edition) -> None:
    """Write the workbook."""
    book = _Book(path, edition)
    sheets = book.words.sheets
    _write_summary(book, sheets.summary)
    for name, grids in (
        (sheets.standings, (edition.standings,)),
        (sheets.statements, (edition.wishes, edition.declines)),
        (sheets.needs, (edition.needs,)),
        (sheets.answers, (edition.answers,)),
    ):
        target = book.sheet(name, tuple(head.width for head in grids[0].heads))
        row = 0
        for grid in grids:
            row = _write_grid(book, target, row, grid) + 1
    _write_topics(book, sheets.topics)
    book.file.close()


def _write_summary(book: _Book, name: str) -> None:
    edition, words = book.edition, book.words
    target = book.sheet(name, _SUMMARY_WIDTHS)
    target.write_string(0, 0, edition.title, book.style(bold=True, font_size=15))
    target.write_string(1, 0, "　".join(edition.facts), book.style(font_color=_SOFT))
    row = 2
    if edition.simulated:
        target.write_string(row, 0, edition.simulated, book.style(font_color=WARN_COLOUR))
        row += 1
    row += 1
    for position, label in enumerate(("measure", "value", "meaning")):
        target.write_string(row, position, words.labels[label], book.style(**HEAD_PROPERTIES))
    for item in edition.headlines:
        row += 1
        target.write_string(row, 0, item.label + _mark(book, is_simulated=bool(edition.simulated)), _box(book))
        target.write_number(row, 1, item.value, _box(book, bold=True))
        target.write_string(row, 2, item.meaning, _box(book, text_wrap=True))
    row = _write_grid(book, target, row + 2, edition.tiers)
    row += 1
    target.write_string(row, 0, words.titles.notes, book.style(bold=True, font_color=HEADER_COLOUR))
    width = sum(_SUMMARY_WIDTHS)
    for text in (*edition.notes, words.statement):
        row += 1
        target.set_row(row, _LINE * line_count(text, width * 0.9) + 3)
        target.merge_range(row, 0, row, 2, "", book.style(text_wrap=True))
        target.write_string(row, 0, text, book.style(text_wrap=True))


def _write_grid(book: _Book, target: Any, row: int, grid: Grid) -> int:
    """A table; returns the row after it."""
    target.write_string(row, 0, grid.title, book.style(bold=True, font_size=12, font_color=HEADER_COLOUR))
    row += 1
    for position, head in enumerate(grid.heads):
        target.write_string(row, position, head.label, book.style(**HEAD_PROPERTIES))
    if not grid.lines:
        target.write_string(row + 1, 0, book.words.empty, book.style(font_color=_SOFT))
        return row + 2
    for line in grid.lines:
        row += 1
        lines = 1
        for position, (head, value) in enumerate(zip(grid.heads, line.cells, strict=True)):
            told = _told(book, grid, head, line, value)
            write_cell(target, row, position, told, _box(book, **_cell_properties(head)))
            if isinstance(told, str) and head.form == "long":
                lines = max(lines, line_count(told, head.width))
        target.set_row(row, _LINE * lines + 3)
    return row + 1


def _write_topics(book: _Book, name: str) -> None:
    target = book.sheet(name, _TOPIC_WIDTHS)
    labels = [
        book.words.labels["code"],
        *map(book.edition.context.heading, ("field_name", "topic_terms", "topic_quotes")),
    ]
    for position, label in enumerate(labels):
        target.write_string(0, position, label, book.style(**HEAD_PROPERTIES))
    for row, topic in enumerate(book.edition.topics, start=1):
        field = topic.field_name + _mark(book, is_simulated=topic.is_simulated)
        quotes = "；".join(topic.quotes)
        for position, text in enumerate((topic.code, field, "、".join(topic.terms), quotes)):
            target.write_string(row, position, text, _box(book, text_wrap=True))
        target.set_row(row, _LINE * line_count(quotes, _TOPIC_WIDTHS[-1]) + 3)


def _told(book: _Book, grid: Grid, head: Head, line: Line, value: Cell) -> Cell:
    """A cell as the workbook holds it: figures stay figures, codes become words, simulated lines say so."""
    if head.form == "status":
        return book.edition.context.label(head.name, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if head.name == grid.lead:
        return f"{value}{_mark(book, is_simulated=line.is_simulated)}"
    return value


def _mark(book: _Book, *, is_simulated: bool) -> str:
    return f"（{book.words.mark}）" if is_simulated else ""


def _cell_properties(head: Head) -> dict[str, Any]:
    if head.form == "long":
        return {"text_wrap": True}
    number = {"num_format": _FORMATS[head.form]} if head.form in _FORMATS else {}
    return number if head.form in ("count", "signed", "points", "rate") else {"align": "center", **number}


def _box(book: _Book, **properties: Any) -> Any:
    return book.style(border=1, border_color=LINE_COLOUR, **properties)
