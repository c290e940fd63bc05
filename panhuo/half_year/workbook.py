"""The half-year report as a workbook: contents and versions, a sheet for each part, definitions and SQL.

The last column of a part is the key of each row, which leads to its SQL. Every text is written as a text, so that no
name can become a formula. Equal drafts give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from panhuo.bulletin.wording import instant_text
from panhuo.dispatch.book import (
    HEAD_PROPERTIES,
    HEADER_COLOUR,
    LINE_COLOUR,
    WARN_COLOUR,
    StyledBook,
    print_pages,
    write_cell,
)
from panhuo.dispatch.sheets import line_count
from panhuo.half_year.model import Draft, Table
from panhuo.quarterly_report.drawings import HIDDEN
from panhuo.quarterly_report.figures import Figure

_A3, _A4 = 8, 9
_A4_CHARACTERS = 130
"""What is wider is set on A3."""
_LINE = 15
_SOFT = "#5B6B7B"
_WIDTH, _TEXT_WIDTH, _KEY_WIDTH = 12, 14, 30
_WIDTHS = {"milestone_id": 22, "milestone_title": 38, "evidence": 46, "responsible": 26, "bearer": 26, "direction": 26}
_BOX = {"border": 1, "border_color": LINE_COLOUR}


class _Book(StyledBook):
    """The workbook of a half-year report."""

    def __init__(self, path: Path, draft: Draft) -> None:
        self.draft = draft
        super().__init__(path, draft.title)

    def sheet(self, name: str, widths: Sequence[int]) -> tuple[Any, int]:
        """A new sheet with columns of these widths, under title and notices; returns it and the next row."""
        words = self.draft.words
        target = self.file.add_worksheet(name)
        print_pages(target, _A3 if sum(widths) > _A4_CHARACTERS else _A4, landscape=True)
        for position, width in enumerate(widths):
            target.set_column(position, position, width)
        target.write_string(0, 0, self.draft.title, self.style(bold=True, font_size=15, font_color=HEADER_COLOUR))
        target.set_row(0, 26)
        target.write_string(1, 0, words.notes["draft"], self.style(font_color=_SOFT, font_size=9))
        if not self.draft.is_simulated:
            return target, 3
        notice = words.notes["simulated"].format(tag=words.labels["simulated"])
        target.write_string(2, 0, notice, self.style(font_color=WARN_COLOUR, font_size=9))
        return target, 4

    def heads(self, target: Any, row: int, texts: list[str]) -> None:
        """The headings of a table."""
        target.set_row(row, 32)
        for position, text in enumerate(texts):
            target.write_string(row, position, text, self.style(**HEAD_PROPERTIES))


def write_draft(path: Path, draft: Draft) -> None:
    """Write the workbook."""
    book = _Book(path, draft)
    _write_overview(book)
    for table in draft.tables:
        _write_part(book, table)
    _write_definitions(book)
    book.file.close()


def _write_overview(book: _Book) -> None:
    draft, words = book.draft, book.draft.words
    target, row = book.sheet(words.labels["overview"], (36, 12, 8, 36, 16, 24))
    labels = [words.labels[name] for name in ("version", "as_of", "policy_version", "code_version")]
    book.heads(target, row, [words.labels["product"], draft.catalogue.label("period"), *labels])
    box = book.style(**_BOX)
    for version in draft.versions:
        row += 1
        told = (
            words.products[version["product"]], version["period"], version["version"], instant_text(version["as_of"]),
            version["policy_version"], version["code_version"],
        )  # fmt: skip
        for position, value in enumerate(told):
            write_cell(target, row, position, value, box)
    row += 1
    for headline in draft.headlines:
        row += 1
        tag = f"（{words.labels['simulated']}）" if headline.is_simulated else ""
        target.write_string(row, 0, headline.label + tag, box)
        _write_figure(book, target, row, 1, headline.figure)
    target.write_string(row + 2, 0, words.notes["hidden"], book.style(font_color=_SOFT, font_size=9))


def _write_part(book: _Book, table: Table) -> None:
    draft, part, words = book.draft, table.part, book.draft.words
    text_widths = [_WIDTHS.get(name, _TEXT_WIDTH) for name in part.texts]
    target, row = book.sheet(part.title, (*text_widths, *[_WIDTH] * len(part.measures), _KEY_WIDTH))
    key = len(part.texts) + len(part.measures)
    columns = [draft.heading(table, name) for name in (*part.texts, *part.measures)]
    book.heads(target, row, [*columns, words.labels["key"]])
    target.freeze_panes(row + 1, 1)
    target.repeat_rows(row)
    if not table.lines:
        note = words.notes["missing" if table.lines is None else "empty"]
        target.write_string(row + 1, 0, note, book.style(font_color=_SOFT))
        return
    target.autofilter(row, 0, row + len(table.lines), key)
    wrapped = book.style(**_BOX, text_wrap=True)
    for line in table.lines:
        row += 1
        tag = f"（{words.labels['simulated']}）" if line.is_simulated else ""
        texts = (line.texts[0] + tag, *line.texts[1:])
        lines = max(line_count(text, width) for text, width in zip(texts, text_widths, strict=True))
        target.set_row(row, _LINE * lines + 3)
        for position, text in enumerate(texts):
            target.write_string(row, position, text, wrapped)
        for position, figure in enumerate(line.figures, start=len(line.texts)):
            _write_figure(book, target, row, position, figure)
        target.write_string(row, key, line.figures[0].key.rpartition("/")[0], book.style(**_BOX, font_color=_SOFT))


def _write_figure(book: _Book, target: Any, row: int, position: int, figure: Figure | None) -> None:
    is_hidden = figure is not None and figure.is_hidden
    form = {"align": "right"} if is_hidden else {"num_format": "0.00%" if figure and figure.is_rate else "#,##0"}
    value = HIDDEN if is_hidden else figure.value if figure else None
    write_cell(target, row, position, value, book.style(**_BOX, **form))


def _write_definitions(book: _Book) -> None:
    """What each part counts, from what, and its SQL."""
    words = book.draft.words
    target, row = book.sheet(words.labels["definitions"], (14, 46, 26, 22, 100))
    heads = ("key", "definition", "source", "query")
    book.heads(target, row, [*(words.labels[name] for name in heads), "SQL"])
    cell = book.style(**_BOX, text_wrap=True)
    for table in book.draft.tables:
        row += 1
        part = table.part
        query = f"docs/queries/{part.query}.sql" if part.query else ""
        for position, text in enumerate((part.id, part.definition, "、".join(part.marts), query, table.sql)):
            target.write_string(row, position, text, cell)
        target.set_row(row, 15 * (table.sql.count("\n") + 1))
