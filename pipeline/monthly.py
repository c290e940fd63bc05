"""The steps of a month as plain functions; the DAG and the command line call the same ones.

`pull → G1 → build → match → build → G2 → assign → package → G3 → approve? → publish`. Each step takes the run and
leaves its result in the run's folder or in the ledger, so that any step can be run again after a crash.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from panhuo.contracts.model import Product, load_catalogue
from panhuo.gates.decide import Verdict
from panhuo.lake import Version
from panhuo.periods import Period, months
from panhuo.settings import get_settings
from panhuo.warehouse import create_warehouse
from pipeline import judging
from pipeline.dispatched import SENT
from pipeline.experts import assign_experts
from pipeline.gated import run_gated
from pipeline.marts import build_matched_models, build_models, built_models, match_patents
from pipeline.publishing import approval_needed, publish, record_approval
from pipeline.release import lost_loads, newest_before, stage_gate_results, stage_mart, stage_marts
from pipeline.runs import MonthlyRun, open_lake, open_run, start_run

__all__ = [
    "approval_needed",
    "assign_experts",
    "build_matched_models",
    "build_models",
    "judge_dispatch",
    "judge_intake",
    "judge_models",
    "make_packages",
    "match_patents",
    "open_run",
    "publish_dispatch",
    "pull_source",
    "record_approval",
    "run_month",
    "start_run",
]

PRODUCT: Product = "monthly_dispatch"
SOURCES = (
    "grants",
    "legal_events",
    "institutions",
    "owner_decisions",
    "inventories",
    "enterprises",
    "enterprise_classes",
    "experts",
    "evaluations",
    "needs",
    "need_responses",
    "transactions",
    "licence_recordals",
    "pledges",
    "product_recordals",
    "activities",
    "filings",
    "open_license_offers",
    "stability_reports",
    "inspections",
    "consultations",
    "platform_listings",
)


def pull_source(run: MonthlyRun, source: str, lookback_months: int | None = None) -> dict[str, Any]:
    """Land what the platform has of one source for the run's month and the months looked back on (by default as set).

    Without a platform address nothing is pulled: the loads already landed are what the run sees. Raises
    PlatformError when the platform cannot be read, for the orchestrator to try again.
    """
    from ingestion.land import pull_source as pull

    settings = get_settings()
    if settings.platform_url is None:
        return {"source": source, "pulled": False}
    back = settings.pull_lookback_months if lookback_months is None else lookback_months
    first = max(settings.first_period, run.period.shift(-back))
    receipts = pull(open_lake(settings), source, months(first, run.period), run.as_of, settings)
    new = [receipt.load for receipt in receipts if receipt.is_new]
    return {
        "source": source,
        "pulled": True,
        "new_loads": len(new),
        "known_loads": len(receipts) - len(new),
        "accepted_rows": sum(load.row_count for load in new),
        "returned_rows": sum(load.quarantined_count for load in new),
        "rejected_files": sum(load.load_status == "rejected" for load in new),
    }


def judge_intake(run: MonthlyRun) -> Verdict:
    """Open the run's warehouse on what was received by `as_of` and judge it (G1)."""
    run.clear()
    lake = run.lake
    loads = lake.loads(until=run.period, as_of=run.as_of)
    damaged = lake.damaged_loads(loads)
    create_warehouse(run.warehouse, lake, [load for load in loads if load not in damaged])
    return judging.judge_loads(run, damaged, lost_loads(run, lake, PRODUCT))


def judge_models(run: MonthlyRun) -> Verdict:
    """Judge what was built (G2)."""
    return judging.judge_build(run, built_models(run))


def make_packages(
    run: MonthlyRun, on_progress: Callable[[int, int], None] | None = None, *, base: Version | None = None
) -> dict[str, Any]:
    """Stage the release: the marts as Parquet and a package for every recipient.

    `base` is the version that corrections are told against; by default the newest one known before this run.
    """
    from panhuo.dispatch.changes import ReleaseIdentity
    from panhuo.dispatch.packages import build_packages

    before = base or newest_before(run.lake, PRODUCT, run.period, run.as_of)
    packages = build_packages(
        run.warehouse,
        run.release,
        period=run.period,
        identity=ReleaseIdentity(run.as_of, run.policy_version, run.code_version),
        previous_release=before.path if before else None,
        on_progress=on_progress,
    )
    built = [contract.table for contract in load_catalogue().marts(PRODUCT)]
    stage_marts(run, [name for name in built if name not in {"fct_dispatches", "fct_gate_results"}])
    stage_mart(run, "fct_dispatches", packages.dispatches)
    return {"packages": packages.dispatches.num_rows}


def judge_dispatch(run: MonthlyRun) -> Verdict:
    """Judge what would leave the house (G3), then complete the release with the results of all gates."""
    verdict = judging.judge_release(run)
    stage_gate_results(run, judging.gate_results(run))
    return verdict


def publish_dispatch(run: MonthlyRun) -> dict[str, Any]:
    """Publish the staged release as the next version of its month, unless what it states is published already.

    What it sends out is landed for the months to come.
    Raises PublishRefusedError when a gate is missing or failed, when warnings are not approved, or when a newer
    view of the month is published.
    """
    return publish(run, PRODUCT, judging.GATES, SENT)


def run_month(
    period: Period, as_of: dt.datetime, on_step: Callable[[str], None] = lambda _: None, *, pull: bool = True
) -> dict[str, Any]:
    """All steps of a month in order, as the DAG takes them; stops at the first failed gate.

    Without `pull` the platform is not asked: the month is made from what has been landed. Returns as `run_gated` does.
    """
    run = start_run(period, as_of)
    for source in SOURCES if pull else ():
        on_step(f"pull {source}")
        pull_source(run, source)
    steps = (
        judge_intake,
        build_models,
        match_patents,
        build_matched_models,
        judge_models,
        assign_experts,
        make_packages,
        judge_dispatch,
    )
    return run_gated(run, steps, publish_dispatch, on_step)
