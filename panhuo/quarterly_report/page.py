"""The report as one page that needs no network, no script and no other file, for A4 and for a phone.

A figure stands in an element that bears its key (`data-key`) and its exact value (`data-value`), and leads to the SQL
that counts it again; a hidden one bears its key alone. What the page says can be read back (see `readback`).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from markupsafe import Markup

from panhuo.bulletin.wording import instant_text
from panhuo.dispatch.pages import page_environment
from panhuo.policy import load_policy
from panhuo.quarterly_report.model import COUNTRY, Figure, Place, Report
from panhuo.quarterly_report.policy import NATIONAL

HIDDEN = "*"
_BAR_ROW = 20
_BAR_ROOM = 205
"""Height of a bar with its gap, and the width that the longest may take, in units of the drawing."""
_NAME_CHARACTERS = 9


@dataclass(frozen=True)
class Bar:
    """A bar of a drawing: what it is of, its figure, its share of the longest (of 1), and how it is marked."""

    name: str
    figure: Figure
    share: float
    is_simulated: bool


def render_page(report: Report) -> str:
    """The page; equal reports give equal text."""
    environment = _environment()
    style = "".join(_source(environment, name) for name in ("document.css", "report.css"))
    return _template().render(
        report=report,
        words=report.words,
        rules=load_policy().statistics,
        style=Markup(style),  # noqa: S704 - files of the program
        style_digest="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        country=Place(COUNTRY, report.rows[report.statistics[0], NATIONAL, COUNTRY]["scope_name"]),
        listed=listed,
        rate_bars=rate_bars,
        line_bars=line_bars,
        freezes_at=instant_text(report.national["quarter_freezes_at"]),
        data_until=instant_text(report.as_of),
    )


def shown(figure: Figure) -> str:
    """A figure as people read it."""
    if figure.is_hidden:
        return HIDDEN
    if figure.value is None:
        return "—"
    return f"{figure.value:.2%}" if figure.is_rate else f"{figure.value:,}"


def listed(report: Report, kind: str) -> tuple[Place, ...]:
    """The values of a dimension that the page lists: all, or those with the largest denominators, in their order."""
    places, most = report.places.get(kind, ()), report.words.page_rows.value
    if len(places) <= most:
        return places
    first = report.statistics[0]
    size = {place: report.rows[first, kind, place.code]["denominator_count"] for place in places}
    largest = set(sorted(places, key=lambda place: (-size[place], place.code))[:most])
    return tuple(place for place in places if place in largest)


def rate_bars(report: Report, statistic: str, kind: str) -> tuple[Bar, ...]:
    """The rates of a statistic over a dimension, the highest first; hidden ones last, without a length."""
    found = []
    for place in listed(report, kind):
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
    longest = max((figure.value or 0.0 for _, figure, _ in entries), default=0.0) or 1.0
    return tuple(Bar(name, figure, (figure.value or 0.0) / longest, made) for name, figure, made in entries)


def _clipped(name: str) -> str:
    return name if len(name) <= _NAME_CHARACTERS else name[: _NAME_CHARACTERS - 1] + "…"


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


@cache
def _environment() -> Environment:
    environment = page_environment(Path(__file__).parent / "templates")
    environment.filters |= {
        "shown": shown,
        "exact": repr,
        "clipped": _clipped,
        "width": lambda share: f"{share * _BAR_ROOM:.1f}",
    }
    environment.globals |= {"bar_row": _BAR_ROW}
    return environment


@cache
def _template() -> Template:
    return _environment().get_template("report.html.j2")
