"""The words of the report: `policy/quarterly_report.yml`, held against the vocabularies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_catalogue, load_yaml

NATIONAL, INSTITUTION = "national", "institution"
IDENTITY, EXCLUSIONS, RESTATEMENTS, TRENDS, STAGES = "stock_identity", "exclusions", "restatements", "trends", "stages"
INSPECTIONS = "inspections"
RANKINGS, COMPARISONS = "rankings", ("quarter_on_quarter", "year_on_year")
SUBJECTS = {IDENTITY, EXCLUSIONS, RESTATEMENTS, TRENDS, STAGES, INSPECTIONS, RANKINGS, *COMPARISONS}
"""Subjects of keys beside the statistics."""


class Definition(Strict):
    """What a statistic counts and against what, in Chinese."""

    numerator: str
    denominator: str


class Recount(Strict):
    """How the figures of a subject are counted again: SQL over published marts, and the example query if any."""

    sql: str
    query: str | None = None


class PageRows(Strict):
    """How many values of a dimension the page lists at most, and why."""

    value: int = Field(ge=1)
    reason: str


class ComparedDimensions(Strict):
    """Kinds of scope whose differences the page lists, and why."""

    value: list[str]
    reason: str


class TilePlace(Strict):
    """Where a province stands on the map, and a name that fits its tile."""

    column: int = Field(ge=0)
    row: int = Field(ge=0)
    name: str


class ReportPolicy(Strict):
    """`policy/quarterly_report.yml`."""

    title: str
    kicker: str
    labels: dict[str, str]
    sections: dict[str, str]
    sheets: dict[str, str]
    definitions: dict[str, Definition]
    outcomes: dict[str, str]
    severities: dict[str, str]
    notes: dict[str, str]
    page_rows: PageRows
    page_ranks: PageRows
    page_drivers: PageRows
    compared: ComparedDimensions
    tiles: dict[str, TilePlace]
    queries: dict[str, Recount]
    columns: dict[str, str]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Kinds of scope below the nation, in the order of the report."""
        return tuple(self.columns)

    def recount(self, subject: str, period: str, scope_kind: str = NATIONAL, scope_code: str = "") -> str:
        """The SQL of a subject for a month; for a statistic also of one value of a dimension."""
        sql = self.queries[subject].sql.format(period=period)
        if scope_kind == NATIONAL:
            return sql
        value = scope_code.replace("'", "''")
        return f"{sql} and {self.columns[scope_kind]} = '{value}'"


@cache
def load_report_policy(path: Path = PROJECT_ROOT / "policy" / "quarterly_report.yml") -> ReportPolicy:
    """Read the policy.

    Raises ValueError (pydantic's included), naming the file, for an unknown key, and for a statistic or a dimension
    that lacks its words or its SQL.
    """
    policy = ReportPolicy(**load_yaml(path))
    vocabularies = load_catalogue().vocabularies
    statistics = set(vocabularies["statistic_id"].values)
    wrong = {
        "definitions": statistics ^ set(policy.definitions),
        "queries": (statistics | SUBJECTS) ^ set(policy.queries),
        "columns": set(policy.columns) - set(vocabularies["scope_kind"].values),
        "sheets": (set(policy.columns) | {NATIONAL}) - set(policy.sheets),
    }
    found = {part: sorted(names) for part, names in wrong.items() if names}
    if found:
        raise ValueError(f"{path}: each statistic and dimension once, nothing else; look at {found}")
    return policy
