"""Which months a drop changes, told by real builds: no month too many, none too few, and nothing left behind."""

import datetime as dt
import json

import pytest

from ingestion.land import land_path_or_url
from panhuo.lake import Lake, parquet_bytes, put_bytes, sha256, tree_files
from panhuo.periods import Period
from panhuo.settings import get_settings
from panhuo.warehouse import read_mart
from pipeline import marts, new_grants, trials
from pipeline.release import stage_manifest
from pipeline.trials import build_trial

APRIL, MAY = Period(2024, 4), Period(2024, 5)
PUBLISHED, DROPPED = dt.datetime(2024, 6, 5, tzinfo=dt.UTC), dt.datetime(2024, 6, 20, tzinfo=dt.UTC)
MARTS = ("dim_patents", "fct_legal_events", "fct_submissions")
OVERRIDDEN, STEADY = "CN201010110545.X", "CN201010240908.1"


def record(number, title, granted="2024-04-09"):
    body = {"patent_no": number, "title": title, "patent_type": "invention", "filing_date": "2010-02-02"}
    return body | {"grant_date": granted, "owners": "甲大学", "legal_status": "granted", "data_origin": "simulated"}


def write(path, *records):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in records), encoding="utf-8")
    return path


def receive(lake, period, moment, path):
    return land_path_or_url(lake, "grants", str(path), period, moment, get_settings())


def publish(lake, period, moment, folder):
    """A version that holds marts and nothing made from them."""
    run = build_trial(lake, period, moment, folder)
    for table in MARTS:
        put_bytes(run.release / "marts" / f"{table}.parquet", parquet_bytes(read_mart(run.warehouse, table)))
    stage_manifest(run, lake, new_grants.PRODUCT, base=None)
    return lake.publish(new_grants.PRODUCT, period, run.release)


def bytes_below(folder):
    """Everything but builds, which are the run's own."""
    names = [name for name in tree_files(folder) if not name.startswith("build/")]
    return {name: sha256((folder / name).read_bytes()) for name in names}


def _three_marts(run, *, with_data_tests):
    """Three marts and what they are made from, without the tests of a whole project."""
    select = [f"+{table}" for table in MARTS]
    return marts._build(run, marts.BEFORE_MATCHING, with_data_tests=False, select=select)["problems"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """April and May published, of which three marts are built; in May a patent was told again under another title."""
    folder = tmp_path_factory.mktemp("new-grants")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trials, "build_marts", _three_marts)
        patch.setenv("PANHUO_DATA_DIR", str(folder / "data"))
        lake = Lake(folder / "data")
        april = write(folder / "april.jsonl", record(OVERRIDDEN, "一种装置"), record(STEADY, "一种方法"))
        may = write(folder / "may.jsonl", record(OVERRIDDEN, "一种新装置"))
        receive(lake, APRIL, PUBLISHED, april)
        receive(lake, MAY, PUBLISHED, may)
        for period in (APRIL, MAY):
            publish(lake, period, PUBLISHED, folder / "first")
        yield folder


@pytest.fixture(scope="module")
def drop(home):
    """A row of April that May's row overrides, and one that cannot be read."""
    late = write(home / "七月" / "grants" / "late.jsonl", record(OVERRIDDEN, "一种旧装置"), record("CN1", "无效"))
    return late.parents[1]


@pytest.fixture(scope="module")
def foreseen(home, drop):
    """What a dry run says, and whether it left the data as they were."""
    before = bytes_below(home / "data")
    account = new_grants.preview(drop, DROPPED)
    return account, bytes_below(home / "data") == before


def states(account):
    return {verdict.period: verdict.state for verdict in account.periods}


def test_a_row_that_a_later_month_overrides_changes_its_own_month_alone(foreseen):
    account, _ = foreseen
    assert states(account) == {"2024-04": "changed", "2024-05": "same"}
    april, may = account.periods
    assert [patent.patent_no for patent in april.patents] == [OVERRIDDEN]
    assert april.patents[0].cause == "专利授权数据：七月/late.jsonl 第 1 行"
    assert april.tables == ("dim_patents", "fct_submissions")
    assert "与第 1 版逐字节一致" in may.reason
    assert account.files[0].landed == {"2024-04": 1}
    assert account.files[0].set_aside == 1
    assert not account.is_clean


def test_a_dry_run_leaves_every_byte_as_it_was(foreseen, home):
    assert foreseen[1]
    assert list((home / "data" / "build").iterdir()) == []


def test_after_a_crash_what_is_owed_is_read_from_lake_and_versions(foreseen, home, drop):
    lake = Lake(home / "data")
    new_grants.land(drop, DROPPED)
    later = DROPPED + dt.timedelta(days=1)
    receive(lake, MAY, DROPPED - dt.timedelta(hours=1), write(home / "news.jsonl", record("CN201410333944.0", "新知")))
    again = new_grants.land(drop, later)
    assert (again.files[0].landed, again.files[0].known) == ({}, 1)
    owed = new_grants.find_changes(drop.name, later)
    assert new_grants.replay_requests(owed) == new_grants.replay_requests(foreseen[0])
    assert new_grants.replay_requests(owed) == [{"period": "2024-04", "as_of": "2024-06-20T00:00:00Z", "pull": False}]
    assert "另有 1 个批次尚未发布" in owed.periods[1].reason

    version = publish(lake, APRIL, DROPPED, home / "second")
    assert version.number == 2
    done = new_grants.find_changes(drop.name, later)
    assert states(done) == {"2024-04": "included", "2024-05": "same"}
    assert new_grants.replay_requests(done) == []
