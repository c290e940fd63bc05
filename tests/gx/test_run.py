"""Great Expectations judges what the contracts demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations.definition import ContractUse, load_gate
from expectations.run import run_suite
from expectations.suites import Expectation, contract_expectations, gate_expectations
from panhuo.contracts.model import load_catalogue
from panhuo.gates.model import GateResult, GateRun

RUN = GateRun(gate="G9_trial", period="2024-05", run_id="run-1")
Row = dict[str, Any]
Judge = Callable[[str, list[Row]], dict[str, GateResult]]


def expectations_of(table: str) -> list[Expectation]:
    return contract_expectations(
        RUN.gate, ContractUse(contract=table, severity="block", reason="trial"), load_catalogue()
    )


@pytest.fixture
def judge(make_database: Callable[..., Path]) -> Judge:
    """Judge rows by the contract of their table; results by the name of the check."""

    def run(table: str, rows: list[Row]) -> dict[str, GateResult]:
        results = run_suite(make_database({table: rows}), RUN, expectations_of(table))
        return {result.check_id.removeprefix(f"G9.{table}."): result for result in results}

    return run


def test_tables_that_keep_their_contract_pass(make_database: Callable[..., Path], good_row: Callable[..., Row]) -> None:
    gate = load_gate("G1_intake")
    database = make_database({use.location: [good_row(use.location)] for use in gate.contracts})
    before = database.read_bytes()

    results = run_suite(database, GateRun("G1_intake", "2024-05", "run-1"), gate_expectations(gate))

    assert [result for result in results if result.outcome != "pass"] == []
    assert [result.check_id for result in results] == sorted(x.check_id for x in gate_expectations(gate))
    assert database.read_bytes() == before
    duckdb.connect(str(database)).close()  # raises when the judge still holds the file


BROKEN = [
    ("fct_tiers", "tier_not_null", {"tier": None}),
    ("fct_tiers", "tier_known", {"tier": "T9"}),
    ("fct_tiers", "intent_known", {"intent": "transfer|give_away"}),
    ("fct_tiers", "intent_known", {"intent": "transfer|license"}),
    ("fct_tiers", "trl_in_range", {"trl": 10}),
    ("fct_tiers", "field_mean_in_range", {"field_mean": 0.5}),
    ("fct_tiers", "patent_no_well_formed", {"patent_no": "201010110545.X"}),
    ("fct_tiers", "patent_no_well_formed", {"patent_no": "CN201010110545.X\n"}),
    ("fct_tiers", "period_well_formed", {"period": "2024-13"}),
    ("raw_grants.patents", "title_length", {"title": "长" * 501}),
    ("raw_grants.patents", "filing_date_in_range", {"filing_date": dt.date(1985, 3, 31)}),
    ("raw_enterprises.enterprises", "enterprise_id_well_formed", {"enterprise_id": "91370900163058822O"}),
    ("raw_enterprises.enterprises", "city_code_well_formed", {"city_code": "37O9"}),
    ("raw_enterprises.enterprises", "contact_phone_well_formed", {"contact_phone": "13800138000"}),
]


@pytest.mark.parametrize(
    ("table", "check", "changes"), BROKEN, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_row_that_breaks_the_contract_fails(
    table: str,
    check: str,
    changes: Row,
    judge: Judge,
    good_row: Callable[..., Row],
) -> None:
    keys = load_catalogue().contract(table).keys
    good = good_row(table, **{key: "CN85102475" if key == "patent_no" else "91370900000000000A" for key in keys[1:]})

    results = judge(table, [good, good_row(table, **changes)])

    assert {name for name, result in results.items() if result.outcome != "pass"} == {check}
    failed = results[check]
    assert (failed.outcome, failed.observed, failed.rows, len(failed.sample)) == ("fail", 1, 1, 1)
    assert load_catalogue().columns[keys[0]].label in failed.sample[0]


def test_repeated_keys_fail(judge: Judge, good_row: Callable[..., Row]) -> None:
    twice = [good_row("fct_tiers"), good_row("fct_tiers", tier="T1"), good_row("fct_tiers", patent_no="CN85102475")]

    failed = judge("fct_tiers", twice)["keys_unique"]

    assert (failed.outcome, failed.rows) == ("fail", 2)
    assert failed.sample == ("月度=2024-05，专利号=CN201010110545.X",)


def test_values_of_restricted_columns_are_not_shown(judge: Judge, good_row: Callable[..., Row]) -> None:
    failed = judge(
        "raw_enterprises.enterprises", [good_row("raw_enterprises.enterprises", contact_phone="13800138000")]
    )

    assert "13800138000" not in failed["contact_phone_well_formed"].model_dump_json()


def alter(database: Path, statement: str) -> Path:
    with duckdb.connect(str(database)) as connection:
        connection.execute(statement)
    return database


def by_name(results: list[GateResult]) -> dict[str, GateResult]:
    return {result.check_id.rpartition(".")[2]: result for result in results}


def test_another_set_of_columns_fails(make_database: Callable[..., Path], good_row: Callable[..., Row]) -> None:
    database = alter(make_database({"fct_tiers": [good_row("fct_tiers")]}), "alter table fct_tiers rename l80 to l90")

    results = by_name(run_suite(database, RUN, expectations_of("fct_tiers")))

    assert results["columns_exact"].sample == ("缺少列 l80", "多出列 l90")
    assert (results["columns_exact"].outcome, results["columns_exact"].rows) == ("fail", None)
    assert results["l80_not_null"].outcome == "error"
    assert results["tier_known"].outcome == "pass"


def test_another_type_fails(make_database: Callable[..., Path], good_row: Callable[..., Row]) -> None:
    database = alter(
        make_database({"fct_tiers": [good_row("fct_tiers")]}), "alter table fct_tiers alter theta type varchar"
    )

    results = by_name(run_suite(database, RUN, expectations_of("fct_tiers")))

    assert results["types_exact"].outcome == "fail"
    assert (results["types_exact"].observed, results["types_exact"].rows) == (1, None)
    assert "theta" in results["types_exact"].sample[0]


def test_what_cannot_be_computed_is_an_error_and_spoils_no_other(
    make_database: Callable[..., Path], good_row: Callable[..., Row]
) -> None:
    database = make_database({"fct_tiers": [good_row("fct_tiers", tier="T9")]})
    alter(database, "alter table fct_tiers alter trl type varchar")
    alter(database, "update fct_tiers set trl = 'nine'")

    results = by_name(run_suite(database, RUN, expectations_of("fct_tiers")))

    assert results["trl_in_range"].outcome == "error"
    assert "Binder Error" in results["trl_in_range"].message
    assert results["tier_known"].outcome == "fail"
    assert results["intent_known"].outcome == "pass"


def test_a_missing_table_is_an_error_for_every_check(make_database: Callable[..., Path]) -> None:
    results = run_suite(make_database({"t": [{"a": 1}]}), RUN, expectations_of("fct_tiers"))

    assert {result.outcome for result in results} == {"error"}
    assert len(results) == len(expectations_of("fct_tiers"))
    assert "fct_tiers does not exist" in results[0].message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such DuckDB file"):
        run_suite(tmp_path / "none.duckdb", RUN, expectations_of("fct_tiers"))


def test_nothing_is_printed(
    judge: Judge,
    good_row: Callable[..., Row],
    capfd: pytest.CaptureFixture[str],
) -> None:
    judge("fct_tiers", [good_row("fct_tiers", tier="T9")])

    assert capfd.readouterr() == ("", "")
