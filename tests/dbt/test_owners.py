"""Which institution an owner is: labelled real names and a reviewer's decisions, over one built warehouse.

`PANHUO_UPDATE_GOLDEN=1` rewrites what the rules are known not to get right; read the difference before committing it.
"""

import datetime as dt
import os

import pytest
import yaml

from benchmarks.owners import GOLDEN, Scored, disagreements, read_register, sample_cells, shipped_labels
from panhuo.identifiers import uscc_check_character
from panhuo.names import split_owners

DISAGREEMENTS = GOLDEN / "disagreements.yml"
LABELS = {label.name: label for label in shipped_labels()}
CODES = {
    name: body + uscc_check_character(body) for name, body in [("甲", "12370000000000001"), ("乙", "12370000000000002")]
}

DECISIONS = {
    # name → (state it was made for, institution or none, day, day of receipt)
    "东莞华中科技大学制造工程研究院": ("review:reads_like_institution", None, "2024-05-20", 5),
    "浙江清华长三角研究院": ("review:reads_like_institution", "乙乙大学", "2024-05-20", 5),
    "丙学院": ("review:reads_like_institution", "乙乙大学", "2024-04-20", 5),
    "丁学院": ("review:reads_like_institution", "G999", "2024-05-20", 5),
    "戊学院": ("review:reads_like_institution", "乙乙大学", "2034-05-20", 5),
}


@pytest.fixture(scope="module")
def built(raw_tables, run_build):
    raw = raw_tables()
    for row in read_register():
        raw.institution(row.pop("institution_id"), row.pop("institution_name"), **row)
    raw.institution("甲甲大学", "甲甲大学", institution_uscc=CODES["甲"])
    raw.institution("乙乙大学", "乙乙大学", institution_uscc=CODES["乙"])
    # A month later the register comes to know an old name that a reviewer had given to somebody else.
    raw.institution("甲甲大学", "甲甲大学", institution_uscc=CODES["甲"], former_names="丙学院", period="2024-05")
    for number, name in enumerate(LABELS):
        raw.patent(f"L{number}", name)
    for number, cell in enumerate(sample_cells()):
        raw.patent(f"C{number}", "|".join(split_owners(cell)))
    for number, name in enumerate(["丙学院", "丁学院", "戊学院", "己学院"]):
        raw.patent(f"D{number}", name)
    raw.patent("U1", "庚研究所|某公司", owner_usccs=f"{CODES['甲']}|")
    raw.patent("U2", "某公司|乙乙大学", owner_usccs=f"|{CODES['甲']}")
    raw.patent("U3", "甲甲大学化学研究所", owner_usccs=CODES["乙"])
    raw.patent("U4", "辛研究所|某公司", owner_usccs=CODES["甲"])
    for name, (state, institution, day, received) in DECISIONS.items():
        decide(raw, name, state, institution, day, received)
    decide(raw, "己学院", "review:reads_like_institution", "甲甲大学", "2024-05-20", 5)
    decide(raw, "己学院", "review:reads_like_institution", "乙乙大学", "2024-05-20", 6)
    return run_build(raw, "2024-05", select=["+fct_owner_resolutions", "+fct_owner_reviews"])


def decide(raw, name, state, institution, day, received):
    period = day[:7] if day < "2025" else "2024-05"
    raw.add(
        "owner_decisions.decisions",
        period=period,
        received_day=received,
        owner_name=name,
        undecided_state=state,
        owner_decision="is_institution" if institution else "not_institution",
        institution_id=institution,
        decision_basis="单位来函",
        decided_by="张三",
        decided_on=dt.date.fromisoformat(day),
    )


@pytest.fixture(scope="module")
def names(built, read):
    """Name → what the last month says of it."""
    rows = read(built[1], "select distinct * exclude (patent_no, owner_position) from fct_owner_resolutions")
    assert len({row["owner_name"] for row in rows}) == len(rows)
    return {row["owner_name"]: row for row in rows}


def test_builds(built):
    result, _ = built
    assert [(p.name, p.message) for p in result.problems] == []


def test_every_owner_of_the_sample_is_labelled_and_nobody_else():
    owners = {owner for cell in sample_cells() for owner in split_owners(cell)}
    assert owners == {name for name, label in LABELS.items() if label.source == "sample"}


def test_labelled_names_mean_what_a_person_says(names):
    """Every disagreement is known and none gives a name to the wrong institution; a new one is a finding."""
    scored = [
        Scored(
            label,
            names[name]["resolution_status"],
            names[name]["resolution_rule"],
            names[name]["institution_name"],
            names[name]["review_reason"],
        )
        for name, label in LABELS.items()
        if name not in DECISIONS
    ]
    found = {one.label.name: f"{one.verdict}: {one.review_reason or one.rule}" for one in disagreements(scored)}
    if os.environ.get("PANHUO_UPDATE_GOLDEN"):
        DISAGREEMENTS.write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")
    known = yaml.safe_load(DISAGREEMENTS.read_text(encoding="utf-8"))
    assert found == known
    assert not [name for name, verdict in known.items() if verdict.startswith(("wrong", "lost"))]


@pytest.mark.parametrize(
    ("name", "status", "rule", "institution", "matched"),
    [
        ("北京理工大学", "resolved", "present_name", "北京理工大学", "北京理工大学"),
        ("杭州大学", "resolved", "former_name", "浙江大学", "杭州大学"),
        ("中国地质大学武汉", "resolved", "written_variant", "中国地质大学（武汉）", "中国地质大学（武汉）"),
        ("大连理工大学盘锦校区", "resolved", "campus", "大连理工大学", "大连理工大学"),
        ("哈尔滨工业大学建筑设计研究院", "refused", "own_legal_person", None, "哈尔滨工业大学"),
        ("清华大学深圳研究生院", "review", "placed_unit", None, "清华大学"),
        ("中国人民解放军91655部队", "outside", None, None, None),
    ],
)
def test_how_a_name_was_read_is_told(names, name, status, rule, institution, matched):
    row = names[name]
    assert (row["resolution_status"], row["resolution_rule"], row["institution_name"], row["matched_name"]) == (
        status,
        rule,
        institution,
        matched,
    )
    assert (row["confidence"] is not None) == (status in ("resolved", "refused"))


def test_owners_of_a_cell_with_line_breaks_keep_their_order(built, read):
    number = next(n for n, cell in enumerate(sample_cells()) if "\n公安部第三研究所" in cell)
    owners = read(
        built[1],
        f"select institution_name from fct_owner_resolutions where patent_no = 'C{number}' order by owner_position",
    )
    assert [row["institution_name"] for row in owners] == ["北京理工大学", "公安部第三研究所"]


@pytest.mark.parametrize(
    ("name", "status", "institution_id", "reason"),
    [
        ("东莞华中科技大学制造工程研究院", "refused", None, None),
        ("浙江清华长三角研究院", "resolved", "乙乙大学", None),
        ("丙学院", "resolved", "甲甲大学", "decision_outdated"),
        ("丁学院", "review", None, "decision_names_unknown_institution"),
        ("戊学院", "review", None, "decision_dated_ahead"),
        ("己学院", "review", None, "decisions_disagree"),
    ],
)
def test_a_decision_is_guarded(names, name, status, institution_id, reason):
    row = names[name]
    assert (row["resolution_status"], row["institution_id"], row["review_reason"]) == (status, institution_id, reason)
    assert (row["resolution_rule"] == "reviewed_decision") == (reason is None)


def test_a_decision_counted_while_its_state_held(built, read):
    (row,) = read(built[1], "select * from int_owner_names_resolved where period = '2024-04' and owner_name = '丙学院'")
    assert (row["resolution_rule"], row["institution_id"]) == ("reviewed_decision", "乙乙大学")


@pytest.mark.parametrize(
    ("name", "status", "institution_id", "reason"),
    [
        ("庚研究所", "resolved", "甲甲大学", None),
        ("乙乙大学", "review", None, "code_and_name_disagree"),
        ("甲甲大学化学研究所", "review", None, "code_and_name_disagree"),
        ("辛研究所", "review", None, "reads_like_institution"),
    ],
)
def test_a_credit_code_speaks_for_whoever_stands_in_its_place(names, name, status, institution_id, reason):
    row = names[name]
    assert (row["resolution_status"], row["institution_id"], row["review_reason"]) == (status, institution_id, reason)


def test_whatever_nobody_settled_is_on_the_review_list(built, read, names):
    listed = {row["owner_name"]: row for row in read(built[1], "select * from fct_owner_reviews")}
    assert set(listed) == {name for name, row in names.items() if row["review_reason"]}
    assert {name for name, row in names.items() if row["resolution_status"] == "review"} <= set(listed)
    assert all(row["review_advice"] and row["undecided_state"] for row in listed.values())
    assert listed["乙乙大学"]["candidate_names"] == "乙乙大学|甲甲大学"
    assert listed["己学院"]["patent_count"] == 1
