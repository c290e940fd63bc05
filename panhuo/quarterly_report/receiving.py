"""Which sources were received for each month of the quarter, as both documents tell it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from panhuo.contracts.model import Catalogue
from panhuo.quarterly_report.figures import Figure, Line
from panhuo.quarterly_report.policy import RECEIPTS
from panhuo.warehouse import read_mart

RECEIVED_HEADS = ("statistic_source", "source_arrival", "load_period", "is_received")
RECEIVED = ("load_count", "row_count")


def read_receipts(warehouse: Path, catalogue: Catalogue, labels: Mapping[str, str]) -> tuple[Line, ...]:
    """A line per source and month, sources in the order of the vocabulary."""
    sources = catalogue.vocabularies["statistic_source"].values
    arrivals = catalogue.vocabularies["source_arrival"].values
    order = list(sources)
    rows = read_mart(warehouse, "fct_quarter_sources").to_pylist()
    rows.sort(key=lambda row: (order.index(row["statistic_source"]), row["load_period"]))
    return tuple(
        Line(
            (
                sources[row["statistic_source"]],
                arrivals[row["source_arrival"]],
                row["load_period"],
                labels["received" if row["is_received"] else "missing"],
            ),
            tuple(Figure(RECEIPTS, row["load_period"], row["statistic_source"], name, row[name]) for name in RECEIVED),
        )
        for row in rows
    )
