"""The bulletin as one page that needs no network, no script and no other file, for A4 and for a phone.

Figures stand in `data` elements with their exact value, in a row or list that names what they are of, so that what
the page says can be read back (panhuo/bulletin/readback.py).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from jinja2 import Template

from panhuo.bulletin.context import Context
from panhuo.bulletin.edition import Edition, Headline
from panhuo.bulletin.grids import Cell, Head
from panhuo.bulletin.wording import count_text, rate_text, signed_text
from panhuo.dispatch.pages import page_environment

MARKS = {
    "met": "good", "done": "good", "open": "calm", "done_late": "calm", "at_risk": "warn", "missed": "bad",
    "late": "bad", "no_stock": "none", "not_measured": "none",
}  # fmt: skip
"""Status → how it is marked; the words say the same."""


def render_page(edition: Edition) -> str:
    """The page; equal editions give equal text."""
    return _template().render(edition=edition, context=edition.context, words=edition.context.words, marks=MARKS)


@cache
def _template() -> Template:
    environment = page_environment(Path(__file__).parent / "templates")
    environment.filters |= {"shown": shown, "exact": repr, "percent": lambda share: f"{share * 100:.2f}"}
    environment.tests |= {"number": is_number}
    return environment.get_template("bulletin.html.j2")


def is_number(value: Cell) -> bool:
    """Whether a cell is a figure that can be read back."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: Cell, head: Head | Headline, context: Context, is_total: bool = False) -> str:
    """A cell as people read it; a total among differences has no sign."""
    if value is None:
        return "—"
    match head.form:
        case "rate":
            assert isinstance(value, float)
            return rate_text(value)
        case "count":
            assert isinstance(value, int)
            return count_text(value)
        case "signed":
            assert isinstance(value, int)
            return count_text(value) if is_total else signed_text(value)
        case "points":
            return f"{value:+.2f}"
        case "date":
            assert isinstance(value, dt.date)
            return value.isoformat()
        case "flag":
            return "是" if value else "否"
        case "status":
            return context.label(head.name, str(value))
        case _:
            return str(value)
