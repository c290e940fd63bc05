"""The Tai'an scenario: real patents and firms, read where they lie, under their present institutions."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ingestion.sandbox.simulate import make_scenario
from ingestion.sandbox.simulate.taian import PATENTS_FILE, load_known_institutions
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import RowsResult, read_rows
from panhuo.identifiers import parse_uscc
from panhuo.names import normalise_name
from panhuo.periods import Period

PERIODS = ("2024-04", "2024-05", "2024-06")


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def json_lines(folder: Path, period: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / period / "grants.jsonl").read_text("utf-8").splitlines()]


def read(contract: str, records: list[dict[str, str]]) -> RowsResult:
    return read_rows(load_catalogue().contract(contract), list(enumerate(records, start=1)), pseudonym_key=None)


@pytest.mark.slow
def test_taian_scenario_rests_on_the_real_table(shared_data: Path, tmp_path: Path) -> None:
    told = make_scenario(tmp_path, sample="taian", shared_data=shared_data)
    april = told["periods"]["2024-04"]
    assert april["patents"] == {"real": 3374, "simulated": 0}
    records = json_lines(tmp_path, "2024-04")
    assert read("raw_grants.patents", records).violations == []
    assert all(record["simulated_fields"] == "grant_date|legal_status" for record in records)

    result = read("raw_institutions.institutions", csv_rows(tmp_path / "2024-04" / "institutions.csv"))
    assert result.violations == []
    owners = {name for row in result.table.to_pylist() for name in [row["institution_name"], *_names(row)]}
    patents = read("raw_grants.patents", records).table.to_pylist()
    inventions = [row for row in patents if row["owners"] in owners and row["patent_type"] == "invention"]
    for period, expected in (("2024-04", 465), ("2024-05", 465), ("2024-06", 464)):
        last_day = Period.parse(period).end_date
        within = [r for r in inventions if r["filing_date"].replace(year=r["filing_date"].year + 20) > last_day]
        assert len(within) == expected

    states = {row["legal_status"] for period in PERIODS for row in json_lines(tmp_path, period)}
    assert states == {"授权", "专利权转移", "许可合同备案生效", "质押合同登记生效"}

    firms = [row for period in PERIODS for row in csv_rows(tmp_path / period / "enterprises.csv")]
    real = {row["企业统一社会信用代码"] for row in firms if row["数据来源"] == "真实"}
    assert len(real) == 2542
    assert all(parse_uscc(code).code == code for code in real)


def _names(row: Mapping[str, str | None]) -> list[str]:
    return (row["aliases"] or "").split("|")


def test_taian_aliases_name_applicants_of_the_table_once(shared_data: Path) -> None:
    applicants = {normalise_name(row["applicant"]) for row in csv_rows(shared_data / PATENTS_FILE)}
    known = load_known_institutions()
    aliases = [alias for spec in known.institutions for alias in spec.aliases]
    assert set(aliases) <= applicants
    assert len(aliases) == len(set(aliases))
    assert not set(aliases) & {spec.name for spec in known.institutions}
    assert {entry.name for entry in known.not_institutions} <= applicants
