"""Fixtures that any test may use."""

import os
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PARSE_CACHE = "PANHUO_PARSE_CACHE"
KEPT_PARSES = 4
FAST = "not slow and not e2e"
SLOW_MODULE = re.compile(r"^pytestmark = pytest\.mark\.slow\b", re.MULTILINE)
FOLDERS = {
    Path(__file__).parent / name: mark
    for name, mark in {"dags": "slow", "dbt": "slow", "gx": "slow", "property": "slow", "e2e": "e2e"}.items()
}
"""Folder → mark of all its tests."""


def pytest_configure(config: pytest.Config) -> None:
    """Parse the dbt project once for all workers, data folders and subprocesses: a parse costs 15 seconds."""
    folder = REPOSITORY / ".pytest_cache" / "dbt_parse"
    os.environ.setdefault(PARSE_CACHE, str(folder))
    if not hasattr(config, "workerinput"):
        for parsed in sorted(folder.glob("*.msgpack"), key=lambda path: path.stat().st_mtime)[:-KEPT_PARSES]:
            parsed.unlink(missing_ok=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The fast tests alone: modules in which every test is slow are not even imported, which would cost seconds."""
    if config.getoption("markexpr") != FAST:
        return None
    is_module = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    is_slow = is_module and SLOW_MODULE.search(collection_path.read_text(encoding="utf-8"))
    return True if is_slow or collection_path in FOLDERS else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in a folder of slow tests."""
    for item in items:
        for folder in item.path.parents:
            if folder in FOLDERS:
                item.add_marker(FOLDERS[folder])


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is never committed; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("PANHUO_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set PANHUO_SHARED_DATA to the shared data folder")
    return folder
