"""Forms over months made at random: every stock patent stands in exactly one place, and the forms say what was said."""

import datetime as dt
import shutil
from collections import Counter

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from expectations.definition import load_gate
from expectations.queries import run_queries
from panhuo.contracts.model import load_catalogue
from panhuo.gates.model import GateRun

CODES = {name: sorted(words.values) for name, words in load_catalogue().vocabularies.items()}
FLAGS = ("is_disputed", "is_abandoning", "is_transferred", "is_licensed", "is_enterprise_co_owned")
INSTITUTIONS = {"I1": "甲大学", "I2": "乙研究所", "I3": "丙医院"}
OWNERS = [
    "甲大学", "乙研究所", "丙医院", "甲大学|乙研究所", "张三|乙研究所|丙医院|甲大学", "甲大学|丁有限公司",
    "丁有限公司|丙医院", "丁有限公司", "张三", "海军某部队|甲大学",
]  # fmt: skip
FORMS = ("fct_form1_entries", "fct_form2_entries", "fct_city_ledger_entries", "fct_idle_funded_patents")
PLACES = ("fct_form1_entries", "fct_form2_entries")


def often(usual, *others):
    """A strategy that mostly gives the usual value."""
    return st.sampled_from([usual] * 10 + list(others))


said = st.fixed_dictionaries(
    {
        "maturity_word": often("中试", None, "说不清"),
        "application_scenario": often("智能制造", None),
        "prospect_level": often("high", None, "medium", "low"),
        "intent": st.sampled_from([None, "license", "license|transfer"]),
        "implementation_status": often("none", None, *CODES["implementation_status"]),
        "idle_reason": often("no_demand", None, *CODES["idle_reason"]),
        "license_kind": st.sampled_from([None, *CODES["license_kind"]]),
        "is_publicly_funded": st.sampled_from([True, None, False]),
        **{flag: often(False, None, True) for flag in FLAGS},
    }
)
patents = st.fixed_dictionaries(
    {
        "owners": st.sampled_from(OWNERS),
        "grant_date": often(dt.date(2013, 5, 6), None, dt.date(2019, 5, 31), dt.date(2024, 5, 31), dt.date(2024, 6, 1)),
        "filing_date": often(dt.date(2010, 3, 4), dt.date(2002, 3, 4), dt.date(2004, 6, 1)),
        "legal_status": often("granted", *CODES["legal_status"]),
        "data_origin": st.sampled_from(CODES["data_origin"]),
        "ipc_codes": st.sampled_from([None, "G06F17/30", "A61K31/00"]),
        "entries": st.tuples(*[st.none() | said for _ in INSTITUTIONS]).map(
            lambda found: {code: entry for code, entry in zip(INSTITUTIONS, found, strict=True) if entry}
        ),
    }
)


def drawn(strategy, count):
    """Examples of a strategy, always the same ones: a build takes seconds, so that all of them share one."""
    examples = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def collect(example):
        examples.append(example)

    collect()
    return examples


def licensed(kind):
    """A patent that is in Form 1 for its licence alone."""
    entry = {"is_licensed": True, "license_kind": kind}
    return {"owners": "甲大学", "data_origin": "real", "entries": {"I1": entry}}


@pytest.fixture(scope="module")
def built(raw_tables, run_build, read):
    """The months → (warehouse, patents by number, rows of a mart by its name and patent)."""
    raw, numbered = raw_tables(), {}
    for number, (code, name) in enumerate(INSTITUTIONS.items(), start=1):
        raw.institution(code, name, city_code=f"340{number}")
    for position, example in enumerate([*drawn(patents, 300), *map(licensed, CODES["license_kind"])]):
        patent = dict(example)
        patent_no = f"P{position:04d}"
        entries = patent.pop("entries")
        raw.patent(patent_no, **patent)
        for sender, values in entries.items():
            raw.entry(patent_no, sender, **values)
        numbered[patent_no] = example
    result, warehouse = run_build(raw, "2024-05")
    assert not result.problems, result.problems

    def mart(name):
        return {row["patent_no"]: row for row in read(warehouse, f"select * from {name}")}

    return warehouse, numbered, mart


def test_every_stock_patent_is_in_form_1_in_form_2_or_excluded_with_reasons(built):
    _, numbered, mart = built
    stock = {number for number, row in mart("dim_patents").items() if row["is_base_library"]}
    form1, form2 = (set(mart(name)) for name in PLACES)
    excluded = {number for number, row in mart("fct_screening").items() if row["disposition"] == "excluded"}
    assert Counter([*form1, *form2, *excluded]) == Counter(stock)
    assert all(len(place) > 10 for place in (form1, form2, excluded, set(numbered) - stock))
    assert all(row["reasons"] for number, row in mart("fct_screening").items() if number in excluded)


def test_the_gate_finds_nothing_and_finds_what_is_missing(built, read, tmp_path):
    warehouse, *_ = built
    checks = [query for query in load_gate("G2_models").queries if query.table in FORMS]
    run = GateRun(gate="G2_models", period="2024-05", run_id="test")
    assert {result.outcome for result in run_queries(warehouse, run, checks)} == {"pass"}
    spoilt = shutil.copy(warehouse, tmp_path / "spoilt.duckdb")
    with duckdb.connect(str(spoilt)) as connection:
        connection.execute(
            "delete from fct_form2_entries where patent_no = (select min(patent_no) from fct_form2_entries)"
        )
        connection.execute("update fct_form1_entries set relicensable = not relicensable")
        connection.execute("update fct_idle_funded_patents set is_idle = true")
    assert {result.outcome for result in run_queries(spoilt, run, checks)} == {"fail"}


def test_form_1_says_what_its_institution_said_and_two_columns_tell_category_and_licence(built):
    _, numbered, mart = built
    form1 = mart("fct_form1_entries")
    for number, row in form1.items():
        patent = numbered[number]
        entry = patent["entries"].get(row["institution_id"], {})
        flags = {flag: bool(entry.get(flag)) for flag in FLAGS}
        flags["is_enterprise_co_owned"] |= "丁有限公司" in patent["owners"]
        assert {flag: row[flag] for flag in FLAGS} == flags
        assert row["form1_category"] == next(flag for flag in FLAGS if flags[flag]).removeprefix("is_")
        assert row["co_owner_enterprises"] == ("丁有限公司" if "丁有限公司" in patent["owners"] else None)
        only_licensed = [flag for flag in FLAGS if flags[flag]] == ["is_licensed"]
        assert row["relicensable"] == (only_licensed and entry["license_kind"] == "ordinary")
    assert {row["relicensable"] for row in form1.values() if row["form1_category"] == "licensed"} == {True, False}


def test_entries_are_numbered_without_gaps_in_the_order_of_the_form(built):
    *_, mart = built
    order = {category: position for position, category in enumerate(FLAGS)}
    form1 = sorted(mart("fct_form1_entries").values(), key=lambda row: (row["institution_id"], row["entry_no"]))
    for code in INSTITUTIONS:
        own = [row for row in form1 if row["institution_id"] == code]
        assert [row["entry_no"] for row in own] == list(range(1, len(own) + 1))
        keys = [(order[f"is_{row['form1_category']}"], row["patent_no"]) for row in own]
        assert keys == sorted(keys)
        form2 = [row for row in mart("fct_form2_entries").values() if row["institution_id"] == code]
        form2.sort(key=lambda row: row["entry_no"])
        assert [row["entry_no"] for row in form2] == list(range(1, len(form2) + 1))
        fields = [row["field_no"] or 99 for row in form2]
        assert fields == sorted(fields)
        for field in set(fields):
            within = [row["field_entry_no"] for row in form2 if (row["field_no"] or 99) == field]
            assert within == list(range(1, len(within) + 1))


def test_the_ledger_is_form_2_and_names_those_whose_entries_do_not_count(built):
    _, numbered, mart = built
    ledger = mart("fct_city_ledger_entries")
    assert set(ledger) == set(mart("fct_form2_entries"))
    for number, row in ledger.items():
        others = [INSTITUTIONS[code] for code in sorted(numbered[number]["entries"]) if code != row["institution_id"]]
        owners = numbered[number]["owners"].split("|")
        shared = [name for name in owners if name in INSTITUTIONS.values() and name != row["institution_name"]]
        assert row["co_owner_institutions"] == ("|".join(shared) or None)
        assert (row["ledger_remark"] or "").startswith("、".join(others))
        assert bool(row["ledger_remark"]) == bool(others)
    assert any(row["ledger_remark"] for row in ledger.values())


def test_idle_patents_are_among_the_declared_ones_of_the_reporting_institution(built):
    _, numbered, mart = built
    funded, library = mart("fct_idle_funded_patents"), mart("dim_patents")
    declared = {
        number
        for number, row in library.items()
        if numbered[number]["entries"].get(row["institution_id"], {}).get("is_publicly_funded")
    }
    assert set(funded) == declared
    for row in funded.values():
        assert row["is_idle"] == (row["unmet_criteria"] is None)
        if row["is_idle"]:
            assert row["is_in_force"]
            assert row["implementation_status"] in {"none", "trial"}
            assert row["grant_date"].replace(year=row["grant_date"].year + 5) < dt.date(2024, 5, 31)
    assert {row["is_idle"] for row in funded.values()} == {True, False}
