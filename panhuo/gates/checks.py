"""Checks that SQL over one file cannot make. Pure: each takes what was observed and returns results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

from panhuo.contracts.model import Catalogue, Sensitivity, Strict
from panhuo.gates.model import GateResult, GateRun, Rule, Severity

_GRADES: dict[Sensitivity | None, str] = {
    "public": "公开",
    "internal": "内部",
    "restricted": "受限",
    "blocked": "禁止外传",
    None: "未登记",
}


def no_findings(rule: Rule, run: GateRun, findings: Iterable[str]) -> GateResult:
    """Each finding, worded for people, is one offender: a damaged load, a file unlike its manifest."""
    found = sorted(findings)
    return rule.judge(run, len(found), sample=found)


def columns_graded(
    rule: Rule,
    run: GateRun,
    columns: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
    grades: Mapping[str, Collection[Sensitivity]],
) -> GateResult:
    """No file may hold a column whose grade its recipient may not see.

    `columns` is by file name, `packages/<kind>/<code>/<file>`; `grades` are those that a kind of recipient may see. A
    column that no contract knows counts as unseen, and so does every column of a kind without grades.
    """
    findings = [
        f"{file}：{name}（{_GRADES[grade]}）"
        for file, names in columns.items()
        for name, grade in ((name, _grade(name, catalogue)) for name in names)
        if grade is None or grade not in grades.get(PurePosixPath(file).parts[1], ())
    ]
    return no_findings(rule, run, findings)


def _grade(name: str, catalogue: Catalogue) -> Sensitivity | None:
    return catalogue.columns[name].sensitivity if name in catalogue.columns else None


class DbtTest(Strict):
    """A dbt test as `run_results.json` and the manifest tell of it; `failures` counts rows."""

    name: str
    table: str
    severity: Severity
    status: Literal["pass", "warn", "fail", "error", "skipped"]
    failures: int | None = None
    message: str | None = None
    description: str = ""


def dbt_results(run: GateRun, tests: Iterable[DbtTest]) -> list[GateResult]:
    """Dbt tests as results of the gate, in order of check id.

    A test that dbt skipped, because something before it broke, was not judged: outcome `error`.
    """
    return sorted((_dbt_result(run, test) for test in tests), key=lambda result: result.check_id)


def _dbt_result(run: GateRun, test: DbtTest) -> GateResult:
    rule = Rule(
        check_id=f"{run.gate.partition('_')[0]}.{test.table}.{test.name}",
        table=test.table,
        severity=test.severity,
        title=test.description or f"模型检验 {test.name} 须通过",
        mend="请用 dbt 的 store_failures 或检验语句查看不符的行，改正模型或数据后重跑。",
        reason="A dbt test beside the model.",
    )
    if test.status in ("error", "skipped"):
        return rule.error(run, test.message or "未执行")
    count = 0 if test.status == "pass" else test.failures or 1
    return rule.judge(run, count, rows=count)
