"""Feedback of enterprises against the sandbox platform: pulled by the day, found by the month."""

import datetime as dt

import pytest

from ingestion.sandbox.server import run_sandbox, scenario_faults
from ingestion.sandbox.simulate import Size, make_scenario
from ingestion.workbooks import write_form
from panhuo.contracts.model import load_catalogue
from panhuo.lake import Lake
from panhuo.periods import Period
from pipeline import feedback, monthly
from pipeline.landing import BackdatedError, land_location

TOKEN = "a-token"
JUNE = Period(2024, 6)
NIGHT = dt.datetime(2024, 6, 29, 18, tzinfo=dt.UTC)
FEEDS = ("evaluations", "needs", "need_responses")
ENTERPRISE = "91340100MA2ABCDE0T"


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """The lake of an installation beside a platform that stumbles."""
    scenario = tmp_path / "scenario"
    make_scenario(scenario, size=Size(institutions=3, patents_per_institution=(40, 50), enterprises=20))
    with run_sandbox(scenario, TOKEN, scenario_faults(scenario)) as url:
        for name, value in {"DATA_DIR": tmp_path / "data", "PLATFORM_URL": url, "PLATFORM_TOKEN": TOKEN}.items():
            monkeypatch.setenv(f"PANHUO_{name}", str(value))
        monkeypatch.setenv("PANHUO_PSEUDONYM_KEY", "0123456789abcdef")
        yield Lake(tmp_path / "data")


def test_what_a_night_lands_the_month_finds_without_landing_it_again(lake, tmp_path):
    outcome = feedback.run_day(NIGHT)
    assert outcome["verdict"] == "pass"
    landed = {x["source"]: x["accepted_rows"] for x in outcome["pulled"]}
    assert set(landed) == set(feedback.SOURCES)
    assert all(landed.values())
    loads = lake.loads(until=JUNE, as_of=NIGHT)
    assert {str(load.period) for load in loads} == {"2024-05", "2024-06"}
    report = (tmp_path / "data" / "build" / outcome["run_id"] / "gate_report.html").read_text(encoding="utf-8")
    assert "企业反馈检查" in report
    assert "模拟" in report

    run = monthly.start_run(JUNE, NIGHT + dt.timedelta(days=6))
    pulled = [monthly.pull_source(run, source, feedback.LOOKBACK_MONTHS) for source in FEEDS]
    assert [x["new_loads"] for x in pulled] == [0, 0, 0]
    for source in ("grants", "institutions", "inventories", "legal_events", "owner_decisions"):
        monthly.pull_source(run, source, 0)
    assert monthly.judge_intake(run) == "pass"
    assert {load.load_id for load in loads} <= {load.load_id for load in lake.loads(until=JUNE, as_of=run.as_of)}


def test_a_workbook_that_speaks_for_another_enterprise_is_told(lake, tmp_path):
    row = {
        "need_id": f"{ENTERPRISE}-01",
        "enterprise_id": ENTERPRISE,
        "need_title": "热处理",
        "need_text": "需要变形小的工艺",
        "cooperation_modes": "license",
        "stated_on": dt.date(2024, 6, 3),
        "need_status": "open",
        "is_name_disclosed": False,
        "data_origin": "simulated",
    }
    for sender in (ENTERPRISE, "91340100MN00000999"):
        path = tmp_path / f"{sender}__需求.xlsx"
        contract = load_catalogue().contract("raw_needs.needs")
        write_form(path, contract, [row], title="企业技术需求", filling_unit=sender, period=JUNE)
        (receipt,) = land_location("needs", str(path), JUNE, NIGHT - dt.timedelta(hours=1))
        assert (receipt.load.sender_id, receipt.load.row_count) == (sender, 1)
    run = feedback.start_run(NIGHT)
    assert feedback.judge_feedback(run) == "needs_approval"
    report = run.report.read_text(encoding="utf-8")
    assert "91340100MN00000999" in report


def test_a_day_that_a_published_month_was_told_about_is_over(lake, monkeypatch):
    version = lake.root / "published" / monthly.PRODUCT / "period=2024-06" / "version=1"
    version.mkdir(parents=True)
    (version / "manifest.json").write_text('{"as_of": "2024-07-05T00:00:00Z"}', encoding="utf-8")
    with pytest.raises(BackdatedError, match="2024-06 version 1"):
        feedback.start_run(NIGHT)
