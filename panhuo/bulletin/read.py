"""Reads a bulletin from the marts of the month: only rows of the recipient's scope, only columns of its grade."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import duckdb

from panhuo.bulletin.model import Arrivals, Bulletin, Coverage, Duty, Move, Place, ReturnedRows, TrendMonth
from panhuo.contracts.model import Catalogue
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import RecipientRule

R = TypeVar("R")
_REGISTER = "dim_institutions"

READ = {
    "fct_coverage": tuple(field.name for field in fields(Coverage)),
    "fct_coverage_trends": tuple(field.name for field in fields(TrendMonth)),
    "fct_milestones": (*(field.name for field in fields(Duty)), "province_code", "city_code"),
    "fct_stock_changes": (*(field.name for field in fields(Move)), "province_code", "city_code"),
    _REGISTER: (*(field.name for field in fields(Place)), "province_code"),
    "fct_inventory_arrivals": (
        "institution_id", "inventoried_in", "cohort", "inventoried_patent_count", "inventoried_simulated_patent_count",
    ),
    "fct_returned_rows": (
        "load_period", "sender_id", "received_at", "problem_codes", "is_closed", "closed_at",
    ),
    "fct_submissions": ("sender_id", "received_at", "load_status", "findings", "is_open"),
    "fct_unmatched_entries": ("sender_id", "unmatched_reason"),
}  # fmt: skip
"""Mart → columns that a bulletin is made from."""

WITHDRAWN = "withdrawn"
"""Reason of an entry that does not count because its institution wished so: nothing is to be done."""


class UngradedColumnError(ValueError):
    """A kind of recipient may not see a column that its bulletin is made from."""


@dataclass(frozen=True)
class _Reader:
    connection: duckdb.DuckDBPyConnection
    period: str
    rule: RecipientRule
    code: str

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query as dicts; $1 is the month, $2 the recipient; `{own}` are its institutions."""
        own = f"select institution_id from {_REGISTER} where period = $1 and {self.rule.scope} = $2"
        result = self.connection.execute(sql.format(own=own), [self.period, self.code])
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def records(self, shape: type[R], sql: str) -> tuple[R, ...]:
        """Rows of a query as records; `{columns}` are the fields of the record."""
        columns = ", ".join(field.name for field in fields(shape))  # type: ignore[arg-type]
        return tuple(shape(**row) for row in self.rows(sql.replace("{columns}", columns)))


def read_bulletin(
    package: Package, connection: duckdb.DuckDBPyConnection, rule: RecipientRule, catalogue: Catalogue
) -> Bulletin:
    """Read what the bulletin of a package's recipient states.

    Raises UngradedColumnError when the recipient may not see what a bulletin is made from, LookupError when the
    month has no coverage of its scope.
    """
    require_grades(rule, catalogue)
    reader = _Reader(connection, str(package.period), rule, package.code)
    own = reader.records(Coverage, _COVERAGE.format(kind=rule.kind, codes="select $2"))
    if not own:
        raise LookupError(f"fct_coverage of {package.period} has no {rule.kind} {package.code}")
    places = reader.records(Place, f"select {{columns}} from {_REGISTER} where period = $1 and {rule.scope} = $2")
    return Bulletin(
        kind=rule.kind,
        code=package.code,
        name=package.name,
        period=package.period,
        known_until=_known_until(reader),
        figures=own[0],
        cities=_cities(reader),
        units=reader.records(Coverage, _COVERAGE.format(kind="institution", codes="{own}")),
        places={place.institution_id: place for place in places},
        trend=reader.records(TrendMonth, _TREND.format(kind=rule.kind)),
        arrivals=_arrivals(reader),
        moves=reader.records(Move, _MOVES.format(scope=rule.scope)),
        returns=_returns(reader),
        duties=reader.records(Duty, _DUTIES.format(scope=rule.scope)),
        dispositions=Counter(package.screening["disposition"].to_pylist()),
        reasons=Counter(code for cell in package.screening["reasons"].to_pylist() if cell for code in cell.split("|")),
        line_changes=Counter(
            kind
            for base, kind in zip(
                package.changes["change_base"].to_pylist(), package.changes["change_kind"].to_pylist(), strict=True
            )
            if base == "previous_month"
        ),
    )


def require_grades(rule: RecipientRule, catalogue: Catalogue) -> None:
    """Raise UngradedColumnError unless a kind of recipient may see every column a bulletin is made from."""
    for mart, columns in READ.items():
        contract = catalogue.contract(mart)
        hidden = sorted(name for name in columns if contract.column(name).column.sensitivity not in rule.sensitivities)
        if hidden:
            raise UngradedColumnError(f"{rule.kind} may not see {hidden} of {mart}, so it gets no bulletin")


_COVERAGE = """
    select {{columns}} from fct_coverage
    where period = $1 and scope_kind = '{kind}' and scope_code in ({codes}) and $2 is not null
    order by coverage_rate desc nulls last, stock_patent_count desc, scope_code
"""
_TREND = """
    select {{columns}} from fct_coverage_trends
    where period = $1 and scope_kind = '{kind}' and scope_code = $2
    order by covered_month
"""
_MOVES = """
    select {{columns}} from fct_stock_changes
    where period = $1 and {scope} = $2
    order by institution_id, balance, change_cause
"""
# What is not measured says nothing about anybody: it is the calendar of the province and of the country.
_DUTIES = """
    select {{columns}} from fct_milestones
    where period = $1 and (
        {scope} = $2
        or milestone_status = 'not_measured' and scope_kind in ('province', 'national')
        and coalesce(province_code, '') in (
            select province_code from dim_institutions where period = $1 and {scope} = $2 union all select ''
        )
    )
    order by due_date, milestone_id, scope_kind, scope_code
"""
_ARRIVALS = """
    select inventoried_in,
        coalesce(sum(inventoried_patent_count) filter (cohort = 'baseline'), 0)::bigint as baseline,
        coalesce(sum(inventoried_patent_count) filter (cohort = 'increment'), 0)::bigint as increment,
        sum(inventoried_simulated_patent_count)::bigint as simulated
    from fct_inventory_arrivals
    where period = $1 and institution_id in ({own})
    group by inventoried_in
    order by inventoried_in
"""
_OPEN_ROWS = """
    select sender_id,
        count(*) filter (not is_closed) as open_rows,
        count(*) filter (load_period = $1) as month_rows,
        count(*) filter (is_closed) as closed_rows,
        min(received_at) filter (not is_closed) as oldest_at
    from fct_returned_rows
    where period = $1 and sender_id in ({own})
    group by sender_id
"""
_PROBLEMS = """
    select sender_id, problem, count(*) as problem_count
    from (
        select sender_id, unnest(string_split(problem_codes, '|')) as problem
        from fct_returned_rows
        where period = $1 and not is_closed and sender_id in ({own})
    )
    group by sender_id, problem
    order by sender_id, problem_count desc, problem
"""
_FINDINGS = """
    select sender_id, findings, load_status = 'rejected' and is_open as is_rejected
    from fct_submissions
    where period = $1 and sender_id in ({own})
"""
_UNMATCHED = """
    select sender_id, unmatched_reason, count(*) as entry_count
    from fct_unmatched_entries
    where period = $1 and sender_id in ({own}) and unmatched_reason <> 'withdrawn'
    group by sender_id, unmatched_reason
    order by sender_id, entry_count desc, unmatched_reason
"""
_KNOWN_UNTIL = """
    select max(received_at) as known_until from fct_submissions
    where period = $1 and (sender_id = 'platform' or sender_id in ({own}))
"""


def _cities(reader: _Reader) -> tuple[Coverage, ...]:
    if reader.rule.kind != "province":
        return ()
    codes = f"select city_code from {_REGISTER} where period = $1 and province_code = $2"
    return reader.records(Coverage, _COVERAGE.format(kind="city", codes=codes))


def _known_until(reader: _Reader) -> dt.datetime | None:
    known: dt.datetime | None = reader.rows(_KNOWN_UNTIL)[0]["known_until"]
    return known


def _arrivals(reader: _Reader) -> tuple[Arrivals, ...]:
    return tuple(Arrivals(**row) for row in reader.rows(_ARRIVALS))


def _returns(reader: _Reader) -> tuple[ReturnedRows, ...]:
    """One entry per institution about which something is open or was closed, in order of code."""
    found: dict[str, dict[str, Any]] = {}

    def entry(row: dict[str, Any]) -> dict[str, Any]:
        return found.setdefault(row["sender_id"], {"findings": set()})

    for row in reader.rows(_OPEN_ROWS):
        entry(row).update({name: value for name, value in row.items() if name != "sender_id"})
    for row in reader.rows(_FINDINGS):
        if row["findings"] or row["is_rejected"]:
            known = entry(row)
            known["findings"] |= set((row["findings"] or "").split("|")) - {""}
            known["rejected_files"] = known.get("rejected_files", 0) + row["is_rejected"]
    _pairs(reader.rows(_PROBLEMS), entry, "problems", "problem", "problem_count")
    _pairs(reader.rows(_UNMATCHED), entry, "unmatched", "unmatched_reason", "entry_count")
    return tuple(
        ReturnedRows(sender_id=code, **{**values, "findings": tuple(sorted(values["findings"]))})
        for code, values in sorted(found.items())
    )


def _pairs(
    rows: list[dict[str, Any]], entry: Callable[[dict[str, Any]], dict[str, Any]], name: str, key: str, count: str
) -> None:
    for row in rows:
        known = entry(row)
        known[name] = (*known.get(name, ()), (row[key], row[count]))
