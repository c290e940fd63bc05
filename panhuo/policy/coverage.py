"""Coverage of the inventory (D10): `policy/coverage.yml`, strictly."""

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
