"""Changes between two versions of one month: which lines, and why."""

import csv
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

pytestmark = pytest.mark.slow

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
JUDGED = {**LATE, "source_file": "evaluations?cursor=3", "source_row": 2, "is_evaluation": True}
INDIRECT = "同期新数据的间接影响"
RULES, CODE = "规则版本变更（rules-1 → rules-2）", "程序版本变更（code-1 → code-2）"


@pytest.fixture
def without_workbooks(monkeypatch):
    """Leave out the files that say nothing about changes and take most of the time."""
    monkeypatch.setattr("panhuo.dispatch.packages.DOCUMENTS", {})


def lines(*rows):
    named = [{"period": PERIOD, "recipient_code": row["institution_id"], **row} for row in rows]
    return pa.Table.from_pylist(named, schema=lines_schema(INSTITUTION))


def changes(old, new, *, after=AFTER, evidence=(), has_new_data=False):
    facts = pa.Table.from_pylist(list(evidence), schema=EVIDENCE_SCHEMA)
    table = version_changes(old, new, before=BEFORE, after=after, evidence=facts, has_new_data=has_new_data)
    return table.to_pylist()


def later(policy="rules-1", code="code-1"):
    return ReleaseIdentity(AFTER.as_of, policy, code)


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
    ("values", "evidence", "cause"),
    [
        ({"trl": 8}, [LATE], "新收到数据：江淮大学_补报.xlsx 第 7 行（2024-06-18 10:30 接收）"),
        ({"trl": 8, "theta": 4.0}, [LATE, JUDGED], "新收到数据：江淮大学_补报.xlsx 第 7 行"),
        ({"theta": 4.0}, [LATE, JUDGED], "新收到评价：evaluations?cursor=3 第 2 行（2024-06-18 10:30 接收）"),
        ({"conversion_stage": "industrialised"}, [LATE], "新收到数据：江淮大学_补报.xlsx 第 7 行"),
    ],
)
@pytest.mark.parametrize("after", [later(), later("rules-2", "code-2")])
def test_a_row_about_the_patent_is_the_cause_before_all_others(values, evidence, cause, after):
    old, new = lines(line(P1, "U-ANHUI")), lines(line(P1, "U-ANHUI", **values))
    (told,) = changes(old, new, after=after, evidence=evidence, has_new_data=True)
    assert told["change_reason"].startswith(cause)


@pytest.mark.parametrize(
    ("after", "has_new_data", "cause"),
    [
        (later(), True, INDIRECT),
        (later(), False, INDIRECT),
        (later("rules-2"), True, f"{INDIRECT}；另有{RULES}"),
        (later("rules-2", "code-2"), True, f"{INDIRECT}；另有{RULES}、{CODE}"),
        (later("rules-2"), False, RULES),
        (later(code="code-2"), False, CODE),
        (later("rules-2", "code-2"), False, f"{RULES}、{CODE}"),
    ],
)
def test_rules_and_program_are_the_cause_alone_only_when_nothing_arrived(after, has_new_data, cause):
    old, new = lines(line(P1, "U-ANHUI")), lines(line(P1, "U-ANHUI", theta=4.0))
    of_another = [{**LATE, "patent_no": P2}]
    (told,) = changes(old, new, after=after, evidence=of_another, has_new_data=has_new_data)
    assert told["change_reason"] == cause


def test_newest_evidence_is_named():
    newer = {**LATE, "source_file": "再补报.xlsx", "received_at": LATE["received_at"] + dt.timedelta(hours=1)}
    told = changes(lines(), lines(line(P1, "U-ANHUI")), evidence=[newer, LATE])
    assert "再补报.xlsx" in told[0]["change_reason"]


def test_what_changes_leave_out_or_invent_is_unexplained():
    old, new = lines(line(P1, "U-ANHUI"), line(P2, "U-ANHUI")), lines(line(P2, "U-ANHUI", trl=9))
    nothing = EVIDENCE_SCHEMA.empty_table()
    told = version_changes(old, new, before=BEFORE, after=AFTER, evidence=nothing, has_new_data=False)
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


def release(folder, new_lines, previous=None, identity=BEFORE, **marts):
    """Build the packages of a release and give it the manifest of one."""
    folder.mkdir()
    screening = [screened(row["patent_no"], row["institution_id"]) for row in new_lines]
    told = [change(row["patent_no"], row["institution_id"]) for row in new_lines]
    warehouse = write_warehouse(folder / "w.duckdb", lines=new_lines, screening=screening, changes=told, **marts)
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
    second = release(tmp_path / "second", new, first, AFTER, entries=[late_entry(P1, "U-ANHUI")])
    told = (second / "packages" / "province" / "34" / "changes.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [row.split(",")[1:4] for row in told] == [
        ['"previous_month"', '"ADD"', f'"{P1}"'],
        ['"previous_version"', '"MOD"', f'"{P1}"'],
        ['"previous_version"', '"DEL"', f'"{P2}"'],
    ]
    assert "江淮大学_补报.xlsx 第 7 行" in told[1]


@pytest.mark.usefixtures("without_workbooks")
def test_packages_name_the_late_evaluation_and_know_of_any_late_row(tmp_path):
    first = release(tmp_path / "first", [line(P1, "U-ANHUI"), line(P2, "U-ANHUI")])
    new = [line(P1, "U-ANHUI", theta=4.0), line(P2, "U-ANHUI", theta=4.0)]
    receipt = {f"latest_evaluation_{name}": JUDGED[name] for name in ("received_at", "source_file", "source_row")}
    judged = release(tmp_path / "judged", new, first, later(code="code-2"), tiers=[{"patent_no": P1, **receipt}])
    assert reasons(judged) == {P1: "新收到评价：evaluations?cursor=3 第 2 行（2024-06-18 10:30 接收）",
                               P2: f"{INDIRECT}；另有{CODE}"}  # fmt: skip
    registered = [{"enterprise_id": "C1", "received_at": LATE["received_at"]}]
    moved = release(tmp_path / "moved", new, first, later(code="code-2"), enterprises=registered)
    assert set(reasons(moved).values()) == {f"{INDIRECT}；另有{CODE}"}
    assert set(reasons(release(tmp_path / "bare", new, first, later(code="code-2"))).values()) == {CODE}


@pytest.mark.usefixtures("without_workbooks")
def test_packages_name_the_legal_event_that_took_a_patent_out(tmp_path):
    first = release(tmp_path / "first", [line(P1, "U-ANHUI"), line(P2, "U-ANHUI")])
    event = {"event_id": "L1", "patent_no": P1, **LATE, "source_file": "first/events.jsonl", "source_row": 1}
    second = release(tmp_path / "second", [line(P2, "U-ANHUI", trl=8)], first, AFTER, events=[event])
    assert reasons(second) == {P1: "新收到数据：first/events.jsonl 第 1 行（2024-06-18 10:30 接收）", P2: INDIRECT}


def reasons(folder):
    """Patent → cause of its change against the previous version."""
    with (folder / "packages" / "province" / "34" / "changes.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["patent_no"]: row["change_reason"] for row in rows if row["change_base"] == "previous_version"}


@pytest.mark.usefixtures("without_workbooks")
def test_recipient_that_lost_every_patent_is_still_told(tmp_path):
    first = release(tmp_path / "first", [line(P1, "U-ANHUI"), line(P2, "U-WUHU")])
    second = release(tmp_path / "second", [line(P1, "U-ANHUI")], first, AFTER)
    folder = second / "packages" / "institution" / "U-WUHU"
    assert '"DEL"' in (folder / "changes.csv").read_text(encoding="utf-8-sig")
    assert released_lines(second, INSTITUTION)["recipient_code"].to_pylist() == ["U-ANHUI"]


@pytest.mark.usefixtures("without_workbooks")
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
