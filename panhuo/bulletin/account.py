"""The tables that account for movements, returned rows and duties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from panhuo.bulletin.context import Context
from panhuo.bulletin.facts import days_open, open_problems, unmatched_reasons
from panhuo.bulletin.grids import Cell, Grid, Line, counted_grid, head
from panhuo.bulletin.model import BALANCES, INVENTORIED, REAL, STOCK, Bulletin, Duty, ReturnedRows
from panhuo.bulletin.wording import local_date, problem_text

OPENING, CLOSING = "opening", "closing"
STATUS_ORDER = ("late", "at_risk", "open", "done_late", "done", "not_measured")
"""Of the units that bear a duty the worst one speaks for it."""
URGENT = frozenset({"late", "at_risk"})
UNMATCHED_FINDING = "entries_unmatched"
"""Finding of a load that is told in more detail by the reasons of its entries."""


def moves_grid(bulletin: Bulletin, context: Context) -> Grid:
    """From last month's counts to this month's by cause: each column sums up."""
    words, titles = context.words.words, context.words.tables
    heads = (
        head(context, "cause", "text", 24),
        head(context, STOCK, "signed"),
        head(context, INVENTORIED, "signed"),
    )
    if bulletin.is_first_month:
        return Grid("moves", titles.moves, heads, ())
    causes = {balance: bulletin.causes(balance) for balance in BALANCES}
    known = sorted(
        {cause for found in causes.values() for cause in found},
        key=lambda cause: (-causes[STOCK].get(cause, 0), -causes[INVENTORIED].get(cause, 0), cause),
    )
    lines = [
        Line(OPENING, (words.opening, *(bulletin.opening(balance) for balance in BALANCES)), is_total=True),
        *(
            Line(
                cause, (context.label("change_cause", cause), *(causes[balance].get(cause, 0) for balance in BALANCES))
            )
            for cause in known
        ),
        Line(CLOSING, (words.closing, *(bulletin.closing(balance) for balance in BALANCES)), is_total=True),
    ]
    is_simulated = bulletin.figures.data_origin != REAL
    marked = tuple(replace(line, is_simulated=is_simulated) for line in lines)
    return Grid("moves", titles.moves, heads, marked, titles.moves_note)


def unit_moves_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Movements institution by institution."""
    heads = (
        head(context, "scope_name", "text", 24, label="unit"),
        head(context, "scope_code", "text", 12, label="institution_id"),
        head(context, "balance", "text", 12),
        head(context, "change_cause", "text", 14),
        head(context, "moved_patent_count", "signed"),
        head(context, "moved_simulated_patent_count", "signed"),
    )
    names = _names(bulletin)
    lines = tuple(
        Line(
            move.institution_id,
            (
                names.get(move.institution_id, move.institution_id),
                move.institution_id,
                context.label("balance", move.balance),
                context.label("change_cause", move.change_cause),
                move.moved_patent_count,
                move.moved_simulated_patent_count,
            ),
            is_simulated=move.moved_simulated_patent_count != 0,
        )
        for move in bulletin.moves
    )
    return Grid("unit_moves", context.words.tables.unit_moves, heads, lines)


def returns_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Who has something to send again, why, for how long, and what to do."""
    heads = (
        head(context, "scope_name", "text", 24, label="unit"),
        head(context, "scope_code", "text", 12, label="institution_id", is_on_page=False),
        head(context, "open_rows", "count", 10),
        head(context, "month_rows", "count", 10, is_on_page=False),
        head(context, "oldest", "date", 12),
        head(context, "days_open", "count", 10),
        head(context, "rejected_files", "count", 10),
        head(context, "unmatched", "count", 10),
        head(context, "reasons", "long", 40),
        head(context, "next_step", "long", 48),
    )
    names = _names(bulletin)
    entries = [entry for entry in bulletin.returns if entry.open_rows or entry.rejected_files or entry.unmatched]
    entries.sort(key=lambda entry: (-entry.open_rows, -entry.rejected_files, -entry.unmatched_count, entry.sender_id))
    lines = tuple(
        Line(
            entry.sender_id,
            (
                names.get(entry.sender_id, entry.sender_id),
                entry.sender_id,
                entry.open_rows,
                entry.month_rows,
                local_date(entry.oldest_at) if entry.oldest_at else None,
                days_open(bulletin, entry) if entry.open_rows else None,
                entry.rejected_files,
                entry.unmatched_count,
                _reasons(entry, context),
                context.next_steps(_findings(entry)),
            ),
        )
        for entry in entries
    )
    return Grid("returns", context.words.tables.returns, heads, lines)


def _findings(entry: ReturnedRows) -> tuple[str, ...]:
    """What is to be told: of open loads, and why entries do not count."""
    of_loads = tuple(finding for finding in entry.findings if finding != UNMATCHED_FINDING)
    return (*of_loads, *(reason for reason, _ in entry.unmatched))


def _reasons(entry: ReturnedRows, context: Context) -> str:
    texts, shown = context.words.returns, context.words.limits.top_reasons.value
    columns = {name: column.label for name, column in context.catalogue.columns.items()}
    labels = context.catalogue.vocabularies["problem_code"].values
    problems = [
        texts.reason.format(reason=problem_text(problem, context.words, columns, labels), count=count)
        for problem, count in entry.problems[:shown]
    ]
    unmatched = [
        texts.unmatched_reason.format(reason=context.label("unmatched_reason", reason), count=count)
        for reason, count in entry.unmatched
    ]
    return "；".join([*problems, *unmatched])


def problems_grid(bulletin: Bulletin, context: Context) -> Grid:
    """What is wrong with the open rows."""
    heads = (head(context, "reason", "text", 40), head(context, "cells", "count"))
    counts = open_problems(bulletin, context.catalogue, context.words).items()
    rows = ((reason, (reason, count)) for reason, count in counts)
    return counted_grid("problems", context.words.tables.problems, heads, rows)


def unmatched_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Why entries do not count."""
    heads = (head(context, "reason", "text", 30), head(context, "patents", "count"))
    counts = unmatched_reasons(bulletin).items()
    rows = ((reason, (context.label("unmatched_reason", reason), count)) for reason, count in counts)
    return counted_grid("unmatched", context.words.tables.unmatched, heads, rows)


def duties_grid(bulletin: Bulletin, context: Context) -> Grid:
    """Every dated duty once, with how many units are done, late or at risk."""
    heads = (
        head(context, "milestone_id", "text", 9),
        head(context, "milestone_title", "long", 34),
        head(context, "clause", "text", 16),
        head(context, "responsible", "text", 24),
        head(context, "due_date", "date", 12),
        head(context, "milestone_status", "status", 13),
        head(context, "days", "text", 13),
        head(context, "units", "count", 8),
        head(context, "done", "count", 8),
        head(context, "late", "count", 10),
        head(context, "at_risk", "count", 8),
        head(context, "evidence", "long", 44, is_on_page=False),
    )
    return Grid("duties", context.words.tables.duties, heads, tuple(_duty_lines(bulletin, context)))


def _duty_lines(bulletin: Bulletin, context: Context) -> Iterator[Line]:
    by_id: dict[str, list[Duty]] = {}
    for duty in bulletin.duties:
        by_id.setdefault(duty.milestone_id, []).append(duty)
    for milestone_id, duties in by_id.items():
        worst = min(duties, key=_urgency)
        counts = Counter(duty.milestone_status for duty in duties)
        done = counts["done"] + counts["done_late"]
        is_judged = worst.milestone_status != "not_measured"
        tallies = (len(duties), done, counts["late"], counts["at_risk"]) if is_judged else (None,) * 4
        cells: tuple[Cell, ...] = (
            milestone_id, worst.milestone_title, worst.clause, worst.responsible, worst.due_date,
            worst.milestone_status, days_text(bulletin, worst, context), *tallies,
            worst.evidence if len(duties) == 1 else None,
        )  # fmt: skip
        is_simulated = any(duty.data_origin != REAL for duty in duties)
        yield Line(milestone_id, cells, worst.milestone_status, is_simulated)


def _urgency(duty: Duty) -> tuple[int, int, str]:
    return STATUS_ORDER.index(duty.milestone_status), duty.days_ahead or 0, duty.scope_code


def duty_units_grid(bulletin: Bulletin, context: Context, *, only_urgent: bool) -> Grid:
    """Duties unit by unit, the worst first; on the page only those late or at risk, and not more than it holds."""
    heads = (
        head(context, "milestone_id", "text", 9, is_on_page=False),
        head(context, "milestone_title", "long", 34),
        head(context, "clause", "text", 16, is_on_page=False),
        head(context, "scope_name", "text", 24, label="unit"),
        head(context, "due_date", "date", 12),
        head(context, "milestone_status", "status", 13),
        head(context, "days", "text", 13),
        head(context, "done_on", "date", 12, is_on_page=False),
        head(context, "projected_target_date", "date", 13, is_on_page=False),
        head(context, "evidence", "long", 44),
    )
    titles, limit = context.words.tables, context.words.limits.page_duty_units.value
    duties = [duty for duty in bulletin.duties if not only_urgent or duty.milestone_status in URGENT]
    duties.sort(key=lambda duty: (*_urgency(duty), duty.milestone_id))
    lines = [
        Line(
            duty.scope_code,
            (
                duty.milestone_id, duty.milestone_title, duty.clause, duty.scope_name, duty.due_date,
                duty.milestone_status, days_text(bulletin, duty, context), duty.done_on, duty.projected_target_date,
                duty.evidence,
            ),
            duty.milestone_status,
            duty.data_origin != REAL,
        )
        for duty in duties
    ]  # fmt: skip
    if not only_urgent:
        return Grid("all_duty_units", titles.all_duty_units, heads, tuple(lines))
    if len(lines) <= limit:
        return Grid("duty_units", titles.duty_units, heads, tuple(lines))
    note = titles.cut_duties.format(count=len(lines), shown=limit)
    return Grid("duty_units", titles.duty_units, heads, tuple(lines[:limit]), note)


def days_text(bulletin: Bulletin, duty: Duty, context: Context) -> str:
    """Days left, overdue, or by which it was done ahead or behind, at the end of the month."""
    words, ahead = context.words.words, duty.days_ahead
    if ahead is None:
        left = (duty.due_date - bulletin.month_end).days
        text = words.due_now if left == 0 else words.left if left > 0 else words.past
        return text.format(days=abs(left))
    if duty.done_on is not None:
        text = words.done_ahead if ahead > 0 else words.done_behind if ahead < 0 else words.done_on_time
    elif ahead == 0:
        text = words.today
    else:
        text = words.left if ahead > 0 else words.overdue
    return text.format(days=abs(ahead))


def _names(bulletin: Bulletin) -> dict[str, str]:
    return {unit.scope_code: unit.scope_name for unit in bulletin.units}
