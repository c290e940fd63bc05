"""Packages: who receives what, in which bytes."""

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.dispatch.manifest import read_manifest, verify_manifest
from panhuo.dispatch.packages import build_packages
from panhuo.dispatch.recipients import load_recipients
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import NAMES, PLACES, change, line, package_frames, screened, write_warehouse

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parents[1] / "golden" / "packages"
MAY = Period(2024, 5)
IDENTITY = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), "rules-1", "code-1")

LINES = [
    line("CN201510000001.1", "U-ANHUI"),
    line("CN201510000002.2", "U-WUHU", tier="T0", theta=3.0, simulated_fields="application_scenario|trl"),
    line("CN201510000003.3", "U-BEIJING", data_origin="simulated", tier="T3", field_no=None, field_name=None),
]
SCREENING = [
    *(screened(row["patent_no"], row["institution_id"], data_origin=row["data_origin"]) for row in LINES),
    screened(
        "CN201510000004.4", "U-ANHUI", disposition="form_1", form1_category="licensed", is_licensed=True
    ),
    screened(
        "CN201510000005.5", "U-ANHUI", disposition="excluded", reasons="maturity_missing|scenario_missing",
        next_step="请补填技术成熟度。", relicensable=False,
    ),
]  # fmt: skip
CHANGES = [
    change("CN201510000001.1", "U-ANHUI"),
    change(
        "CN201510000002.2", "U-WUHU", change_kind="MOD", changed_columns="intent|theta",
        old_value="intent=license|theta=2.123456", new_value="intent=license,transfer|theta=3.0",
        change_reason="转化意愿、前景后验均值变更", simulated_fields="l80|theta",
    ),
]  # fmt: skip


def build(folder, lines=LINES, screening=SCREENING, changes=CHANGES, previous_release=None, policy=None, **more):
    folder.mkdir(parents=True, exist_ok=True)
    warehouse = write_warehouse(folder / "warehouse.duckdb", lines=lines, screening=screening, changes=changes, **more)
    return build_packages(
        warehouse, folder, period=MAY, identity=IDENTITY, previous_release=previous_release, policy=policy
    )


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    out = tmp_path_factory.mktemp("built")
    return out, build(out)


@pytest.fixture
def without_workbooks(monkeypatch):
    """Leave out the files that take most of the time, where a test looks at others."""
    monkeypatch.setattr("panhuo.dispatch.packages.DOCUMENTS", {})


def rows(out: Path, package: str, table: str) -> list[dict[str, str]]:
    with (out / "packages" / package / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_package_is_the_golden_one(built):
    out, _ = built
    package = out / "packages" / "province" / "34"
    for name in ("dispatch_lines.csv", "library_cells.csv", "screening.csv", "changes.csv"):
        assert (package / name).read_text(encoding="utf-8") == (GOLDEN / name).read_text(encoding="utf-8"), name
    meta = read_manifest(package).meta
    assert meta == json.loads((GOLDEN / "meta.json").read_text(encoding="utf-8"))
    assert sorted(read_manifest(package).files) == [
        "bulletin.html", "bulletin.xlsx", "changes.csv", "dispatch_lines.csv", "dispatch_lines.parquet",
        "library.html", "library.xlsx", "library_cells.csv", "library_cells.parquet",
        "package.xlsx", "screening.csv", "screening.parquet",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["city", "institution"])
def test_forms_of_a_package_are_the_golden_ones(built, kind):
    out, _ = built
    package = out / "packages" / kind / ("3401" if kind == "city" else "U-ANHUI")
    tables = sorted(path.name for path in (GOLDEN / kind).glob("*.csv"))
    assert tables == sorted(f"{table}.csv" for table in load_recipients().rule(kind).tables if "entries" in table)
    for name in tables:
        assert (package / name).read_text(encoding="utf-8") == (GOLDEN / kind / name).read_text(encoding="utf-8"), name
    documents = {
        "form1.xlsx",
        "form2.xlsx",
        "package.xlsx",
        *(["ledger.xlsx", "bulletin.xlsx", "library.xlsx"] if kind == "city" else ["digest.xlsx"]),
    }
    assert {name for name in read_manifest(package).files if name.endswith(".xlsx")} == documents


def test_every_recipient_with_a_base_library_patent_has_a_package_that_verifies(built):
    out, _ = built
    packages = sorted(p.parent for p in (out / "packages").glob("*/*/manifest.json"))
    assert [f"{p.parent.name}/{p.name}" for p in packages] == [
        "city/1101", "city/3401", "city/3402", "institution/U-ANHUI", "institution/U-BEIJING", "institution/U-WUHU",
        "province/11", "province/34",
    ]  # fmt: skip
    assert [verify_manifest(package) for package in packages] == [[]] * len(packages)


def test_dispatches_count_what_the_files_hold(built):
    out, result = built
    assert result.dispatches.schema.names == list(load_catalogue().contract("fct_dispatches").column_names)
    for row in result.dispatches.to_pylist():
        package = f"{row['recipient_kind']}/{row['recipient_code']}"
        assert row["line_count"] == len(rows(out, package, "dispatch_lines"))
        assert row["screening_count"] == len(rows(out, package, "screening"))
        assert row["change_count"] == len(rows(out, package, "changes"))
        assert row["package_digest"] == read_manifest(out / "packages" / package).digest
    names = {row["recipient_code"]: row["recipient_name"] for row in result.dispatches.to_pylist()}
    assert names["3401"] == "安徽省合肥市"
    assert names["1101"] == "北京市"
    assert names["U-WUHU"] == "鸠兹职业技术学院"


def test_parquet_and_csv_hold_the_same_rows(built):
    out, _ = built
    for frame in package_frames(out):
        told = rows(out, f"{frame.kind}/{frame.code}", frame.table)
        key = load_catalogue().contract(frame.table).keys[-1]
        assert [row[key] for row in told] == frame.rows[key].to_pylist()
        assert frame.rows.schema.names == list(load_catalogue().contract(frame.table).column_names)


def test_second_build_and_another_order_of_rows_give_the_same_bytes(built, tmp_path):
    out, _ = built
    build(tmp_path / "again")
    build(
        tmp_path / "other", LINES[::-1], SCREENING[::-1], CHANGES[::-1], institutions=("U-WUHU", "U-BEIJING", "U-ANHUI")
    )
    first = files(out / "packages")
    assert files(tmp_path / "again" / "packages") == first
    assert files(tmp_path / "other" / "packages") == first


def test_bytes_do_not_depend_on_the_process(built, tmp_path):
    out, _ = built
    program = (
        "import sys, pathlib, datetime as dt; from panhuo.periods import Period;"
        "from panhuo.dispatch.changes import ReleaseIdentity; from panhuo.dispatch.packages import build_packages;"
        "identity = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), 'rules-1', 'code-1');"
        "build_packages(*map(pathlib.Path, sys.argv[1:]), period=Period(2024, 5), identity=identity)"
    )
    for seed in ("1", "2"):
        run = [sys.executable, "-c", program, str(out / "warehouse.duckdb"), str(tmp_path / seed)]
        subprocess.run(run, check=True, env={**os.environ, "PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"})
        assert files(tmp_path / seed / "packages") == files(out / "packages")


@pytest.mark.usefixtures("without_workbooks")
def test_rebuilding_in_place_leaves_nothing_stale(tmp_path):
    build(tmp_path, [LINES[1]], [SCREENING[1]], [])
    (tmp_path / "warehouse.duckdb").unlink()
    build(tmp_path, [LINES[0]], [SCREENING[0]], [])
    assert sorted(p.name for p in (tmp_path / "packages").glob("*/*")) == ["34", "3401", "U-ANHUI"]


@pytest.mark.usefixtures("without_workbooks")
def test_other_months_of_a_mart_are_not_dispatched(tmp_path):
    build(tmp_path, [LINES[0], {**LINES[0], "period": "2024-04"}], [SCREENING[0]], [])
    assert len(rows(tmp_path, "institution/U-ANHUI", "dispatch_lines")) == 1


@pytest.mark.usefixtures("without_workbooks")
def test_csv_texts_that_would_run_as_formulas_are_disarmed_and_parquet_keeps_them(tmp_path):
    texts = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("x")']
    harmless = ["a=b", "", "1-1", "装置"]
    lines = [
        line(f"CN20151000000{number}.1", "U-ANHUI", title=text, l80=-0.25)
        for number, text in enumerate(texts + harmless, start=10)
    ]
    build(tmp_path, lines, [SCREENING[0]], [])
    told = rows(tmp_path, "province/34", "dispatch_lines")
    assert [row["title"] for row in told] == [f"'{text}" for text in texts] + harmless
    assert {row["l80"] for row in told} == {"-0.25"}
    parquet = pq.read_table(tmp_path / "packages" / "province" / "34" / "dispatch_lines.parquet")
    assert parquet["title"].to_pylist() == texts + harmless


def test_restricted_columns_of_a_mart_reach_no_file(tmp_path):
    secrets = {"contact_phone": "SECRET-13800000000", "improvement_wanted": "SECRET-WISH"}
    build(tmp_path, [LINES[0]], [SCREENING[0]], [CHANGES[0]], extra_columns=secrets)
    for name, content in files(tmp_path / "packages").items():
        assert b"SECRET" not in content, name
    assert "contact_phone" not in pq.read_schema(next((tmp_path / "packages").glob("*/*/screening.parquet"))).names


def test_title_of_a_patent_held_back_for_its_military_owner_is_told_to_its_institution_alone(tmp_path):
    secret = screened(
        "CN201510000006.6", "U-ANHUI", title="SECRET-TITLE", disposition="excluded",
        reasons="expired_by_term|military_owner",
    )  # fmt: skip
    other = screened("CN201510000007.7", "U-ANHUI", disposition="excluded", reasons="expired_by_term")
    leaving = change("CN201510000006.6", "U-ANHUI", change_kind="DEL", change_reason="涉军权利人")
    build(tmp_path, [], [secret, other], [leaving])
    for package in ("province/34", "city/3401"):
        titles = {row["patent_no"]: row["title"] for row in rows(tmp_path, package, "screening")}
        assert titles == {"CN201510000006.6": "【涉军，题名不外发】", "CN201510000007.7": other["title"]}
        texts = zipfile.ZipFile(tmp_path / "packages" / package / "package.xlsx")
        assert not [name for name in texts.namelist() if b"SECRET-TITLE" in texts.read(name)]
        parquet = pq.read_table(tmp_path / "packages" / package / "screening.parquet")
        assert parquet["title"].to_pylist() == list(titles.values())
    assert rows(tmp_path, "institution/U-ANHUI", "screening")[0]["title"] == "SECRET-TITLE"


@pytest.mark.usefixtures("without_workbooks")
def test_columns_are_cut_by_grade_even_when_a_contract_lists_them(tmp_path):
    public_only = load_recipients().model_copy(
        update={
            "recipients": tuple(
                rule.model_copy(update={"sensitivities": frozenset({"public"})})
                for rule in load_recipients().recipients
                if rule.kind == "institution"
            )
        }
    )
    rule = public_only.recipients[0]
    columns = rule.visible(load_catalogue().contract("dispatch_lines")).column_names
    assert "patent_no" in columns
    assert "tier" not in columns
    with pytest.raises(ValueError, match="change_base"):
        rule.visible(load_catalogue().contract("changes"))
    with pytest.raises(ValueError, match="changes: institution may not see the key columns"):
        build(tmp_path, policy=public_only)


def test_row_without_recipient_is_refused_by_name(tmp_path):
    with pytest.raises(
        ValueError, match=r"fct_dispatch_lines of 2024-05: patent_no CN201510000001\.1 has no city_code"
    ):
        build(tmp_path, [line("CN201510000001.1", "U-ANHUI", city_code=None)])


def test_recipient_without_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"dim_institutions of 2024-05 has no .*U-WUHU"):
        build(tmp_path, institutions=("U-ANHUI", "U-BEIJING"), lines=[], changes=[],
              screening=[screened("CN201510000002.2", "U-WUHU", province_code="34", city_code="3401")])  # fmt: skip


def test_code_that_leads_out_of_the_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(PLACES, "../U", PLACES["U-ANHUI"])
    monkeypatch.setitem(NAMES, "../U", "越界大学")
    with pytest.raises(ValueError, match=r"institution_id \['\.\./U'\]"):
        build(tmp_path, [], [screened("CN201510000001.1", "../U")], [], institutions=("../U",))
    assert not list((tmp_path / "packages").glob("**/*.csv"))


@pytest.mark.usefixtures("without_workbooks")
def test_progress_counts_every_package(tmp_path):
    warehouse = write_warehouse(tmp_path / "w.duckdb", lines=LINES[:1], screening=SCREENING[:1])
    seen = []
    build_packages(
        warehouse, tmp_path, period=MAY, identity=IDENTITY, on_progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_month_without_any_patent_gives_no_package(tmp_path):
    result = build(tmp_path, [], [], [])
    assert result.dispatches.num_rows == 0
    assert list(package_frames(tmp_path)) == []
