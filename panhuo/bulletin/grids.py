"""The tables of a bulletin, the same for the page and the workbook: headings, lines, and what stands below."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from panhuo.bulletin.context import Context
from panhuo.bulletin.facts import ranks
from panhuo.bulletin.model import REAL, Bulletin, Coverage
from panhuo.bulletin.wording import month_text, points

Cell = str | int | float | bool | dt.date | None
Form = Literal["text", "long", "count", "signed", "points", "rate", "date", "status", "flag"]


CODES = frozenset({"scope_code", "milestone_id", "division"})
"""Columns of text that do not say what a line is about."""


@dataclass(frozen=True)
class Head:
    """A column: its name, its Chinese heading, how its cells read, and whether the page has room for it."""

    name: str
    label: str
    form: Form
    width: int = 12
    is_on_page: bool = True


@dataclass(frozen=True)
class Line:
    """A row: what it is about (a code), its cells, its status if it has one, the share of its bar and a mark on it."""

    code: str
    cells: tuple[Cell, ...]
    status: str = ""
    is_simulated: bool = False
    share: float | None = None
    mark: float | None = None
    is_total: bool = False


@dataclass(frozen=True)
class Grid:
    """A table; `bar` is the column below whose figure the share of a line is drawn."""

    name: str
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    note: str = ""
    bar: str | None = None

    @property
    def lead(self) -> str:
        """The column that says what a line is about: the first of text."""
        return next(head.name for head in self.heads if head.form in ("text", "long") and head.name not in CODES)

    def on_page(self) -> Grid:
        """The table with the columns that the page has room for."""
        kept = [position for position, head in enumerate(self.heads) if head.is_on_page]
        lines = tuple(replace(line, cells=tuple(line.cells[position] for position in kept)) for line in self.lines)
        return replace(self, heads=tuple(self.heads[position] for position in kept), lines=lines)


def head(context: Context, name: str, form: Form, width: int = 12, *, label: str = "", is_on_page: bool = True) -> Head:
    """A column of a table; its heading is that of `label`, by default of its name."""
    return Head(name, context.heading(label or name), form, width, is_on_page)


def coverage_grid(bulletin: Bulletin, context: Context, rows: Sequence[Coverage], name: str) -> Grid:
    """Institutions or cities by rank of their coverage."""
    is_units = name == "units"
    heads = [
        head(context, "rank", "count", 7),
        head(context, "scope_code", "text", 12, label="institution_id" if is_units else "city_code", is_on_page=False),
        head(context, "scope_name", "text", 24, label="unit" if is_units else "city"),
        *([head(context, "city_name", "text", 12, is_on_page=False)] if is_units else []),
        *([head(context, "institution_kind", "text", 12, is_on_page=False)] if is_units else []),
        *([] if is_units else [head(context, "institution_count", "count", 9, label="units")]),
        head(context, "stock_patent_count", "count", label="stock"),
        head(context, "inventoried_patent_count", "count", label="inventoried"),
        head(context, "coverage_rate", "rate", 13),
        head(context, "points", "points", 13),
        head(context, "arrived_patent_count", "count", label="arrived"),
        head(context, "arrived_baseline_patent_count", "count", 18, is_on_page=False),
        head(context, "arrived_increment_patent_count", "count", label="increment"),
        head(context, "open_rows", "count"),
        head(context, "target_patent_count", "count", is_on_page=False),
        head(context, "gap_patent_count", "count"),
        head(context, "target_due_date", "date", 12, is_on_page=False),
        head(context, "target_status", "status", 13),
        head(context, "projected_completion_date", "date", 17, is_on_page=False),
        head(context, "stock_difference_patent_count", "signed", 12, is_on_page=False),
        head(context, "data_origin", "text", 10, is_on_page=False),
    ]
    places = ranks(tuple(rows))
    lines = [_coverage_line(bulletin, context, row, places[row.scope_code], heads) for row in rows]
    titles = context.words.tables
    title = titles.units if is_units else titles.cities
    return Grid(name, title, tuple(heads), tuple(lines), bar="coverage_rate")


def _coverage_line(
    bulletin: Bulletin, context: Context, row: Coverage, place: int | None, heads: Sequence[Head]
) -> Line:
    before, now = row.previous_rate, row.coverage_rate
    home = bulletin.places.get(row.scope_code)
    told: dict[str, Cell] = {
        "rank": place,
        "points": None if before is None or now is None else points(now - before),
        "open_rows": _open_rows(bulletin, row),
        "city_name": home.city_name if home else None,
        "institution_kind": context.label("institution_kind", home.institution_kind) if home else None,
        "data_origin": context.words.words.real if row.data_origin == REAL else context.words.words.simulated,
    }
    cells = tuple(told[item.name] if item.name in told else getattr(row, item.name) for item in heads)
    mark = row.target_patent_count / row.stock_patent_count if row.stock_patent_count else None
    return Line(row.scope_code, cells, row.target_status, row.data_origin != REAL, row.coverage_rate, mark)


def _open_rows(bulletin: Bulletin, row: Coverage) -> int:
    """Open returned rows of an institution, or of all institutions of a city."""
    if row.scope_code in bulletin.places:
        entry = bulletin.returns_by_unit.get(row.scope_code)
        return entry.open_rows if entry else 0
    homes = {code for code, place in bulletin.places.items() if place.city_code == row.scope_code}
    return sum(entry.open_rows for entry in bulletin.returns if entry.sender_id in homes)


def page_units(bulletin: Bulletin, context: Context, grid: Grid) -> Grid:
    """The institutions that the page shows: all, or if they are too many those short of their target, then the last."""
    limit = context.words.limits.page_units.value
    if len(grid.lines) <= limit:
        return grid
    gaps = {unit.scope_code: unit.gap_patent_count for unit in bulletin.units}
    rates = {unit.scope_code: -1.0 if unit.coverage_rate is None else unit.coverage_rate for unit in bulletin.units}
    urgent = sorted(
        grid.lines, key=lambda line: (not gaps[line.code], rates[line.code] < 0, rates[line.code], line.code)
    )
    kept = {line.code for line in urgent[:limit]}
    lines = tuple(line for line in grid.lines if line.code in kept)
    note = context.words.tables.cut.format(count=len(grid.lines), shown=limit)
    return replace(grid, lines=lines, note=note)


def group_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Institutions by kind, role and ministry."""
    heads = (
        head(context, "division", "text", 14),
        head(context, "group", "text", 24),
        head(context, "units", "count"),
        head(context, "stock", "count"),
        head(context, "inventoried", "count"),
        head(context, "coverage_rate", "rate", 13),
        head(context, "short", "count"),
    )
    lines = []
    for division, group, units in _groups(bulletin, context):
        sums = _sums(units)
        is_simulated = any(unit.data_origin != REAL for unit in units)
        lines.append(Line(f"{division}:{group}", (division, group, *sums), "", is_simulated, sums[3]))
    return Grid("groups", context.words.tables.groups, heads, tuple(lines), bar="coverage_rate")


def _sums(units: Sequence[Coverage]) -> tuple[int, int, int, float | None, int]:
    stock = sum(unit.stock_patent_count for unit in units)
    inventoried = sum(unit.inventoried_patent_count for unit in units)
    short = sum(1 for unit in units if unit.gap_patent_count)
    return len(units), stock, inventoried, inventoried / stock if stock else None, short


def _groups(bulletin: Bulletin, context: Context) -> Iterator[tuple[str, str, list[Coverage]]]:
    words = context.words.words
    for column, missing in (
        ("institution_kind", ""),
        ("ip_university_role", words.role_other),
        ("ministry", words.ministry_none),
    ):
        found: dict[str, list[Coverage]] = {}
        for unit in bulletin.units:
            code = getattr(bulletin.places[unit.scope_code], column)
            found.setdefault(context.label(column, code) if code else missing, []).append(unit)
        for group, units in sorted(found.items(), key=lambda item: (item[0] == missing, item[0])):
            yield context.catalogue.label(column), group, units


def trend_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Coverage month by month, with what was learned after each freeze."""
    heads = (
        head(context, "covered_month", "text", 22),
        head(context, "stock_patent_count", "count", label="stock"),
        head(context, "inventoried_patent_count", "count", label="inventoried"),
        head(context, "coverage_rate", "rate", 13),
        head(context, "is_frozen", "flag"),
        head(context, "stock_patent_count_latest", "count", 12),
        head(context, "stock_difference_patent_count", "signed", 12),
    )
    lines = tuple(
        Line(
            month.covered_month,
            (month_text(month.covered_month), *(getattr(month, item.name) for item in heads[1:])),
            is_simulated=month.data_origin != REAL,
            share=month.coverage_rate,
        )
        for month in bulletin.trend
    )
    titles = context.words.tables
    return Grid("trend", titles.trend, heads, lines, titles.trend_note, "coverage_rate")


def arrivals_grid(bulletin: Bulletin, context: Context) -> Grid:
    """What came in month by month and still counts."""
    heads = (
        head(context, "inventoried_in", "text", 22),
        head(context, "baseline", "count", 14, label="arrivals_baseline"),
        head(context, "increment", "count", 14, label="arrivals_increment"),
        head(context, "total", "count"),
        head(context, "simulated", "count", label="simulated_count"),
    )
    most = max((row.baseline + row.increment for row in bulletin.arrivals), default=0)
    lines = tuple(
        Line(
            row.inventoried_in,
            (month_text(row.inventoried_in), row.baseline, row.increment, row.baseline + row.increment, row.simulated),
            is_simulated=row.simulated > 0,
            share=(row.baseline + row.increment) / most,
        )
        for row in bulletin.arrivals
    )
    titles = context.words.tables
    return Grid("arrivals", titles.arrivals, heads, lines, titles.arrivals_note, "total")


def counted_grid(
    name: str, title: str, heads: tuple[Head, ...], counts: Iterable[tuple[str, tuple[Cell, ...]]]
) -> Grid:
    """A table of counts by code."""
    return Grid(name, title, heads, tuple(Line(code, cells) for code, cells in counts))


def screening_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Where the patents of the base library went, and why the rest is in neither form."""
    heads = (head(context, "outcome", "text", 30), head(context, "patents", "count"))
    forms = [
        (code, (label, bulletin.dispositions.get(code, 0)))
        for code, label in context.catalogue.vocabularies["disposition"].values.items()
    ]
    reasons = [
        (code, (f"　{context.label('reasons', code)}", count))
        for code, count in sorted(bulletin.reasons.items(), key=lambda item: (-item[1], item[0]))
    ]
    return counted_grid("screening", context.words.tables.screening, heads, [*forms, *reasons])
