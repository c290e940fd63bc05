"""A staged release as a scratch DuckDB file, so that what would leave is judged as it lies on disk."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.bulletin.readback import UNREADABLE, WORKBOOK, read_figures
from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.digests import readback as digests
from panhuo.dispatch.forms import FormSheet, read_form
from panhuo.dispatch.layouts import Layout, load_layouts
from panhuo.dispatch.recipients import load_recipients
from panhuo.libraries import readback as library
from panhuo.libraries.policy import load_library_policy
from panhuo.pushes import readback as pushes
from panhuo.quarterly_report.readback import report_cases, report_figures, report_matters
from panhuo.quarterly_report.telling import told_cells
from panhuo.warehouse import connect

PACKAGES = "packages"
_FIGURE_NAMES = ("recipient_kind", "recipient_code", "document", "grid", "row_code", "measure")
_PLACE = (("recipient_kind", pa.string()), ("recipient_code", pa.string()))
_READERS = (
    ("parquet", "read_parquet", ""),
    (
        "csv",
        "read_csv",
        """, auto_detect = false, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"'""",
    ),
)
"""Suffix, function and options, what is typed first."""
_WORKBOOK_ROWS = pa.schema(
    [
        ("recipient_kind", pa.string()),
        ("recipient_code", pa.string()),
        ("table_name", pa.string()),
        ("entry_no", pa.int64()),
        ("patent_no", pa.string()),
    ]
)


def mount_release(database: Path, release: Path) -> dict[str, list[str]]:
    """Create `database` over a staged release, replacing an earlier file.

    `<mart>` is a view of `marts/<mart>.parquet`. `packages.<dataset>` holds the rows of every
    `packages/<kind>/<code>/<dataset>.parquet`, with the columns recipient_kind and recipient_code before those of
    the files; it is read once, because there are thousands of small files, and by name, so that a column that one
    file alone has or lacks comes to light. A dataset that is given as CSV alone is read from there, all of it as
    texts. What has no file is not there, so that its checks end as errors. `packages.workbook_rows` holds the number
    and the patent of every row of the forms' workbooks, under the table whose rows they hold;
    `packages.bulletin_figures` and `packages.digest_figures` every figure of the bulletins and digests as their
    documents state it, `packages.digest_names` every enterprise that a digest names, `packages.library_rows` and
    `packages.library_counts` the patents and figures of the libraries, `packages.push_rows` the patents in documents of
    enterprises, and none of one that cannot be read. The tables of enterprises are there when nothing is pushed, too.

    Returns the columns of the forms' workbooks by file name relative to the release. Raises duckdb.Error for a file
    that is no Parquet or no CSV, ValueError or CalamineError for one that is no form.
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
            elif contract.table in load_recipients().rule("enterprise").tables:
                _put(connection, contract.table, pa.schema([*_PLACE, *arrow_schema(contract)]).empty_table())
        _put(connection, "bulletin_figures", _bulletin_figures(release / PACKAGES))
        _mount_digests(connection, release / PACKAGES)
        _mount_libraries(connection, release / PACKAGES)
        _put(connection, "push_rows", _push_rows(release / PACKAGES))
        return _mount_forms(connection, release)


def mount_report(database: Path, folder: Path) -> None:
    """Put every figure, case and matter that a quarter's documents state into its warehouse, as tables of `report`.

    A document that is not there or cannot be read has none. `report.told_cells` holds what they hide and yet tell.
    """
    figures = report_figures(folder)
    told = told_cells(database, figures)
    with connect(database) as connection:
        connection.execute("create schema if not exists report")
        stated = {"report_figures": figures, "told_cells": told}
        stated |= {"report_cases": report_cases(folder), "report_matters": report_matters(folder)}
        for name, rows in stated.items():
            connection.register("incoming", rows)
            connection.execute(f"create or replace table report.{name} as from incoming")


def _mount_forms(connection: duckdb.DuckDBPyConnection, release: Path) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    _put(connection, "workbook_rows", _WORKBOOK_ROWS.empty_table())
    for file, layout, form in _forms(release):
        columns[_name(release, file)] = _columns(layout, form)
        numbers, patents = zip(*form.rows, strict=True) if form.rows else ((), ())
        place = ([text] * len(numbers) for text in (file.parent.parent.name, file.parent.name, layout.table))
        connection.register("written", pa.table([*place, list(numbers), list(patents)], schema=_WORKBOOK_ROWS))
        connection.execute(f"insert into {PACKAGES}.workbook_rows from written")
    return columns


def _forms(release: Path) -> Iterator[tuple[Path, Layout, FormSheet]]:
    catalogue = load_catalogue()
    for layout in load_layouts():
        for file in sorted((release / PACKAGES).glob(f"*/*/{layout.file}")):
            yield file, layout, read_form(file, catalogue)


def _columns(layout: Layout, form: FormSheet) -> list[str]:
    """The headings of a form as names of columns; one that no column has stays as it is."""
    names = {member.column.label: member.name for member in load_catalogue().contract(layout.table).columns}
    remarks = {cell.blank for cell in layout.cells}
    anywhere = {column.label: name for name, column in load_catalogue().columns.items()}
    return [names.get(h, anywhere.get(h, h)) for h in form.headings if h not in remarks]


def _bulletin_figures(packages: Path) -> pa.Table:
    schema = pa.schema([*((name, pa.string()) for name in _FIGURE_NAMES), ("figure", pa.float64())])
    rows = []
    for folder in sorted(path.parent for path in packages.glob(f"*/*/{WORKBOOK}")):
        with suppress(*UNREADABLE):
            rows += [(folder.parent.name, folder.name, *astuple(figure)) for figure in read_figures(folder)]
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def _mount_libraries(connection: duckdb.DuckDBPyConnection, packages: Path) -> None:
    texts = [(name, pa.string()) for name in ("document", "patent_no", "tier")]
    figures = [(name, pa.string()) for name in ("document", "field_name", "measure")]
    schemas = {
        "library_rows": pa.schema([*_PLACE, *texts]),
        "library_counts": pa.schema([*_PLACE, *figures, ("figure", pa.float64())]),
    }
    for name, schema in schemas.items():
        _put(connection, name, schema.empty_table())
    for folder in sorted(path.parent for path in packages.glob(f"*/*/{library.WORKBOOK}")):
        with suppress(*library.UNREADABLE):
            rows, counts = library.read_library(folder, load_library_policy(), load_catalogue())
            told = {"library_rows": [astuple(row) for row in rows], "library_counts": [astuple(row) for row in counts]}
            for name, cells in told.items():
                names = schemas[name].names
                placed = [dict(zip(names, (folder.parent.name, folder.name, *row), strict=True)) for row in cells]
                connection.register("written", pa.Table.from_pylist(placed, schema=schemas[name]))
                connection.execute(f"insert into {PACKAGES}.{name} from written")


def _push_rows(packages: Path) -> pa.Table:
    texts = [(name, pa.string()) for name in ("document", "part")]
    schema = pa.schema([*_PLACE, *texts, ("place", pa.int64()), ("patent_no", pa.string()), ("statement", pa.string())])
    rows = []
    for folder in sorted(path.parent for path in packages.glob(f"*/*/{pushes.WORKBOOK}")):
        with suppress(*pushes.UNREADABLE):
            told = pushes.read_pushes(folder, load_catalogue())
            rows += [(folder.parent.name, folder.name, *astuple(row)) for row in told]
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)


def _put(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("written", table)
    connection.execute(f"create table {PACKAGES}.{name} as from written")


def _mount_digests(connection: duckdb.DuckDBPyConnection, packages: Path) -> None:
    """Figures of the digests as their documents state them, and the enterprises they name anywhere."""
    figures, named = [], []
    names = digests.Names(_enterprise_names(connection))
    for folder in sorted(path.parent for path in packages.glob(f"*/*/{digests.WORKBOOK}")):
        place = (folder.parent.name, folder.name)
        with suppress(*digests.UNREADABLE):
            figures += [(*place, *astuple(figure)) for figure in digests.read_figures(folder)]
            named += [(*place, *astuple(name)) for name in digests.read_names(folder, names)]
    schemas = {
        "digest_figures": pa.schema([*((name, pa.string()) for name in _FIGURE_NAMES), ("figure", pa.float64())]),
        "digest_names": pa.schema([(name, pa.string()) for name in (*_FIGURE_NAMES[:-1], "enterprise_name")]),
    }
    for table, rows in (("digest_figures", figures), ("digest_names", named)):
        records = [dict(zip(schemas[table].names, row, strict=True)) for row in rows]
        _put(connection, table, pa.Table.from_pylist(records, schema=schemas[table]))


def _enterprise_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    known = connection.execute("select 1 from duckdb_views() where view_name = 'dim_enterprises'").fetchone()
    rows = connection.execute("select distinct enterprise_name from dim_enterprises").fetchall() if known else []
    return [name for (name,) in rows]


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
