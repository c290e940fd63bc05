"""Whole runs of the DAG with recording stand-ins for the steps: order, verdicts, approval."""

import datetime as dt
import sys
import threading
import time
import types

import pytest

import pipeline

CONF = {"period": "2024-05", "as_of": "2024-06-05T00:00:00Z"}
SOURCES = [
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
    "open_license_offers",
    "stability_reports",
    "inspections",
    "consultations",
    "platform_listings",
]
PULLS = ["pull_source"] * len(SOURCES)
BUILD = ["build_models", "match_patents", "build_matched_models"]
BEFORE_G3 = ["start_run", *PULLS, "judge_intake", *BUILD, "judge_models", "assign_experts", "make_packages"]


class RecordingSteps(types.ModuleType):
    """`pipeline.monthly` with nothing behind it: writes down what is called and answers as told."""

    def __init__(self):
        super().__init__("pipeline.monthly")
        self.calls = []
        self.answers = {"approval_needed": False}

    @property
    def names(self):
        return [name for name, *_ in self.calls if name != "approval_needed"]

    def start_run(self, period, as_of):
        self.calls.append(("start_run", str(period), as_of))
        return self.open_run(f"monthly-{period}")

    def open_run(self, run_id):
        return types.SimpleNamespace(run_id=run_id, period=run_id.removeprefix("monthly-"))

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)

        def call(run, *args):
            self.calls.append((name, *args))
            answer = self.answers.get(name, "pass")
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


@pytest.fixture
def steps(monkeypatch, tmp_path):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    fake = RecordingSteps()
    monkeypatch.setitem(sys.modules, "pipeline.monthly", fake)
    monkeypatch.setattr(pipeline, "monthly", fake, raising=False)
    return fake


@pytest.fixture
def run(dag, metadata, steps):
    """Run the month; `answer` is given to the approver's question, as the page of required actions does."""

    def run_month(answer=None, **conf):
        person = threading.Thread(target=_answer, args=(answer,))
        if answer:
            person.start()
        finished = dag.test(run_conf=CONF | conf)
        if answer:
            person.join()
        return finished.state, {ti.task_id: ti.state for ti in finished.get_task_instances()}

    return run_month


def _answer(option):
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    while True:
        time.sleep(0.2)
        with create_session() as session:
            waiting = select(TaskInstance).where(TaskInstance.state == "awaiting_input")
            for instance in session.scalars(waiting):
                detail = session.scalar(select(HITLDetail).where(HITLDetail.ti_id == instance.id))
                detail.responded_by = {"id": "7", "name": "张敏"}
                detail.responded_at = dt.datetime.now(dt.UTC)
                detail.chosen_options = [option]
                detail.params_input = {"note": "已核对"}
                handle_event_submit(
                    TriggerEvent(detail.as_resume_event_payload()), task_instance=instance, session=session
                )
                return


def test_clean_month_is_published_in_order(run, steps):
    state, tasks = run()
    assert state == "success"
    assert steps.names == [*BEFORE_G3, "judge_dispatch", "record_approval", "publish_dispatch"]
    assert steps.calls[0] == ("start_run", "2024-05", dt.datetime(2024, 6, 5, tzinfo=dt.UTC))
    assert sorted(args[0] for name, *args in steps.calls if name == "pull_source") == sorted(SOURCES)
    assert ("record_approval", "policy", "approve", "按策略自动批准") in steps.calls
    assert tasks["approve_dispatch"] == "skipped"
    assert _announced_months() == ["2024-05"]


def test_a_month_that_is_run_again_does_not_ask_the_platform(run, steps):
    state, _ = run(pull=False)
    assert state == "success"
    assert [name for name in steps.names if name != "pull_source"] == steps.names
    assert steps.names[-1] == "publish_dispatch"


@pytest.mark.parametrize("gate", ["judge_intake", "judge_models", "judge_dispatch"])
def test_failed_gate_fails_the_run_and_stops_it_there(run, steps, gate):
    steps.answers[gate] = "fail"
    state, tasks = run()
    assert state == "failed"
    assert tasks[gate] == "failed"
    assert steps.names[-1] == gate
    assert tasks["publish_dispatch"] == "upstream_failed"


def test_broken_step_is_not_tried_again(run, steps):
    steps.answers["build_models"] = RuntimeError("broken model")
    state, _ = run()
    assert state == "failed"
    assert steps.names.count("build_models") == 1
    assert steps.names[-1] == "build_models"


def test_warnings_wait_for_a_person_whose_name_is_recorded(run, steps):
    steps.answers |= {"judge_dispatch": "needs_approval", "approval_needed": True}
    state, tasks = run(answer="Approve")
    assert state == "success"
    assert tasks["approve_dispatch"] == "success"
    assert ("record_approval", "张敏 (7)", "approve", "已核对") in steps.calls
    assert steps.names[-1] == "publish_dispatch"


def test_rejected_month_is_recorded_and_not_published(run, steps):
    steps.answers |= {"judge_dispatch": "needs_approval", "approval_needed": True}
    state, tasks = run(answer="Reject")
    assert state == "failed"
    assert tasks["approve_dispatch"] == "failed"
    assert steps.calls[-1] == ("record_approval", "张敏 (7)", "reject", "已核对")
    assert "publish_dispatch" not in steps.names


def test_approval_marked_as_done_by_hand_publishes_nothing(run, steps, monkeypatch):
    steps.answers |= {"judge_dispatch": "needs_approval", "approval_needed": True}
    from airflow.providers.standard.operators.hitl import ApprovalOperator

    monkeypatch.setattr(ApprovalOperator, "execute", lambda self, context: None)
    state, tasks = run()
    assert state == "failed"
    assert tasks["record_approval"] == "failed"
    assert "publish_dispatch" not in steps.names


def _announced_months():
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        return list(session.scalars(select(AssetEvent.partition_key)))
