"""The step that gives patents in need to experts: reads who may judge them, writes who does and why others do not."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import pyarrow as pa

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.experts.assignment import Assignment, Candidate, Expert, Need, assign
from panhuo.policy import load_policy
from panhuo.policy.experts import Experts
from panhuo.warehouse import read_mart, write_made
from pipeline.runs import MonthlyRun

Rows = list[dict[str, Any]]

ASSIGNMENTS, REFUSALS = "fct_expert_assignments", "fct_expert_refusals"


def assign_experts(run: MonthlyRun) -> dict[str, Any]:
    """Choose experts for the patents in need of the run's month, and write both marts into its warehouse."""
    policy = load_policy().experts
    needs, experts, candidates = (
        read_mart(run.warehouse, name).to_pylist()
        for name in ("fct_expert_needs", "dim_experts", "fct_expert_candidates")
    )
    found = assign(
        [Need(x["patent_no"], x["institution_id"], x["need_kind"], x["seat_count"]) for x in needs],
        [Expert(x["expert_id"], x["room_count"], x["recent_assignment_count"]) for x in experts],
        [
            Candidate(x["patent_no"], x["expert_id"], x["employer_group"], x["is_subclass_match"])
            for x in candidates
            if x["conflict_reason"] is None
        ],
        lot=f"{policy.seed.value}|{run.period}",
        precedence=policy.told_choices,
    )
    _write(run, ASSIGNMENTS, _assignments(run, found, needs, experts, candidates, policy))
    _write(run, REFUSALS, _refusals(found, candidates))
    return {
        "patents_in_need": len(needs),
        "seats": sum(need["seat_count"] for need in needs),
        "assignments": len(found.chosen),
    }


def _assignments(
    run: MonthlyRun, found: Assignment, needs: Rows, experts: Rows, candidates: Rows, policy: Experts
) -> Rows:
    by_patent = {row["patent_no"]: row for row in needs}
    by_expert = {row["expert_id"]: row for row in experts}
    by_pair = {(row["patent_no"], row["expert_id"]): row for row in candidates}
    due = run.period.end_date + dt.timedelta(days=policy.answer_days.value)
    seats: dict[str, int] = defaultdict(int)
    rows = []
    for pair in found.chosen:
        need, expert = by_patent[pair.patent_no], by_expert[pair.expert_id]
        seats[pair.patent_no] += 1
        rows.append(
            {
                **by_pair[pair.patent_no, pair.expert_id],
                "employer_id": expert["employer_id"],
                "institution_id": need["institution_id"],
                "field_no": need["field_no"],
                "need_kind": need["need_kind"],
                "seat_no": seats[pair.patent_no],
                "answer_due_on": due,
            }
        )
    return rows


def _refusals(found: Assignment, candidates: Rows) -> Rows:
    seated = {(pair.patent_no, pair.expert_id) for pair in found.chosen}
    rows = []
    for row in candidates:
        pair = row["patent_no"], row["expert_id"]
        if pair not in seated:
            rows.append({**row, "refusal_reason": row["conflict_reason"] or found.refused[pair]})
    return rows


def _write(run: MonthlyRun, name: str, rows: Rows) -> None:
    contract = load_catalogue().contract(name)
    kept = [{column: row[column] for column in contract.column_names} for row in rows]
    write_made(run.warehouse, contract, pa.Table.from_pylist(kept, schema=arrow_schema(contract)))
