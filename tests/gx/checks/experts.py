"""Checks on experts, written as SQL: each passes on a sound month and fails on a month broken in its way."""

from __future__ import annotations

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

NUMBERS = ["CN201010110545.X", "CN201110001234.5"]
STATES = ("answered", "answered", "lapsed", "open")
UNIVERSITY = "12340000000000001U"


def models_month(good_row: GoodRow) -> Tables:
    """Two patents in need of one field; X1 and X2 know it, X2 is the institution's own, X3 knows another field."""
    return {
        "dim_experts": [
            good_row(
                "dim_experts",
                expert_id=expert,
                employer_id=employer,
                employer_name=f"单位{expert}",
                field_nos=fields,
                monthly_capacity=3,
                open_assignment_count=1,
                room_count=2,
                is_available=True,
            )
            for expert, employer, fields in [
                ("X1", "91340200MA2A00001X", "6|7"),
                ("X2", UNIVERSITY, "6"),
                ("X3", "91340100MA2ABCDE0T", "16"),
            ]
        ],
        "fct_expert_needs": [
            good_row(
                "fct_expert_needs",
                patent_no=number,
                need_kind="straddling",
                field_no=6,
                seat_count=1,
                field_expert_count=2,
                other_field_expert_count=1,
            )
            for number in NUMBERS[1:]
        ],
        "fct_expert_candidates": [
            good_row("fct_expert_candidates", patent_no=number, expert_id=expert, conflict_reason=reason)
            for number in NUMBERS[1:]
            for expert, reason in [("X1", None), ("X2", "same_organisation")]
        ],
        "fct_expert_answers": [
            good_row("fct_expert_answers", patent_no=number, assignment_status=status)
            for number, status in zip([*NUMBERS, "CN85102475", "CN02270355.1"], STATES, strict=True)
        ],
        "dim_institutions": [good_row("dim_institutions", institution_uscc=UNIVERSITY)],
        "dim_enterprises": [good_row("dim_enterprises")],
        "dim_patents": [good_row("dim_patents", patent_no=number) for number in NUMBERS[1:]],
        "fct_tiers": [good_row("fct_tiers", patent_no=number, raw_tier="T2") for number in NUMBERS[1:]],
    }


def dispatch_month(good_row: GoodRow) -> Tables:
    """Three experts of two groups for a patent of two seats, one of whom has no room; a second patent is served."""
    pairs = {
        (NUMBERS[0], "X1"): ("A", None),
        (NUMBERS[0], "X2"): ("A", "group_assigned"),
        (NUMBERS[0], "X3"): ("C", "workload_full"),
        (NUMBERS[0], "X4"): ("D", "same_organisation"),
        (NUMBERS[1], "X3"): ("C", None),
        (NUMBERS[1], "X2"): ("A", "enough_experts"),
    }
    conflicts = {"same_organisation"}
    return {
        "dim_experts": [
            good_row("dim_experts", expert_id=expert, employer_group=group, room_count=1)
            for expert, group in [("X1", "A"), ("X2", "A"), ("X3", "C"), ("X4", "D")]
        ],
        "fct_expert_needs": [
            good_row("fct_expert_needs", patent_no=number, seat_count=seats)
            for number, seats in zip(NUMBERS, (2, 1), strict=True)
        ],
        "fct_expert_candidates": [
            good_row(
                "fct_expert_candidates",
                patent_no=number,
                expert_id=expert,
                employer_group=group,
                conflict_reason=reason if reason in conflicts else None,
            )
            for (number, expert), (group, reason) in pairs.items()
        ],
        "fct_expert_assignments": [
            good_row("fct_expert_assignments", patent_no=number, expert_id=expert, employer_group=group, seat_no=1)
            for (number, expert), (group, reason) in pairs.items()
            if reason is None
        ],
        "fct_expert_refusals": [
            good_row("fct_expert_refusals", patent_no=number, expert_id=expert, refusal_reason=reason)
            for (number, expert), (_, reason) in pairs.items()
            if reason is not None
        ],
    }


MONTHS = {"G2_models": models_month, "G3_dispatch": dispatch_month}
BROKEN: list[tuple[str, Break, float]] = [
    ("G2.fct_expert_needs.needs_are_the_unjudged", put("fct_expert_needs", 0, need_kind="awaiting"), 1),
    ("G2.fct_expert_needs.needs_are_the_unjudged", put("fct_tiers", 0, raw_tier="T0"), 1),
    ("G2.fct_expert_needs.needs_are_the_unjudged", put("fct_expert_needs", 0, patent_no="CN85102476"), 1),
    ("G2.fct_expert_candidates.pairs_complete", drop("fct_expert_candidates", 0), 1),
    ("G2.fct_expert_candidates.pairs_complete", repeat("fct_expert_candidates", 0), 1),
    ("G2.fct_expert_candidates.pairs_complete", put("fct_expert_candidates", 1, expert_id="X3"), 2),
    ("G2.fct_expert_candidates.pairs_complete", put("fct_expert_needs", 0, other_field_expert_count=2), 1),
    ("G2.fct_expert_candidates.pairs_complete", put("dim_experts", 1, field_nos="16"), 2),
    ("G2.fct_expert_candidates.plain_conflicts_are_told", put("fct_expert_candidates", 1, conflict_reason=None), 1),
    ("G2.fct_expert_candidates.plain_conflicts_are_told", put("dim_experts", 0, is_available=False, room_count=0), 1),
    ("G2.fct_expert_candidates.plain_conflicts_are_told", put("dim_experts", 0, employer_name="x"), 1),
    (
        "G2.fct_expert_candidates.plain_conflicts_are_told",
        put("dim_experts", 0, employer_id="91370900163058822K"),
        1,
    ),
    ("G2.dim_experts.room_within_caps", put("dim_experts", 0, room_count=3), 1),
    ("G2.dim_experts.room_within_caps", put("dim_experts", 2, is_available=False), 1),
    ("G2.dim_experts.experts_have_fields", put("dim_experts", 2, field_nos=None), 1),
    ("G2.fct_expert_answers.answers_in_time", put("fct_expert_answers", 1, assignment_status="lapsed"), 2 / 3),
    ("G3.fct_expert_assignments.no_conflict_assigned", put("fct_expert_assignments", 0, expert_id="X4"), 1),
    ("G3.fct_expert_assignments.no_conflict_assigned", put("fct_expert_assignments", 0, expert_id="X9"), 1),
    ("G3.fct_expert_assignments.workload_kept", put("fct_expert_assignments", 0, expert_id="X3"), 1),
    ("G3.fct_expert_assignments.workload_kept", put("dim_experts", 0, room_count=0), 1),
    ("G3.fct_expert_assignments.seats_kept", repeat("fct_expert_assignments", 1, expert_id="X2", seat_no=2), 1),
    (
        "G3.fct_expert_assignments.seats_kept",
        repeat("fct_expert_assignments", 0, expert_id="X2", seat_no=2),
        1,
    ),
    ("G3.fct_expert_assignments.seats_kept", put("fct_expert_assignments", 1, seat_no=2), 1),
    ("G3.fct_expert_refusals.every_pair_told_once", drop("fct_expert_refusals", 0), 1),
    ("G3.fct_expert_refusals.every_pair_told_once", drop("fct_expert_assignments", 0), 1),
    ("G3.fct_expert_refusals.every_pair_told_once", repeat("fct_expert_refusals", 0), 1),
    ("G3.fct_expert_refusals.every_pair_told_once", put("fct_expert_refusals", 2, refusal_reason="workload_full"), 1),
    ("G3.fct_expert_refusals.reasons_hold", put("fct_expert_refusals", 1, refusal_reason="enough_experts"), 1),
    ("G3.fct_expert_refusals.reasons_hold", put("fct_expert_refusals", 0, refusal_reason="workload_full"), 1),
    ("G3.fct_expert_refusals.reasons_hold", put("fct_expert_refusals", 1, refusal_reason="group_assigned"), 1),
    ("G3.fct_expert_refusals.reasons_hold", put("fct_expert_needs", 1, seat_count=2), 1),
]
