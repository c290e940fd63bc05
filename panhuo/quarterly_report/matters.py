"""Matters of the quarterly consultation (季度会商, D27) as both documents tell them: evidence, and who answers."""

from __future__ import annotations

from pathlib import Path

from panhuo.contracts.model import Catalogue
from panhuo.quarterly_report.figures import Line
from panhuo.warehouse import read_mart

MATTER_HEADS = ("matter_kind", "scope_name", "evidence", "responsible", "due_date")
UNKNOWN = "—"
"""Stands for a responsible unit that nobody named, and for a matter without a day."""


def read_matters(warehouse: Path, catalogue: Catalogue) -> tuple[Line, ...]:
    """Every matter as a line without figures: kinds in the order of the vocabulary, then by scope and item."""
    order = list(catalogue.vocabularies["matter_kind"].values)
    rows = read_mart(warehouse, "fct_consultation_matters").to_pylist()
    rows.sort(
        key=lambda row: (order.index(row["matter_kind"]), row["scope_kind"], row["scope_code"], row["matter_item"])
    )
    return tuple(
        Line(
            tuple(
                UNKNOWN if row[name] is None else str(catalogue.value_label(name, row[name])) for name in MATTER_HEADS
            ),
            (),
            row["data_origin"] != "real",
        )
        for row in rows
    )
