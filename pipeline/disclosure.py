"""What a staged release would tell about evaluators to somebody who keeps every earlier one."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.digests.history import STATEMENTS, find_breaches
from panhuo.policy import load_policy
from pipeline.runs import MonthlyRun

PRODUCT = "monthly_dispatch"


def digest_breaches(run: MonthlyRun) -> list[str]:
    """Breaches of the rule of release between the staged digests and what was published before.

    A replay compares with what its instant knew; what is to be published, with every other month as well, whatever the
    instant it spoke for: a reader keeps them all.
    """
    staged = run.release / "marts" / f"{STATEMENTS}.parquet"
    minimum = load_policy().digests.min_evaluators.value
    return list(find_breaches(pq.read_table(staged), _published(run), minimum))


def _published(run: MonthlyRun) -> Iterator[tuple[str, pa.Table]]:
    lake = run.lake
    for period in lake.published_periods(PRODUCT):
        for version in lake.versions(PRODUCT, period):
            path = version.path / "marts" / f"{STATEMENTS}.parquet"
            is_known = version.as_of <= run.as_of or (run.is_for_publishing and period != run.period)
            if is_known and path.exists():
                yield f"{period} 第 {version.number} 版", pq.read_table(io.BytesIO(path.read_bytes()))
