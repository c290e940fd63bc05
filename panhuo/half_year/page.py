"""The half-year report as one page that needs no network, no script and no other file, for A4 and for a phone.

A figure stands in an element that bears its key (`data-key`) and its exact value (`data-value`), and leads to the SQL
that counts it; a hidden one bears its key alone.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Template

from panhuo.bulletin.page import MARKS
from panhuo.bulletin.wording import instant_text
from panhuo.dispatch.pages import page_environment
from panhuo.half_year.model import Draft
from panhuo.quarterly_report.drawings import shown


def render_page(draft: Draft) -> str:
    """The page; equal drafts give equal text."""
    return _template().render(draft=draft, words=draft.words, marks=MARKS)


@cache
def _template() -> Template:
    environment = page_environment(Path(__file__).parent / "templates")
    environment.filters |= {"shown": shown, "exact": repr, "instant": instant_text}
    return environment.get_template("half_year.html.j2")
