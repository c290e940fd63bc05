"""What follows from the rows of a bulletin and is told in its sentences and its tables alike."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from panhuo.bulletin.model import Bulletin, Coverage, ReturnedRows
from panhuo.bulletin.policy import BulletinPolicy
from panhuo.bulletin.wording import local_date, problem_text
from panhuo.contracts.model import Catalogue

PENDING = frozenset({"open", "at_risk"})


def ranks(rows: tuple[Coverage, ...]) -> dict[str, int | None]:
    """Code → place by coverage, equal ones sharing the better place; None without stock."""
    rates = sorted((row.coverage_rate for row in rows if row.coverage_rate is not None), reverse=True)
    first = {rate: place for place, rate in reversed(list(enumerate(rates, start=1)))}
    return {row.scope_code: None if row.coverage_rate is None else first[row.coverage_rate] for row in rows}


def short_units(bulletin: Bulletin, status: str | None = None) -> list[Coverage]:
    """Institutions short of a target of that status (by default of one not yet due), the largest gap first."""
    wanted = {status} if status else PENDING
    units = [unit for unit in bulletin.units if unit.gap_patent_count and unit.target_status in wanted]
    return sorted(units, key=lambda unit: (-unit.gap_patent_count, unit.scope_code))


def silent_units(bulletin: Bulletin) -> list[Coverage]:
    """Institutions with stock left and nothing inventoried of late, the most left first."""
    units = [unit for unit in bulletin.units if unit.rest_patent_count and not unit.arrival_rate]
    return sorted(units, key=lambda unit: (-unit.rest_patent_count, unit.scope_code))


def due_soon(bulletin: Bulletin, days: int) -> list[tuple[str, dt.date]]:
    """Titles and due dates of duties that fall due within so many days and are not done by all, in order of date."""
    until = bulletin.month_end + dt.timedelta(days=days)
    found = {
        (duty.due_date, duty.milestone_id): duty.milestone_title
        for duty in bulletin.duties
        if bulletin.month_end < duty.due_date <= until and duty.done_on is None
    }
    return [(name, due) for (due, _), name in sorted(found.items())]


def line_changes(bulletin: Bulletin) -> dict[str, int]:
    """Convertible patents added, removed and altered since the month before."""
    names = {"added": "ADD", "removed": "DEL", "altered": "MOD"}
    return {name: bulletin.line_changes.get(kind, 0) for name, kind in names.items()}


def open_problems(bulletin: Bulletin, catalogue: Catalogue, policy: BulletinPolicy) -> dict[str, int]:
    """What is wrong with the open returned rows in Chinese, with the number of cells, the most frequent first."""
    columns = {name: column.label for name, column in catalogue.columns.items()}
    labels = catalogue.vocabularies["problem_code"].values
    counts: Counter[str] = Counter()
    for entry in bulletin.returns:
        for problem, count in entry.problems:
            counts[problem_text(problem, policy, columns, labels)] += count
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def unmatched_reasons(bulletin: Bulletin) -> dict[str, int]:
    """Reasons for which entries do not count, with their number, the most frequent first."""
    counts: Counter[str] = Counter()
    for entry in bulletin.returns:
        counts.update(dict(entry.unmatched))
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def days_open(bulletin: Bulletin, entry: ReturnedRows) -> int:
    """Days from the oldest open return to the last receipt that the bulletin rests on."""
    if entry.oldest_at is None or bulletin.known_until is None:
        return 0
    return max(0, (local_date(bulletin.known_until) - local_date(entry.oldest_at)).days)
