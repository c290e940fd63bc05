"""The ledger of gate results and approvals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from upath import UPath

from panhuo.gates.ledger import (
    Approval,
    ApprovalConflictError,
    read_approval,
    read_approvals,
    read_gate_results,
    write_approval,
    write_gate_results,
)
from panhuo.gates.model import GateResult


def result(check: str, *, run_id: str = "run-1", gate: str = "G1_intake", message: str = "须通过") -> GateResult:
    return GateResult(
        gate=gate,
        check_id=check,
        table="raw_lake.loads",
        period="2024-05",
        run_id=run_id,
        severity="warn",
        outcome="fail",
        observed=0.07,
        threshold=0.05,
        message=message,
        sample=("数据集=entries",),
    )


APPROVAL = Approval(
    run_id="run-1",
    period="2024-05",
    decision="approved",
    approver="张三",
    note="已核实",
    at=dt.datetime(2024, 6, 5, 2, tzinfo=dt.UTC),
)


@pytest.fixture(params=["folder", "object store"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> UPath:
    return UPath(tmp_path / "ledger") if request.param == "folder" else UPath(f"memory://{tmp_path.name}/ledger")


def test_results_are_read_back_as_written(root: UPath) -> None:
    written = [result("G1.a", message="含\u2028行分隔符与换行\n"), result("G1.b")]

    path = write_gate_results(root, "run-1", "G1_intake", written)

    assert str(path).endswith("gate_results/run-1/G1_intake.jsonl")
    assert read_gate_results(root) == written


def test_a_run_is_read_apart_from_others(root: UPath) -> None:
    write_gate_results(root, "run-2", "G1_intake", [result("G1.a", run_id="run-2")])
    write_gate_results(root, "run-1", "G2_models", [result("G2.a", gate="G2_models")])
    write_gate_results(root, "run-1", "G1_intake", [result("G1.a")])

    assert [(r.run_id, r.gate) for r in read_gate_results(root, "run-1")] == [
        ("run-1", "G1_intake"),
        ("run-1", "G2_models"),
    ]
    assert [r.run_id for r in read_gate_results(root)] == ["run-1", "run-1", "run-2"]


def test_a_second_attempt_replaces_the_first(root: UPath) -> None:
    write_gate_results(root, "run-1", "G1_intake", [result("G1.a"), result("G1.b")])
    write_gate_results(root, "run-1", "G1_intake", [result("G1.b")])

    assert [r.check_id for r in read_gate_results(root)] == ["G1.b"]


def test_results_of_another_run_are_refused(root: UPath) -> None:
    with pytest.raises(ValueError, match=r"run-2/G1_intake, not of run-1/G1_intake"):
        write_gate_results(root, "run-1", "G1_intake", [result("G1.a", run_id="run-2")])

    assert read_gate_results(root) == []


def test_an_approval_is_kept(root: UPath) -> None:
    write_approval(root, APPROVAL)

    assert read_approval(root, "run-1") == APPROVAL
    assert read_approvals(root) == [APPROVAL]
    assert read_approval(root, "run-2") is None


def test_the_same_approval_again_keeps_the_first_instant(root: UPath) -> None:
    write_approval(root, APPROVAL)
    write_approval(root, APPROVAL.model_copy(update={"at": APPROVAL.at + dt.timedelta(hours=1)}))

    assert read_approval(root, "run-1") == APPROVAL


def test_a_decision_is_never_rewritten(root: UPath) -> None:
    write_approval(root, APPROVAL)

    with pytest.raises(ApprovalConflictError, match="already approved by 张三"):
        write_approval(root, APPROVAL.model_copy(update={"decision": "rejected"}))
    assert read_approval(root, "run-1") == APPROVAL


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="timezone"):
        Approval.model_validate(APPROVAL.model_dump() | {"at": dt.datetime(2024, 6, 5)})  # noqa: DTZ001
