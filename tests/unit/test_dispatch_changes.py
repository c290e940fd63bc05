"""Changes between two versions of one month: which lines, and why."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from panhuo.dispatch.changes import (
    EVIDENCE_SCHEMA,
    ReleaseIdentity,
    lines_schema,
    released_lines,
    unexplained,
    version_changes,
)
from panhuo.dispatch.manifest import write_manifest
from panhuo.dispatch.packages import build_packages
from panhuo.dispatch.recipients import load_recipients
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import PERIOD, change, line, screened, write_warehouse

BEFORE = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), "rules-1", "code-1")
AFTER = ReleaseIdentity(dt.datetime(2024, 6, 20, tzinfo=dt.UTC), "rules-1", "code-1")
INSTITUTION = load_recipients().rule("institution")
P1, P2, P3 = "CN201510000001.1", "CN201510000002.2", "CN201510000003.3"
LATE = {
    "patent_no": P1,
    "source_file": "江淮大学_补报.xlsx",
    "source_row": 7,
    "received_at": dt.datetime(2024, 6, 18, 2, 30, tzinfo=dt.UTC),
}


@pytest.fixture
def without_workbooks(monkeypatch):
    """Leave out the files that say nothing about changes and take most of the time."""
    monkeypatch.setattr("panhuo.dispatch.packages.write_workbook", lambda *_: None)


def lines(*rows):
    named = [{"period": PERIOD, "recipient_code": row["institution_id"], **row} for row in rows]
    return pa.Table.from_pylist(named, schema=lines_schema(INSTITUTION))


def changes(old, new, *, after=AFTER, evidence=()):
    facts = pa.Table.from_pylist(list(evidence), schema=EVIDENCE_SCHEMA)
    return version_changes(old, new, before=BEFORE, after=after, evidence=facts).to_pylist()


def test_equal_versions_have_no_changes():
    assert changes(lines(line(P1, "U-ANHUI")), lines(line(P1, "U-ANHUI"))) == []


def test_added_altered_and_removed_lines_are_told():
    old = lines(line(P1, "U-ANHUI"), line(P2, "U-ANHUI", tier="T2", intent=None))
    new = lines(line(P2, "U-ANHUI", tier="T1", intent="license|transfer"), line(P3, "U-ANHUI"))
    told = changes(old, new)
    assert [(row["patent_no"], row["change_kind"]) for row in told] == [(P1, "DEL"), (P2, "MOD"), (P3, "ADD")]
    altered = told[1]
    assert altered["changed_columns"] == "intent|tier"
    assert altered["old_value"] == "intent=|tier=T2"
    assert altered["new_value"] == "intent=license,transfer|tier=T1"
    assert {row["change_base"] for row in told} == {"previous_version"}
    assert told[0]["changed_columns"] is None


def test_a_change_names_what_is_invented_in_the_line_it_states():
    old = lines(line(P1, "U-ANHUI", simulated_fields="trl"), line(P2, "U-ANHUI", tier="T2", simulated_fields="trl"))
    new = lines(line(P2, "U-ANHUI", simulated_fields="tier|trl"), line(P3, "U-ANHUI", simulated_fields="theta"))
    told = changes(old, new)
    assert [row["simulated_fields"] for row in told] == ["trl", "tier|trl", "theta"]


def test_line_that_moves_leaves_one_recipient_and_joins_the_other():
    told = changes(lines(line(P1, "U-ANHUI")), lines(line(P1, "U-WUHU")))
    assert [(row["recipient_code"], row["change_kind"]) for row in told] == [("U-ANHUI", "DEL"), ("U-WUHU", "ADD")]


@pytest.mark.parametrize(
    ("values", "evidence", "after", "cause"),
    [
        ({"trl": 8}, [LATE], AFTER, "新收到数据：江淮大学_补报.xlsx 第 7 行（2024-06-18 10:30 接收）"),
        ({"trl": 8}, [LATE], ReleaseIdentity(AFTER.as_of, "rules-2", "code-2"), "新收到数据：江淮大学_补报.xlsx"),
        ({"trl": 8}, [], ReleaseIdentity(AFTER.as_of, "rules-2", "code-2"), "规则版本变更（rules-1 → rules-2）"),
        ({"trl": 8}, [], ReleaseIdentity(AFTER.as_of, "rules-1", "code-2"), "程序版本变更（code-1 → code-2）"),
        ({"theta": 4.0, "tier": "T2"}, [], AFTER, "评价数据变动的间接影响"),
        ({"theta": 4.0, "tier": "T2"}, [LATE], AFTER, "评价数据变动的间接影响"),
        ({"institution_name": "江淮理工大学"}, [], AFTER, "单位名录等关联数据变动的间接影响"),
    ],
)
def test_cause_is_the_nearest_one_known(values, evidence, after, cause):
    told = changes(lines(line(P1, "U-ANHUI")), lines(line(P1, "U-ANHUI", **values)), after=after, evidence=evidence)
    assert len(told) == 1
    assert told[0]["change_reason"].startswith(cause)


def test_newest_evidence_is_named():
    newer = {**LATE, "source_file": "再补报.xlsx", "received_at": LATE["received_at"] + dt.timedelta(hours=1)}
    told = changes(lines(), lines(line(P1, "U-ANHUI")), evidence=[newer, LATE])
    assert "再补报.xlsx" in told[0]["change_reason"]


def test_what_changes_leave_out_or_invent_is_unexplained():
    old, new = lines(line(P1, "U-ANHUI"), line(P2, "U-ANHUI")), lines(line(P2, "U-ANHUI", trl=9))
    told = version_changes(old, new, before=BEFORE, after=AFTER, evidence=EVIDENCE_SCHEMA.empty_table())
    assert unexplained(old, new, told) == []
    for missing in range(told.num_rows):
        kept = told.filter(pa.array([row != missing for row in range(told.num_rows)]))
        assert len(unexplained(old, new, kept)) == 1
    assert unexplained(old, old, told)
    assert unexplained(old, new, pa.concat_tables([told, told])) == ["a patent has more than one change"]


def late_entry(patent_no, institution_id):
    """A row of fct_inventory_entries that came after the first release."""
    flags = ("is_licensed", "is_transferred", "is_abandoning", "is_enterprise_co_owned", "is_disputed")
    facts = {"institution_id": institution_id, "data_origin": "real", **dict.fromkeys(flags, False)}
    return {**LATE, **facts, "patent_no": patent_no}


def release(folder, new_lines, previous=None, identity=BEFORE, entries=()):
    """Build the packages of a release and give it the manifest of one."""
    folder.mkdir()
    screening = [screened(row["patent_no"], row["institution_id"]) for row in new_lines]
    told = [change(row["patent_no"], row["institution_id"]) for row in new_lines]
    warehouse = write_warehouse(
        folder / "w.duckdb", lines=new_lines, screening=screening, changes=told, entries=entries
    )
    build_packages(warehouse, folder, period=Period(2024, 5), identity=identity, previous_release=previous)
    meta = {
        "as_of": f"{identity.as_of:%Y-%m-%dT%H:%M:%SZ}",
        "policy_version": identity.policy_version,
        "code_version": identity.code_version,
    }
    write_manifest(folder, meta)
    return folder


@pytest.mark.usefixtures("without_workbooks")
def test_packages_tell_both_kinds_of_change_and_the_late_file(tmp_path):
    first = release(tmp_path / "first", [line(P1, "U-ANHUI"), line(P2, "U-WUHU")])
    new = [line(P1, "U-ANHUI", trl=8), line(P3, "U-BEIJING")]
    second = release(tmp_path / "second", new, first, AFTER, [late_entry(P1, "U-ANHUI")])
    told = (second / "packages" / "province" / "34" / "changes.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [row.split(",")[1:4] for row in told] == [
        ['"previous_month"', '"ADD"', f'"{P1}"'],
        ['"previous_version"', '"MOD"', f'"{P1}"'],
        ['"previous_version"', '"DEL"', f'"{P2}"'],
    ]
    assert "江淮大学_补报.xlsx 第 7 行" in told[1]


@pytest.mark.usefixtures("without_workbooks")
@pytest.mark.slow
def test_recipient_that_lost_every_patent_is_still_told(tmp_path):
    first = release(tmp_path / "first", [line(P1, "U-ANHUI"), line(P2, "U-WUHU")])
    second = release(tmp_path / "second", [line(P1, "U-ANHUI")], first, AFTER)
    folder = second / "packages" / "institution" / "U-WUHU"
    assert '"DEL"' in (folder / "changes.csv").read_text(encoding="utf-8-sig")
    assert released_lines(second, INSTITUTION)["recipient_code"].to_pylist() == ["U-ANHUI"]


@pytest.mark.usefixtures("without_workbooks")
@pytest.mark.slow
def test_rebuilding_against_the_same_release_gives_the_same_bytes(tmp_path):
    first = release(tmp_path / "first", [line(P1, "U-ANHUI")])
    new = [line(P1, "U-ANHUI", trl=8)]
    twice = [release(tmp_path / name, new, first, AFTER) for name in ("a", "b")]
    assert (twice[0] / "manifest.json").read_bytes() != (first / "manifest.json").read_bytes()
    a, b = ({p.name: p.read_bytes() for p in (folder / "packages").glob("province/34/*")} for folder in twice)
    assert a == b


def test_folder_that_is_no_release_is_refused(tmp_path):
    write_manifest(tmp_path, {"period": PERIOD})
    with pytest.raises(ValueError, match="states no 'as_of'"):
        ReleaseIdentity.of(tmp_path)


def test_columns_unknown_to_an_old_release_are_null(tmp_path):
    folder = tmp_path / "packages" / "institution" / "U-ANHUI"
    folder.mkdir(parents=True)
    old = lines(line(P1, "U-ANHUI")).drop_columns(["recipient_code", "main_ipc"])
    pq.write_table(old, folder / "dispatch_lines.parquet")
    table = released_lines(tmp_path, INSTITUTION)
    assert table.schema.names == lines_schema(INSTITUTION).names
    assert table["main_ipc"].to_pylist() == [None]
