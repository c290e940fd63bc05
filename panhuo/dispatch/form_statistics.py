"""The second sheet of a form: its rows counted by what the layout names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import HEADER_COLOUR, LINE_COLOUR, Book, print_pages, statement
from panhuo.dispatch.layouts import Statistic
from panhuo.dispatch.model import OriginCounts

STATISTICS_SHEET = "分类统计"
TOTAL = "合计"

_NAME_WIDTH, _COUNT_WIDTH = 30, 11
_A4 = 9


@dataclass(frozen=True)
class Counts:
    """A table of counts: groups of columns (heading, words), and per line its name, its total and the counts."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    lines: tuple[tuple[str, int, tuple[int, ...]], ...]


def count_rows(table: pa.Table, statistic: Statistic, catalogue: Catalogue) -> Counts:
    """Count the rows of a table by the words of columns, one line per value of `statistic.rows`."""
    names = table[statistic.rows].to_pylist()
    words = {by: table[by].to_pylist() for by in statistic.by}
    codes = {by: _codes(values, by, catalogue) for by, values in words.items()}
    totals = Counter(names)
    counted = {by: Counter(zip(names, values, strict=True)) for by, values in words.items()}
    groups = tuple(
        (catalogue.label(by), tuple(catalogue.value_label(by, code) or statistic.absent for code in codes[by]))
        for by in statistic.by
    )
    lines = tuple(
        (
            catalogue.value_label(statistic.rows, name) or statistic.unknown,
            totals[name],
            tuple(counted[by][name, code] for by in statistic.by for code in codes[by]),
        )
        for name in _names(table, statistic, catalogue)
    )
    return Counts(groups, lines)


def _codes(values: Sequence[str | None], column: str, catalogue: Catalogue) -> list[str | None]:
    vocabulary = catalogue.vocabulary_of(catalogue.columns[column])
    known: list[str | None] = list(vocabulary.values) if vocabulary else []
    return [*known, None] if None in values else known


def _names(table: pa.Table, statistic: Statistic, catalogue: Catalogue) -> Iterator[str | None]:
    """Values of the lines in order, the empty one last."""
    present = table[statistic.rows].to_pylist()
    vocabulary = catalogue.vocabulary_of(catalogue.columns[statistic.rows])
    if vocabulary:
        yield from (code for code in vocabulary.values if code in present)
    else:
        keys = table[statistic.key or statistic.rows].to_pylist()
        named = {pair for pair in zip(keys, present, strict=True) if pair[1] is not None}
        yield from dict.fromkeys(name for _, name in sorted(named, key=lambda pair: (pair[0] is None, *pair)))
    if None in present:
        yield None


def write_statistics(book: Book, table: pa.Table, statistics: Sequence[Statistic], title: str) -> None:
    """Add the sheet of counts, when there is anything to count by."""
    if not statistics:
        return
    counts = [count_rows(table, statistic, book.catalogue) for statistic in statistics]
    width = max(sum(len(words) for _, words in each.groups) for each in counts) + 1
    target = book.file.add_worksheet(STATISTICS_SHEET)
    target.set_column(0, 0, _NAME_WIDTH)
    target.set_column(1, width, _COUNT_WIDTH)
    print_pages(target, _A4, landscape=True)
    sentence, colour = statement(book.notes, is_all_real=OriginCounts.of(table).is_all_real)
    heading: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (32, f"{title}：分类统计", {"bold": True, "font_size": 16, "font_color": HEADER_COLOUR, "align": "center"}),
        (20, f"{book.package.name}　　统计月度：{book.package.period}　　单位：件", {"align": "center"}),
        (30, sentence, {"font_color": colour, "font_size": 9, "text_wrap": True}),
    )
    for row, (height, text, properties) in enumerate(heading):
        target.set_row(row, height)
        target.merge_range(row, 0, row, width, "", book.style(**properties))
        target.write_string(row, 0, text, book.style(**properties))
    row = len(heading) + 1
    for statistic, each in zip(statistics, counts, strict=True):
        row = _write_counts(book, target, row, statistic, each) + 2


def _write_counts(book: Book, target: Any, row: int, statistic: Statistic, counts: Counts) -> int:
    """Write one table of counts from a row on; returns the row after it."""
    head, box = book.head_style(), {"border": 1, "border_color": LINE_COLOUR}
    target.set_row(row, 22)
    target.write_string(row, 0, statistic.title, book.section_style())
    label = book.catalogue.label(statistic.rows)
    target.merge_range(row + 1, 0, row + 2, 0, "", head)
    target.write_string(row + 1, 0, label, head)
    target.merge_range(row + 1, 1, row + 2, 1, "", head)
    target.write_string(row + 1, 1, TOTAL, head)
    position = 2
    for heading, words in counts.groups:
        if len(words) > 1:
            target.merge_range(row + 1, position, row + 1, position + len(words) - 1, "", head)
        target.write_string(row + 1, position, heading, head)
        for word in words:
            target.write_string(row + 2, position, word, head)
            position += 1
    row += 3
    sums = [sum(column) for column in zip(*((total, *numbers) for _, total, numbers in counts.lines), strict=True)]
    closing = (TOTAL, *(sums or [0] * (position - 1)))
    for name, *numbers in (*((name, total, *numbers) for name, total, numbers in counts.lines), closing):
        is_total = name == TOTAL
        fill = {"bold": is_total, "bg_color": "#DCE6F1" if is_total else "#FFFFFF"}
        target.write_string(row, 0, str(name), book.style(**box, **fill))
        for column, number in enumerate(numbers, start=1):
            target.write_number(row, column, number, book.style(**box, **fill, num_format="#,##0", align="center"))
        row += 1
    return row
