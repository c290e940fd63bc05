"""What a half-year report states: the rows that its SQL gives over published marts, as lines of figures with keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import Any

from panhuo.contracts.model import Catalogue, load_catalogue
from panhuo.half_year.policy import HalfYearPolicy, Part, load_half_year_policy
from panhuo.periods import Period
from panhuo.quarterly_report.figures import Figure, Line, Row
from panhuo.warehouse import Ask, publishing_command

NATIONAL, COUNTRY, PROVINCE = "national", "CN", "province"
_EXISTING = "select table_name from information_schema.tables where table_schema = 'main'"
_UNITS = """
    select scope_code, scope_name
    from fct_coverage
    where period = '{period}' and scope_kind = '{kind}'
    order by scope_code
"""
_VERSIONS = """
    select product, period, version, as_of, policy_version, code_version
    from history.versions
    where period between '{first}' and '{period}'
    qualify row_number() over (partition by product, period order by version desc) = 1
    order by product, period
"""


class HalfYearError(ValueError):
    """A report that cannot be drafted, or documents that do not tell what was drafted."""


@dataclass(frozen=True)
class Table:
    """A part with the SQL that was run and its lines; None where what it reads is not published."""

    part: Part
    sql: str
    lines: tuple[Line, ...] | None
    statuses: tuple[str, ...] = ()
    """Codes of duties' statuses, line by line; empty for a part without."""
    rows: tuple[Row, ...] = ()
    """What the SQL gave, a row for each line."""

    @property
    def sentence(self) -> tuple[tuple[str, Figure | None], ...]:
        """The sentence in pieces, each a text and the figure after it; none without a line."""
        if not self.lines or not self.part.sentence:
            return ()
        figures = {figure.column: figure for figure in self.lines[0].figures}
        return tuple((text, figures.get(name or "")) for text, name, _, _ in Formatter().parse(self.part.sentence))


@dataclass(frozen=True)
class Headline:
    """A figure on top: its label, the figure (None where its part is left out), whether simulated data are in it."""

    label: str
    figure: Figure | None
    is_simulated: bool


@dataclass(frozen=True)
class Draft:
    """A half-year report of a unit as both documents tell it."""

    period: Period
    kind: str
    code: str
    name: str
    tables: tuple[Table, ...]
    versions: tuple[Row, ...]
    """Published versions that it rests on: product, period, version, as_of, policy_version, code_version."""
    words: HalfYearPolicy
    catalogue: Catalogue

    @property
    def title(self) -> str:
        """Heading of both documents."""
        return f"{self.name}{self.words.programme}{self.period.year}年{self.words.titles[f'{self.period.month:02d}']}"

    @property
    def is_simulated(self) -> bool:
        """Whether any figure rests on simulated data."""
        return any(line.is_simulated for table in self.tables for line in table.lines or ())

    @property
    def figures(self) -> dict[str, Figure]:
        """Every figure by its key."""
        return {figure.key: figure for table in self.tables for line in table.lines or () for figure in line.figures}

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """The figures on top."""
        lines = [line for table in self.tables for line in table.lines or ()]
        simulated = {figure.key for line in lines if line.is_simulated for figure in line.figures}
        found = self.figures
        keys = [(item.label, item.key.format(kind=self.kind, code=self.code)) for item in self.words.headlines]
        return tuple(Headline(label, found.get(key), key in simulated) for label, key in keys)

    def heading(self, table: Table, column: str) -> str:
        """What a column of a table is headed."""
        return self.words.heading(table.part, column, self.catalogue)


def require_half_year(period: Period) -> None:
    """HalfYearError for a month other than June and December."""
    titles = load_half_year_policy().titles
    if f"{period.month:02d}" not in titles:
        months = " and ".join(f"{period.year}-{month}" for month in titles)
        raise HalfYearError(f"no half-year ends with {period}: reports are due for {months}")


def draft_report(ask: Ask, period: Period, province: str | None = None) -> Draft:
    """Draft the report that ends with a month, of a province (GB/T 2260) or of the nation.

    Raises HalfYearError for a month other than June and December, and for one of which the unit has nothing published.
    """
    words, catalogue = load_half_year_policy(), load_catalogue()
    require_half_year(period)
    values = _values(period, province)
    published = {row["table_name"] for row in ask(_EXISTING).to_pylist()}
    units = ask(_UNITS.format(**values)).to_pylist() if "fct_coverage" in published else []
    if not units:
        command = publishing_command("monthly_dispatch", month=str(period))
        raise HalfYearError(f"{period} has no published coverage: {command}")
    names = {unit["scope_code"]: unit["scope_name"] for unit in units}
    if values["code"] not in names:
        known = ", ".join(f"{code} {name}" for code, name in names.items())
        raise HalfYearError(f"no institution of province {province} is registered in {period}; known: {known}")
    tables = [_table(ask, part, values, published, words, catalogue) for part in words.parts]
    return Draft(
        period=period,
        kind=values["kind"],
        code=values["code"],
        name=names[values["code"]],
        tables=_hidden(tables, values),
        versions=tuple(ask(_VERSIONS.format(**values)).to_pylist()),
        words=words,
        catalogue=catalogue,
    )


def _values(period: Period, province: str | None) -> dict[str, str]:
    """What the SQL of parts is filled with. HalfYearError for a province that is no code."""
    if province is not None and not (province.isascii() and province.isdigit() and len(province) == 2):
        raise HalfYearError(f"{province!r} is no province: write the two digits of GB/T 2260, such as 34")
    first = Period(period.year, 1)
    return {
        "period": str(period),
        "first": str(first),
        "quarter": str(period.quarter),
        "first_quarter": str(first.quarter),
        "kind": PROVINCE if province else NATIONAL,
        "code": province or COUNTRY,
        "below": "city" if province else PROVINCE,
        "province": province or "",
    }


def _table(
    ask: Ask,
    part: Part,
    values: Mapping[str, str],
    published: set[str],
    words: HalfYearPolicy,
    catalogue: Catalogue,
) -> Table:
    sql = part.sql.format(**values)
    if not published.issuperset(part.marts):
        return Table(part, sql, None)
    rows = tuple(ask(sql).to_pylist())
    statuses = tuple(row["milestone_status"] for row in rows) if "milestone_status" in part.texts else ()
    return Table(part, sql, tuple(_line(part, row, words, catalogue) for row in rows), statuses, rows)


def _line(part: Part, row: Row, words: HalfYearPolicy, catalogue: Catalogue) -> Line:
    is_hidden = bool(row.get("is_suppressed"))
    figures = tuple(
        Figure(part.id, row["row_kind"], row["row_code"], name, None if is_hidden else row[name], is_hidden)
        for name in part.measures
    )
    return Line(tuple(_text(name, row[name], words, catalogue) for name in part.texts), figures, row["is_simulated"])


def _text(column: str, value: Any, words: HalfYearPolicy, catalogue: Catalogue) -> str:
    """A cell of text as people read it: codes as their words, days as they are written."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if value in words.values:
        return words.values[value]
    return (catalogue.value_label(column, value) if column in catalogue.columns else None) or str(value)


def _hidden(tables: Sequence[Table], values: Mapping[str, str]) -> tuple[Table, ...]:
    """The tables, with every figure hidden that would tell what another part suppresses of the unit."""
    unit = f"{values['code']}.{values['quarter']}."
    shown = set()
    for table in tables:
        own = [figure for line in table.lines or () for figure in line.figures if figure.scope_kind == values["kind"]]
        if any(figure.scope_code.startswith(unit) for figure in own) and not any(figure.is_hidden for figure in own):
            shown.add(table.part.id)
    return tuple(
        _without_figures(table) if table.part.hides_with and table.part.hides_with not in shown else table
        for table in tables
    )


def _without_figures(table: Table) -> Table:
    """The table with its texts alone."""
    if table.lines is None:
        return table
    lines = tuple(
        Line(
            line.texts,
            tuple(Figure(f.subject, f.scope_kind, f.scope_code, f.column, None, is_hidden=True) for f in line.figures),
            line.is_simulated,
        )
        for line in table.lines
    )
    return replace(table, lines=lines)
