"""Checks made in Python."""

from __future__ import annotations

import pytest

from panhuo.contracts.model import load_catalogue
from panhuo.gates.checks import DbtTest, columns_graded, dbt_results, no_findings
from panhuo.gates.model import GateRun, Rule

RUN = GateRun(gate="G3_dispatch", period="2024-05", run_id="run-1")
RULE = Rule(
    check_id="G3.packages.columns_graded",
    table="packages",
    severity="block",
    title="不得含受限字段",
    mend="请去掉。",
    reason="D30",
)


def test_findings_fail_and_are_named() -> None:
    result = no_findings(RULE, RUN, ["b.csv 内容不符", "a.csv 缺少"])

    assert (result.outcome, result.observed) == ("fail", 2)
    assert result.sample == ("a.csv 缺少", "b.csv 内容不符")


def test_no_findings_pass() -> None:
    assert no_findings(RULE, RUN, []).outcome == "pass"


GRADES = {"city": {"public", "internal"}, "bank": {"public"}}


@pytest.mark.parametrize(
    ("kind", "column", "grade"),
    [
        ("city", "contact_phone", "受限"),
        ("city", "improvement_wanted", "受限"),
        ("city", "salary", "未登记"),
        ("bank", "tier", "内部"),
    ],
)
def test_a_closed_or_unknown_column_fails(kind: str, column: str, grade: str) -> None:
    columns = {f"packages/{kind}/3709/dispatch_lines.csv": ["patent_no", column]}

    result = columns_graded(RULE, RUN, columns, load_catalogue(), GRADES)

    assert result.outcome == "fail"
    assert result.sample == (f"packages/{kind}/3709/dispatch_lines.csv：{column}（{grade}）",)


def test_a_kind_that_the_policy_does_not_list_may_see_nothing() -> None:
    columns = {"packages/ministry/1/dispatch_lines.parquet": ["patent_no"]}

    assert columns_graded(RULE, RUN, columns, load_catalogue(), GRADES).outcome == "fail"


def test_open_columns_pass() -> None:
    columns = {"packages/city/3709/dispatch_lines.csv": ["patent_no", "tier"]}

    assert columns_graded(RULE, RUN, columns, load_catalogue(), GRADES).outcome == "pass"


@pytest.mark.parametrize(
    ("status", "failures", "outcome", "observed"),
    [
        ("pass", 0, "pass", 0),
        ("fail", 4, "fail", 4),
        ("warn", 2, "fail", 2),
        ("fail", None, "fail", 1),
        ("error", None, "error", None),
        ("skipped", None, "error", None),
    ],
)
def test_a_dbt_test_becomes_a_result(status: str, failures: int | None, outcome: str, observed: int | None) -> None:
    test = DbtTest.model_validate(
        {
            "name": "unique_patent_no",
            "table": "dim_patents",
            "severity": "warn",
            "status": status,
            "failures": failures,
        }
    )

    (result,) = dbt_results(GateRun(gate="G2_models", period="2024-05", run_id="run-1"), [test])

    assert result.check_id == "G2.dim_patents.unique_patent_no"
    assert (result.severity, result.outcome, result.observed) == ("warn", outcome, observed)
