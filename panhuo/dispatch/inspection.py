"""Packages read back from disk, for the gate that judges them before anything is released."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.recipients import load_recipients


@dataclass(frozen=True)
class PackageFrame:
    """One Parquet table of a package, as the recipient will read it."""

    kind: str
    code: str
    table: str
    rows: pa.Table


@dataclass(frozen=True, order=True)
class ForbiddenColumn:
    """A column that stands in a file though its recipient may not see it."""

    kind: str
    code: str
    file: str
    column: str


def package_frames(out: Path) -> Iterator[PackageFrame]:
    """Every Parquet table below `out/packages`, by kind, code and table, read one at a time."""
    for path in sorted((out / "packages").glob("*/*/*.parquet")):
        yield PackageFrame(path.parent.parent.name, path.parent.name, path.stem, pq.read_table(path))


def forbidden_columns(out: Path) -> list[ForbiddenColumn]:
    """Columns of Parquet and CSV files below `out/packages` whose grade the recipient may not see.

    A column that no contract knows counts as forbidden, and so does every column of a kind that the policy
    does not list.
    """
    columns, policy = load_catalogue().columns, load_recipients()
    allowed: dict[str, set[str]] = {
        rule.kind: {name for name, column in columns.items() if column.sensitivity in rule.sensitivities}
        for rule in policy.recipients
    }
    found = []
    for path in sorted((out / "packages").glob("*/*/*")):
        kind, code = path.parent.parent.name, path.parent.name
        hidden = set(_header(path)) - allowed.get(kind, set())
        found += [ForbiddenColumn(kind, code, path.name, column) for column in sorted(hidden)]
    return found


def _header(path: Path) -> list[str]:
    if path.suffix == ".parquet":
        names: list[str] = pq.read_schema(path).names
        return names
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return next(csv.reader(stream), [])
    return []
