"""The bulletin as a workbook: the body, then a sheet for each group of tables, with native charts.

Every text is written as a text, so that no name can become a formula. Equal editions give equal bytes.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import xlsxwriter

from panhuo.bulletin.edition import Edition
from panhuo.bulletin.grids import Cell, Form, Grid, Head, Line
from panhuo.bulletin.page import MARKS
from panhuo.dispatch.book import (
    CREATED,
    HEAD_PROPERTIES,
    HEADER_COLOUR,
    LINE_COLOUR,
    WARN_COLOUR,
    print_pages,
    write_cell,
)
from panhuo.dispatch.sheets import display_width, line_count

_SPAN = 8
_BODY_WIDTH = 12
_BODY_CHARACTERS = _SPAN * _BODY_WIDTH
_LINE = 17
_A3, _A4 = 8, 9
_A4_CHARACTERS = 130
"""What is wider is set on A3."""
_SOFT, _WASH = "#5B6B7B", "#F3F6FA"
_FILLS = {"bad": "#FBE4E2", "warn": "#FFF3DC", "good": "#E8F5E9", "calm": "#E8F0F8", "none": "#F2F3F5"}
_FORMATS: dict[Form, str] = {
    "count": "#,##0", "signed": "+#,##0;-#,##0;0", "points": "+0.00;-0.00;0.00", "rate": "0.00%", "date": "yyyy-mm-dd",
}  # fmt: skip
_CHARTS = {"units": "coverage_rate", "cities": "coverage_rate", "trend": "coverage_rate", "arrivals": "total"}
"""Table → the column that its chart draws."""
_MAX_BARS = 60
"""More bars than this nobody can tell apart."""


class _Book:
    """An open workbook with its formats, each made once."""

    def __init__(self, path: Path, edition: Edition) -> None:
        self.edition = edition
        self.file = xlsxwriter.Workbook(
            str(path),
            {"in_memory": True, "default_format_properties": {"font_name": "微软雅黑", "font_size": 10}},
        )
        self.file.set_properties({"title": edition.title, "author": "盘活", "created": CREATED})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format of these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format({"valign": "vcenter", **properties})
        return self._formats[key]

    def sheet(self, name: str, paper: int, *, landscape: bool) -> Any:
        """A new sheet, set up for a paper."""
        target = self.file.add_worksheet(name)
        print_pages(target, paper, landscape=landscape)
        return target


def write_bulletin(path: Path, edition: Edition) -> None:
    """Write the workbook."""
    book = _Book(path, edition)
    _write_body(book)
    labels = edition.context.words.labels
    for name, grids in edition.sheets:
        width = sum(head.width for head in grids[0].heads)
        target = book.sheet(name, _A3 if width > _A4_CHARACTERS else _A4, landscape=True)
        end = _write_grids(book, target, name, grids)
        if name == labels["sheet_notes"]:
            _write_notes(book, target, end + 1)
    book.file.close()


# --- body ---------------------------------------------------------------------------------------------------


def _write_body(book: _Book) -> None:
    edition, words = book.edition, book.edition.context.words
    target = book.sheet(words.labels["sheet_body"], _A4, landscape=False)
    target.set_column(0, _SPAN - 1, _BODY_WIDTH)
    row = _merged(
        book, target, 0, words.heading.kicker, bold=True, font_size=14, font_color=WARN_COLOUR, align="center"
    )
    row = _merged(book, target, row, edition.title, bold=True, font_size=15, align="center", text_wrap=True)
    row = _merged(
        book, target, row, "　".join(edition.facts), font_color=_SOFT, align="center", font_size=9, text_wrap=True
    )
    if edition.simulated:
        row = _merged(book, target, row, edition.simulated, font_color=WARN_COLOUR, text_wrap=True, font_size=9)
    row = _write_headlines(book, target, row + 1)
    for number, section in enumerate(edition.sections):
        heading = f"{'一二三四五'[number]}、{section.heading}"
        row = _merged(book, target, row + 1, heading, bold=True, font_size=12, font_color=HEADER_COLOUR)
        for order, paragraph in enumerate(section.paragraphs, start=1):
            text = f"{order}. {paragraph}" if section.is_numbered else f"　　{paragraph}"
            row = _merged(book, target, row, text, text_wrap=True)
    row = _merged(book, target, row + 1, words.heading.signature, align="right", font_color=_SOFT)
    _merged(book, target, row, words.heading.statement, font_color=_SOFT, font_size=9, text_wrap=True)


def _merged(book: _Book, target: Any, row: int, text: str, **properties: Any) -> int:
    """A line over the whole width, as high as its text; returns the next row."""
    size = properties.get("font_size", 10)
    lines = line_count(text, _BODY_CHARACTERS * 10 / size)
    target.set_row(row, lines * _LINE * max(1.0, size / 10) + 3)
    style = book.style(**properties)
    target.merge_range(row, 0, row, _SPAN - 1, "", style)
    target.write_string(row, 0, text, style)
    return row + 1


def _write_headlines(book: _Book, target: Any, row: int) -> int:
    words, edition = book.edition.context.words, book.edition
    row = _merged(book, target, row, words.tables.headline, bold=True, font_size=12, font_color=HEADER_COLOUR)
    for column, label in ((0, "measure"), (2, "value"), (4, "meaning")):
        _span(book, target, row, column, words.labels[label], dict(HEAD_PROPERTIES))
    for item in edition.headlines:
        row += 1
        mark = f"（{words.words.simulated}）" if edition.is_simulated else ""
        _span(book, target, row, 0, item.label + mark, {"border": 1, "border_color": LINE_COLOUR})
        box = {"border": 1, "border_color": LINE_COLOUR, "bold": True, "align": "center"}
        _span(book, target, row, 2, item.value, box | _number_format(item.form))
        _span(book, target, row, 4, item.meaning, {"border": 1, "border_color": LINE_COLOUR, "text_wrap": True})
        target.set_row(row, _LINE * line_count(item.meaning, 4 * _BODY_WIDTH) + 3)
    return row + 1


def _span(book: _Book, target: Any, row: int, column: int, value: Cell, properties: dict[str, Any]) -> None:
    style = book.style(**properties)
    target.merge_range(row, column, row, column + 1 if column < 4 else _SPAN - 1, "", style)
    write_cell(target, row, column, value, style)


# --- tables -------------------------------------------------------------------------------------------------


def _write_grids(book: _Book, target: Any, sheet: str, grids: tuple[Grid, ...]) -> int:
    """Tables below each other, each with its chart beside or below it; returns the row after the last."""
    widths = [head.width for head in grids[0].heads]
    for position, width in enumerate(widths):
        target.set_column(position, position, width)
    row = 0
    for order, grid in enumerate(grids):
        target.write_string(row, 0, grid.title, book.style(bold=True, font_size=13, font_color=HEADER_COLOUR))
        target.set_row(row, 24)
        row += 1
        if order == 0 and book.edition.simulated:
            target.write_string(row, 0, book.edition.simulated, book.style(font_color=WARN_COLOUR, font_size=9))
            row += 1
        end = _write_grid(book, target, row, grid, widths)
        if order == 0:
            target.freeze_panes(row + 1, 0)
        if grid.note:
            target.write_string(end, 0, grid.note, book.style(font_color=_SOFT, font_size=9))
            end += 1
        row = _insert_chart(book, target, sheet, grid, row, end) + 1
    return row


def _write_grid(book: _Book, target: Any, row: int, grid: Grid, widths: list[int]) -> int:
    target.set_row(row, 32)
    for position, head in enumerate(grid.heads):
        target.write_string(row, position, head.label, book.style(**HEAD_PROPERTIES))
    if not grid.lines:
        target.write_string(row + 1, 0, book.edition.context.words.tables.empty, book.style(font_color=_SOFT))
        return row + 2
    for number, line in enumerate(grid.lines, start=row + 1):
        lines = 1
        for position, (head, value) in enumerate(zip(grid.heads, line.cells, strict=True)):
            shown = _shown(book, grid, head, line, value)
            write_cell(target, number, position, shown, book.style(**_cell_properties(grid, head, line)))
            if isinstance(shown, str) and _is_wrapped(grid, head):
                lines = max(lines, line_count(shown, widths[position]))
        target.set_row(number, _LINE * lines + 3)
    return row + len(grid.lines) + 1


def _shown(book: _Book, grid: Grid, head: Head, line: Line, value: Cell) -> Cell:
    """A cell as the workbook holds it: figures stay figures, codes become words, simulated lines say so."""
    context = book.edition.context
    if head.form == "status":
        return context.label(head.name, str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if head.name == grid.lead and line.is_simulated:
        return f"{value}（{context.words.words.simulated}）"
    return value


def _cell_properties(grid: Grid, head: Head, line: Line) -> dict[str, Any]:
    properties: dict[str, Any] = {"border": 1, "border_color": LINE_COLOUR, **_number_format(head.form)}
    if line.is_total:
        properties |= {"bold": True, "bg_color": _WASH}
        if head.form == "signed":
            properties |= _number_format("count")
    if head.form == "status" and line.status:
        properties |= {"bg_color": _FILLS[MARKS[line.status]], "bold": True}
    if _is_wrapped(grid, head):
        properties |= {"text_wrap": True}
    elif head.form in ("text", "status", "flag", "date"):
        properties |= {"align": "center"}
    return properties


def _is_wrapped(grid: Grid, head: Head) -> bool:
    return head.form == "long" or head.name == grid.lead


def _number_format(form: Form) -> dict[str, Any]:
    return {"num_format": _FORMATS[form]} if form in _FORMATS else {}


# --- charts -------------------------------------------------------------------------------------------------


def _insert_chart(book: _Book, target: Any, sheet: str, grid: Grid, heading: int, end: int) -> int:
    """Draw the chart of a table below it; returns the row after it."""
    if grid.name not in _CHARTS or not grid.lines:
        return end
    count = min(len(grid.lines), _MAX_BARS)
    is_bar, is_rate = grid.name in ("units", "cities"), _CHARTS[grid.name] == "coverage_rate"
    kind = "bar" if is_bar else "line" if is_rate else "column"
    chart = book.file.add_chart({"type": kind})
    names = [head.name for head in grid.heads]
    values, labels = names.index(_CHARTS[grid.name]), names.index(grid.lead)
    first, last = heading + 1, heading + count
    chart.add_series(
        {
            "name": [sheet, heading, values],
            "categories": [sheet, first, labels, last, labels],
            "values": [sheet, first, values, last, values],
            "fill": {"color": "#2F6F9F"},
            "line": {"color": "#2F6F9F", **({} if is_bar else {"width": 2.25})},
            "marker": {"type": "circle", "size": 7} if kind == "line" else {},
            "data_labels": {
                "value": True,
                **({} if is_bar else {"position": "above" if kind == "line" else "outside_end"}),
            },
            "gap": 60,
        }
    )
    chart.set_title({"name": grid.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    scale = {"min": 0, "max": 1, "num_format": "0%"} if is_rate else {"min": 0}
    if is_bar:
        chart.set_x_axis({**scale, "major_gridlines": {"visible": True, "line": {"color": LINE_COLOUR}}})
        chart.set_y_axis({"reverse": True})
    else:
        chart.set_y_axis({**scale, "major_gridlines": {"visible": True, "line": {"color": LINE_COLOUR}}})
    height = 120 + 26 * count if is_bar else 280
    chart.set_size({"width": 820, "height": height})
    target.insert_chart(end + 1, 0, chart, {"object_position": 3})
    return end + 2 + math.ceil(height / 20)


def _write_notes(book: _Book, target: Any, row: int) -> None:
    words = book.edition.context.words
    target.write_string(row, 0, words.tables.definitions, book.style(bold=True, font_size=13, font_color=HEADER_COLOUR))
    style = book.style(text_wrap=True)
    for text in (*book.edition.definitions, words.heading.statement):
        row += 1
        target.set_row(row, _LINE * math.ceil((display_width(text) + 1) / 118) + 3)
        target.merge_range(row, 0, row, 7, "", style)
        target.write_string(row, 0, text, style)
