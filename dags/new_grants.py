"""When a drop of new grants and events is landed and what it changes is run again; how is in `pipeline.new_grants`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, chain, dag, task
from panhuo_airflow import log_account

POLL_SECONDS = 10


@dag(
    schedule=None,
    start_date=pendulum.datetime(2024, 4, 1, tz="Asia/Shanghai"),
    max_active_runs=1,
    dag_display_name="补到的授权与法律事件",
    doc_md=str(Path(__file__).with_suffix(".md")),
    tags=["批次", "派发"],
    params={
        "drop": Param(type="string", minLength=1, title="批次目录名", description="PANHUO_DROPS_DIR 下的目录"),
        "dry_run": Param(False, type="boolean", title="试运行", description="只说明会改变什么,不写入"),
    },
)
def new_grants() -> None:
    """Land, find out, ask for replays; a dry run only finds out."""

    @task.branch
    def choose_mode(*, params: Any) -> str:
        return "preview_drop" if params["dry_run"] else "land_drop"

    @task
    def preview_drop(*, params: Any) -> Any:
        from ingestion.clock import now
        from pipeline import new_grants as steps

        return log_account(steps.preview(steps.drop_folder(params["drop"]), now()))

    @task
    def land_drop(*, params: Any) -> Any:
        from ingestion.clock import now
        from pipeline import new_grants as steps

        return log_account(steps.land(steps.drop_folder(params["drop"]), now()))

    @task
    def find_changed_periods(*, params: Any) -> Any:
        from ingestion.clock import now
        from pipeline import new_grants as steps

        account = steps.find_changes(params["drop"], now())
        log_account(account)
        return [{"trigger_run_id": steps.replay_id(x), "conf": x} for x in steps.replay_requests(account)]

    changed = find_changed_periods()
    replays = TriggerDagRunOperator.partial(
        task_id="replay_period",
        map_index_template="{{ task.conf['period'] }}",
        trigger_dag_id="monthly_dispatch",
        logical_date=None,
        reset_dag_run=True,
        wait_for_completion=True,
        deferrable=True,
        poke_interval=POLL_SECONDS,
    ).expand_kwargs(changed)
    chain(choose_mode(), [preview_drop(), landed := land_drop()])
    chain(landed, changed, replays)


new_grants()
