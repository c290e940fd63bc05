"""Coverage of the inventory and the dated duties (D10): `policy/coverage.yml` and `policy/milestones.yml`, strictly."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import Strict

Text = Annotated[str, Field(min_length=1)]
Role = Literal["demonstration", "pilot", "other"]
Roles = Annotated[tuple[Role, ...], Field(min_length=1)]
Rate = Annotated[Decimal, Field(gt=0, le=1, decimal_places=4)]
Unit = Literal["national", "province", "city", "institution"]
ALL_ROLES: tuple[Role, ...] = ("demonstration", "pilot", "other")


class Whole(Strict):
    """A constant that is a positive whole number."""

    value: int = Field(ge=1)
    reason: Text


class Target(Strict):
    """Share of the stock that units of some roles have inventoried by a day."""

    id: Text
    roles: Roles
    rate: Rate
    due: dt.date
    clause: Text
    reason: Text


class Coverage(Strict):
    """`policy/coverage.yml`."""

    freeze_days: Whole
    arrival_months: Whole
    horizon_months: Whole
    at_risk_days: Whole
    targets: tuple[Target, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Coverage:
        keys = [(role, target.due) for target in self.targets for role in target.roles]
        if len(set(keys)) != len(keys):
            raise ValueError("two coverage targets of one role are due on the same day")
        without = set(ALL_ROLES) - {role for role, _ in keys}
        if without:
            raise ValueError(f"roles {sorted(without)} have no coverage target")
        if self.arrival_months.value > 3:
            raise ValueError("arrival_months: the models look back over three months, the month included")
        return self

    @property
    def constants(self) -> dict[str, int]:
        """The constants by name."""
        names = ("freeze_days", "arrival_months", "horizon_months", "at_risk_days")
        return {name: getattr(self, name).value for name in names}


class Measure(Strict):
    """How a dated duty is judged; `rate` and `roles` come from the coverage target when it names one."""

    by: Literal["inventory_rate", "forms_received", "city_ledger", "evaluation_rate", "filed", "activities"]
    target: Text | None = None
    roles: Roles = ALL_ROLES
    rate: Rate | None = None
    items: dict[Text, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    reason: Text

    @model_validator(mode="after")
    def _has_one_rate(self) -> Measure:
        if (self.target is None) == (self.rate is None):
            raise ValueError("a measure has either a `rate` or the `target` that it takes it from")
        if self.target is not None and self.by != "inventory_rate":
            raise ValueError("only inventory_rate takes a coverage target")
        if bool(self.items) != (self.by in {"filed", "activities"}):
            raise ValueError("`items` says what is filed or held, and of nothing else")
        if self.by == "activities" and not {*self.items} <= {"event", "patent"}:
            raise ValueError("activities are counted by `event` and by `patent`")
        return self


class Milestone(Strict):
    """A dated duty of the programme, in our own words."""

    id: str = Field(pattern=r"^[AN]-M\d+$")
    title: Text
    clause: Text
    responsible: Text
    unit: Unit
    provinces: tuple[Text, ...] = ()
    due: dt.date
    measured: Measure | None = None
    not_measured: Text | None = None

    @model_validator(mode="after")
    def _is_measured_or_says_what_is_missing(self) -> Milestone:
        if (self.measured is None) == (self.not_measured is None):
            raise ValueError(f"{self.id}: either `measured` or `not_measured`")
        return self

    @property
    def measure(self) -> str:
        """Code of what it is judged by."""
        return self.measured.by if self.measured else "not_measured"


class Milestones(Strict):
    """`policy/milestones.yml`."""

    milestones: tuple[Milestone, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> Milestones:
        ids = [milestone.id for milestone in self.milestones]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"milestones {twice} are listed twice")
        return self


def required(measure: Measure, coverage: Coverage) -> tuple[Rate, Roles]:
    """Rate and roles that a measure demands; KeyError for a coverage target that is not there."""
    if measure.rate is not None:
        return measure.rate, measure.roles
    for target in coverage.targets:
        if target.id == measure.target:
            return target.rate, target.roles
    raise KeyError(f"policy/coverage.yml has no target {measure.target!r}")


def contradictions(coverage: Coverage, milestones: Milestones) -> list[str]:
    """What the two files say differently: a target that is not there, or another due date."""
    due = {target.id: target.due for target in coverage.targets}
    problems = []
    for milestone in milestones.milestones:
        name = milestone.measured.target if milestone.measured else None
        if name is not None and due.get(name) != milestone.due:
            problems.append(f"{milestone.id} is due {milestone.due}, its coverage target {name} {due.get(name)}")
    return problems
