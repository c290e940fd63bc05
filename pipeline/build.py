"""The only place that runs dbt: one in-process build of a run's warehouse, told as rows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.periods import Period

DBT_PROJECT = PROJECT_ROOT / "dbt_project"

RESULTS_FILE = "nodes.json"

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

    def followed_by(self, later: BuildResult) -> BuildResult:
        """Both builds of one warehouse as one."""
        return BuildResult((*self.nodes, *later.nodes), self.seconds + later.seconds)

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
    parse_cache: Path | None = None,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    month_count: int = 3,
    threads: int = 2,
    with_unit_tests: bool = False,
    with_data_tests: bool = True,
) -> BuildResult:
    """Build seeds, models and data tests into `warehouse` (a DuckDB file that holds the raw tables).

    `select` and `exclude` take dbt selectors; all nodes when empty. A test runs when every model
    it reads is selected, or built before on the way to one that is. `month_count` is how many months the build looks
    at, the period included: 3, or 4 for a quarter and its opening. dbt's
    artifacts go to `target_dir`, where `read_results` finds the result again. `parse_cache` is a folder that keeps the
    parsed project for later builds of the same files. A failing test or model is told in the result; BuildError is
    raised only when nothing could run. Models downstream of a failing test are skipped, so a result that is not clean
    has made no release. Raises ValueError for a period before `first_period`.
    """
    if period < first_period:
        raise ValueError(f"period {period} is before the first period {first_period}; give a later period")
    variables = {
        "period": str(period),
        "first_period": str(first_period),
        "as_of": as_of.isoformat(),
        "run_id": run_id,
        "month_count": month_count,
    }
    arguments = [
        *("--vars", json.dumps(variables)),
        *(() if with_unit_tests else ("--exclude-resource-type", "unit_test")),
        *(() if with_data_tests else ("--exclude-resource-type", "test")),
        *(("--select", *select, "--indirect-selection", "buildable") if select else ()),
        *(("--exclude", *exclude) if exclude else ()),
    ]
    target_dir.mkdir(parents=True, exist_ok=True)
    with environment_with({"PANHUO_WAREHOUSE": str(warehouse), "PANHUO_THREADS": str(threads)}):
        manifest = parsed_project(parse_cache, target_dir) if parse_cache else None
        run = _invoke("build", arguments, target_dir, manifest)
    result = BuildResult(tuple(_node_result(row) for row in run.results), float(run.elapsed_time))
    (target_dir / RESULTS_FILE).write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1), encoding="utf-8")
    return result


def read_results(target_dir: Path) -> BuildResult:
    """The result of the last build into `target_dir`; FileNotFoundError when there was none."""
    content = json.loads((target_dir / RESULTS_FILE).read_text(encoding="utf-8"))
    return BuildResult(tuple(NodeResult(**node) for node in content["nodes"]), content["seconds"])


def _node_result(row: Any) -> NodeResult:
    node = row.node
    return NodeResult(
        name=node.name,
        resource_type=str(node.resource_type),
        status=str(row.status),  # type: ignore[arg-type]  # dbt's statuses of runs and tests are the Status literals
        seconds=float(row.execution_time),
        failures=row.failures,
        message=row.message or "",
        table=_table(node),
    )


def _table(node: Any) -> str | None:
    if node.resource_type not in {"test", "unit_test"}:
        return str(node.name)
    about = getattr(node, "attached_node", None) or getattr(node, "model", None)
    return str(about).rsplit(".", 1)[-1] if about else None


@contextmanager
def environment_with(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for the length of the block; settings and profiles.yml read them."""
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


def _invoke(command: str, arguments: Sequence[str], target_dir: Path, manifest: Any = None) -> Any:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    everywhere = [
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target-path", str(target_dir), "--log-path", str(target_dir)),
        *("--log-level", "none", "--log-level-file", "none"),
    ]
    try:
        outcome = dbtRunner(manifest=manifest, callbacks=[_log_event]).invoke([command, *everywhere, *arguments])
    finally:
        # dbt keeps the file open for the life of the process, and nobody else could open it.
        DuckDBConnectionManager.close_all_connections()
    if outcome.exception is not None:
        raise BuildError(f"dbt could not {command}: {outcome.exception}") from outcome.exception
    return outcome.result


_LEVELS = {"error": logging.ERROR, "warn": logging.WARNING}


def _log_event(event: Any) -> None:
    level = _LEVELS.get(str(event.info.level), logging.DEBUG)
    if log.isEnabledFor(level):
        log.log(level, "%s", event.info.msg)


def parsed_project(cache: Path, target_dir: Path) -> Any:
    """The parsed project (dbt's Manifest), from the folder `cache` when its files have not changed since.

    dbt's own partial parse is void as soon as a variable differs, which is every month. No variable of ours bears on
    parsing: they stand in SQL only, which is rendered when a node runs.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

    file = cache / f"{_project_digest()}.msgpack"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        building = file.with_suffix(f".{os.getpid()}")
        building.write_bytes(_invoke("parse", (), target_dir).to_msgpack(extended_mashumaro_encoder))
        os.replace(building, file)
    return Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)


def _project_digest() -> str:
    """SHA-256 over the files of the dbt project, the versions of dbt and its adapter, and the place of the project."""
    from importlib.metadata import version

    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')} {DBT_PROJECT}".encode())
    for folder in ("macros", "models", "seeds", "tests"):
        for path in sorted(path for path in (DBT_PROJECT / folder).rglob("*") if path.is_file()):
            digest.update(path.relative_to(DBT_PROJECT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update((DBT_PROJECT / "dbt_project.yml").read_bytes())
    return digest.hexdigest()
