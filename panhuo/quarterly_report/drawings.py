"""What the page draws: figures as texts, bars, and the map of provinces as tiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from panhuo.quarterly_report.figures import Figure

if TYPE_CHECKING:
    from panhuo.quarterly_report.model import Place, Report

HIDDEN = "*"
BAR_ROW = 20
BAR_ROOM = 205
"""Height of a bar with its gap, and the width that the longest may take, in units of the drawing."""
SHADES = 5
"""Classes of equal width that rates of the map are coloured by."""
_NAME_CHARACTERS = 9


@dataclass(frozen=True)
class Bar:
    """A bar of a drawing: what it is of, its figure, its share of the longest (of 1), and how it is marked."""

    name: str
    figure: Figure
    share: float
    is_simulated: bool


@dataclass(frozen=True)
class Tile:
    """A province on the map: its column and row, its short name, its figure if it has one, and its shade from 1."""

    column: int
    row: int
    name: str
    figure: Figure | None
    shade: int
    is_simulated: bool


def shown(figure: Figure) -> str:
    """A figure as people read it."""
    if figure.is_hidden:
        return HIDDEN
    if figure.value is None:
        return "—"
    if figure.is_difference:
        return f"{round(100 * figure.value, 2) + 0.0:+.2f}"
    if figure.column == "p_value":
        return f"{figure.value:.3f}"
    return f"{figure.value:.2%}" if figure.is_rate else f"{figure.value:,}"


def rate_bars(report: Report, statistic: str, kind: str, places: Sequence[Place]) -> tuple[Bar, ...]:
    """The rates of a statistic over a dimension, the highest first; hidden ones last, without a length."""
    found = []
    for place in places:
        figure = report.figure(statistic, kind, place.code, "rate")
        if figure.is_hidden or figure.value is not None:
            is_simulated = report.rows[statistic, kind, place.code]["data_origin"] != "real"
            found.append((place.name, figure, is_simulated))
    found.sort(key=lambda entry: (entry[1].is_hidden, -(entry[1].value or 0.0), entry[1].scope_code))
    return _bars(found)


def line_bars(report: Report, part: str, statistic: str = "") -> tuple[Bar, ...]:
    """Bars of the stages, or of a statistic's numerators quarter by quarter."""
    lines = report.stages if part == "stages" else report.trends
    return _bars(
        [
            (line.texts[0], line.figures[0], line.is_simulated)
            for line in lines
            if not statistic or line.figures[0].scope_kind == statistic
        ]
    )


def _bars(entries: Sequence[tuple[str, Figure, bool]]) -> tuple[Bar, ...]:
    longest = max((abs(figure.value or 0.0) for _, figure, _ in entries), default=0.0) or 1.0
    return tuple(Bar(name, figure, (figure.value or 0.0) / longest, made) for name, figure, made in entries)


def clipped(name: str) -> str:
    """A name that fits beside its bar."""
    return name if len(name) <= _NAME_CHARACTERS else name[: _NAME_CHARACTERS - 1] + "…"


def driver_bars(report: Report, kind: str, statistic: str, scope: str) -> tuple[Bar, ...]:
    """The parts that contribute most to the nation's difference."""
    return _bars(report.compared.drivers(kind, statistic, scope, report.words.page_drivers.value))


def tiles(report: Report, statistic: str) -> tuple[Tile, ...]:
    """Every province-level unit on the map, shaded by the rate of a statistic in classes of equal width."""
    codes = {place.code for place in report.places.get("province", ())}
    figures = {code: report.figure(statistic, "province", code, "rate") for code in codes}
    highest = max((figure.value or 0.0 for figure in figures.values()), default=0.0) or 1.0
    found = []
    for code, place in sorted(report.words.tiles.items()):
        figure = figures.get(code)
        shade = 0 if figure is None or figure.value is None else min(SHADES, 1 + int(SHADES * figure.value / highest))
        is_made = code in codes and report.rows[statistic, "province", code]["data_origin"] != "real"
        found.append(Tile(place.column, place.row, place.name, figure, shade, is_made))
    return tuple(found)
