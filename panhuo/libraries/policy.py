"""How a library is laid out: `policy/libraries.yml`, held against the contract of its rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_catalogue, load_yaml


class Overview(Strict):
    """The sheet that counts."""

    sheet: str = Field(min_length=1, max_length=31)
    title: str
    notes: tuple[str, ...]


class PageRows(Strict):
    """How many patents a page lists at most, and why."""

    value: int = Field(ge=1)
    reason: str


class PageColumns(Strict):
    """Columns of a line of the page."""

    filters: tuple[str, ...] = Field(min_length=1)
    searched: tuple[str, ...] = Field(min_length=1)
    shown: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them in order."""
        return (*self.searched, *self.filters, *self.shown)


class LibraryPolicy(Strict):
    """`policy/libraries.yml`."""

    title: str
    overview: Overview
    unfiled: str
    columns: tuple[str, ...] = Field(min_length=1)
    page_rows: PageRows
    page: PageColumns


@cache
def load_library_policy(path: Path = PROJECT_ROOT / "policy" / "libraries.yml") -> LibraryPolicy:
    """Read the policy.

    Raises ValueError (pydantic's included), naming the file, for an unknown key, a column that dispatch lines lack, one
    that is listed twice, or lists without number and tier of a patent.
    """
    policy = LibraryPolicy(**load_yaml(path))
    known = set(load_catalogue().contract("dispatch_lines").column_names)
    for name, columns in (("columns", policy.columns), ("page", policy.page.names)):
        unknown, missing = sorted(set(columns) - known), sorted({"patent_no", "tier"} - set(columns))
        if unknown or missing or len(set(columns)) != len(columns):
            raise ValueError(
                f"{path}: {name} must be distinct columns of dispatch_lines and hold patent_no and tier; "
                f"unknown {unknown}, missing {missing}"
            )
    return policy
