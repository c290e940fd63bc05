"""Which pairs may be pushed at all, and why the others may not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from panhuo.periods import Period
from panhuo.policy.matching import Matching


class Barrier(StrEnum):
    """Why a pair is not pushed; the first that holds is told."""

    SECRET = "secret"  # noqa: S105 - a state of a patent
    DISPUTED = "disputed"
    LAPSING = "lapsing"
    OWN_PATENT = "own_patent"
    CONFLICT = "conflict"
    COOLING_OFF = "cooling_off"
    FIELD_COOLING_OFF = "field_cooling_off"
    PUSHED_BEFORE = "pushed_before"


@dataclass(frozen=True)
class PushablePatent:
    """What decides whether a patent may be pushed, and how it counts."""

    patent_no: str
    institution_id: str
    city: str = ""
    tier: str = ""
    ipc_subclass: str = ""
    owner_ids: frozenset[str] = frozenset()
    is_secret: bool = False
    is_disputed: bool = False
    is_lapsing: bool = False


@dataclass(frozen=True)
class Decline:
    """An enterprise said no to a patent, perhaps because of its field."""

    patent_no: str
    enterprise_id: str
    period: Period
    ipc_subclass: str = ""
    is_about_field: bool = False


@dataclass(frozen=True)
class Past:
    """What earlier months and declarations forbid. Conflicts are pairs of patent and enterprise."""

    declines: tuple[Decline, ...] = ()
    pushes: Mapping[tuple[str, str], Period] = field(default_factory=dict)
    conflicts: Collection[tuple[str, str]] = ()


class Barriers:
    """Answers which barrier stands between a patent and an enterprise in one month."""

    def __init__(self, policy: Matching, past: Past, period: Period):
        month = _month_number(period)
        self._conflicts = frozenset(past.conflicts)
        self._declined = {
            (decline.patent_no, decline.enterprise_id)
            for decline in past.declines
            if month - _month_number(decline.period) < policy.cooling_off_months.value
        }
        self._fields = {
            (decline.ipc_subclass, decline.enterprise_id)
            for decline in past.declines
            if decline.is_about_field
            and decline.ipc_subclass
            and month - _month_number(decline.period) < policy.field_cooling_off_months.value
        }
        self._pushed = {
            pair for pair, pushed in past.pushes.items() if month - _month_number(pushed) < policy.repeat_months.value
        }

    def of_patent(self, patent: PushablePatent) -> Barrier | None:
        """What keeps the patent from everyone."""
        states = (
            (patent.is_secret, Barrier.SECRET),
            (patent.is_disputed, Barrier.DISPUTED),
            (patent.is_lapsing, Barrier.LAPSING),
        )
        return next((barrier for holds, barrier in states if holds), None)

    def between(self, patent: PushablePatent, enterprise_id: str) -> Barrier | None:
        """What keeps the patent from this enterprise; None when it may be pushed."""
        pair = (patent.patent_no, enterprise_id)
        return self.of_patent(patent) or next(
            (
                barrier
                for holds, barrier in (
                    (enterprise_id in patent.owner_ids, Barrier.OWN_PATENT),
                    (pair in self._conflicts, Barrier.CONFLICT),
                    (pair in self._declined, Barrier.COOLING_OFF),
                    ((patent.ipc_subclass, enterprise_id) in self._fields, Barrier.FIELD_COOLING_OFF),
                    (pair in self._pushed, Barrier.PUSHED_BEFORE),
                )
                if holds
            ),
            None,
        )


def _month_number(period: Period) -> int:
    return period.year * 12 + period.month
