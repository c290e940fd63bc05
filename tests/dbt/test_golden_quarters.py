"""Three quarters of two institutions, with every figure worked out by hand.

甲大学 (U1, city 3401) holds A1-A7, 乙大学 (U2, city 3402; 乙学院 until April 2024) holds B1-B4, 丙学院 (U3, city
3402) holds C1 C2 and goes on in 甲大学 from May.

| patent | what happens |
|---|---|
| A1 | transferred 05-06 |
| A2 | transferred 06-20, first heard of in August |
| A3 | lapsed 04-10, restored 06-15 |
| A4 | transferred 04-20, and back 06-10: not sold, both ways |
| A5 | transferred 2024-02-01: before the first quarter |
| A6 | licence recorded 05-10 and 06-11 |
| A7 | held with 乙大学, which sells its share 05-15: the patent stayed |
| B1 | its owner's name changes 04-25: no transfer |
| B2 | granted 06-20, transferred 06-25, and this becomes known after the freeze |
| B3 | own use reported for April, a product for August |
| B4 | lapses 08-01 |
| C1 | own use reported by U3 for April |
| C2 | written over to 甲大学 05-20 after the merger: no transfer |

Opening of Q2: A1-A7 of origin U1, of which it holds six; B1 B3 B4 of U2; C1 C2, of U3 then, and of U1 as the
register stands at the quarter's end.
"""

import datetime as dt

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.fixtures.quarter_worlds import Q2, Q3, UNITS, Recount, told_to, worlds
from tests.fixtures.replayed import Replayed

FROZE = Q2.as_of
LATER = dt.datetime(2024, 8, 20, tzinfo=dt.UTC)
Q4 = dt.datetime(2025, 1, 20, tzinfo=dt.UTC)
FIRM = "某某有限公司"


def province(raw):
    raw.institution("U1", "甲大学")
    raw.institution("U2", "乙大学", former_names="乙学院", city_code="3402")
    raw.institution("U3", "丙学院", city_code="3402")
    raw.institution("U3", "丙学院", city_code="3402", reorganised_into="U1", period="2024-05")
    for number in ("A1", "A2", "A3", "A4", "A5", "A6"):
        raw.patent(number, "甲大学")
    raw.patent("A7", "甲大学|乙大学")
    raw.patent("C1", "丙学院")
    raw.patent("C2", "丙学院")
    raw.patent("B1", "乙学院")
    raw.patent("B2", "乙大学", grant_date=None, legal_status="pending")
    raw.patent("B3", "乙大学")
    raw.patent("B4", "乙大学")
    raw.patent("B2", "乙大学", period="2024-06", grant_date=dt.date(2024, 6, 20))
    sold(raw, "B2", dt.date(2024, 6, 25), "乙大学", FIRM, "2024-07", received_day=12)
    raw.entry("B3", "U2", implementation_status="own_use", implementation_date=dt.date(2024, 4, 2))
    raw.entry("B3", "U2", period="2024-08", implementation_status="product", implementation_date=dt.date(2024, 8, 2))
    sold(raw, "A1", dt.date(2024, 5, 6), "甲大学", FIRM, "2024-05")
    sold(raw, "A2", dt.date(2024, 6, 20), "甲大学", FIRM, "2024-07", received_day=12)
    raw.event("A3", "CF01", dt.date(2024, 4, 10), announced_on=dt.date(2024, 4, 10))
    raw.event("A3", "RR01", dt.date(2024, 6, 15), period="2024-06", announced_on=dt.date(2024, 6, 15))
    sold(raw, "A4", dt.date(2024, 4, 20), "甲大学", FIRM, "2024-04")
    sold(raw, "A4", dt.date(2024, 6, 10), FIRM, "甲大学", "2024-06")
    sold(raw, "A5", dt.date(2024, 2, 1), "甲大学", FIRM, "2024-04")
    for day, month in ((dt.date(2024, 5, 10), "2024-05"), (dt.date(2024, 6, 11), "2024-06")):
        parties = {"party_from": "甲大学", "party_to": FIRM, "license_kind": "ordinary", "parse_status": "parsed"}
        raw.event("A6", "EE01", day, period=month, announced_on=day, **parties)
    sold(raw, "A7", dt.date(2024, 5, 15), "甲大学|乙大学", f"甲大学|{FIRM}", "2024-05")
    sold(raw, "C2", dt.date(2024, 5, 20), "丙学院", "甲大学", "2024-05")
    raw.entry("C1", "U3", implementation_status="own_use", implementation_date=dt.date(2024, 4, 2))
    sold(raw, "B1", dt.date(2024, 4, 25), "乙学院", "乙大学", "2024-04", code="CP01")
    raw.event("B4", "CF01", dt.date(2024, 8, 1), period="2024-08", announced_on=dt.date(2024, 8, 1))
    agreed(raw, "1", "open")
    agreed(raw, "1", "done", "2024-09", closed_on=dt.date(2024, 9, 10))
    agreed(raw, "2", "open")
    agreed(raw, "2", "open", "2024-08", agreed_due_on=dt.date(2024, 12, 31))
    agreed(raw, "2", "dropped", "2024-12", closed_on=dt.date(2024, 12, 20))
    agreed(raw, "3", "open")
    for month, told in (
        ("2024-04", {"row_count": 9}),
        ("2024-04", {"row_count": 2, "received_day": 6}),
        ("2024-05", {}),
        ("2024-06", {"load_status": "rejected"}),
    ):
        raw.load("platform", source="legal_events", dataset="events", period=month, **told)
    return raw


def agreed(raw, number, status, period="2024-07", **values):
    row = {"consulted_quarter": "2024-Q2", "agreed_no": number, "agreed_status": status, **values}
    raw.add("consultations.agreed_items", period=period, received_day=3, **row)


def sold(raw, number, day, before, after, month, code="TR01", **values):
    parties = {"holders_before": before, "holders_after": after, "announced_on": day}
    raw.event(number, code, day, period=month, parse_status="parsed", **parties, **values)


@pytest.fixture(scope="module")
def quarters(raw_tables, run_build, read):
    """Warehouses: the second quarter frozen, seen again later, the third and the fourth; each lands what it states."""
    raw = province(raw_tables())
    built = {}
    for name, period, as_of in (("q2", "2024-06", FROZE), ("q2 again", "2024-06", LATER), ("q3", "2024-09", Q3.as_of)):
        result, warehouse = run_build(raw, period, as_of=as_of, select=["+tag:quarter"], month_count=4)
        assert not result.problems, name
        built[name] = warehouse
        raw.state_quarter(read(warehouse, "select * from fct_quarterly_statistics"), period, as_of)
    result, built["q4"] = run_build(raw, "2024-12", as_of=Q4, select=["+tag:quarter"], month_count=4)
    assert not result.problems
    return built


def figures(read, warehouse, kind="institution"):
    """(scope, statistic) → numerator, denominator, events."""
    rows = read(
        warehouse,
        "select scope_code, statistic_id, numerator_count, denominator_count, event_count"
        f" from fct_quarterly_statistics where scope_kind = '{kind}'",
    )
    return {(row["scope_code"], row["statistic_id"]): tuple(row.values())[2:] for row in rows}


def test_second_quarter_to_the_digit(read, quarters):
    assert figures(read, quarters["q2"]) == {
        ("U1", "transfers"): (1, 9, 1),
        ("U1", "licence_recordals"): (1, 9, 2),
        ("U1", "implementation"): (1, 9, 0),
        ("U1", "industrialisation"): (0, 9, 0),
        ("U1", "product_recordals"): (0, 9, 0),
        ("U2", "transfers"): (0, 3, 0),
        ("U2", "licence_recordals"): (0, 3, 0),
        ("U2", "implementation"): (1, 4, 0),
        ("U2", "industrialisation"): (0, 4, 0),
        ("U2", "product_recordals"): (0, 3, 0),
    }
    assert figures(read, quarters["q2"], "national")["CN", "transfers"] == (1, 12, 1)


def test_events_that_count_in_no_quarter_have_their_reason(read, quarters):
    rows = read(quarters["q2"], "select patent_no, exclusion_kind, detailed_reason from fct_statistics_facts")
    assert sorted(tuple(row.values()) for row in rows if row["exclusion_kind"]) == [
        ("A4", "not_genuine", "transfer_back"),
        ("A4", "not_genuine", "transfer_back"),
        ("A5", "before_first_quarter", "before_first_quarter"),
        ("A7", "not_genuine", "remaining_owner"),
        ("C2", "not_genuine", "rename"),
    ]


def test_a_frozen_quarter_stays_and_says_when_it_froze(read, quarters):
    assert figures(read, quarters["q2 again"]) == figures(read, quarters["q2"])
    frozen = "select distinct is_quarter_frozen, frozen_at from fct_quarterly_statistics"
    assert read(quarters["q2"], frozen) == read(quarters["q2 again"], frozen)
    assert [row["frozen_at"] for row in read(quarters["q2"], frozen)] == [FROZE]


def test_months_are_received_with_a_load_without_rows_and_not_with_a_rejected_one(read, quarters):
    rows = read(
        quarters["q2"],
        "select load_period, source_arrival, load_count, row_count, is_received from fct_quarter_sources"
        " where statistic_source = 'legal_events' order by load_period",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2024-04", "every_month", 2, 11, True),
        ("2024-05", "every_month", 1, 0, True),
        ("2024-06", "every_month", 0, 0, False),
    ]


def test_a_late_transfer_counts_later_and_restates_the_quarter_of_effect(read, quarters):
    assert figures(read, quarters["q3"])["U1", "transfers"] == (1, 9, 1)
    rows = read(
        quarters["q3"],
        "select effect_quarter, scope_code, old_numerator_count, new_numerator_count, old_denominator_count,"
        " new_denominator_count, old_event_count, new_event_count"
        " from fct_restatements where restatement_cause = 'late_event' and scope_kind in ('institution', 'national')",
    )
    assert sorted(tuple(row.values()) for row in rows) == [
        ("2024-Q2", "CN", 1, 3, 12, 13, 1, 3),
        ("2024-Q2", "U1", 1, 2, 9, 9, 1, 2),
        ("2024-Q2", "U2", 0, 1, 3, 4, 0, 1),
    ]


def test_third_quarter_to_the_digit(read, quarters):
    found = figures(read, quarters["q3"])
    assert found["U2", "implementation"] == (1, 3, 0)
    assert found["U2", "industrialisation"] == (1, 3, 0)
    assert found["U2", "transfers"] == (1, 4, 1)
    assert found["U1", "licence_recordals"] == (0, 9, 0)


def test_a_quarter_without_events_is_zero_and_there(read, quarters):
    found = figures(read, quarters["q4"])
    assert len(found) == 10
    assert {counts[2] for counts in found.values()} == {0}
    assert {counts[0] for (_, name), counts in found.items() if name in ("transfers", "licence_recordals")} == {0}
    assert not read(quarters["q4"], "select 1 from fct_restatements")


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [
        ("q2", {"U1": (6, 0, -1, 2, 0, 0, 7), "U2": (3, 1, 0, 0, 0, 0, 4), "U3": (2, 0, 0, -2, 0, 0, 0)}),
        ("q3", {"U1": (7, 0, -1, 0, 0, 0, 6), "U2": (4, 0, -1, 0, -1, 0, 2), "U3": (0,) * 7}),
        ("q4", {"U1": (6, 0, 0, 0, 0, 0, 6), "U2": (2, 0, 0, 0, 0, 0, 2), "U3": (0,) * 7}),
    ],
)
def test_stock_balances(read, quarters, quarter, expected):
    rows = read(
        quarters[quarter],
        "select scope_code, opening_count, granted_count, transferred_out_count, reorganised_count, lapsed_count,"
        " residual_count, closing_count from fct_stock_identity where scope_kind = 'institution'",
    )
    assert {row["scope_code"]: tuple(row.values())[1:] for row in rows} == expected


def test_a_quarter_is_held_against_the_one_before_to_the_digit(read, quarters):
    """Own use of B3 and C1 is 2 of 13 patents in Q2, 2 of 12 in Q3; U2 has 1 of 4, then 1 of 3, U1 1 of 9 both times.

    A part contributes by its rate at its mean share, and by its share at how far its mean rate lies from the nation's.
    """
    mean = (2 / 13 + 2 / 12) / 2
    rows = read(
        quarters["q3"],
        "select * from fct_statistics_comparisons where statistic_id = 'implementation' order by scope_code",
    )
    assert {(row["comparison_kind"], row["earlier_quarter"]) for row in rows} == {("quarter_on_quarter", "2024-Q2")}
    found = {row["scope_code"]: row for row in rows if row["scope_kind"] in ("national", "institution")}
    nation, first, second = found["CN"], found["U1"], found["U2"]
    assert (nation["earlier_numerator_count"], nation["earlier_denominator_count"]) == (2, 13)
    assert nation["rate_difference"] == pytest.approx(2 / 12 - 2 / 13)
    assert not nation["is_significant"]
    assert second["rate_contribution"] == pytest.approx((4 / 13 + 3 / 12) / 2 * (1 / 3 - 1 / 4))
    assert second["size_contribution"] == pytest.approx((3 / 12 - 4 / 13) * ((1 / 3 + 1 / 4) / 2 - mean))
    assert first["rate_contribution"] == pytest.approx(0)
    assert first["size_contribution"] == pytest.approx((9 / 12 - 9 / 13) * (1 / 9 - mean))
    assert second["is_suppressed"]


def test_a_quarter_without_a_frozen_one_before_is_held_against_none(read, quarters):
    assert read(quarters["q2"], "select * from fct_statistics_comparisons") == []


def test_what_the_consultation_has_to_talk_about_is_measured(read, quarters):
    """No load of grants or of the register is listed in this province, and of legal events none is after May."""
    matters = "select matter_kind, scope_code, matter_item, evidence from fct_consultation_matters order by all"
    told = [tuple(row.values()) for row in read(quarters["q3"], matters)]
    kinds = ("grants", "institutions", "legal_events")
    assert {row[:3] for row in told if not row[0].startswith("milestone")} == {
        ("figure_restated", "CN", "2024-Q2/transfers/late_event"),
        ("agreed_open", "CN", "2024-Q2/2"),
        ("agreed_open", "CN", "2024-Q2/3"),
        *(("source_missing", "CN", f"{month}/{kind}") for month in ("2024-07", "2024-08", "2024-09") for kind in kinds),
    }
    assert [row[3] for row in told if row[0] == "figure_restated"] == [
        "2024-Q2 专利转让（补到的事件）：分子 1→3 件，分母 12→13 件"
    ]
    duties = {(kind, item): evidence for kind, code, item, evidence in told if code == "34"}
    assert duties["milestone_missed", "N-M6"].endswith("），有 1 家单位逾期未完成")
    assert duties["milestone_due", "N-M8"].endswith("），有 2 家单位尚未完成")
    early = [tuple(row.values()) for row in read(quarters["q2"], matters)]
    assert ("source_missing", "CN", "2024-06/legal_events") in {row[:3] for row in early}
    assert ("source_missing", "CN", "2024-05/legal_events") not in {row[:3] for row in early}


def test_what_was_agreed_stands_as_it_stood_at_the_quarters_end(read, quarters):
    """Agreed in July on the second quarter: done in September, put off and then dropped, never heard of again."""
    items = "select agreed_no, agreed_standing, agreed_due_on from fct_agreed_items order by agreed_no"
    august, december = dt.date(2024, 8, 31), dt.date(2024, 12, 31)
    assert read(quarters["q2"], items) == read(quarters["q2 again"], items) == []
    assert [tuple(row.values()) for row in read(quarters["q3"], items)] == [
        ("1", "done", august),
        ("2", "open", december),
        ("3", "overdue", august),
    ]
    assert [row["agreed_standing"] for row in read(quarters["q4"], items)] == ["done", "dropped", "overdue"]
    evidence = "select evidence, responsible from fct_consultation_matters where matter_kind = 'agreed_open'"
    assert [tuple(row.values()) for row in read(quarters["q4"], evidence)] == [
        ("2024-Q2 会商（2024-07-20）议定：督促盘点（逾期未办结）", "某局")
    ]


def test_what_is_shown_is_ranked_and_nothing_else(read, quarters):
    rows = read(quarters["q2"], "select distinct scope_kind, scope_code from fct_statistics_rankings")
    assert {tuple(row.values()) for row in rows} == {("province", "34")}


COMPARED = "('national', 'province', 'city', 'institution', 'patent_type', 'institution_kind')"
STATED = ["fct_quarterly_statistics", "fct_restatements", "fct_stock_identity", "int_quarter_moves"]


@pytest.fixture(scope="module")
def replayed(quarters):
    """Quarter → its models, to be run over other rows."""
    return {name: Replayed(quarters[name], STATED) for name in ("q2", "q2 again", "q3")}


def stated(models):
    rows = models.read(
        "select scope_kind, scope_code, statistic_id, numerator_count, denominator_count, event_count"
        f" from fct_quarterly_statistics where scope_kind in {COMPARED}"
    )
    return {tuple(row.values())[:3]: tuple(row.values())[3:] for row in rows}


def balanced(models, recount, quarter):
    """The stock of every institution at both ends is what is counted without the movements, and they explain it."""
    opening = recount.stock(quarter.opening, quarter.start - dt.timedelta(days=1), quarter.as_of)
    closing = recount.stock(quarter.closing, quarter.end, quarter.as_of)
    rows = {row["scope_code"]: row for row in models.read("select * from fct_stock_identity")}
    for unit in UNITS:
        assert (rows[unit]["opening_count"], rows[unit]["closing_count"]) == (opening[unit], closing[unit]), unit
    assert {row["residual_count"] for row in rows.values()} == {0}
    assert {row["corrected_count"] for row in rows.values()} == {0}
    assert rows["CN"]["reorganised_count"] == 0


@settings(max_examples=15, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
@given(worlds(), st.randoms(use_true_random=False))
def test_quarters_are_what_an_independent_recount_says(raw_tables, replayed, world, chance):
    raw, recount = told_to(raw_tables(), world), Recount(world)
    for rows in raw.rows.values():
        chance.shuffle(rows)

    replayed["q2"].run(raw, until=Q2.closing, as_of=Q2.as_of)
    frozen = stated(replayed["q2"])
    assert frozen == recount.figures(Q2)
    balanced(replayed["q2"], recount, Q2)
    raw.state_quarter(replayed["q2"].read("select * from fct_quarterly_statistics"), Q2.closing, Q2.as_of)

    replayed["q2 again"].run(raw, until=Q2.closing, as_of=LATER)
    assert stated(replayed["q2 again"]) == frozen

    replayed["q3"].run(raw, until=Q3.closing, as_of=Q3.as_of)
    assert stated(replayed["q3"]) == recount.figures(Q3, frozen_at=Q2.as_of)
    balanced(replayed["q3"], recount, Q3)
    restated = replayed["q3"].read(
        "select scope_kind, scope_code, statistic_id, added_patent_count,"
        " new_denominator_count - old_denominator_count as added_stock_count, added_event_count"
        f" from fct_restatements where effect_quarter = '{Q2.name}' and scope_kind in {COMPARED}"
    )
    told = {tuple(row.values())[:3]: tuple(row.values())[3:] for row in restated}
    assert told == recount.restated(Q2, Q3)
