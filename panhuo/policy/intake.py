"""`policy/intake.yml`: what a sender is told about what it sent (D05)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import Strict
from panhuo.policy.values import Text


class IntakeRule(Strict):
    """One finding. Its label is the code of that name in the vocabulary `intake_finding` or `unmatched_reason`."""

    id: Text
    about: Literal["submission", "entry"]
    reason: Text
    next_step: Text


class IntakeRules(Strict):
    """Every finding in the order in which it is told."""

    rules: tuple[IntakeRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _listed_once(self) -> IntakeRules:
        ids = [rule.id for rule in self.rules]
        if len(set(ids)) != len(ids):
            raise ValueError(f"an intake rule is listed twice: {sorted(ids)}")
        return self
