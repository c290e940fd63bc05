"""The DAG of a quarter, with nothing behind its steps."""

import datetime as dt
import types

import pytest

from panhuo.quarterly_report.readback import PAGE, WORKBOOK
from pipeline import quarterly

CONF = {"quarter": "2024-Q2", "as_of": "2024-07-16T00:00:00Z"}
STEPS = ["judge_intake", "build_statistics", "judge_statistics"]


@pytest.fixture
def quarter_dag(dag_bag):
    return dag_bag.dags["quarterly_statistics"]


@pytest.fixture
def steps(monkeypatch, metadata, tmp_path):
    """What is called, and what each step answers."""
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    calls, answers = [], {"approval_needed": False}

    def open_run(run_id):
        return types.SimpleNamespace(run_id=run_id)

    def start_run(quarter, as_of):
        calls.append(("start_run", str(quarter), as_of))
        return open_run("quarterly-2024-06")

    def recorder(name):
        def step(run, *args):
            if name != "approval_needed":
                calls.append((name, run.run_id, *args))
            return answers.get(name, "pass")

        return step

    monkeypatch.setattr(quarterly, "open_run", open_run)
    monkeypatch.setattr(quarterly, "start_run", start_run)
    for name in (*STEPS, "approval_needed", "record_approval", "publish_statistics"):
        monkeypatch.setattr(quarterly, name, recorder(name))
    monkeypatch.setattr("pipeline.monthly.open_run", open_run)
    monkeypatch.setattr("pipeline.monthly.approval_needed", recorder("approval_needed"))
    return calls, answers


def test_the_dag_says_where_its_report_lies(quarter_dag):
    assert all(name in quarter_dag.doc_md for name in (quarterly.PRODUCT, f"{quarterly.REPORT}/", PAGE, WORKBOOK))


def run(dag, **conf):
    finished = dag.test(run_conf=CONF | conf)
    return finished.state, {ti.task_id: ti.state for ti in finished.get_task_instances()}


def test_a_clean_quarter_is_published_in_order(quarter_dag, steps):
    calls, _ = steps
    state, tasks = run(quarter_dag)
    assert state == "success"
    assert calls[0] == ("start_run", "2024-Q2", dt.datetime(2024, 7, 16, tzinfo=dt.UTC))
    assert [name for name, *_ in calls] == ["start_run", *STEPS, "record_approval", "publish_statistics"]
    assert tasks["approve_dispatch"] == "skipped"


@pytest.mark.parametrize("gate", ["judge_intake", "judge_statistics"])
def test_a_failed_gate_publishes_nothing(quarter_dag, steps, gate):
    calls, answers = steps
    answers[gate] = "fail"
    state, _ = run(quarter_dag)
    assert state == "failed"
    assert calls[-1][0] == gate


def test_a_preliminary_quarter_does_not_wait(quarter_dag, steps):
    calls, _ = steps
    state, _ = run(quarter_dag, as_of="2024-07-10T00:00:00Z", wait=False)
    assert state == "success"
    assert calls[0][2] == dt.datetime(2024, 7, 10, tzinfo=dt.UTC)


def test_it_waits_for_the_freeze_without_holding_a_worker(quarter_dag):
    assert quarter_dag.get_task("wait_for_freeze").reschedule
    assert [task.task_id for task in quarter_dag.roots] == ["wait_for_freeze"]
    assert not quarterly.is_freezable(quarterly.Quarter(2024, 2), dt.datetime(2024, 7, 15, 15, 59, tzinfo=dt.UTC))
    assert quarterly.is_freezable(quarterly.Quarter(2024, 2), dt.datetime(2024, 7, 15, 16, tzinfo=dt.UTC))


def test_three_published_months_fire_one_quarter(quarter_dag):
    from airflow.serialization.encoders import coerce_to_core_timetable

    timetable = coerce_to_core_timetable(quarter_dag.timetable)
    mapper = timetable.default_partition_mapper
    assert {mapper.to_downstream(f"2024-{month:02d}") for month in (4, 5, 6)} == {"2024-Q2"}
    assert set(mapper.to_upstream("2024-Q2")) == {"2024-04", "2024-05", "2024-06"}
    assert quarter_dag.max_active_runs == 1


def test_publication_is_the_only_leaf(quarter_dag):
    assert [task.task_id for task in quarter_dag.leaves] == ["publish_statistics"]
    rules = {task.task_id: task.trigger_rule.value for task in quarter_dag.tasks}
    assert rules.pop("record_approval") == "none_failed_min_one_success"
    assert set(rules.values()) == {"all_success"}
    assert not [task.task_id for task in quarter_dag.tasks if task.retries]
    assert quarter_dag.doc_md.startswith("### 季度统计")
