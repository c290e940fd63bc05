"""Simulated deals, activities and filings: readable but where spoilt, agreeing with the gazette but where planned."""

import json
from pathlib import Path

import pytest

from ingestion.sandbox.simulate import make_scenario
from ingestion.sandbox.simulate.deals import BAD_DATE
from ingestion.sources import load_source
from ingestion.sources.legal_events.texts import read_event_text
from panhuo.contracts.rows import RowsResult, read_rows

pytestmark = pytest.mark.slow

PERIODS = ("2024-04", "2024-05", "2024-06")
LISTS = ("transactions", "licence_recordals", "pledges", "product_recordals", "activities", "filings")
STATEMENTS = ("open_license_offers", "stability_reports", "platform_listings")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios") / "deals"
    make_scenario(folder)
    return folder


def lines(folder: Path, name: str) -> list[dict[str, str]]:
    texts = [(folder / period / f"{name}.jsonl").read_text(encoding="utf-8") for period in PERIODS]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def read(folder: Path, name: str, period: str) -> RowsResult:
    text = (folder / period / f"{name}.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    headers = sorted({name for row in rows for name in row})
    return read_rows(
        load_source(name).contract, list(enumerate(rows, start=1)), pseudonym_key=None, headers=headers, defaults={}
    )


def test_lists_are_read_but_for_the_days_that_were_spoilt(scenario: Path) -> None:
    spoilt = 0
    for period in PERIODS:
        told = json.loads((scenario / "scenario.json").read_text(encoding="utf-8"))["periods"][period]
        for name in (*LISTS, *STATEMENTS):
            result = read(scenario, name, period)
            assert len(result.violations) == told[name].get("invalid", 0)
            assert {violation.value for violation in result.violations} <= {BAD_DATE}
            assert set(result.table.column("data_origin").to_pylist()) == {"simulated"}
            spoilt += len(result.violations)
    assert spoilt


def test_every_list_speaks_and_one_deal_is_called_back(scenario: Path) -> None:
    assert all(lines(scenario, name) for name in (*LISTS, *STATEMENTS))
    withdrawn = [row for row in lines(scenario, "transactions") if row.get("entry_action")]
    assert [row["entry_action"] for row in withdrawn] == ["撤回"]


def test_a_recorded_licensee_makes_a_product_of_its_patent(scenario: Path) -> None:
    licensed = {(row["patent_no"], row["licensee_name"]) for row in lines(scenario, "licence_recordals")}
    made = [row for row in lines(scenario, "product_recordals") if (row["patent_no"], row["producer_name"]) in licensed]
    assert {row["recorded_on"] for row in made} >= {"2024-04-30", "2024-05-31"}


def test_reports_agree_with_the_gazette_but_for_the_planned_ones(scenario: Path) -> None:
    gazetted: dict[str, set[str]] = {}
    for event in lines(scenario, "legal_events"):
        facts = read_event_text(event["event_code"], event["event_detail"]).columns()
        parties = facts.get("holders_after") or facts.get("party_to")
        if event["event_code"] in {"TR01", "EE01"} and parties:
            gazetted.setdefault(event["patent_no"], set()).add(str(parties).replace("|", "；"))
    reports = [row for row in lines(scenario, "transactions") if row["patent_no"] in gazetted]
    agreeing = [row for row in reports if row["transferee_name"] in gazetted[row["patent_no"]]]
    assert 0 < len(reports) - len(agreeing) <= len(reports) / 3
    assert len(lines(scenario, "transactions")) > len(reports), "some deals are registered nowhere"
    numbers = {row["registration_no"] for row in lines(scenario, "licence_recordals")}
    texts = [row["event_detail"] for row in lines(scenario, "legal_events") if row["event_code"] == "EE01"]
    assert any(number in text for number in numbers for text in texts)
    assert any(all(number not in text for text in texts) for number in numbers), "one recordal is not gazetted"
