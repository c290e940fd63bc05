"""The words of the report: `policy/quarterly_report.yml`, held against the vocabularies."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_catalogue, load_yaml
from panhuo.policy import load_policy

NATIONAL, INSTITUTION = "national", "institution"
IDENTITY, EXCLUSIONS, RESTATEMENTS, TRENDS, STAGES = "stock_identity", "exclusions", "restatements", "trends", "stages"
INSPECTIONS, RECEIPTS, CASES, MATTERS = "inspections", "receipts", "cases", "matters"
RANKINGS, COMPARISONS = "rankings", ("quarter_on_quarter", "year_on_year")
SUBJECTS = {
    IDENTITY, EXCLUSIONS, RESTATEMENTS, TRENDS, STAGES, INSPECTIONS, RECEIPTS, CASES, MATTERS, RANKINGS, *COMPARISONS,
}  # fmt: skip
"""Subjects beside the statistics, each with its SQL: of keys, and of cases and matters, which have none."""


class Definition(Strict):
    """What a statistic counts and against what, in Chinese."""

    numerator: str
    denominator: str


class Counted(Strict):
    """What the SQL of a statistic counts in which rows, null what it does not, and the example query for it."""

    query: str
    numerator: str
    denominator: str
    events: str = "null"
    results: str = "null"
    excluded: str = "null"
    rows: str = "fct_quarter_patents"


class Recount(Strict):
    """How the figures of another subject are had: SQL over published marts."""

    sql: str


class PageRows(Strict):
    """How many rows of a kind a document lists at most, and why."""

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
    page_cases: PageRows
    cases: PageRows
    compared: ComparedDimensions
    tiles: dict[str, TilePlace]
    columns: dict[str, str]
    statistic_sql: str
    counts: dict[str, Counted]
    queries: dict[str, Recount]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Kinds of scope below the nation, in the order of the report."""
        return tuple(self.columns)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Every first part of a key: the statistics, then the other subjects."""
        return (*self.counts, *self.queries)

    def recount(self, subject: str, period: str) -> str:
        """The SQL of a subject for a month; that of a statistic takes a `condition` at its end."""
        if subject in self.queries:
            return self.queries[subject].sql.format(period=period, cases=self.cases.value)
        rules = load_policy().statistics
        counted = self.counts[subject].model_dump()
        rows = counted["rows"].format(period=period).replace("\n", "\n  ")
        constants = {"below": rules.interval_below.value, "z": rules.constants["z"], "period": period}
        return self.statistic_sql.format(**{**counted, **constants, "rows": rows})

    def condition(self, scope_kind: str, scope_code: str) -> str:
        """What the SQL of a statistic takes at its end for one value of a dimension; nothing for the nation."""
        if scope_kind == NATIONAL:
            return ""
        value = scope_code.replace("'", "''")
        return f"and {self.columns[scope_kind]} = '{value}'"


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
        "counts": statistics ^ set(policy.counts),
        "queries": SUBJECTS ^ set(policy.queries),
        "columns": set(policy.columns) - set(vocabularies["scope_kind"].values),
        "sheets": (set(policy.columns) | {NATIONAL}) - set(policy.sheets),
    }
    found = {part: sorted(names) for part, names in wrong.items() if names}
    if found:
        raise ValueError(f"{path}: each statistic and dimension once, nothing else; look at {found}")
    return policy
