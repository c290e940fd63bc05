"""A contract becomes expectations, without any judge."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys

import pytest

from expectations.definition import ContractUse, load_gate
from expectations.suites import NORMAL_FORMS, Expectation, contract_expectations, gate_expectations
from panhuo.contracts.model import Catalogue, Column, Contract, ContractColumn, Vocabulary
from panhuo.identifiers import parse_patent_no, parse_uscc

COLUMNS = [
    Column(name="patent_no", type="string", format="patent_no", max_length=20, label="专利号", description="."),
    Column(name="tier", type="string", vocabulary="tier", label="分级", description="."),
    Column(name="intent", type="string", vocabulary="intent", format="code_list", label="意愿", description="."),
    Column(name="trl", type="integer", min=1, max=9, label="成熟度", description="."),
    Column(name="filing_date", type="date", min=dt.date(1985, 4, 1), label="申请日", description="."),
    Column(name="contact_phone", type="string", format="phone_pseudonym", max_length=40, label="电话", description="."),
    Column(name="recipient_code", type="string", label="接收方", description="."),
]
CATALOGUE = Catalogue(
    columns={column.name: column for column in COLUMNS},
    vocabularies={
        "tier": Vocabulary(source="proposal", values={"T1": "即可转化", "T2": "改进后"}),
        "intent": Vocabulary(source="N", values={"license": "许可", "transfer": "转让"}),
    },
    contracts={
        "trials": Contract(
            table="trials",
            layer="marts",
            source=None,
            description=".",
            grain=".",
            keys=("patent_no",),
            columns=tuple(
                ContractColumn(column=column, required=column.name in {"patent_no", "trl"}) for column in COLUMNS[:-1]
            ),
            payload=(),
        )
    },
)
USE = ContractUse(contract="trials", severity="warn", reason="trial")


def rendered(use: ContractUse = USE) -> dict[str, Expectation]:
    return {expectation.check_id: expectation for expectation in contract_expectations("G9_trial", use, CATALOGUE)}


def test_each_definition_becomes_its_expectations() -> None:
    assert {check_id: expectation.type for check_id, expectation in rendered().items()} == {
        "G9.trials.columns_exact": "ExpectTableColumnsToMatchSet",
        "G9.trials.types_exact": "UnexpectedRowsExpectation",
        "G9.trials.keys_unique": "ExpectColumnValuesToBeUnique",
        "G9.trials.patent_no_not_null": "ExpectColumnValuesToNotBeNull",
        "G9.trials.patent_no_length": "ExpectColumnValueLengthsToBeBetween",
        "G9.trials.patent_no_well_formed": "UnexpectedRowsExpectation",
        "G9.trials.tier_known": "ExpectColumnValuesToBeInSet",
        "G9.trials.intent_known": "UnexpectedRowsExpectation",
        "G9.trials.trl_not_null": "ExpectColumnValuesToNotBeNull",
        "G9.trials.trl_in_range": "ExpectColumnValuesToBeBetween",
        "G9.trials.filing_date_in_range": "ExpectColumnValuesToBeBetween",
        "G9.trials.contact_phone_well_formed": "UnexpectedRowsExpectation",
    }


def test_severity_reason_and_words_are_carried() -> None:
    expectation = rendered()["G9.trials.trl_in_range"]

    assert (expectation.severity, expectation.reason, expectation.table) == ("warn", "trial", "trials")
    assert expectation.title == "“成熟度”须在 1 至 9 之间"
    assert rendered()["G9.trials.filing_date_in_range"].title == "“申请日”须不小于 1985-04-01"
    assert expectation.arguments == {"column": "trl", "min_value": 1, "max_value": 9}


def test_a_moved_table_with_more_columns_has_them_in_its_key() -> None:
    use = USE.model_copy(update={"table": "packages.trials", "extra_columns": ("recipient_code",)})

    moved = rendered(use)

    assert moved["G9.packages.trials.columns_exact"].arguments["column_set"][0] == "recipient_code"
    assert moved["G9.packages.trials.keys_unique"].arguments == {"column_list": ["recipient_code", "patent_no"]}
    assert '"packages"."trials"' in moved["G9.packages.trials.patent_no_well_formed"].arguments["unexpected_rows_query"]


@pytest.mark.parametrize(
    "text", ["CN201010110545.X", "ZL 2023 1 0123456.6", "CN85102475", "CN02270355.1", "2009100011645"]
)
def test_a_normal_form_is_what_the_parser_gives(text: str) -> None:
    number = parse_patent_no(text).canonical

    assert re.fullmatch(NORMAL_FORMS["patent_no"], number)


def test_credit_codes_have_their_normal_form() -> None:
    assert re.fullmatch(NORMAL_FORMS["uscc"], parse_uscc("91370900163058822K").code)


@pytest.mark.parametrize("text", ["201010110545.X", "CN201010110545X", "CN2010101105.5", "CN02270355.1 "])
def test_other_spellings_are_not_normal(text: str) -> None:
    assert not re.fullmatch(NORMAL_FORMS["patent_no"], text)


def test_rendering_is_stable() -> None:
    gate = load_gate("G3_dispatch")

    assert gate_expectations(gate) == gate_expectations(gate)


def test_rendering_imports_no_judge() -> None:
    program = (
        "import sys, expectations.judge, expectations.run\n"
        "from expectations.definition import load_gate\n"
        "from expectations.suites import gate_expectations\n"
        "assert gate_expectations(load_gate('G1_intake'))\n"
        "print([m for m in ('great_expectations', 'sqlalchemy') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
