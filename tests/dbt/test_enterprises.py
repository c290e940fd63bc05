"""The register of enterprises: classes with evidence, industries, mergers, and whose evaluations count apart."""

import datetime as dt

import pytest


@pytest.fixture(scope="module")
def warehouse(raw_tables, run_build):
    """Two months: 甲 declares its industries, 乙's are read from its scope, 丙 goes into 甲 in the second."""
    raw = raw_tables()
    raw.institution("I1", "某大学")
    raw.enterprise(
        "C1", "甲公司", enterprise_classes="high_tech|state_owned", industry_codes="3491|6513", push_capacity=5
    )
    raw.enterprise("C2", "乙公司", business_scope="水泥制造；物业管理服务。", enterprise_classes="specialised")
    raw.enterprise("C3", "丙公司", former_names="丙厂")
    raw.enterprise("C3", "丙公司", former_names="丙厂", merged_into="C1", period="2024-05")
    for enterprise, name, since, until in [
        ("C1", "high_tech", dt.date(2021, 6, 1), None),
        ("C2", "specialised", dt.date(2023, 1, 1), dt.date(2025, 12, 31)),
    ]:
        raw.add(
            "enterprise_classes.recognitions",
            enterprise_id=enterprise,
            enterprise_class=name,
            class_evidence="文号",
            valid_from=since,
            valid_until=until,
        )
    raw.patent("P1", "某大学")
    raw.patent("P2", "某大学|丙厂")
    for number in ("P1", "P2"):
        raw.entry(number, "I1")
        for enterprise in ("C1", "C2", "C3"):
            raw.evaluation(number, enterprise, 4)
    result, path = run_build(raw, "2024-05")
    assert result.is_clean, result.problems
    return path


def test_the_register_states_what_counts(warehouse, read):
    """The certificate of 甲 ends on 31 May 2024, after three years; its claim to be state-owned has no evidence."""
    rows = read(
        warehouse,
        "select enterprise_id, enterprise_classes, claimed_classes, industry_codes, industry_basis,"
        " present_enterprise_id from dim_enterprises order by all",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("C1", "high_tech", "high_tech|state_owned", "3491|6513", "declared", "C1"),
        ("C2", "specialised", "specialised", "3011|7020", "derived", "C2"),
        ("C3", None, None, None, None, "C1"),
    ]
    states = read(
        warehouse, "select enterprise_class, class_status, valid_until from fct_enterprise_classes order by all"
    )
    assert [tuple(row.values()) for row in states] == [
        ("high_tech", "valid", dt.date(2024, 5, 31)),
        ("specialised", "valid", dt.date(2025, 12, 31)),
        ("state_owned", "no_evidence", None),
    ]


def test_derived_industries_name_the_words_they_were_read_from(warehouse, read):
    rows = read(
        warehouse, "select * from fct_enterprise_industries where industry_basis = 'derived' order by industry_order"
    )
    told = [(row["industry_code"], row["industry_name"], row["industry_evidence"]) for row in rows]
    assert told == [
        ("3011", "水泥制造", "经营范围含“水泥”"),
        ("7020", "物业管理", "经营范围含“物业管理”"),
    ]


def test_a_merged_evaluator_is_no_second_voice_and_may_not_judge_what_its_former_name_owns(warehouse, read):
    rows = read(
        warehouse,
        "select period, patent_no, enterprise_id, evaluator_group, uncounted_reason from int_evaluations_counted",
    )
    told = {
        (row["period"], row["patent_no"], row["enterprise_id"]): (row["evaluator_group"], row["uncounted_reason"])
        for row in rows
    }
    assert told["2024-04", "P1", "C3"] == ("C3", None)
    assert told["2024-05", "P1", "C3"] == ("C1", None)
    assert told["2024-05", "P2", "C3"] == ("C1", "own_patent")
    assert told["2024-05", "P2", "C1"] == ("C1", "own_patent")
    (scored,) = read(
        warehouse, "select evaluator_count, total_weight from fct_tiers where patent_no = 'P1' and period = '2024-05'"
    )
    assert scored == {"evaluator_count": 2, "total_weight": 2.0}
