"""The steps of a month as plain functions; the DAG and the command line call the same ones.

`pull → G1 → build → match → build → G2 → assign → package → G3 → approve? → publish`. Each step takes the run and
leaves its result in the run's folder or in the ledger, so that any step can be run again after a crash.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from panhuo.accounts import Account, query_as
from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.gates.decide import Verdict
from panhuo.gates.ledger import Approval, read_approval, write_approval
from panhuo.lake import Lake, Version, parquet_bytes, put_bytes
from panhuo.periods import Period, format_instant, months
from panhuo.settings import Settings, get_settings
from panhuo.warehouse import create_warehouse, query_versions, read_mart, refresh_analytics
from pipeline import judging
from pipeline.dispatched import land_sent
from pipeline.experts import assign_experts
from pipeline.marts import build_matched_models, build_models, built_models, match_patents
from pipeline.release import lost_loads, newest_before, same_content, stage_manifest
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

PRODUCT = "monthly_dispatch"
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
)


class PublishRefusedError(RuntimeError):
    """The run may not be published: a gate is missing or failed, or nobody approved its warnings."""


def analytics_path(settings: Settings) -> Path:
    """The analysts' database."""
    return settings.local_dir / "published" / "analytics.duckdb"


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
    for contract in load_catalogue().layer("marts"):
        if contract.table not in {"fct_dispatches", "fct_gate_results"}:
            _stage_mart(run, contract.table, read_mart(run.warehouse, contract.table))
    _stage_mart(run, "fct_dispatches", packages.dispatches)
    return {"packages": packages.dispatches.num_rows}


def judge_dispatch(run: MonthlyRun) -> Verdict:
    """Judge what would leave the house (G3), then complete the release with the results of all gates."""
    verdict = judging.judge_release(run)
    schema = arrow_schema(load_catalogue().contract("fct_gate_results"))
    rows = [
        {
            "period": result.period,
            "gate": result.gate,
            "check_id": result.check_id,
            "table_name": result.table,
            "severity": result.severity,
            "observed": _text(result.observed),
            "threshold": _text(result.threshold),
            "outcome": result.outcome,
            "failing_rows": result.rows,
            "message": result.message,
        }
        for result in judging.gate_results(run)
    ]
    _stage_mart(run, "fct_gate_results", pa.Table.from_pylist(rows, schema=schema))
    put_bytes(run.release / "gate_report.html", run.report.read_bytes())
    return verdict


def _text(number: float | None) -> str:
    return "" if number is None else str(number)


def _stage_mart(run: MonthlyRun, name: str, table: pa.Table) -> None:
    put_bytes(run.release / "marts" / f"{name}.parquet", parquet_bytes(table))


def approval_needed(run: MonthlyRun) -> bool:
    """Whether a person has to approve: a gate has warnings and the policy does not approve by itself."""
    return _has_warnings(run) and get_settings().approval_mode == "person"


def _has_warnings(run: MonthlyRun) -> bool:
    return any(decision.verdict == "needs_approval" for decision in judging.decisions(run).values())


def record_approval(run: MonthlyRun, approver: str, decision: str, note: str) -> None:
    """Write into the ledger who approved (`approve`) or rejected (`reject`) the run, and why."""
    from ingestion.clock import now

    words: dict[str, Any] = {"approve": "approved", "reject": "rejected"}
    approval = Approval(
        run_id=run.run_id,
        period=str(run.period),
        decision=words[decision],
        approver=approver,
        note=note,
        at=now(),
    )
    write_approval(open_lake().root / "ledger", approval)


def publish_dispatch(run: MonthlyRun) -> dict[str, Any]:
    """Publish the staged release as the next version of its month, unless what it states is published already.

    What it sends out is landed for the months to come.
    Raises PublishRefusedError when a gate is missing or failed, when warnings are not approved, or when a newer
    view of the month is published.
    """
    settings = get_settings()
    lake = open_lake(settings)
    _require_permission(run, lake)
    committed = lake.versions(PRODUCT, run.period)
    published = _published(run, lake, committed)
    land_sent(lake, published)
    refresh_views(settings)
    return {
        "period": str(run.period),
        "version": published.number,
        "is_new": published not in committed,
        "path": str(published.path),
        "analytics": str(analytics_path(settings)),
    }


def refresh_views(settings: Settings) -> None:
    """Point the analysts' database at the newest version of every month, where the data folder is now."""
    lake = open_lake(settings)
    refresh_analytics(analytics_path(settings), _newest_versions(lake), _all_versions(lake))


def query_published(sql: str, account: Account | None = None, as_of: dt.datetime | None = None) -> pa.Table:
    """Run one SELECT over the newest version of every month, or over what an account may read of it.

    With `as_of` the newest is the one among those whose data count up to that instant at most: what was known then.
    Raises ValueError when nothing is published, AccountError for what the account may not read.
    """
    settings = get_settings()
    known = [version for version in _all_versions(open_lake(settings)) if as_of is None or version.as_of <= as_of]
    versions = list({version.period: version for version in known}.values())
    if not versions:
        since = f" by {format_instant(as_of)}" if as_of else ""
        raise ValueError(f"nothing is published in {settings.data_dir}{since}: make demo, or panhuo run monthly")
    if account is not None:
        return query_as(account, versions, sql)
    return query_versions(versions, sql, analytics_path(settings).parent, known)


def _newest_versions(lake: Lake) -> list[Version]:
    """The newest version of every published month, in order of month."""
    return list({version.period: version for version in _all_versions(lake)}.values())


def _all_versions(lake: Lake) -> list[Version]:
    """Every published version by month, oldest first."""
    return [version for period in lake.published_periods(PRODUCT) for version in lake.versions(PRODUCT, period)]


def _published(run: MonthlyRun, lake: Lake, committed: list[Version]) -> Version:
    """The version that states what the release states: one already committed, or the next."""
    for version in committed:
        if same_content(run.release, version):
            return version
    if committed and committed[-1].as_of > run.as_of:
        raise PublishRefusedError(
            f"{run.period} version {committed[-1].number} knows more (as of {format_instant(committed[-1].as_of)}) "
            f"than this run (as of {format_instant(run.as_of)}); to look back, use panhuo replay"
        )
    stage_manifest(run, lake, PRODUCT, base=newest_before(lake, PRODUCT, run.period, run.as_of))
    return lake.publish(PRODUCT, run.period, run.release)


def _require_permission(run: MonthlyRun, lake: Lake) -> None:
    found = judging.decisions(run)
    missing = [gate for gate in judging.GATES if gate not in found]
    if missing:
        raise PublishRefusedError(f"{run.run_id}: gates {missing} have not judged this run")
    failed = [gate for gate, decision in found.items() if decision.verdict == "fail"]
    if failed:
        raise PublishRefusedError(f"{run.run_id}: gates {failed} failed; see {run.report}")
    approval = read_approval(lake.root / "ledger", run.run_id)
    if approval is not None and approval.decision == "rejected":
        raise PublishRefusedError(f"{run.run_id} was rejected by {approval.approver}: {approval.note}")
    if _has_warnings(run) and approval is None:
        raise PublishRefusedError(f"{run.run_id} has warnings that nobody approved; see {run.report}")


def run_month(
    period: Period, as_of: dt.datetime, on_step: Callable[[str], None] = lambda _: None, *, pull: bool = True
) -> dict[str, Any]:
    """All steps of a month in order, as the DAG takes them; stops at the first failed gate.

    Without `pull` the platform is not asked: the month is made from what has been landed. Returns what was published,
    or which gate stopped the month, or that it waits for approval.
    """
    run = start_run(period, as_of)
    for source in SOURCES if pull else ():
        on_step(f"pull {source}")
        pull_source(run, source)
    steps: Mapping[str, Callable[[MonthlyRun], Any]] = {
        "judge_intake": judge_intake,
        "build_models": build_models,
        "match_patents": match_patents,
        "build_matched_models": build_matched_models,
        "judge_models": judge_models,
        "assign_experts": assign_experts,
        "make_packages": make_packages,
        "judge_dispatch": judge_dispatch,
    }
    for name, step in steps.items():
        on_step(name)
        if step(run) == "fail":
            return {"published": False, "run_id": run.run_id, "stopped_at": name, "report": str(run.report)}
    if approval_needed(run) and read_approval(open_lake().root / "ledger", run.run_id) is None:
        mend = f"read the report, then: panhuo approve {run.run_id} --approver NAME --note WHY"
        return {
            "published": False,
            "run_id": run.run_id,
            "stopped_at": "approval",
            "report": str(run.report),
            "mend": mend,
        }
    if not approval_needed(run):
        record_approval(run, "policy", "approve", "按策略自动批准")
    on_step("publish_dispatch")
    return {"published": True, "run_id": run.run_id, "report": str(run.report), **publish_dispatch(run)}
