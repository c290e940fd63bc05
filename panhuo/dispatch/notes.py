"""The last sheet of a workbook: what the package holds, what its words mean, where to turn."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import HEADER_COLOUR, LINE_COLOUR, TIER_ORDER, Book, origins_text, print_pages, statement
from panhuo.dispatch.model import OriginCounts, Package

NOTES_SHEET = "填报与数据说明"

_NOTES_SPAN = 7
_NOTES_CHARACTERS = 44
"""Chinese characters that fit beside the name in one line."""
_PAIR = 2

Line = Sequence[str | int]


def write_notes(book: Book) -> None:
    """Add the sheet of notes."""
    target = book.file.add_worksheet(NOTES_SHEET)
    target.set_column(0, 0, 24)
    target.set_column(1, _NOTES_SPAN, 12)
    print_pages(target, 9, landscape=False)
    target.set_row(0, 32)
    target.write_string(0, 0, NOTES_SHEET, book.style(bold=True, font_size=16, font_color=HEADER_COLOUR))
    row = 1
    for title, lines in _sections(book):
        row += 1
        target.set_row(row, 22)
        target.merge_range(row, 0, row, _NOTES_SPAN, "", book.section_style())
        target.write_string(row, 0, title, book.section_style())
        for line in lines:
            row += 1
            _write_note(book, target, row, line)
        row += 1


def _write_note(book: Book, target: Any, row: int, line: Line) -> None:
    """One line of a section: a sentence, a name and a sentence, or a row of a table of counts."""
    box = {"border": 1, "border_color": LINE_COLOUR}
    if len(line) > _PAIR:
        is_heading = not any(isinstance(value, int) for value in line)
        style = book.style(**box, num_format="#,##0", bold=is_heading, bg_color="#F3F6FA" if is_heading else "#FFFFFF")
        for position, value in enumerate(line):
            write = target.write_number if isinstance(value, int) else target.write_string
            write(row, position, value, style)
        return
    first = len(line) - 1
    if first:
        target.write_string(row, 0, str(line[0]), book.style(**box, bold=True, bg_color="#F3F6FA"))
    text = str(line[-1])
    target.set_row(row, 18 * max(1, math.ceil(len(text) / (_NOTES_CHARACTERS + 12 * (1 - first)))))
    style = book.style(**box, text_wrap=True)
    target.merge_range(row, first, row, _NOTES_SPAN, "", style)
    target.write_string(row, first, text, style)


def _sections(book: Book) -> Iterator[tuple[str, list[Line]]]:
    package, notes, catalogue = book.package, book.notes, book.catalogue
    tiers = catalogue.vocabularies["tier"].values
    yield "一、基本情况", _basics(package, catalogue)
    yield "二、数据声明", [(statement(notes, is_all_real=package.is_all_real)[0],)]
    yield "三、可转化专利按技术领域分类统计（件）", _field_counts(package.dispatch_lines, tiers)
    yield "四、分级说明", [(f"{code} {tiers[code]}", notes.tiers[code]) for code in TIER_ORDER]
    yield "五、未入选原因（件；一件专利可有多个原因）", _reason_counts(package.screening, catalogue)
    yield "六、数据来源", [(text,) for text in notes.sources]
    yield "七、文件说明", [(text,) for text in notes.files]
    yield "八、疑问与更正", [(notes.contact,)]


def _basics(package: Package, catalogue: Catalogue) -> list[Line]:
    dispositions = Counter(package.screening["disposition"].to_pylist())
    lines = [
        ("接收方", f"{package.name}（{package.code}）"),
        ("接收方类别", catalogue.value_label("recipient_kind", package.kind) or package.kind),
        ("月度", str(package.period)),
        ("可转化专利", _counted(package.origins["dispatch_lines"], "件")),
        ("基础库专利（已筛选）", _counted(package.origins["screening"], "件")),
    ]
    lines += [
        (f"其中：{label}", f"{dispositions[code]} 件")
        for code, label in catalogue.vocabularies["disposition"].values.items()
    ]
    return [*lines, ("变动", _counted(package.origins["changes"], "项"))]


def _counted(origins: OriginCounts, unit: str) -> str:
    return f"{origins.real + origins.simulated} {unit}（{origins_text(origins, unit)}）"


def _field_counts(lines: pa.Table, tiers: Mapping[str, str]) -> list[Line]:
    """Form 2 as its title says: counts by technical field, here also by tier."""
    columns = (lines[name].to_pylist() for name in ("field_no", "field_name", "tier"))
    counts = Counter(zip(*columns, strict=True))
    fields = sorted({(number is None, number, name) for number, name, _ in counts})
    rows: list[Line] = [("技术领域", *(f"{code} {tiers[code]}" for code in TIER_ORDER), "合计")]
    for is_unknown, number, name in fields:
        numbers = [counts[number, name, code] for code in TIER_ORDER]
        rows.append(("未分类" if is_unknown else name or "", *numbers, sum(numbers)))
    totals = [sum(count for key, count in counts.items() if key[2] == code) for code in TIER_ORDER]
    return [*rows, ("合计", *totals, sum(totals))]


def _reason_counts(screening: pa.Table, catalogue: Catalogue) -> list[Line]:
    counts = Counter(code for cell in screening["reasons"].to_pylist() if cell for code in cell.split("|"))
    words = catalogue.vocabularies["exclusion_reason"].values
    return [(words[code], f"{counts[code]} 件") for code in words if counts[code]] or [("无",)]
