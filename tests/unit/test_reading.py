"""Submissions larger than a part: the same account of every row as when they are small."""

import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest

from ingestion import reading
from ingestion.land import land_path_or_url
from ingestion.reading import open_reading
from ingestion.sources import load_source
from ingestion.submissions import Content
from ingestion.tables import Limits, UnreadableFileError
from panhuo.identifiers import patent_check_digit
from panhuo.lake import Lake, tree_files
from panhuo.periods import Period
from panhuo.settings import Settings

LIMITS = Limits(1_000_000, 1_000)
MONTH = Period(2024, 4)
RECEIVED = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BATCH", 3)
    monkeypatch.setattr(reading, "_PART_ROWS", 4)
    monkeypatch.setattr(reading, "_LOG_IN_MEMORY", 10)
    monkeypatch.setattr(reading, "SHOWN_ROWS", 5)


def number(serial: int) -> str:
    digits = f"20121{serial:07d}"
    return f"CN{digits}.{patent_check_digit(digits)}"


def patent(serial: int, **cells: object) -> dict[str, object]:
    return {
        "patent_no": number(serial),
        "title": "一种装置",
        "patent_type": "发明",
        "filing_date": "2012-03-01",
        "owners": "甲大学",
        "legal_status": "授权",
        "data_origin": "模拟",
    } | cells


def write_feed(path: Path) -> Path:
    records = [patent(serial) for serial in range(20)]
    records += [patent(3), patent(4, owners="乙大学"), patent(21, legal_status="不明"), patent(19)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records) + "[]\n", encoding="utf-8")
    return path


def test_duplicates_are_found_across_parts(small_parts: None, tmp_path: Path) -> None:
    content = Content(write_feed(tmp_path / "grants.jsonl"))
    with open_reading(load_source("grants"), content, LIMITS, None) as read:
        tables = list(read.accepted())
        violations = list(read.violations)
    assert vars(read.counts) == {"received": 25, "accepted": 19, "set_aside": 4, "identical_duplicates": 2}
    assert len(tables) == 4
    accepted = [no for table in tables for no in table["patent_no"].to_pylist()]
    assert accepted == [number(serial) for serial in range(20) if serial != 4]
    assert [(v.source_row, v.code) for v in violations] == [
        (23, "unknown_word"),
        (25, "bad_record"),
        (5, "conflicting_duplicate"),
        (22, "conflicting_duplicate"),
    ]


def test_long_feed_lands_in_parts_and_only_its_bad_rows_go_back(small_parts: None, tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path / "data"))
    lake = Lake(settings.data_dir)
    path = str(write_feed(tmp_path / "grants.jsonl"))
    load = land_path_or_url(lake, "grants", path, MONTH, RECEIVED, settings)[0].load
    assert sorted(load.parts) == ["cells.parquet", *(f"part-{n}.parquet" for n in range(len(load.parts) - 1))]
    assert lake.damaged_loads([load]) == []
    assert (load.row_count, lake.read_rows(load).num_rows, load.quarantined_count) == (19, 19, 4)
    book = openpyxl.load_workbook(next(Path(settings.data_dir).rglob("*退回.xlsx")))
    rows = list(book["报送内容"].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["序号", "23"]
    facts = dict(row[:2] for row in book["退回说明"].iter_rows(values_only=True))
    assert facts["退回行数"] == "4"
    assert "只列出有问题的前 1 行" in facts["篇幅"]
    before = tree_files(tmp_path)
    assert not land_path_or_url(lake, "grants", path, MONTH, RECEIVED, settings)[0].is_new
    assert tree_files(tmp_path) == before


def test_too_many_conflicts_refuse_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "_MAX_CONFLICTS", 1)
    with (
        pytest.raises(UnreadableFileError, match="有 2 行与其他行编号相同而内容不同"),
        open_reading(load_source("grants"), Content(write_feed(tmp_path / "a.jsonl")), LIMITS, None),
    ):
        pass


def test_nothing_is_left_on_disk(small_parts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_feed(tmp_path / "a.jsonl")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with open_reading(load_source("grants"), Content(path), LIMITS, None):
        assert len(tree_files(tmp_path)) > 1
    assert tree_files(tmp_path) == ["a.jsonl"]
