"""Rules of the house that no linter knows: sizes of rooms, wall clocks, imports that cost seconds."""

import re
import subprocess
import sys

import pytest

from panhuo.contracts.model import PROJECT_ROOT

PACKAGES = ("panhuo", "pipeline", "ingestion", "expectations", "plugins")
MODULES = sorted(path for package in PACKAGES for path in (PROJECT_ROOT / package).rglob("*.py"))
LIBRARY = [path for path in MODULES if path.relative_to(PROJECT_ROOT).parts[0] in {"panhuo", "expectations"}]
WALL_CLOCK = re.compile(r"\b(datetime\.now|date\.today|datetime\.utcnow|time\.time)\(")


def name(path):
    return path.relative_to(PROJECT_ROOT).as_posix()


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 30


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_module_is_one_room(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "dags").glob("*.py")), ids=name)
def test_dag_file_only_says_when(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


@pytest.mark.parametrize("path", LIBRARY, ids=name)
def test_library_never_reads_the_wall_clock(path):
    assert not WALL_CLOCK.search(path.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("panhuo.lake", {"pandas", "dbt", "great_expectations", "airflow", "requests"}),
        ("panhuo.policy", {"pandas", "dbt", "great_expectations", "airflow", "pyarrow", "duckdb"}),
        ("pipeline.cli", {"pandas", "dbt", "great_expectations", "airflow", "fastapi", "uvicorn"}),
        ("pipeline.monthly", {"dbt", "great_expectations", "airflow", "fastapi"}),
    ],
)
def test_import_stays_quick(module, banned):
    code = f"import sys, {module}; print(*sorted(set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
    assert not banned & set(done.stdout.split())


def test_no_machine_path_and_no_registry_host_is_named():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=PROJECT_ROOT
    ).stdout.split("\0")
    forbidden = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root)/|files\.pythonhosted|pypi\.org/simple")
    this_file = "tests/architecture/test_rooms.py"
    for file in filter(None, tracked):
        path = PROJECT_ROOT / file
        if file == this_file or not path.exists() or path.suffix in {".png", ".xlsx", ".parquet"}:
            continue
        assert not forbidden.search(path.read_text(encoding="utf-8", errors="ignore")), file
