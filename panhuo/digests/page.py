"""The digest as one page that needs no network, no script and no other file, for A4 and for a phone.

Figures stand in `data` elements with their exact value, in a row that names what it is of, so that what the page says
can be read back (panhuo/digests/readback.py).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from jinja2 import Template

from panhuo.bulletin.grids import Cell, Head
from panhuo.bulletin.page import is_number
from panhuo.bulletin.wording import count_text, rate_text, signed_text
from panhuo.digests.edition import Edition
from panhuo.dispatch.pages import page_environment

MARKS = {"up": "good", "rated": "calm", "down": "bad", "first": "none", "same": "none"}
"""How a tier moved → how it is marked; the words say the same."""


def render_page(edition: Edition) -> str:
    """The page; equal editions give equal text."""
    rules = edition.context.rules
    return _template().render(
        edition=edition,
        words=edition.context.words,
        marks=MARKS,
        label=edition.context.label,
        standings=edition.shortened(edition.standings, rules.listed_patents.value),
        needs=edition.shortened(edition.needs, rules.listed_needs.value),
    )


@cache
def _template() -> Template:
    environment = page_environment(Path(__file__).parent / "templates")
    environment.filters |= {"shown": shown, "exact": repr, "percent": lambda share: f"{share * 100:.2f}"}
    environment.tests |= {"number": is_number}
    return environment.get_template("digest.html.j2")


def shown(value: Cell, head: Head) -> str:
    """A cell as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return rate_text(value) if head.form == "rate" else f"{value:.2f}"
    if isinstance(value, int):
        return signed_text(value) if head.form == "signed" else count_text(value)
    return value
