"""Counts of a library: technical field × maturity × prospect, summed from the cells of the package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import TIER_ORDER

TOTAL = "total"
"""Code of what sums all columns, and of the line that sums all fields."""


@dataclass(frozen=True)
class Column:
    """A column of counts: its code, the heading above, and its own."""

    code: str
    group: str
    label: str


@dataclass(frozen=True)
class FieldLine:
    """A line: name of the technical field (None without one, the total's is TOTAL) and the counts by code of column."""

    field_name: str | None
    counts: Counter[str]


def columns(catalogue: Catalogue) -> tuple[Column, ...]:
    """Columns from left to right: maturity × prospect, the market's prospect, the tier, the total."""

    def words(name: str) -> dict[str, str]:
        vocabulary = catalogue.vocabulary_of(catalogue.columns[name])
        assert vocabulary is not None
        return dict(vocabulary.values)

    market, tier = catalogue.label("market_prospect"), catalogue.label("tier")
    return (
        *(
            Column(f"{stage}.{level}", stage_label, f"前景{level_label}")
            for stage, stage_label in words("maturity_stage").items()
            for level, level_label in words("prospect_level").items()
        ),
        *(Column(code, market, label) for code, label in words("market_prospect").items()),
        *(Column(code, tier, f"{code} {words('tier')[code]}") for code in TIER_ORDER),
        Column(TOTAL, "", "合计"),
    )


def field_lines(cells: pa.Table) -> Iterator[FieldLine]:
    """One line per technical field in order of its number, the unfiled last, then the line of the total."""
    total: Counter[str] = Counter()
    by_field: dict[tuple[int | None, str | None], Counter[str]] = {}
    for cell in cells.to_pylist():
        counts = by_field.setdefault((cell["field_no"], cell["field_name"]), Counter())
        for counter in (counts, total):
            for code in (
                f"{cell['maturity_stage']}.{cell['prospect_level']}", cell["market_prospect"], cell["tier"], TOTAL,
            ):  # fmt: skip
                counter[code] += cell["cell_patent_count"]
    for (_, name), counts in sorted(by_field.items(), key=lambda item: (item[0][0] is None, item[0][0] or 0)):
        yield FieldLine(name, counts)
    yield FieldLine(TOTAL, total)
