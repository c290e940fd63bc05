"""Checks that SQL over one file cannot make. Pure: each takes what was observed and returns results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from panhuo.contracts.model import Catalogue, Sensitivity, Strict
from panhuo.gates.model import GateResult, GateRun, Rule, Severity

_CLOSED: frozenset[Sensitivity] = frozenset({"restricted", "blocked"})


def no_findings(rule: Rule, run: GateRun, findings: Iterable[str]) -> GateResult:
    """Each finding, worded for people, is one offender: a damaged load, a file unlike its manifest."""
    found = sorted(findings)
    return rule.judge(run, len(found), sample=found)


def columns_graded(rule: Rule, run: GateRun, columns: Mapping[str, Sequence[str]], catalogue: Catalogue) -> GateResult:
    """No file may hold a column that is restricted, blocked or unknown; `columns` is by file name."""
    findings = [
        f"{file}：{name}（{_grade(name, catalogue)}）"
        for file, names in columns.items()
        for name in names
        if name not in catalogue.columns or catalogue.columns[name].sensitivity in _CLOSED
    ]
    return no_findings(rule, run, findings)


def _grade(name: str, catalogue: Catalogue) -> str:
    column = catalogue.columns.get(name)
    if column is None:
        return "未登记"
    return "受限" if column.sensitivity == "restricted" else "禁止外传"


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
