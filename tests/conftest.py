"""Fixtures that any test may use."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data that is never committed; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("PANHUO_SHARED_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set PANHUO_SHARED_DATA to the shared data folder")
    return folder
