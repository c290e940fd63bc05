"""Workbooks that go back to their senders: what was received, with every bad cell marked and explained."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from ingestion.outbox import safe_name
from ingestion.reading import Reading
from ingestion.submissions import Submission
from ingestion.tables import ROW, Row
from ingestion.workbooks import NOTICE_SHEET, new_workbook
from panhuo.contracts.faults import MASK
from panhuo.contracts.forms import cell_text
from panhuo.contracts.model import Contract
from panhuo.contracts.rows import NOT_USED, NOTICES, UNANSWERED, UNKNOWN_HEADER, HeaderMap, Violation
from panhuo.lake import put_bytes
from panhuo.periods import Period

MARK = "退回"
_MASK_NOTE = "联系方式等受限内容和未识别的列以 *** 代替；请在原文件上按行号修改后重新报送。"


@dataclass(frozen=True)
class Notice:
    """What the heading of a return says."""

    title: str
    """What the sender calls the form."""
    source_file: str
    period: str


def put_return(folder: Path, period: Period, submission: Submission, content: bytes) -> None:
    """Write `<folder>/outbox/returns/period=…/<sender>/<file name>__退回.xlsx`, strangers' names made harmless.

    Where another return has that name already, eight digits of the submission's SHA-256 stand behind the
    file name: what went back to a sender is never written over by another file's.
    """
    name = safe_name(submission.source_file.rpartition("/")[2].rpartition("\\")[2])
    path = folder / "outbox" / "returns" / f"period={period}" / safe_name(submission.sender_id) / f"{name}__{MARK}.xlsx"
    if path.exists() and path.read_bytes() != content:
        digest = submission.received.digest[:8]
        path = path.with_name(f"{name}__{digest}__{MARK}.xlsx")
    put_bytes(path, content)


def annotate(notice: Notice, contract: Contract, reading: Reading, *, mask: bool = True) -> bytes:
    """The received rows under their own numbers, bad cells annotated, and a sheet of explanations.

    With `mask`, restricted and unknown columns read `***`, since a return lies outside the protected store.
    A feed has no layout of its own: its records stand below a heading, with their ordinals in front. So do the
    rows of a table too long to go back whole, of which the bad ones are shown. All cells are text.
    """
    stream = io.BytesIO()
    with new_workbook(stream) as workbook:
        sheet = workbook.add_worksheet("报送内容")
        explanations = workbook.add_worksheet(NOTICE_SHEET)
        fill = workbook.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        canvas = _Canvas(sheet, _Layout.of(reading), fill)
        canvas.mark(reading.columns, reading.shown.violations)
        canvas.write(_masked(contract, reading.columns) if mask else frozenset())
        _explain(workbook, explanations, notice, contract, reading)
        sheet.activate()
    return stream.getvalue()


def refuse(notice: Notice, reason: str) -> bytes:
    """The one-sheet notice of a file that was refused as a whole."""
    stream = io.BytesIO()
    with new_workbook(stream) as workbook:
        sheet = workbook.add_worksheet(NOTICE_SHEET)
        _write_facts(workbook, sheet, [*_facts(notice), ("结论", "整份退回"), ("原因", reason)])
    return stream.getvalue()


@dataclass(frozen=True)
class _Layout:
    """Where each row and heading of a received table stands on the sheet (from 0)."""

    headers: tuple[str, ...]
    preamble: tuple[tuple[object, ...], ...]
    rows: Sequence[Row]
    heading: int
    indent: int
    """Columns in front of the sender's own."""
    places: Mapping[int, int]
    """Number of the sender → row on the sheet."""

    @classmethod
    def of(cls, reading: Reading) -> _Layout:
        table, rows = reading.table, reading.shown.rows
        if table.header_row and reading.shown.is_whole:
            places = {number: number - 1 for number, _ in rows}
            return cls(table.headers, table.preamble, rows, table.header_row - 1, 0, places)
        places = {number: place for place, (number, _) in enumerate(rows, start=1)}
        return cls(table.headers, (), rows, 0, 1, places)

    def row(self, number: int) -> int:
        # What concerns no row shown is marked on the heading.
        return self.places.get(number, self.heading)

    def positions(self) -> dict[str, int]:
        return {header: position + self.indent for position, header in enumerate(self.headers)}


class _Canvas:
    """A sheet that is filled with the received cells, each marked one in its colour and with its note."""

    def __init__(self, sheet: Any, layout: _Layout, fill: Format) -> None:
        self._sheet = sheet
        self._layout = layout
        self._fill = fill
        self._marked: set[tuple[int, int]] = set()

    def mark(self, columns: HeaderMap, violations: Iterable[Violation]) -> None:
        positions = self._layout.positions()
        notes: dict[tuple[int, int], list[str]] = {}
        for violation in (told for told in violations if told.code not in (NOT_USED, UNANSWERED)):
            header = violation.column if violation.code == UNKNOWN_HEADER else columns.columns.get(violation.column)
            cell = (self._layout.row(violation.source_row), positions.get(header or "", 0))
            notes.setdefault(cell, []).append(violation.advice)
        for (row, position), messages in notes.items():
            self._sheet.write_blank(row, position, None, self._fill)
            self._sheet.write_comment(row, position, cell_text("\n".join(messages)), {"author": "盘活", "x_scale": 2})
        self._marked = set(notes)

    def write(self, masked: frozenset[str]) -> None:
        layout = self._layout
        for row, cells in enumerate(layout.preamble):
            for position, cell in enumerate(cells):
                self._put(row, position, cell)
        positions = layout.positions()
        if layout.indent:
            self._put(layout.heading, 0, "序号")
        for header, position in positions.items():
            self._put(layout.heading, position, header)
        for number, record in layout.rows:
            if layout.indent:
                self._put(layout.row(number), 0, number)
            for header, cell in record.items():
                shown = MASK if header in masked and cell not in (None, "") else cell
                self._put(layout.row(number), positions[header], shown)

    def _put(self, row: int, position: int, cell: object) -> None:
        if cell is not None and cell != "":
            fill = self._fill if (row, position) in self._marked else None
            self._sheet.write_string(row, position, cell_text(cell), fill)


def _masked(contract: Contract, columns: HeaderMap) -> frozenset[str]:
    graded = {
        header
        for name, header in columns.columns.items()
        if contract.column(name).column.sensitivity in {"restricted", "blocked"}
    }
    return frozenset(graded | set(columns.unknown))


def _explain(
    workbook: xlsxwriter.Workbook,
    sheet: Any,
    notice: Notice,
    contract: Contract,
    reading: Reading,
) -> None:
    counts, shown = reading.counts, reading.shown
    bold = workbook.add_format({"bold": True, "border": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    facts = [
        *_facts(notice),
        ("收到行数", str(counts.received)),
        ("接收行数", str(counts.accepted)),
        ("退回行数", str(counts.set_aside)),
        ("完全相同的重复行（只留一行）", str(counts.identical_duplicates)),
        ("说明", _MASK_NOTE),
    ]
    if not shown.is_whole:
        facts.append(("篇幅", f"数据较多，只列出有问题的前 {len(shown.rows):,} 行"))
    if reading.violations.count > len(shown.violations):
        more = reading.violations.count - len(shown.violations)
        facts.append(("未列出的问题", f"另有 {more:,} 个问题未列出；请先改正已列出的，再重新报送"))
    first = _write_facts(workbook, sheet, facts) + 1
    for position, (heading, width) in enumerate((("行号", 28), ("字段", 40), ("问题", 80), ("修改建议", 60))):
        sheet.set_column(position, position, width)
        sheet.write_string(first, position, heading, bold)
    for row, violation in enumerate(shown.violations, start=first + 1):
        texts = (_row_text(violation), _label(contract, violation), violation.message, violation.mend)
        for position, text in enumerate(texts):
            sheet.write_string(row, position, cell_text(text), wrapped)


def _row_text(violation: Violation) -> str:
    return str(violation.source_row) if violation.source_row else "整份"


def _label(contract: Contract, violation: Violation) -> str:
    if violation.code in NOTICES:
        return violation.column
    return "整行" if violation.column == ROW else contract.column(violation.column).column.label


def _facts(notice: Notice) -> list[tuple[str, str]]:
    return [("报送内容", notice.title), ("文件", notice.source_file), ("月度", notice.period)]


def _write_facts(workbook: xlsxwriter.Workbook, sheet: Any, facts: Sequence[tuple[str, str]]) -> int:
    bold = workbook.add_format({"bold": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 80)
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, cell_text(value))
    return len(facts)
