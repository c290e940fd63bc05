"""A bulletin laid out: heading, headline figures, body, tables. The page and the workbook are written from it."""

from __future__ import annotations

from dataclasses import dataclass

from panhuo.bulletin import sentences
from panhuo.bulletin.account import (
    duties_grid,
    duty_units_grid,
    moves_grid,
    problems_grid,
    returns_grid,
    unit_moves_grid,
    unmatched_grid,
)
from panhuo.bulletin.context import Context
from panhuo.bulletin.grids import (
    Cell,
    Form,
    Grid,
    arrivals_grid,
    coverage_grid,
    group_grid,
    page_units,
    screening_grid,
    trend_grid,
)
from panhuo.bulletin.model import Bulletin
from panhuo.bulletin.wording import count_text, date_text, last_day_before, points, signed_text


@dataclass(frozen=True)
class Headline:
    """A headline figure with what it means."""

    name: str
    label: str
    value: Cell
    form: Form
    meaning: str


@dataclass(frozen=True)
class Edition:
    """Everything that is written, in order."""

    code: str
    title: str
    facts: tuple[str, ...]
    simulated: str | None
    status: str
    is_simulated: bool
    headlines: tuple[Headline, ...]
    sections: tuple[sentences.Section, ...]
    page_grids: tuple[Grid, ...]
    sheets: tuple[tuple[str, tuple[Grid, ...]], ...]
    """Label of the sheet → its tables."""
    definitions: tuple[str, ...]
    context: Context


def lay_out(bulletin: Bulletin, context: Context) -> Edition:
    """Lay a bulletin out."""
    cities = (coverage_grid(bulletin, context, bulletin.cities, "cities"),) if bulletin.kind == "province" else ()
    units = coverage_grid(bulletin, context, bulletin.units, "units")
    groups, trend, arrivals = (
        group_grid(bulletin, context),
        trend_grid(bulletin, context),
        arrivals_grid(bulletin, context),
    )
    moves, returns = moves_grid(bulletin, context), returns_grid(bulletin, context)
    problems, unmatched = problems_grid(bulletin, context), unmatched_grid(bulletin, context)
    duties = duties_grid(bulletin, context)
    screening = screening_grid(bulletin, context)
    on_page = (
        *cities, page_units(bulletin, context, units), groups, trend, arrivals, moves, returns, problems, duties,
        duty_units_grid(bulletin, context, only_urgent=True), screening,
    )  # fmt: skip
    sheets = (
        *((("sheet_cities", cities),) if cities else ()),
        ("sheet_units", (units,)),
        ("sheet_groups", (groups,)),
        ("sheet_trend", (trend, arrivals)),
        ("sheet_changes", (moves, unit_moves_grid(bulletin, context))),
        ("sheet_returns", (returns, problems, unmatched)),
        ("sheet_duties", (duties,)),
        ("sheet_duty_units", (duty_units_grid(bulletin, context, only_urgent=False),)),
        ("sheet_notes", (screening,)),
    )
    return Edition(
        code=bulletin.code,
        title=sentences.title(bulletin, context),
        facts=sentences.facts(bulletin, context),
        simulated=sentences.simulated_notice(bulletin, context),
        status=bulletin.figures.target_status,
        is_simulated=not bulletin.is_all_real,
        headlines=_headlines(bulletin, context),
        sections=sentences.body(bulletin, context),
        page_grids=tuple(grid.on_page() for grid in on_page),
        sheets=tuple((context.words.labels[label], grids) for label, grids in sheets),
        definitions=sentences.definitions(context),
        context=context,
    )


def _headlines(bulletin: Bulletin, context: Context) -> tuple[Headline, ...]:
    figures, texts = bulletin.figures, context.words.meanings
    values = _meaning_values(bulletin, context)
    with_rows = [entry for entry in bulletin.returns if entry.open_rows]
    values["units"] = count_text(len(with_rows))
    gap_reason = figures.projection_gap_reason
    projected: tuple[Cell, Form] = (figures.projected_completion_date, "date")
    if gap_reason is not None:
        projected = (context.label("projection_gap_reason", gap_reason), "text")
    told: tuple[tuple[str, Cell, Form, str], ...] = (
        ("coverage_rate", figures.coverage_rate, "rate", texts.coverage_rate),
        ("stock_patent_count", figures.stock_patent_count, "count", texts.stock_patent_count),
        ("inventoried_patent_count", figures.inventoried_patent_count, "count", texts.inventoried_patent_count),
        ("arrived_patent_count", figures.arrived_patent_count, "count", texts.arrived_patent_count),
        ("gap_patent_count", figures.gap_patent_count, "count", texts.gap_patent_count),
        ("projected_completion_date", *projected, texts.projected_completion_date),
        ("open_rows", sum(entry.open_rows for entry in with_rows), "count", texts.open_rows),
    )
    return tuple(
        Headline(name, context.heading(name), value, form, meaning.format(**values))
        for name, value, form, meaning in told
    )


def _meaning_values(bulletin: Bulletin, context: Context) -> dict[str, str]:
    figures, texts = bulletin.figures, context.words.meanings
    before, now = figures.previous_rate, figures.coverage_rate
    values = {
        "inventoried": count_text(figures.inventoried_patent_count),
        "stock": count_text(figures.stock_patent_count),
        "points": "—" if before is None or now is None else f"{points(now - before):+.2f}",
        "baseline": count_text(figures.arrived_baseline_patent_count),
        "increment": count_text(figures.arrived_increment_patent_count),
        "target_due": date_text(figures.target_due_date),
        "target": count_text(figures.target_patent_count),
        "behind": count_text(figures.behind_institution_count),
        "months": str(context.rules.coverage.arrival_months.value),
        "monthly": count_text(figures.arrival_rate),
        "freezes_on": date_text(last_day_before(figures.freezes_at)),
        "difference": signed_text(figures.stock_difference_patent_count),
    }
    values["frozen"] = (texts.frozen if figures.is_frozen else texts.provisional).format(**values)
    return values
