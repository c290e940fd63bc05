"""`policy/priority.yml`: which patents come first, and by what evidence (D06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import Strict
from panhuo.policy.seed import Seed
from panhuo.policy.values import Codes, Count, Number, Text, Words

MatchLevel = Literal["subclass", "main_group", "subgroup"]
IpcPrefix = Annotated[str, Field(pattern=r"^[A-H]\d\d[A-Z](\d+/(\d{2,})?)?$")]
SeiCode = Annotated[str, Field(pattern=r"^[1-9]\.[1-9]$")]

NOT_ASKED = "none"
"""Stands for what a ground does not ask for, so that no cell of a seed is empty."""


class IndustryGround(Strict):
    """A patent belongs to a strategic emerging industry, by evidence of this kind."""

    ground: Literal["key_industry"]
    evidence: Literal["ipc_and_keyword", "ipc", "keyword"]
    match_levels: tuple[MatchLevel, ...] = ()
    """How near the matched pattern has to be; none where no symbol is asked for."""
    reason: Text

    @model_validator(mode="after")
    def _asks_for_levels(self) -> IndustryGround:
        if bool(self.match_levels) == (self.evidence == "keyword"):
            raise ValueError(f"ground {self.evidence}: match_levels belong to a symbol, and to every symbol")
        return self


class DisciplineGround(Strict):
    """The institution is specialised in the field of the patent."""

    ground: Literal["strong_discipline"]
    reason: Text


class Discipline(Strict):
    """When a technology field is a strong discipline of an institution."""

    prior_weight: Number
    min_strength: Number
    min_patents: Count

    @property
    def constants(self) -> dict[str, float | int]:
        """The constants by name."""
        return {name: getattr(self, name).value for name in type(self).model_fields}


class Exclusion(Strict):
    """Places inside the patterns of the reference table that are no emerging industry."""

    ipc_prefixes: tuple[IpcPrefix, ...] = Field(min_length=1)
    reason: Text


class Keywords(Strict):
    """Words of a title that speak for an industry."""

    sei: SeiCode
    words: Words

    @model_validator(mode="after")
    def _are_read_as_titles_are(self) -> Keywords:
        odd = [word for word in self.words if word != word.lower() or word != word.strip()]
        if odd:
            raise ValueError(f"keywords of {self.sei} must be lower case without blanks around: {odd}")
        doubled = [word for word, count in Counter(self.words).items() if count > 1]
        if doubled:
            raise ValueError(f"keywords of {self.sei} are listed twice: {doubled}")
        return self


class Priority(Strict):
    """`policy/priority.yml`."""

    patent_types: Codes
    grounds: tuple[Annotated[IndustryGround | DisciplineGround, Field(discriminator="ground")], ...] = Field(
        min_length=1
    )
    discipline: Discipline
    exclusions: tuple[Exclusion, ...]
    keywords: tuple[Keywords, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_everything_once(self) -> Priority:
        for what, values in {
            "keywords of an industry": [entry.sei for entry in self.keywords],
            "an exclusion": self.excluded_prefixes,
            "a ground": [row[1:] for row in _ground_rows(self)],
        }.items():
            doubled = [value for value, count in Counter(values).items() if count > 1]
            if doubled:
                raise ValueError(f"{what} stands twice: {doubled}")
        return self

    @property
    def excluded_prefixes(self) -> Sequence[str]:
        """Prefixes of IPC symbols that are no emerging industry, in the order of the file."""
        return [prefix for exclusion in self.exclusions for prefix in exclusion.ipc_prefixes]


def _ground_rows(priority: Priority) -> list[tuple[int, str, str, str]]:
    rows: list[tuple[int, str, str, str]] = []
    for rank, ground in enumerate(priority.grounds, start=1):
        if isinstance(ground, DisciplineGround):
            rows.append((rank, ground.ground, NOT_ASKED, NOT_ASKED))
            continue
        levels = ground.match_levels or (NOT_ASKED,)
        rows += [(rank, ground.ground, ground.evidence, level) for level in levels]
    return rows


def priority_seeds(priority: Priority) -> list[Seed]:
    """Grounds, words and exclusions as tables."""
    return [
        Seed(
            "priority_grounds",
            "Grounds of a priority in their order; none where a ground does not ask.",
            {"priority_rank": "bigint", "ground": "varchar", "sei_evidence": "varchar", "match_level": "varchar"},
            _ground_rows(priority),
        ),
        Seed(
            "sei_keywords",
            "Words of a title that speak for a strategic emerging industry.",
            {"sei_code": "varchar", "keyword": "varchar"},
            [(entry.sei, word) for entry in priority.keywords for word in entry.words],
        ),
        Seed(
            "sei_exclusions",
            "Prefixes of IPC symbols that are no emerging industry.",
            {"ipc_prefix": "varchar"},
            [(prefix,) for prefix in priority.excluded_prefixes],
        ),
    ]
