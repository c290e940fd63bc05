"""Dated duties measured from listings, registers, pushes, answers, digests, filings and frozen rates, by hand.

Two institutions of province 34 with six patents of Form 2: A1 to A5 of U1, B1 of U2; A5 was granted on 06-10;
L1 of U1 has lapsed.

| duty | owed | done |
|---|---|---|
| A-M3 | 5 patents without A5, 90 % → 5 | A1 04-20, A2 05-10, A3 05-20, A4 05-30, B1 06-02: two days late |
| A-M4 | E1, E2 and E3, whose code tells the province; E4 is elsewhere, E5 of another class | E1 04-30, E2 06-30 |
| A-M5 | 1 push | that of April |
| A-M6 | 1 batch | FB1 on 05-25; FB2 later adds nothing |
| A-M8 | A1 and A2 → E1 (April), A1 → E2 (May), 1 need: 4, half → 2 | need on 06-15, A1 by E1 and by E2 on 07-10 |
| A-M9 | U1 and U2 have evaluations, 90 % → 2 | U1 by the digest of July |
| A-M10 | 6 patents, 90 % → 6 | A1, which three enterprises judged in July |
| A-M13 | 3 + 16 + 20 + 3000 | 1 centre named twice, 2 universities, 420 + 185 managers |
| N-M4 | 35 fields, 80 % → 28 | the one field of the only expert |
| N-M10 | 2 rates | 100 → 140 of 1000 is more than chance (z = 2.75), 50 → 55 is not (z = 0.50) |
"""

import datetime as dt

import pytest

E1, E2, E3, E4, E5 = (f"91{place}00MA2A0000{n}X" for n, place in enumerate(("3402", "3402", "3403", "3101", "3401"), 1))


def pushed(raw, period, *pairs):
    for number, enterprise in pairs:
        raw.add("dispatches.pushes", period=period, patent_no=number, enterprise_id=enterprise, probability=0.5)
    raw.load("platform", period=period, source="dispatches", dataset="pushes")


def enterprises(raw):
    raw.enterprise(E1)
    raw.enterprise(E2, period="2024-06")
    for code, name in (
        (E1, "high_tech"),
        (E2, "state_owned"),
        (E3, "ip_advantage"),
        (E4, "high_tech"),
        (E5, "specialised"),
    ):
        raw.add(
            "enterprise_classes.recognitions",
            enterprise_id=code, enterprise_class=name, class_evidence="认定文号", valid_from=dt.date(2023, 1, 1),
        )  # fmt: skip
    pushed(raw, "2024-04", ("A1", E1), ("A2", E1))
    pushed(raw, "2024-05", ("A1", E2))
    raw.add("needs.needs", period="2024-06", need_id="N1", enterprise_id=E1, stated_on=dt.date(2024, 6, 15))
    for code in (E1, E2, E3):
        raw.evaluation("A1", code, 4, period="2024-07", evaluated_on=dt.date(2024, 7, 10))
    raw.evaluation("B1", E2, 4, period="2024-09", evaluated_on=dt.date(2024, 9, 5))
    raw.add(
        "dispatches.digest_cells", period="2024-07", statement_kind="wish", statement_code="cost", patent_no="A1",
        enterprise_id=E1, evaluator_group=E1, institution_id="U1", sector_code="electrical_engineering",
        digest_year=2024, released_in="2024-07",
    )  # fmt: skip


def filings(raw):
    told = [
        ("operation_centre_provincial", "甲中心", None), ("operation_centre_provincial", "甲中心", None),
        ("university_named", "甲大学", None), ("university_named", "乙大学", None),
        ("technology_managers", None, 420), ("technology_managers", None, 185),
    ]  # fmt: skip
    for number, (kind, subject, count) in enumerate(told, start=1):
        row = {"filing_no": f"F{number}", "filing_kind": kind, "subject_name": subject, "filed_count": count}
        raw.add("filings.filings", period="2024-06", filed_on=dt.date(2024, 6, number), **row)


def listings(raw):
    days = {"A1": (4, 20), "A2": (5, 10), "A3": (5, 20), "A4": (5, 30), "B1": (6, 2), "L1": (5, 2), "X9": (5, 2)}
    released = {"A1": (dt.date(2024, 5, 25), "FB1"), "B1": (dt.date(2024, 6, 20), "FB2")}
    for number, day in days.items():
        on, batch = released.get(number, (None, None))
        row = {"patent_no": number, "released_on": on, "release_batch_no": batch}
        raw.add("platform_listings.listings", period="2024-06", listed_on=dt.date(2024, *day), **row)
    raw.add("platform_listings.listings", patent_no="A9", listed_on=dt.date(2024, 4, 20))
    raw.add("platform_listings.listings", period="2024-05", patent_no="A9", entry_action="withdraw")


def frozen_rates(raw):
    for quarter, period, implemented, industrialised in (
        ("2024-Q2", "2024-06", 100, 50),
        ("2024-Q3", "2024-09", 140, 55),
    ):
        for statistic, count in (("implementation", implemented), ("industrialisation", industrialised)):
            raw.add(
                "dispatches.quarterly_statistics", period=period, quarter=quarter, is_quarter_frozen=True,
                scope_kind="national", scope_code="CN", scope_name="全国", statistic_id=statistic,
                definition_version="1", numerator_count=count, denominator_count=1000,
                numerator_real_count=0, denominator_real_count=0, event_count=0, result_count=0, excluded_event_count=0,
            )  # fmt: skip


def province(raw):
    raw.institution("U1", "甲大学")
    raw.institution("U2", "乙大学", city_code="3402")
    for number in ("A1", "A2", "A3", "A4", "L1"):
        raw.patent(number, "甲大学")
        raw.entry(number, "U1")
    raw.patent("L1", "甲大学", period="2024-06", legal_status="fee_lapsed")
    raw.patent("A5", "甲大学", period="2024-06", grant_date=dt.date(2024, 6, 10))
    raw.entry("A5", "U1", period="2024-06")
    raw.patent("B1", "乙大学")
    raw.entry("B1", "U2")
    raw.expert("X1", "U1", ipc_subclasses="G06F")
    enterprises(raw)
    filings(raw)
    listings(raw)
    frozen_rates(raw)
    return raw


@pytest.fixture(scope="module")
def months(raw_tables, run_build):
    """Warehouses of June and of September."""
    wanted = ("+fct_milestones", "+fct_platform_listings", "+fct_screening", "+dim_patents")
    built = {period: run_build(province(raw_tables()), period, select=wanted) for period in ("2024-06", "2024-09")}
    assert not [problem for result, _ in built.values() for problem in result.problems]
    return {period: warehouse for period, (_, warehouse) in built.items()}


MEASURED = ("A-M3", "A-M4", "A-M5", "A-M6", "A-M8", "A-M9", "A-M10", "A-M13", "N-M4", "N-M10")


def duties(read, warehouse, columns):
    rows = read(warehouse, f"select milestone_id, {columns} from fct_milestones where milestone_id in {MEASURED}")
    return {row.pop("milestone_id"): tuple(row.values()) for row in rows}


def test_what_is_done_by_september(read, months):
    columns = "milestone_status, done_on, total_count, required_count, progress_count"
    assert duties(read, months["2024-09"], columns) == {
        "A-M3": ("done_late", dt.date(2024, 6, 2), 5, 5, 5),
        "A-M4": ("late", None, 3, 3, 2),
        "A-M5": ("done", dt.date(2024, 4, 30), 1, 1, 1),
        "A-M6": ("done", dt.date(2024, 5, 25), 1, 1, 1),
        "A-M8": ("done", dt.date(2024, 7, 10), 4, 2, 3),
        "A-M9": ("late", None, 2, 2, 1),
        "A-M10": ("late", None, 6, 6, 1),
        "A-M13": ("open", None, 3039, 3039, 608),
        "N-M4": ("late", None, 35, 28, 1),
        "N-M10": ("open", None, 2, 2, 1),
    }


def test_what_june_could_know(read, months):
    found = duties(read, months["2024-06"], "milestone_status, progress_count, projected_target_date")
    assert found["A-M8"] == ("at_risk", 1, dt.date(2024, 9, 30)), "one of two in three months: three months more"
    assert found["A-M9"] == ("not_measured", None, None), "nobody had evaluated anything"
    assert found["A-M10"] == ("open", 0, None)
    assert found["N-M10"] == ("open", 0, None), "the first quarter frozen is the base"


def test_evidence_names_counts_and_where_they_come_from(read, months):
    evidence = {name: text for name, (text,) in duties(read, months["2024-09"], "evidence").items()}
    assert evidence == {
        "A-M3": "本月表二中期限前已授权的专利 5 件，应登记 5 件，运营平台已登记 5 件；来源：运营平台登记发布表",
        "A-M4": "重点类别企业 3 家，应登记 3 家，已登记 2 家；来源：企业类别认定名单和企业登记信息",
        "A-M5": "应推送 1 批，以前各月已推送 1 批（本月的推送随本月发布发出，下月计入）；来源：各月推送清单",
        "A-M6": "应发布 1 批，已发布 1 批；来源：运营平台登记发布表",
        "A-M8": (
            "期限前各月的推送加技术需求合计 4 项，应反馈 2 项，已反馈 3 项（技术需求 1/1）；"
            "来源：各月推送清单、企业评价和技术需求"
        ),
        "A-M9": "期限前有专利经评价的单位 2 家，应反馈 2 家，已反馈 1 家；来源：各月信息反馈",
        "A-M10": "本月表二专利 6 件，应分级 6 件，已分级并标明转化应用程度 1 件；来源：分级结果和转化应用程度",
        "A-M13": (
            "应报送 3039 项，期限内应报 3039 项，已报送 608 项（国家级运营中心 0/3，省级运营中心 1/16，"
            "技术经理人 605/3000，能力提升高校 2/20）；来源：工作报送登记"
        ),
        "N-M4": "技术领域 35 个，应覆盖 28 个，专家库已覆盖 1 个；来源：评价专家库名册",
        "N-M10": (
            "应提高 2 项，比首个冻结季度显著提高 1 项（实施率 1/1，产业化率 0/1）；来源：全国口径季度统计（已冻结）"
        ),
    }


def test_evidence_of_registration_is_had_from_what_is_published(read, months):
    (row,) = read(
        months["2024-09"],
        """
        select count(*) as owed,
            count(*) filter (where patent_no in (select patent_no from fct_platform_listings)) as done
        from fct_screening inner join dim_patents using (period, patent_no)
        where disposition = 'form_2' and grant_date <= date '2024-05-31'
        """,
    )
    told = duties(read, months["2024-09"], "total_count, progress_count")["A-M3"]
    assert told == (row["owed"], row["done"]) == (5, 5)


def test_listings_that_are_no_longer_convertible_say_why(read, months):
    rows = read(months["2024-09"], "select patent_no, released_on, delisting_reason from fct_platform_listings")
    found = {row["patent_no"]: (row["released_on"], row["delisting_reason"]) for row in rows}
    assert found == {
        "A1": (dt.date(2024, 5, 25), None), "A2": (None, None), "A3": (None, None), "A4": (None, None),
        "B1": (dt.date(2024, 6, 20), None), "L1": (None, "not_in_force"), "X9": (None, "unknown"),
    }  # fmt: skip
