"""The DAG that pulls feedback of enterprises every day, with nothing behind its steps."""

import types

import pendulum
import pytest

from pipeline import feedback


@pytest.fixture
def feedback_dag(dag_bag):
    return dag_bag.dags["enterprise_feedback"]


@pytest.fixture
def steps(monkeypatch, metadata, tmp_path):
    """What is called, and what the gate says."""
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    calls, answers = [], {"verdict": "pass"}

    def open_run(run_id):
        return types.SimpleNamespace(run_id=run_id)

    def start_run(as_of):
        calls.append(("start_run",))
        return open_run("feedback-2024-06")

    def pull_source(run, source):
        calls.append(("pull_source", run.run_id, source))

    def judge_feedback(run):
        calls.append(("judge_feedback", run.run_id))
        return answers["verdict"]

    for step in (open_run, start_run, pull_source, judge_feedback):
        monkeypatch.setattr(feedback, step.__name__, step)
    return calls, answers


def run(dag):
    finished = dag.test()
    return finished.state, {ti.task_id: ti.state for ti in finished.get_task_instances()}


@pytest.mark.parametrize(("verdict", "state"), [("pass", "success"), ("needs_approval", "success"), ("fail", "failed")])
def test_every_source_is_pulled_and_then_judged(feedback_dag, steps, verdict, state):
    calls, answers = steps
    answers["verdict"] = verdict
    assert run(feedback_dag)[0] == state
    assert calls[0] == ("start_run",)
    assert calls[-1] == ("judge_feedback", "feedback-2024-06")
    assert sorted(calls[1:-1]) == sorted(("pull_source", "feedback-2024-06", source) for source in feedback.SOURCES)


def test_sources_of_the_dag_are_those_of_the_steps(feedback_dag):
    pulled = feedback_dag.get_task("pull_source")
    assert pulled.op_kwargs_expand_input.value["source"] == list(feedback.SOURCES)
    assert {task.task_id for task in feedback_dag.tasks if task.retries} == {"pull_source"}


def test_gate_is_the_only_leaf(feedback_dag):
    assert [task.task_id for task in feedback_dag.leaves] == ["judge_feedback"]
    assert {task.trigger_rule.value for task in feedback_dag.tasks} == {"all_success"}


def test_it_runs_every_night_before_a_month_is_dispatched_and_never_twice_at_once(feedback_dag):
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    first = coerce_to_core_timetable(feedback_dag.timetable).next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(pendulum.datetime(2024, 7, 4, 12, tz="Asia/Shanghai"), None, catchup=True),
    )
    assert first.run_after == pendulum.datetime(2024, 7, 5, 2, tz="Asia/Shanghai")
    assert feedback_dag.max_active_runs == 1
    assert feedback_dag.catchup is False
    assert feedback_dag.doc_md.startswith("### 企业反馈")
