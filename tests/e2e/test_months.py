"""Three months of the demo, made once by the real DAG against the sandbox platform, then asked every question."""

import csv
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ingestion.forms import check_workbook
from ingestion.sandbox.simulate.spellings import UNKNOWN_NAME
from ingestion.workbooks import write_form
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.dispatch.manifest import verify_manifest
from panhuo.half_year.documents import write_documents
from panhuo.half_year.model import draft_report
from panhuo.half_year.readback import read_page, read_workbook
from panhuo.lake import Lake, sha256, tree_files
from panhuo.periods import Period
from panhuo.settings import get_settings
from panhuo.warehouse import query
from pipeline.example_queries import load_example_queries
from pipeline.inspection_frames import redraw
from pipeline.landing import BackdatedError, land_location
from pipeline.monthly import run_month
from pipeline.publishing import PublishRefusedError, query_published, refresh_views
from pipeline.replay import replay_month
from tests.fixtures.example_queries import check_example

APRIL, MAY, JUNE = MONTHS = (Period(2024, 4), Period(2024, 5), Period(2024, 6))
PRODUCT = "monthly_dispatch"
MAY_FOLDER = "period=2024-05/"
KEPT = ("PANHUO_SHARED_DATA", "PANHUO_PARSE_CACHE")
"""Variables of the tests themselves."""


def dispatched(period):
    after = period.shift(1)
    return dt.datetime(after.year, after.month, 5, tzinfo=dt.UTC)


def installed(monkeypatch, folder, **more):
    """Make `folder` the data of this process, as the demo's own environment does."""
    for name in [name for name in os.environ if name.startswith("PANHUO_") and name not in KEPT]:
        monkeypatch.delenv(name)
    key = (folder / "pseudonym.key").read_text(encoding="utf-8")
    settings = {"DATA_DIR": str(folder), "PSEUDONYM_KEY": key, "APPROVAL_MODE": "policy", **more}
    for name, value in settings.items():
        monkeypatch.setenv(f"PANHUO_{name}", value)


def published_bytes(folder):
    root = folder / "published" / PRODUCT
    return {name: sha256((root / name).read_bytes()) for name in tree_files(root)}


@pytest.fixture(scope="module")
def finished_demo(tmp_path_factory):
    """The folder of a finished `panhuo demo`, and what it printed; nobody may change it."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {k: v for k, v in os.environ.items() if k in KEPT or not k.startswith(("PANHUO_", "AIRFLOW"))}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "demo"],
        env=environment | {"PANHUO_DATA_DIR": str(folder)},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    log = folder / "airflow" / "runs.log"
    assert done.returncode == 0, done.stdout + done.stderr + (log.read_text()[-5000:] if log.exists() else "")
    return folder, done.stdout


@pytest.fixture
def demo(finished_demo, monkeypatch):
    installed(monkeypatch, finished_demo[0])
    return finished_demo[0]


@pytest.fixture
def copied_demo(finished_demo, tmp_path, monkeypatch):
    """A copy that a test may go on from."""
    folder = tmp_path / "data"
    shutil.copytree(finished_demo[0], folder, ignore=shutil.ignore_patterns("airflow", "build", "scenario"))
    installed(monkeypatch, folder)
    refresh_views(get_settings())
    return folder


def rows(folder, sql):
    return query(folder / "published" / "analytics.duckdb", sql).to_pylist()


def test_demo_says_where_everything_is(finished_demo):
    folder, printed = finished_demo
    for label, path in (
        ("数据包", folder / "published/monthly_dispatch/period=2024-06/version=1/packages"),
        ("质检报告", folder / "published/monthly_dispatch/period=2024-06/version=1/gate_report.html"),
        ("分析库", folder / "published/analytics.duckdb"),
    ):
        assert f"{label}: {path}" in printed
        assert path.exists()
    assert "真实 + 模拟" in printed


def test_the_inspection_of_the_quarter_is_drawn_again_from_what_is_published(finished_demo):
    folder, printed = finished_demo
    form = folder / "inspection_2024-Q2.xlsx"
    assert f"随机抽查样本: {form}" in printed
    (load,) = Lake(folder).loads(
        "dispatches", "inspection_samples", until=JUNE, as_of=dt.datetime(2024, 8, 1, tzinfo=dt.UTC)
    )
    sample = Lake(folder).read_rows(load).to_pylist()
    shared = ("inspection_stratum", "draw_place", "draw_role", "patent_no", "prior_error_rate", "seed_commitment")
    again = redraw(Lake(folder), sample)
    assert {tuple(row[name] for name in shared) for row in again} == {
        tuple(row[name] for name in shared) for row in sample
    }
    blank = check_workbook(form, "inspections")
    assert f"尚未填写：{len(sample)} 行" in blank.to_text()


def test_every_landed_patent_ends_in_exactly_one_place(demo):
    for period in MONTHS:
        landed = {
            number
            for load in Lake(demo).loads("grants", "patents", until=period, as_of=dispatched(period))
            for number in Lake(demo).read_rows(load)["patent_no"].to_pylist()
        }
        month = f"where period = '{period}'"
        patents = rows(demo, f"select patent_no, is_base_library from dim_patents {month}")
        screened = rows(demo, f"select patent_no, disposition, reasons from fct_screening {month}")
        assert len(patents) == len(landed)
        assert {row["patent_no"] for row in patents} == landed
        assert {row["patent_no"] for row in patents if row["is_base_library"]} == {x["patent_no"] for x in screened}
        assert all(bool(row["reasons"]) == (row["disposition"] == "excluded") for row in screened)
        released = rows(demo, f"select patent_no from fct_dispatch_lines {month}")
        assert {x["patent_no"] for x in screened if x["disposition"] == "form_2"} == {x["patent_no"] for x in released}


def test_a_decision_about_a_name_counts_from_the_month_it_came(demo):
    name = f"owner_name = '{UNKNOWN_NAME}'"
    listed = rows(demo, f"select period, review_reason, undecided_state from fct_owner_reviews where {name}")
    assert [tuple(row.values()) for row in listed] == [
        ("2024-04", "reads_like_institution", "review:reads_like_institution")
    ]
    said = rows(
        demo,
        "select distinct period, resolution_status, resolution_rule, institution_id "
        f"from fct_owner_resolutions where {name} order by period",
    )
    assert [tuple(row.values()) for row in said] == [
        ("2024-04", "review", None, None),
        ("2024-05", "resolved", "reviewed_decision", "S001"),
        ("2024-06", "resolved", "reviewed_decision", "S001"),
    ]
    assert not rows(demo, "select 1 from fct_owner_reviews where review_reason like 'decision%'")


@pytest.mark.parametrize("example", load_example_queries(), ids=lambda example: example.name)
def test_an_example_query_answers_what_it_says(demo, example):
    check_example(example.name, example.sql, lambda sql: query_published(sql).to_pylist())


def test_a_query_as_of_a_past_date_sees_what_was_known_then(demo):
    months = "select period, count(*) as n from fct_tiers group by period order by period"
    known = query_published(months, as_of=dispatched(MAY)).to_pylist()
    assert [row["period"] for row in known] == ["2024-04", "2024-05"]
    assert query_published(months).to_pylist()[:2] == known
    with pytest.raises(ValueError, match="by 2024-05-01"):
        query_published(months, as_of=dt.datetime(2024, 5, 1, tzinfo=dt.UTC))


def test_half_year_figures_are_what_the_published_files_hold(demo, tmp_path):
    """Printed figures of 安徽 and the nation, counted again from the Parquet files by pandas alone."""
    for province in ("34", None):
        page, workbook = write_documents(draft_report(query_published, JUNE, province), tmp_path / str(province))
        # a workbook holds sixteen digits
        told, written = (
            {figure.key: figure.value and round(figure.value, 12) for figure in figures}
            for figures in (read_page(page), read_workbook(workbook))
        )
        assert {key: written[key] for key in told} == told  # the page lists the first rows of a part alone
        expected = half_year_counts(demo, province)
        assert {key: told[key] for key in expected} == expected


def half_year_counts(folder, province):
    """Some figures of a report, by key."""

    def mart(name, month=JUNE):
        (path,) = folder.glob(f"published/*/period={month}/version=1/marts/{name}.parquet")
        return pd.read_parquet(path)

    def inside(table, column="province_code"):
        return table if province is None else table[table[column] == province]

    form_2 = inside(mart("fct_screening").query("disposition == 'form_2'"))
    evaluated = mart("fct_evaluations").query("uncounted_reason.isna()")
    evaluated = evaluated[evaluated["patent_no"].isin(form_2["patent_no"])]
    pushed = pd.concat(
        mart("fct_pushes", month).merge(
            inside(mart("dim_institutions", month))[["institution_id"]], on="institution_id"
        )
        for month in MONTHS
    )
    shown = inside(mart("fct_activities").query("activity_kind == 'roadshow'"))
    deals = mart("fct_deals").query("is_genuine and deal_kind == 'transfer'")
    deals = deals[pd.to_datetime(deals["effective_on"]) >= "2024-01-01"]
    deals = deals.merge(inside(mart("dim_institutions"))[["institution_id"]], on="institution_id")
    duties = inside(mart("fct_milestones"))
    return {
        "standing/status/late/bearer_count": (duties["milestone_status"] == "late").sum(),
        "screening/disposition/form_2/patent_count": len(form_2),
        "evaluations/evaluator/all/evaluated_patent_count": evaluated["patent_no"].nunique(),
        "evaluations/evaluator/all/evaluation_count": len(evaluated),
        "pushes/outgoing/all/push_event_count": len(pushed),
        "pushes/outgoing/all/pushed_patent_count": pushed["patent_no"].nunique(),
        "activities/activity/roadshow/activity_count": len(shown[["sender_id", "activity_no"]].drop_duplicates()),
        "activities/activity/roadshow/patent_count": shown[shown["is_patent_known"]]["patent_no"].nunique(),
        "deals/deal/transfer/deal_count": len(deals),
    }


GRANTED_LATER = 75
"""Patents of the listed companies whose grant was announced after the first month: applications, as of then."""


def test_the_real_faults_of_the_ledger_are_found(demo):
    lake = Lake(demo)
    loads = lake.loads("grants", "patents", until=APRIL, as_of=dispatched(APRIL))
    cells = [cell for load in loads for cell in lake.read_cells(load).to_pylist()]
    assert {cell["value"] for cell in cells} == {"ZL 201810819673.7", "ZL 201901390316.9"}
    real = "period = '2024-04' and data_origin = 'real'"
    military = rows(demo, f"select count(*) as n from fct_screening where {real} and reasons like '%military_owner%'")
    co_owned = rows(
        demo, f"select count(*) as n from dim_patents where {real} and is_base_library and has_enterprise_co_owner"
    )
    assert military[0]["n"] == 7
    assert co_owned[0]["n"] == 21
    pending = f"select count(*) as n from dim_patents where {real} and legal_status = 'pending'"
    assert rows(demo, f"{pending} and grant_date is null")[0]["n"] == 8
    assert rows(demo, f"{pending} and grant_date > '2024-04-30'")[0]["n"] == GRANTED_LATER


def test_gates_judged_every_month_and_the_approval_is_recorded(demo):
    verdicts = rows(demo, "select period, gate, count(*) as n from fct_gate_results group by all")
    assert {(row["period"], row["gate"]) for row in verdicts} == {
        (str(period), gate) for period in MONTHS for gate in ("G1_intake", "G2_models", "G3_dispatch")
    } | {(str(MONTHS[-1]), "G4_statistics")}
    assert rows(demo, "select * from fct_gate_results where outcome = 'error'") == []
    approvals = [json.loads(path.read_text()) for path in (demo / "ledger/approvals").glob("*.json")]
    assert {(x["period"], x["approver"], x["decision"]) for x in approvals} == {
        (str(period), "policy", "approved") for period in MONTHS
    }


def test_published_folders_are_what_their_manifests_say(demo):
    for period in MONTHS:
        version = demo / f"published/{PRODUCT}/period={period}/version=1"
        assert verify_manifest(version) == []
        packages = sorted(version.glob("packages/*/*"))
        assert {package.parent.name for package in packages} == {"province", "city", "institution", "enterprise"}
        for package in packages:
            assert verify_manifest(package) == []


def test_contacts_are_pseudonyms_from_the_first_byte_on(demo):
    with (demo / "scenario/2024-04/enterprises.csv").open(encoding="utf-8-sig") as stream:
        sent = next(csv.DictReader(stream))["联系电话"]
    lake = Lake(demo)
    loads = lake.loads("enterprises", until=JUNE, as_of=dispatched(JUNE))
    phones = {phone for load in loads for phone in lake.read_rows(load)["contact_phone"].to_pylist() if phone}
    assert phones
    assert all(phone.startswith("sm3:") for phone in phones)
    assert sent not in phones
    log = (demo / "airflow/runs.log").read_text(encoding="utf-8")
    assert sent not in log


def test_senders_got_their_bad_rows_back(demo):
    returned = {path.parent.name for path in (demo / "outbox/returns").rglob("*.xlsx")}
    lake = Lake(demo)
    loads = lake.loads(until=JUNE, as_of=dispatched(JUNE))
    owed = {load.sender_id for load in loads if load.quarantined_count or load.rejection}
    assert owed
    assert returned == owed
    assert any(load.rejection for load in loads), "one file of the scenario is broken, and stopped nobody"


@pytest.fixture
def late_workbook(copied_demo, tmp_path):
    """A patent of May and the workbook that inventories it, landed after May was published."""
    late = rows(
        copied_demo,
        "select patent_no, title, institution_id from fct_screening where period = '2024-05' "
        "and reasons = 'not_inventoried' order by 1 limit 1",
    )[0]
    contract = load_catalogue().contract("raw_inventories.entries")
    entry = {"patent_no": late["patent_no"], "title": late["title"], "maturity_word": "中试"}
    entry |= {"application_scenario": "补报", "prospect_level": "high", "intent": "transfer"}
    workbook = tmp_path / f"{late['institution_id']}__late.xlsx"
    write_form(workbook, contract, [entry], title="存量专利盘点表", filling_unit="补报单位", period=str(MAY))
    received_at = dt.datetime(2024, 7, 20, tzinfo=dt.UTC)
    receipt = land_location("inventories", str(workbook), MAY, received_at)[0]
    assert (receipt.load.row_count, receipt.load.quarantined_count) == (1, 0)
    return late, workbook


def test_replay_gives_the_same_bytes(late_workbook):
    outcome = replay_month(MAY, dispatched(MAY))
    assert outcome.compared_files > 200
    assert outcome.is_identical, outcome.to_text()


def test_months_in_another_order_or_twice_change_nothing(copied_demo):
    before = published_bytes(copied_demo)
    shutil.rmtree(copied_demo / "published")
    shutil.rmtree(copied_demo / "ledger")
    for period in (JUNE, APRIL, JUNE):
        assert run_month(period, dispatched(period))["published"]
    assert published_bytes(copied_demo) == {name: digest for name, digest in before.items() if MAY_FOLDER not in name}


def test_a_late_load_is_a_new_version_that_says_why(copied_demo, late_workbook):
    first = published_bytes(copied_demo)
    late, workbook = late_workbook
    outcome = run_month(MAY, dt.datetime(2024, 7, 25, tzinfo=dt.UTC))
    assert (outcome["version"], outcome["is_new"]) == (2, True)
    assert {name: digest for name, digest in published_bytes(copied_demo).items() if name in first} == first
    package = (
        copied_demo / f"published/{PRODUCT}/period=2024-05/version=2/packages/institution/{late['institution_id']}"
    )
    with (package / "changes.csv").open(encoding="utf-8-sig") as stream:
        changes = [row for row in csv.DictReader(stream) if row["change_base"] == "previous_version"]
    added = next(row for row in changes if row["patent_no"] == late["patent_no"])
    assert added["change_kind"] == "ADD"
    assert workbook.name in added["change_reason"]

    again = run_month(MAY, dt.datetime(2024, 7, 26, tzinfo=dt.UTC))
    assert (again["version"], again["is_new"]) == (2, False)
    assert replay_month(MAY, dt.datetime(2024, 7, 25, tzinfo=dt.UTC)).is_identical
    assert run_month(MAY, dispatched(MAY))["version"] == 1, "an older view is the version that stated it"


def test_an_older_view_never_comes_out_as_a_newer_version(copied_demo):
    with pytest.raises(PublishRefusedError, match="panhuo replay"):
        run_month(MAY, dispatched(APRIL))


def test_a_changed_published_file_is_noticed(copied_demo):
    path = next((copied_demo / f"published/{PRODUCT}/period=2024-06/version=1/marts").glob("fct_tiers.parquet"))
    path.write_bytes(path.read_bytes() + b" ")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "verify", str(path.parents[1])],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "marts/fct_tiers.parquet" in done.stdout


def test_a_replay_is_not_content_with_the_manifest_alone(copied_demo):
    package = copied_demo / f"published/{PRODUCT}/period=2024-06/version=1/packages/city/1101/dispatch_lines.csv"
    package.write_bytes(package.read_bytes() + b" ")
    outcome = replay_month(JUNE)
    assert not outcome.is_identical
    assert any("packages/city/1101/dispatch_lines.csv" in name for name in outcome.damaged)


def test_damaged_and_lost_loads_stop_the_month_by_name(copied_demo):
    parts = sorted(copied_demo.glob("raw/inventories/entries/period=2024-06/load=*/part-0.parquet"))
    parts[0].write_bytes(parts[0].read_bytes()[:-50])
    (parts[1].parent / "load.json").unlink()
    outcome = run_month(JUNE, dt.datetime(2024, 7, 6, tzinfo=dt.UTC))
    assert (outcome["published"], outcome["stopped_at"]) == (False, "judge_intake")
    report = Path(outcome["report"]).read_text(encoding="utf-8")
    for part in parts[:2]:
        assert part.parent.name.removeprefix("load=") in report


def test_history_cannot_be_rewritten_by_dating_back(copied_demo):
    workbook = next((copied_demo.parent / "data").glob("outbox/returns/period=2024-06/S*/*.xlsx"))
    with pytest.raises(BackdatedError, match="2024-06 version 1"):
        land_location("inventories", str(workbook), JUNE, dt.datetime(2024, 7, 1, tzinfo=dt.UTC))


def test_a_demo_never_mixes_with_other_data(tmp_path):
    (tmp_path / "raw").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "demo"],
        env=os.environ | {"PANHUO_DATA_DIR": str(tmp_path)},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "not of the demo" in done.stdout
    assert list(tmp_path.iterdir()) == [tmp_path / "raw"]
