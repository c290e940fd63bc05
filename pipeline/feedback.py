"""The steps of a day's feedback from enterprises as plain functions; the DAG and the command line call the same ones.

`pull → G0`. What is landed stays landed and is found by the next run of the month, which pulls nothing of it again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from panhuo.gates.decide import Verdict
from panhuo.periods import Period
from panhuo.settings import get_settings
from panhuo.warehouse import create_warehouse
from pipeline import judging, monthly, runs
from pipeline.landing import refuse_backdating
from pipeline.runs import MonthlyRun, open_lake, open_run

__all__ = ["judge_feedback", "open_run", "pull_source", "run_day", "start_run"]

SOURCES = ("enterprises", "enterprise_classes", "evaluations", "needs", "need_responses")
LOOKBACK_MONTHS = 1
"""Until the month before is dispatched its feedback goes on; what comes later the run of the month looks back for."""
DAY = dt.timedelta(days=1)


def start_run(as_of: dt.datetime) -> MonthlyRun:
    """Open the run of a day's feedback, for the month in which the instant lies.

    Raises ValueError before the first month of the programme; BackdatedError for an instant that a published version
    was told about.
    """
    settings = get_settings()
    period = Period.of(as_of)
    first = max(settings.first_period, period.shift(-LOOKBACK_MONTHS))
    refuse_backdating(open_lake(settings), first, as_of)
    return runs.start_run(period, as_of, prefix="feedback")


def pull_source(run: MonthlyRun, source: str) -> dict[str, Any]:
    """Land what the platform has of one source for the run's month and the one before.

    Without a platform address nothing is pulled. Raises PlatformError when the platform cannot be read, for the
    orchestrator to try again: a feed goes on where it broke off.
    """
    return monthly.pull_source(run, source, LOOKBACK_MONTHS)


def judge_feedback(run: MonthlyRun) -> Verdict:
    """Judge what enterprises and institutions fed back in the day before the run's instant (G0)."""
    run.clear()
    lake = run.lake
    known = [load for source in SOURCES for load in lake.loads(source, until=run.period, as_of=run.as_of)]
    loads = [load for load in known if load.received_at > run.as_of - DAY]
    damaged = lake.damaged_loads(loads)
    create_warehouse(run.warehouse, lake, [load for load in loads if load not in damaged])
    return judging.judge_feedback(run, damaged)


def run_day(as_of: dt.datetime, on_step: Callable[[str], None] = lambda _: None) -> dict[str, Any]:
    """All steps in order, as the DAG takes them. Returns the verdict and what was pulled of each source."""
    run = start_run(as_of)
    pulled = []
    for source in SOURCES:
        on_step(f"pull {source}")
        pulled.append(pull_source(run, source))
    on_step("judge_feedback")
    verdict = judge_feedback(run)
    return {"run_id": run.run_id, "verdict": verdict, "report": str(run.report), "pulled": pulled}
