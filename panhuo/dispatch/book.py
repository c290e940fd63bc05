"""An open workbook: its formats, its fixed properties, and what every sheet of it has in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter

from panhuo.contracts.model import Catalogue, Column
from panhuo.dispatch.model import OriginCounts, Package
from panhuo.dispatch.recipients import Notes

CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - the file format knows no time zone
HEADER_COLOUR, LINE_COLOUR, WARN_COLOUR = "#1F4E79", "#D0D7DE", "#C00000"
HEAD_PROPERTIES: Mapping[str, Any] = {
    "bold": True, "font_color": "#FFFFFF", "bg_color": HEADER_COLOUR, "align": "center", "text_wrap": True,
    "border": 1, "border_color": LINE_COLOUR,
}  # fmt: skip
"""The format of a table's heading."""
TIER_ORDER = ("T1", "T2", "T3", "T0", "T4")
"""Readiest first; what awaits evaluation comes before what is put on hold."""

_IN_MEMORY_ROWS = 20_000
"""Up to so many rows a workbook is put together without temporary files."""


class StyledBook:
    """An open workbook of a title, with its formats, each made once."""

    def __init__(self, path: Path, title: str, *, in_memory: bool = True) -> None:
        self.file = xlsxwriter.Workbook(
            str(path),
            {"in_memory": in_memory, "default_format_properties": {"font_name": "微软雅黑", "font_size": 10}},
        )
        self.file.set_properties({"title": title, "author": "盘活", "created": CREATED})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format of these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format({"valign": "vcenter", **properties})
        return self._formats[key]


class Book(StyledBook):
    """The workbook of a package."""

    def __init__(
        self, path: Path, package: Package, notes: Notes, catalogue: Catalogue, *, title: str, row_count: int
    ) -> None:
        super().__init__(path, f"{package.name} {package.period} {title}", in_memory=row_count <= _IN_MEMORY_ROWS)
        self.package, self.notes, self.catalogue = package, notes, catalogue

    def head_style(self) -> Any:
        """The format of a table's heading."""
        return self.style(**HEAD_PROPERTIES)

    def section_style(self) -> Any:
        """The format of a section's heading."""
        return self.style(bold=True, font_size=11, font_color=HEADER_COLOUR, bottom=2, bottom_color=HEADER_COLOUR)


def write_cell(target: Any, row: int, column: int, value: str | float | dt.date | None, style: Any) -> None:
    """Write a value as what it is: a text is never read as a formula or a link."""
    if value is None:
        target.write_blank(row, column, None, style)
    elif isinstance(value, str):
        target.write_string(row, column, value, style)
    elif isinstance(value, dt.date):
        target.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), style)  # noqa: DTZ001
    else:
        target.write_number(row, column, value, style)


def cell_format(column: Column) -> dict[str, Any]:
    """How a body cell of a column is written: the number format and where its content stands."""
    if column.type == "date":
        return {"num_format": "yyyy-mm-dd", "align": "center"}
    if column.type == "float":
        return {"num_format": "0.00"}
    if column.type == "integer":
        return {"num_format": "0", "align": "center"}
    return {}


def print_pages(target: Any, paper: int, *, landscape: bool) -> None:
    """Pages of a paper (8 is A3, 9 is A4): one wide, as many as needed."""
    target.hide_gridlines(2)
    if landscape:
        target.set_landscape()
    target.set_paper(paper)
    target.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    target.fit_to_pages(1, 0)
    target.set_footer("&C第 &P 页 共 &N 页")


def statement(notes: Notes, *, is_all_real: bool) -> tuple[str, str]:
    """The data statement and the colour it is written in."""
    return (notes.statement, "#555555") if is_all_real else (notes.statement + notes.simulated, WARN_COLOUR)


def origins_text(origins: OriginCounts, unit: str) -> str:
    """Real and simulated rows, counted apart."""
    partly = f"，其中 {origins.partly_simulated} {unit}含模拟字段" if origins.partly_simulated else ""
    return f"真实 {origins.real} {unit}{partly}；模拟 {origins.simulated} {unit}"
