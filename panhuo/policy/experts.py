"""`policy/experts.yml`: who may judge which patent, and how evaluations are assigned to experts (D17)."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import Seed
from panhuo.policy.values import Count, Text

Choice = Literal["enough_experts", "group_assigned", "workload_full"]
"""Reasons that the assignment gives; `panhuo.experts.assignment` has a condition for each."""


class Conflict(Strict):
    """One reason for which an expert may not judge a patent."""

    id: Text
    reason: Text


class PassedOver(Strict):
    """One reason for which an expert who may judge a patent is not given it."""

    id: Choice
    reason: Text


class Experts(Strict):
    """What the assignment of evaluations rests on."""

    conflicts: tuple[Conflict, ...] = Field(min_length=1)
    choices: tuple[PassedOver, ...]
    former_employer_years: Count
    max_patents_per_expert: Count
    answer_days: Count
    workload_months: Count
    straddling_seats: Count
    max_evaluators: Count
    seed: Count

    @model_validator(mode="after")
    def _every_choice_is_told_once(self) -> Experts:
        if sorted(self.told_choices) != sorted(get_args(Choice)):
            raise ValueError(f"choices must be {', '.join(get_args(Choice))}, in the order in which they are told")
        return self

    @property
    def told_choices(self) -> tuple[Choice, ...]:
        """Reasons of the assignment in the order in which they are told."""
        return tuple(x.id for x in self.choices)

    @property
    def constants(self) -> dict[str, int]:
        """Constants that the models read."""
        names = (
            "former_employer_years", "max_patents_per_expert", "workload_months", "straddling_seats", "max_evaluators",
        )  # fmt: skip
        return {name: getattr(self, name).value for name in names}

    def seed_table(self, catalogue: Catalogue) -> Seed:
        """Conflicts in their order. Raises KeyError for one without a label."""
        labels = catalogue.vocabularies["expert_refusal"].values
        rows = [(x.id, precedence, labels[x.id]) for precedence, x in enumerate(self.conflicts, start=1)]
        columns = {"conflict_reason": "varchar", "precedence": "integer", "label": "varchar"}
        return Seed(
            "expert_conflicts", "Why an expert may not judge a patent; the first that holds is told.", columns, rows
        )


def render_experts(experts: Experts, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`."""
    labels = catalogue.vocabularies["expert_refusal"].values
    told: list[Conflict | PassedOver] = [*experts.conflicts, *experts.choices]
    refusals = [[f"`{x.id}`", labels[x.id], x.reason] for x in told]
    names = [name for name in Experts.model_fields if name not in {"conflicts", "choices"}]
    constants = [[f"`{name}`", str(getattr(experts, name).value), getattr(experts, name).reason] for name in names]
    return (
        "## Experts\n\nWhy an expert of its technology field is not given a patent in need; the first reason that holds"
        " is told. See [experts](experts.md).\n\n"
        + table(["reason", "label", "why"], refusals)
        + "\n\n"
        + table(["constant", "value", "reason"], constants)
    )
