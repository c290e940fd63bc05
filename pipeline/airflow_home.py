"""An Airflow of one's own: isolated home, metadata and environment, for the demo and for tests.

Airflow is only ever started as another process here; nothing of it is imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from panhuo.contracts.model import PROJECT_ROOT

MIGRATION_LOG = "migrate.log"
RUNS_LOG = "runs.log"
_ENDED = "[DAG TEST] end task task_id="


class AirflowFailedError(RuntimeError):
    """An Airflow process ended badly; the message names its log."""


def airflow_environment(home: Path, *, database_url: str | None = None) -> dict[str, str]:
    """The environment of Airflow processes that share `home`; the caller's AIRFLOW settings do not leak in.

    Metadata are in `home/airflow.db` (SQLite) unless a SQLAlchemy `database_url` is given.
    """
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return inherited | {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database_url or f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def airflow_command(*arguments: str) -> list[str]:
    """The command line of Airflow in this Python environment."""
    return [sys.executable, "-m", "airflow", *arguments]


def migrate(environment: Mapping[str, str]) -> None:
    """Create or upgrade the metadata (idempotent); AirflowFailedError names the log when that fails."""
    home = Path(environment["AIRFLOW_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    log = home / MIGRATION_LOG
    with log.open("wb") as stream:
        done = subprocess.run(
            airflow_command("db", "migrate"),
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        raise AirflowFailedError(f"airflow db migrate ended with {done.returncode}; see {log}")


def run_dag(environment: Mapping[str, str], dag_id: str, confs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Run a DAG once for each configuration, one after the other, in one process and without a server.

    Yields the id of each task that ended, of a mapped task once for each instance. All runs share a process,
    since the first costs ten seconds of imports. AirflowFailedError names the log when a run does not succeed;
    the configurations after it are then not run.
    """
    log = Path(environment["AIRFLOW_HOME"]) / RUNS_LOG
    plugin = Path(environment["AIRFLOW__CORE__PLUGINS_FOLDER"]) / "panhuo_airflow.py"
    runner = [sys.executable, str(plugin), dag_id, *(json.dumps(conf) for conf in confs)]
    with (
        log.open("ab") as stream,
        subprocess.Popen(runner, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            stream.write(line)
            _, mark, rest = line.decode(errors="replace").partition(_ENDED)
            if mark:
                yield rest.split()[0]
    if process.returncode:
        raise AirflowFailedError(f"{dag_id} did not succeed; see {log}")
