"""The ledger of gates: what every check of every run found, and who approved which run.

`ledger/gate_results/<run_id>/<gate>.jsonl` holds one result a line, `ledger/approvals/<run_id>.json` one
decision. A reader sees a file whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field
from upath import UPath

from panhuo.contracts.model import Strict
from panhuo.gates.model import GateResult
from panhuo.lake import put_bytes


class Approval(Strict):
    """A person's (or the policy's) answer to a month that needs approval; `at` is an aware instant."""

    run_id: str = Field(min_length=1)
    period: str
    decision: Literal["approved", "rejected"]
    approver: str = Field(min_length=1)
    note: str
    at: AwareDatetime


class ApprovalConflictError(ValueError):
    """A run that already has a decision was given another one."""


def write_gate_results(root: UPath | Path, run_id: str, gate: str, results: Iterable[GateResult]) -> UPath:
    """Write the results of one gate in one run below `root`, the ledger; those of an earlier attempt go.

    Raises ValueError when a result belongs to another run or gate.
    """
    lines = []
    for result in results:
        if (result.run_id, result.gate) != (run_id, gate):
            raise ValueError(f"{result.check_id} is of {result.run_id}/{result.gate}, not of {run_id}/{gate}")
        lines.append(result.model_dump_json() + "\n")
    path = _gate_results(root) / run_id / f"{gate}.jsonl"
    put_bytes(path, "".join(lines).encode())
    return path


def read_gate_results(root: UPath | Path, run_id: str | None = None) -> list[GateResult]:
    """Read the results of one run, or of all runs, in order of run, gate and line."""
    files = sorted(_gate_results(root).glob(f"{run_id or '*'}/*.jsonl"), key=str)
    return [
        GateResult.model_validate_json(line)
        for file in files
        for line in file.read_bytes().splitlines()  # a text would also split at U+2028 inside a value
    ]


def write_approval(root: UPath | Path, approval: Approval) -> UPath:
    """Record a decision; recording the same one again changes nothing.

    Raises ApprovalConflictError when the run already has another decision, approver or note.
    """
    path = _approvals(root) / f"{approval.run_id}.json"
    if path.exists():
        known = Approval.model_validate_json(path.read_text(encoding="utf-8"))
        if known.model_copy(update={"at": approval.at}) != approval:
            raise ApprovalConflictError(
                f"{path}: run {approval.run_id} was already {known.decision} by {known.approver}; "
                "a decision is never rewritten, start a new run"
            )
        return path
    put_bytes(path, (approval.model_dump_json(indent=2) + "\n").encode())
    return path


def read_approval(root: UPath | Path, run_id: str) -> Approval | None:
    """The decision on a run, or None while there is none."""
    path = _approvals(root) / f"{run_id}.json"
    return Approval.model_validate_json(path.read_text(encoding="utf-8")) if path.exists() else None


def read_approvals(root: UPath | Path) -> list[Approval]:
    """Every decision, in order of run."""
    files = sorted(_approvals(root).glob("*.json"), key=str)
    return [Approval.model_validate_json(file.read_text(encoding="utf-8")) for file in files]


def _gate_results(root: UPath | Path) -> UPath:
    return UPath(root) / "gate_results"


def _approvals(root: UPath | Path) -> UPath:
    return UPath(root) / "approvals"
