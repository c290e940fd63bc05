"""A staged release is judged as it lies on disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from expectations.files import mount_release, package_columns
from panhuo.bulletin.edition import lay_out
from panhuo.bulletin.page import render_page
from panhuo.bulletin.workbook import write_bulletin
from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.dispatch.forms import FIRST_ROW, LABEL_ROW
from panhuo.dispatch.packages import build_packages
from panhuo.dispatch.writers import write_csv
from panhuo.periods import Period
from tests.fixtures.bulletins import city, context
from tests.fixtures.dispatch_marts import enterprise, line, push, screened, write_warehouse

Row = dict[str, Any]


@pytest.fixture
def release(tmp_path: Path, good_row: Callable[..., Row]) -> Path:
    folder = tmp_path / "it's a release"
    schemas = {name: arrow_schema(load_catalogue().contract(name)) for name in ("fct_dispatch_lines", "dispatch_lines")}

    def write(path: Path, contract: str, *rows: Row) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(list(rows), schema=schemas[contract])
        pq.write_table(table, path)
        if contract == "dispatch_lines":
            pa.csv.write_csv(table, path.with_suffix(".csv"))

    line = good_row("dispatch_lines")
    write(folder / "marts" / "fct_dispatch_lines.parquet", "fct_dispatch_lines", good_row("fct_dispatch_lines"))
    write(folder / "packages" / "city" / "3709" / "dispatch_lines.parquet", "dispatch_lines", line, line)
    write(folder / "packages" / "institution" / "U1" / "dispatch_lines.parquet", "dispatch_lines", line)
    write(folder / "packages" / "institution" / "U2" / "dispatch_lines.parquet", "dispatch_lines")
    return folder


def test_marts_and_packages_become_tables(release: Path, tmp_path: Path) -> None:
    database = tmp_path / "scratch" / "release.duckdb"

    mount_release(database, release)
    mount_release(database, release)

    with duckdb.connect(str(database), read_only=True) as connection:
        recipients = connection.execute(
            "select recipient_kind, recipient_code, count(*) from packages.dispatch_lines group by all order by all"
        ).fetchall()
        columns = [row[0] for row in connection.execute("describe packages.dispatch_lines").fetchall()]
        marts = connection.execute("select count(*) from fct_dispatch_lines").fetchone()
    assert recipients == [("city", "3709", 2), ("institution", "U1", 1)]
    assert columns == ["recipient_kind", "recipient_code", *load_catalogue().contract("dispatch_lines").column_names]
    assert marts == (1,)


def test_a_column_that_one_file_alone_has_or_lacks_comes_to_light(release: Path, tmp_path: Path) -> None:
    odd = pa.table({"patent_no": ["CN85102475"], "contact_phone": ["sm3:ab"]})
    pq.write_table(odd, release / "packages" / "institution" / "U2" / "dispatch_lines.parquet")
    database = tmp_path / "release.duckdb"

    mount_release(database, release)

    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select recipient_code, tier, contact_phone from packages.dispatch_lines where patent_no = 'CN85102475'"
        ).fetchall()
    assert found == [("U2", None, "sm3:ab")]


def test_what_is_given_as_csv_alone_is_read_as_texts(release: Path, tmp_path: Path) -> None:
    changes = release / "packages" / "institution" / "U1" / "changes.csv"
    rows = pa.table({"patent_no": ["85102475"], "change_reason": ['一"行"\n两行,'], "old_value": [""]})
    write_csv(changes, rows)
    write_csv(changes.parents[1] / "U2" / "changes.csv", rows.slice(0, 0))
    database = tmp_path / "release.duckdb"

    mount_release(database, release)

    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select recipient_kind, recipient_code, patent_no, change_reason, old_value from packages.changes"
        ).fetchall()
    assert found == [("institution", "U1", "85102475", '一"行"\n两行,', None)]


def test_a_damaged_file_is_refused(release: Path, tmp_path: Path) -> None:
    (release / "packages" / "city" / "3709" / "dispatch_lines.parquet").write_bytes(b"PAR1")

    with pytest.raises(duckdb.Error, match=r"dispatch_lines\.parquet"):
        mount_release(tmp_path / "release.duckdb", release)


def test_the_columns_of_every_table_file_are_told(release: Path) -> None:
    (release / "packages" / "city" / "3709" / "changes.csv").write_bytes(b'\xef\xbb\xbf"patent_no","contact_phone"\n')
    (release / "packages" / "city" / "3709" / "manifest.json").write_bytes(b"{}")

    columns = package_columns(release)

    names = list(load_catalogue().contract("dispatch_lines").column_names)
    assert columns["packages/city/3709/changes.csv"] == ["patent_no", "contact_phone"]
    assert columns["packages/city/3709/dispatch_lines.csv"] == names
    assert columns["packages/institution/U2/dispatch_lines.parquet"] == names
    assert len(columns) == 7


def test_forms_are_read_from_their_workbooks_with_whatever_columns_stand_there(tmp_path: Path) -> None:
    lines = [line(f"CN20151000000{number}.1", "U-ANHUI") for number in range(2)]
    screening = [screened(row["patent_no"], row["institution_id"]) for row in lines]
    warehouse = write_warehouse(tmp_path / "w.duckdb", lines=lines, screening=screening)
    identity = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), "rules-1", "code-1")
    build_packages(warehouse, tmp_path, period=Period(2024, 5), identity=identity)
    ledger = tmp_path / "packages" / "city" / "3401" / "ledger.xlsx"
    book = openpyxl.load_workbook(ledger)
    sheet = book["台账"]
    sheet.cell(LABEL_ROW + 1, sheet.max_column + 1, "联系电话")
    sheet.cell(LABEL_ROW + 1, sheet.max_column + 1, "没有登记的列")
    sheet.cell(FIRST_ROW + 2, 2, "CN85102475")
    book.save(ledger)
    database = tmp_path / "release.duckdb"

    columns = mount_release(database, tmp_path)

    assert columns["packages/city/3401/ledger.xlsx"][-2:] == ["contact_phone", "没有登记的列"]
    assert columns["packages/institution/U-ANHUI/form2.xlsx"][:3] == ["field_name", "patent_no", "title"]
    assert len(columns) == 5
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, entry_no, patent_no from packages.workbook_rows "
            "where recipient_kind = 'city' order by all"
        ).fetchall()
    assert rows == [
        ("city_ledger_entries", 1, "CN201510000000.1"),
        ("city_ledger_entries", 2, "CN85102475"),
        ("form2_entries", 1, "CN201510000000.1"),
        ("form2_entries", 2, "CN201510000001.1"),
    ]


def test_figures_of_bulletins_are_read_and_a_damaged_one_has_none(release: Path, tmp_path: Path) -> None:
    edition = lay_out(city(), context())
    for code in ("3401", "3402"):
        folder = release / "packages" / "city" / code
        folder.mkdir()
        (folder / "bulletin.html").write_text(render_page(edition), encoding="utf-8")
        write_bulletin(folder / "bulletin.xlsx", edition)
    (release / "packages" / "city" / "3402" / "bulletin.xlsx").write_bytes(b"PK damaged")
    database = tmp_path / "release.duckdb"

    mount_release(database, release)

    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select recipient_code, document, figure from packages.bulletin_figures"
            " where grid = 'headline' and measure = 'stock_patent_count' order by all"
        ).fetchall()
    assert found == [("3401", "bulletin.html", 10.0), ("3401", "bulletin.xlsx", 10.0)]


def test_pushes_are_read_from_the_documents_of_enterprises(tmp_path: Path) -> None:
    sound, damaged = "91340100MA2ABCDE0T", "91370900163058822K"
    warehouse = write_warehouse(
        tmp_path / "w.duckdb",
        lines=[],
        screening=[],
        pushes=[push("CN201510000001.1", code, 1) for code in (sound, damaged)],
        enterprises=[enterprise(code, "甲公司") for code in (sound, damaged)],
    )
    identity = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), "rules-1", "code-1")
    build_packages(warehouse, tmp_path, period=Period(2024, 5), identity=identity)
    (tmp_path / "packages" / "enterprise" / damaged / "pushes.xlsx").write_bytes(b"PK")
    database = tmp_path / "release.duckdb"

    mount_release(database, tmp_path)

    with duckdb.connect(str(database), read_only=True) as connection:
        packed = connection.execute("select recipient_code, patent_no from packages.pushes order by all").fetchall()
        told = connection.execute(
            "select recipient_code, document, part from packages.push_rows order by all"
        ).fetchall()
    assert packed == [(sound, "CN201510000001.1"), (damaged, "CN201510000001.1")]
    assert told == [
        (sound, "pushes.html", "offers"), (sound, "pushes.xlsx", "form"), (sound, "pushes.xlsx", "offers")
    ]  # fmt: skip


def test_a_month_that_pushes_nothing_has_empty_tables_of_pushes(release: Path, tmp_path: Path) -> None:
    database = tmp_path / "release.duckdb"

    mount_release(database, release)

    with duckdb.connect(str(database), read_only=True) as connection:
        for table in ("pushes", "recalls"):
            names = [row[0] for row in connection.execute(f"describe packages.{table}").fetchall()]
            assert names == ["recipient_kind", "recipient_code", *load_catalogue().contract(table).column_names]
            assert connection.execute(f"select count(*) from packages.{table}").fetchone() == (0,)
