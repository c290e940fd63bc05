"""The workbook of a package: what an official opens, in Chinese, with nothing in it that is ever evaluated.

Every text is written as a text, so no content of a patent or an inventory can become a formula. The file is
the same byte for byte for the same content: its only date is fixed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import (
    HEADER_COLOUR,
    LINE_COLOUR,
    TIER_ORDER,
    Book,
    cell_format,
    origins_text,
    print_pages,
    statement,
)
from panhuo.dispatch.display import Cells, display_cells, display_pairs
from panhuo.dispatch.model import OriginCounts, Package
from panhuo.dispatch.notes import write_notes
from panhuo.dispatch.recipients import Notes
from panhuo.dispatch.sheets import RowBatch, TableSheet, line_count

EXCEL_ROWS = 1_048_576

LINES_SHEET, FORM1_SHEET, EXCLUDED_SHEET = "可转化专利", "转化专利统计表（表一）", "未入选专利及原因"
CHANGES_SHEET = "本月变动"

_LINE_COLUMNS = (
    "patent_no", "title", "tier", "theta", "l80", "evaluator_count", "conversion_stage", "priority_ground", "sei_code",
    "sei_name", "priority_evidence", "field_name", "ipc_subclass_title",
    "maturity_word", "trl", "application_scenario", "prospect_level", "intent", "institution_name",
    "province_name", "city_name", "owners", "patent_type", "main_ipc", "filing_date", "grant_date",
    "expiry_date", "data_origin", "simulated_fields",
)  # fmt: skip
_FORM1_COLUMNS = (
    "patent_no", "title", "patent_type", "institution_name", "field_name", "cohort", "form1_category",
    "is_disputed", "is_abandoning", "is_transferred", "is_licensed", "is_enterprise_co_owned",
    "relicensable", "data_origin", "simulated_fields",
)  # fmt: skip
_EXCLUDED_COLUMNS = (
    "patent_no", "title", "priority_ground", "reasons", "next_step", "institution_name", "patent_type", "field_name",
    "cohort", "is_in_force", "is_inventoried", "data_origin", "simulated_fields",
)  # fmt: skip
_CHANGE_COLUMNS = (
    "patent_no", "title", "change_kind", "change_reason", "changed_columns", "old_value", "new_value",
    "change_base", "data_origin", "simulated_fields",
)  # fmt: skip

_WIDTHS = {
    "patent_no": 19, "title": 38, "application_scenario": 38, "owners": 30, "institution_name": 24,
    "next_step": 38, "change_reason": 34, "old_value": 38, "new_value": 38, "reasons": 24,
    "field_name": 18, "maturity_word": 14, "simulated_fields": 22, "changed_columns": 24,
    "form1_category": 18, "conversion_stage": 12, "intent": 18, "evaluator_count": 14,
    "is_enterprise_co_owned": 14, "sei_name": 18, "priority_evidence": 38, "ipc_subclass_title": 24,
    "push_reasons": 52, "recall_reason": 20,
}  # fmt: skip
_DEFAULT_WIDTH = 11
_PAIR_COLUMNS = ("old_value", "new_value")
_BATCH_ROWS = 8_192
_WRAPPED = frozenset(name for name, width in _WIDTHS.items() if width >= 18) - {"patent_no"}

_TINTS = {
    "T1": ("#E8F5E9", "#66BB6A"), "T2": ("#F1F8E9", "#C5E1A5"), "T3": ("#E3F2FD", "#90CAF9"),
    "T0": ("#FFFFFF", "#ECEFF1"), "T4": ("#F7F7F7", "#CFD8DC"),
    "strong": ("#E8F5E9", "#66BB6A"), "fair": ("#E3F2FD", "#90CAF9"), "broad": ("#FFFFFF", "#ECEFF1"),
    "ADD": ("#F1F8E9", "#C5E1A5"), "MOD": ("#FFFDE7", "#FFF59D"), "DEL": ("#FBE9E7", "#FFAB91"),
}  # fmt: skip
"""Code of a tier, a fit or a change → fill of its row, fill of the cell that says it."""
_PLAIN = ("#FFFFFF", "#FFFFFF")

_TITLE_ROW, _FACTS_ROW, _STATEMENT_ROW, HEADER_ROW = range(4)
FIRST_ROW = HEADER_ROW + 1
_FROZEN_COLUMNS = 3
_BANNER_SPAN = 12


@dataclass(frozen=True)
class Listing:
    """A table as a sheet: its name and title, the columns shown, what an empty one says, and what tints its rows."""

    name: str
    title: str
    table: pa.Table
    columns: tuple[str, ...]
    empty: str
    tint_by: str | None = None
    unit: str = "件"


def write_workbook(
    path: Path, package: Package, notes: Notes, catalogue: Catalogue, max_rows: int = EXCEL_ROWS
) -> None:
    """Write the workbook of a package.

    A table longer than a sheet (`max_rows` rows, the heading included) goes on in a second sheet `…（2）`.
    """
    book = Book(path, package, notes, catalogue, title="月度专利数据包", row_count=package.screening.num_rows)
    for sheet in (_lines(package), _form1(package), _excluded(package), _changes(package)):
        write_listing(book, sheet, max_rows)
    write_notes(book)
    book.file.close()


# --- what stands in the sheets ------------------------------------------------------------------------------


def _present(columns: Sequence[str], table: pa.Table) -> tuple[str, ...]:
    return tuple(name for name in columns if name in table.column_names)


def _lines(package: Package) -> Listing:
    table = package.dispatch_lines
    rank = pc.index_in(table["tier"], pa.array(TIER_ORDER))
    order = [("rank", "ascending"), ("theta", "descending"), ("patent_no", "ascending")]
    table = table.append_column("rank", rank).sort_by(order).drop_columns("rank")
    title = "高校和科研机构存量可转化专利分类统计表（表二）"
    return Listing(LINES_SHEET, title, table, _present(_LINE_COLUMNS, table), "本月没有可转化专利。", "tier")


def _form1(package: Package) -> Listing:
    table = package.screening.filter(pc.equal(package.screening["disposition"], "form_1"))
    title = "高校和科研机构转化专利统计表（表一）"
    return Listing(FORM1_SHEET, title, table, _present(_FORM1_COLUMNS, table), "本月没有表一专利。")


def _excluded(package: Package) -> Listing:
    table = package.screening.filter(pc.equal(package.screening["disposition"], "excluded"))
    title = "未入选可转化专利的专利及原因"
    return Listing(EXCLUDED_SHEET, title, table, _present(_EXCLUDED_COLUMNS, table), "本月没有未入选的专利。")


def _changes(package: Package) -> Listing:
    table = package.changes
    known = dict(zip(*(package.screening[name].to_pylist() for name in ("patent_no", "title")), strict=True))
    titles = [known.get(patent_no) for patent_no in table["patent_no"].to_pylist()]
    table = table.append_column("title", pa.array(titles, pa.string()))
    columns = _present(_CHANGE_COLUMNS, table)
    empty = "与比较基准相比没有变动。"
    return Listing(CHANGES_SHEET, "可转化专利变动情况", table, columns, empty, "change_kind", "项")


# --- how a table is written ---------------------------------------------------------------------------------


def write_listing(book: Book, sheet: Listing, max_rows: int) -> None:
    """Add the sheet of a table, and further ones `…（2）` where it is longer than `max_rows`, the heading included."""
    room = max_rows - FIRST_ROW
    for part, start in enumerate(range(0, max(sheet.table.num_rows, 1), room), start=1):
        name = sheet.name if part == 1 else f"{sheet.name}（{part}）"
        target = book.file.add_worksheet(name, worksheet_class=TableSheet)
        _write_heading(book, target, sheet)
        if not sheet.table.num_rows:
            target.write_string(FIRST_ROW, 0, sheet.empty, book.style(italic=True, font_color="#666666"))
        count = min(room, sheet.table.num_rows - start)
        target.set_table(FIRST_ROW, count, _batches(book, sheet, start, count))
        _set_up_page(target, max(FIRST_ROW + count - 1, HEADER_ROW), len(sheet.columns))


def _write_heading(book: Book, target: Any, sheet: Listing) -> None:
    target.set_column(0, 0, 6)
    for position, name in enumerate(sheet.columns, start=1):
        target.set_column(position, position, _WIDTHS.get(name, _DEFAULT_WIDTH))
    package, origins = book.package, OriginCounts.of(sheet.table)
    sentence, colour = statement(book.notes, is_all_real=origins.is_all_real)
    facts = (
        f"接收方：{package.name}（{package.code}）　　月度：{package.period}　　"
        f"共 {sheet.table.num_rows} {sheet.unit}（{origins_text(origins, sheet.unit)}）"
    )
    banner = (
        (_TITLE_ROW, 32, sheet.title, book.style(bold=True, font_size=16, font_color=HEADER_COLOUR)),
        (_FACTS_ROW, 20, facts, book.style(font_color="#333333")),
        (_STATEMENT_ROW, 34, sentence, book.style(font_color=colour, text_wrap=True, font_size=9)),
    )
    for row, height, text, style in banner:
        target.set_row(row, height)
        target.merge_range(row, 0, row, _BANNER_SPAN, "", style)
        target.write_string(row, 0, text, style)
    target.set_row(HEADER_ROW, 32)
    for position, label in enumerate(("序号", *map(book.catalogue.label, sheet.columns))):
        target.write_string(HEADER_ROW, position, label, book.head_style())


def _batches(book: Book, sheet: Listing, start: int, count: int) -> Iterator[RowBatch]:
    """The rows of a sheet as cells with their formats, a few thousand at a time."""
    styles: dict[str, list[int]] = {}
    for first in range(start, start + count, _BATCH_ROWS):
        table = sheet.table.slice(first, min(_BATCH_ROWS, start + count - first))
        numbers = [float(number) for number in range(first + 1, first + 1 + table.num_rows)]
        columns = {name: _cells(table, name, book.catalogue) for name in sheet.columns}
        codes = table[sheet.tint_by].to_pylist() if sheet.tint_by else [""] * table.num_rows
        for code in sorted(set(codes) - set(styles)):
            styles[code] = [style._get_xf_index() for style in _row_styles(book, sheet, code)]
        formats = list(zip(*(styles[code] for code in codes), strict=True))
        yield RowBatch([numbers, *columns.values()], formats, _line_counts(columns, table.num_rows))


def _cells(table: pa.Table, name: str, catalogue: Catalogue) -> Cells:
    if name in _PAIR_COLUMNS:
        return [display_pairs(text, catalogue) for text in table[name].to_pylist()]
    return display_cells(table, name, catalogue)


def _line_counts(columns: Mapping[str, Cells], row_count: int) -> list[int]:
    """Lines of the highest cell of each row; only columns that wrap can have more than one."""
    counts = [1] * row_count
    for name in _WRAPPED.intersection(columns):
        known: dict[Any, int] = {None: 1}
        for row, text in enumerate(columns[name]):
            if text not in known:
                known[text] = line_count(str(text), _WIDTHS[name])
            counts[row] = max(counts[row], known[text])
    return counts


def _row_styles(book: Book, sheet: Listing, code: str) -> list[Any]:
    """Formats of a row from left to right, the running number first."""
    row_fill, mark_fill = _TINTS.get(code, _PLAIN)
    number = book.style(border=1, border_color=LINE_COLOUR, bg_color=row_fill, align="center", font_color="#808080")
    fills = [mark_fill if name == sheet.tint_by else row_fill for name in sheet.columns]
    return [number, *(_cell_style(book, name, fill) for name, fill in zip(sheet.columns, fills, strict=True))]


def _set_up_page(target: Any, last_row: int, last_column: int) -> None:
    target.freeze_panes(FIRST_ROW, _FROZEN_COLUMNS)
    target.autofilter(HEADER_ROW, 0, last_row, last_column)
    target.repeat_rows(HEADER_ROW)
    print_pages(target, 8, landscape=True)


def _cell_style(book: Book, name: str, fill: str) -> Any:
    """Format of a body cell of a column."""
    properties: dict[str, Any] = {"border": 1, "border_color": LINE_COLOUR, "bg_color": fill}
    column = book.catalogue.columns[name]
    properties |= cell_format(column)
    if column.type in ("string", "boolean"):
        if name in _WRAPPED:
            properties |= {"text_wrap": True}
        elif name != "patent_no":
            properties |= {"align": "center"}
    return book.style(**properties)
