"""A run from end to end outside Airflow: step by step, to the first failed gate or to what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from panhuo.gates.ledger import read_approval
from pipeline import judging
from pipeline.publishing import approval_needed, record_approval
from pipeline.runs import MonthlyRun, open_lake

Step = Callable[[MonthlyRun], Any]


def run_gated(
    run: MonthlyRun,
    steps: Sequence[Step],
    publish: Callable[[MonthlyRun], dict[str, Any]],
    on_step: Callable[[str], None],
) -> dict[str, Any]:
    """Take the steps in order, then publish.

    Returns what was published; or which gate stopped the run, and for each check that did what is wrong and how to mend
    it; or that the run waits for approval.
    """
    told = {"published": False, "run_id": run.run_id, "report": str(run.report)}
    for step in steps:
        on_step(step.__name__)
        if step(run) == "fail":
            return {**told, "stopped_at": step.__name__, "stopped_by": judging.stopping_checks(run)}
    if approval_needed(run) and read_approval(open_lake().root / "ledger", run.run_id) is None:
        mend = f"read the report, then: panhuo approve {run.run_id} --approver NAME --note WHY"
        return {**told, "stopped_at": "approval", "mend": mend}
    if not approval_needed(run):
        record_approval(run, "policy", "approve", "按策略自动批准")
    on_step(publish.__name__)
    return {**told, "published": True, **publish(run)}
