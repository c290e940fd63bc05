"""What a digest states, before it is laid out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from panhuo.periods import Period

REAL = "real"


@dataclass(frozen=True)
class Standing:
    """A convertible patent; what too few evaluators say of it is empty."""

    patent_no: str
    title: str
    field_name: str | None
    tier: str
    previous_tier: str | None
    tier_move: str
    conversion_stage: str
    evaluator_count: int | None
    theta: float | None
    data_origin: str
    simulated_fields: str | None


@dataclass(frozen=True)
class Cell:
    """A kind of statement on the institution's patents of a sector."""

    statement_kind: str
    sector_code: str
    statement_code: str
    evaluator_count: int
    statement_count: int
    previous_statement_count: int
    total_statement_count: int
    sector_statement_count: int
    sector_total_statement_count: int
    enterprise_names: str | None
    data_origin: str

    @property
    def code(self) -> str:
        """What the cell is about, in one word."""
        return f"{self.sector_code}:{self.statement_code}"

    @property
    def own_share(self) -> float:
        """Share of the cell among those shown of the institution in the sector."""
        return self.statement_count / self.total_statement_count

    @property
    def sector_share(self) -> float:
        """Share of its code among the cells shown of all institutions in the sector."""
        return self.sector_statement_count / self.sector_total_statement_count


@dataclass(frozen=True)
class TopicTold:
    """A topic of a field in which the institution holds patents."""

    topic_field_no: int
    topic_no: int
    field_name: str
    topic_terms: str | None
    topic_quotes: str | None
    data_origin: str


@dataclass(frozen=True)
class NeedTold:
    """An open need that suits the institution, and why."""

    need_id: str
    need_headline: str
    need_quote: str
    named_enterprise: str | None
    field_name: str | None
    cooperation_modes: str
    stated_on: dt.date
    needed_by: dt.date | None
    days_open: int
    due_on: dt.date
    is_overdue: bool
    response_count: int
    is_strong: bool
    similar_patents: str | None
    response_kind: str | None
    responded_on: dt.date | None
    data_origin: str


@dataclass(frozen=True)
class Digest:
    """The digest of one institution and month."""

    code: str
    name: str
    period: Period
    standings: tuple[Standing, ...]
    cells: tuple[Cell, ...]
    topics: tuple[TopicTold, ...]
    needs: tuple[NeedTold, ...]

    def of_kind(self, kind: str) -> tuple[Cell, ...]:
        """The cells of a kind of statement."""
        return tuple(cell for cell in self.cells if cell.statement_kind == kind)

    @property
    def is_all_real(self) -> bool:
        """True when nothing was made by the simulator."""
        tables = (self.standings, self.cells, self.topics, self.needs)
        origins = {row.data_origin for table in tables for row in table}
        return origins <= {REAL} and not any(standing.simulated_fields for standing in self.standings)
