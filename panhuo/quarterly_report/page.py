"""The report as one page that needs no network, no script and no other file, for A4 and for a phone.

A figure stands in an element that bears its key (`data-key`) and its exact value (`data-value`), and leads to the SQL
that counts it again; a hidden one bears its key alone. What the page says can be read back (see `readback`).
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, Template
from markupsafe import Markup

from panhuo.bulletin.wording import instant_text
from panhuo.dispatch.pages import page_environment
from panhuo.policy import load_policy
from panhuo.quarterly_report.cases import CASE_HEADS
from panhuo.quarterly_report.drawings import BAR_ROOM, BAR_ROW, clipped, driver_bars, line_bars, rate_bars, shown, tiles
from panhuo.quarterly_report.inspecting import AWAITING, INSPECTED
from panhuo.quarterly_report.matters import AGREED_HEADS, MATTER_HEADS
from panhuo.quarterly_report.model import COUNTRY, MEASURES, Place, Report
from panhuo.quarterly_report.policy import NATIONAL


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
        rate_bars=lambda report, statistic, kind: rate_bars(report, statistic, kind, listed(report, kind)),
        driver_bars=driver_bars,
        tiles=tiles,
        compared=report.compared,
        line_bars=line_bars,
        inspected=INSPECTED[:-2],
        awaiting=AWAITING,
        measures=MEASURES,
        case_heads=CASE_HEADS,
        matter_heads=MATTER_HEADS,
        agreed_heads=AGREED_HEADS,
        data_until=instant_text(report.as_of),
    )


def listed(report: Report, kind: str) -> tuple[Place, ...]:
    """The values of a dimension that the page lists: all, or those with the largest denominators, in their order."""
    places, most = report.places.get(kind, ()), report.words.page_rows.value
    if len(places) <= most:
        return places
    first = report.statistics[0]
    size = {place: report.rows[first, kind, place.code]["denominator_count"] for place in places}
    largest = set(sorted(places, key=lambda place: (-size[place], place.code))[:most])
    return tuple(place for place in places if place in largest)


def _source(environment: Environment, name: str) -> str:
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


@cache
def _environment() -> Environment:
    environment = page_environment(Path(__file__).parent / "templates")
    environment.filters |= {
        "shown": shown,
        "exact": repr,
        "clipped": clipped,
        "half_width": lambda share: f"{share * BAR_ROOM / 2:.1f}",
        "width": lambda share: f"{share * BAR_ROOM:.1f}",
    }
    environment.globals |= {"bar_row": BAR_ROW}
    return environment


@cache
def _template() -> Template:
    return _environment().get_template("report.html.j2")
