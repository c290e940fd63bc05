"""The simulator: repeatable, honest about what it invents, and wrong exactly where it means to be."""

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from ingestion.sandbox.simulate import BadMonth, ScenarioError, Size, make_scenario
from ingestion.tables import Limits, UnreadableFileError
from ingestion.workbooks import read_form
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import RowsResult, read_rows, rows_set_aside
from panhuo.identifiers import IdentifierError, parse_patent_no
from panhuo.periods import Period

pytestmark = pytest.mark.slow

SMALL = Size(institutions=3, patents_per_institution=(30, 40), enterprises=12)
TINY = Size(institutions=1, patents_per_institution=(40, 40), enterprises=8)
PERIODS = ("2024-04", "2024-05", "2024-06")
SAMPLES = Path(__file__).parents[2] / "ingestion" / "sandbox" / "samples"
FORM = load_catalogue().contract("raw_inventories.entries")
KEY = b"0123456789abcdef"
LIMITS = Limits(max_bytes=10_000_000, max_rows=100_000)
WRONG_NUMBERS = {"ZL 201810819673.7", "ZL 201901390316.9"}


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios") / "small"
    make_scenario(folder, seed=7, size=SMALL)
    return folder


@pytest.fixture(scope="module")
def full_scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios") / "full"
    make_scenario(folder)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def json_lines(folder: Path, period: str, name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / period / name).read_text(encoding="utf-8").splitlines()]


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read(contract: str, records: Iterable[Mapping[str, object]]) -> RowsResult:
    return read_rows(load_catalogue().contract(contract), list(enumerate(records, start=1)), pseudonym_key=KEY)


def workbook_records(path: Path) -> list[tuple[int, Mapping[str, object]]]:
    return list(read_form(path, FORM, LIMITS).rows)


@cache
def canonical(number: str) -> str | None:
    try:
        return parse_patent_no(number).canonical
    except IdentifierError:
        return None


def summary(folder: Path) -> dict[str, dict[str, dict[str, dict[str, int]]]]:
    return json.loads((folder / "scenario.json").read_text(encoding="utf-8"))


# --- repeatable ---------------------------------------------------------------------------------------------


def test_same_seed_gives_the_same_bytes_and_another_seed_others(scenario: Path, tmp_path: Path) -> None:
    make_scenario(tmp_path / "again", seed=7, size=SMALL)
    make_scenario(tmp_path / "other", seed=8, size=SMALL)
    first, again, other = digests(scenario), digests(tmp_path / "again"), digests(tmp_path / "other")
    assert first == again
    assert any(name.endswith(".xlsx") for name in first)
    differing = {name for name in first if first[name] != other.get(name)}
    assert {f"{period}/grants.jsonl" for period in PERIODS} <= differing


def test_scenario_in_its_place_is_replaced(tmp_path: Path) -> None:
    make_scenario(tmp_path, seed=1, size=TINY)
    (tmp_path / "2024-04" / "stale.txt").write_text("stale")
    make_scenario(tmp_path, seed=2, size=TINY)
    assert not (tmp_path / "2024-04" / "stale.txt").exists()
    assert summary(tmp_path)["seed"] == 2


def test_folder_that_is_no_scenario_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ScenarioError, match="不是模拟场景"):
        make_scenario(tmp_path, size=SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_impossible_wishes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="没有样本“qingdao”"):
        make_scenario(tmp_path / "a", sample="qingdao")
    with pytest.raises(ScenarioError, match="要求了 99 家"):
        make_scenario(tmp_path / "b", size=Size(institutions=99))
    with pytest.raises(ScenarioError, match="PANHUO_SHARED_DATA"):
        make_scenario(tmp_path / "c", sample="taian", shared_data=tmp_path / "nowhere")
    assert not (tmp_path / "c").exists()


# --- real and simulated apart -------------------------------------------------------------------------------


def test_every_real_patent_lands_with_its_real_facts(scenario: Path) -> None:
    fed = {row["patent_no"]: row for row in json_lines(scenario, "2024-04", "grants.jsonl")}
    ledger = csv_rows(SAMPLES / "university_ledger.csv")
    listed = csv_rows(SAMPLES / "listed_company_patents.csv")
    assert (len(ledger), len(listed)) == (126, 249)
    for row in ledger:
        record = fed[row["patent_no"]]
        facts = [record[name] for name in ("title", "filing_date", "owners", "legal_status", "data_origin")]
        assert facts == [row["title"], row["filing_date"], row["owners"], row["status"], "真实"]
        assert record["simulated_fields"] == ("grant_date" if row["status"] == "授权" else "")
    for row in listed:
        record = fed[row["application_number"]]
        facts = [record[name] for name in ("title", "grant_date", "owners", "legal_status", "ipc_codes")]
        told = ("patent_title", "publication_date", "assignee", "legal_status", "ipc_code")
        assert facts == [row[name] for name in told]
        assert (record["data_origin"], record["simulated_fields"]) == ("真实", "filing_date")


def test_simulated_patents_are_recognisable_and_never_a_real_number(scenario: Path) -> None:
    for period in PERIODS:
        records = json_lines(scenario, period, "grants.jsonl")
        assert {record["data_origin"] for record in records} <= {"真实", "模拟"}
        for record in records:
            number = canonical(record["patent_no"])
            is_simulated = record["data_origin"] == "模拟"
            assert record["title"].startswith("【模拟】") == is_simulated
            if is_simulated:
                assert number is not None
                assert int(parse_patent_no(number).serial) >= 9_900_000
            elif number is not None:
                assert int(parse_patent_no(number).serial) < 9_900_000


def test_later_months_change_the_state_of_no_real_patent(scenario: Path) -> None:
    for period in PERIODS[1:]:
        records = json_lines(scenario, period, "grants.jsonl")
        assert records
        assert all(record["data_origin"] == "模拟" for record in records)


def test_increments_arrive_in_the_month_of_their_grant(scenario: Path) -> None:
    known = {row["patent_no"] for row in json_lines(scenario, "2024-04", "grants.jsonl")}
    for period in PERIODS[1:]:
        table = read("raw_grants.patents", json_lines(scenario, period, "grants.jsonl")).table
        new = [row["grant_date"] for row in table.to_pylist() if row["patent_no_raw"] not in known]
        assert new
        assert {str(date)[:7] for date in new} == {period}


def test_invented_institutions_and_enterprises_say_so(scenario: Path) -> None:
    for row in csv_rows(scenario / "2024-04" / "institutions.csv"):
        is_simulated = row["数据来源"] == "模拟"
        assert row["单位名称"].startswith("模拟") == is_simulated
        assert row["模拟字段"] == ("" if is_simulated else "institution_id")
    enterprises = csv_rows(scenario / "2024-04" / "enterprises.csv")
    assert enterprises
    for row in enterprises:
        assert row["企业名称"].startswith("【模拟】")
        assert row["数据来源"] == "模拟"
        assert row["联系人"].startswith("模拟")
        assert row["联系电话"].startswith("010-0")


def test_workbooks_say_that_their_assessments_are_simulated(scenario: Path) -> None:
    for path in sorted((scenario / "2024-04" / "inventories").glob("*.xlsx")):
        received = read_form(path, FORM, LIMITS)
        assert any("【模拟】" in str(cell) for row in received.preamble for cell in row)
        assert {record["数据来源"] for _, record in received.rows} == {"模拟"}


def test_statement_tells_what_is_real(scenario: Path) -> None:
    told = summary(scenario)
    assert "真实" in told["statement"]
    assert "模拟" in told["statement"]
    april = told["periods"]["2024-04"]
    assert april["patents"]["real"] == 375
    assert april["patents"]["simulated"] == len(json_lines(scenario, "2024-04", "grants.jsonl")) - 375
    assert april["evaluations"]["records"] == len(json_lines(scenario, "2024-04", "evaluations.jsonl"))


# --- wrong exactly where it means to be ---------------------------------------------------------------------


def test_feeds_hold_the_intended_faults_and_no_others(scenario: Path) -> None:
    for period in PERIODS:
        patents = read("raw_grants.patents", json_lines(scenario, period, "grants.jsonl"))
        wrong = WRONG_NUMBERS if period == "2024-04" else set()
        assert {v.value for v in patents.violations} == wrong
        assert {v.column for v in patents.violations} <= {"patent_no"}

        institutions = read("raw_institutions.institutions", csv_rows(scenario / period / "institutions.csv"))
        assert institutions.violations == []

        enterprises = read("raw_enterprises.enterprises", csv_rows(scenario / period / "enterprises.csv"))
        assert [(v.column, v.code) for v in enterprises.violations] == [("enterprise_id", "wrong_check_digit")]

        evaluations = read("raw_evaluations.evaluations", json_lines(scenario, period, "evaluations.jsonl"))
        assert [(v.column, v.value) for v in evaluations.violations] == [("prospect_score", "7")] * 2


def test_each_month_one_evaluation_is_of_a_patent_nobody_has(scenario: Path) -> None:
    known: set[str | None] = set()
    for period in PERIODS:
        known |= {canonical(row["patent_no"]) for row in json_lines(scenario, period, "grants.jsonl")}
        evaluated = [canonical(row["patent_no"]) for row in json_lines(scenario, period, "evaluations.jsonl")]
        assert None not in evaluated
        assert sum(number not in known for number in evaluated) == 1


COLUMN_OF_MISTAKE = {
    "wrong_check_digit": "patent_no",
    "missing_number": "patent_no",
    "conflicting_duplicate": "patent_no",
    "unknown_word": "prospect_level",
    "garbage_date": "implementation_date",
    "unclear_flag": "is_licensed",
}


@pytest.mark.parametrize("period", PERIODS)
def test_workbooks_hold_the_mistakes_that_the_summary_counts(scenario: Path, period: str) -> None:
    check_mistakes(scenario, period)


@pytest.mark.slow
def test_full_scenario_holds_mistakes_of_every_kind_every_month(full_scenario: Path) -> None:
    for period in PERIODS:
        assert set(check_mistakes(full_scenario, period)) == set(COLUMN_OF_MISTAKE)


def check_mistakes(folder: Path, period: str) -> Counter[str]:
    """Compare what the readers set aside with what the summary says; the latter by kind of mistake."""
    counted = Counter(summary(folder)["periods"][period]["inventories"]["bad_rows"])
    expected: Counter[str] = Counter()
    for kind, number in counted.items():
        expected[COLUMN_OF_MISTAKE[kind]] += number
    violations = []
    for path in sorted((folder / period / "inventories").glob("*.xlsx")):
        with suppress(UnreadableFileError):
            result = read_rows(FORM, workbook_records(path), pseudonym_key=KEY)
            assert len(rows_set_aside(result.violations)) == len(result.violations)
            violations += result.violations
    mistakes = [violation for violation in violations if violation.value not in WRONG_NUMBERS]
    assert Counter(violation.column for violation in mistakes) == expected
    assert counted
    if period == "2024-04":
        assert {violation.value for violation in violations} >= WRONG_NUMBERS
    return counted


def test_one_file_of_may_is_no_workbook(scenario: Path) -> None:
    broken = []
    for path in sorted((scenario / "2024-05" / "inventories").glob("*.xlsx")):
        try:
            workbook_records(path)
        except UnreadableFileError:
            broken.append(path.name)
    assert len(broken) == 1 == summary(scenario)["periods"]["2024-05"]["inventories"]["broken_files"]


def test_university_sends_its_real_ledger_with_its_faults(scenario: Path) -> None:
    paths = sorted((scenario / "2024-04" / "inventories").glob("R001__*.xlsx"))
    sent = {str(record["专利号"]) for path in paths for _, record in workbook_records(path)}
    ledger = {row["patent_no"] for row in csv_rows(SAMPLES / "university_ledger.csv")}
    assert ledger <= sent


def test_somebody_assesses_patents_of_others(scenario: Path) -> None:
    owners = {canonical(row["patent_no"]): row["owners"] for row in json_lines(scenario, "2024-04", "grants.jsonl")}
    names = {row["单位代码"]: row["单位名称"] for row in csv_rows(scenario / "2024-04" / "institutions.csv")}
    foreign = [
        (path.name, record["专利号"])
        for path in sorted((scenario / "2024-04" / "inventories").glob("*.xlsx"))
        for _, record in workbook_records(path)
        if names[path.name.split("__")[0]] not in owners.get(canonical(str(record["专利号"])), names["R001"])
    ]
    assert len(foreign) >= 3


# --- months gone wrong --------------------------------------------------------------------------------------


def test_garbled_month_can_hardly_be_read(tmp_path: Path) -> None:
    make_scenario(tmp_path, size=TINY, bad_month=BadMonth(Period(2024, 5), "grants_garbled"))
    result = read("raw_grants.patents", json_lines(tmp_path, "2024-05", "grants.jsonl"))
    assert len(rows_set_aside(result.violations)) > 0.5 * result.rows_read > 100
    assert summary(tmp_path)["bad_month"] == {"2024-05": "grants_garbled"}


@pytest.mark.slow
def test_collapsed_month_loses_most_of_the_stock_and_reads_well(tmp_path: Path) -> None:
    make_scenario(tmp_path, bad_month=BadMonth(Period(2024, 5), "stock_collapse"))
    institutions = [row["单位名称"] for row in csv_rows(tmp_path / "2024-04" / "institutions.csv")]
    states: dict[str, str] = {}
    in_force = []
    for period in PERIODS[:2]:
        result = read("raw_grants.patents", json_lines(tmp_path, period, "grants.jsonl"))
        assert len(rows_set_aside(result.violations)) < 0.05 * result.rows_read
        states |= {
            row["patent_no"]: row["legal_status"]
            for row in result.table.to_pylist()
            if any(name in row["owners"] for name in institutions)
        }
        in_force.append(sum(state == "granted" for state in states.values()))
    assert in_force[1] < 0.4 * in_force[0]


# --- evidence for every tier --------------------------------------------------------------------------------


@pytest.mark.slow
def test_full_scenario_has_evidence_for_every_tier_in_every_month(full_scenario: Path) -> None:
    words: dict[str | None, str] = {}
    scores: dict[tuple[str | None, str], int] = {}
    for period in PERIODS:
        for path in sorted((full_scenario / period / "inventories").glob("S*.xlsx")):
            for _, record in workbook_records(path):
                words[canonical(str(record["专利号"]))] = str(record["技术成熟度"])
        for row in json_lines(full_scenario, period, "evaluations.jsonl"):
            if row["prospect_score"] != "7":
                scores[canonical(row["patent_no"]), row["enterprise_id"]] = int(row["prospect_score"])
        by_patent: dict[str | None, list[int]] = {}
        for (number, _), score in scores.items():
            by_patent.setdefault(number, []).append(score)
        means = {number: sum(s) / len(s) for number, s in by_patent.items() if len(s) >= 4}
        ready = {"工程化", "示范应用", "小批量生产", "产业化", "TRL8"}
        early = {"基础研究", "应用研究", "概念验证", "TRL3"}
        assert sum(len(s) < 2 for s in by_patent.values()) >= 20
        assert sum(mean >= 4.4 and words.get(number) in ready for number, mean in means.items()) >= 5
        assert sum(mean >= 3.2 and words.get(number) in early for number, mean in means.items()) >= 10
        assert sum(mean <= 2.5 for mean in means.values()) >= 5
