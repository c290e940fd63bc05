"""Sentences, words and limits of the bulletin: `policy/bulletin.yml`, strictly."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import Field, model_validator

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_yaml

Text = Annotated[str, Field(min_length=1)]


class Limit(Strict):
    """How much of something is shown."""

    value: int = Field(ge=1)
    reason: Text


class Limits(Strict):
    """How much a page and a sentence show."""

    page_units: Limit
    page_duty_units: Limit
    named_units: Limit
    top_reasons: Limit
    upcoming_days: Limit


class Heading(Strict):
    """What stands above and below the body."""

    kicker: Text
    title: Text
    facts: tuple[Text, ...] = Field(min_length=1)
    signature: Text
    statement: Text
    simulated: Text


class Sections(Strict):
    """Headings of the body, in order."""

    overview: Text
    changes: Text
    returns: Text
    duties: Text
    demands: Text


class Overview(Strict):
    """Coverage against the target, arrivals, projection, state of the denominator."""

    covered: Text
    without_stock: Text
    risen: Text
    fallen: Text
    same: Text
    first: Text
    incomparable: Text
    target_met: Text
    target_missed: Text
    target_at_risk: Text
    target_open: Text
    arrived: Text
    arrived_none: Text
    projected: Text
    complete: Text
    no_arrivals: Text
    beyond_horizon: Text
    frozen: Text
    provisional: Text
    learned_later: Text


class Changes(Strict):
    """What moved since last month and why."""

    stock_moved: Text
    stock_balanced: Text
    stock_same: Text
    inventoried_moved: Text
    inventoried_balanced: Text
    inventoried_same: Text
    rate_explained: Text
    restated: Text
    convertible: Text
    first: Text
    gain: Text
    loss: Text
    net_gain: Text
    net_loss: Text


class Returns(Strict):
    """What was sent, what went back, what does not count."""

    received: Text
    received_none: Text
    open: Text
    open_none: Text
    rejected: Text
    unmatched: Text
    reason: Text
    unmatched_reason: Text


class Duties(Strict):
    """How the dated duties stand."""

    counted: Text
    counted_none: Text
    upcoming: Text
    not_measured: Text
    duty: Text


class Demands(Strict):
    """What is asked of whom."""

    missed: Text
    behind: Text
    silent: Text
    returned: Text
    rejected: Text
    late_duties: Text
    none: Text
    named: Text
    named_all: Text


class Words(Strict):
    """Single words of the tables."""

    simulated: Text
    real: Text
    role_other: Text
    ministry_none: Text
    opening: Text
    closing: Text
    overdue: Text
    left: Text
    today: Text
    due_now: Text
    past: Text
    done_ahead: Text
    done_behind: Text
    done_on_time: Text
    not_judged: Text
    other_problem: Text
    row: Text


class Titles(Strict):
    """Titles of the tables, and what stands below them."""

    headline: Text
    cities: Text
    units: Text
    groups: Text
    trend: Text
    arrivals: Text
    moves: Text
    unit_moves: Text
    returns: Text
    problems: Text
    unmatched: Text
    duties: Text
    duty_units: Text
    all_duty_units: Text
    screening: Text
    definitions: Text
    cut: Text
    cut_duties: Text
    empty: Text
    bar_note: Text
    trend_note: Text
    arrivals_note: Text
    moves_note: Text


class Meanings(Strict):
    """What a headline figure means."""

    coverage_rate: Text
    stock_patent_count: Text
    inventoried_patent_count: Text
    arrived_patent_count: Text
    gap_patent_count: Text
    projected_completion_date: Text
    open_rows: Text
    frozen: Text
    provisional: Text


FIELDS: dict[str, str] = {
    "heading": "year month name code period month_end known_until stock stock_real stock_simulated inventoried"
    " inventoried_real inventoried_simulated",
    "sections": "",
    "overview": "month_end name units stock inventoried rate points target_due target behind gap days_left arrived"
    " baseline_until baseline increment monthly projected horizon freezes_on difference",
    "changes": "opening closing net causes points by_inventory by_stock month frozen latest difference added removed"
    " altered cause count",
    "returns": "submissions accepted returned open units days oldest reasons rejected unmatched reason count",
    "duties": "late at_risk done done_late upcoming upcoming_days duties not_measured title due",
    "demands": "units gap target_due rest duties names count",
    "words": "days",
    "meanings": "inventoried stock points frozen baseline increment target_due target behind months monthly units"
    " freezes_on difference",
    "tables": "count shown",
    "definitions": "freeze_days arrival_months at_risk_days baseline_until",
}
"""Part of the policy → names of the figures that its sentences may use."""


class BulletinPolicy(Strict):
    """`policy/bulletin.yml`."""

    limits: Limits
    heading: Heading
    sections: Sections
    overview: Overview
    changes: Changes
    returns: Returns
    duties: Duties
    demands: Demands
    words: Words
    labels: dict[str, Text]
    meanings: Meanings
    tables: Titles
    definitions: tuple[Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _sentences_name_figures(self) -> BulletinPolicy:
        for part, names in FIELDS.items():
            unknown = {name for text in _texts(getattr(self, part)) for name in _names(text)} - set(names.split())
            if unknown:
                raise ValueError(f"{part}: no figure is called {sorted(unknown)}; there are {names.split()}")
        return self


def _texts(part: Strict | tuple[str, ...]) -> Iterable[str]:
    values = part if isinstance(part, tuple) else part.model_dump().values()
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)


def _names(text: str) -> Iterable[str]:
    return (name for _, name, _, _ in Formatter().parse(text) if name is not None)


@cache
def load_bulletin_policy(path: Path = PROJECT_ROOT / "policy" / "bulletin.yml") -> BulletinPolicy:
    """Read the policy. Raises ValueError (pydantic's included) for an unknown key or a figure that is not there."""
    return BulletinPolicy(**load_yaml(path))
