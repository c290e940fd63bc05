"""The body of a bulletin: sentences of `policy/bulletin.yml` with the figures put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from panhuo.bulletin.context import Context
from panhuo.bulletin.facts import (
    days_open,
    due_soon,
    line_changes,
    open_problems,
    short_units,
    silent_units,
    unmatched_reasons,
)
from panhuo.bulletin.model import BALANCES, Bulletin, Coverage
from panhuo.bulletin.wording import (
    count_text,
    date_text,
    instant_text,
    last_day_before,
    local_date,
    month_text,
    named,
    points,
    rate_text,
    signed_text,
)


@dataclass(frozen=True)
class Section:
    """A part of the body: its heading and its paragraphs; demands are numbered."""

    heading: str
    paragraphs: tuple[str, ...]
    is_numbered: bool = False


def title(bulletin: Bulletin, context: Context) -> str:
    """The title of the bulletin."""
    period = bulletin.period
    return context.words.heading.title.format(year=period.year, month=period.month, name=bulletin.name)


def facts(bulletin: Bulletin, context: Context) -> tuple[str, ...]:
    """Month, day, state of the data and recipient."""
    values = {
        "period": month_text(str(bulletin.period)),
        "month_end": date_text(bulletin.month_end),
        "known_until": instant_text(bulletin.known_until),
        "name": bulletin.name,
        "code": bulletin.code,
    }
    return tuple(text.format(**values) for text in context.words.heading.facts)


def simulated_notice(bulletin: Bulletin, context: Context) -> str | None:
    """The statement on simulated data; None when everything is real."""
    if bulletin.is_all_real:
        return None
    figures = bulletin.figures
    return context.words.heading.simulated.format(
        stock=count_text(figures.stock_patent_count),
        stock_real=count_text(figures.stock_real_patent_count),
        stock_simulated=count_text(figures.stock_simulated_patent_count),
        inventoried=count_text(figures.inventoried_patent_count),
        inventoried_real=count_text(figures.inventoried_real_patent_count),
        inventoried_simulated=count_text(figures.inventoried_simulated_patent_count),
    )


def definitions(context: Context) -> tuple[str, ...]:
    """What the words of the bulletin mean."""
    coverage, cohorts = context.rules.coverage.constants, context.rules.screening.cohorts
    values = {**coverage, "baseline_until": date_text(cohorts.baseline_until)}
    return tuple(text.format(**values) for text in context.words.definitions)


def body(bulletin: Bulletin, context: Context) -> tuple[Section, ...]:
    """The sections of the body in order."""
    headings = context.words.sections
    return (
        Section(headings.overview, tuple(_overview(bulletin, context))),
        Section(headings.changes, tuple(_changes(bulletin, context))),
        Section(headings.returns, ("".join(_returns(bulletin, context)),)),
        Section(headings.duties, ("".join(_duties(bulletin, context)),)),
        Section(headings.demands, tuple(_demands(bulletin, context)), is_numbered=True),
    )


# --- overview -----------------------------------------------------------------------------------------------


def _overview(bulletin: Bulletin, context: Context) -> Iterator[str]:
    texts, figures, values = context.words.overview, bulletin.figures, _overview_values(bulletin, context)
    if figures.coverage_rate is None:
        yield texts.without_stock.format(**values)
        return
    yield (texts.covered + _compared(bulletin, context) + _denominator(figures, context)).format(**values)
    target: dict[str, str] = {
        "met": texts.target_met,
        "missed": texts.target_missed,
        "at_risk": texts.target_at_risk,
        "open": texts.target_open,
    }
    yield target[figures.target_status].format(**values)
    arrived = texts.arrived if figures.arrived_patent_count else texts.arrived_none
    yield (arrived + getattr(texts, figures.projection_gap_reason or "projected")).format(**values)


def _overview_values(bulletin: Bulletin, context: Context) -> dict[str, str]:
    figures, projected = bulletin.figures, bulletin.figures.projected_completion_date
    before, now = figures.previous_rate, figures.coverage_rate
    return {
        "month_end": date_text(bulletin.month_end),
        "name": bulletin.name,
        "units": count_text(figures.institution_count),
        "stock": count_text(figures.stock_patent_count),
        "inventoried": count_text(figures.inventoried_patent_count),
        "rate": rate_text(now),
        "points": "" if before is None or now is None else f"{abs(points(now - before)):.2f}",
        "target_due": date_text(figures.target_due_date),
        "target": count_text(figures.target_patent_count),
        "behind": count_text(figures.behind_institution_count),
        "gap": count_text(figures.gap_patent_count),
        "days_left": count_text((figures.target_due_date - bulletin.month_end).days),
        "arrived": count_text(figures.arrived_patent_count),
        "baseline": count_text(figures.arrived_baseline_patent_count),
        "increment": count_text(figures.arrived_increment_patent_count),
        "baseline_until": date_text(context.rules.screening.cohorts.baseline_until),
        "monthly": count_text(figures.arrival_rate),
        "projected": "" if projected is None else date_text(projected),
        "horizon": count_text(context.rules.coverage.horizon_months.value),
        "freezes_on": date_text(last_day_before(figures.freezes_at)),
        "difference": signed_text(figures.stock_difference_patent_count),
    }


def _compared(bulletin: Bulletin, context: Context) -> str:
    texts, figures = context.words.overview, bulletin.figures
    if bulletin.is_first_month:
        return texts.first
    if figures.previous_rate is None or figures.coverage_rate is None:
        return texts.incomparable
    difference = points(figures.coverage_rate - figures.previous_rate)
    if not difference:
        return texts.same
    return texts.risen if difference > 0 else texts.fallen


def _denominator(figures: Coverage, context: Context) -> str:
    texts = context.words.overview
    later = texts.learned_later if figures.stock_difference_patent_count else ""
    return (texts.frozen if figures.is_frozen else texts.provisional) + later


# --- what changed and why ---------------------------------------------------------------------------------


def _changes(bulletin: Bulletin, context: Context) -> Iterator[str]:
    texts = context.words.changes
    if bulletin.is_first_month:
        yield texts.first
        return
    for balance in BALANCES:
        yield _moved(bulletin, context, balance)
    effects = bulletin.rate_effects
    if effects is not None:
        total, by_inventory = points(sum(effects)), points(effects[0])
        values = (total, by_inventory, points((total - by_inventory) / 100))
        shown = [f"{value:+.2f}" for value in values]
        yield texts.rate_explained.format(points=shown[0], by_inventory=shown[1], by_stock=shown[2])
    for month in bulletin.trend:
        if month.covered_month != str(bulletin.period) and month.stock_difference_patent_count:
            yield texts.restated.format(
                month=month_text(month.covered_month),
                frozen=count_text(month.stock_patent_count),
                latest=count_text(month.stock_patent_count_latest),
                difference=signed_text(month.stock_difference_patent_count),
            )
    yield texts.convertible.format(**{name: count_text(count) for name, count in line_changes(bulletin).items()})


def _moved(bulletin: Bulletin, context: Context, balance: str) -> str:
    texts, causes = context.words.changes, bulletin.causes(balance)
    opening, closing = bulletin.opening(balance) or 0, bulletin.closing(balance)
    net = closing - opening
    form = "moved" if net else "balanced" if causes else "same"
    told = [
        (texts.gain if count > 0 else texts.loss).format(
            cause=context.label("change_cause", cause), count=count_text(abs(count))
        )
        for cause, count in causes.items()
    ]
    template: str = getattr(texts, f"{balance}_{form}")
    return template.format(
        opening=count_text(opening),
        closing=count_text(closing),
        net=(texts.net_gain if net > 0 else texts.net_loss).format(count=count_text(abs(net))),
        causes="，".join(told),
    )


# --- returned rows ------------------------------------------------------------------------------------------


def _returns(bulletin: Bulletin, context: Context) -> Iterator[str]:
    texts, figures = context.words.returns, bulletin.figures
    received = texts.received if figures.submission_count else texts.received_none
    yield received.format(
        submissions=count_text(figures.submission_count),
        accepted=count_text(figures.accepted_row_count),
        returned=count_text(figures.returned_row_count),
    )
    with_rows = [entry for entry in bulletin.returns if entry.open_rows]
    if with_rows:
        yield texts.open.format(
            open=count_text(sum(entry.open_rows for entry in with_rows)),
            units=count_text(len(with_rows)),
            oldest=date_text(min(local_date(entry.oldest_at) for entry in with_rows if entry.oldest_at)),
            days=count_text(max(days_open(bulletin, entry) for entry in with_rows)),
            reasons=_top_problems(bulletin, context),
        )
    else:
        yield texts.open_none
    rejected = sum(entry.rejected_files for entry in bulletin.returns)
    if rejected:
        yield texts.rejected.format(rejected=count_text(rejected))
    unmatched = unmatched_reasons(bulletin)
    if unmatched:
        yield texts.unmatched.format(
            unmatched=count_text(sum(unmatched.values())),
            units=count_text(sum(1 for entry in bulletin.returns if entry.unmatched)),
            reasons="，".join(
                texts.unmatched_reason.format(reason=context.label("unmatched_reason", reason), count=count_text(count))
                for reason, count in unmatched.items()
            ),
        )


def _top_problems(bulletin: Bulletin, context: Context) -> str:
    texts, shown = context.words.returns, context.words.limits.top_reasons.value
    counted = list(open_problems(bulletin, context.catalogue, context.words).items())[:shown]
    return "，".join(texts.reason.format(reason=reason, count=count_text(count)) for reason, count in counted)


# --- duties and demands -----------------------------------------------------------------------------------


def _duties(bulletin: Bulletin, context: Context) -> Iterator[str]:
    texts, limit = context.words.duties, context.words.limits.upcoming_days.value
    statuses = Counter(duty.milestone_status for duty in bulletin.duties)
    judged = {status: count_text(statuses[status]) for status in ("late", "at_risk", "done", "done_late")}
    is_judged = len(bulletin.duties) > statuses["not_measured"]
    yield texts.counted.format(**judged) if is_judged else texts.counted_none
    soon = due_soon(bulletin, limit)
    if soon:
        named_duties = "；".join(texts.duty.format(title=name, due=date_text(due)) for name, due in soon)
        yield texts.upcoming.format(upcoming=count_text(len(soon)), upcoming_days=limit, duties=named_duties)
    if statuses["not_measured"]:
        yield texts.not_measured.format(not_measured=count_text(statuses["not_measured"]))


def _demands(bulletin: Bulletin, context: Context) -> Iterator[str]:
    found = [*_coverage_demands(bulletin, context), *_return_demands(bulletin, context)]
    late = [duty for duty in bulletin.duties if duty.milestone_status == "late"]
    if late:
        titles = dict.fromkeys(duty.milestone_title for duty in late)
        found.append(context.words.demands.late_duties.format(duties="、".join(titles)))
    yield from found or [context.words.demands.none]


def _coverage_demands(bulletin: Bulletin, context: Context) -> Iterator[str]:
    texts = context.words.demands
    for template, units in ((texts.missed, short_units(bulletin, "missed")), (texts.behind, short_units(bulletin))):
        if units:
            yield template.format(
                units=named([unit.scope_name for unit in units], context.words),
                gap=count_text(sum(unit.gap_patent_count for unit in units)),
                target_due=date_text(min(unit.target_due_date for unit in units)),
            )
    silent = silent_units(bulletin)
    if silent:
        yield texts.silent.format(
            units=named([unit.scope_name for unit in silent], context.words),
            rest=count_text(sum(unit.rest_patent_count for unit in silent)),
        )


def _return_demands(bulletin: Bulletin, context: Context) -> Iterator[str]:
    texts = context.words.demands
    names = {unit.scope_code: unit.scope_name for unit in bulletin.units}
    for template, count in ((texts.returned, "open_rows"), (texts.rejected, "rejected_files")):
        entries = sorted(bulletin.returns, key=lambda entry, count=count: -getattr(entry, count))  # type: ignore[misc]
        found = [names.get(entry.sender_id, entry.sender_id) for entry in entries if getattr(entry, count)]
        if found:
            yield template.format(units=named(found, context.words))
