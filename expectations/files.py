"""Release files at rest as views of a scratch DuckDB file, so that they are judged where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from expectations.suites import DUCKDB_TYPES
from panhuo.contracts.model import Contract, load_catalogue
from panhuo.warehouse import connect

PACKAGES = "packages"
PACKAGES_CSV = "packages_csv"


def mount_release(database: Path, release: Path) -> None:
    """Create `database` with views over a staged release, replacing an earlier file.

    `<mart>` over `marts/<mart>.parquet`; `packages.<dataset>` and `packages_csv.<dataset>` over
    `packages/<kind>/<code>/<dataset>.{parquet,csv}`, with the columns recipient_kind and recipient_code before those
    of the files. A data set without any file has no view, so that its checks end as errors.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    database.unlink(missing_ok=True)
    views = dict(_mart_views(release))
    for contract in load_catalogue().layer("published"):
        views |= _package_views(release, contract)
    with connect(database) as connection:
        for schema in (PACKAGES, PACKAGES_CSV):
            connection.execute(f"create schema {schema}")
        for name, statement in views.items():
            connection.execute(f"create view {name} as {statement}")


def _mart_views(release: Path) -> Mapping[str, str]:
    return {
        file.stem: f"select * from read_parquet({_list([file])})"
        for file in sorted((release / "marts").glob("*.parquet"))
    }


def _package_views(release: Path, contract: Contract) -> Mapping[str, str]:
    views = {}
    parquet = sorted((release / "packages").glob(f"*/*/{contract.table}.parquet"))
    if parquet:
        views[f"{PACKAGES}.{contract.table}"] = _with_recipient(f"read_parquet({_list(parquet)}, filename = true)")
    csv = sorted((release / "packages").glob(f"*/*/{contract.table}.csv"))
    if csv:
        types = ", ".join(f"'{c.name}': '{DUCKDB_TYPES[c.column.type]}'" for c in contract.columns)
        read = f"read_csv({_list(csv)}, filename = true, header = true, columns = {{{types}}})"
        views[f"{PACKAGES_CSV}.{contract.table}"] = _with_recipient(read)
    return views


def _with_recipient(read: str) -> str:
    return (
        "select parse_path(filename)[-3] as recipient_kind, parse_path(filename)[-2] as recipient_code, "
        f"* exclude (filename) from {read}"
    )


def _list(files: Sequence[Path]) -> str:
    return "[" + ", ".join("'" + str(file.resolve()).replace("'", "''") + "'" for file in files) + "]"
