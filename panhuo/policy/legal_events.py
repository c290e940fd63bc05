"""Effects of legal events on the right (D01): `policy/legal_events.yml`, strictly, and as a seed."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from panhuo.contracts.model import Strict
from panhuo.policy.seed import Seed
from panhuo.policy.values import Text

EffectName = Literal["begins", "none", "opens_mark", "closes_mark", "ends_application", "ends", "restores"]

NAMES_A_STATUS = {"opens_mark", "ends", "ends_application"}
"""Effects that leave the right in a state of their own."""

NO_STATUS = "unchanged"
"""Stands for the status of a code that leaves none, so that no cell of a seed is empty."""


class Effect(Strict):
    """What an event does to the right, and why it is read in its place among those of one day."""

    effect: EffectName
    reason: Text


class EventCode(Strict):
    """One code of the gazette."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}\d{2}$")]
    name: Text
    category: Text
    effect: EffectName
    legal_status: Text | None = None
    changes_owners: bool = False
    is_confirmed: bool
    source: Text

    @model_validator(mode="after")
    def _names_its_status(self) -> EventCode:
        if (self.legal_status is not None) != (self.effect in NAMES_A_STATUS):
            raise ValueError(f"{self.code}: a legal_status belongs to the effects {sorted(NAMES_A_STATUS)} alone")
        return self


class Switch(Strict):
    """A choice between two readings."""

    value: bool
    reason: Text


class LegalEvents(Strict):
    """`policy/legal_events.yml`."""

    effects: tuple[Effect, ...]
    restoration_reaches_back: Switch
    codes: tuple[EventCode, ...]

    @model_validator(mode="after")
    def _is_complete(self) -> LegalEvents:
        if sorted(x.effect for x in self.effects) != sorted(get_args(EffectName)):
            raise ValueError(f"effects: list each of {sorted(get_args(EffectName))} once")
        codes = [x.code for x in self.codes]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"event codes {twice} are listed twice")
        opened = {x.category for x in self.codes if x.effect == "opens_mark"}
        loose = [x.code for x in self.codes if x.effect == "closes_mark" and x.category not in opened]
        if loose:
            raise ValueError(f"event codes {loose} close a mark that no code of their category opens")
        return self

    @property
    def seed(self) -> Seed:
        """One row per code."""
        columns = {
            "event_code": "varchar", "event_category": "varchar", "event_effect": "varchar", "day_order": "integer",
            "legal_status": "varchar", "changes_owners": "boolean", "reaches_back": "boolean",
            "is_confirmed": "boolean", "label": "varchar",
        }  # fmt: skip
        order = {x.effect: position for position, x in enumerate(self.effects, start=1)}
        rows = [
            (
                x.code,
                x.category,
                x.effect,
                order[x.effect],
                x.legal_status or NO_STATUS,
                x.changes_owners,
                x.effect == "restores" and self.restoration_reaches_back.value,
                x.is_confirmed,
                x.name,
            )
            for x in self.codes
        ]
        return Seed("legal_event_codes", "Legal events of the gazette and what they do to the right.", columns, rows)
