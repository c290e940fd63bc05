"""Costs of keeping patents to their term, over patents made at random, against a plain loop."""

import datetime as dt
import random

import pytest

from expectations.definition import load_gate
from expectations.queries import run_queries
from panhuo.gates.model import GateRun
from panhuo.policy import load_policy

MONTH_END = dt.date(2024, 5, 31)
TERMS = {"invention": 20, "utility_model": 10, "design": 10}
LONGER_DESIGNS_FROM, LONGER_DESIGN_TERM = dt.date(2021, 6, 1), 15
PATENTS = 150


def years_later(day, years):
    """The same day of a later year; 29 February becomes the 28th."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def expected(kind, filed, granted):
    """(fees to come, fees of the next year, fee and surcharge that may be late) year by year."""
    to_come = next_year = 0
    late = None
    fees = {y: b.fee_yuan for b in load_policy().fees.annual_fees if b.patent_type == kind
            for y in range(b.year_from, b.year_to + 1)}  # fmt: skip
    is_longer = kind == "design" and filed >= LONGER_DESIGNS_FROM
    for year in range(1, (LONGER_DESIGN_TERM if is_longer else TERMS[kind]) + 1):
        due = years_later(filed, year - 1)
        if due <= granted:
            continue
        months = (MONTH_END.year - due.year) * 12 + MONTH_END.month - due.month
        if due > MONTH_END:
            to_come += fees[year]
            next_year += fees[year] if due <= dt.date(2025, 5, 31) else 0
        elif months < 6:
            late = (fees[year], round(0.05 * months * fees[year], 2))
    return to_come, next_year, late


@pytest.fixture(scope="module")
def built(raw_tables, run_build, read):
    """Patents of every kind and age → (warehouse, patents by number, rows of the outlook by number)."""
    chance, raw, numbered = random.Random(5), raw_tables(), {}
    raw.institution("I1", "甲大学")
    for position in range(PATENTS):
        kind = chance.choice(sorted(TERMS))
        filed = dt.date(2024, 5, 1) - dt.timedelta(days=chance.randrange(0, 365 * TERMS[kind]))
        granted = min(filed + dt.timedelta(days=chance.randrange(150, 900)), dt.date(2024, 5, 20))
        number = f"P{position:04d}"
        raw.patent(number, "甲大学", patent_type=kind, filing_date=filed, grant_date=granted)
        numbered[number] = (kind, filed, granted)
    result, warehouse = run_build(raw, "2024-05")
    assert not result.problems, result.problems
    rows = {row["patent_no"]: row for row in read(warehouse, "select * from fct_fee_outlooks")}
    return warehouse, numbered, rows


def test_costs_are_those_of_a_plain_loop(built):
    _, numbered, rows = built
    assert len(rows) > 0.8 * PATENTS
    for number, row in rows.items():
        late = None if row["late_fee_yuan"] is None else (row["late_fee_yuan"], round(row["late_surcharge_yuan"], 2))
        assert (row["cost_to_expiry_yuan"], row["cost_of_next_year_yuan"], late) == expected(*numbered[number]), number
    assert sum(row["late_fee_yuan"] is not None for row in rows.values()) > 10
    assert any(row["cost_to_expiry_yuan"] == 0 for row in rows.values())


def test_the_gate_finds_nothing(built):
    warehouse, *_ = built
    checks = [query for query in load_gate("G2_models").queries if query.table.startswith("fct_fee_")]
    assert {query.table for query in checks} == {"fct_fee_outlooks", "fct_fee_summaries"}
    run = GateRun(gate="G2_models", period="2024-05", run_id="test")
    assert {result.outcome for result in run_queries(warehouse, run, checks)} == {"pass"}
