"""The steps of a quarter as plain functions; the DAG and the command line call the same ones.

`G1 → build → report → G4 → stage → approve? → publish`. Nothing is pulled: a quarter counts what has been landed, and
the first version whose data reach to the freeze freezes it. A run of a quarter bears its last month as its period.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from panhuo.contracts.dbt import QUARTER_TAG
from panhuo.contracts.model import Product, load_catalogue
from panhuo.gates.decide import Verdict
from panhuo.periods import Quarter
from panhuo.policy import load_policy
from panhuo.settings import get_settings
from panhuo.warehouse import create_warehouse
from pipeline import judging, runs
from pipeline.dispatched import STATED
from pipeline.gated import run_gated
from pipeline.inspection_frames import mount_redrawn
from pipeline.publishing import approval_needed, publish, record_approval
from pipeline.release import lost_loads, stage_gate_results, stage_marts
from pipeline.runs import MonthlyRun, open_run

__all__ = [
    "approval_needed",
    "build_statistics",
    "is_freezable",
    "judge_intake",
    "judge_statistics",
    "open_run",
    "publish_statistics",
    "record_approval",
    "run_quarter",
    "start_run",
    "write_report",
]

PRODUCT: Product = "quarterly_statistics"
GATES = (judging.INTAKE, judging.STATISTICS)
REPORT = "report"
"""Folder of a release that holds the quarter's page and workbook."""
MONTH_COUNT = 4
"""The quarter's months and the one before, which is its opening."""


def freezes_at(quarter: Quarter) -> dt.datetime:
    """The first instant (UTC) at which a version may freeze the quarter."""
    return quarter.ends_before + dt.timedelta(days=load_policy().statistics.freeze_days.value)


def is_freezable(quarter: Quarter, moment: dt.datetime) -> bool:
    """Whether data up to an instant reach to the quarter's freeze."""
    return moment >= freezes_at(quarter)


def start_run(quarter: Quarter, as_of: dt.datetime) -> MonthlyRun:
    """Open the run of that quarter and instant; errors as `pipeline.runs.start_run`."""
    return runs.start_run(quarter.months[-1], as_of, prefix=runs.QUARTERLY)


def judge_intake(run: MonthlyRun) -> Verdict:
    """Open the run's warehouse on what was received by `as_of` and judge it (G1)."""
    run.clear()
    lake = run.lake
    loads = lake.loads(until=run.period, as_of=run.as_of)
    damaged = lake.damaged_loads(loads)
    create_warehouse(run.warehouse, lake, [load for load in loads if load not in damaged])
    return judging.judge_loads(run, damaged, lost_loads(run, lake, PRODUCT))


def build_statistics(run: MonthlyRun, *, with_data_tests: bool = True) -> dict[str, Any]:
    """Build the statistics and what they rest on; what could not be built or did not pass its test."""
    from pipeline.build import build

    settings = get_settings()
    result = build(
        run.warehouse,
        period=run.period,
        as_of=run.as_of,
        run_id=run.run_id,
        first_period=settings.first_period,
        target_dir=run.folder / "dbt",
        parse_cache=settings.parse_cache_folder,
        select=[f"+tag:{QUARTER_TAG}"],
        month_count=MONTH_COUNT,
        threads=settings.threads,
        with_data_tests=with_data_tests,
    )
    if not result.problems:
        mount_redrawn(run)
        write_report(run)
    return {"nodes": len(result.nodes), "problems": [node.name for node in result.problems]}


def write_report(run: MonthlyRun) -> None:
    """Write the quarter's page and workbook into the release; their figures are read back into the warehouse for G4."""
    from expectations.files import mount_report
    from panhuo.dispatch.changes import ReleaseIdentity
    from panhuo.quarterly_report.documents import write_documents

    folder = run.release / REPORT
    received = [result for result in judging.gate_results(run) if result.gate == judging.INTAKE]
    made_by = ReleaseIdentity(run.as_of, run.policy_version, run.code_version)
    write_documents(run.warehouse, folder, made_by, received)
    mount_report(run.warehouse, folder)


def judge_statistics(run: MonthlyRun) -> Verdict:
    """Judge the figures (G4), and stage them with the results."""
    from pipeline.build import read_results

    verdict = judging.judge_build(run, read_results(run.folder / "dbt"), judging.STATISTICS)
    if verdict != "fail":
        stage_marts(run, [contract.table for contract in load_catalogue().marts(PRODUCT)])
        own = [result for result in judging.gate_results(run) if result.gate == judging.STATISTICS]
        stage_gate_results(run, own)
    return verdict


def publish_statistics(run: MonthlyRun) -> dict[str, Any]:
    """Publish the staged figures as the next version of the quarter, and land what they state for the runs to come.

    Raises PublishRefusedError as `pipeline.publishing.publish` does.
    """
    published = publish(run, PRODUCT, GATES, STATED)
    return {"quarter": str(run.period.quarter), "documents": f"{published['path']}/{REPORT}", **published}


def run_quarter(
    quarter: Quarter, as_of: dt.datetime, on_step: Callable[[str], None] = lambda _: None
) -> dict[str, Any]:
    """All steps of a quarter in order, as the DAG takes them; stops at the first failed gate.

    Returns as `run_gated` does, and whether what was published is frozen or preliminary.
    """
    outcome = run_gated(
        start_run(quarter, as_of), (judge_intake, build_statistics, judge_statistics), publish_statistics, on_step
    )
    return {**outcome, "is_frozen": outcome["published"] and is_freezable(quarter, as_of)}
