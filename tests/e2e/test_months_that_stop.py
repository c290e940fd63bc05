"""Bad months stop at the right gate with nothing published; real Tai'an patents fall out of term."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.sandbox.server import run_sandbox
from ingestion.sandbox.simulate import BadMonth, Size, make_scenario
from panhuo.contracts.model import PROJECT_ROOT
from panhuo.gates.ledger import read_approval
from panhuo.lake import Lake, tree_files
from panhuo.periods import Period
from panhuo.warehouse import query
from pipeline import monthly
from pipeline.judging import gate_results
from pipeline.marts import build_marts
from pipeline.monthly import run_month
from pipeline.publishing import PublishRefusedError
from pipeline.runs import start_run

APRIL, MAY = Period(2024, 4), Period(2024, 5)
TOKEN = "a-token-of-the-tests"
SMALL = Size(institutions=4, patents_per_institution=(40, 60), enterprises=25)


def dispatched(period):
    after = period.shift(1)
    return dt.datetime(after.year, after.month, 5, tzinfo=dt.UTC)


@pytest.fixture
def platform(tmp_path, monkeypatch):
    """Serve a scenario made with the given arguments to an installation of its own."""
    servers = []

    def serve(**arguments):
        make_scenario(tmp_path / "scenario", **arguments)
        server = run_sandbox(tmp_path / "scenario", TOKEN)
        monkeypatch.setenv("PANHUO_PLATFORM_URL", server.__enter__())
        servers.append(server)
        return tmp_path / "data"

    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PANHUO_PLATFORM_TOKEN", TOKEN)
    monkeypatch.setenv("PANHUO_PSEUDONYM_KEY", "a-key-of-the-tests-of-32-letters")
    monkeypatch.setenv("PANHUO_APPROVAL_MODE", "policy")
    yield serve
    for server in servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize(("kind", "gate"), [("grants_garbled", "judge_intake"), ("stock_collapse", "judge_models")])
def test_a_bad_month_stops_at_its_gate_with_nothing_published(platform, kind, gate):
    data = platform(bad_month=BadMonth(MAY, kind))
    assert run_month(APRIL, dispatched(APRIL))["published"]
    before = tree_files(data / "published")
    outcome = run_month(MAY, dispatched(MAY))
    assert (outcome["published"], outcome["stopped_at"]) == (False, gate)
    prefixes = {line.split(".")[0] for line in outcome["stopped_by"]}
    assert prefixes == {{"judge_intake": "G1", "judge_models": "G2"}[gate]}
    assert tree_files(data / "published") == before
    assert Lake(data).versions("monthly_dispatch", MAY) == []
    assert "未通过" in Path(outcome["report"]).read_text(encoding="utf-8")


def test_a_leaking_package_stops_at_the_last_gate(platform):
    data = platform(size=SMALL)
    run = start_run(APRIL, dispatched(APRIL))
    for source in monthly.SOURCES:
        monthly.pull_source(run, source)
    assert monthly.judge_intake(run) != "fail"
    assert build_marts(run) == []
    assert monthly.judge_models(run) != "fail"
    monthly.make_packages(run)
    one, other = sorted((run.release / "packages/institution").iterdir())[-2:]
    (one / "dispatch_lines.parquet").write_bytes((other / "dispatch_lines.parquet").read_bytes())
    assert monthly.judge_dispatch(run) == "fail"
    failed = {result.check_id for result in gate_results(run) if result.outcome == "fail"}
    assert {"G3.packages.dispatch_lines.lines_in_scope", "G3.packages.files_intact"} <= failed
    monthly.record_approval(run, "somebody", "approve", "an approval does not open a failed gate")
    with pytest.raises(PublishRefusedError, match="G3_dispatch"):
        monthly.publish_dispatch(run)
    assert Lake(data).versions("monthly_dispatch", APRIL) == []


def test_a_month_with_warnings_waits_until_a_person_approves(platform, monkeypatch):
    data = platform(size=SMALL)
    monkeypatch.setenv("PANHUO_APPROVAL_MODE", "person")
    outcome = run_month(APRIL, dispatched(APRIL))
    assert (outcome["published"], outcome["stopped_at"]) == (False, "approval")
    assert Lake(data).versions("monthly_dispatch", APRIL) == []
    command = ["approve", outcome["run_id"], "--approver", "张三", "--note", "已核对"]
    done = subprocess.run([sys.executable, "-m", "pipeline.cli", *command], cwd=PROJECT_ROOT, check=False)
    assert done.returncode == 0
    assert len(Lake(data).versions("monthly_dispatch", APRIL)) == 1
    assert read_approval(data / "ledger", outcome["run_id"]).approver == "张三"


def test_real_patents_of_taian_fall_out_with_their_term_and_reach_real_firms_of_their_city(platform, shared_data):
    if not (shared_data / "stays_here").is_dir():
        pytest.skip(f"the Tai'an data are not in {shared_data}")
    data = platform(sample="taian", shared_data=shared_data)
    assert run_month(APRIL, dispatched(APRIL))["published"]
    analytics = data / "published" / "analytics.duckdb"

    def count(condition):
        return query(analytics, f"select count(*) as n from dim_patents where {condition}").to_pylist()[0]["n"]

    assert count("data_origin = 'real'") == 3374
    inventions = "is_base_library and patent_type = 'invention'"
    assert count(f"{inventions} and expiry_date >= '2024-04-30'") == pytest.approx(464, abs=15)
    assert count("is_in_force and expiry_date < '2024-04-30'") == 0
    assert count("is_base_library and expiry_date < '2024-04-30' and not_in_force_reason <> 'expired_by_term'") == 0
    expired = query(
        analytics,
        "select count(*) as n from fct_screening where reasons like '%expired_by_term%' and disposition = 'excluded'",
    ).to_pylist()[0]["n"]
    assert expired == count("is_base_library and expiry_date < '2024-04-30'")
    pushes = query(
        analytics,
        """
        select pushes.*, pushes.city_name = firms.city_name as is_same_city
        from fct_pushes as pushes inner join fct_push_recipients as firms using (period, enterprise_id)
        where pushes.data_origin = 'real'
        """,
    ).to_pylist()
    near = [push for push in pushes if push["is_same_city"]]
    assert len({push["patent_no"] for push in near}) >= 50
    assert len({push["enterprise_id"] for push in near}) >= 50
    assert all("同在" in push["reasons"] for push in near if "region" in push["reason_evidence"])
    assert all(set(push["reason_evidence"].split("|")) - {"region"} for push in pushes)
