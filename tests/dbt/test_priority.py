"""Priority over a hand-checked library: industries, disciplines, and what the marks do not touch."""

import re

import pytest
import yaml

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.policy import load_policy

CASES = yaml.safe_load((PROJECT_ROOT / "tests/golden/priority/cases.yml").read_text(encoding="utf-8"))
MONTH = "2024-04"
INSTITUTIONS = {"I1": "光明大学", "I2": "江河大学"}


@pytest.fixture(scope="module")
def built(raw_tables, run_build, read):
    """Function: rows of a mart by patent, or as a list."""
    raw = raw_tables()
    for code, name in INSTITUTIONS.items():
        raw.institution(code, name)
    raw.enterprise("C1", "某有限公司")
    for number, case in CASES["patents"].items():
        kind = {"patent_type": case.get("type", "invention"), "ipc_codes": case.get("ipc")}
        raw.patent(number, case.get("owner", INSTITUTIONS["I1"]), title=case["title"], data_origin="real", **kind)
        raw.entry(number, "I2" if case.get("owner") == INSTITUTIONS["I2"] else "I1")
    for portfolio in CASES["portfolios"]:
        for number in range(portfolio["patents"]):
            raw.patent(
                f"{portfolio['institution']}-{portfolio['ipc'][:4]}-{number:02d}",
                INSTITUTIONS[portfolio["institution"]],
                title="一种器具",
                ipc_codes=portfolio["ipc"],
                data_origin=portfolio.get("origin", "real"),
            )
    result, warehouse = run_build(raw, MONTH)
    assert not result.problems
    return lambda sql: read(warehouse, sql)


@pytest.mark.parametrize("number", CASES["patents"])
def test_industry_and_priority_of_hand_checked_patents(built, number):
    expected = CASES["patents"][number]["expect"]
    names = "sei_code, sei_evidence, priority_rank, priority_ground, is_priority, priority_evidence, ipc_subclass"
    (row,) = built(f"select {names} from dim_patents where patent_no = '{number}'")
    assert {name: row[name] for name in expected if name != "says"} == {
        k: v for k, v in expected.items() if k != "says"
    }
    assert row["is_priority"] == (row["priority_rank"] is not None) == bool(row["priority_evidence"])
    for part in expected.get("says", ()):
        assert part in row["priority_evidence"]


def test_every_industry_of_a_patent_is_told_with_its_evidence(built):
    rows = built("select * from fct_industry_matches where patent_no = 'P-TWO' order by industry_position")
    told = [(r["sei_code"], r["sei_evidence"], r["ipc_symbol"], r["ipc_pattern"], r["sei_keyword"]) for r in rows]
    assert told == [tuple(row) for row in CASES["industries_of_two"]]


def test_strength_is_computed_from_the_portfolios(built):
    rows = {(r["institution_id"], r["field_name"]): r for r in built("select * from fct_disciplines")}
    k = load_policy().priority.discipline.constants["prior_weight"]
    total = sum(row["discipline_patent_count"] for row in rows.values())
    for (institution, field), row in rows.items():
        own = sum(r["discipline_patent_count"] for (code, _), r in rows.items() if code == institution)
        all_of_field = sum(r["discipline_patent_count"] for (_, name), r in rows.items() if name == field)
        expected = own * all_of_field / total
        assert (row["institution_patent_count"], row["field_patent_count"], row["library_patent_count"]) == (
            own,
            all_of_field,
            total,
        )
        assert row["location_quotient"] == pytest.approx(row["discipline_patent_count"] / expected)
        assert row["discipline_strength"] == pytest.approx((row["discipline_patent_count"] + k) / (expected + k))
    assert {key for key, row in rows.items() if row["is_strong_discipline"]} == {("I2", "土木工程")}


def test_form_2_and_the_ledger_tell_priorities_first_within_a_field(built):
    form2, ledger = built("select * from fct_form2_entries"), built("select * from fct_city_ledger_entries")
    for rows in (*([r for r in form2 if r["institution_id"] == code] for code in INSTITUTIONS), ledger):
        rows.sort(key=lambda r: r["entry_no"])
        assert [r["entry_no"] for r in rows] == list(range(1, len(rows) + 1))
        order = [(r["field_no"] or 99, r["priority_rank"] or 99) for r in rows]
        assert order == sorted(order)
    assert len({r["priority_rank"] for r in form2}) == 4
    marks = ("patent_no", "sei_code", "sei_name", "is_priority", "priority_evidence", "ipc_subclass_title")
    assert {tuple(r[name] for name in marks) for r in ledger} == {tuple(r[name] for name in marks) for r in form2}


def test_a_real_patent_says_when_invented_ones_make_its_discipline(built):
    (row,) = built("select simulated_fields from dim_patents where patent_no = 'P-ROAD'")
    assert row["simulated_fields"] == "is_priority|priority_evidence|priority_rank"


def test_no_screening_rule_reads_a_priority():
    for path in sorted((PROJECT_ROOT / "dbt_project/models/intermediate/screening").glob("*.sql")):
        assert not re.search(r"priorit|sei_", path.read_text(encoding="utf-8")), path.name
