"""How figures read in Chinese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from panhuo.bulletin.policy import BulletinPolicy
from panhuo.periods import SHANGHAI


def count_text(count: int | float) -> str:
    """A whole number with separators; a mean with one decimal where it has one."""
    return f"{count:,}" if isinstance(count, int) else f"{count:,.1f}".removesuffix(".0")


def signed_text(count: int) -> str:
    """A difference with its sign."""
    return f"{count:+,}" if count else "0"


def rate_text(rate: float | None) -> str:
    """A share as a percentage."""
    return "—" if rate is None else f"{rate:.2%}"


def points(difference: float) -> float:
    """A difference of shares in percentage points, as it is shown."""
    return round(difference * 100, 2) + 0.0


def date_text(day: dt.date) -> str:
    """A day as `2024年6月30日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_text(month: str) -> str:
    """`2024-06` as `2024年6月`."""
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


def local_date(moment: dt.datetime) -> dt.date:
    """The day of an instant in China."""
    return moment.astimezone(SHANGHAI).date()


def last_day_before(moment: dt.datetime) -> dt.date:
    """The day in China that ends at an instant, or in which it lies."""
    return (moment.astimezone(SHANGHAI) - dt.timedelta(microseconds=1)).date()


def instant_text(moment: dt.datetime | None) -> str:
    """An instant as `2024年7月3日 09:00（北京时间）`."""
    if moment is None:
        return "—"
    local = moment.astimezone(SHANGHAI)
    return f"{date_text(local.date())} {local:%H:%M}（北京时间）"


def named(names: Sequence[str], policy: BulletinPolicy) -> str:
    """The first few names, and how many there are when that is not all."""
    shown = policy.limits.named_units.value
    listed = "、".join(names[:shown])
    if len(names) <= shown:
        return policy.demands.named_all.format(names=listed)
    return policy.demands.named.format(names=listed, count=len(names))


def problem_text(problem: str, policy: BulletinPolicy, columns: dict[str, str], labels: dict[str, str]) -> str:
    """`patent_no=wrong_check_digit` as `专利号校验位不符`."""
    column, _, code = problem.rpartition("=")
    return f"{columns.get(column, policy.words.row)}{labels.get(code, policy.words.other_problem)}"
