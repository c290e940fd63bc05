"""`policy/enterprises.yml`: classes of enterprises and industries read from business scopes (D15)."""

from __future__ import annotations

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import Seed
from panhuo.policy.values import Codes, Count, Text


class EnterpriseClass(Strict):
    """One class and how long evidence without a last day is valid."""

    code: Text
    valid_years: int = Field(ge=0)
    reason: Text


class Industries(Strict):
    """How a business scope is read."""

    max_derived: Count
    endings: Codes
    selling: Codes
    making: Codes


class Enterprises(Strict):
    """What the register of enterprises rests on."""

    classes: tuple[EnterpriseClass, ...] = Field(min_length=1)
    industries: Industries

    @model_validator(mode="after")
    def _listed_once(self) -> Enterprises:
        codes = [x.code for x in self.classes]
        if len(set(codes)) != len(codes):
            raise ValueError(f"a class is listed twice: {sorted(codes)}")
        return self

    @property
    def reading(self) -> dict[str, object]:
        """Constants that the models read scopes with; longer endings first."""
        rules = self.industries
        return {
            "max_derived": rules.max_derived.value,
            "endings": sorted(rules.endings.value, key=lambda word: (-len(word), word)),
            "selling": list(rules.selling.value),
            "making": list(rules.making.value),
        }

    def seed(self, catalogue: Catalogue) -> Seed:
        """One row per class. Raises KeyError for a class without a label."""
        labels = catalogue.vocabularies["enterprise_class"].values
        rows = [(x.code, order, x.valid_years, labels[x.code]) for order, x in enumerate(self.classes, start=1)]
        columns = {
            "enterprise_class": "varchar", "class_order": "integer", "valid_years": "integer", "label": "varchar",
        }  # fmt: skip
        return Seed(
            "enterprise_class_rules", "Classes of enterprises and how long their evidence is valid.", columns, rows
        )


def render_enterprises(enterprises: Enterprises, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`."""
    labels = catalogue.vocabularies["enterprise_class"].values
    classes = [[f"`{x.code}`", labels[x.code], str(x.valid_years or "—"), x.reason] for x in enterprises.classes]
    rules = enterprises.industries
    words = [
        [f"`{name}`", "、".join(constant.value), constant.reason]
        for name, constant in (("endings", rules.endings), ("selling", rules.selling), ("making", rules.making))
    ]
    return (
        "## Enterprises\n\nA class counts in a month when its evidence is in force on the month's last day.\n\n"
        + table(["class", "label", "years without a stated end", "reason"], classes)
        + f"\n\nAt most {rules.max_derived.value} industries are derived from a business scope."
        + f" {rules.max_derived.reason}\n\n"
        + table(["words", "value", "reason"], words)
    )
