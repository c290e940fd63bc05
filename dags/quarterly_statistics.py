"""When a quarter is counted and in which order; what each step does is in `pipeline.quarterly`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pendulum
from airflow import sdk
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Asset, Param, chain, dag, task
from panhuo_airflow import call_step, decision_of, quarter_clocks, record_rejection, step

STEPS = "quarterly"
COUNT = ["judge_intake", "build_statistics", "judge_statistics"]
MONTHS = Asset("published_monthly_dispatch")
THREE_MONTHS = sdk.RollupMapper(
    upstream_mapper=sdk.StartOfQuarterMapper(input_format="%Y-%m"), window=sdk.QuarterWindow()
)
PUBLISHED = Asset("published_quarterly_statistics")


@dag(
    schedule=sdk.PartitionedAssetTimetable(assets=MONTHS, default_partition_mapper=THREE_MONTHS),
    start_date=pendulum.datetime(2024, 4, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dag_display_name="季度统计",
    doc_md=str(Path(__file__).with_suffix(".md")),
    tags=["季度", "统计"],
    params={
        "quarter": Param(None, type=["null", "string"], pattern=r"^\d{4}-Q[1-4]$", title="季度"),
        "as_of": Param(None, type=["null", "string"], format="date-time", title="数据截止时间"),
        "wait": Param(True, type="boolean", title="等到冻结时间再统计"),
    },
)
def quarterly_statistics() -> None:
    """Wait for the freeze, then the tasks of a quarter in order."""

    @task.sensor(mode="reschedule", poke_interval=3600, timeout=40 * 24 * 3600)
    def wait_for_freeze(**context: Any) -> bool:
        from pipeline import quarterly

        return not context["params"]["wait"] or quarterly.is_freezable(*quarter_clocks(context))

    @task
    def start_run(**context: Any) -> str:
        from pipeline import quarterly

        return quarterly.start_run(*quarter_clocks(context)).run_id

    @task.branch
    def choose_approval(quarter_run: str) -> str:
        return "approve_dispatch" if call_step("approval_needed", quarter_run, steps=STEPS) else "record_approval"

    approve = ApprovalOperator(
        task_id="approve_dispatch",
        subject="季度统计待审批:{{ ti.xcom_pull(task_ids='start_run') }}",
        body="质检有警告,批准后才发布。请先看[质检报告](/gate-reports/runs/{{ ti.xcom_pull(task_ids='start_run') }})",
        params={"note": Param("", type="string", title="审批意见")},
        fail_on_reject=True,
        on_failure_callback=record_rejection,
    )

    @task(trigger_rule="none_failed_min_one_success")
    def record_approval(quarter_run: str, **context: Any) -> None:
        call_step("record_approval", quarter_run, *decision_of(quarter_run, context), steps=STEPS)

    @task(outlets=[PUBLISHED])
    def publish_statistics(quarter_run: str) -> Any:
        return call_step("publish_statistics", quarter_run, steps=STEPS)

    run = start_run()
    made = [step(name, steps=STEPS, consequence="本季度不发布")(run) for name in COUNT]
    chain(wait_for_freeze(), run, *made, chosen := choose_approval(run), recorded := record_approval(run))
    chain(chosen, approve, recorded, publish_statistics(run))


quarterly_statistics()
