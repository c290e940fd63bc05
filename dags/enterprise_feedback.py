"""When feedback of enterprises is pulled and in which order; what each step does is in `pipeline.feedback`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pendulum
from airflow.sdk import CronTriggerTimetable, chain, dag, task
from panhuo_airflow import PULL_RETRIES, call_step, gate

SOURCES = ["enterprises", "enterprise_classes", "evaluations", "needs", "need_responses"]
KEPT = "已接收的数据保留,月度质检会再次检查"


@dag(
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Shanghai"),
    start_date=pendulum.datetime(2024, 4, 1, tz="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    dag_display_name="企业反馈",
    doc_md=str(Path(__file__).with_suffix(".md")),
    tags=["每日", "企业"],
)
def enterprise_feedback() -> None:
    """Pull each source, then judge what came in."""

    @task
    def start_run() -> str:
        from ingestion.clock import now
        from pipeline import feedback

        return feedback.start_run(now()).run_id

    @task(**PULL_RETRIES, map_index_template="{{ task.op_kwargs['source'] }}")
    def pull_source(day_run: str, source: str) -> Any:
        return call_step("pull_source", day_run, source, steps="feedback")

    run = start_run()
    pulls = pull_source.partial(day_run=run).expand(source=SOURCES)
    chain(pulls, gate("judge_feedback", steps="feedback", consequence=KEPT)(run))


enterprise_feedback()
