"""The DAG that lands a drop and asks for replays, and the one that rebuilds and compares, with nothing behind them."""

from operator import itemgetter

import pytest

from panhuo.periods import parse_instant
from pipeline import new_grants, replay
from pipeline.new_grants import NewGrants, PeriodVerdict

AS_OF = "2024-07-20T00:00:00Z"
CHANGED = [PeriodVerdict(month, 1, "changed", "2 件专利不同", AS_OF) for month in ("2024-05", "2024-06")]


@pytest.fixture
def new_grants_dag(dag_bag):
    return dag_bag.dags["new_grants"]


@pytest.fixture
def replay_dag(dag_bag):
    return dag_bag.dags["replay_as_of"]


@pytest.fixture
def asked(monkeypatch, metadata):
    """The runs of the month that were asked for, in place of runs that nobody would work off here."""
    from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator

    runs = []

    def execute(self, context):
        runs.append((self.trigger_dag_id, self.trigger_run_id, self.conf))

    monkeypatch.setattr(TriggerDagRunOperator, "execute", execute)
    return runs


@pytest.fixture
def steps(monkeypatch, tmp_path):
    """The steps, with nothing behind them; what was called, and what the lake is found to change."""
    calls, verdicts = [], [PeriodVerdict("2024-04", 1, "earlier", "不涉及"), *CHANGED]
    (tmp_path / "七月").mkdir()
    monkeypatch.setenv("PANHUO_DROPS_DIR", str(tmp_path))

    def preview(path, moment):
        calls.append(("preview", path))
        return NewGrants(path.name, True, AS_OF, periods=tuple(verdicts))

    def land(path, moment):
        calls.append(("land", path))
        return NewGrants(path.name, False, AS_OF)

    def find_changes(drop, moment):
        calls.append(("find_changes", drop))
        return NewGrants(drop, False, AS_OF, periods=tuple(verdicts))

    for step in (preview, land, find_changes):
        monkeypatch.setattr(new_grants, step.__name__, step)
    return calls, verdicts


def run(dag, **conf):
    finished = dag.test(run_conf=conf)
    return finished.state, {ti.task_id: ti.state for ti in finished.get_task_instances()}


def test_replays_are_asked_for_of_exactly_the_changed_months(new_grants_dag, steps, asked, tmp_path):
    state, _ = run(new_grants_dag, drop="七月")
    assert state == "success"
    assert steps[0] == [("land", tmp_path / "七月"), ("find_changes", "七月")]
    assert sorted(asked, key=itemgetter(1)) == [
        (
            "monthly_dispatch",
            f"new_grants__{month}__{AS_OF}",
            {"period": month, "as_of": AS_OF, "pull": False},
        )
        for month in ("2024-05", "2024-06")
    ]


def test_dry_run_lands_nothing_and_asks_for_nothing(new_grants_dag, steps, asked, tmp_path):
    state, tasks = run(new_grants_dag, drop="七月", dry_run=True)
    assert state == "success"
    assert steps[0] == [("preview", tmp_path / "七月")]
    assert asked == []
    assert tasks["land_drop"] == tasks["find_changed_periods"] == "skipped"


def test_nothing_changed_is_a_success_without_replays(new_grants_dag, steps, asked):
    del steps[1][1:]
    state, tasks = run(new_grants_dag, drop="七月")
    assert state == "success"
    assert asked == []
    assert tasks["replay_period"] == "skipped"


def test_a_drop_that_is_not_there_fails(new_grants_dag, steps, asked):
    state, _ = run(new_grants_dag, drop="../七月")
    assert state == "failed"
    assert steps[0] == []


def test_a_replay_is_waited_for_and_its_failure_is_one(new_grants_dag):
    asked = new_grants_dag.get_task("replay_period").partial_kwargs
    assert asked["wait_for_completion"] is asked["deferrable"] is asked["reset_dag_run"] is True
    assert asked["trigger_dag_id"] == "monthly_dispatch"
    assert {task.trigger_rule.value for task in new_grants_dag.tasks} == {"all_success"}
    assert {task.task_id for task in new_grants_dag.leaves} == {"preview_drop", "replay_period"}


@pytest.mark.parametrize("name", ["new_grants", "replay_as_of"])
def test_dag_runs_when_it_is_asked_to_and_is_explained_in_chinese(dag_bag, name):
    dag = dag_bag.dags[name]
    assert dag.timetable.can_be_scheduled is False
    assert dag.max_active_runs == 1
    assert dag.doc_md.startswith(f"### {dag.dag_display_name}")


@pytest.mark.parametrize(
    ("name", "as_of", "moment", "differing", "state"),
    [
        ("2024-05", AS_OF, parse_instant(AS_OF), (), "success"),
        ("2024-Q2", None, None, ("marts/fct_quarterly_statistics.parquet",), "failed"),
    ],
    ids=["month, identical at an instant", "quarter, different from the newest version"],
)
def test_what_differs_when_rebuilt_fails(replay_dag, metadata, monkeypatch, name, as_of, moment, differing, state):
    asked = []

    def rebuilt(period, as_of):
        asked.append((str(period), as_of))
        return replay.ReplayOutcome(str(period), AS_OF, 2, 9, differing, (), (), (), ())

    monkeypatch.setattr(replay, "replay_quarter" if "Q" in name else "replay_month", rebuilt)
    assert run(replay_dag, period=name, as_of=as_of)[0] == state
    assert asked == [(name, moment)]
