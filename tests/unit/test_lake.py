import datetime as dt
import json
import os
import subprocess
import sys
import textwrap

import pyarrow as pa
import pytest

from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.contracts.rows import Violation
from panhuo.lake import Lake, LakeError, canonical_json, parquet_bytes, put_bytes, sha256, tree_files
from panhuo.periods import Period
from panhuo.warehouse import NotAQueryError, create_warehouse, open_versions, query, read_mart, refresh_analytics

MAY = Period(2024, 5)
JUNE_5 = dt.datetime(2024, 6, 5, tzinfo=dt.UTC)
ENTRIES = load_catalogue().contract("raw_inventories.entries")
BAD_CELL = Violation(5, "patent_no", "wrong_check_digit", "CN1", "校验位不符", "请核对")


def rows(*numbers):
    empty = dict.fromkeys(ENTRIES.payload)
    records = [{**empty, "patent_no": no, "data_origin": "simulated"} for no in numbers]
    table = pa.table({name: [record[name] for record in records] for name in ENTRIES.payload})
    return table.append_column("source_row", pa.array(range(4, 4 + len(numbers)), pa.int64()))


def land(lake, *numbers, period=MAY, received_at=JUNE_5, sender="I001", digest=None, **more):
    return lake.write_load(
        contract=ENTRIES,
        period=period,
        received_at=received_at,
        sender_id=sender,
        source_file="盘点.xlsx",
        content_digest=digest or sha256("|".join(numbers).encode()),
        rows=rows(*numbers),
        parser_version="1",
        **more,
    )


def test_same_bytes_twice_are_one_load(tmp_path):
    lake = Lake(tmp_path)
    first = land(lake, "CN201010110545.X")
    before = tree_files(tmp_path)
    second = land(lake, "CN201010110545.X", received_at=JUNE_5 + dt.timedelta(days=1))
    assert first.is_new
    assert not second.is_new
    assert second.load == first.load
    assert tree_files(tmp_path) == before


def test_bytes_sent_again_after_others_are_the_last_word(tmp_path):
    lake = Lake(tmp_path)
    moments = [JUNE_5 + dt.timedelta(days=days) for days in range(4)]
    receipts = [
        land(lake, number, received_at=moment)
        for number, moment in zip(
            ["CN201010110545.X", "CN85102475", "CN201010110545.X", "CN201010110545.X"], moments, strict=True
        )
    ]
    assert [receipt.is_new for receipt in receipts] == [True, True, True, False]
    assert receipts[3].load == receipts[2].load


def test_same_bytes_of_another_sender_or_month_are_another_load(tmp_path):
    lake = Lake(tmp_path)
    land(lake, "CN201010110545.X")
    assert land(lake, "CN201010110545.X", sender="I002").is_new
    assert land(lake, "CN201010110545.X", period=Period(2024, 4)).is_new
    loads = lake.loads(until=MAY, as_of=JUNE_5)
    assert len(loads) == 3
    assert len({load.load_id for load in loads}) == 3, "a load's id tells it from every other"


def test_what_a_month_sent_is_hidden_from_the_view_that_sent_it_alone(tmp_path):
    lake = Lake(tmp_path)
    contract = load_catalogue().contract("raw_dispatches.pushes")
    sent = {"patent_no": "CN85102475", "enterprise_id": "91370900163058822K", "probability": 0.4, "data_origin": "real"}
    schema = payload_schema(contract).append(pa.field("source_row", pa.int64()))
    lake.write_load(
        contract=contract,
        period=MAY,
        received_at=JUNE_5,
        sender_id="platform",
        source_file="fct_pushes.parquet",
        content_digest="digest",
        rows=pa.Table.from_pylist([{**sent, "source_row": 1}], schema=schema),
        parser_version="1",
    )
    assert lake.loads(until=MAY, as_of=JUNE_5) == []
    assert len(lake.loads(until=MAY, as_of=JUNE_5 + dt.timedelta(seconds=1))) == 1
    assert len(lake.loads(until=Period(2024, 6), as_of=JUNE_5)) == 1


def test_loads_are_seen_by_both_clocks(tmp_path):
    lake = Lake(tmp_path)
    land(lake, "CN201010110545.X")
    land(lake, "CN85102475", period=Period(2024, 6))
    a_day_later = JUNE_5 + dt.timedelta(days=1)
    land(lake, "CN201310376205.5", received_at=a_day_later)
    assert len(lake.loads(until=MAY, as_of=JUNE_5)) == 1
    assert len(lake.loads(until=MAY, as_of=a_day_later)) == 2
    assert len(lake.loads(until=Period(2024, 6), as_of=a_day_later)) == 3
    assert lake.loads(until=Period(2024, 4), as_of=a_day_later) == []


def test_a_load_without_its_manifest_does_not_exist(tmp_path):
    lake = Lake(tmp_path)
    receipt = land(lake, "CN201010110545.X")
    (lake.part_paths(receipt.load)[0].parent / "load.json").unlink()
    assert lake.loads(until=MAY, as_of=JUNE_5) == []
    assert land(lake, "CN201010110545.X").is_new


def test_rows_and_quarantined_cells_come_back_with_their_provenance(tmp_path):
    lake = Lake(tmp_path)
    load = land(lake, "CN201010110545.X", violations=[BAD_CELL]).load
    assert (load.row_count, load.quarantined_count) == (1, 1)
    row = lake.read_rows(load).to_pylist()[0]
    assert (row["source_file"], row["source_row"], row["received_at"]) == ("盘点.xlsx", 4, JUNE_5)
    cell = lake.read_cells(load).to_pylist()[0]
    assert (cell["source"], cell["source_row"], cell["code"]) == ("inventories", 5, "wrong_check_digit")


def test_a_changed_part_is_noticed(tmp_path):
    lake = Lake(tmp_path)
    load = land(lake, "CN201010110545.X").load
    assert lake.damaged_loads([load]) == []
    lake.part_paths(load)[0].write_bytes(b"PAR1 changed")
    assert lake.damaged_loads([load]) == [load]


def test_only_raw_contracts_can_be_landed(tmp_path):
    with pytest.raises(LakeError, match="fct_tiers"):
        Lake(tmp_path).write_load(
            contract=load_catalogue().contract("fct_tiers"),
            period=MAY,
            received_at=JUNE_5,
            sender_id="I001",
            source_file="x",
            content_digest="d",
            rows=rows(),
            parser_version="1",
        )


def test_warehouse_holds_every_raw_table_as_known_at_the_instant(tmp_path):
    lake = Lake(tmp_path / "data")
    land(lake, "CN201010110545.X", violations=[BAD_CELL])
    land(lake, "CN85102475", received_at=JUNE_5 + dt.timedelta(seconds=1))
    path = tmp_path / "warehouse.duckdb"
    create_warehouse(path, lake, lake.loads(until=MAY, as_of=JUNE_5))
    assert query(path, "select patent_no from raw_inventories.entries").to_pylist() == [
        {"patent_no": "CN201010110545.X"}
    ]
    assert query(path, "select count(*) as n from raw_lake.loads").to_pylist() == [{"n": 1}]
    assert query(path, "select count(*) as n from raw_lake.quarantined_rows").to_pylist() == [{"n": 1}]
    assert query(path, "select count(*) as n from raw_grants.patents").to_pylist() == [{"n": 0}]


def test_python_reads_marts_only(tmp_path):
    with pytest.raises(KeyError, match="marts only"):
        read_mart(tmp_path / "warehouse.duckdb", "raw_grants.patents")


def stage(folder, version=1, **files):
    for name, text in files.items():
        put_bytes(folder / f"{name}.txt", text.encode())
    put_bytes(folder / "manifest.json", canonical_json({"version": version, "as_of": "2024-06-05T00:00:00Z"}))
    return folder


def test_versions_count_up_and_are_never_edited(tmp_path):
    lake = Lake(tmp_path)
    first = lake.publish("p", MAY, stage(tmp_path / "a", one="1"))
    with pytest.raises(LakeError, match="next version is 2"):
        lake.publish("p", MAY, stage(tmp_path / "c", one="1"))
    second = lake.publish("p", MAY, stage(tmp_path / "b", version=2, one="2"))
    assert [version.number for version in lake.versions("p", MAY)] == [1, 2]
    assert (first.path / "one.txt").read_text() == "1"
    assert (second.path / "one.txt").read_text() == "2"
    assert first.as_of == JUNE_5
    assert lake.published_periods("p") == [MAY]


def test_a_version_without_manifest_is_swept_and_written_again(tmp_path):
    lake = Lake(tmp_path)
    half = tmp_path / "published/p/period=2024-05/version=1"
    put_bytes(half / "left_over.txt", b"x")
    assert lake.versions("p", MAY) == []
    version = lake.publish("p", MAY, stage(tmp_path / "a", one="1"))
    assert version.number == 1
    assert tree_files(half) == ["manifest.json", "one.txt"]


def test_put_bytes_leaves_the_old_file_when_it_cannot_finish(tmp_path, monkeypatch):
    put_bytes(tmp_path / "a", b"old")
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        put_bytes(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert tree_files(tmp_path) == ["a"]


def test_works_on_an_object_store_without_rename():
    lake = Lake("memory://panhuo-test")
    load = land(lake, "CN201010110545.X").load
    assert lake.loads(until=MAY, as_of=JUNE_5) == [load]
    assert lake.read_rows(load).num_rows == 1


def test_analytics_shows_committed_versions_and_reaches_nothing_else(tmp_path):
    import duckdb
    import pyarrow.parquet as pq

    published = tmp_path / "published"
    contract = load_catalogue().contract("fct_dispatches")
    row = dict.fromkeys(contract.column_names, "x") | {"line_count": 1, "screening_count": 2, "change_count": 3}
    (tmp_path / "staged/marts").mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "staged/marts/fct_dispatches.parquet")
    version = Lake(tmp_path).publish("p", MAY, stage(tmp_path / "staged"))
    refresh_analytics(published / "analytics.duckdb", [version])
    assert query(published / "analytics.duckdb", "select line_count from fct_dispatches").to_pylist() == [
        {"line_count": 1}
    ]
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(duckdb.Error):
        query(published / "analytics.duckdb", f"select * from read_csv('{tmp_path}/secret.csv')")
    before = tree_files(tmp_path)
    for statement in (
        "create table t (a int)",
        f"copy fct_dispatches to '{tmp_path}/out.csv'",
        f"copy fct_dispatches to '{version.path}/manifest.json'",
        f"explain analyze copy fct_dispatches to '{published}/out.csv'",
        f"export database '{published}/export'",
        "set enable_external_access = true",
        "select 1; select 2",
        "",
    ):
        with pytest.raises(NotAQueryError):
            query(published / "analytics.duckdb", statement)
    assert tree_files(tmp_path) == before


def test_published_versions_can_be_queried_wherever_the_data_have_moved(tmp_path):
    contract = load_catalogue().contract("fct_dispatches")
    row = dict.fromkeys(contract.column_names, "x") | {"line_count": 1, "screening_count": 2, "change_count": 3}
    put_bytes(tmp_path / "staged/marts/fct_dispatches.parquet", parquet_bytes(pa.Table.from_pylist([row])))
    Lake(tmp_path / "here").publish("p", MAY, stage(tmp_path / "staged"))
    (tmp_path / "here").rename(tmp_path / "there")
    versions = Lake(tmp_path / "there").versions("p", MAY)
    with open_versions(versions, tmp_path / "there/published") as ask:
        assert ask("select line_count from fct_dispatches").to_pylist() == [{"line_count": 1}]
        with pytest.raises(NotAQueryError):
            ask("set enable_external_access = true")
        assert ask("select screening_count from fct_dispatches").to_pylist() == [{"screening_count": 2}]


KILLED_WRITER = """
    import datetime as dt, os, sys
    import panhuo.lake
    from pathlib import Path
    sys.path.insert(0, {tests!r})
    import test_lake
    root, fatal = Path(sys.argv[1]), int(sys.argv[2])
    calls, put = [0], panhuo.lake.put_bytes
    def put_or_die(path, content):
        calls[0] += 1
        if calls[0] == fatal:
            half = content[: len(content) // 2]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.with_name(".writing-killed").write_bytes(half)
            os._exit(9)
        put(path, content)
    panhuo.lake.put_bytes = put_or_die
    lake = panhuo.lake.Lake(root)
    test_lake.land(lake, "CN201010110545.X", violations=[test_lake.BAD_CELL])
    lake.publish("p", test_lake.MAY, root.parent / "staged")
"""


@pytest.mark.slow
def test_killed_at_any_write_nothing_published_is_damaged_and_a_rerun_completes(tmp_path):
    stage(tmp_path / "staged", one="1", two="2")
    script = tmp_path / "writer.py"
    script.write_text(textwrap.dedent(KILLED_WRITER.format(tests=str(PROJECT_ROOT / "tests/unit"))), encoding="utf-8")

    def run(root, fatal):
        return subprocess.run([sys.executable, script, root, str(fatal)], cwd=PROJECT_ROOT, check=False).returncode

    whole = tmp_path / "whole"
    assert run(whole, 0) == 0
    steps = 0
    for fatal in range(1, 20):
        root = tmp_path / f"killed-{fatal}"
        code = run(root, fatal)
        if code == 0:
            break
        steps += 1
        assert code == 9
        lake = Lake(root)
        for load in lake.loads(until=MAY, as_of=JUNE_5):
            assert lake.damaged_loads([load]) == []
        for version in lake.versions("p", MAY):
            assert tree_files(version.path) == tree_files(tmp_path / "staged")
            for name in tree_files(version.path):
                assert (version.path / name).read_bytes() == (tmp_path / "staged" / name).read_bytes()
        assert run(root, 0) == 0
        assert tree_files(root) == tree_files(whole)
        assert all((root / name).read_bytes() == (whole / name).read_bytes() for name in tree_files(whole))
    assert steps == 6, "three writes of a load, two files and a manifest of a version"
    assert json.loads((whole / "published/p/period=2024-05/version=1/manifest.json").read_bytes())["version"] == 1
