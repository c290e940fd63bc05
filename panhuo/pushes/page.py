"""The pushes as one page that needs no network, no script and no other file, for A4 and for a phone.

Each patent stands in an `article` that bears its number, so that what the page says can be read back
(panhuo/pushes/readback.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Template

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.pages import page_environment
from panhuo.pushes.edition import Edition
from panhuo.pushes.words import PushWords

MARKS = {"strong": "good", "fair": "calm", "broad": "none"}
"""How well a patent suits → how it is marked; the words say the same."""


def render_page(edition: Edition, words: PushWords, catalogue: Catalogue) -> str:
    """The page; equal editions give equal text."""
    return _template().render(edition=edition, words=words, marks=MARKS, label=catalogue.label)


@cache
def _template() -> Template:
    return page_environment(Path(__file__).parent / "templates").get_template("pushes.html.j2")
