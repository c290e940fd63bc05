"""Simulated legal events: the gazette agrees with the feed, except where the summary says that it does not."""

import csv
import datetime as dt
import json
from collections import Counter
from pathlib import Path

import pytest

from ingestion.sandbox.simulate import Size, make_drop, make_scenario
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import read_rows

pytestmark = pytest.mark.slow

PERIODS = ("2024-04", "2024-05", "2024-06")
SMALL = Size(institutions=3, patents_per_institution=(60, 80), enterprises=12)
# State of the feed by the last event that changes it; events not named here change nothing.
STATES = {
    "GR01": "授权",
    "TR01": "专利权转移",
    "EE01": "许可合同备案生效",
    "EC01": "授权",
    "PE01": "质押合同登记生效",
    "PC01": "授权",
    "PP01": "专利权保全",
    "OL01": "开放许可声明",
    "CF01": "未缴年费专利权终止",
    "CX01": "专利权有效期届满终止",
    "AV01": "放弃专利权",
    "AV02": "避免重复授权放弃专利权",
    "IW01": "专利权全部无效",
    "RR01": "授权",
}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios") / "events"
    make_scenario(folder, seed=7, size=SMALL)
    return folder


def lines(folder: Path, period: str, name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / period / name).read_text(encoding="utf-8").splitlines()]


def told(folder: Path, period: str) -> dict[str, int]:
    return json.loads((folder / "scenario.json").read_text(encoding="utf-8"))["periods"][period]["legal_events"]


def of_kind(folder: Path, kind: str) -> int:
    return sum(told(folder, period).get(kind, 0) for period in PERIODS)


def test_events_and_feed_tell_the_same_but_for_the_contradictions_counted(scenario: Path) -> None:
    events: list[dict[str, str]] = []
    states: dict[str, str] = {}
    simulated: set[str] = set()
    for period in PERIODS:
        events += [row for row in lines(scenario, period, "legal_events.jsonl") if row["event_date"][0] == "2"]
        for row in lines(scenario, period, "grants.jsonl"):
            states[row["patent_no"]] = row["legal_status"]
            simulated |= {row["patent_no"]} if row["data_origin"] == "模拟" else set()
    last: dict[str, str] = {}
    for row in sorted(events, key=lambda row: (row["announced_on"], row["event_id"])):
        last[row["patent_no"]] = STATES.get(row["event_code"], last.get(row["patent_no"], ""))
    contrary = {number for number in simulated & last.keys() if states[number] not in (last[number], "申请")}
    expired = {number for number in contrary if last[number] == "专利权有效期届满终止"}
    assert len(contrary - expired) == of_kind(scenario, "contradictions") == 1
    assert len(last.keys() - states.keys()) == of_kind(scenario, "unknown_patents") == 1
    granted = {number for number in simulated if states[number] != "申请"}
    assert granted <= last.keys()


def test_events_are_read_but_for_the_days_that_were_spoilt(scenario: Path) -> None:
    contract = load_catalogue().contract("raw_legal_events.events")
    for period in PERIODS:
        rows = lines(scenario, period, "legal_events.jsonl")
        result = read_rows(
            contract,
            list(enumerate(rows, start=1)),
            pseudonym_key=None,
            headers=list(rows[0]),
            defaults={"parse_status": "无需解析"},
        )
        assert Counter(v.column for v in result.violations) == Counter(
            event_date=told(scenario, period).get("bad_dates", 0)
        )
        assert {row["data_origin"] for row in rows} == {"模拟"}


def test_what_is_announced_late_took_effect_in_a_month_published_before(scenario: Path) -> None:
    june = lines(scenario, "2024-06", "legal_events.jsonl")
    assert {row["announced_on"][:7] for row in june} == {"2024-06"}
    late = [row for row in june if row["event_date"] < "2024-06-01"]
    assert len(late) == told(scenario, "2024-06")["effective_in_earlier_month"]
    lapses = [row for row in june if row["event_code"] == "CF01"]
    assert lapses
    for row in lapses:
        lag = dt.date.fromisoformat(row["announced_on"]) - dt.date.fromisoformat(row["event_date"])
        assert lag.days > 180
    assert sum(row["event_code"] == "AV01" and row["event_date"][:7] == "2024-04" for row in june) == 1
    assert told(scenario, "2024-06")["ended_in_published_month"] == 1


def test_texts_come_in_every_template_and_one_in_none(scenario: Path) -> None:
    april = lines(scenario, "2024-04", "legal_events.jsonl")
    transfers = [row["event_detail"] for row in april if row["event_code"] == "TR01"]
    lengths = Counter(len(text.split("\n")) for text in transfers)
    assert lengths[7]
    assert lengths[10]
    assert any(text.startswith("#法律状态公告日：") for text in transfers)
    assert sum("变更" in text and ":" not in text for text in transfers) == told(scenario, "2024-04")["unreadable"] == 1
    licences = [row["event_detail"].split("\n") for row in april if row["event_code"] == "EE01"]
    assert {len(text) for text in licences} == {6}


def test_real_patents_have_the_events_of_their_real_states(scenario: Path) -> None:
    real = {row["patent_no"]: row for row in lines(scenario, "2024-04", "grants.jsonl") if row["data_origin"] == "真实"}
    found = [row for row in lines(scenario, "2024-04", "legal_events.jsonl") if row["patent_no"] in real]
    assert {row["event_code"] for row in found} == {"TR01", "CF01", "CX01", "AV02", "IW01"}
    for row in found:
        assert real[row["patent_no"]]["legal_status"] == STATES[row["event_code"]]


def test_owners_are_spelled_as_often_as_the_summary_says(scenario: Path) -> None:
    counts = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))["owner_spellings"]
    owners = [row["owners"] for row in lines(scenario, "2024-04", "grants.jsonl") if row["data_origin"] == "模拟"]
    marks = {
        "line_break": "\n",
        "full_width": "０",
        "campus": "校区",
        "factory": "实验工厂",
        "former_name": "学院0",
        "unknown_name": "筹建处",
    }
    assert counts.keys() == marks.keys()
    seen = {kind: sum(mark in cell for cell in owners) for kind, mark in marks.items()}
    assert seen == counts


def test_a_drop_holds_grants_never_fed_and_events_after_the_last_month(scenario: Path, tmp_path: Path) -> None:
    ledger = make_drop(tmp_path / "drop", seed=7, size=SMALL)
    again = make_drop(tmp_path / "again", seed=7, size=SMALL)
    assert ledger == again == json.loads((tmp_path / "drop" / ".drop.json").read_text(encoding="utf-8"))
    fed = {row["patent_no"]: row for period in PERIODS for row in lines(scenario, period, "grants.jsonl")}
    touched = {row["patent_no"] for period in PERIODS[1:] for row in lines(scenario, period, "legal_events.jsonl")}
    months = {row["patent_no"]: row["changes_periods"] for row in ledger["changes"]}
    for period in PERIODS:
        with (tmp_path / "drop" / "grants" / f"{period}.csv").open(encoding="utf-8", newline="") as stream:
            granted = list(csv.DictReader(stream))
        assert granted
        for row in granted:
            assert row["专利号"] not in fed
            assert months[row["专利号"]] == [month for month in PERIODS if month >= period]
    events = lines(tmp_path, "drop", "legal_events/events.jsonl")
    assert {row["announced_on"][:7] for row in events} == {"2024-07"}
    assert {row["event_code"]: months[row["patent_no"]] for row in events} == {
        "CF01": ["2024-04", "2024-05", "2024-06"],
        "AV01": ["2024-05", "2024-06"],
        "TR01": ["2024-06"],
        "CP02": [],
    }
    for row in events:
        assert fed[row["patent_no"]]["legal_status"] == "授权"
        assert row["patent_no"] not in touched
