"""Calendar months and quarters of Asia/Shanghai, and the one place that decides which month a run speaks for."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_PERIOD = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


class PeriodError(ValueError):
    """A text that names no month, quarter or instant."""


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month; its text is `2024-06`."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2024-06`; PeriodError otherwise."""
        match = _PERIOD.fullmatch(text.strip())
        if match is None:
            raise PeriodError(f"{text!r} is not a month; write it as 2024-06")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: dt.datetime) -> Period:
        """The month in Shanghai of an aware instant."""
        local = require_aware(moment).astimezone(SHANGHAI)
        return cls(local.year, local.month)

    @property
    def start_date(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def end_date(self) -> dt.date:
        """The last day of the month: the T of "in force at T"."""
        return dt.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def quarter(self) -> Quarter:
        """The quarter the month lies in."""
        return Quarter(self.year, (self.month - 1) // 3 + 1)

    def shift(self, months: int) -> Period:
        """The month so many months later (earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Period(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; its text is `2024-Q2`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2024-Q2`; PeriodError otherwise."""
        match = _QUARTER.fullmatch(text.strip())
        if match is None:
            raise PeriodError(f"{text!r} is not a quarter; write it as 2024-Q2")
        return cls(int(match[1]), int(match[2]))

    @property
    def months(self) -> tuple[Period, Period, Period]:
        """Its three months in order."""
        first = Period(self.year, self.number * 3 - 2)
        return first, first.shift(1), first.shift(2)

    @property
    def ends_before(self) -> dt.datetime:
        """The first instant after the quarter, in UTC."""
        start = self.months[-1].shift(1).start_date
        return dt.datetime.combine(start, dt.time(), tzinfo=SHANGHAI).astimezone(dt.UTC)

    def shift(self, quarters: int) -> Quarter:
        """The quarter so many quarters later (earlier when negative)."""
        return self.months[0].shift(quarters * 3).quarter

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"


def months(first: Period, last: Period) -> Iterator[Period]:
    """Every month from `first` to `last`, both included; none when `last` is earlier."""
    current = first
    while current <= last:
        yield current
        current = current.shift(1)


def resolve_period(
    partition_key: str | None, conf: Mapping[str, object] | None, logical_date: dt.datetime | None
) -> Period:
    """The month a run speaks for: its partition key, else `conf["period"]`, else the month before its logical date.

    A run triggered on the fifth of July dispatches June, hence "the month before". PeriodError when none is given.
    """
    if partition_key:
        return Period.parse(partition_key)
    asked = (conf or {}).get("period")
    if asked:
        return Period.parse(str(asked))
    if logical_date is not None:
        return Period.of(logical_date).shift(-1)
    raise PeriodError('this run names no month: trigger it with {"period": "2024-06"}')


def resolve_quarter(
    partition_key: str | None, conf: Mapping[str, object] | None, logical_date: dt.datetime | None
) -> Quarter:
    """The quarter a run speaks for: its partition key, else `conf["quarter"]`, else the one before its logical date.

    PeriodError when none is given.
    """
    if partition_key:
        return Quarter.parse(partition_key)
    asked = (conf or {}).get("quarter")
    if asked:
        return Quarter.parse(str(asked))
    if logical_date is not None:
        return Period.of(logical_date).quarter.shift(-1)
    raise PeriodError('this run names no quarter: trigger it with {"quarter": "2024-Q2"}')


def require_aware(moment: dt.datetime) -> dt.datetime:
    """Return the instant; PeriodError when it carries no time zone, since then it names no instant."""
    if moment.tzinfo is None:
        raise PeriodError(f"{moment.isoformat()} has no time zone; write 2024-07-05T00:00:00Z")
    return moment


def parse_instant(text: str) -> dt.datetime:
    """Read an ISO 8601 instant with zone, or a date (its start in Shanghai); the result is in UTC."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise PeriodError(f"{text!r} is not an instant; write 2024-07-05T00:00:00Z") from None
    if moment.tzinfo is None and len(text.strip()) == len("2024-07-05"):
        moment = moment.replace(tzinfo=SHANGHAI)
    return require_aware(moment).astimezone(dt.UTC)


def format_instant(moment: dt.datetime) -> str:
    """Write an aware instant as `2024-07-05T00:00:00Z`."""
    return require_aware(moment).astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
