"""Random inspections (随机抽查) as both documents tell them: what was drawn, what was found, what is still awaited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from panhuo.quarterly_report.drawings import shown
from panhuo.quarterly_report.figures import Figure, Line, Row
from panhuo.quarterly_report.policy import INSPECTIONS
from panhuo.warehouse import read_mart

WHOLE = "all"
"""Code of the stratum that is all of them."""
INSPECTED_HEADS = (
    "inspected_quarter", "stratum_name", "inspection_stratum", "is_inspection_complete", "seed_commitment",
    "frame_digest",
)  # fmt: skip
INSPECTED = (
    "stratum_size", "sample_size", "inspected_count", "wrong_count", "not_inspectable_count", "awaiting_count",
    "error_rate", "error_rate_low", "error_rate_high",
)  # fmt: skip
AWAITING = INSPECTED.index("awaiting_count")
"""Place of the figure that tells how many outcomes are awaited."""
STATES = ("complete", "awaited", "overdue")
"""Labels of the states of an inspection."""


@dataclass(frozen=True)
class Inspection:
    """An inspected quarter: a line for the whole and for each stratum, and the draw, by which the sample is checked."""

    quarter: str
    lines: tuple[Line, ...]
    draw: Row
    """A row of fct_inspection_samples: seed, its commitment, and digest of the frame are those of every row."""


def read_inspections(warehouse: Path, labels: Mapping[str, str]) -> tuple[Inspection, ...]:
    """Inspected quarters up to that of the warehouse, the newest first; the whole before its strata."""
    draws = {row["inspected_quarter"]: row for row in read_mart(warehouse, "fct_inspection_samples").to_pylist()}
    rates: dict[str, list[Row]] = {}
    for row in read_mart(warehouse, "fct_inspection_rates").to_pylist():
        rates.setdefault(row["inspected_quarter"], []).append(row)
    found = []
    for quarter, rows in sorted(rates.items(), reverse=True):
        rows.sort(key=lambda row: (row["inspection_stratum"] != WHOLE, row["inspection_stratum"]))
        lines = tuple(_line(row, draws[quarter], labels) for row in rows)
        found.append(Inspection(quarter, lines, draws[quarter]))
    return tuple(found)


def _line(row: Row, draw: Row, labels: Mapping[str, str]) -> Line:
    quarter, stratum, is_hidden = row["inspected_quarter"], row["inspection_stratum"], row["is_suppressed"]
    figures = tuple(
        Figure(INSPECTIONS, quarter, stratum, name, None if is_hidden else row[name], is_hidden) for name in INSPECTED
    )
    state = state_of(row, labels).format(count=shown(figures[AWAITING]))
    texts = (quarter, row["stratum_name"], stratum, state, draw["seed_commitment"], draw["frame_digest"])
    return Line(texts, figures, row["data_origin"] != "real")


def state_of(row: Row, labels: Mapping[str, str]) -> str:
    """Whether a row of fct_inspection_rates is finished, in words with `{count}` for what is awaited."""
    done, awaited, overdue = (labels[name] for name in STATES)
    return done if row["is_inspection_complete"] else overdue if row["is_inspection_overdue"] else awaited
