"""`policy/conversion.yml`: stages of a patent on its way into use, and what shows that one is reached (D19)."""

from __future__ import annotations

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import Seed
from panhuo.policy.values import Text


class Stage(Strict):
    """One stage, in its place along the way."""

    stage: Text
    reason: Text


class StageEvidence(Strict):
    """What shows that a stage is reached."""

    code: Text
    stage: Text
    reason: Text


class Conversion(Strict):
    """The way into use."""

    stages: tuple[Stage, ...] = Field(min_length=1)
    evidence: tuple[StageEvidence, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _evidence_shows_a_stage(self) -> Conversion:
        stages = [x.stage for x in self.stages]
        codes = [x.code for x in self.evidence]
        twice = sorted({x for x in (*stages, *codes) if stages.count(x) > 1 or codes.count(x) > 1})
        if twice:
            raise ValueError(f"{twice} stand twice")
        loose = [x.code for x in self.evidence if x.stage not in stages[1:]]
        if loose:
            raise ValueError(f"evidence {loose} must show one of the stages {stages[1:]}")
        return self

    @property
    def first_stage(self) -> str:
        """The stage of a patent of which nothing is known."""
        return self.stages[0].stage

    def seed(self, catalogue: Catalogue) -> Seed:
        """One row per kind of evidence. Raises KeyError when one has no label."""
        labels = catalogue.vocabularies["stage_evidence"].values
        position = {x.stage: order for order, x in enumerate(self.stages)}
        columns = {
            "evidence_code": "varchar",
            "conversion_stage": "varchar",
            "stage_order": "integer",
            "label": "varchar",
        }
        rows = [(x.code, x.stage, position[x.stage], labels[x.code]) for x in self.evidence]
        return Seed("conversion_evidence", "What shows that a stage of conversion is reached.", columns, rows)


def render_conversion(conversion: Conversion, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`."""
    stages, evidence = (catalogue.vocabularies[name].values for name in ("conversion_stage", "stage_evidence"))
    return (
        "## Conversion stages\n\nThe furthest stage that any evidence shows; without evidence the first.\n\n"
        + table(["stage", "label", "meaning"], [[f"`{x.stage}`", stages[x.stage], x.reason] for x in conversion.stages])
        + "\n\n"
        + table(
            ["evidence", "label", "stage", "reason"],
            [[f"`{x.code}`", evidence[x.code], f"`{x.stage}`", x.reason] for x in conversion.evidence],
        )
    )
