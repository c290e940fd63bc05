"""`policy/inspection.yml`: strata, size and allocation of the random inspection (D29)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from panhuo.contracts.model import Strict
from panhuo.policy.values import Codes, Count, Text


class Share(Strict):
    """A constant strictly between 0 and 1."""

    value: float = Field(gt=0, lt=1)
    reason: Text


class DrawingRules(Strict):
    """What shapes a sample beside seed and frame; the ledger keeps it with the commitment to the seed."""

    strata: tuple[str, ...]
    sample_size: int
    minimum: int
    allocation: Literal["neyman", "proportional"]
    prior_error_rate: float
    prior_weight: int
    replacements_per_hundred: int


class Inspection(Strict):
    """What a sample rests on."""

    strata: Codes
    sample_size: Count
    minimum: Count
    allocation: Literal["neyman", "proportional"]
    prior_error_rate: Share
    prior_weight: Count
    tolerated_error_rate: Share
    due_days: Count
    replacements_per_hundred: Count
    confidence: Share

    @property
    def drawing(self) -> DrawingRules:
        """What a commitment made now binds."""
        return DrawingRules(
            strata=tuple(self.strata.value),
            sample_size=self.sample_size.value,
            minimum=self.minimum.value,
            allocation=self.allocation,
            prior_error_rate=self.prior_error_rate.value,
            prior_weight=self.prior_weight.value,
            replacements_per_hundred=self.replacements_per_hundred.value,
        )

    @property
    def constants(self) -> dict[str, Any]:
        """What SQL needs of it."""
        return {
            "confidence": self.confidence.value,
            "due_days": self.due_days.value,
            "tolerated_error_rate": self.tolerated_error_rate.value,
        }


def render_inspection(policy: Inspection) -> str:
    """The section of `docs/rules.md`."""
    columns = ", ".join(f"`{name}`" for name in policy.strata.value)
    return (
        "## Random inspection\n\n"
        f"- Strata by {columns}. {policy.strata.reason}\n"
        f"- {policy.sample_size.value} patents, at least {policy.minimum.value} of a stratum, allocation"
        f" {policy.allocation}. {policy.sample_size.reason} {policy.minimum.reason}\n"
        f"- Error rate expected before any inspection: {policy.prior_error_rate.value:.0%}."
        f" {policy.prior_error_rate.reason}\n"
        f"- It stands for {policy.prior_weight.value} patents beside what was found. {policy.prior_weight.reason}\n"
        f"- Tolerated error rate: {policy.tolerated_error_rate.value:.0%}. {policy.tolerated_error_rate.reason}\n"
        f"- Outcomes are due {policy.due_days.value} days after the draw. {policy.due_days.reason}\n"
        f"- {policy.replacements_per_hundred.value} replacements for a hundred."
        f" {policy.replacements_per_hundred.reason}\n"
        f"- Intervals at {policy.confidence.value:.0%}. {policy.confidence.reason}"
    )
