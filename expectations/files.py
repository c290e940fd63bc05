"""A staged release as a scratch DuckDB file, so that what would leave is judged as it lies on disk."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from panhuo.contracts.model import load_catalogue
from panhuo.warehouse import connect

PACKAGES = "packages"
_READERS = (
    ("parquet", "read_parquet", ""),
    (
        "csv",
        "read_csv",
        """, auto_detect = false, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"'""",
    ),
)
"""Suffix, function and options, what is typed first."""


def mount_release(database: Path, release: Path) -> None:
    """Create `database` over a staged release, replacing an earlier file.

    `<mart>` is a view of `marts/<mart>.parquet`. `packages.<dataset>` holds the rows of every
    `packages/<kind>/<code>/<dataset>.parquet`, with the columns recipient_kind and recipient_code before those of
    the files; it is read once, because there are thousands of small files, and by name, so that a column that one
    file alone has or lacks comes to light. A dataset that is given as CSV alone is read from there, all of it as
    texts. What has no file is not there, so that its checks end as errors. Raises duckdb.Error for a file that is
    no Parquet or no CSV.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    database.unlink(missing_ok=True)
    with connect(database) as connection:
        for file in sorted((release / "marts").glob("*.parquet")):
            connection.execute(f"create view {file.stem} as select * from read_parquet({_list([file])})")
        connection.execute(f"create schema {PACKAGES}")
        for contract in load_catalogue().layer("published"):
            rows = _package_rows(release / PACKAGES, contract.table)
            if rows:
                connection.execute(f"create table {PACKAGES}.{contract.table} as {rows}")


def package_columns(release: Path) -> dict[str, list[str]]:
    """Columns of every Parquet and CSV file of the packages, by file name relative to the release."""
    folder = release / PACKAGES
    columns = {_name(release, file): pq.read_schema(file).names for file in sorted(folder.rglob("*.parquet"))}
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8-sig", newline="") as stream:
            columns[_name(release, file)] = next(csv.reader(stream), [])
    return columns


def _name(release: Path, file: Path) -> str:
    return file.relative_to(release).as_posix()


def _package_rows(packages: Path, dataset: str) -> str | None:
    for suffix, reader, options in _READERS:
        files = sorted(packages.glob(f"*/*/{dataset}.{suffix}"))
        if files:
            return (
                "select parse_path(filename)[-3] as recipient_kind, parse_path(filename)[-2] as recipient_code, "
                f"* exclude (filename) from {reader}({_list(files)}, filename = true, union_by_name = true{options})"
            )
    return None


def _list(files: Sequence[Path]) -> str:
    return "[" + ", ".join("'" + str(file.resolve()).replace("'", "''") + "'" for file in files) + "]"
