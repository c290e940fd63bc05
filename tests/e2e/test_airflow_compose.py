"""docker-compose.yml is well-formed and refuses to start without secrets; its services run months."""

import csv
import json
import re
import shutil
import subprocess
import time

import pyarrow.parquet as pq
import pytest
import requests
import yaml

from panhuo.gates.ledger import read_approvals
from panhuo.lake import Lake
from panhuo.periods import Period

DAG = "monthly_dispatch"
AS_OF = "2024-07-05T00:00:00Z"
MONTH_SECONDS = 600
TIMEOUT = 60
READING_SECONDS = 10
"""Nobody answers sooner; and a task that is answered before the scheduler has noticed that it waits is failed by
Airflow 3.3 (apache/airflow issues 66374 and 72716)."""


@pytest.fixture
def compose_config(compose):
    """`docker-compose config`, with the environment given and nothing else."""
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("no docker-compose here; install Debian's package `docker-compose`")

    def config(variables):
        return subprocess.run(
            [command, "-f", str(compose.file), "config"], env=variables, capture_output=True, text=True
        )

    return config


def test_compose_reads_the_file_as_the_tests_do(compose_config, compose):
    shown = compose_config(compose.secrets)
    assert shown.returncode == 0, shown.stderr
    seen = compose.interpolate(yaml.safe_load(shown.stdout), {})["services"]
    assert set(seen) == set(compose.services())
    for name, service in compose.services().items():
        assert seen[name]["environment"] == service["environment"]
        assert seen[name].get("command") == service.get("command")
        assert seen[name].get("healthcheck", {}).get("test") == service.get("healthcheck", {}).get("test")


@pytest.mark.parametrize("secret", ["POSTGRES_PASSWORD", "AIRFLOW_JWT_SECRET", "PANHUO_PSEUDONYM_KEY"])
def test_compose_names_the_secret_that_is_missing(compose_config, compose, secret):
    refused = compose_config({**compose.secrets, secret: ""})
    assert refused.returncode != 0
    assert f"{secret} is not set" in refused.stderr


def test_example_environment_names_every_secret(compose):
    asked = set(re.findall(r"\$\{(\w+):\?", compose.file.read_text(encoding="utf-8")))
    example = (compose.file.parent / ".env.example").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^(\w+)=$", example, re.MULTILINE)) == set(compose.secrets)


def test_every_service_but_the_one_that_ends_has_a_health_check(compose):
    unwatched = {name for name, service in compose.services().items() if "healthcheck" not in service}
    assert unwatched == {"init"}


def test_image_takes_in_every_room_that_runs(compose):
    root = compose.file.parent
    lines = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!") and (root / line[1:]).is_dir()}
    tracked = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout
    rooms = {line.partition("/")[0] for line in tracked.splitlines() if "/" in line}
    assert rooms - let_in == {".ci", "benchmarks", "changelog.d", "docs", "tests"} & rooms


def test_web_page_is_bound_to_this_machine_alone(compose):
    published = {name: service["ports"] for name, service in compose.services().items() if "ports" in service}
    assert published == {"api-server": ["127.0.0.1:8080:8080"]}


@pytest.mark.parametrize("path", [f"/api/v2/dags/{DAG}", f"/api/v2/dags/{DAG}/dagRuns", "/gate-reports/"])
def test_strangers_see_nothing(stack, path):
    assert requests.get(stack.url + path, timeout=TIMEOUT).status_code == 401


def test_wrong_password_opens_nothing(stack):
    with pytest.raises(requests.HTTPError, match="401"):
        stack.sign_in("reviewer", "a guess")


@pytest.fixture(scope="module")
def reviewer(stack):
    """The reviewer's session; the DAG is unpaused."""
    session = stack.sign_in("reviewer", stack.secrets["AIRFLOW_REVIEWER_PASSWORD"])
    stack.wait_until(lambda: session.get(f"{stack.url}/api/v2/dags/{DAG}", timeout=TIMEOUT).ok, 60, "DAG parsed")
    session.patch(f"{stack.url}/api/v2/dags/{DAG}", json={"is_paused": False}, timeout=TIMEOUT).raise_for_status()
    return session


@pytest.fixture(scope="module")
def backfill(stack, reviewer):
    """Three months backfilled one after the other; whatever waits for a person is approved."""
    window = ["--from-date", "2024-04-01", "--to-date", "2024-06-30", "--max-active-runs", "1"]
    conf = ["--dag-run-conf", json.dumps({"as_of": AS_OF})]
    stack.run("scheduler", "airflow", "backfill", "create", "--dag-id", DAG, *window, *conf)
    answered = {}

    def finished():
        _answer_whatever_waits(stack, reviewer, answered)
        runs = reviewer.get(f"{stack.url}/api/v2/dags/{DAG}/dagRuns", timeout=TIMEOUT).json()["dag_runs"]
        return runs if len(runs) == 3 and all(run["state"] in ("success", "failed") for run in runs) else None

    runs = stack.wait_until(finished, 3 * MONTH_SECONDS, "three months")
    return {run["partition_key"]: run for run in runs}, answered


def _answer_whatever_waits(stack, session, seen):
    """Approve each run that waits, once it was seen waiting a while ago; `seen` says since when."""
    runs = f"{stack.url}/api/v2/dags/{DAG}/dagRuns"
    waiting = session.get(f"{runs}/~/hitlDetails", params={"response_received": False}, timeout=TIMEOUT)
    for detail in waiting.json()["hitl_details"]:
        instance = detail["task_instance"]
        since = seen.setdefault(instance["dag_run_id"], time.monotonic())
        if time.monotonic() - since >= READING_SECONDS:
            assert (instance["task_id"], instance["state"]) == ("approve_dispatch", "awaiting_input")
            where = f"{runs}/{instance['dag_run_id']}/taskInstances/approve_dispatch/-1/hitlDetails"
            answer = {"chosen_options": ["Approve"], "params_input": {"note": "已核对警告"}}
            session.patch(where, json=answer, timeout=TIMEOUT).raise_for_status()


def test_backfill_gives_one_run_for_each_month(backfill, stack):
    runs, _ = backfill
    assert {month: run["state"] for month, run in runs.items()} == {
        "2024-04": "success",
        "2024-05": "success",
        "2024-06": "success",
    }, stack.errors()
    assert {run["run_type"] for run in runs.values()} == {"backfill"}


def test_months_are_published_and_announced(backfill, stack, reviewer):
    assert Lake(stack.data).published_periods(DAG) == [Period(2024, 4), Period(2024, 5), Period(2024, 6)]
    events = reviewer.get(f"{stack.url}/api/v2/assets/events", timeout=TIMEOUT).json()["asset_events"]
    assert sorted(event["partition_key"] for event in events) == ["2024-04", "2024-05", "2024-06"]


def test_month_before_the_programme_fails_when_it_is_triggered(backfill, stack, reviewer):
    runs = f"{stack.url}/api/v2/dags/{DAG}/dagRuns"
    asked = {"logical_date": None, "conf": {"period": "2024-03"}}
    run_id = reviewer.post(runs, json=asked, timeout=TIMEOUT).json()["dag_run_id"]

    def ended():
        state = reviewer.get(f"{runs}/{run_id}", timeout=TIMEOUT).json()["state"]
        return state if state in ("success", "failed") else None

    assert stack.wait_until(ended, MONTH_SECONDS, "refusal") == "failed"


def test_person_who_approved_is_in_the_ledger(backfill, stack):
    _, answered = backfill
    assert answered
    by_person = [x for x in read_approvals(stack.data / "ledger") if x.approver == "reviewer"]
    assert len(by_person) == len(answered)
    assert {(x.decision, x.note) for x in by_person} == {("approved", "已核对警告")}


def test_reader_finds_the_gate_report_of_a_month(backfill, stack, reviewer):
    page = reviewer.get(f"{stack.url}/gate-reports/2024-05/1", timeout=TIMEOUT)
    assert page.status_code == 200
    assert "2024-05" in page.text


LAND = "import sys; from ingestion.clock import now; from pipeline import new_grants as steps; t = now(); "
LAND += "steps.land(steps.drop_folder(sys.argv[1]), t); print(t.isoformat())"


def given_up(stack, name, number, day):
    """A drop that says that a right was given up on that day."""
    file = stack.drops / name / "legal_events" / "events.jsonl"
    file.parent.mkdir(parents=True)
    event = {"event_id": f"L-{name}", "patent_no": number, "event_code": "AV01", "event_name": "放弃专利权"}
    event |= {"event_date": day, "announced_on": "2024-07-16", "event_detail": "", "data_origin": "模拟"}
    file.write_text(json.dumps(event, ensure_ascii=False), encoding="utf-8")


def lines_of(stack, month):
    version = stack.data / "published" / DAG / f"period={month}" / "version=1"
    return pq.read_table(version / "marts" / "fct_dispatch_lines.parquet")["patent_no"].to_pylist()


def numbers(stack):
    lake = Lake(stack.data)
    return {str(month): [x.number for x in lake.versions(DAG, month)] for month in lake.published_periods(DAG)}


def withdrawn(stack, month, number):
    """Patents that the packages of a version withdraw as corrections, with the causes they name."""
    packages = stack.data / "published" / DAG / f"period={month}" / f"version={number}" / "packages" / "province"
    found = {}
    for path in packages.glob("*/changes.csv"):
        with path.open(encoding="utf-8-sig") as stream:
            corrections = [row for row in csv.DictReader(stream) if row["change_base"] == "previous_version"]
        found |= {row["patent_no"]: row["change_reason"] for row in corrections if row["change_kind"] == "DEL"}
    return found


def run_ended(stack, reviewer, dag, run_ids):
    """Ask until all runs of a DAG have ended, approving what waits; their states."""
    runs, answered = f"{stack.url}/api/v2/dags/{dag}/dagRuns", {}

    def ended():
        _answer_whatever_waits(stack, reviewer, answered)
        found = [x for x in reviewer.get(runs, timeout=TIMEOUT).json()["dag_runs"] if run_ids(x)]
        return found if found and all(x["state"] in ("success", "failed") for x in found) else None

    return [x["state"] for x in stack.wait_until(ended, 3 * MONTH_SECONDS, f"runs of {dag}")]


@pytest.fixture(scope="module")
def two_rights(stack, backfill):
    """Two patents with a line in May and in June."""
    return sorted(set(lines_of(stack, "2024-05")) & set(lines_of(stack, "2024-06")))[:2]


@pytest.fixture(scope="module")
def june_again(stack, reviewer, two_rights):
    """The state of a run of `new_grants` with a drop that bears on June alone."""
    given_up(stack, "first", two_rights[0], "2024-06-20")
    dag = f"{stack.url}/api/v2/dags/new_grants"
    reviewer.patch(dag, json={"is_paused": False}, timeout=TIMEOUT).raise_for_status()
    asked = {"logical_date": None, "conf": {"drop": "first"}}
    run_id = reviewer.post(f"{dag}/dagRuns", json=asked, timeout=TIMEOUT).json()["dag_run_id"]
    return run_ended(stack, reviewer, "new_grants", lambda x: x["dag_run_id"] == run_id)


def test_new_grants_has_exactly_the_changed_month_run_again(june_again, two_rights, stack, reviewer):
    assert june_again == ["success"], stack.errors()
    assert numbers(stack) == {"2024-04": [1], "2024-05": [1], "2024-06": [1, 2]}
    assert list(withdrawn(stack, "2024-06", 2)) == [two_rights[0]]
    assert "first/events.jsonl 第 1 行" in withdrawn(stack, "2024-06", 2)[two_rights[0]]


def test_backfill_of_past_months_publishes_where_a_landed_drop_changes_something(
    june_again, two_rights, stack, reviewer
):
    given_up(stack, "second", two_rights[1], "2024-05-20")
    as_of = stack.run("scheduler", "python", "-c", LAND, "second").split()[-1]
    conf = json.dumps({"as_of": as_of, "pull": False})
    window = ["--from-date", "2024-04-01", "--to-date", "2024-06-30", "--max-active-runs", "1"]
    again = ["--reprocess-behavior", "completed", "--dag-run-conf", conf]
    stack.run("scheduler", "airflow", "backfill", "create", "--dag-id", DAG, *window, *again)
    states = run_ended(stack, reviewer, DAG, lambda x: x["run_type"] == "backfill" and x["conf"].get("as_of") == as_of)
    assert states == ["success"] * 3, stack.errors()
    assert numbers(stack) == {"2024-04": [1], "2024-05": [1, 2], "2024-06": [1, 2, 3]}
    assert list(withdrawn(stack, "2024-05", 2)) == list(withdrawn(stack, "2024-06", 3)) == [two_rights[1]]
    assert "second/events.jsonl 第 1 行" in withdrawn(stack, "2024-05", 2)[two_rights[1]]
