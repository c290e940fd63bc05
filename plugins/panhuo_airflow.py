"""Airflow-only glue: run context → clocks, step → task, verdict → state, answer → decision, report pages.

Nothing here decides anything about patents. Every Airflow process and every parsing of a DAG file loads this
module: our own packages and the web server's are imported inside functions.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import logging
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi import FastAPI

    from panhuo.lake import Version
    from panhuo.periods import Period, Quarter
    from pipeline.new_grants import NewGrants

log = logging.getLogger(__name__)

MONTHS, QUARTERS = "monthly_dispatch", "quarterly_statistics"
REPORTS = "/gate-reports"
PULL_RETRIES = {"retries": 4, "retry_delay": dt.timedelta(minutes=1), "retry_exponential_backoff": 2}
"""A platform that does not answer is asked again over a quarter of an hour."""
REPORT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A report quotes what senders wrote: the browser runs nothing from it and loads nothing for it."""


def run_clocks(context: dict[str, Any]) -> tuple[Period, dt.datetime]:
    """The month that a DAG run speaks for, and the instant up to which data count: `conf["as_of"]`, else now.

    Raises PeriodError when the run names no month, or its `as_of` is no instant.
    """
    from ingestion.clock import now
    from panhuo.periods import parse_instant, resolve_period

    dag_run = context["dag_run"]
    conf = dag_run.conf or {}
    period = resolve_period(dag_run.partition_key, conf, dag_run.logical_date)
    return period, parse_instant(conf["as_of"]) if conf.get("as_of") else now()


def quarter_clocks(context: dict[str, Any]) -> tuple[Quarter, dt.datetime]:
    """The quarter that a DAG run speaks for, and the instant up to which data count: as for a month.

    Raises PeriodError when the run names no quarter, or its `as_of` is no instant.
    """
    from ingestion.clock import now
    from panhuo.periods import parse_instant, resolve_quarter

    dag_run = context["dag_run"]
    conf = dag_run.conf or {}
    quarter = resolve_quarter(dag_run.partition_key, conf, dag_run.logical_date)
    return quarter, parse_instant(conf["as_of"]) if conf.get("as_of") else now()


def call_step(name: str, month_run: str, *args: Any, steps: str = "monthly") -> Any:
    """Call the function `name` of `pipeline.monthly`, or of another module of steps, with the run of that id."""
    from importlib import import_module

    module = import_module(f"pipeline.{steps}")
    return getattr(module, name)(module.open_run(month_run), *args)


def step(name: str, *, steps: str = "monthly", consequence: str = "本月不发布") -> Any:
    """A task that calls the function of the module of steps whose name it bears; one that judges is a gate."""
    if name.startswith("judge_"):
        return gate(name, steps=steps, consequence=consequence)

    @task(task_id=name)
    def call(month_run: str) -> Any:
        return call_step(name, month_run, steps=steps)

    return call


def gate(name: str, *, steps: str = "monthly", consequence: str = "本月不发布") -> Any:
    """A step that fails, and with it the run, on the verdict `fail`; what it found goes to the task's log."""

    @task(task_id=name)
    def judge(month_run: str) -> str:
        verdict: str = call_step(name, month_run, steps=steps)
        _log_findings(name.removeprefix("judge"), month_run)
        if verdict == "fail":
            raise AirflowFailException(f"{name} 未通过,{consequence};质检报告:{REPORTS}/runs/{month_run}")
        return verdict

    return judge


def _log_findings(gate_suffix: str, month_run: str) -> None:
    from panhuo.gates.ledger import read_gate_results
    from pipeline.runs import open_lake

    ledger = read_gate_results(open_lake().root / "ledger", month_run)
    results = [result for result in ledger if result.gate.endswith(gate_suffix)]
    findings = [result for result in results if result.outcome != "pass"]
    log.info("%d checks, %d of them not passed", len(results), len(findings))
    for result in findings:
        log.warning("%s %s %s: %s", result.severity, result.outcome, result.check_id, result.message)


def decision_of(month_run: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Who let the month pass, with what word and why: (approver, decision, note).

    Raises AirflowFailException when a person must decide and none did: an approval task that was marked as
    success by hand has no answer, and publishes nothing.
    """
    if not call_step("approval_needed", month_run):
        return "policy", "approve", "按策略自动批准"
    answer = context["ti"].xcom_pull(task_ids="approve_dispatch")
    if not answer:
        raise AirflowFailException("approve_dispatch 没有审批人的答复:请清除该任务,由审批人批准或驳回")
    return _read_answer(answer, "approve")


def record_rejection(context: dict[str, Any]) -> None:
    """Failure callback of the approval task: who rejected the month, and why, goes to the ledger too."""
    answer = context["task"].hitl_summary
    if answer.get("approved") is False:
        month_run = context["ti"].xcom_pull(task_ids="start_run")
        call_step("record_approval", month_run, *_read_answer(answer, "reject"))


def _read_answer(answer: dict[str, Any], decision: str) -> tuple[str, str, str]:
    user = answer["responded_by_user"]
    approver = user["id"] if user["id"] == user["name"] else f"{user['name']} ({user['id']})"
    return approver, decision, answer["params_input"].get("note", "")


def log_account(account: NewGrants) -> dict[str, Any]:
    """Write what became of a drop to the task's log as a person reads it; the account as JSON values."""
    from rich.console import Console

    from pipeline.new_grants_page import conclusion, tables_of

    console = Console(width=200, record=True, quiet=True)
    for part in (*tables_of(account), *(conclusion(account) if account.periods else ())):
        console.print(part, markup=False)
    log.info("%s", console.export_text())
    return account.to_json()


@functools.cache
def report_pages() -> FastAPI:
    """Pages for whoever is signed in: what is published, the gate report of a version or a run, a quarter's report."""
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi import Depends, FastAPI
    from fastapi.responses import HTMLResponse

    pages = FastAPI(title="质检报告", openapi_url=None, dependencies=[Depends(get_user)])
    pages.get("/", response_class=HTMLResponse)(list_published)
    pages.get("/runs/{month_run}", response_class=HTMLResponse)(show_run)
    pages.get("/{spoken_for}/{number}", response_class=HTMLResponse)(show_version)
    pages.get("/{quarter}/{number}/report", response_class=HTMLResponse)(show_quarter)
    return pages


def list_published() -> str:
    """Links to the gate reports of everything published, and to the reports of quarters, the newest first."""
    parts = []
    for title, product in (("已发布的季度", QUARTERS), ("已发布的月份", MONTHS)):
        rows = [f"<li>{_links(version)}</li>" for version in _versions(product)]
        parts.append(f"<h1>{title}</h1><ul>{''.join(rows)}</ul>")
    return f'<!doctype html><html lang="zh"><title>质检报告</title>{"".join(parts)}'


def _links(version: Version) -> str:
    path = f"{REPORTS}/{_spoken_for(version)}/{version.number}"
    gates = f'<a href="{path}">{_spoken_for(version)} 第 {version.number} 版</a>'
    return f'{gates} <a href="{path}/report">季度报告</a>' if version.product == QUARTERS else gates


def show_run(month_run: str) -> Any:
    """The gate report of a run, as far as it has come: what the approver reads before deciding."""
    from pipeline.runs import UnknownRunError, open_run

    try:
        return _serve(open_run(month_run).report)
    except UnknownRunError:
        return _serve(None)


def show_version(spoken_for: str, number: int) -> Any:
    """The gate report that was published with a version of a month or of a quarter."""
    return _serve_published((MONTHS, QUARTERS), spoken_for, number, "gate_report.html")


def show_quarter(quarter: str, number: int) -> Any:
    """The page of the report that was published with a version of a quarter."""
    return _serve_published((QUARTERS,), quarter, number, "report/report.html")


def _serve_published(products: tuple[str, ...], spoken_for: str, number: int, name: str) -> Any:
    """A file of the version that was asked for, found among those published: no path is made of what was asked."""
    versions = (version for product in products for version in _versions(product))
    found = [x.path / name for x in versions if (_spoken_for(x), x.number) == (spoken_for, number)]
    return _serve(found[0] if found else None)


def _versions(product: str) -> list[Version]:
    from pipeline.runs import open_lake

    lake = open_lake()
    months = reversed(lake.published_periods(product))
    return [version for month in months for version in reversed(lake.versions(product, month))]


def _spoken_for(version: Version) -> str:
    """The month or the quarter that a version speaks for; that of a quarter bears its last month."""
    return str(version.period.quarter if version.product == QUARTERS else version.period)


def _serve(report: Path | None) -> Any:
    from fastapi import HTTPException
    from fastapi.responses import HTMLResponse

    if report is None or not report.is_file():
        raise HTTPException(404, "没有这份报告")
    return HTMLResponse(report.read_text(encoding="utf-8"), headers={"Content-Security-Policy": REPORT_POLICY})


async def serve_reports(scope: Any, receive: Any, send: Any) -> None:
    """ASGI entry of the pages, so that only the process that serves them imports a web server."""
    await report_pages()(scope, receive, send)


class PanhuoPlugin(AirflowPlugin):
    """What the API server mounts and shows in its menu."""

    name = "panhuo"
    fastapi_apps: ClassVar = [{"name": "gate_reports", "app": serve_reports, "url_prefix": REPORTS}]
    external_views: ClassVar = [{"name": "质检报告", "href": f"{REPORTS}/", "destination": "nav", "category": "browse"}]


def run_in_process(dag_id: str, confs: list[dict[str, Any]]) -> int:
    """Run a DAG once for each configuration without a server; 1 as soon as one does not succeed, else 0."""
    from airflow.dag_processing.dagbag import DagBag

    dag = DagBag().dags[dag_id]
    return 0 if all(dag.test(run_conf=conf).state == "success" for conf in confs) else 1


if __name__ == "__main__":
    sys.exit(run_in_process(sys.argv[1], [json.loads(conf) for conf in sys.argv[2:]]))
