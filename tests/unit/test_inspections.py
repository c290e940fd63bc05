"""The inspection of a quarter: the seed is bound before the freeze, and the sample is the committed seed's."""

import csv
import datetime as dt
import json

import pyarrow as pa
import pytest

from panhuo.lake import canonical_json, parquet_bytes, put_bytes
from panhuo.periods import Quarter, format_instant
from panhuo.statistics.inspection import InspectionError
from pipeline import inspections
from pipeline.runs import open_lake

Q2 = Quarter(2024, 2)
BEFORE = dt.datetime(2024, 7, 10, tzinfo=dt.UTC)
FROZE = dt.datetime(2024, 7, 16, tzinfo=dt.UTC)


@pytest.fixture
def lake(monkeypatch, tmp_path):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PANHUO_INSPECTION_SEEDS_DIR", str(tmp_path / "seeds"))
    return open_lake()


def freeze(lake, number=1, as_of=FROZE, patents=40):
    folder = lake.root / "published" / "quarterly_statistics" / "period=2024-06" / f"version={number}"
    rows = [
        {
            "patent_no": f"P{n:03d}",
            "is_in_force_at_end": n % 10 != 0,
            "institution_kind": "university" if n % 4 else "hospital",
            "is_implemented": n % 5 == 0,
        }
        for n in range(patents)
    ]
    put_bytes(folder / "marts" / "fct_quarter_patents.parquet", parquet_bytes(pa.Table.from_pylist(rows)))
    put_bytes(folder / "manifest.json", canonical_json({"as_of": format_instant(as_of)}))


def test_a_seed_is_committed_to_once_and_never_shown(lake, tmp_path):
    promised = inspections.commit(Q2, BEFORE)
    assert inspections.commit(Q2, FROZE) == promised
    seed = (tmp_path / "seeds" / "2024-Q2.seed").read_text()
    assert len(seed) == 64
    assert seed not in json.dumps(promised)
    assert not [
        path for path in (tmp_path / "data").rglob("*") if path.is_file() and seed.encode() in path.read_bytes()
    ]


def test_it_is_too_late_to_commit_once_the_quarter_may_be_frozen(lake):
    with pytest.raises(InspectionError, match="too late"):
        inspections.commit(Q2, FROZE)


def test_the_sample_is_drawn_from_the_version_that_froze(lake):
    inspections.commit(Q2, BEFORE)
    freeze(lake, 1, BEFORE, patents=20)
    with pytest.raises(InspectionError, match="not frozen"):
        inspections.draw_sample(Q2)
    freeze(lake, 2)
    drawn, account = inspections.draw_sample(Q2)
    freeze(lake, 3, FROZE + dt.timedelta(days=30), patents=60)
    assert inspections.draw_sample(Q2) == (drawn, account)
    assert account["version"] == 2
    assert {x.unit for x in drawn} == {f"P{n:03d}" for n in range(40) if n % 10}
    assert sum(stratum["size"] for stratum in account["strata"].values()) == 36


def test_another_seed_than_the_committed_one_draws_nothing(lake, tmp_path):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    (tmp_path / "seeds" / "2024-Q2.seed").write_text("00" * 32)
    with pytest.raises(InspectionError, match="not the one"):
        inspections.draw_sample(Q2)


def test_a_sample_without_commitment_or_with_a_late_one_is_refused(lake):
    freeze(lake)
    with pytest.raises(InspectionError, match="nothing was committed"):
        inspections.draw_sample(Q2)
    promised = inspections.commit(Q2, BEFORE)
    path = lake.root / "ledger" / "inspections" / "2024-Q2.json"
    put_bytes(path, canonical_json(promised | {"committed_at": format_instant(FROZE)}))
    with pytest.raises(InspectionError, match="after"):
        inspections.draw_sample(Q2)


def test_a_filled_in_list_gives_rates_and_a_wrong_word_its_row(lake, tmp_path):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    drawn, _ = inspections.draw_sample(Q2)
    path = tmp_path / "sample.csv"
    inspections.write_sample(path, drawn)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["专利号"] for row in rows] == [x.unit for x in drawn]
    for number, row in enumerate(rows):
        row["抽查结果"] = "不符" if number < 9 else "相符"
    save(path, rows)
    overall, strata = inspections.estimate_errors(Q2, path)
    assert (overall.size, overall.inspected, overall.wrong, overall.rate) == (36, 36, 9, 0.25)
    assert sum(x.wrong for x in strata) == 9
    rows[3]["抽查结果"] = "大概"
    save(path, rows)
    with pytest.raises(InspectionError, match=r"sample\.csv row 5"):
        inspections.estimate_errors(Q2, path)


def save(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
