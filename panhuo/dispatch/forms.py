"""The forms of a package as workbooks: what an official prints, signs and files, laid out by `policy/forms.yml`.

The first sheet holds every row of the form's table once, numbered, with subtotals, total, signature line and notes;
the second counts them. Every text is written as a text, so that nothing becomes a formula, totals included. The same
content gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from python_calamine import CalamineWorkbook

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import HEADER_COLOUR, LINE_COLOUR, Book, cell_format, origins_text, print_pages, statement
from panhuo.dispatch.display import Cells, display_cells
from panhuo.dispatch.form_statistics import TOTAL, write_statistics
from panhuo.dispatch.layouts import Cell, Group, Layout, Subtotal
from panhuo.dispatch.model import OriginCounts, Package
from panhuo.dispatch.recipients import Notes
from panhuo.dispatch.sheets import RowBatch, TableSheet, line_count

TITLE_ROW, FACTS_ROW, STATEMENT_ROW, GROUP_ROW, LABEL_ROW = range(5)
FIRST_ROW = LABEL_ROW + 1
NUMBER = "序号"

_EXCEL_ROWS = 1_048_576
_NUMBER_WIDTH = 6
_BATCH_ROWS = 8_192
_WRAPPED_WIDTH = 13
"""A text in a column at least so wide is wrapped; in a narrower one it is centred."""
_FILLS = {"real": "#FFFFFF", "simulated": "#FFF8E1"}
_SUBTOTAL_FILL, _TOTAL_FILL = "#EEF3F9", "#DCE6F1"
_SUBTOTAL = "小计"
_COUNTED = '#,##0" 件"'
_FOOTER_NAME = 60
_FONT_SIZE, _SMALL = 10, 8
_A3 = 8


@dataclass(frozen=True)
class FormSheet:
    """The first sheet of a form, read back: its headings, and the number and patent of each row."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class _Form:
    """A form of a recipient: its rows in order, its columns, and where groups of rows end."""

    book: Book
    layout: Layout
    table: pa.Table
    groups: tuple[Group, ...]

    @cached_property
    def subtotal(self) -> Subtotal | None:
        """What closes groups of rows, if the recipient may see the column they have in common."""
        wanted = self.layout.subtotal
        return wanted if wanted and wanted.column in self.table.column_names else None

    @cached_property
    def runs(self) -> tuple[int, ...]:
        """Rows of each group that a subtotal closes; without subtotals one group of all."""
        if self.subtotal is None:
            return (self.table.num_rows,)
        return tuple(len(list(members)) for _, members in groupby(self.table[self.subtotal.column].to_pylist()))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Its columns from left to right, without the running number."""
        return tuple(cell for group in self.groups for cell in group.columns)

    @property
    def widths(self) -> list[int]:
        """Widths of the columns, that of the running number first."""
        return [_NUMBER_WIDTH, *(cell.width for cell in self.cells)]

    @property
    def body_count(self) -> int:
        """Rows between the headings and the total."""
        subtotals = len(self.runs) if self.subtotal else 0
        return int(self.table.num_rows) + subtotals


def write_form(path: Path, layout: Layout, package: Package, notes: Notes, catalogue: Catalogue) -> None:
    """Write a form of a package, with those of its columns that the package's table has.

    Raises ValueError when the rows do not fit into a sheet.
    """
    table = _ordered(package.tables[layout.table], layout)
    cover, columns = layout.recipients[package.kind], table.column_names
    book = Book(path, package, notes, catalogue, title=cover.title, row_count=table.num_rows)
    form = _Form(book, layout, table, layout.shown_to(package.kind, columns))
    below = len(layout.notes) + 5
    if FIRST_ROW + form.body_count + below > _EXCEL_ROWS:
        raise ValueError(f"{path}: {form.body_count} rows do not fit into a sheet; split the recipient's scope")
    target = book.file.add_worksheet(layout.sheet, worksheet_class=TableSheet)
    _write_heading(form, target)
    _write_labels(form, target)
    target.set_table(FIRST_ROW, form.body_count, _body(form))
    _write_ending(form, target, FIRST_ROW + form.body_count)
    _add_checks(form, target)
    _set_up_page(form, target)
    write_statistics(book, table, layout.counted_for(package.kind, columns), cover.title)
    book.file.close()


def read_form(path: Path, catalogue: Catalogue) -> FormSheet:
    """Read a form back.

    Raises ValueError when its first sheet is not that of a form, CalamineError when it is no workbook.
    """
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    headings = tuple(map(str, rows[LABEL_ROW])) if len(rows) > LABEL_ROW else ()
    patent = catalogue.label("patent_no")
    if headings[:1] != (NUMBER,) or patent not in headings:
        raise ValueError(f"{path}: row {LABEL_ROW + 1} of the first sheet holds no headings of a form")
    position = headings.index(patent)
    body = [row for row in rows[FIRST_ROW:] if isinstance(row[0], float)]
    return FormSheet(headings[1:], tuple((int(row[0]), str(row[position])) for row in body))


# --- rows ---------------------------------------------------------------------------------------------------


def _ordered(table: pa.Table, layout: Layout) -> pa.Table:
    order = [*layout.order, *({"patent_no"} - set(layout.order))]
    present = [(name, "ascending") for name in order if name in table.column_names]
    return table.sort_by(present)


def _body(form: _Form) -> Iterator[RowBatch]:
    """The rows group by group, a few thousand at a time, each group closed by its subtotal."""
    styles = {code: [_index(style) for style in _row_styles(form, fill)] for code, fill in _FILLS.items()}
    closing = [[_index(style)] for style in _closing_styles(form, _SUBTOTAL_FILL)]
    ends = list(accumulate(form.runs))
    for first, end in zip([0, *ends], ends, strict=False):
        for start in range(first, end, _BATCH_ROWS):
            table = form.table.slice(start, min(_BATCH_ROWS, end - start))
            yield _rows_batch(form, table, start, styles)
        if form.subtotal:
            group = form.table.slice(first, end - first)
            yield RowBatch([[value] for value in _closing(form, group, _SUBTOTAL)], closing, [1])


def _rows_batch(form: _Form, table: pa.Table, start: int, styles: dict[str, list[int]]) -> RowBatch:
    numbers = [float(number) for number in range(start + 1, start + 1 + table.num_rows)]
    cells = [_column(form, table, cell) for cell in form.cells]
    formats = list(zip(*(styles[code] for code in table["data_origin"].to_pylist()), strict=True))
    return RowBatch([numbers, *cells], formats, _line_counts(form, cells, table.num_rows))


def _column(form: _Form, table: pa.Table, cell: Cell) -> Cells:
    if cell.name is None:
        empty: list[str | None] = [None] * table.num_rows
        return empty
    if cell.name == "simulated_fields":
        table = table.set_column(
            table.column_names.index(cell.name), cell.name, _simulated(table[cell.name], form.cells)
        )
    return display_cells(table, cell.name, form.book.catalogue)


def _simulated(fields: pa.ChunkedArray, cells: Sequence[Cell]) -> pa.ChunkedArray:
    """Of the simulated columns of each row those that the form shows."""
    shown = {cell.name for cell in cells}
    kept = [[name for name in (text or "").split("|") if name in shown] for text in fields.to_pylist()]
    return pa.chunked_array([pa.array(["|".join(names) or None for names in kept], pa.string())])


def _line_counts(form: _Form, columns: Sequence[Cells], row_count: int) -> list[int]:
    counts = [1] * row_count
    for cell, values in zip(form.cells, columns, strict=True):
        if not _is_wrapped(cell):
            continue
        known: dict[Any, int] = {None: 1}
        for row, text in enumerate(values):
            if text not in known:
                known[text] = line_count(str(text), cell.width * (_FONT_SIZE / _SMALL if cell.small else 1))
            counts[row] = max(counts[row], known[text])
    return counts


def _closing(form: _Form, table: pa.Table, word: str) -> list[Any]:
    """A line of sums: the number of patents, and of those that each flag holds for."""
    line: list[Any] = [word]
    for cell in form.cells:
        column = form.book.catalogue.columns[cell.name] if cell.name else None
        if column is None:
            line.append(None)
        elif column.name == "patent_no":
            line.append(float(table.num_rows))
        elif column.type == "boolean":
            line.append(float(pc.sum(table[column.name]).as_py() or 0))
        elif form.subtotal and word == _SUBTOTAL and column.name == form.subtotal.column:
            line.append(display_cells(table.slice(0, 1), column.name, form.book.catalogue)[0] or form.subtotal.unknown)
        else:
            line.append(None)
    return line


# --- formats ------------------------------------------------------------------------------------------------


def _index(style: Any) -> int:
    index: int = style._get_xf_index()
    return index


def _is_wrapped(cell: Cell) -> bool:
    return cell.width >= _WRAPPED_WIDTH and cell.name != "patent_no"


def _row_styles(form: _Form, fill: str) -> list[Any]:
    box = {"border": 1, "border_color": LINE_COLOUR, "bg_color": fill}
    return [
        form.book.style(**box, align="center", font_color="#808080", num_format="0"),
        *(form.book.style(**box, **_cell_properties(form, cell)) for cell in form.cells),
    ]


def _cell_properties(form: _Form, cell: Cell) -> dict[str, Any]:
    column = form.book.catalogue.columns[cell.name] if cell.name else None
    properties = cell_format(column) if column else {}
    if cell.small:
        properties["font_size"] = _SMALL
    if _is_wrapped(cell):
        properties["text_wrap"] = True
    elif cell.name != "patent_no":
        properties["align"] = "center"
    return properties


def _closing_styles(form: _Form, fill: str) -> list[Any]:
    box = {"border": 1, "border_color": LINE_COLOUR, "bg_color": fill, "bold": True}
    return [
        form.book.style(**box, align="center"),
        *(
            form.book.style(**box, num_format=_COUNTED if cell.name == "patent_no" else "0", align="center")
            for cell in form.cells
        ),
    ]


# --- what stands around the rows ----------------------------------------------------------------------------


def _merge(target: Any, row: int, span: tuple[int, int], text: str, style: Any) -> None:
    first, last = span
    if last > first:
        target.merge_range(row, first, row, last, "", style)
    target.write_string(row, first, text, style)


def _spans(widths: Sequence[int], parts: int) -> list[tuple[int, int]]:
    """First and last column of so many parts of a form, about equally wide; fewer where it has fewer columns."""
    ends = list(accumulate(widths))
    parts = min(parts, len(widths))
    cuts = [0]
    for part in range(1, parts):
        wanted = ends[-1] * part / parts
        nearest = min(range(len(ends)), key=lambda index: abs(ends[index] - wanted)) + 1
        cuts.append(min(max(nearest, cuts[-1] + 1), len(widths) - parts + part))
    return list(zip(cuts, [cut - 1 for cut in (*cuts[1:], len(widths))], strict=True))


def _write_heading(form: _Form, target: Any) -> None:
    book, package, last = form.book, form.book.package, len(form.cells)
    cover, origins = form.layout.recipients[package.kind], OriginCounts.of(form.table)
    for position, width in enumerate(form.widths):
        target.set_column(position, position, width)
    for row, height in ((TITLE_ROW, 36), (FACTS_ROW, 22), (STATEMENT_ROW, 20), (GROUP_ROW, 20), (LABEL_ROW, 32)):
        target.set_row(row, height)
    title = book.style(bold=True, font_size=20, font_color=HEADER_COLOUR, align="center")
    _merge(target, TITLE_ROW, (0, last), cover.title, title)
    facts = (
        (f"{cover.unit}：{package.name}", "left"),
        (f"统计月度：{package.period}", "center"),
        (f"共 {form.table.num_rows} 件（{origins_text(origins, '件')}）　　单位：件", "right"),
    )
    for (text, align), span in zip(facts, _spans(form.widths, len(facts)), strict=True):
        _merge(target, FACTS_ROW, span, text, book.style(align=align, font_size=11))
    sentence, colour = statement(book.notes, is_all_real=origins.is_all_real)
    _merge(target, STATEMENT_ROW, (0, last), sentence, book.style(font_color=colour, font_size=9, text_wrap=True))


def _write_labels(form: _Form, target: Any) -> None:
    head = form.book.head_style()
    target.write_string(GROUP_ROW, 0, "", head)
    target.write_string(LABEL_ROW, 0, NUMBER, head)
    position = 1
    for group in form.groups:
        _merge(target, GROUP_ROW, (position, position + len(group.columns) - 1), group.title, head)
        for cell in group.columns:
            target.write_string(LABEL_ROW, position, cell.heading(form.book.catalogue), head)
            position += 1


def _write_ending(form: _Form, target: Any, row: int) -> None:
    """The total, or that there is nothing; then who signs, then the notes."""
    last = len(form.cells)
    if not form.table.num_rows:
        box = form.book.style(italic=True, font_color="#666666", border=1, border_color=LINE_COLOUR)
        _merge(target, row, (0, last), form.layout.empty, box)
        row += 1
    total = zip(_closing(form, form.table, TOTAL), _closing_styles(form, _TOTAL_FILL), strict=True)
    target.set_row(row, 20)
    for position, (value, style) in enumerate(total):
        if value is None:
            target.write_blank(row, position, None, style)
        else:
            write = target.write_number if isinstance(value, float) else target.write_string
            write(row, position, value, style)
    row += 2
    target.set_row(row, 30)
    signature = form.layout.signature
    for text, span in zip(signature, _spans(form.widths, len(signature)), strict=False):
        _merge(target, row, span, text, form.book.style(font_size=11))
    for number, note in enumerate(form.layout.notes, start=1):
        target.set_row(row + number, 18)
        _merge(target, row + number, (0, last), f"{number}. {note}", form.book.style(font_size=9, font_color="#555555"))


# --- what helps to fill in and to print ---------------------------------------------------------------------


def _add_checks(form: _Form, target: Any) -> None:
    last_row = FIRST_ROW + form.body_count - 1
    if last_row < FIRST_ROW:
        return
    for position, cell in enumerate(form.cells, start=1):
        if cell.check:
            target.data_validation(FIRST_ROW, position, last_row, position, _rule(cell, form.book.catalogue))


def _rule(cell: Cell, catalogue: Catalogue) -> dict[str, Any]:
    column, options = catalogue.columns[str(cell.name)], cell.options(catalogue)
    told = {"error_title": column.label, "ignore_blank": True}
    if options:
        is_closed = not (cell.choices or column.is_multi_valued)
        several = {"input_message": "可多选，用“、”分隔。"} if column.is_multi_valued else {}
        rule = {"validate": "list", "source": list(options), "error_message": "请从下拉列表中选择。"}
        return {**told, **several, **rule, "show_error": is_closed}
    if column.type == "date":
        return {**told, "validate": "date", "criteria": ">=", "value": column.min}
    return {**told, "validate": "integer", "criteria": "between", "minimum": column.min, "maximum": column.max}


def _set_up_page(form: _Form, target: Any) -> None:
    names = [cell.name for cell in form.cells]
    kept = names.index(form.layout.frozen) + 1 if form.layout.frozen in names else 0
    target.freeze_panes(FIRST_ROW, kept + 1)
    target.autofilter(LABEL_ROW, 0, max(FIRST_ROW + form.body_count - 1, LABEL_ROW), len(form.cells))
    target.repeat_rows(GROUP_ROW, LABEL_ROW)
    print_pages(target, _A3, landscape=True)
    package = form.book.package
    name = f"{package.name[:_FOOTER_NAME]}　{package.period}".replace("&", "&&")
    mark = "" if OriginCounts.of(form.table).is_all_real else "&R含模拟数据"
    target.set_footer(f"&L{name}&C第 &P 页 共 &N 页{mark}")
