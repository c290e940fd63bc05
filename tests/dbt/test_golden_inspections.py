"""An inspection to the digit: which outcomes count, what the rates are, and that a quarter shows those before it.

Stratum A has 20 patents: A1 A2 A3 drawn, A4 and A5 stand by. A2 cannot be inspected, so A4 counts; A5 was inspected
without need. Stratum B has 2: both drawn, B2 awaited. Stratum C has 5: C1 cannot be inspected, and C2 that stands by is
awaited for it: its outcome is dated after it was received. Nothing is awaited of the inspection of the next quarter:
D1, and E2 for E1.
"""

import datetime as dt

import pytest

from panhuo.policy import load_policy
from panhuo.statistics.inspection import Stratum, estimate

DRAWN = dt.datetime(2024, 7, 17, tzinfo=dt.UTC)
FOUND = dt.datetime(2024, 8, 5, tzinfo=dt.UTC)
Q3 = dt.datetime(2024, 10, 20, tzinfo=dt.UTC)
RATES = (
    "select inspection_stratum, inspected_count, wrong_count, awaiting_count, error_rate, error_rate_low,"
    " error_rate_high, is_inspection_overdue from fct_inspection_rates where inspected_quarter = '{}' order by 1"
)


def drawn(raw, patent, stratum, size, place, role="sample", load="first", moment=DRAWN, quarter="2024-Q2"):
    raw.add(
        "dispatches.inspection_samples", period="2024-06", received_at=moment, load_id=load, patent_no=patent,
        inspected_quarter=quarter, inspection_stratum=stratum, stratum_columns="institution_kind",
        stratum_name=stratum, stratum_size=size, draw_place=place, draw_role=role, institution_name="甲大学",
        prior_error_rate=0.05, frame_digest="f", seed_commitment="c", committed_at=DRAWN, inspection_seed="00",
        frame_version=1, frame_as_of=DRAWN, data_origin="real",
    )  # fmt: skip


def found(raw, patent, outcome, day=5, **values):
    told = {"inspected_quarter": "2024-Q2", "inspected_on": dt.date(2024, 8, 1), "inspecting_unit": "某局"}
    moment = FOUND.replace(day=day)
    row = {**told, "inspection_outcome": outcome, "received_at": moment, "load_id": f"r{day}", **values}
    raw.add("inspections.results", period="2024-08", patent_no=patent, **row)


@pytest.fixture(scope="module")
def quarters(raw_tables, run_build):
    """Warehouses of the inspected quarter after the draw, and of the next, when the outcomes are there."""
    raw = raw_tables()
    raw.institution("U1", "甲大学")
    raw.patent("A1", "甲大学")
    for place, role in enumerate(("sample",) * 3 + ("replacement",) * 2, start=1):
        drawn(raw, f"A{place}", "A", 20, place, role)
    drawn(raw, "B1", "B", 2, 1)
    drawn(raw, "B2", "B", 2, 2)
    drawn(raw, "B9", "B", 2, 1, load="second", moment=FOUND)
    drawn(raw, "C1", "C", 5, 1)
    drawn(raw, "C2", "C", 5, 2, "replacement")
    for patent, outcome in (("A1", "matches"), ("A2", "not_inspectable"), ("A3", "matches"), ("A5", "differs")):
        found(raw, patent, outcome)
    found(raw, "C1", "not_inspectable")
    found(raw, "A4", "matches")
    found(raw, "A4", "differs", day=6, difference_kinds="ownership")
    found(raw, "B1", "matches")
    found(raw, "B2", "matches")
    found(raw, "B2", "matches", day=7, entry_action="withdraw")
    found(raw, "B2", "matches", day=8, inspected_on=DRAWN.date() - dt.timedelta(days=1))
    found(raw, "C2", "matches", inspected_on=FOUND.date() + dt.timedelta(days=1))
    late = {"received_at": Q3, "load_id": "late", "inspected_quarter": "2024-Q3"}
    for patent, stratum, size, place, role, outcome in (
        ("D1", "D", 30, 1, "sample", "differs"),
        ("E1", "E", 10, 1, "sample", "not_inspectable"),
        ("E2", "E", 10, 2, "replacement", "matches"),
    ):
        drawn(raw, patent, stratum, size, place, role, quarter="2024-Q3")
        found(raw, patent, outcome, **late)
    built = {}
    for name, period, as_of in (("q2", "2024-06", FOUND), ("q3", "2024-09", Q3)):
        result, built[name] = run_build(raw, period, as_of=as_of, select=["+tag:quarter"], month_count=4)
        assert not result.problems, list(result.problems)
    return built


def test_outcomes_count_in_the_order_drawn(read, quarters):
    rows = read(
        quarters["q3"],
        "select patent_no, inspection_standing, data_origin from fct_inspection_samples"
        " where inspected_quarter = '2024-Q2'",
    )
    assert {row["patent_no"]: row["inspection_standing"] for row in rows} == {
        "A1": "counted",
        "A2": "not_inspectable",
        "A3": "counted",
        "A4": "counted",
        "A5": "not_needed",
        "B1": "counted",
        "B2": "awaiting",
        "C1": "not_inspectable",
        "C2": "awaiting",
    }
    assert {row["patent_no"] for row in rows if row["data_origin"] == "real"} == {"B2", "C2"}


def test_no_rate_is_told_while_outcomes_are_awaited_and_overdue_is_told(read, quarters):
    a, _ = estimate([Stratum("A", 20, 3, 1)], load_policy().inspection.confidence.value)
    assert [tuple(row.values()) for row in read(quarters["q3"], RATES.format("2024-Q2"))] == [
        ("A", 3, 1, 0, a.rate, a.low, a.high, False),
        ("B", 1, 0, 1, None, None, None, True),
        ("C", 0, 0, 1, None, None, None, True),
        ("all", 4, 1, 2, None, None, None, True),
    ]


def test_rates_of_a_finished_inspection_are_those_of_the_library(read, quarters):
    confidence = load_policy().inspection.confidence.value
    d, e, whole = estimate([Stratum("D", 30, 1, 1), Stratum("E", 10, 1, 0)], confidence)
    assert whole.rate == pytest.approx(30 / 40)
    assert [tuple(row.values()) for row in read(quarters["q3"], RATES.format("2024-Q3"))] == [
        ("D", 1, 1, 0, d.rate, d.low, d.high, False),
        ("E", 1, 0, 0, e.rate, e.low, e.high, False),
        ("all", 2, 1, 0, whole.rate, whole.low, whole.high, False),
    ]


def test_the_quarter_itself_shows_what_was_drawn_before_anything_is_found(read, quarters):
    assert [tuple(row.values()) for row in read(quarters["q2"], RATES.format("2024-Q2"))] == [
        ("A", 0, 0, 3, None, None, None, False),
        ("B", 0, 0, 2, None, None, None, False),
        ("C", 0, 0, 1, None, None, None, False),
        ("all", 0, 0, 6, None, None, None, False),
    ]


def test_small_strata_are_suppressed(read, quarters):
    rows = read(
        quarters["q3"],
        "select inspected_quarter, inspection_stratum from fct_inspection_rates where is_suppressed order by all",
    )
    assert [tuple(row.values()) for row in rows] == [("2024-Q2", "B"), ("2024-Q2", "C")]
