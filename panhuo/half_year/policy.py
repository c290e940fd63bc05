"""Words and SQL of the half-year report: `policy/half_year.yml`, held against the contracts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Formatter

from pydantic import Field

from panhuo.bulletin.policy import Limit, Text
from panhuo.contracts.model import PROJECT_ROOT, Catalogue, Strict, load_catalogue, load_yaml


class Headline(Strict):
    """A figure on top: its label, and its key, in which {kind} and {code} are the unit's."""

    label: Text
    key: Text


class Part(Strict):
    """A table of the report, what its figures mean and how they are counted."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: Text
    definition: Text
    marts: tuple[Text, ...] = Field(min_length=1)
    query: Text | None = None
    hides_with: Text | None = None
    texts: tuple[Text, ...] = Field(min_length=1)
    measures: tuple[Text, ...] = Field(min_length=1)
    headings: dict[str, Text] = Field(default_factory=dict)
    sentence: str = ""
    sql: Text


class HalfYearPolicy(Strict):
    """`policy/half_year.yml`."""

    titles: dict[str, Text]
    programme: Text
    kicker: Text
    labels: dict[str, Text]
    values: dict[str, Text]
    products: dict[str, Text]
    notes: dict[str, Text]
    page_rows: Limit
    headlines: tuple[Headline, ...]
    parts: tuple[Part, ...] = Field(min_length=1)

    def heading(self, part: Part, column: str, catalogue: Catalogue) -> str:
        """What a column of a part is headed; KeyError for one that has no words."""
        return part.headings.get(column) or self.labels.get(column) or catalogue.label(column)


@cache
def load_half_year_policy(path: Path = PROJECT_ROOT / "policy" / "half_year.yml") -> HalfYearPolicy:
    """Read the policy.

    Raises ValueError (pydantic's included), naming the file, for an unknown key, a mart or part that is not there, and
    a sentence or headline with a figure that its part does not have.
    """
    policy = HalfYearPolicy(**load_yaml(path))
    problems = _contradictions(policy, load_catalogue())
    if problems:
        raise ValueError(f"{path}: {'; '.join(problems)}")
    return policy


def _contradictions(policy: HalfYearPolicy, catalogue: Catalogue) -> list[str]:
    parts = {part.id: part for part in policy.parts}
    problems = [f"a part is listed twice among {[part.id for part in policy.parts]}"] * (len(parts) < len(policy.parts))
    for part in policy.parts:
        contracts = [catalogue.contracts.get(mart) for mart in part.marts]
        if any(contract is None or contract.layer != "marts" for contract in contracts):
            problems.append(f"{part.id}: one of {part.marts} is no mart")
        named = {name for _, name, _, _ in Formatter().parse(part.sentence) if name is not None}
        if not named <= {*part.measures}:
            problems.append(
                f"{part.id}: its sentence names {sorted(named - {*part.measures})}, which it does not count"
            )
        if part.hides_with and part.hides_with not in parts:
            problems.append(f"{part.id} hides with {part.hides_with!r}, which is no part")
    for headline in policy.headlines:
        owner = parts.get(headline.key.split("/")[0])
        if owner is None or headline.key.rsplit("/")[-1] not in owner.measures:
            problems.append(f"no part counts the headline {headline.key}")
    return problems
