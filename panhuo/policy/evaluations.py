"""`policy/evaluations.yml`: which evaluations are unusual, and whether they count (D16)."""

from __future__ import annotations

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.values import Count, Number, Text


class EvaluationFlag(Strict):
    """One flag. Its label is the code of that name in the vocabulary `evaluation_flag`."""

    id: Text
    is_counted: bool
    reason: Text


class EvaluationRules(Strict):
    """The flags and their bounds."""

    flags: tuple[EvaluationFlag, ...] = Field(min_length=1)
    daily_limit: Count
    monthly_floor: Count
    median_multiple: Number
    uniform_least: Count

    @model_validator(mode="after")
    def _listed_once(self) -> EvaluationRules:
        ids = [flag.id for flag in self.flags]
        if len(set(ids)) != len(ids):
            raise ValueError(f"a flag of evaluations is listed twice: {sorted(ids)}")
        return self

    @property
    def constants(self) -> dict[str, object]:
        """What the models flag by; `uncounted` are the flags that keep an evaluation from counting, joined with |."""
        bounds = {name: getattr(self, name).value for name in _BOUNDS}
        return {**bounds, "uncounted": "|".join(sorted(flag.id for flag in self.flags if not flag.is_counted))}


_BOUNDS = ("daily_limit", "monthly_floor", "median_multiple", "uniform_least")


def render_evaluations(rules: EvaluationRules, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`. Raises KeyError for a flag without a label."""
    labels = catalogue.vocabularies["evaluation_flag"].values
    flags = [[f"`{x.id}`", labels[x.id], "yes" if x.is_counted else "no", x.reason] for x in rules.flags]
    bounds = [[f"`{name}`", f"{getattr(rules, name).value:g}", getattr(rules, name).reason] for name in _BOUNDS]
    return (
        "## Evaluations\n\nUnusual evaluations are flagged.\n\n"
        + table(["flag", "label", "counts", "reason"], flags)
        + "\n\n"
        + table(["bound", "value", "reason"], bounds)
    )
