"""What published versions say of an inspection, and what it still needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from panhuo.lake import Lake, Load, Version
from panhuo.periods import SHANGHAI, Period, Quarter
from panhuo.statistics.inspection import InspectionError
from pipeline.inspection_frames import stated_rates
from pipeline.quarterly import PRODUCT
from pipeline.runs import open_lake

EVER, LAST = dt.datetime.max.replace(tzinfo=dt.UTC), Period(9999, 12)


@dataclass(frozen=True)
class Results:
    """What loads say of a quarter's inspection, as int_inspections_judged takes it."""

    loads: Sequence[Load]
    """Those with results that may count."""
    patents: frozenset[str]
    """Patents of the sample with a result dated between the draw and the receipt."""
    others: int
    """Results of other patents or days, which never count."""


@dataclass(frozen=True)
class PublishedRates:
    """Rows of `fct_inspection_rates` for a quarter, and what was landed after the data of their version."""

    rows: Sequence[Mapping[str, Any]]
    later: Results
    """Results that the version does not know yet."""

    def conclusion(self) -> list[str]:
        """What is awaited of which stratum, and what is to be done about it, in lines (Chinese)."""
        waiting = {row["stratum_name"]: row["awaiting_count"] for row in self.rows if row["awaiting_count"]}
        strata = [f"{name} {count} 件" for name, count in waiting.items() if name != self.rows[-1]["stratum_name"]]
        awaited = f"未完成：待核 {self.rows[-1]['awaiting_count']} 件，其中{'；'.join(strata)}；报齐之前不给出差错率"
        lines = [awaited if strata else "已完成：各层均无待核专利"]
        if self.later.others:
            lines.append(f"此后接收的 {self.later.others} 条结果不能计入：不属于样本，或抽查日期早于抽取、晚于接收")
        if self.later.loads:
            counted = f"此后又接收了样本中 {len(self.later.patents)} 件的结果"
            return [*lines, f"{counted}，发布后计入：{_publication(self.later.loads)}"]
        if not strata:
            return lines
        return [*lines, "请在样本表中填写结果后接收：panhuo land inspections --from 样本表 --period 接收月份"]


def error_rates(quarter: Quarter) -> PublishedRates:
    """The error rates of a quarter's inspection, as the newest published version that shows them has them.

    Strata by code, the whole last. Raises InspectionError when no version does, saying what is missing.
    """
    lake = open_lake()
    for period in sorted(lake.published_periods(PRODUCT), reverse=True):
        for version in reversed(lake.versions(PRODUCT, period)):
            rows = [row for row in stated_rates(version) if row["inspected_quarter"] == str(quarter)]
            if rows:
                rows.sort(key=lambda row: (row["inspection_stratum"] == "all", row["inspection_stratum"]))
                return PublishedRates(rows, _results(lake, quarter, version))
    raise InspectionError(f"no published version shows an inspection of {quarter}: {_missing(lake, quarter)}")


def sample_load(lake: Lake, quarter: Quarter) -> Load | None:
    """The load of the sample that was drawn of a quarter, the first if there are more."""
    month = quarter.months[-1]
    return next(iter(lake.loads("dispatches", "inspection_samples", since=month, until=month, as_of=EVER)), None)


def _results(lake: Lake, quarter: Quarter, version: Version | None = None) -> Results:
    """What loads say of the quarter's inspection; of those alone that the version does not know, when it is given."""
    sample = sample_load(lake, quarter)
    drawn = set(lake.read_rows(sample)["patent_no"].to_pylist()) if sample else set()
    first = _day(sample.received_at) if sample else dt.date.max
    holding, patents, others = [], set(), 0
    for load in lake.loads("inspections", "results", since=quarter.months[0], until=LAST, as_of=EVER):
        if version and load.received_at <= version.as_of and load.period <= version.period:
            continue
        rows = [row for row in lake.read_rows(load).to_pylist() if row["inspected_quarter"] == str(quarter)]
        last = _day(load.received_at)
        fit = {row["patent_no"] for row in rows if row["patent_no"] in drawn and first <= row["inspected_on"] <= last}
        holding += [load] if fit else []
        patents |= fit
        others += len(rows) - len(fit)
    return Results(holding, frozenset(patents), others)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(SHANGHAI).date()


def _missing(lake: Lake, quarter: Quarter) -> str:
    if sample_load(lake, quarter) is None:
        return f"no sample was drawn: panhuo inspection draw --quarter {quarter} -o FILE"
    if loads := _results(lake, quarter).loads:
        return f"its results are landed, and no quarter was published since: {_publication(loads)}"
    return "its sample is drawn, and no result is landed: panhuo land inspections --from FILE --period MONTH"


def _publication(loads: Sequence[Load]) -> str:
    """The command that publishes what the loads hold."""
    return f"panhuo run quarterly --quarter {max(load.period for load in loads).quarter}"
