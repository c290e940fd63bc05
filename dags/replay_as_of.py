"""When a published month or quarter is rebuilt as of an instant; what is compared is in `pipeline.replay`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pendulum
from airflow.sdk import Param, dag, task
from airflow.sdk.exceptions import AirflowFailException

log = logging.getLogger(__name__)


@dag(
    schedule=None,
    start_date=pendulum.datetime(2024, 4, 1, tz="Asia/Shanghai"),
    max_active_runs=1,
    dag_display_name="重建比对",
    doc_md=str(Path(__file__).with_suffix(".md")),
    tags=["核对"],
    params={
        "period": Param(type="string", pattern=r"^\d{4}-(\d{2}|Q[1-4])$", title="月份或季度"),
        "as_of": Param(None, type=["null", "string"], format="date-time", title="数据截止时间"),
    },
)
def replay_as_of() -> None:
    """One task: it fails when a file differs."""

    @task
    def rebuild_and_compare(*, params: Any) -> Any:
        from panhuo.periods import parse_instant
        from pipeline import replay

        as_of = parse_instant(params["as_of"]) if params["as_of"] else None
        outcome = replay.replay(params["period"], as_of)
        log.info(outcome.to_text())
        if not outcome.is_identical:
            raise AirflowFailException(outcome.to_text())
        return outcome.to_json()

    rebuild_and_compare()


replay_as_of()
