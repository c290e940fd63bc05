"""Section of `docs/rules.md` on the names of owners."""

from __future__ import annotations

from panhuo.contracts.model import Catalogue
from panhuo.policy.owners import Owners
from panhuo.policy.page import table


def render_owners(owners: Owners, catalogue: Catalogue) -> str:
    """The section: rules in their order, units, and what a person decides."""
    labels = catalogue.vocabularies["resolution_rule"].values
    rules = [
        [str(i), f"`{r.id}`", labels[r.id], r.stage, r.effect, f"{r.confidence:g}", r.reason]
        for i, r in enumerate(owners.rules, start=1)
    ]
    units = [
        [
            f"`{u.rule}`",
            u.only_kind or "any",
            ("a place first" if u.begins_with_place else "、".join(u.contains)) or "anything",
            "、".join(u.ends_with) or "anything",
            u.reason,
        ]
        for u in owners.units
    ]
    reasons = catalogue.vocabularies["owner_review_reason"].values
    reviews = [[f"`{r.id}`", reasons[r.id], r.advice] for r in owners.review_reasons]
    return (
        "## Owners\n\nWhich institution the name of an owner means. The first stage in which a rule speaks decides;"
        " when its rules name several institutions, none is believed.\n\n"
        + table(["no.", "rule", "label", "stage", "effect", "confidence", "reason"], rules)
        + "\n\nWhat follows the name of an institution:\n\n"
        + table(["rule", "of", "contains", "ends with", "reason"], units)
        + f"\n\nNo slip of the pen is a difference in {owners.telling.characters}. {owners.telling.reason}"
        + f"\n\nA name reads like an institution with {'、'.join(owners.institution_names.contains)} in it."
        + f" {owners.institution_names.reason}"
        + "\n\nWhat a person has to decide:\n\n"
        + table(["reason", "label", "advice"], reviews)
    )
