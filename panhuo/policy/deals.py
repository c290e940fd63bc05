"""`policy/deals.yml`: what makes one deal, and which deals count (D23, D28)."""

from __future__ import annotations

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import Seed
from panhuo.policy.values import Codes, Count, Text, Words

_WINDOWS = (
    "report_before_days", "report_after_days", "conflict_days", "date_tolerance_days", "recordal_months",
    "transfer_back_days",
)  # fmt: skip


class Flag(Strict):
    """A constant that is yes or no."""

    value: bool
    reason: Text


class Exclusion(Strict):
    """One reason for which a deal does not count. Its predicate is the column `is_<reason>`."""

    reason: Text
    kinds: Words
    why: Text


class Undecided(Strict):
    """One reason for which a person has to look at a deal. Its predicate is the column `is_<reason>`."""

    reason: Text
    kinds: Words
    why: Text


class Deals(Strict):
    """What the deals of a month rest on."""

    report_before_days: Count
    report_after_days: Count
    conflict_days: Count
    date_tolerance_days: Count
    recordal_months: Count
    transfer_back_days: Count
    exclusions: tuple[Exclusion, ...] = Field(min_length=1)
    undecided_counts: Flag
    undecided: tuple[Undecided, ...] = Field(min_length=1)
    enterprise_endings: Codes
    public_body_endings: Codes
    foreign_words: Codes
    longest_person_name: Count

    @model_validator(mode="after")
    def _reasons_stand_once(self) -> Deals:
        reasons = [*self.exclusion_reasons, *self.undecided_reasons]
        twice = sorted({reason for reason in reasons if reasons.count(reason) > 1})
        if twice:
            raise ValueError(f"reasons {twice} stand twice")
        return self

    @property
    def exclusion_reasons(self) -> tuple[str, ...]:
        """Reasons for which a deal does not count, in the order in which they are told."""
        return tuple(x.reason for x in self.exclusions)

    @property
    def undecided_reasons(self) -> tuple[str, ...]:
        """Reasons for which a person has to look, in the order in which they are told."""
        return tuple(x.reason for x in self.undecided)

    @property
    def constants(self) -> dict[str, object]:
        """Constants that the models read."""
        return {
            **{name: getattr(self, name).value for name in _WINDOWS},
            "undecided_counts": self.undecided_counts.value,
            "exclusions": [{"reason": x.reason, "kinds": x.kinds} for x in self.exclusions],
            "undecided": [{"reason": x.reason, "kinds": x.kinds} for x in self.undecided],
            "longest_person_name": self.longest_person_name.value,
        }

    @property
    def seed(self) -> Seed:
        """Words by which the name of a party reads, by list."""
        lists = {
            "enterprise_party_ends_with": self.enterprise_endings,
            "public_body_ends_with": self.public_body_endings,
            "foreign_contains": self.foreign_words,
        }
        rows = [(name, word) for name, words in lists.items() for word in words.value]
        return Seed(
            "party_words", "Words that names of parties are read by.", {"list_name": "varchar", "word": "varchar"}, rows
        )


def render_deals(deals: Deals, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`. Raises KeyError for a reason or kind without a label."""
    labels, kinds, reviews = (
        catalogue.vocabularies[name].values for name in ("not_genuine_reason", "deal_kind", "deal_review_reason")
    )
    constants = [[f"`{name}`", str(getattr(deals, name).value), getattr(deals, name).reason] for name in _WINDOWS]
    constants.append(["`undecided_counts`", str(deals.undecided_counts.value).lower(), deals.undecided_counts.reason])
    excluded = [
        [f"`{x.reason}`", labels[x.reason], "、".join(kinds[kind] for kind in x.kinds), x.why] for x in deals.exclusions
    ]
    undecided = [
        [f"`{x.reason}`", reviews[x.reason], "、".join(kinds[kind] for kind in x.kinds), x.why] for x in deals.undecided
    ]
    return (
        "## Deals\n\nWhat makes one deal of several sources, and which deals count. See [deals](deals.md).\n\n"
        + table(["constant", "value", "reason"], constants)
        + "\n\nA deal does not count for the first of these reasons that holds:\n\n"
        + table(["reason", "label", "kinds of deals", "why"], excluded)
        + "\n\nA person is asked to look, for the first of these reasons that holds:\n\n"
        + table(["reason", "label", "kinds of deals", "why"], undecided)
    )
