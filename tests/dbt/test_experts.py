"""Who conflicts with which patent, which patents need experts, and what came of earlier assignments."""

import datetime as dt
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from panhuo.periods import Period
from pipeline.experts import assign_experts


def code(number):
    return f"9134{number:014d}"


UNIVERSITY = "12340000000000001U"
FIRM, SISTER, HEIR, TAKEN, HEARD, STRANGER, BUSY, RIVAL = (code(number) for number in range(1, 9))
NAMES = ("甲设计院", "乙公司", "丙设计院", "丁公司", "戊公司", "己公司", "庚公司", "辛公司")
EXPERTS = {
    "X01": (UNIVERSITY, {}),
    "X02": (FIRM, {}),
    "X03": (SISTER, {}),
    "X04": (TAKEN, {}),
    "X05": (STRANGER, {"former_employers": f"{UNIVERSITY}@2021-05"}),
    "X06": (STRANGER, {"former_employers": f"{UNIVERSITY}@2021-04"}),
    "X07": (STRANGER, {"declared_conflicts": "I1"}),
    "X08": (HEARD, {}),
    "X09": (STRANGER, {"available_until": dt.date(2024, 5, 30)}),
    "X10": (STRANGER, {"employer_name": "旧名大学"}),
    "X11": (BUSY, {"monthly_capacity": 2}),
    "X12": (STRANGER, {"ipc_subclasses": "A61B"}),
    "X13": (RIVAL, {"ipc_subclasses": "G06Q"}),
}


@pytest.fixture(scope="module")
def warehouse(raw_tables, run_build):
    """Patents of one university: P1 alone, P2 with a firm, P3 with the heir of a firm; P4 is certain, P5 is not."""
    raw = raw_tables()
    raw.institution("I1", "某大学", institution_uscc=UNIVERSITY, former_names="旧名大学")
    for number, name in enumerate(
        ("甲设计院", "乙公司", "丙设计院", "丁公司", "戊公司", "己公司", "庚公司", "辛公司"), 1
    ):
        raw.enterprise(
            code(number),
            name,
            group_name="甲集团" if number <= 2 else None,
            merged_into=HEIR if number == 4 else None,
        )
    for number, co_owner in [("P1", ""), ("P2", "|甲设计院"), ("P3", "|丙设计院"), ("P4", ""), ("P5", "")]:
        raw.patent(number, f"某大学{co_owner}")
        raw.entry(number, "I1", maturity_word="实验室验证")
    for name, (employer, values) in EXPERTS.items():
        raw.expert(name, employer, **values)
    raw.evaluation("P1", HEARD, 4)
    for position, enterprise in enumerate((HEARD, FIRM, RIVAL, BUSY, SISTER)):
        raw.evaluation("P4", enterprise, 5)
        if position < 3:
            raw.evaluation("P5", enterprise, 2)
    for number, due in [("P1", dt.date(2024, 6, 14)), ("P3", dt.date(2024, 5, 30)), ("P2", dt.date(2024, 6, 14))]:
        raw.given(number, "X11", BUSY, answer_due_on=due)
    raw.evaluation("P2", BUSY, 4, evaluator_kind="expert", evaluated_on=dt.date(2024, 5, 3), period="2024-05")
    result, path = run_build(raw, "2024-05")
    assert result.is_clean, result.problems
    return path


def test_each_pair_of_the_field_is_told_the_first_reason(warehouse, read):
    rows = read(warehouse, "select patent_no, expert_id, conflict_reason from fct_expert_candidates")
    told = {(row["patent_no"], row["expert_id"]): row["conflict_reason"] for row in rows}
    assert len(told) == len(rows) == 4 * 11
    university = {"X01", "X10"}
    for patent in ("P1", "P2", "P3", "P5"):
        assert {told[patent, expert] for expert in university} == {"same_organisation"}
        assert told[patent, "X05"] == "former_employer"
        assert told[patent, "X06"] is None
        assert told[patent, "X07"] == "declared_conflict"
        assert told[patent, "X09"] == "unavailable"
    assert [told["P2", expert] for expert in ("X02", "X03", "X04")] == ["co_owner", "same_group", None]
    assert [told["P3", expert] for expert in ("X02", "X03", "X04")] == [None, None, "co_owner"]
    assert [told[patent, "X08"] for patent in ("P1", "P2", "P5")] == ["has_evaluated", None, "has_evaluated"]
    assert [told[patent, "X11"] for patent in ("P1", "P2", "P3")] == ["open_assignment", "has_evaluated", None]
    assert not {expert for _, expert in told} & {"X12"}


def test_needs_count_what_is_heard_and_what_is_open(warehouse, read):
    """P4 has five good marks and is certain, P5 three poor ones that the field speaks against."""
    rows = read(
        warehouse,
        "select patent_no, need_kind, evaluator_count, open_assignment_count, seat_count, field_expert_count,"
        " other_field_expert_count from fct_expert_needs order by all",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("P1", "awaiting", 1, 1, 0, 11, 2),
        ("P2", "awaiting", 1, 0, 1, 11, 2),
        ("P3", "awaiting", 0, 0, 2, 11, 2),
        ("P5", "straddling", 3, 0, 1, 11, 2),
    ]


def test_the_pool_has_no_names_and_knows_its_room(warehouse, read):
    """X11 has two patents a month of its own, one of them is still open; the policy lets nobody have more than five."""
    rows = read(warehouse, "select * from dim_experts order by expert_id")
    assert {"expert_name", "contact_phone", "former_employers", "declared_conflicts"}.isdisjoint(rows[0])
    by_id = {row["expert_id"]: row for row in rows}
    assert by_id["X01"]["room_count"] == 5
    assert by_id["X09"]["room_count"] == 0
    counts = ("open_assignment_count", "recent_assignment_count", "room_count")
    assert [by_id["X11"][name] for name in counts] == [1, 3, 1]
    assert by_id["X03"]["employer_group"] == "甲集团"
    assert by_id["X04"]["employer_group"] == HEIR


def test_an_experts_evaluation_answers_its_assignment(warehouse, read):
    columns = "patent_no, assignment_status, evaluation_id, evaluated_on"
    rows = read(warehouse, f"select {columns} from fct_expert_answers order by all")
    assert [tuple(row.values()) for row in rows] == [
        ("P1", "open", None, None),
        ("P2", "answered", "E10", dt.date(2024, 5, 3)),
        ("P3", "lapsed", None, None),
    ]


def test_the_step_fills_what_can_be_filled_and_answers_for_the_rest(warehouse, read, tmp_path):
    run = SimpleNamespace(warehouse=Path(shutil.copy(warehouse, tmp_path)), period=Period(2024, 5))
    assert assign_experts(run) == {"patents_in_need": 4, "seats": 4, "assignments": 4}
    seats = read(run.warehouse, "select * from fct_expert_assignments order by patent_no, seat_no")
    assert [(seat["patent_no"], seat["seat_no"]) for seat in seats] == [("P2", 1), ("P3", 1), ("P3", 2), ("P5", 1)]
    assert {seat["answer_due_on"] for seat in seats} == {dt.date(2024, 7, 15)}
    candidates = read(warehouse, "select * from fct_expert_candidates")
    refused = read(run.warehouse, "select * from fct_expert_refusals")
    conflicts = {(row["patent_no"], row["expert_id"]): row["conflict_reason"] for row in candidates}
    told = {(row["patent_no"], row["expert_id"]): row["refusal_reason"] for row in refused}
    assert len(told) + len(seats) == len(conflicts)
    assert {pair: told[pair] for pair, reason in conflicts.items() if reason} == {
        pair: reason for pair, reason in conflicts.items() if reason
    }
