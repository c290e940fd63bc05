"""The workbook of a package: what an official opens, in Chinese, with nothing in it that is ever evaluated.

Every text is written as a text, so no content of a patent or an inventory can become a formula. The file is
the same byte for byte for the same content: its only date is fixed.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.display import Cells, display_cells, display_pairs
from panhuo.dispatch.model import OriginCounts, Package
from panhuo.dispatch.recipients import Notes

CREATED = dt.datetime(2024, 1, 1)  # noqa: DTZ001 - the file format knows no time zone
EXCEL_ROWS = 1_048_576
TIER_ORDER = ("T1", "T2", "T3", "T0", "T4")
"""Readiest first; what awaits evaluation comes before what is put on hold."""

LINES_SHEET, FORM1_SHEET, EXCLUDED_SHEET = "可转化专利", "转化专利统计表（表一）", "未入选专利及原因"
CHANGES_SHEET, NOTES_SHEET = "本月变动", "填报与数据说明"

_LINE_COLUMNS = (
    "patent_no", "title", "tier", "theta", "l80", "evaluator_count", "conversion_stage", "field_name",
    "maturity_word", "trl", "application_scenario", "prospect_level", "intent", "institution_name",
    "province_name", "city_name", "owners", "patent_type", "main_ipc", "filing_date", "grant_date",
    "expiry_date", "data_origin", "simulated_fields",
)  # fmt: skip
_FORM1_COLUMNS = (
    "patent_no", "title", "patent_type", "institution_name", "field_name", "cohort", "form1_category",
    "is_disputed", "is_abandoning", "is_transferred", "is_licensed", "is_enterprise_co_owned",
    "relicensable", "data_origin",
)  # fmt: skip
_EXCLUDED_COLUMNS = (
    "patent_no", "title", "reasons", "next_step", "institution_name", "patent_type", "field_name",
    "cohort", "is_in_force", "is_inventoried", "data_origin",
)  # fmt: skip
_CHANGE_COLUMNS = (
    "patent_no", "title", "change_kind", "change_reason", "changed_columns", "old_value", "new_value",
    "change_base", "data_origin",
)  # fmt: skip

_WIDTHS = {
    "patent_no": 19, "title": 38, "application_scenario": 38, "owners": 30, "institution_name": 24,
    "next_step": 38, "change_reason": 34, "old_value": 38, "new_value": 38, "reasons": 24,
    "field_name": 18, "maturity_word": 14, "simulated_fields": 22, "changed_columns": 24,
    "form1_category": 16, "conversion_stage": 12, "intent": 14,
}  # fmt: skip
_DEFAULT_WIDTH = 11
_WRAPPED = frozenset(name for name, width in _WIDTHS.items() if width >= 18) - {"patent_no"}

_TINTS = {
    "T1": ("#E8F5E9", "#66BB6A"), "T2": ("#F1F8E9", "#C5E1A5"), "T3": ("#E3F2FD", "#90CAF9"),
    "T0": ("#FFFFFF", "#ECEFF1"), "T4": ("#F7F7F7", "#CFD8DC"),
    "ADD": ("#F1F8E9", "#C5E1A5"), "MOD": ("#FFFDE7", "#FFF59D"), "DEL": ("#FBE9E7", "#FFAB91"),
}  # fmt: skip
"""Code of a tier or a change → fill of its row, fill of the cell that says it."""
_PLAIN = ("#FFFFFF", "#FFFFFF")

_TITLE_ROW, _FACTS_ROW, _STATEMENT_ROW, HEADER_ROW = range(4)
FIRST_ROW = HEADER_ROW + 1
_FROZEN_COLUMNS = 3
_BANNER_SPAN = 8
_NOTES_SPAN = 7
_NOTES_CHARACTERS = 44
"""Chinese characters that fit beside the name in one line of the notes."""
_PAIR = 2
_HEADER_COLOUR, _LINE_COLOUR, _WARN_COLOUR = "#1F4E79", "#D0D7DE", "#C00000"


@dataclass(frozen=True)
class _Sheet:
    name: str
    title: str
    table: pa.Table
    columns: tuple[str, ...]
    empty: str
    tint_by: str | None = None
    unit: str = "件"
    cells: Mapping[str, Cells] = field(default_factory=dict)
    """Columns that are shown otherwise than their cells say."""


class _Writer:
    """An open workbook with its formats, each made once."""

    def __init__(
        self, path: Path, package: Package, notes: Notes, catalogue: Catalogue, max_rows: int
    ) -> None:
        self.package, self.notes, self.catalogue, self.max_rows = package, notes, catalogue, max_rows
        self.book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "default_format_properties": {"font_name": "微软雅黑", "font_size": 10},
            },
        )
        title = f"{package.name} {package.period} 月度专利数据包"
        self.book.set_properties({"title": title, "author": "盘活", "created": CREATED})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "vcenter", **properties})
        return self._formats[key]

    def head_style(self) -> Any:
        return self.style(
            bold=True, font_color="#FFFFFF", bg_color=_HEADER_COLOUR, align="center", text_wrap=True,
            border=1, border_color=_LINE_COLOUR, )  # fmt: skip

    def section_style(self) -> Any:
        return self.style(
            bold=True, font_size=11, font_color=_HEADER_COLOUR, bottom=2, bottom_color=_HEADER_COLOUR
        )

    def cell_style(self, name: str, fill: str) -> Any:
        """Format of a body cell of a column."""
        properties: dict[str, Any] = {"border": 1, "border_color": _LINE_COLOUR, "bg_color": fill}
        column = self.catalogue.columns[name]
        if column.type == "date":
            properties |= {"num_format": "yyyy-mm-dd", "align": "center"}
        elif column.type == "float":
            properties |= {"num_format": "0.00"}
        elif column.type == "integer":
            properties |= {"num_format": "0"}
        elif name in _WRAPPED:
            properties |= {"text_wrap": True}
        elif name not in _WIDTHS:
            properties |= {"align": "center"}
        return self.style(**properties)


def write_workbook(
    path: Path, package: Package, notes: Notes, catalogue: Catalogue, max_rows: int = EXCEL_ROWS
) -> None:
    """Write the workbook of a package.

    A table longer than a sheet (`max_rows` rows, the heading included) goes on in a second sheet `…（2）`.
    """
    writer = _Writer(path, package, notes, catalogue, max_rows)
    for sheet in (_lines(package), _form1(package), _excluded(package), _changes(package, catalogue)):
        _write_table(writer, sheet)
    _write_notes(writer)
    writer.book.close()


# --- what stands in the sheets ------------------------------------------------------------------------------


def _present(columns: Sequence[str], table: pa.Table) -> tuple[str, ...]:
    return tuple(name for name in columns if name in table.column_names)


def _lines(package: Package) -> _Sheet:
    table = package.dispatch_lines
    rank = pc.index_in(table["tier"], pa.array(TIER_ORDER))
    order = [("rank", "ascending"), ("theta", "descending"), ("patent_no", "ascending")]
    table = table.append_column("rank", rank).sort_by(order).drop_columns("rank")
    title = "高校和科研机构存量可转化专利分类统计表（表二）"
    return _Sheet(LINES_SHEET, title, table, _present(_LINE_COLUMNS, table), "本月没有可转化专利。", "tier")


def _form1(package: Package) -> _Sheet:
    table = package.screening.filter(pc.equal(package.screening["disposition"], "form_1"))
    title = "高校和科研机构转化专利统计表（表一）"
    return _Sheet(FORM1_SHEET, title, table, _present(_FORM1_COLUMNS, table), "本月没有表一专利。")


def _excluded(package: Package) -> _Sheet:
    table = package.screening.filter(pc.equal(package.screening["disposition"], "excluded"))
    title = "未入选可转化专利的专利及原因"
    return _Sheet(EXCLUDED_SHEET, title, table, _present(_EXCLUDED_COLUMNS, table), "本月没有未入选的专利。")


def _changes(package: Package, catalogue: Catalogue) -> _Sheet:
    table = package.changes
    known = dict(zip(*(package.screening[name].to_pylist() for name in ("patent_no", "title")), strict=True))
    titles = [known.get(patent_no) for patent_no in table["patent_no"].to_pylist()]
    table = table.append_column("title", pa.array(titles, pa.string()))
    names = [(text or "").split("|") for text in table["changed_columns"].to_pylist()]
    cells: dict[str, Cells] = {
        side: [display_pairs(*pair, catalogue) for pair in zip(table[side].to_pylist(), names, strict=True)]
        for side in ("old_value", "new_value")
    }
    columns = _present(_CHANGE_COLUMNS, table)
    empty = "与比较基准相比没有变动。"
    return _Sheet(CHANGES_SHEET, "可转化专利变动情况", table, columns, empty, "change_kind", "项", cells)


# --- how a table is written ---------------------------------------------------------------------------------


def _write_table(writer: _Writer, sheet: _Sheet) -> None:
    room = writer.max_rows - FIRST_ROW
    cells = {
        name: sheet.cells.get(name) or display_cells(sheet.table, name, writer.catalogue)
        for name in sheet.columns
    }
    codes = sheet.table[sheet.tint_by].to_pylist() if sheet.tint_by else None
    for part, start in enumerate(range(0, max(sheet.table.num_rows, 1), room), start=1):
        stop = min(start + room, sheet.table.num_rows)
        target = writer.book.add_worksheet(sheet.name if part == 1 else f"{sheet.name}（{part}）")
        _write_heading(writer, target, sheet)
        if sheet.table.num_rows:
            _write_body(writer, target, sheet, cells, codes, range(start, stop))
        else:
            target.write_string(FIRST_ROW, 0, sheet.empty, writer.style(italic=True, font_color="#666666"))
        last = max(FIRST_ROW + stop - start - 1, HEADER_ROW)
        _set_up_page(target, last, len(sheet.columns))


def _write_heading(writer: _Writer, target: Any, sheet: _Sheet) -> None:
    target.set_column(0, 0, 6)
    for position, name in enumerate(sheet.columns, start=1):
        target.set_column(position, position, _WIDTHS.get(name, _DEFAULT_WIDTH))
    package, origins = writer.package, OriginCounts.of(sheet.table)
    statement, colour = _statement(writer.notes, is_all_real=origins.is_all_real)
    facts = (
        f"接收方：{package.name}（{package.code}）　　月度：{package.period}　　"
        f"共 {sheet.table.num_rows} {sheet.unit}（{_origins_text(origins, sheet.unit)}）"
    )
    banner = (
        (_TITLE_ROW, 32, sheet.title, writer.style(bold=True, font_size=16, font_color=_HEADER_COLOUR)),
        (_FACTS_ROW, 20, facts, writer.style(font_color="#333333")),
        (_STATEMENT_ROW, 34, statement, writer.style(font_color=colour, text_wrap=True, font_size=9)),
    )
    for row, height, text, style in banner:
        target.set_row(row, height)
        target.merge_range(row, 0, row, _BANNER_SPAN, "", style)
        target.write_string(row, 0, text, style)
    target.set_row(HEADER_ROW, 32)
    for position, label in enumerate(("序号", *map(writer.catalogue.label, sheet.columns))):
        target.write_string(HEADER_ROW, position, label, writer.head_style())


def _write_body(
    writer: _Writer,
    target: Any,
    sheet: _Sheet,
    cells: Mapping[str, Cells],
    codes: list[str] | None,
    span: range,
) -> None:
    styles = {code: _row_styles(writer, sheet, code) for code in set(codes or [""])}
    write_string, write_number, write_blank = target.write_string, target.write_number, target.write_blank
    columns = list(cells.values())
    for row, index in enumerate(span, start=FIRST_ROW):
        number_style, *row_styles = styles[codes[index] if codes else ""]
        write_number(row, 0, index + 1, number_style)
        for position, (values, style) in enumerate(zip(columns, row_styles, strict=True), start=1):
            value = values[index]
            if value is None:
                write_blank(row, position, None, style)
            elif isinstance(value, str):
                write_string(row, position, value, style)
            else:
                write_number(row, position, value, style)


def _row_styles(writer: _Writer, sheet: _Sheet, code: str) -> list[Any]:
    """Formats of a row from left to right, the running number first."""
    row_fill, mark_fill = _TINTS.get(code, _PLAIN)
    number = writer.style(
        border=1, border_color=_LINE_COLOUR, bg_color=row_fill, align="center", font_color="#808080"
    )
    fills = [mark_fill if name == sheet.tint_by else row_fill for name in sheet.columns]
    return [number, *(writer.cell_style(name, fill) for name, fill in zip(sheet.columns, fills, strict=True))]


def _set_up_page(target: Any, last_row: int, last_column: int) -> None:
    target.freeze_panes(FIRST_ROW, _FROZEN_COLUMNS)
    target.autofilter(HEADER_ROW, 0, last_row, last_column)
    target.repeat_rows(HEADER_ROW)
    _print_wide(target)


def _print_wide(target: Any) -> None:
    """A4 landscape, as many pages as needed, one page wide."""
    target.hide_gridlines(2)
    target.set_landscape()
    target.set_paper(9)
    target.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    target.fit_to_pages(1, 0)
    target.set_footer("&C第 &P 页 共 &N 页")


def _statement(notes: Notes, *, is_all_real: bool) -> tuple[str, str]:
    """The data statement and the colour it is written in."""
    return (notes.statement, "#555555") if is_all_real else (notes.statement + notes.simulated, _WARN_COLOUR)


def _origins_text(origins: OriginCounts, unit: str) -> str:
    partly = f"，其中 {origins.partly_simulated} {unit}含模拟字段" if origins.partly_simulated else ""
    return f"真实 {origins.real} {unit}{partly}；模拟 {origins.simulated} {unit}"


# --- the sheet of notes -------------------------------------------------------------------------------------


def _write_notes(writer: _Writer) -> None:
    target = writer.book.add_worksheet(NOTES_SHEET)
    target.set_column(0, 0, 24)
    target.set_column(1, _NOTES_SPAN, 12)
    _print_wide(target)
    target.set_row(0, 32)
    target.write_string(0, 0, NOTES_SHEET, writer.style(bold=True, font_size=16, font_color=_HEADER_COLOUR))
    row = 1
    for title, lines in _sections(writer):
        row += 1
        target.set_row(row, 22)
        target.merge_range(row, 0, row, _NOTES_SPAN, "", writer.section_style())
        target.write_string(row, 0, title, writer.section_style())
        for line in lines:
            row += 1
            _write_note(writer, target, row, line)
        row += 1


def _write_note(writer: _Writer, target: Any, row: int, line: Sequence[str | int]) -> None:
    """One line of a section: a sentence, a name and a sentence, or a row of a table of counts."""
    box = {"border": 1, "border_color": _LINE_COLOUR}
    if len(line) > _PAIR:
        for position, value in enumerate(line):
            if isinstance(value, int):
                target.write_number(row, position, value, writer.style(**box, num_format="#,##0"))
            else:
                target.write_string(row, position, value, writer.style(**box, text_wrap=True))
        return
    first = len(line) - 1
    if first:
        target.write_string(row, 0, str(line[0]), writer.style(**box, bold=True, bg_color="#F3F6FA"))
    text = str(line[-1])
    target.set_row(row, 18 * max(1, math.ceil(len(text) / (_NOTES_CHARACTERS + 12 * (1 - first)))))
    style = writer.style(**box, text_wrap=True)
    target.merge_range(row, first, row, _NOTES_SPAN, "", style)
    target.write_string(row, first, text, style)


def _sections(writer: _Writer) -> Iterator[tuple[str, list[Sequence[str | int]]]]:
    package, notes, catalogue = writer.package, writer.notes, writer.catalogue
    tiers = catalogue.vocabularies["tier"].values
    yield "一、基本情况", _basics(package, catalogue)
    yield "二、数据声明", [(_statement(notes, is_all_real=package.is_all_real)[0],)]
    yield "三、可转化专利按技术领域分类统计（件）", _field_counts(package.dispatch_lines, tiers)
    yield "四、分级说明", [(f"{code} {tiers[code]}", notes.tiers[code]) for code in TIER_ORDER]
    yield "五、未入选原因（件；一件专利可有多个原因）", _reason_counts(package.screening, catalogue)
    yield "六、数据来源", [(text,) for text in notes.sources]
    yield "七、文件说明", [(text,) for text in notes.files]
    yield "八、疑问与更正", [(notes.contact,)]


def _basics(package: Package, catalogue: Catalogue) -> list[Sequence[str | int]]:
    dispositions = Counter(package.screening["disposition"].to_pylist())
    lines = [
        ("接收方", f"{package.name}（{package.code}）"),
        ("接收方类别", catalogue.value_label("recipient_kind", package.kind) or package.kind),
        ("月度", str(package.period)),
        ("可转化专利", _counted(package.dispatch_lines.num_rows, package.line_origins)),
        ("基础库专利（已筛选）", _counted(package.screening.num_rows, package.screening_origins)),
    ]
    lines += [
        (f"其中：{label}", f"{dispositions[code]} 件")
        for code, label in catalogue.vocabularies["disposition"].values.items()
    ]
    return [*lines, ("变动", f"{package.changes.num_rows} 项")]


def _counted(count: int, origins: OriginCounts) -> str:
    return f"{count} 件（{_origins_text(origins, '件')}）"


def _field_counts(lines: pa.Table, tiers: Mapping[str, str]) -> list[Sequence[str | int]]:
    """Form 2 as its title says: counts by technical field, here also by tier."""
    columns = (lines[name].to_pylist() for name in ("field_no", "field_name", "tier"))
    counts = Counter(zip(*columns, strict=True))
    fields = sorted({(number is None, number, name) for number, name, _ in counts})
    rows: list[Sequence[str | int]] = [
        ("技术领域", *(f"{code} {tiers[code]}" for code in TIER_ORDER), "合计")
    ]
    for is_unknown, number, name in fields:
        numbers = [counts[number, name, code] for code in TIER_ORDER]
        rows.append(("未分类" if is_unknown else name or "", *numbers, sum(numbers)))
    totals = [sum(count for key, count in counts.items() if key[2] == code) for code in TIER_ORDER]
    return [*rows, ("合计", *totals, sum(totals))]


def _reason_counts(screening: pa.Table, catalogue: Catalogue) -> list[Sequence[str | int]]:
    counts = Counter(code for cell in screening["reasons"].to_pylist() if cell for code in cell.split("|"))
    words = catalogue.vocabularies["exclusion_reason"].values
    return [(words[code], f"{counts[code]} 件") for code in words if counts[code]] or [("无",)]
