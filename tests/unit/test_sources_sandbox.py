"""Every source pulled from the sandbox platform: its faults change nothing of what lands."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.land import pull_source
from ingestion.sandbox.faults import FaultPlan
from ingestion.sandbox.server import run_sandbox, scenario_faults
from ingestion.sandbox.simulate import Size, make_scenario
from ingestion.sources import source_names
from panhuo.lake import Lake, Load
from panhuo.periods import Period
from panhuo.settings import Settings

PERIODS = (Period(2024, 4), Period(2024, 5))
RECEIVED = dt.datetime(2024, 6, 4, 16, tzinfo=dt.UTC)


def pull_all(scenario: Path, data: Path, plan: FaultPlan) -> list[Load]:
    with run_sandbox(scenario, "sandbox token", plan) as url:
        settings = Settings(
            data_dir=str(data),
            platform_url=url,
            platform_token=SecretStr("sandbox token"),
            pseudonym_key=SecretStr("sixteen bytes or more"),
        )
        lake = Lake(settings.data_dir)
        for name in source_names():
            pull_source(lake, name, PERIODS, RECEIVED, settings)
        return lake.loads(until=PERIODS[-1], as_of=RECEIVED)


@pytest.mark.e2e
def test_faults_of_the_platform_change_nothing_of_what_lands(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario"
    make_scenario(scenario, size=Size(institutions=3, patents_per_institution=(20, 30), enterprises=20))
    calm = pull_all(scenario, tmp_path / "calm", FaultPlan())
    plan = FaultPlan(fault for fault in scenario_faults(scenario) if Period.parse(fault.period) in PERIODS)
    stormy = pull_all(scenario, tmp_path / "stormy", plan)
    assert {fault.kind for fault in plan.fired} >= {"too_many_requests", "server_error", "truncated"}
    assert stormy == calm
    found_after_a_draw = {"inspections"}
    assert {load.source for load in calm} == set(source_names()) - found_after_a_draw
    assert all(load.row_count for load in calm if load.load_status == "accepted")
    assert sum(load.quarantined_count for load in calm) < sum(load.row_count for load in calm) / 10
