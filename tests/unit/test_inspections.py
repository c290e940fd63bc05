"""The inspection of a quarter: the seed is bound before the freeze, and the sample is the committed seed's."""

import datetime as dt
import json

import openpyxl
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from ingestion.forms import check_workbook
from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import load_catalogue
from panhuo.lake import canonical_json, parquet_bytes, put_bytes
from panhuo.periods import Period, Quarter, format_instant
from panhuo.policy import load_policy
from panhuo.statistics.inspection import InspectionError, allocate
from pipeline import inspections
from pipeline.cli_inspections import inspection_app
from pipeline.dispatched import land_rows
from pipeline.inspection_frames import redraw
from pipeline.inspection_rates import error_rates, sample_load
from pipeline.runs import open_lake

pytestmark = pytest.mark.slow

Q2, Q3 = Quarter(2024, 2), Quarter(2024, 3)
BEFORE = dt.datetime(2024, 7, 10, tzinfo=dt.UTC)
FROZE = dt.datetime(2024, 7, 16, tzinfo=dt.UTC)
DRAWN = dt.datetime(2024, 7, 17, tzinfo=dt.UTC)
FOUND = dt.datetime(2024, 8, 9, tzinfo=dt.UTC)


def number_of(n):
    """A patent number of the old form, which has no check digit."""
    return f"CN85{n + 100000:06d}"


@pytest.fixture
def lake(monkeypatch, tmp_path):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PANHUO_INSPECTION_SEEDS_DIR", str(tmp_path / "seeds"))
    return open_lake()


def freeze(lake, number=1, as_of=FROZE, patents=40, rates=()):
    folder = lake.root / "published" / "quarterly_statistics" / "period=2024-06" / f"version={number}"
    rows = [
        {
            "patent_no": number_of(n),
            "is_in_force_at_end": n % 10 != 0,
            "institution_kind": "university" if n % 4 else "hospital",
            "is_implemented": n % 5 == 0,
            "institution_name": "甲大学",
            "data_origin": "simulated" if n % 2 else "real",
        }
        for n in range(patents)
    ]
    put_bytes(folder / "marts" / "fct_quarter_patents.parquet", parquet_bytes(pa.Table.from_pylist(rows)))
    if rates:
        put_bytes(folder / "marts" / "fct_inspection_rates.parquet", parquet_bytes(pa.Table.from_pylist(rates)))
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


def test_the_sample_is_drawn_from_the_version_that_froze_and_landed_once(lake):
    inspections.commit(Q2, BEFORE)
    freeze(lake, 1, BEFORE, patents=20)
    with pytest.raises(InspectionError, match="not frozen"):
        inspections.draw_sample(Q2, DRAWN)
    freeze(lake, 2)
    with pytest.raises(InspectionError, match="before the version"):
        inspections.draw_sample(Q2, BEFORE)
    sample = inspections.draw_sample(Q2, DRAWN)
    freeze(lake, 3, FROZE + dt.timedelta(days=30), patents=60)
    assert inspections.draw_sample(Q2, DRAWN + dt.timedelta(days=9)).equals(sample)
    (load,) = lake.loads("dispatches", until=Q2.months[-1], as_of=DRAWN + dt.timedelta(days=99))
    assert (load.received_at, load.row_count, str(load.period)) == (DRAWN, 36, "2024-06")
    account = inspections.account_of(sample)
    assert account["version"] == 2
    assert set(sample["patent_no"].to_pylist()) == {number_of(n) for n in range(40) if n % 10}
    assert sum(stratum["stratum_size"] for stratum in account["strata"].values()) == 36
    assert account["strata"]["hospital|False"]["stratum_name"] == "医疗机构、已实施：否"


def test_another_seed_than_the_committed_one_draws_nothing(lake, tmp_path):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    (tmp_path / "seeds" / "2024-Q2.seed").write_text("00" * 32)
    with pytest.raises(InspectionError, match="not the one"):
        inspections.draw_sample(Q2, DRAWN)


def test_a_sample_without_commitment_or_with_a_late_one_is_refused(lake):
    freeze(lake)
    with pytest.raises(InspectionError, match="nothing was committed"):
        inspections.draw_sample(Q2, DRAWN)
    promised = inspections.commit(Q2, BEFORE)
    path = lake.root / "ledger" / "inspections" / "2024-Q2.json"
    put_bytes(path, canonical_json(promised | {"committed_at": format_instant(FROZE)}))
    with pytest.raises(InspectionError, match="after"):
        inspections.draw_sample(Q2, DRAWN)


def test_a_commitment_without_rules_draws_nothing(lake):
    promised = inspections.commit(Q2, BEFORE)
    freeze(lake)
    del promised["rules"]
    put_bytes(lake.root / "ledger" / "inspections" / "2024-Q2.json", canonical_json(promised))
    with pytest.raises(InspectionError, match=r"names no rules of drawing.*commit to the next"):
        inspections.draw_sample(Q2, DRAWN)


def test_the_command_shows_the_strata_and_what_comes_next(lake, tmp_path, monkeypatch):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    monkeypatch.setattr("pipeline.cli_inspections.moment_now", lambda: DRAWN)
    path = tmp_path / "sample.xlsx"
    done = CliRunner().invoke(inspection_app, ["draw", "--quarter", "2024-Q2", "-o", str(path)])
    assert done.exit_code == 0, done.output
    for told in (
        "医疗机构、已实施：否",
        "预期差错率",
        f"panhuo check {path} --form inspections",
        "panhuo land inspections",
    ):
        assert told in done.output
    assert path.exists()


def test_a_landed_sample_is_drawn_again_from_what_it_states(lake):
    inspections.commit(Q2, BEFORE)
    freeze(lake, patents=900)
    landed = inspections.draw_sample(Q2, DRAWN).to_pylist()
    again = list(redraw(lake, landed))
    shared = again[0].keys() & landed[0].keys()
    assert shared >= {"inspection_stratum", "draw_place", "draw_role", "stratum_size", "prior_error_rate"}
    assert [[row[name] for name in shared] for row in again] == [[row[name] for name in shared] for row in landed]
    assert {(row["ledger_commitment"], row["ledger_committed_at"]) for row in again} == {
        (landed[0]["seed_commitment"], BEFORE)
    }
    fewer = [row for row in landed if row["inspection_stratum"] != "hospital|False" or row["draw_place"] < 3]
    assert list(redraw(lake, fewer)) == again
    swapped = [landed[0] | {"patent_no": landed[-1]["patent_no"]}, *landed[1:]]
    assert list(redraw(lake, swapped)) == again
    assert not list(redraw(lake, [row | {"frame_version": 7} for row in landed]))


def test_a_policy_that_changes_after_the_commitment_draws_nothing_else(lake, monkeypatch):
    policy = load_policy()
    other = policy.inspection.model_copy(
        update={"allocation": "proportional", "sample_size": policy.inspection.minimum}
    )
    promised = inspections.commit(Q2, BEFORE)
    freeze(lake, patents=900)
    expected = inspections.draw_rows(Q2)
    monkeypatch.setattr(inspections, "load_policy", lambda: policy.model_copy(update={"inspection": other}))
    assert inspections.draw_rows(Q2) == expected
    assert promised["rules"]["allocation"] == "neyman"
    assert inspections.commit(Q3, BEFORE)["rules"]["allocation"] == "proportional"


def test_what_earlier_inspections_found_moves_the_allocation_and_starves_nobody(lake):
    found = {"university|False": (10, 20), "hospital|False": (0, 20), "all": (10, 40)}
    rates = [
        {
            "inspected_quarter": quarter,
            "inspection_stratum": name,
            "inspected_count": seen,
            "wrong_count": wrong,
            "awaiting_count": awaited,
        }
        for quarter, share, awaited in (("2023-Q4", 1, 0), ("2024-Q1", 0, 3), ("2023-Q3", 0, 0), ("2024-Q2", 0, 0))
        for name, (wrong, seen) in {name: (wrong * share, seen) for name, (wrong, seen) in found.items()}.items()
    ]
    inspections.commit(Q2, BEFORE)
    freeze(lake, patents=900, rates=rates)
    strata = inspections.account_of(inspections.draw_sample(Q2, DRAWN))["strata"]
    prior = {name: told["prior_error_rate"] for name, told in strata.items()}
    assert prior == {
        "university|False": pytest.approx((10 + 20 * 0.05) / 40),
        "hospital|False": pytest.approx(0.025),
        "university|True": 0.05,
    }
    sizes = {name: told["stratum_size"] for name, told in strata.items()}
    without = allocate(sizes, 200, 5, dict.fromkeys(sizes, 0.05))
    assert strata["university|False"]["sample"] > without["university|False"]
    assert load_policy().inspection.minimum.value <= strata["hospital|False"]["sample"] < without["hospital|False"]


def test_the_form_of_the_sample_is_read_like_any_other(lake, tmp_path):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    path = tmp_path / "sample.xlsx"
    inspections.write_sample(path, inspections.draw_sample(Q2, DRAWN))
    blank = check_workbook(path, "inspections")
    assert blank.to_text() == (
        "sample.xlsx：尚未填写：36 行都只有预先填好的内容；"
        "请逐行填写抽查结果、抽查日期、抽查单位后再检查、报送；不答复的行留空即可"
    )
    assert (blank.is_clean, blank.annotated, sorted(tmp_path.glob("*.xlsx"))) == (False, None, [path])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for row, word in ((4, "相符"), (5, "不符"), (6, "大概")):
        for label, value in (("抽查结果", word), ("抽查日期", "2024-08-01"), ("抽查单位", "某局")):
            sheet.cell(row, columns[label], value)
    sheet.cell(5, columns["不符事项"], "转让、权属")
    book.save(path)
    report = check_workbook(path, "inspections")
    assert (report.counts.received, report.counts.accepted) == (3, 2)
    assert "有 33 行只有预先填好的内容，视为未答复，未读取" in report.to_text()
    assert not report.is_clean
    assert (6, "大概") in {(violation.source_row, violation.value) for violation in report.violations}
    sheet.cell(6, columns["抽查结果"], "相符")
    book.save(path)
    mended = check_workbook(path, "inspections")
    assert (mended.is_clean, mended.counts.accepted, mended.annotated) == (True, 3, None)
    assert sorted(tmp_path.glob("*.xlsx")) == [path]


def test_the_form_of_the_sample_says_how_it_is_filled_in(lake, tmp_path):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    path = tmp_path / "sample.xlsx"
    inspections.write_sample(path, inspections.draw_sample(Q2, DRAWN))
    book = openpyxl.load_workbook(path)
    head = [cell.value for cell in book["填报表"][2] if cell.value]
    assert head[:2] == ["填报单位：逐行填写抽查单位", "月度：收到结果的月份，入库时指定"]
    guide = {row[0]: row[2] for row in book["填报说明"].iter_rows(values_only=True)}
    assert guide["抽查季度"] == "季度，例如 2024-Q2"


@pytest.mark.parametrize(
    ("name", "refusal", "message"),
    [
        ("filled.xlsx", FileExistsError, "may hold what inspectors filled in: name another"),
        (".", FileExistsError, "is there already"),
        ("none/sample.xlsx", FileNotFoundError, "there is no folder .*: make it"),
    ],
)
def test_nothing_is_landed_when_the_form_cannot_be_written(lake, tmp_path, name, refusal, message):
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    (tmp_path / "filled.xlsx").write_bytes(b"filled in")
    with pytest.raises(refusal, match=message):
        inspections.draw_to(tmp_path / name, Q2, DRAWN)
    assert sample_load(lake, Q2) is None
    assert (tmp_path / "filled.xlsx").read_bytes() == b"filled in"
    inspections.draw_to(tmp_path / "other.xlsx", Q2, DRAWN)
    assert sample_load(lake, Q2) is not None


def test_a_draw_that_is_refused_leaves_no_file(lake, tmp_path):
    with pytest.raises(InspectionError, match="not frozen"):
        inspections.draw_to(tmp_path / "sample.xlsx", Q2, DRAWN)
    assert not (tmp_path / "sample.xlsx").exists()


def land_results(lake, period, moment, **values):
    row = {"patent_no": number_of(1), "inspected_quarter": "2024-Q2", "inspection_outcome": "matches"}
    row |= {"inspected_on": dt.date(2024, 8, 1), "inspecting_unit": "某局", "data_origin": "simulated"} | values
    contract = load_catalogue().contract("raw_inspections.results")
    land_rows(lake, contract, period, moment, "r", pa.Table.from_pylist([row], schema=payload_schema(contract)))


def test_an_inspection_that_no_version_shows_says_what_is_missing(lake, tmp_path):
    with pytest.raises(InspectionError, match="no sample was drawn: panhuo inspection draw --quarter 2024-Q2"):
        error_rates(Q2)
    inspections.commit(Q2, BEFORE)
    freeze(lake)
    inspections.draw_to(tmp_path / "sample.xlsx", Q2, DRAWN)
    land_results(lake, Period(2024, 7), FOUND, inspected_quarter="2024-Q1")
    with pytest.raises(InspectionError, match="no result is landed: panhuo land inspections"):
        error_rates(Q2)
    land_results(lake, Period(2024, 8), FOUND)
    with pytest.raises(InspectionError, match=r"results are landed, .*: panhuo run quarterly --quarter 2024-Q3"):
        error_rates(Q2)


def rate(stratum, name, awaited, quarter="2024-Q2", found=0.1):
    return {
        "inspected_quarter": quarter, "inspection_stratum": stratum, "stratum_name": name, "stratum_size": 9,
        "sample_size": 5, "inspected_count": 5 - awaited, "wrong_count": 1, "awaiting_count": awaited,
        "error_rate": None if awaited else found, "error_rate_low": None, "error_rate_high": None,
    }  # fmt: skip


def estimated():
    told = CliRunner().invoke(inspection_app, ["estimate", "--quarter", "2024-Q2"])
    assert told.exit_code == 0, told.output
    return told.output


def test_estimates_say_which_strata_wait_for_how_many_and_what_to_do(lake):
    strata = [rate("university|False", "高等院校", 2), rate("hospital|False", "医疗机构", 0)]
    inspections.commit(Q2, BEFORE)
    freeze(lake, rates=[rate("all", "全部", 2), *strata])
    inspections.draw_sample(Q2, DRAWN)
    told = estimated()
    assert "未完成：待核 2 件，其中高等院校 2 件；报齐之前不给出差错率" in told
    assert "panhuo land inspections --from" in told
    land_results(lake, Period(2024, 8), FOUND)
    told = estimated()
    assert "panhuo land" not in told
    assert "不能计入" not in told
    assert "此后又接收了样本中 1 件的结果，发布后计入：panhuo run quarterly --quarter 2024-Q3" in told
    freeze(lake, 2, rates=[rate("all", "全部", 0), *(row | {"awaiting_count": 0} for row in strata)])
    told = estimated()
    assert "已完成：各层均无待核专利" in told
    assert "发布后计入" in told


@pytest.mark.parametrize(
    "values",
    [
        {"patent_no": number_of(0)},
        {"inspected_on": DRAWN.date() - dt.timedelta(days=1)},
        {"inspected_on": FOUND.date() + dt.timedelta(days=1)},
    ],
)
def test_results_that_can_never_count_are_told_and_promise_nothing(lake, values):
    inspections.commit(Q2, BEFORE)
    freeze(lake, rates=[rate("all", "全部", 2), rate("university|False", "高等院校", 2)])
    inspections.draw_sample(Q2, DRAWN)
    land_results(lake, Period(2024, 8), FOUND, **values)
    told = estimated()
    assert "此后接收的 1 条结果不能计入：不属于样本，或抽查日期早于抽取、晚于接收" in told
    assert "panhuo land inspections --from" in told
    assert "发布后计入" not in told


def test_rates_are_told_in_per_cent_as_the_report_shows_them(lake):
    freeze(lake, rates=[rate("all", "全部", 0), rate("university|False", "高等院校", 0, found=0.031854026249944246)])
    told = estimated()
    assert "3.19%" in told
    assert "0.0318" not in told


def test_rates_are_read_from_the_newest_version_that_shows_the_quarter(lake):
    freeze(lake, 1, rates=[rate("all", "全部", 0)])
    freeze(lake, 2, rates=[rate("all", "全部", 0, found=0.2)])
    freeze(lake, 3, rates=[rate("all", "全部", 0, quarter="2024-Q1")])
    assert [told["error_rate"] for told in error_rates(Q2).rows] == [0.2]
