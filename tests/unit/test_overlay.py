"""A trial's lake: what lies below shows through and stays as it is."""

import datetime as dt

import pyarrow as pa
import pytest

from panhuo.contracts.model import load_catalogue
from panhuo.lake import Lake, sha256, tree_files
from panhuo.overlay import OverlayLake
from panhuo.periods import Period
from panhuo.warehouse import connect, create_warehouse

pytestmark = pytest.mark.slow

MAY = Period(2024, 5)
THEN, NOW = dt.datetime(2024, 6, 5, tzinfo=dt.UTC), dt.datetime(2024, 7, 5, tzinfo=dt.UTC)
ENTRIES = load_catalogue().contract("raw_inventories.entries")


def land(lake, number, received_at):
    row = dict.fromkeys(ENTRIES.payload) | {"patent_no": number, "data_origin": "simulated"}
    return lake.write_load(
        contract=ENTRIES,
        period=MAY,
        received_at=received_at,
        sender_id="I001",
        source_file="盘点.xlsx",
        content_digest=sha256(number.encode()),
        rows=pa.Table.from_pylist([row | {"source_row": 4}]),
        parser_version="1",
    )


@pytest.fixture
def lakes(tmp_path):
    below = Lake(tmp_path / "data")
    land(below, "CN201010110545.X", THEN)
    return below, OverlayLake(below, tmp_path / "scratch")


def test_a_trial_sees_both_lakes_and_writes_above_alone(lakes, tmp_path):
    below, trial = lakes
    before = tree_files(tmp_path / "data")
    land(trial, "CN201010240908.1", NOW)
    found = trial.loads(until=MAY, as_of=NOW)
    assert [load.received_at for load in found] == [THEN, NOW]
    assert not trial.damaged_loads(found)
    create_warehouse(tmp_path / "warehouse.duckdb", trial, found)
    with connect(tmp_path / "warehouse.duckdb") as connection:
        sql = "select patent_no from raw_inventories.entries order by all"
        assert connection.execute(sql).fetchall() == [("CN201010110545.X",), ("CN201010240908.1",)]
    assert tree_files(tmp_path / "data") == before
    assert len(below.loads(until=MAY, as_of=NOW)) == 1


def test_bytes_that_lie_below_are_known_above(lakes):
    _, trial = lakes
    assert not land(trial, "CN201010110545.X", NOW).is_new
