"""Words of the package to an enterprise: `policy/push_words.yml`, strictly."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from panhuo.contracts.model import PROJECT_ROOT, Strict
from panhuo.policy.model import read_policy_file
from panhuo.policy.values import Text


class Sections(Strict):
    """Headings of the page and the cover."""

    offers: Text
    recalls: Text
    answer: Text
    notes: Text


class SheetTitles(Strict):
    """Titles of the sheets that list patents."""

    offers: Text
    recalls: Text


class PushWords(Strict):
    """`policy/push_words.yml`."""

    kicker: Text
    title: Text
    facts: tuple[Text, ...] = Field(min_length=1)
    statement: Text
    simulated: Text
    mark: Text
    empty_offers: Text
    empty_recalls: Text
    sections: Sections
    recalls_note: Text
    sheet_titles: SheetTitles
    form_notice: Text
    answer: tuple[Text, ...] = Field(min_length=1)
    notes: tuple[Text, ...]


@cache
def load_push_words(path: Path = PROJECT_ROOT / "policy" / "push_words.yml") -> PushWords:
    """Read the words. Raises ValueError naming the file and the key."""
    return read_policy_file(path, PushWords)
