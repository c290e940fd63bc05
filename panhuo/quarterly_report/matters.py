"""The quarterly consultation (季度会商, D27) as both documents tell it: matters to talk about, and what was agreed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from panhuo.contracts.model import Catalogue
from panhuo.quarterly_report.figures import Line, Row
from panhuo.warehouse import read_mart

MATTER_HEADS = ("matter_kind", "scope_name", "evidence", "responsible", "due_date")
AGREED_HEADS = (
    "consulted_quarter", "agreed_no", "agreed_text", "responsible_unit", "agreed_due_on", "agreed_standing",
    "closed_on", "agreed_note",
)  # fmt: skip
UNKNOWN = "—"
"""Stands for a unit that nobody named, a day or a note that there is not."""


def read_matters(warehouse: Path, catalogue: Catalogue) -> tuple[Line, ...]:
    """Every matter as a line without figures: kinds in the order of the vocabulary, then by scope and item."""
    order = list(catalogue.vocabularies["matter_kind"].values)
    rows = read_mart(warehouse, "fct_consultation_matters").to_pylist()
    rows.sort(
        key=lambda row: (order.index(row["matter_kind"]), row["scope_kind"], row["scope_code"], row["matter_item"])
    )
    return _lines(rows, MATTER_HEADS, catalogue)


def read_agreed(warehouse: Path, catalogue: Catalogue) -> tuple[Line, ...]:
    """Every item that was agreed, as a line without figures: by standing, then the newest consultation first."""
    order = list(catalogue.vocabularies["agreed_standing"].values)
    rows = sorted(read_mart(warehouse, "fct_agreed_items").to_pylist(), key=lambda row: row["agreed_no"])
    rows.sort(key=lambda row: row["consulted_quarter"], reverse=True)
    rows.sort(key=lambda row: order.index(row["agreed_standing"]))
    return _lines(rows, AGREED_HEADS, catalogue)


def _lines(rows: Sequence[Row], heads: Sequence[str], catalogue: Catalogue) -> tuple[Line, ...]:
    return tuple(
        Line(
            tuple(UNKNOWN if row[name] is None else str(catalogue.value_label(name, row[name])) for name in heads),
            (),
            row["data_origin"] != "real",
        )
        for row in rows
    )
