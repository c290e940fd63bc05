"""Words of the digest: `policy/digest_words.yml`, strictly."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from panhuo.contracts.model import PROJECT_ROOT, Strict
from panhuo.policy.model import read_policy_file
from panhuo.policy.values import Text


class Card(Strict):
    """A headline figure: what it is called and what it means."""

    label: Text
    meaning: Text


class Cards(Strict):
    """The headline figures in order."""

    patents: Card
    risen: Card
    wishes: Card
    declines: Card
    needs: Card
    overdue: Card


class Titles(Strict):
    """Titles of the tables."""

    tiers: Text
    standings: Text
    wishes: Text
    topics: Text
    declines: Text
    needs: Text
    answers: Text
    notes: Text


class Sections(Strict):
    """Headings of the page, in order."""

    standing: Text
    missing: Text
    declining: Text
    needs: Text
    clock: Text


class Sheets(Strict):
    """Names of the workbook's sheets."""

    summary: Text
    standings: Text
    statements: Text
    topics: Text
    needs: Text
    answers: Text


class Grounds(Strict):
    """Why a need suits an institution."""

    strong: Text
    similar: Text
    answered: Text


class DigestWords(Strict):
    """`policy/digest_words.yml`."""

    kicker: Text
    title: Text
    facts: tuple[Text, ...] = Field(min_length=1)
    statement: Text
    simulated: Text
    mark: Text
    empty: Text
    unnamed: Text
    bar_note: Text
    cut: Text
    cards: Cards
    titles: Titles
    sections: Sections
    sheets: Sheets
    labels: dict[str, Text]
    grounds: Grounds
    notes: tuple[Text, ...] = Field(min_length=1)


@cache
def load_digest_words(path: Path = PROJECT_ROOT / "policy" / "digest_words.yml") -> DigestWords:
    """Read the words. Raises ValueError naming the file and the key."""
    return read_policy_file(path, DigestWords)
