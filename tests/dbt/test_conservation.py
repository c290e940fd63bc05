"""Inventories made at random over three months: each entry and patent ends in one place alone, with a reason."""

import datetime as dt
from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from expectations.definition import load_gate
from expectations.queries import run_queries
from panhuo.contracts.model import load_catalogue
from panhuo.digests.marts import make_digest_marts
from panhuo.gates.model import GateRun
from panhuo.policy import load_policy

CODES = {name: sorted(words.values) for name, words in load_catalogue().vocabularies.items()}
MONTHS = ("2024-04", "2024-05", "2024-06")
SENDERS = ("I1", "I2", "I9")
"""The last one is in no register."""
OWNERS = ["甲大学", "乙研究所", "甲大学|乙研究所", "丁有限公司|乙研究所", "丁有限公司", "甲大学|海军某部队"]
SAID = {
    "maturity_word": st.sampled_from(["中试", "中试", None, "说不清"]),
    "application_scenario": st.sampled_from(["智能制造", "智能制造", None]),
    "prospect_level": st.sampled_from(["high", "high", None, "medium", "low"]),
    "intent": st.sampled_from([None, "license", "license|transfer"]),
    "implementation_status": st.sampled_from([None, *CODES["implementation_status"]]),
    "implementation_evidence": st.sampled_from([None, *CODES["implementation_evidence"]]),
    "implementation_date": st.sampled_from([None, dt.date(2001, 1, 1), dt.date(2022, 2, 2)]),
    "is_licensed": st.sampled_from([None, False, False, False, True]),
    "is_disputed": st.sampled_from([None, False, False, False, True]),
    "is_publicly_funded": st.sampled_from([None, False, True]),
}
TOLD = ("maturity_word", "application_scenario", "prospect_level", "intent", "implementation_evidence")
messages = st.dictionaries(
    st.tuples(st.sampled_from(MONTHS), st.sampled_from(SENDERS), st.integers(1, 3)),
    st.just("withdraw") | st.fixed_dictionaries(SAID) | st.fixed_dictionaries(SAID),
    max_size=5,
)
patents = st.fixed_dictionaries(
    {
        "owners": st.sampled_from(OWNERS),
        "legal_status": st.sampled_from(["granted"] * 6 + CODES["legal_status"]),
        "grant_date": st.sampled_from([dt.date(2018, 5, 4)] * 4 + [None, dt.date(2024, 6, 30), dt.date(2024, 7, 1)]),
        "filing_date": st.sampled_from([dt.date(2015, 3, 2)] * 4 + [dt.date(2004, 6, 30), dt.date(2004, 7, 1)]),
        "is_fed": st.sampled_from([True] * 9 + [False]),
        "messages": messages,
    }
)


@pytest.fixture(scope="module")
def built(raw_tables, run_build, read):
    """What was fed and the latest message of each sender on each patent → (fed, latest, function: rows of a table)."""
    examples = []

    # One build for all examples, always the same ones, since a build takes seconds.
    @settings(max_examples=300, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(patents)
    def collect(example):
        examples.append(dict(example))

    collect()
    raw, fed, latest = raw_tables(), set(), {}
    raw.institution("I1", "甲大学")
    raw.institution("I2", "乙研究所", institution_kind="research_institute")
    for position, example in enumerate(examples):
        number, said, is_fed = f"P{position:04d}", example.pop("messages"), example.pop("is_fed")
        if is_fed:
            raw.patent(number, data_origin="real", **example)
            fed.add(number)
        for (month, sender, day), message in sorted(said.items()):
            values = {"entry_action": "withdraw"} if message == "withdraw" else message
            raw.entry(number, sender, period=month, received_day=day, **values)
            latest[sender, number] = message
    result, warehouse = run_build(raw, MONTHS[-1])
    assert not result.problems, result.problems
    return fed, latest, lambda table: read(warehouse, f"select * from {table} where period = '{MONTHS[-1]}'"), warehouse


def test_every_entry_counts_or_says_why_not(built):
    fed, latest, rows, _ = built
    counted = {(row["institution_id"], row["patent_no"]): row for row in rows("fct_inventory_entries")}
    idle = {(row["sender_id"], row["patent_no"]): row["unmatched_reason"] for row in rows("int_entries_unmatched")}
    assert Counter([*counted, *idle]) == Counter(list(latest))
    assert min(len(counted), len(idle)) > 50
    withdrawn = {key for key, message in latest.items() if message == "withdraw"}
    reported = latest.keys() - withdrawn
    assert {key for key, reason in idle.items() if reason == "withdrawn"} == withdrawn
    assert {key for key, reason in idle.items() if reason == "unknown_patent"} == {
        x for x in reported if x[1] not in fed
    }
    assert not any(sender == "I9" for sender, _ in counted)
    for key, row in counted.items():
        assert {name: row[name] for name in TOLD} == {name: latest[key][name] for name in TOLD}


def test_every_patent_is_in_exactly_one_place_and_excluded_ones_have_reasons(built):
    fed, _, rows, _ = built
    library = {row["patent_no"]: row for row in rows("dim_patents")}
    assert Counter(row["patent_no"] for row in rows("dim_patents")) == Counter(fed)
    assert all(row["is_base_library"] != bool(row["out_of_scope_reason"]) for row in library.values())
    screened = Counter((row["patent_no"], row["disposition"]) for row in rows("fct_screening"))
    assert Counter(number for number, _ in screened) == Counter(
        x for x, row in library.items() if row["is_base_library"]
    )
    assert set(screened.values()) == {1}
    assert {disposition for _, disposition in screened} == {"form_1", "form_2", "excluded"}
    inventoried = {row["patent_no"] for row in rows("fct_inventory_entries")}
    for row in rows("fct_screening"):
        assert bool(row["reasons"]) == (row["disposition"] == "excluded")
        assert ("not_inventoried" in (row["reasons"] or "")) <= (row["patent_no"] not in inventoried)
        assert row["disposition"] != "form_2" or row["patent_no"] in inventoried


def test_gate_agrees(built):
    make_digest_marts(built[3], MONTHS[-1], load_policy().digests)
    checks = [query for query in load_gate("G2_models").queries if query.severity == "block"]
    outcomes = {
        result.check_id: result.outcome
        for result in run_queries(built[3], GateRun(gate="G2_models", period=MONTHS[-1], run_id="test"), checks)
    }
    assert {name for name, outcome in outcomes.items() if outcome not in ("pass", "skipped")} <= {
        "stock_change_plausible"
    }
