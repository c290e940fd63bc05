"""Which published months are looked at again, what is asked for, and what differs between two trials."""

import dataclasses
import datetime as dt
import json
from types import SimpleNamespace

import duckdb
import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.lake import Lake, put_bytes
from panhuo.periods import Period, parse_instant
from pipeline import new_grants, trials
from pipeline.landing import BackdatedError
from pipeline.new_grants_page import conclusion

pytestmark = pytest.mark.slow

APRIL, MAY, JUNE = Period(2024, 4), Period(2024, 5), Period(2024, 6)
PUBLISHED, DROPPED = parse_instant("2024-07-05T00:00:00Z"), parse_instant("2024-07-20T00:00:00Z")
ENTRIES = load_catalogue().contract("raw_inventories.entries")
GRANTED = {
    "patent_no": "CN201010110545.X",
    "title": "一种装置",
    "patent_type": "invention",
    "filing_date": "2010-02-02",
    "grant_date": "2024-05-03",
    "owners": "甲大学",
    "legal_status": "granted",
}


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    return Lake(tmp_path / "data")


def land(lake, period, received_at, name, parser_version="2+drop"):
    row = dict.fromkeys(ENTRIES.payload) | {"patent_no": "CN201010110545.X", "data_origin": "simulated"}
    return lake.write_load(
        contract=ENTRIES,
        period=period,
        received_at=received_at,
        sender_id="platform",
        source_file=name,
        content_digest=name,
        rows=pa.Table.from_pylist([row | {"source_row": 1}]),
        parser_version=parser_version,
    ).load


def publish(lake, period, as_of=PUBLISHED):
    """A version that states nothing but which loads it was made from."""
    number = lake.next_number(new_grants.PRODUCT, period)
    loads = lake.loads(until=period, as_of=as_of)
    body = {
        "version": number,
        "as_of": as_of.isoformat(),
        "inputs": {load.load_id: load.content_digest for load in loads},
        "files": {},
        "policy_version": "p",
        "code_version": "c",
    }
    folder = lake.root / "published" / new_grants.PRODUCT / f"period={period}" / f"version={number}"
    put_bytes(folder / "manifest.json", json.dumps(body).encode())


@pytest.fixture
def tried(monkeypatch):
    """Trials that find a change in each month they are asked about; the months, with what was left out."""
    asked = []

    def build(lake, period, as_of, scratch, *, without=()):
        asked.append((str(period), as_of, set(without)))
        return SimpleNamespace(warehouse=None)

    difference = trials.Difference(("dim_patents",), {}, {"CN201010110545.X": ("dim_patents",)})
    monkeypatch.setattr(new_grants, "build_trial", build)
    monkeypatch.setattr(new_grants, "states_what_is_published", lambda run, version: False)
    monkeypatch.setattr(new_grants, "compare", lambda before, after: difference)
    monkeypatch.setattr(new_grants, "_causes", lambda warehouse, owed: {})
    return asked


def states(account):
    return {verdict.period: verdict.state for verdict in account.periods}


def test_months_before_the_earliest_row_and_months_that_have_it_are_not_built(lake, tried):
    land(lake, APRIL, PUBLISHED - dt.timedelta(days=30), "monthly.jsonl", parser_version="2")
    for period in (APRIL, MAY, JUNE):
        publish(lake, period)
    dropped = land(lake, MAY, DROPPED, "drop/patents.csv")
    publish(lake, JUNE, DROPPED)
    account = new_grants.find_changes("drop", DROPPED + dt.timedelta(days=1))
    assert states(account) == {"2024-04": "earlier", "2024-05": "changed", "2024-06": "included"}
    assert tried == [("2024-05", DROPPED, set()), ("2024-05", DROPPED, {dropped.load_id})]
    assert not any(account.periods[0].lines.values())


def test_what_is_asked_for_is_pinned_to_the_last_receipt_whenever_it_is_asked(lake, tried):
    for period in (APRIL, MAY):
        publish(lake, period)
    land(lake, APRIL, DROPPED, "drop/a.csv")
    land(lake, MAY, DROPPED + dt.timedelta(hours=1), "drop/b.csv")
    asked = [
        new_grants.replay_requests(new_grants.find_changes("drop", DROPPED + dt.timedelta(days=days)))
        for days in (1, 9)
    ]
    assert asked[0] == asked[1]
    assert asked[0] == [
        {"period": "2024-04", "as_of": "2024-07-20T00:00:00Z", "pull": False},
        {"period": "2024-05", "as_of": "2024-07-20T01:00:00Z", "pull": False},
    ]
    assert new_grants.replay_id(asked[0][1]) == "new_grants__2024-05__2024-07-20T01:00:00Z"


def test_a_month_that_cannot_be_built_is_run_again_for_its_gate_to_say_why(lake, monkeypatch):
    publish(lake, APRIL)
    land(lake, APRIL, DROPPED, "drop/a.csv")

    def build(lake, period, *rest, **more):
        raise trials.TrialStoppedError(period, ["assert_one_place"])

    monkeypatch.setattr(new_grants, "build_trial", build)
    account = new_grants.find_changes("drop", DROPPED)
    assert states(account) == {"2024-04": "stopped"}
    assert "assert_one_place" in account.periods[0].reason
    assert [request["period"] for request in new_grants.replay_requests(account)] == ["2024-04"]
    assert not account.is_clean


def test_what_other_news_changes_is_not_put_down_to_the_drop(lake, tried, monkeypatch):
    publish(lake, APRIL)
    land(lake, APRIL, DROPPED, "late.jsonl", parser_version="2")
    land(lake, APRIL, DROPPED, "drop/a.csv")
    monkeypatch.setattr(new_grants, "compare", lambda before, after: trials.Difference((), {}, {}))
    account = new_grants.find_changes("drop", DROPPED)
    assert states(account) == {"2024-04": "same"}
    assert "规则版本已变、程序版本已变、另有 1 个批次尚未发布" in account.periods[0].reason
    assert new_grants.replay_requests(account) == []


def test_changed_months_are_run_one_after_the_other_without_the_platform(lake, tried, monkeypatch, tmp_path):
    publish(lake, APRIL)
    publish(lake, MAY)
    path = tmp_path / "七月" / "grants" / "a.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(GRANTED), encoding="utf-8")
    runs = []

    def run_month(period, as_of, on_step, *, pull):
        runs.append((str(period), as_of, pull))
        return {"published": False, "stopped_at": "approval", "report": "r", "mend": "panhuo approve"}

    monkeypatch.setattr(new_grants, "run_month", run_month)
    account = new_grants.take_in(path.parents[1], DROPPED)
    assert states(account) == {"2024-04": "earlier", "2024-05": "changed"}
    assert account.files[0].landed == {"2024-05": 1}
    assert runs == [("2024-05", DROPPED, False)]
    assert not account.is_clean
    assert conclusion(account) == ["2024-05：未发布，停在 approval，报告 r；panhuo approve"]


def test_a_drop_cannot_be_received_before_what_was_published(lake, tmp_path):
    publish(lake, MAY)
    path = tmp_path / "drop" / "grants" / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_text("专利号\nCN201010110545.X\n", encoding="utf-8")
    for step in (new_grants.land, new_grants.preview):
        with pytest.raises(BackdatedError, match="2024-05 version 1"):
            step(path.parents[1], PUBLISHED)
    assert lake.loads(until=JUNE, as_of=DROPPED) == []


@pytest.mark.parametrize("name", ["../drops", "/etc", "missing", "", "."])
def test_only_a_folder_of_the_folder_of_drops_is_a_drop(monkeypatch, tmp_path, name):
    monkeypatch.setenv("PANHUO_DROPS_DIR", str(tmp_path / "drops"))
    (tmp_path / "drops" / "七月").mkdir(parents=True)
    assert new_grants.drop_folder("七月") == tmp_path / "drops" / "七月"
    with pytest.raises(new_grants.UnknownDropError, match="没有批次目录"):
        new_grants.drop_folder(name)


def trial(path, lines, patents):
    """A warehouse with two marts and a view of no contract; all other columns are empty."""
    with duckdb.connect(str(path)) as connection:
        for table, rows in (("fct_dispatch_lines", lines), ("dim_patents", patents)):
            schema = arrow_schema(load_catalogue().contract(table))
            nullable = pa.schema([field.with_nullable(True) for field in schema])
            connection.register("incoming", pa.Table.from_pylist(rows, schema=nullable))
            connection.execute(f"create table {table} as select * from incoming")
            connection.unregister("incoming")
        connection.execute("create table int_unpublished as select random() as noise")
    return SimpleNamespace(warehouse=path)


def line(number, tier):
    return {"period": "2024-05", "patent_no": number, "tier": tier}


def test_a_difference_names_marts_patents_and_what_becomes_of_lines(tmp_path):
    patents = [{"period": "2024-05", "patent_no": number} for number in "ABCD"]
    before = trial(tmp_path / "a'.duckdb", [line("A", "T1"), line("B", "T1"), line("C", "T2")], patents)
    after = trial(tmp_path / "b.duckdb", [line("A", "T1"), line("C", "T3"), line("D", "T0")], patents)
    found = trials.compare(before, after)
    assert found.tables == ("fct_dispatch_lines",)
    assert found.lines == {"B": "DEL", "C": "MOD", "D": "ADD"}
    assert found.patents == dict.fromkeys("BCD", ("fct_dispatch_lines",))
    assert trials.compare(before, before) == trials.Difference((), {}, {})


def test_a_row_that_comes_twice_is_a_difference(tmp_path):
    before = trial(tmp_path / "a.duckdb", [line("A", "T1")], [])
    after = trial(tmp_path / "b.duckdb", [line("A", "T1"), line("A", "T1")], [])
    assert trials.compare(before, after).patents == {"A": ("fct_dispatch_lines",)}


def test_an_account_is_clean_when_every_row_was_read(lake):
    clean = new_grants.NewGrants("drop", True, "2024-07-20T00:00:00Z")
    assert clean.is_clean
    assert conclusion(clean) == ["没有已发布的月份需要重新派发。"]
    file = SimpleNamespace(set_aside=1, rejection=None)
    assert not dataclasses.replace(clean, files=(file,)).is_clean
