"""When a month is dispatched and in which order; what each step does is in `pipeline.monthly`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pendulum
from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Asset, CronPartitionTimetable, Param, chain, dag, task
from panhuo_airflow import PULL_RETRIES, call_step, decision_of, record_rejection, run_clocks, step

SOURCES = ["grants", "legal_events", "institutions", "owner_decisions", "inventories", "enterprises",
           "enterprise_classes", "experts", "evaluations", "needs", "need_responses", "transactions",
           "licence_recordals", "pledges", "product_recordals", "activities", "filings", "open_license_offers",
           "stability_reports", "inspections", "consultations", "platform_listings"]  # fmt: skip
BUILD = ["judge_intake", "build_models", "match_patents", "build_matched_models", "judge_models"]
PUBLISHED = Asset("published_monthly_dispatch")


@dag(
    schedule=CronPartitionTimetable("0 6 5 * *", timezone="Asia/Shanghai", run_offset=-1, key_format="%Y-%m"),
    start_date=pendulum.datetime(2024, 4, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dag_display_name="月度派发",
    doc_md=str(Path(__file__).with_suffix(".md")),
    tags=["月度", "派发"],
    params={
        "period": Param(None, type=["null", "string"], pattern=r"^\d{4}-\d{2}$", title="月份"),
        "as_of": Param(None, type=["null", "string"], format="date-time", title="数据截止时间"),
        "pull": Param(True, type="boolean", title="先从平台采集"),
    },
)
def monthly_dispatch() -> None:
    """The tasks of a month, in order."""

    @task
    def start_run(**context: Any) -> str:
        from pipeline import monthly

        return monthly.start_run(*run_clocks(context)).run_id

    @task(**PULL_RETRIES, map_index_template="{{ task.op_kwargs['source'] }}")
    def pull_source(month_run: str, source: str, *, params: Any) -> Any:
        return call_step("pull_source", month_run, source) if params["pull"] else None

    @task.branch
    def choose_approval(month_run: str) -> str:
        return "approve_dispatch" if call_step("approval_needed", month_run) else "record_approval"

    approve_dispatch = ApprovalOperator(
        task_id="approve_dispatch",
        subject="月度派发待审批:{{ ti.xcom_pull(task_ids='start_run') }}",
        body="质检有警告,批准后才发布。请先看[质检报告](/gate-reports/runs/{{ ti.xcom_pull(task_ids='start_run') }})",
        params={"note": Param("", type="string", title="审批意见")},
        fail_on_reject=True,
        on_failure_callback=record_rejection,
    )

    @task(trigger_rule="none_failed_min_one_success")
    def record_approval(month_run: str, **context: Any) -> None:
        call_step("record_approval", month_run, *decision_of(month_run, context))

    @task(outlets=[PUBLISHED])
    def publish_dispatch(month_run: str, *, outlet_events: Any) -> Any:
        from pipeline import monthly

        run = monthly.open_run(month_run)
        outlet_events[PUBLISHED].add_partitions(str(run.period))
        return monthly.publish_dispatch(run)

    pulls = pull_source.partial(month_run=(run := start_run())).expand(source=SOURCES)
    made = [step(name)(run) for name in (*BUILD, "assign_experts", "make_packages", "judge_dispatch")]
    chain(pulls, *made, chosen := choose_approval(run), recorded := record_approval(run))
    chain(chosen, approve_dispatch, recorded, publish_dispatch(run))


monthly_dispatch()
