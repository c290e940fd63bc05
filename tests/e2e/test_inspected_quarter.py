"""An inspection from the commitment to published rates, over a real lake and two published quarters."""

import datetime as dt

import pyarrow.parquet as pq
import pytest

from ingestion.land import land_path_or_url
from ingestion.sandbox.simulate import Size, make_scenario
from ingestion.sandbox.simulate.inspections import outcomes_of
from ingestion.sandbox.simulate.scenario import write_json_lines
from panhuo.periods import Period, Quarter
from panhuo.settings import get_settings
from pipeline import inspections
from pipeline.inspection_rates import error_rates
from pipeline.quarterly import freezes_at, run_quarter
from pipeline.replay import replay_quarter
from pipeline.runs import open_lake

Q2, Q3 = Quarter(2024, 2), Quarter(2024, 3)
RECEIVED = dt.datetime(2024, 7, 5, tzinfo=dt.UTC)
FOUND = dt.datetime(2024, 8, 10, tzinfo=dt.UTC)
QUIET = freezes_at(Q3) + dt.timedelta(hours=6)


@pytest.fixture(scope="module")
def inspected(tmp_path_factory):
    """What was published of the inspected quarter and of the next."""
    folder = tmp_path_factory.mktemp("inspected")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANHUO_DATA_DIR", str(folder / "data"))
        patch.setenv("PANHUO_INSPECTION_SEEDS_DIR", str(folder / "seeds"))
        patch.setenv("PANHUO_FIRST_PERIOD", "2024-04")
        patch.setenv("PANHUO_APPROVAL_MODE", "policy")
        patch.setenv("PANHUO_PSEUDONYM_KEY", "0" * 64)
        make_scenario(folder / "s", size=Size(institutions=4, patents_per_institution=(60, 80), enterprises=20))
        lake, settings = open_lake(), get_settings()

        def land(source, path, period, moment):
            return land_path_or_url(lake, source, str(path), period, moment, settings)

        for month in Q2.months:
            land("grants", folder / "s" / str(month) / "grants.jsonl", month, RECEIVED)
            land("institutions", folder / "s" / str(month) / "institutions.csv", month, RECEIVED)
            land("legal_events", folder / "s" / str(month) / "legal_events.jsonl", month, RECEIVED)
        inspections.commit(Q2, RECEIVED)
        first = run_quarter(Q2, freezes_at(Q2))
        sample = inspections.draw_sample(Q2, freezes_at(Q2) + dt.timedelta(days=1))
        write_json_lines(folder / "inspections.jsonl", outcomes_of(sample.to_pylist(), dt.date(2024, 8, 1)))
        (receipt,) = land("inspections", folder / "inspections.jsonl", Period(2024, 8), FOUND)
        unheard = run_quarter(Q3, freezes_at(Q3))
        headings = folder / "no_events.csv"
        headings.write_text("法律事件编号,专利号,法律事件代码,事件生效日\n", encoding="utf-8")
        for month in Q3.months:
            land("legal_events", headings, month, QUIET)
        second = run_quarter(Q3, freezes_at(Q3) + dt.timedelta(days=1))
        yield first, sample, receipt, second, error_rates(Q2).rows, unheard


def marts(published, name):
    return pq.read_table(f"{published['path']}/marts/{name}.parquet").to_pylist()


def test_the_next_quarter_publishes_what_the_inspection_found(inspected):
    first, sample, receipt, second, rates, _ = inspected
    assert (first["published"], second["published"]) == (True, True), (first, second)
    assert receipt.load.row_count == sample.num_rows > 200
    assert not marts(first, "fct_inspection_samples")
    told = marts(second, "fct_inspection_samples")
    assert {row["patent_no"] for row in told} == set(sample["patent_no"].to_pylist())
    (whole,) = [row for row in rates if row["inspection_stratum"] == "all"]
    assert whole["is_inspection_complete"]
    assert whole["error_rate_low"] < whole["error_rate"] < whole["error_rate_high"]
    assert whole["inspected_count"] == sum(row["inspection_standing"] == "counted" for row in told)
    assert whole["data_origin"] == "simulated"


def test_a_quarter_of_which_nothing_was_received_does_not_freeze_until_somebody_says_that_nothing_happened(inspected):
    *_, second, _, unheard = inspected
    assert (unheard["published"], unheard["stopped_at"]) == (False, "judge_statistics")
    (stopping,) = unheard["stopped_by"]
    assert stopping.startswith("G4.fct_quarter_sources.quarter_was_received：")
    told = {
        row["load_period"]: row
        for row in marts(second, "fct_quarter_sources")
        if row["statistic_source"] == "legal_events"
    }
    assert {month: (row["is_received"], row["row_count"]) for month, row in told.items()} == {
        str(month): (True, 0) for month in Q3.months
    }
    figures = marts(second, "fct_quarterly_statistics")
    assert {row["event_count"] for row in figures} == {0}
    assert {row["is_quarter_frozen"] for row in figures} == {True}


@pytest.mark.parametrize("quarter", [Q2, Q3], ids=str)
def test_a_published_quarter_is_rebuilt_to_the_byte(inspected, quarter):
    outcome = replay_quarter(quarter)
    assert outcome.compared_files > 15
    assert outcome.is_identical, outcome.to_text()
