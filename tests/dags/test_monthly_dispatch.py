"""The policy that the DAG file must follow."""

import subprocess
import sys

import pendulum
import pytest

from pipeline import monthly
from pipeline.airflow_home import airflow_environment

GATES = ["judge_intake", "judge_models", "judge_dispatch"]


def test_folder_holds_exactly_these_dags(dag_bag):
    assert dag_bag.import_errors == {}
    assert set(dag_bag.dag_ids) == {
        "enterprise_feedback",
        "monthly_dispatch",
        "new_grants",
        "quarterly_statistics",
        "replay_as_of",
    }


def test_dag_is_explained_in_chinese(dag):
    assert dag.doc_md.startswith("### 月度派发")
    assert dag.tags == {"月度", "派发"}


def test_month_is_the_one_before_the_scheduled_day(dag):
    run = _timetable(dag).next_dagrun_info_v2(
        last_dagrun_info=None, restriction=_restriction(pendulum.datetime(2024, 7, 1, tz="UTC"))
    )
    assert run.partition_key == "2024-06"
    assert run.run_after == pendulum.datetime(2024, 7, 5, 6, tz="Asia/Shanghai")


def test_backfill_of_a_quarter_has_its_three_months(dag):
    runs = _timetable(dag).iter_partition_dagrun_infos(
        earliest=pendulum.datetime(2024, 4, 1, tz="UTC"), latest=pendulum.datetime(2024, 6, 30, tz="UTC")
    )
    assert [run.partition_key for run in runs] == ["2024-04", "2024-05", "2024-06"]


def test_one_month_at_a_time_and_no_catching_up(dag):
    assert dag.max_active_runs == 1
    assert dag.catchup is False


def test_only_pulls_are_retried_and_ever_more_patiently(dag):
    retried = {task.task_id: task.retry_exponential_backoff for task in dag.tasks if task.retries}
    assert retried == {"pull_source": 2}


def test_every_source_is_pulled(dag):
    assert dag.get_task("pull_source").op_kwargs_expand_input.value["source"] == list(monthly.SOURCES)


@pytest.mark.parametrize("gate", GATES)
def test_gate_stands_before_publication(dag, gate):
    assert "publish_dispatch" in dag.get_task(gate).get_flat_relative_ids(upstream=False)


def test_no_task_runs_after_a_failure(dag):
    rules = {task.task_id: task.trigger_rule.value for task in dag.tasks}
    assert rules.pop("record_approval") == "none_failed_min_one_success"
    assert set(rules.values()) == {"all_success"}


def test_publication_is_the_only_leaf_and_announces_the_month(dag):
    assert [task.task_id for task in dag.leaves] == ["publish_dispatch"]
    assert [asset.name for asset in dag.get_task("publish_dispatch").outlets] == ["published_monthly_dispatch"]


def test_steps_are_functions_of_the_pipeline(dag):
    steps = {task.task_id for task in dag.tasks} - {"choose_approval", "approve_dispatch"}
    assert {step for step in steps if not callable(getattr(monthly, step, None))} == set()


def test_parsing_imports_none_of_the_engines(tmp_path):
    code = (
        "import sys; from airflow.dag_processing.dagbag import DagBag; assert DagBag().dags;"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    parsed = subprocess.run(
        [sys.executable, "-c", code],
        env=airflow_environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(parsed.stdout.splitlines()[-1].split())
    assert "panhuo_airflow" in loaded
    assert not loaded & {
        "pandas",
        "pyarrow",
        "duckdb",
        "dbt",
        "great_expectations",
        "panhuo",
        "pipeline",
        "fastapi",
    }


def _timetable(dag):
    from airflow.serialization.encoders import coerce_to_core_timetable

    return coerce_to_core_timetable(dag.timetable)


def _restriction(earliest):
    from airflow.timetables.base import TimeRestriction

    return TimeRestriction(earliest=earliest, latest=None, catchup=True)
