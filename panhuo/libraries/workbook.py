"""A library as a workbook: the table of counts first, then a sheet for each tier with its patents.

Every text is written as a text, so that no name can become a formula. Equal packages give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import (
    HEADER_COLOUR,
    LINE_COLOUR,
    TIER_ORDER,
    Book,
    origins_text,
    print_pages,
    statement,
)  # fmt: skip
from panhuo.dispatch.model import Package
from panhuo.dispatch.notes import write_notes
from panhuo.dispatch.recipients import Notes
from panhuo.dispatch.workbook import EXCEL_ROWS, Listing, write_listing
from panhuo.libraries.overview import TOTAL, Column, FieldLine, columns, field_lines
from panhuo.libraries.policy import LibraryPolicy
from panhuo.libraries.rows import of_tier, ordered_lines

GROUP_ROW, LABEL_ROW = 3, 4
FIRST_ROW = LABEL_ROW + 1
TOTAL_WORD = "合计"

_FIELD_WIDTH, _COUNT_WIDTH = 24, 8
_BOX = {"border": 1, "border_color": LINE_COLOUR}
_SUM_FILL = "#EEF3F9"
_COUNT = {"num_format": "#,##0;-#,##0;", "align": "center"}
"""Nothing is shown where there is nothing."""
_HEAT = {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#66BB6A"}
_BAR = {"type": "data_bar", "bar_color": "#90CAF9", "bar_solid": True, "min_type": "num", "min_value": 0}
_A3 = 8


def write_library(
    path: Path, package: Package, policy: LibraryPolicy, notes: Notes, catalogue: Catalogue, max_rows: int = EXCEL_ROWS
) -> None:
    """Write the library of a package; a tier longer than a sheet (`max_rows`) goes on in a second one."""
    lines = ordered_lines(package.dispatch_lines)
    book = Book(path, package, notes, catalogue, title=policy.title, row_count=lines.num_rows)
    _write_overview(book, policy)
    shown = tuple(name for name in policy.columns if name in lines.column_names)
    for tier in TIER_ORDER:
        label = f"{tier} {catalogue.value_label('tier', tier)}"
        listing = Listing(
            name=label,
            title=f"{policy.title}：{label}（{notes.tiers[tier]}）",
            table=of_tier(lines, tier),
            columns=shown,
            empty="本月没有此级专利。",
            tint_by="tier",
        )
        write_listing(book, listing, max_rows)
    write_notes(book)
    book.file.close()


def _write_overview(book: Book, policy: LibraryPolicy) -> None:
    package, heads = book.package, columns(book.catalogue)
    lines = list(field_lines(package.tables["library_cells"]))
    target = book.file.add_worksheet(policy.overview.sheet)
    target.set_column(0, 0, _FIELD_WIDTH)
    target.set_column(1, len(heads), _COUNT_WIDTH)
    _write_banner(book, target, policy, len(heads))
    _write_heads(book, target, heads)
    for row, line in enumerate(lines, start=FIRST_ROW):
        _write_line(book, target, row, line, heads, policy.unfiled)
    _add_heat(target, heads, FIRST_ROW + len(lines) - 2)
    row = FIRST_ROW + len(lines) + 1
    for number, note in enumerate(policy.overview.notes, start=1):
        text = f"{number}. {note}"
        style = book.style(font_size=9, font_color="#555555", text_wrap=True)
        target.merge_range(row, 0, row, len(heads), "", style)
        target.write_string(row, 0, text, style)
        row += 1
    target.freeze_panes(FIRST_ROW, 1)
    target.autofilter(LABEL_ROW, 0, FIRST_ROW + len(lines) - 2, len(heads)) if len(lines) > 1 else None
    target.repeat_rows(GROUP_ROW, LABEL_ROW)
    print_pages(target, _A3, landscape=True)


def _write_banner(book: Book, target: Any, policy: LibraryPolicy, last: int) -> None:
    package = book.package
    origins = package.origins["dispatch_lines"]
    sentence, colour = statement(book.notes, is_all_real=origins.is_all_real)
    facts = (
        f"{package.name}（{package.code}）　　月度：{package.period}　　"
        f"共 {package.dispatch_lines.num_rows} 件（{origins_text(origins, '件')}）　　单位：件"
    )
    for row, height, text, properties in (
        (0, 32, policy.overview.title, {"bold": True, "font_size": 16, "font_color": HEADER_COLOUR}),
        (1, 20, facts, {"font_color": "#333333"}),
        (2, 20, sentence, {"font_color": colour, "font_size": 9}),
    ):
        target.set_row(row, height)
        style = book.style(**properties)
        target.merge_range(row, 0, row, last, "", style)
        target.write_string(row, 0, text, style)


def _write_heads(book: Book, target: Any, heads: Sequence[Column]) -> None:
    head = book.head_style()
    target.set_row(LABEL_ROW, 32)
    target.write_string(GROUP_ROW, 0, "", head)
    target.write_string(LABEL_ROW, 0, book.catalogue.label("field_name"), head)
    position = 1
    for group, members in groupby(heads, key=lambda column: column.group):
        labels = [column.label for column in members]
        if len(labels) > 1:
            target.merge_range(GROUP_ROW, position, GROUP_ROW, position + len(labels) - 1, "", head)
        target.write_string(GROUP_ROW, position, group, head)
        for label in labels:
            target.write_string(LABEL_ROW, position, label, head)
            position += 1


def _write_line(book: Book, target: Any, row: int, line: FieldLine, heads: Sequence[Column], unfiled: str) -> None:
    is_total = line.field_name == TOTAL
    fill: dict[str, Any] = {"bold": True, "bg_color": _SUM_FILL} if is_total else {}
    name = TOTAL_WORD if is_total else line.field_name or unfiled
    target.write_string(row, 0, name, book.style(**_BOX, **fill))
    for position, head in enumerate(heads, start=1):
        target.write_number(row, position, line.counts[head.code], book.style(**_BOX, **_COUNT, **fill))


def _add_heat(target: Any, heads: Sequence[Column], last_row: int) -> None:
    """Colour the counts by their size: each block for itself, so that no block fades beside a larger one."""
    if last_row < FIRST_ROW:
        return
    blocks = {"stage": [], "market": [], "tier": []}  # type: dict[str, list[int]]
    for position, head in enumerate(heads, start=1):
        if head.code == TOTAL:
            target.conditional_format(FIRST_ROW, position, last_row, position, _BAR)
        else:
            block = "stage" if "." in head.code else "tier" if head.code in TIER_ORDER else "market"
            blocks[block].append(position)
    for positions in blocks.values():
        target.conditional_format(FIRST_ROW, positions[0], last_row, positions[-1], _HEAT)
