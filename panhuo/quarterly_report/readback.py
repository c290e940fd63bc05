"""Reads the figures of a written report back, so that a gate can hold them against the marts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree, html
from python_calamine import CalamineError, CalamineWorkbook

from panhuo.contracts.model import Catalogue, load_catalogue
from panhuo.quarterly_report.cases import CASE_HEADS
from panhuo.quarterly_report.comparing import COMPARED, COMPARED_HEADS, RANKED, RANKED_HEADS
from panhuo.quarterly_report.drawings import HIDDEN, shown
from panhuo.quarterly_report.figures import Figure
from panhuo.quarterly_report.inspecting import AWAITING, INSPECTED, INSPECTED_HEADS, STATES
from panhuo.quarterly_report.matters import MATTER_HEADS
from panhuo.quarterly_report.model import MEASURES, MOVES, RESTATED, TRENDED
from panhuo.quarterly_report.policy import (
    CASES,
    EXCLUSIONS,
    IDENTITY,
    INSPECTIONS,
    MATTERS,
    NATIONAL,
    RANKINGS,
    RECEIPTS,
    RESTATEMENTS,
    STAGES,
    TRENDS,
    ReportPolicy,
    load_report_policy,
)
from panhuo.quarterly_report.receiving import RECEIVED, RECEIVED_HEADS
from panhuo.quarterly_report.workbook import (
    EXCLUDED,
    EXCLUSION_HEADS,
    RESTATEMENT_HEADS,
    SCOPE_HEADS,
    TREND_HEADS,
)

PAGE, WORKBOOK = "report.html", "report.xlsx"
UNREADABLE = (ValueError, LookupError, OSError, CalamineError, etree.LxmlError)
"""What reading a damaged report may raise."""
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("document", "subject", "scope_kind", "scope_code", "measure")),
        ("figure", pa.float64()),
    ]
)
"""A figure of a document; none where the document hides it."""


CASE_SCHEMA = pa.schema([(name, pa.string()) for name in ("document", *CASE_HEADS)])
"""A case of a document: texts as printed, the kind of the deal as its code."""


MATTER_SCHEMA = pa.schema([(name, pa.string()) for name in ("document", *MATTER_HEADS)])
"""A matter of the consultation: texts as printed, its kind as the code."""


def report_cases(folder: Path) -> pa.Table:
    """Every case of the report in a folder, by `CASE_SCHEMA`; nothing of a document that cannot be read."""
    return _texts(folder, "case", CASES, CASE_HEADS, "deal_kind", CASE_SCHEMA)


def report_matters(folder: Path) -> pa.Table:
    """Every matter of the report in a folder, by `MATTER_SCHEMA`; nothing of a document that cannot be read."""
    return _texts(folder, "matter", MATTERS, MATTER_HEADS, "matter_kind", MATTER_SCHEMA)


def _texts(folder: Path, mark: str, sheet: str, heads: Sequence[str], coded: str, schema: pa.Schema) -> pa.Table:
    """Rows of a table of texts: on the page by the class of its rows, in the workbook by its sheet."""
    rows: list[dict[str, str]] = []
    codes = load_catalogue().vocabularies[coded].codes
    for document in (PAGE, WORKBOOK):
        with suppress(*UNREADABLE):
            path = folder / document
            found = _texts_of_page(path, mark) if document == PAGE else _texts_of_workbook(path, sheet, heads)
            for texts in list(found):
                told = dict(zip(heads, texts, strict=True))
                rows.append({"document": document, **told, coded: codes.get(told[coded], told[coded])})
    return pa.Table.from_pylist(rows, schema=schema)


def report_figures(folder: Path) -> pa.Table:
    """Every figure of the report in a folder, by `SCHEMA`; nothing of a document that cannot be read."""
    rows: list[dict[str, Any]] = []
    for document, read in ((PAGE, read_page), (WORKBOOK, read_workbook)):
        with suppress(*UNREADABLE):
            rows += [
                {
                    "document": document, "subject": figure.subject, "scope_kind": figure.scope_kind,
                    "scope_code": figure.scope_code, "measure": figure.column, "figure": figure.value,
                }
                for figure in list(read(folder / document))
            ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def read_page(path: Path) -> Iterator[Figure]:
    """Every figure of the page, drawings included; ValueError for one whose text is not its value."""
    for element in html.fromstring(path.read_bytes().decode()).xpath("//*[@data-key]"):
        subject, kind, rest = element.get("data-key").split("/", 2)
        code, column = rest.rsplit("/", 1)
        told = element.get("data-value")
        figure = Figure(subject, kind, code, column, None if told is None else _number(told), told is None)
        if element.text != shown(figure):
            raise ValueError(f"{path}: {figure.key} is shown as {element.text!r}, its value is {told}")
        yield figure


def read_workbook(path: Path) -> Iterator[Figure]:
    """Every figure of the workbook; LookupError for a sheet that lacks its table, ValueError for a state beside it."""
    book, words, catalogue = CalamineWorkbook.from_path(path), load_report_policy(), load_catalogue()
    for kind in (NATIONAL, *words.dimensions):
        if words.sheets[kind] in book.sheet_names:
            for texts, cells in _rows(book, words.sheets[kind], SCOPE_HEADS, MEASURES, catalogue):
                subject = catalogue.vocabularies["statistic_id"].codes[texts[2]]
                yield from _figures(subject, kind, texts[1], MEASURES, cells)
    yield from _overview(book, words, catalogue)
    yield from _comparisons(book, words, catalogue)
    yield from _accounts(book, words, catalogue)


def _overview(book: CalamineWorkbook, words: ReportPolicy, catalogue: Catalogue) -> Iterator[Figure]:
    statistics = catalogue.vocabularies["statistic_id"].codes
    for texts, cells in _rows(book, words.sheets[NATIONAL], TREND_HEADS, TRENDED, catalogue):
        yield from _figures(TRENDS, statistics[texts[1]], _plain(texts[0], words), TRENDED, cells)
    stages = catalogue.vocabularies["quarter_stage"].codes
    for texts, cells in _rows(book, words.sheets[NATIONAL], ("quarter_stage",), ("patent_count",), catalogue):
        yield from _figures(STAGES, NATIONAL, stages[_plain(texts[0], words)], ("patent_count",), cells)


def _comparisons(book: CalamineWorkbook, words: ReportPolicy, catalogue: Catalogue) -> Iterator[Figure]:
    words_of = catalogue.vocabularies
    statistics, kinds = words_of["statistic_id"].codes, words_of["scope_kind"].codes
    comparisons = words_of["comparison_kind"].codes
    for texts, cells in _rows(book, words.sheets["comparisons"], COMPARED_HEADS, COMPARED, catalogue):
        scope = f"{statistics[texts[1]]}.{kinds[texts[2]]}"
        yield from _figures(comparisons[_plain(texts[0], words)], scope, texts[4], COMPARED, cells)
    for texts, cells in _rows(book, words.sheets["rankings"], RANKED_HEADS, RANKED, catalogue):
        scope = f"{statistics[texts[1]]}.{kinds[_plain(texts[0], words)]}"
        yield from _figures(RANKINGS, scope, texts[3], RANKED, cells)


def _accounts(book: CalamineWorkbook, words: ReportPolicy, catalogue: Catalogue) -> Iterator[Figure]:
    words_of = catalogue.vocabularies
    statistics = words_of["statistic_id"].codes
    for texts, cells in _rows(book, words.sheets["identity"], SCOPE_HEADS[:2], MOVES, catalogue):
        kind = NATIONAL if texts[1] == "CN" else "institution"
        yield from _figures(IDENTITY, kind, texts[1], MOVES, cells)
    reasons = words_of["statistic_exclusion"].codes | words_of["not_genuine_reason"].codes
    for texts, cells in _rows(book, words.sheets["exclusions"], EXCLUSION_HEADS, EXCLUDED, catalogue):
        yield from _figures(EXCLUSIONS, statistics[_plain(texts[0], words)], reasons[texts[1]], EXCLUDED, cells)
    causes = words_of["restatement_cause"].codes
    for texts, cells in _rows(book, words.sheets["restatements"], RESTATEMENT_HEADS, RESTATED, catalogue):
        code = f"{statistics[texts[1]]}.{causes[texts[2]]}"
        yield from _figures(RESTATEMENTS, _plain(texts[0], words), code, RESTATED, cells)
    sheet = words.sheets["inspections"]
    for texts, cells in _rows(book, sheet, INSPECTED_HEADS, INSPECTED, catalogue):
        awaited = cells[AWAITING] if cells[AWAITING] == HIDDEN else f"{cells[AWAITING]:,.0f}"
        states = STATES if awaited == HIDDEN else STATES[1:] if cells[AWAITING] else STATES[:1]
        if texts[3] not in {words.labels[name].format(count=awaited) for name in states}:
            raise ValueError(f"{sheet}: {texts[0]} {texts[2]} awaits {awaited}, and is told as {texts[3]!r}")
        yield from _figures(INSPECTIONS, _plain(texts[0], words), texts[2], INSPECTED, cells)
    sources = words_of["statistic_source"].codes
    for texts, cells in _rows(book, words.sheets["receipts"], RECEIVED_HEADS, RECEIVED, catalogue):
        yield from _figures(RECEIPTS, texts[2], sources[texts[0]], RECEIVED, cells)


def _texts_of_page(path: Path, mark: str) -> Iterator[list[str]]:
    for row in html.fromstring(path.read_bytes().decode()).xpath(f"//tr[@class='{mark}']"):
        yield [(cell.text or "").strip() for cell in row.xpath("./td")]


def _texts_of_workbook(path: Path, sheet: str, heads: Sequence[str]) -> Iterator[list[str]]:
    words, catalogue = load_report_policy(), load_catalogue()
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(words.sheets[sheet]).to_python(skip_empty_area=False)
    headings = [catalogue.label(name) for name in heads]
    start = [row[: len(headings)] for row in rows].index(headings)
    for row in rows[start + 1 :]:
        if not row[1]:
            return
        yield [_plain(str(row[0]), words), *(str(cell).strip() for cell in row[1 : len(headings)])]


def _rows(
    book: CalamineWorkbook, sheet: str, heads: Sequence[str], measures: Sequence[str], catalogue: Catalogue
) -> Iterator[tuple[list[str], list[Any]]]:
    """Texts and cells of each row below a table's headings, to the first row that is none."""
    headings = [catalogue.label(name) for name in (*heads, *measures)]
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    start = [row[: len(headings)] for row in rows].index(headings)
    for row in rows[start + 1 :]:
        if len(row) < len(headings) or (not row[len(heads)] and row[len(heads)] != 0):
            return
        yield [str(cell) for cell in row[: len(heads)]], row[len(heads) : len(headings)]


def _figures(subject: str, kind: str, code: str, measures: Sequence[str], cells: Sequence[Any]) -> Iterator[Figure]:
    for column, cell in zip(measures, cells, strict=True):
        if cell == HIDDEN:
            yield Figure(subject, kind, code, column, None, is_hidden=True)
        elif cell != "":
            yield Figure(subject, kind, code, column, float(cell))


def _plain(text: str, words: ReportPolicy) -> str:
    """A name without the mark of simulated data."""
    return text.removesuffix(f"（{words.labels['simulated']}）")


def _number(text: str) -> float:
    return float(text) if "." in text or "e" in text else int(text)
