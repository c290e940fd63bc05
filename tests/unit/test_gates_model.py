"""Rules, results and waivers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from panhuo.gates.model import GateResult, GateRun, Rule, Waiver, load_waivers

RUN = GateRun(gate="G1_intake", period="2024-05", run_id="run-1")


def rule(**changes: object) -> Rule:
    body = {
        "check_id": "G1.raw_lake.loads.share",
        "table": "raw_lake.loads",
        "severity": "block",
        "title": "退回行占比不宜过高",
        "mend": "请联系报送单位。",
        "reason": "policy",
        "threshold": 0.2,
    }
    return Rule.model_validate(body | changes)


@pytest.mark.parametrize(
    ("bound", "observed", "outcome"),
    [
        ("at_most", 0.2, "pass"),
        ("at_most", 0.2000001, "fail"),
        ("at_least", 0.2, "pass"),
        ("at_least", 0.1999999, "fail"),
    ],
)
def test_a_bound_belongs_to_what_is_allowed(bound: str, observed: float, outcome: str) -> None:
    assert rule(bound=bound).judge(RUN, observed).outcome == outcome


def test_a_failure_says_what_how_many_and_how_to_mend() -> None:
    result = rule(threshold=0).judge(RUN, 3, rows=3, sample=[f"行={number}" for number in range(30)])

    assert result.message == "退回行占比不宜过高：3 行不符。请联系报送单位。"
    assert result.sample == tuple(f"行={number}" for number in range(10))
    assert (result.check_id, result.period, result.run_id) == ("G1.raw_lake.loads.share", "2024-05", "run-1")


def test_what_passed_names_no_offender() -> None:
    result = rule().judge(RUN, 0.1, sample=["数据集=grants"])

    assert result.sample == ()
    assert result.message == "退回行占比不宜过高"


def test_nothing_to_compare_passes_without_an_observation() -> None:
    result = rule().judge(RUN, None)

    assert (result.outcome, result.observed) == ("pass", None)


def test_an_error_is_not_a_failure() -> None:
    result = rule().error(RUN, "Binder Error: no such column")

    assert result.outcome == "error"
    assert "Binder Error: no such column" in result.message
    assert result.observed is None


def test_a_result_survives_json() -> None:
    result = rule(unit="share").judge(RUN, 0.25, rows=7, sample=["专利号=CN85102475"])

    assert GateResult.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize(
    "change",
    [{"period": "2024-13"}, {"approver": ""}, {"reason": ""}, {"expires": "2024-06-30"}],
    ids=["month", "nobody", "no reason", "unknown key"],
)
def test_an_incomplete_waiver_is_refused(change: dict[str, str]) -> None:
    body = {
        "check_id": "G1.raw_lake.loads.share",
        "period": "2024-05",
        "reason": "已核实",
        "approver": "张三",
        "expires_on": "2024-06-30",
    }
    Waiver.model_validate(body)
    with pytest.raises(ValidationError):
        Waiver.model_validate(body | change)


def test_waivers_are_read_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "waivers.yml"
    path.write_text(
        "waivers:\n- {check_id: G1.a.b, period: 2024-05, reason: 已核实, approver: 张三, expires_on: 2024-06-30}\n",
        encoding="utf-8",
    )

    (waiver,) = load_waivers(path)

    assert waiver.expires_on == dt.date(2024, 6, 30)


def test_the_project_starts_without_waivers() -> None:
    assert load_waivers() == ()
