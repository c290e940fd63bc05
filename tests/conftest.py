"""Fixtures that any test may use."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PARSE_CACHE = "PANHUO_PARSE_CACHE"
KEPT_PARSES = 4


def pytest_configure(config: pytest.Config) -> None:
    """Parse the dbt project once for all workers, data folders and subprocesses: a parse costs 15 seconds."""
    folder = REPOSITORY / ".pytest_cache" / "dbt_parse"
    os.environ.setdefault(PARSE_CACHE, str(folder))
    if not hasattr(config, "workerinput"):
        for parsed in sorted(folder.glob("*.msgpack"), key=lambda path: path.stat().st_mtime)[:-KEPT_PARSES]:
            parsed.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is never committed; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("PANHUO_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set PANHUO_SHARED_DATA to the shared data folder")
    return folder
