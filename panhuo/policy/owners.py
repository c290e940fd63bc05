"""`policy/owners.yml`: which institution an owner's name means, and what a person has to decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import Strict
from panhuo.policy.seed import Seed
from panhuo.policy.values import Text, Words

Share = Annotated[float, Field(gt=0, le=1)]


class OwnerRule(Strict):
    """One way in which a name tells its institution, or tells that it is none."""

    id: Text
    stage: Text
    """Rules of one stage speak at once: when they name several institutions, none is believed."""
    effect: Literal["resolves", "refuses", "suggests"]
    confidence: Share
    min_length: int = Field(default=1, ge=1)
    """Characters that the registered name must have at least."""
    reason: Text


class Unit(Strict):
    """What may follow an institution's name, and which rule it falls under."""

    rule: Text
    only_kind: Text | None = None
    """Kind of institution whose units are read so; all kinds without it."""
    contains: tuple[Text, ...] = ()
    ends_with: tuple[Text, ...] = ()
    begins_with_place: bool = False
    """Whether a place (province, city, or anything in brackets) stands right behind the institution's name."""
    reason: Text

    @property
    def patterns(self) -> Iterable[str]:
        """SQL patterns of the remainder: every part with every ending; `%` when neither is given."""
        return [f"%{part}%{end}" if part else f"%{end}" for part in self.contains or ("",) for end in self.endings]

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings, or the one that any text has."""
        return self.ends_with or ("",)


class ReviewReason(Strict):
    """Why a name stands on the review list, and what its reviewer has to do (Chinese)."""

    id: Text
    advice: Text


class InstitutionNames(Strict):
    """How the name of an institution reads."""

    reason: Text
    contains: Words


class Telling(Strict):
    """Characters that tell one institution from another, so that a difference in them is no slip of the pen."""

    reason: Text
    characters: Text


class Owners(Strict):
    """`policy/owners.yml`."""

    rules: tuple[OwnerRule, ...] = Field(min_length=1)
    units: tuple[Unit, ...]
    telling: Telling
    institution_names: InstitutionNames
    review_reasons: tuple[ReviewReason, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Owners:
        ids = self.rule_ids
        if len(set(ids)) != len(ids):
            raise ValueError(f"an owner rule is listed twice: {sorted(ids)}")
        foreign = {unit.rule for unit in self.units} - set(ids)
        if foreign:
            raise ValueError(f"units name unknown owner rules {sorted(foreign)}")
        stages = [rule.stage for rule in self.rules]
        if stages != sorted(stages, key=self.stages.index):
            raise ValueError("owner rules of one stage must stand together")
        return self

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Ids in the order of the file, which is the order of precedence."""
        return tuple(rule.id for rule in self.rules)

    @property
    def stages(self) -> list[str]:
        """Stages in the order of the file."""
        return list(dict.fromkeys(rule.stage for rule in self.rules))


def owner_seeds(owners: Owners) -> list[Seed]:
    """The rules, what may follow a name, the words, and the reasons for a review, as tables."""
    rule_columns = {
        "rule_id": "varchar", "precedence": "integer", "stage_no": "integer", "effect": "varchar",
        "confidence": "double", "min_length": "integer",
    }  # fmt: skip
    stage_numbers = {stage: number for number, stage in enumerate(owners.stages, start=1)}
    rules = [
        (rule.id, position, stage_numbers[rule.stage], rule.effect, rule.confidence, rule.min_length)
        for position, rule in enumerate(owners.rules, start=1)
    ]
    patterns = [
        (unit.rule, pattern, unit.only_kind or "any", unit.begins_with_place)
        for unit in owners.units
        for pattern in unit.patterns
    ]
    words = [("institution_name_contains", word) for word in owners.institution_names.contains]
    words += [("telling_character", character) for character in dict.fromkeys(owners.telling.characters)]
    return [
        Seed("owner_rules", "Rules that read an owner's name, in their order of precedence.", rule_columns, rules),
        Seed(
            "owner_unit_patterns",
            "What may follow the name of an institution, as patterns of LIKE.",
            {"rule_id": "varchar", "pattern": "varchar", "only_kind": "varchar", "begins_with_place": "boolean"},
            patterns,
        ),
        Seed("owner_words", "Words that tell names apart.", {"list_name": "varchar", "word": "varchar"}, words),
        Seed(
            "owner_review_reasons",
            "Why a name is looked at by a person, the gravest reason first.",
            {"review_reason": "varchar", "precedence": "integer", "advice": "varchar"},
            [(reason.id, position, reason.advice) for position, reason in enumerate(owners.review_reasons, start=1)],
        ),
    ]
