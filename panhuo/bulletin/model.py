"""What a bulletin states: rows of marts cut to one city or province, and what follows from them.

The fields of a row bear the names of the columns that they are read from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from panhuo.dispatch.recipients import RecipientKind
from panhuo.periods import Period

REAL = "real"
STOCK, INVENTORIED = "stock", "inventoried"
BALANCES = (STOCK, INVENTORIED)


@dataclass(frozen=True)
class Coverage:
    """A row of `fct_coverage`: the scope itself, one of its cities or one of its institutions."""

    scope_code: str
    scope_name: str
    institution_count: int
    stock_patent_count: int
    stock_real_patent_count: int
    stock_simulated_patent_count: int
    stock_patent_count_latest: int
    stock_difference_patent_count: int
    inventoried_patent_count: int
    inventoried_real_patent_count: int
    inventoried_simulated_patent_count: int
    coverage_rate: float | None
    is_frozen: bool
    freezes_at: dt.datetime
    previous_stock_patent_count: int | None
    previous_inventoried_patent_count: int | None
    arrived_patent_count: int
    arrived_baseline_patent_count: int
    arrived_increment_patent_count: int
    arrival_rate: float
    target_due_date: dt.date
    target_patent_count: int
    gap_patent_count: int
    behind_institution_count: int
    target_status: str
    projected_target_date: dt.date | None
    projected_completion_date: dt.date | None
    projection_gap_reason: str | None
    submission_count: int
    accepted_row_count: int
    returned_row_count: int
    data_origin: str

    @property
    def previous_rate(self) -> float | None:
        """Coverage of the month before; None in the first month and where there was no stock."""
        if not self.previous_stock_patent_count:
            return None
        return (self.previous_inventoried_patent_count or 0) / self.previous_stock_patent_count

    @property
    def rest_patent_count(self) -> int:
        """Stock that is not inventoried."""
        return self.stock_patent_count - self.inventoried_patent_count


@dataclass(frozen=True)
class Place:
    """What `dim_institutions` says of an institution."""

    institution_id: str
    institution_kind: str
    ip_university_role: str | None
    ministry: str | None
    city_code: str
    city_name: str


@dataclass(frozen=True)
class TrendMonth:
    """A row of `fct_coverage_trends`."""

    covered_month: str
    stock_patent_count: int
    stock_patent_count_latest: int
    stock_difference_patent_count: int
    inventoried_patent_count: int
    coverage_rate: float | None
    is_frozen: bool
    data_origin: str


@dataclass(frozen=True)
class Arrivals:
    """Patents that came in during a month and still count, from `fct_inventory_arrivals`."""

    inventoried_in: str
    baseline: int
    increment: int
    simulated: int


@dataclass(frozen=True)
class Move:
    """A row of `fct_stock_changes`."""

    institution_id: str
    balance: str
    change_cause: str
    moved_patent_count: int
    moved_simulated_patent_count: int


@dataclass(frozen=True)
class ReturnedRows:
    """What an institution has to mend, from `fct_returned_rows`, `fct_submissions` and `fct_unmatched_entries`."""

    sender_id: str
    open_rows: int = 0
    month_rows: int = 0
    closed_rows: int = 0
    oldest_at: dt.datetime | None = None
    rejected_files: int = 0
    findings: tuple[str, ...] = ()
    problems: tuple[tuple[str, int], ...] = ()
    """`column=code` of the bad cells of open rows with their number, the most frequent first."""
    unmatched: tuple[tuple[str, int], ...] = ()
    """Reasons for which entries do not count, with their number."""

    @property
    def unmatched_count(self) -> int:
        """Patents whose latest entry does not count."""
        return sum(count for _, count in self.unmatched)


@dataclass(frozen=True)
class Duty:
    """A row of `fct_milestones`."""

    milestone_id: str
    scope_kind: str
    scope_code: str
    scope_name: str
    milestone_title: str
    clause: str
    responsible: str
    due_date: dt.date
    measure: str
    milestone_status: str
    done_on: dt.date | None
    days_ahead: int | None
    progress_count: int | None
    required_count: int | None
    total_count: int | None
    projected_target_date: dt.date | None
    evidence: str
    data_origin: str


@dataclass(frozen=True)
class Bulletin:
    """Everything the bulletin of one recipient and month states."""

    kind: RecipientKind
    code: str
    name: str
    period: Period
    known_until: dt.datetime | None
    """When the last of the data that it rests on was received."""
    figures: Coverage
    cities: tuple[Coverage, ...]
    units: tuple[Coverage, ...]
    places: Mapping[str, Place]
    trend: tuple[TrendMonth, ...]
    arrivals: tuple[Arrivals, ...]
    moves: tuple[Move, ...]
    returns: tuple[ReturnedRows, ...]
    duties: tuple[Duty, ...]
    dispositions: Mapping[str, int]
    reasons: Mapping[str, int]
    """Reasons of patents that are in neither form, with their number."""
    line_changes: Mapping[str, int]

    @property
    def month_end(self) -> dt.date:
        """The day the figures stand for."""
        return self.period.end_date

    @property
    def is_first_month(self) -> bool:
        """Whether there is no month before to compare with."""
        return self.figures.previous_stock_patent_count is None

    @property
    def is_all_real(self) -> bool:
        """True when none of the figures, institutions or duties has a simulated part."""
        told = [row.data_origin for rows in ((self.figures,), self.units, self.trend, self.duties) for row in rows]
        return set(told) == {REAL}

    @cached_property
    def returns_by_unit(self) -> dict[str, ReturnedRows]:
        """What is open by institution."""
        return {entry.sender_id: entry for entry in self.returns}

    def opening(self, balance: str) -> int | None:
        """Count of a balance at the end of the month before."""
        figures = self.figures
        return figures.previous_stock_patent_count if balance == STOCK else figures.previous_inventoried_patent_count

    def closing(self, balance: str) -> int:
        """Count of a balance at the end of the month."""
        figures = self.figures
        return figures.stock_patent_count if balance == STOCK else figures.inventoried_patent_count

    def causes(self, balance: str) -> dict[str, int]:
        """Cause → patents by which a balance moved, gains before losses, the larger first; no cause without effect."""
        sums: dict[str, int] = {}
        for move in self.moves:
            if move.balance == balance:
                sums[move.change_cause] = sums.get(move.change_cause, 0) + move.moved_patent_count
        return {cause: count for cause, count in sorted(sums.items(), key=lambda item: (-item[1], item[0])) if count}

    @property
    def rate_effects(self) -> tuple[float, float] | None:
        """By how much the inventory and the stock moved the coverage; the two sum to the difference of the rates."""
        before, now = self.figures.previous_rate, self.figures.coverage_rate
        opening = self.opening(STOCK)
        if before is None or now is None or not opening:
            return None
        by_inventory = self.figures.inventoried_patent_count / opening - before
        return by_inventory, (now - before) - by_inventory
