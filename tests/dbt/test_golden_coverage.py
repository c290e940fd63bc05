"""A small province over three months, with every figure worked out by hand.

Three institutions of province 34: U1 (demonstration, city 3401), U2 (city 3401), U3 (city 3402, under a ministry).

| patent | institution | April | May | June |
|---|---|---|---|---|
| A1 | U1 | stock, reported | stock | stock |
| A2 | U1 | stock, reported | stock | withdrawn |
| A3 | U1 | stock | stock | reported |
| A4 | U1 | stock | stock, reported | lapsed for fees |
| B1-B4 | U2 | stock, B1 reported | B2 reported | B3 moves to U3 |
| B5 | U2 | pending | pending | granted 06-20, reported |
| B6 | U2 | stock | expires 06-09 | out |
| C1 | U3 | stock | stock | stock, granted 2010, first heard of in June |

Stock of June: U1 A1 A2 A3 = 3; U2 B1 B2 B4 B5 = 4; U3 B3 C1 = 2. Inventoried: U1 A1 A3 = 2; U2 B1 B2 B5 = 3; U3 0.
"""

import datetime as dt

import pytest

from panhuo.bulletin.readback import read_figures
from panhuo.digests.marts import make_digest_marts
from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.dispatch.packages import build_packages
from panhuo.periods import Period
from panhuo.policy import load_policy


def province(raw):
    raw.institution("U1", "甲大学", ip_university_role="demonstration")
    raw.institution("U2", "乙大学")
    raw.institution("U3", "丙研究所", city_code="3402", institution_kind="research_institute", ministry="教育部")
    for number in ("A1", "A2", "A3", "A4"):
        raw.patent(number, "甲大学", data_origin="real" if number == "A1" else "simulated")
    for number in ("B1", "B2", "B3", "B4"):
        raw.patent(number, "乙大学")
    raw.patent("B5", "乙大学", grant_date=None, legal_status="pending")
    raw.patent("B6", "乙大学", patent_type="utility_model", filing_date=dt.date(2014, 6, 10))
    raw.patent("A4", "甲大学", period="2024-06", legal_status="fee_lapsed")
    raw.patent("B3", "丙研究所", period="2024-06", legal_status="transferred")
    raw.patent("B5", "乙大学", period="2024-06", grant_date=dt.date(2024, 6, 20))
    raw.patent("C1", "丙研究所", period="2024-06")
    raw.entry("A1", "U1", data_origin="real")
    raw.entry("A2", "U1")
    raw.entry("B1", "U2")
    raw.entry("A4", "U1", period="2024-05")
    raw.entry("B2", "U2", period="2024-05")
    raw.entry("A2", "U1", period="2024-06", entry_action="withdraw")
    raw.entry("A3", "U1", period="2024-06")
    raw.entry("B5", "U2", period="2024-06")
    raw.add("filings.filings", filing_no="F1", filing_kind="contact_list", filed_on=dt.date(2024, 2, 6))
    raw.add("filings.filings", filing_no="F2", filing_kind="half_year_report", filed_on=dt.date(2024, 6, 28))
    raw.add("filings.filings", filing_no="F3", filing_kind="year_report", filed_on=dt.date(2024, 7, 1))
    for day, shown in ((3, "A1|A2"), (4, "A1|B1|X9"), (5, None), (6, "A1"), (7, "B2")):
        held = dt.date(2024, 6, day)
        raw.add("activities.activities", activity_no=f"R{day}", held_on=held, shown_patent_nos=shown)
    raw.load("U1", period="2024-06", row_count=2, quarantined_count=3)
    raw.load("U2", period="2024-06", row_count=1, quarantined_count=0)
    raw.load("U2", period="2024-05", row_count=1, quarantined_count=7)
    return raw


@pytest.fixture(scope="module")
def june(raw_tables, run_build):
    """Warehouse of June, as known before the month froze."""
    result, warehouse = run_build(province(raw_tables()), "2024-06")
    assert not result.problems
    return warehouse


def coverage(read, june, columns, kind="institution"):
    rows = read(june, f"select scope_code, {columns} from fct_coverage where scope_kind = '{kind}'")
    return {row.pop("scope_code"): tuple(row.values()) for row in rows}


def test_counts_of_every_scope(read, june):
    counts = "stock_patent_count, inventoried_patent_count, previous_stock_patent_count, arrived_patent_count"
    assert coverage(read, june, counts) == {"U1": (3, 2, 4, 1), "U2": (4, 3, 5, 1), "U3": (2, 0, 0, 0)}
    assert coverage(read, june, counts, "city") == {"3401": (7, 5, 9, 2), "3402": (2, 0, 0, 0)}
    assert coverage(read, june, counts, "province") == {"34": (9, 5, 9, 2)}
    assert coverage(read, june, counts, "national") == {"CN": (9, 5, 9, 2)}
    assert coverage(read, june, counts, "ministry") == {"教育部": (2, 0, 0, 0)}
    assert coverage(read, june, counts, "ip_university_role") == {"demonstration": (3, 2, 4, 1), "other": (6, 3, 5, 1)}


def test_cohorts_origins_and_submissions(read, june):
    columns = (
        "arrived_baseline_patent_count, arrived_increment_patent_count, stock_real_patent_count,"
        " inventoried_real_patent_count, data_origin, submission_count, returned_row_count"
    )
    assert coverage(read, june, columns)["U1"] == (1, 0, 1, 1, "simulated", 1, 3)
    assert coverage(read, june, columns)["U2"] == (0, 1, 0, 0, "simulated", 1, 0)


def test_target_gap_and_projection(read, june):
    columns = "target_patent_count, gap_patent_count, target_status, projected_completion_date, projection_gap_reason"
    last_of = {month: dt.date(2024, month, day) for month, day in ((8, 31), (7, 31), (9, 30))}
    # U1: 1 left at 2 in 3 months = 2 months; U2: 1 left at 3 in 3 months = 1 month; all: 4 left at 5 in 3 months = 3.
    assert coverage(read, june, columns) == {
        "U1": (3, 1, "missed", last_of[8], None),
        "U2": (2, 0, "met", last_of[7], None),
        "U3": (1, 1, "missed", None, "no_arrivals"),
    }
    assert coverage(read, june, columns, "province") == {"34": (6, 2, "missed", last_of[9], None)}


def test_every_move_of_the_stock_has_its_cause(read, june):
    rows = read(june, "select institution_id, balance, change_cause, moved_patent_count from fct_stock_changes")
    assert {tuple(row.values()) for row in rows} == {
        ("U1", "stock", "fee_lapsed", -1),
        ("U2", "stock", "new_grant", 1),
        ("U2", "stock", "expired", -1),
        ("U2", "stock", "transfer_out", -1),
        ("U3", "stock", "transfer_in", 1),
        ("U3", "stock", "learned_late", 1),
        ("U1", "inventoried", "fee_lapsed", -1),
        ("U1", "inventoried", "newly_inventoried", 1),
        ("U1", "inventoried", "withdrawn", -1),
        ("U2", "inventoried", "new_grant", 1),
    }


def test_arrivals_by_month(read, june):
    columns = "institution_id, inventoried_in, cohort, inventoried_patent_count"
    rows = read(june, f"select {columns} from fct_inventory_arrivals")
    assert {tuple(row.values()) for row in rows} == {
        ("U1", "2024-04", "baseline", 1),
        ("U1", "2024-06", "baseline", 1),
        ("U2", "2024-04", "baseline", 1),
        ("U2", "2024-05", "baseline", 1),
        ("U2", "2024-06", "increment", 1),
    }


def test_months_looked_back_on_are_those_of_the_institutions_the_scope_holds_now(read, june):
    columns = "covered_month, stock_patent_count, inventoried_patent_count, coverage_rate"
    rows = read(june, f"select {columns} from fct_coverage_trends where scope_kind = 'city' and scope_code = '3401'")
    assert {tuple(row.values()) for row in rows} == {
        ("2024-04", 9, 3, 3 / 9),
        ("2024-05", 9, 5, 5 / 9),
        ("2024-06", 7, 5, 5 / 7),
    }


def test_dated_duties_are_judged_at_the_end_of_the_month(read, june):
    rows = read(
        june,
        "select milestone_id, scope_code, milestone_status, done_on, days_ahead from fct_milestones"
        " where milestone_status != 'not_measured'",
    )
    found = {(row["milestone_id"], row["scope_code"]): tuple(row.values())[2:] for row in rows}
    april, may, end = dt.date(2024, 4, 30), dt.date(2024, 5, 31), dt.date(2024, 6, 30)
    assert found == {
        ("A-M1", "U1"): ("done_late", april, -46),
        ("A-M1", "U2"): ("done_late", april, -46),
        ("A-M1", "U3"): ("late", None, -107),
        ("A-M2", "3401"): ("done", april, 0),
        ("A-M2", "3402"): ("late", None, -61),
        ("N-M3", "U1"): ("done_late", end, -91),
        ("N-M5", "U1"): ("late", None, 0),
        ("N-M6", "U2"): ("done", may, 30),
        ("N-M6", "U3"): ("late", None, 0),
        ("N-M8", "U1"): ("open", None, 184),
        ("N-M8", "U2"): ("open", None, 184),
        ("N-M8", "U3"): ("open", None, 184),
        ("N-M9", "34"): ("open", None, 184),
        ("N-M11", "34"): ("late", None, -61),
        ("N-M1", "CN"): ("done_late", dt.date(2024, 2, 6), -1),
        ("N-M2", "CN"): ("late", None, -122),
        ("N-M7", "CN"): ("late", None, 0),
        ("A-M7", "34"): ("done", dt.date(2024, 6, 28), 2),
        ("A-M11", "34"): ("open", None, 184),
        ("A-M12", "34"): ("open", None, 183),
        ("A-M3", "34"): ("late", None, -30),
        ("A-M5", "34"): ("late", None, 0),
        ("A-M6", "34"): ("late", None, 0),
        ("A-M10", "34"): ("open", None, 92),
        ("A-M13", "34"): ("open", None, 549),
        ("N-M4", "CN"): ("late", None, -61),
        ("N-M10", "CN"): ("open", None, 549),
    }


def test_roadshows_count_up_to_what_is_owed_and_their_known_patents_once(read, june):
    columns = "total_count, required_count, progress_count, evidence"
    (row,) = read(june, f"select {columns} from fct_milestones where milestone_id = 'A-M11'")
    assert tuple(row.values())[:3] == (24, 24, 4 + 4), "five roadshows, of which four are owed; A1, A2, B1, B2"
    assert row["evidence"] == (
        "路演场次和涉及专利合计 24 项，应完成 24 项，已完成 8 项（路演场次 4/4，涉及专利 4/20）；来源：推广对接活动登记"
    )


def test_duties_of_which_nothing_is_owed_yet_say_where_it_would_show(read, june):
    rows = read(june, "select milestone_id, evidence from fct_milestones where milestone_status = 'not_measured'")
    assert {row["milestone_id"]: row["evidence"] for row in rows} == {
        "A-M4": "尚无应计事项；来源：企业类别认定名单和企业登记信息",
        "A-M8": "尚无应计事项；来源：各月推送清单、企业评价和技术需求",
        "A-M9": "尚无应计事项；来源：各月信息反馈",
    }


def packaged(june, out):
    identity = ReleaseIdentity(dt.datetime(2024, 7, 5, tzinfo=dt.UTC), "policy", "code")
    make_digest_marts(june, "2024-06", load_policy().digests)
    build_packages(june, out, period=Period(2024, 6), identity=identity)
    return out / "packages"


def figures(folder):
    found = {(f.document, f.grid, f.row_code, f.measure): f.value for f in read_figures(folder)}
    assert {place[0] for place in found} == {"bulletin.html", "bulletin.xlsx"}
    return found


def test_bulletins_announce_the_figures_of_their_scope_and_of_no_other(june, tmp_path):
    packages = packaged(june, tmp_path)
    city, other, province = (figures(packages / kind) for kind in ("city/3401", "city/3402", "province/34"))
    for document in ("bulletin.html", "bulletin.xlsx"):
        expected = {
            ("headline", "", "stock_patent_count"): 7,
            ("headline", "", "inventoried_patent_count"): 5,
            ("headline", "", "coverage_rate"): 5 / 7,
            ("headline", "", "arrived_patent_count"): 2,
            ("headline", "", "gap_patent_count"): 1,
            ("units", "U1", "coverage_rate"): 2 / 3,
            ("units", "U2", "arrived_increment_patent_count"): 1,
            ("moves", "opening", "stock"): 9,
            ("moves", "new_grant", "stock"): 1,
            ("moves", "transfer_out", "stock"): -1,
            ("moves", "fee_lapsed", "stock"): -1,
            ("moves", "expired", "stock"): -1,
            ("moves", "closing", "stock"): 7,
            ("moves", "opening", "inventoried"): 5,
            ("moves", "newly_inventoried", "inventoried"): 1,
            ("moves", "closing", "inventoried"): 5,
            ("duties", "N-M5", "late"): 1,
            ("duties", "N-M8", "units"): 2,
        }
        assert {place: city[document, *place] for place in expected} == pytest.approx(expected)
        assert province[document, "headline", "", "stock_patent_count"] == 9
        assert province[document, "cities", "3402", "stock_patent_count"] == 2
        assert province[document, "units", "U3", "inventoried_patent_count"] == 0
        assert province[document, "moves", "learned_late", "stock"] == 1
        assert province[document, "duties", "A-M1", "late"] == 1
        assert (document, "duties", "N-M9", "units") not in city
    assert {place[2] for place in city if place[1] == "units"} == {"U1", "U2"}
    assert {place[2] for place in other if place[1] == "units"} == {"U3"}
    page = (packages / "city" / "3402" / "bulletin.html").read_text(encoding="utf-8")
    assert "丙研究所" in page
    assert "甲大学" not in page
    assert "乙大学" not in page


def test_what_is_learned_after_the_freeze_leaves_the_denominator(raw_tables, run_build, read):
    """Of April, two grants and the lapse of A4 are first heard of on 20 May, five days after April froze."""
    raw = province(raw_tables())
    raw.patent("A8", "甲大学", received_day=20)
    raw.patent("A9", "甲大学", received_day=20)
    raw.patent("A4", "甲大学", received_day=20, legal_status="fee_lapsed")
    raw.patent("A7", "甲大学", period="2024-05", received_day=20, grant_date=dt.date(2024, 5, 7))
    result, warehouse = run_build(raw, "2024-05")
    assert not result.problems
    columns = (
        "previous_stock_patent_count, stock_patent_count, stock_patent_count_latest, stock_difference_patent_count,"
        " is_frozen, freezes_at"
    )
    freeze = dt.datetime(2024, 6, 15, 16, tzinfo=dt.UTC)
    assert coverage(read, warehouse, columns)["U1"] == (4, 5, 6, 1, True, freeze)
    moves = "select change_cause, moved_patent_count from fct_stock_changes"
    rows = read(warehouse, f"{moves} where institution_id = 'U1' and balance = 'stock'")
    assert {tuple(row.values()) for row in rows} == {("learned_late", 2), ("fee_lapsed", -1)}
    trend = "select covered_month, stock_patent_count, stock_patent_count_latest, stock_difference_patent_count"
    rows = read(warehouse, f"{trend} from fct_coverage_trends where scope_code = 'U1'")
    assert {tuple(row.values()) for row in rows} == {("2024-04", 4, 5, 1), ("2024-05", 5, 6, 1)}
