"""The report as a workbook with native charts: a sheet for each dimension, a row for each value and statistic.

Every text is written as a text, so that no name can become a formula. Equal reports give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
from panhuo.policy import load_policy
from panhuo.quarterly_report.cases import CASE_HEADS
from panhuo.quarterly_report.comparing import COMPARED, COMPARED_HEADS, RANKED, RANKED_HEADS
from panhuo.quarterly_report.drawings import HIDDEN
from panhuo.quarterly_report.figures import Figure, Line
from panhuo.quarterly_report.inspecting import INSPECTED, INSPECTED_HEADS
from panhuo.quarterly_report.matters import AGREED_HEADS, MATTER_HEADS
from panhuo.quarterly_report.model import (
    COUNTRY,
    MEASURES,
    MOVES,
    RESTATED,
    TRENDED,
    Report,
)
from panhuo.quarterly_report.policy import NATIONAL
from panhuo.quarterly_report.receiving import RECEIVED, RECEIVED_HEADS

EXCLUDED = ("quarter_event_count", "event_count", "patent_count")
SCOPE_HEADS = ("scope_name", "scope_code", "statistic_id")
TREND_HEADS = ("figure_quarter", "statistic_id")
EXCLUSION_HEADS = ("statistic_id", "exclusion_kind")
RESTATEMENT_HEADS = ("effect_quarter", "statistic_id", "restatement_cause")
_A4 = 9
_SOFT, _WASH = "#5B6B7B", "#F3F6FA"
_MAX_BARS = 60
"""More bars than this nobody can tell apart."""
_CHART_WIDTH, _CHART_HEIGHT, _ROW_PIXELS = 620, 300, 20


@dataclass(frozen=True)
class _Chart:
    """A chart to draw: its title, its first and last row, the columns of names and of values, and its kind."""

    title: str
    first: int
    last: int
    names: int
    values: int
    kind: str = "bar"
    is_rate: bool = False


class _Book(StyledBook):
    """The workbook of a quarter."""

    def __init__(self, path: Path, report: Report) -> None:
        self.report = report
        super().__init__(path, report.title)

    def sheet(self, name: str) -> tuple[Any, int]:
        """A new sheet under the report's title and notices; returns it and the next row."""
        report, words = self.report, self.report.words
        target = self.file.add_worksheet(name)
        print_pages(target, _A4, landscape=True)
        target.set_column(0, 0, 26)
        target.set_column(1, 30, 12)
        target.write_string(0, 0, report.title, self.style(bold=True, font_size=15, font_color=HEADER_COLOUR))
        target.set_row(0, 26)
        facts = f"{report.quarter}　数据截至：{instant_text(report.as_of)}　{report.state}　{report.versions}"
        target.write_string(1, 0, facts, self.style(font_color=_SOFT))
        if not report.is_simulated:
            return target, 3
        notice = words.notes["simulated"].format(tag=words.labels["simulated"])
        target.write_string(2, 0, notice, self.style(font_color=WARN_COLOUR, font_size=9))
        return target, 4

    def table(self, target: Any, row: int, texts: Sequence[str], measures: Sequence[str], lines: Iterable[Line]) -> int:
        """A table below its headings; returns the row after it."""
        label = self.report.catalogue.label
        target.set_row(row, 32)
        for position, name in enumerate((*texts, *measures)):
            target.write_string(row, position, label(name), self.style(**HEAD_PROPERTIES))
        for line in lines:
            row += 1
            is_total = any(figure.scope_kind == NATIONAL for figure in line.figures[:1])
            box = {"border": 1, "border_color": LINE_COLOUR, **({"bg_color": _WASH} if is_total else {})}
            for position, text in enumerate(line.texts):
                tag = f"（{self.report.words.labels['simulated']}）" if position == 0 and line.is_simulated else ""
                target.write_string(row, position, text + tag, self.style(**box))
            for position, figure in enumerate(line.figures, start=len(line.texts)):
                write_cell(target, row, position, _cell(figure), self.style(**box, **_number(figure)))
        return row + 1

    def note(self, target: Any, row: int, text: str) -> int:
        """A sentence below a table."""
        target.write_string(row, 0, text, self.style(font_color=_SOFT, font_size=9))
        return row + 1

    def chart(self, target: Any, sheet: str, chart: _Chart, row: int, column: int) -> None:
        """A native chart over cells of the sheet."""
        drawn = self.file.add_chart({"type": chart.kind})
        drawn.add_series(
            {
                "name": chart.title,
                "categories": [sheet, chart.first, chart.names, chart.last, chart.names],
                "values": [sheet, chart.first, chart.values, chart.last, chart.values],
                "fill": {"color": "#2F6F9F"},
                "data_labels": {"value": True},
                "gap": 60,
            }
        )
        drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
        drawn.set_legend({"none": True})
        scale: dict[str, Any] = {"min": 0, **({"num_format": "0.0%"} if chart.is_rate else {})}
        scale["major_gridlines"] = {"visible": True, "line": {"color": LINE_COLOUR}}
        if chart.kind == "bar":
            drawn.set_x_axis(scale)
            drawn.set_y_axis({"reverse": True})
        else:
            drawn.set_y_axis(scale)
        count = chart.last - chart.first + 1
        height = max(_CHART_HEIGHT, 110 + 24 * count) if chart.kind == "bar" else _CHART_HEIGHT
        drawn.set_size({"width": _CHART_WIDTH, "height": height})
        target.insert_chart(row, column, drawn, {"object_position": 3})


def write_report(path: Path, report: Report) -> None:
    """Write the workbook."""
    book = _Book(path, report)
    _write_overview(book)
    for kind in report.words.dimensions:
        if kind in report.places:
            _write_dimension(book, kind)
    _write_comparisons(book)
    _write_texts(book)
    _write_accounts(book)
    _write_definitions(book)
    book.file.close()


def _write_overview(book: _Book) -> None:
    report, words = book.report, book.report.words
    name = words.sheets[NATIONAL]
    target, row = book.sheet(name)
    nation = report.places[NATIONAL][0]
    row = book.table(target, row, SCOPE_HEADS, MEASURES, [report.line(s, NATIONAL, nation) for s in report.statistics])
    row = book.note(target, row, report.standing)
    row = book.note(target, row, words.notes["administrative"])
    start = row + 2
    # quarters of a statistic stand below each other
    row = book.table(target, row + 1, TREND_HEADS, TRENDED, report.trends) + 1
    height = _CHART_HEIGHT // _ROW_PIXELS + 2
    for number, statistic in enumerate(report.statistics):
        title = f"{report.label('statistic_id', statistic)}（件）"
        told = [place for place, line in enumerate(report.trends) if line.figures[0].scope_kind == statistic]
        chart = _Chart(title, start + told[0], start + told[-1], 0, len(TREND_HEADS), "column")
        book.chart(target, name, chart, row + (number // 2) * height, (number % 2) * 6)
    row += -(-len(report.statistics) // 2) * height
    row = _write_stages(book, target, name, row)
    target.freeze_panes(5, 0)


def _write_stages(book: _Book, target: Any, sheet: str, row: int) -> int:
    report = book.report
    end = book.table(target, row, ("quarter_stage",), ("patent_count",), report.stages)
    if report.stages:
        chart = _Chart(report.words.sections["stages"], row + 1, end - 1, 0, 1)
        book.chart(target, sheet, chart, row, 3)
    return book.note(target, end, report.words.notes["stages"])


def _write_dimension(book: _Book, kind: str) -> None:
    """A row for each statistic and value, by statistic, each with a chart of its rates beside the table."""
    report, places = book.report, book.report.places[kind]
    name = report.words.sheets[kind]
    target, row = book.sheet(name)
    lines = [report.line(statistic, kind, place) for statistic in report.statistics for place in places]
    end = book.table(target, row, SCOPE_HEADS, MEASURES, lines)
    target.freeze_panes(row + 1, 1)
    width = len(SCOPE_HEADS) + len(MEASURES)
    target.autofilter(row, 0, end - 1, width - 1)
    target.repeat_rows(row)
    end = book.note(target, end, report.words.notes["hidden"])
    rules = load_policy().statistics
    interval = report.words.notes["interval"].format(
        below=rules.interval_below.value, confidence=rules.confidence.value
    )
    book.note(target, end, interval)
    drawn = min(len(places), _MAX_BARS)
    height = max(_CHART_HEIGHT, 110 + 24 * drawn) // _ROW_PIXELS + 2
    for number, statistic in enumerate(report.statistics):
        first = row + 1 + number * len(places)
        title = f"{report.label('statistic_id', statistic)}：{report.catalogue.label('rate')}"
        values = len(SCOPE_HEADS) + MEASURES.index("rate")
        chart = _Chart(title, first, first + drawn - 1, 0, values, is_rate=True)
        book.chart(target, name, chart, end + 2 + (number // 2) * height, (number % 2) * 6)


def _write_comparisons(book: _Book) -> None:
    """Every comparison and every rank, each in a table that can be filtered."""
    report, words = book.report, book.report.words
    notes = (
        words.notes["comparisons"] + words.notes["drivers"] if report.compared.rows else words.notes["no_comparisons"]
    )
    ranking = words.notes["rankings"].format(confidence=load_policy().statistics.confidence.value)
    for sheet, heads, measures, lines, said in (
        ("comparisons", COMPARED_HEADS, COMPARED, report.compared.lines, notes),
        ("rankings", RANKED_HEADS, RANKED, report.compared.ranked, ranking),
    ):
        target, row = book.sheet(words.sheets[sheet])
        end = book.table(target, row, heads, measures, lines)
        if lines:
            target.autofilter(row, 0, end - 1, len(heads) + len(measures) - 1)
        target.freeze_panes(row + 1, 1)
        target.repeat_rows(row)
        book.note(target, end, said)


def _write_texts(book: _Book) -> None:
    """Cases, matters of the consultation and what was agreed: tables without figures."""
    report, words = book.report, book.report.words
    for sheet, heads, lines, said in (
        ("cases", CASE_HEADS, report.cases, report.case_note),
        ("matters", MATTER_HEADS, report.matters, words.notes["matters" if report.matters else "no_matters"]),
        ("agreed", AGREED_HEADS, report.agreed, words.notes["agreed" if report.agreed else "no_agreed"]),
    ):
        target, row = book.sheet(words.sheets[sheet])
        end = book.table(target, row, heads, (), lines)
        target.set_column(1, len(heads) - 1, 20)
        target.set_column(2, 2, 60)  # title, evidence, what was agreed
        target.freeze_panes(row + 1, 1)
        book.note(target, end, said)


def _write_accounts(book: _Book) -> None:
    report, words = book.report, book.report.words
    inspected = tuple(line for inspection in report.inspections for line in inspection.lines)
    target, row = book.sheet(words.sheets["identity"])
    book.table(target, row, ("scope_name", "scope_code"), MOVES, report.identity)
    target.freeze_panes(row + 1, 1)
    for sheet, heads, measures, lines, said in (
        ("exclusions", EXCLUSION_HEADS, EXCLUDED, report.exclusions, words.notes["exclusions"]),
        ("restatements", RESTATEMENT_HEADS, RESTATED, report.restatements, words.notes["restatements"]),
        ("inspections", INSPECTED_HEADS, INSPECTED, inspected, report.inspection_note),
        ("receipts", RECEIVED_HEADS, RECEIVED, report.receipts, words.notes["receipts"]),
    ):
        target, row = book.sheet(words.sheets[sheet])
        end = book.table(target, row, heads, measures, lines)
        book.note(target, end, said if lines else words.notes[f"no_{sheet}"])


def _write_definitions(book: _Book) -> None:
    """Definitions, and the SQL by which the figures of each subject are counted again."""
    report, words, label = book.report, book.report.words, book.report.catalogue.label
    target, row = book.sheet(words.sheets["definitions"])
    heads = (words.labels["item"], label("numerator_count"), label("denominator_count"), label("definition_version"),
             words.labels["clause"])  # fmt: skip
    target.set_column(1, 2, 42)
    target.set_column(3, 3, 22)
    for position, text in enumerate(heads):
        target.write_string(row, position, text, book.style(**HEAD_PROPERTIES))
    cell = book.style(border=1, border_color=LINE_COLOUR, text_wrap=True)
    for statistic in load_policy().statistics.statistics:
        row += 1
        told = words.definitions[statistic.id]
        version = report.rows[statistic.id, NATIONAL, COUNTRY]["definition_version"]
        texts = (
            report.label("statistic_id", statistic.id),
            told.numerator,
            told.denominator,
            version,
            statistic.clause,
        )
        for position, text in enumerate(texts):
            target.write_string(row, position, text, cell)
    _write_queries(book, target, row + 2)


def _write_queries(book: _Book, target: Any, row: int) -> None:
    """The SQL of each subject, what it takes for a dimension, and how columns are written in it."""
    report, words, label = book.report, book.report.words, book.report.catalogue.label
    cell = book.style(border=1, border_color=LINE_COLOUR, text_wrap=True)
    row = book.note(target, row, report.recount_note) + 1
    columns = dict.fromkeys((*MEASURES, *TRENDED, *COMPARED, *RANKED, *MOVES, *EXCLUDED, *RESTATED, *INSPECTED))
    for heads, lines in (
        (("scope", "written", "condition"), report.conditions),
        (("column", "written"), tuple((label(name), name) for name in columns)),
        (("item", "query"), tuple((subject, words.recount(subject, report.period)) for subject in words.subjects)),
    ):
        for position, head in enumerate(heads):
            target.write_string(row, position, words.labels[head], book.style(**HEAD_PROPERTIES))
        for line in lines:
            row += 1
            if heads[-1] == "query":
                target.merge_range(row, 1, row, 4, "", cell)
                target.set_row(row, 15 * (line[-1].count("\n") + 1))
            for position, text in enumerate(line):
                target.write_string(row, position, text, cell)
        row += 2


def _cell(figure: Figure) -> str | float | None:
    return HIDDEN if figure.is_hidden else figure.value


def _number(figure: Figure) -> dict[str, Any]:
    if figure.is_hidden:
        return {"align": "right"}
    if figure.is_difference:
        return {"num_format": "+0.00%;-0.00%;0.00%"}
    if figure.column == "p_value":
        return {"num_format": "0.000"}
    return {"num_format": "0.00%" if figure.is_rate else "#,##0"}
