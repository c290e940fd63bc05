"""The only place that runs dbt: one in-process build of a run's warehouse, told as rows."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.periods import Period

DBT_PROJECT = PROJECT_ROOT / "dbt_project"

Status = Literal["success", "pass", "warn", "fail", "error", "skipped"]

log = logging.getLogger(__name__)


class BuildError(RuntimeError):
    """The project could not be built at all: it does not parse, or the warehouse cannot be opened."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one seed, model or test."""

    name: str
    resource_type: str
    status: Status
    seconds: float
    failures: int | None
    """Rows that a test returned; None where nothing was counted."""
    message: str
    table: str | None
    """Table that the node makes, or that a test is about; None for a test over several."""


@dataclass(frozen=True)
class BuildResult:
    """Every node of a build in the order in which it finished."""

    nodes: tuple[NodeResult, ...]
    seconds: float

    @property
    def is_clean(self) -> bool:
        """True when nothing failed, errored or was skipped; warnings are allowed."""
        return not self.problems

    @property
    def problems(self) -> tuple[NodeResult, ...]:
        """Nodes that failed, errored or were skipped because of one that did."""
        return tuple(node for node in self.nodes if node.status in {"fail", "error", "skipped"})

    @property
    def warnings(self) -> tuple[NodeResult, ...]:
        """Tests of severity warn that found something."""
        return tuple(node for node in self.nodes if node.status == "warn")

    @property
    def tests(self) -> tuple[NodeResult, ...]:
        """Data tests and unit tests."""
        return tuple(node for node in self.nodes if node.resource_type in {"test", "unit_test"})


def build(
    warehouse: Path,
    *,
    period: Period,
    as_of: dt.datetime,
    run_id: str,
    first_period: Period,
    target_dir: Path,
    select: Sequence[str] = (),
    threads: int = 2,
    with_unit_tests: bool = False,
) -> BuildResult:
    """Build seeds, models and data tests into `warehouse` (a DuckDB file that holds the raw tables).

    `select` takes dbt selectors; all nodes when empty. dbt's artifacts and log go to `target_dir`. A failing test or
    model is told in the result; BuildError is raised only when nothing could run. Models downstream of a failing
    test are skipped, so a result that is not clean has made no release. Raises ValueError for a period before
    `first_period`.
    """
    if period < first_period:
        raise ValueError(f"period {period} is before the first period {first_period}; give a later period")
    variables = {
        "period": str(period),
        "first_period": str(first_period),
        "as_of": as_of.isoformat(),
        "run_id": run_id,
    }
    arguments = [
        "build",
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(target_dir), "--log-path", str(target_dir / "logs")),
        *("--vars", json.dumps(variables)),
        *("--log-level", "none", "--log-level-file", "info"),
        *(() if with_unit_tests else ("--exclude-resource-type", "unit_test")),
        *(("--select", *select) if select else ()),
    ]
    with _environment({"PANHUO_WAREHOUSE": str(warehouse), "PANHUO_THREADS": str(threads)}):
        _invoke(arguments)
    return read_results(target_dir)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the length of the block; profiles.yml reads them."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _invoke(arguments: list[str]) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    try:
        result = dbtRunner(callbacks=[_log_event]).invoke(arguments)
    finally:
        # dbt keeps the file open for the life of the process, and nobody else could open it.
        DuckDBConnectionManager.close_all_connections()
    if result.exception is not None:
        raise BuildError(f"dbt could not run: {result.exception}") from result.exception


def _log_event(event: Any) -> None:
    level = {"error": logging.ERROR, "warn": logging.WARNING}.get(str(event.info.level), logging.DEBUG)
    log.log(level, "%s", event.info.msg)


def read_results(target_dir: Path) -> BuildResult:
    """Read dbt's `run_results.json` and `manifest.json` of a build."""
    run = json.loads((target_dir / "run_results.json").read_text(encoding="utf-8"))
    manifest = json.loads((target_dir / "manifest.json").read_text(encoding="utf-8"))
    known = {**manifest["nodes"], **manifest["unit_tests"]}
    nodes = tuple(_node_result(row, known[row["unique_id"]]) for row in run["results"])
    return BuildResult(nodes, float(run["elapsed_time"]))


def _node_result(row: dict[str, Any], node: dict[str, Any]) -> NodeResult:
    return NodeResult(
        name=node["name"],
        resource_type=node["resource_type"],
        status=row["status"],
        seconds=float(row["execution_time"]),
        failures=row["failures"],
        message=row["message"] or "",
        table=_table(node),
    )


def _table(node: dict[str, Any]) -> str | None:
    if node["resource_type"] not in {"test", "unit_test"}:
        return str(node["name"])
    attached = node.get("attached_node") or node.get("model")
    return str(attached).rsplit(".", 1)[-1] if attached else None
