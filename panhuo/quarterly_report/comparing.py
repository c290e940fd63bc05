"""The quarter beside earlier ones, and units by rank, as both documents tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panhuo.contracts.model import Catalogue
from panhuo.quarterly_report.figures import Figure, Line, Row
from panhuo.quarterly_report.policy import COMPARISONS, NATIONAL, RANKINGS
from panhuo.warehouse import read_mart

COMPARED_HEADS = ("comparison_kind", "statistic_id", "scope_kind", "scope_name", "scope_code", "is_significant")
COMPARED = (
    "numerator_count", "denominator_count", "rate", "earlier_numerator_count", "earlier_denominator_count",
    "earlier_rate", "rate_difference", "p_value", "rate_contribution", "size_contribution", "contribution",
)  # fmt: skip
RANKED_HEADS = ("scope_kind", "statistic_id", "scope_name", "scope_code")
RANKED = ("rate", "place", "best_place", "worst_place")


@dataclass(frozen=True)
class Comparisons:
    """Rows of the marts of comparisons and ranks, by where they stand."""

    rows: Mapping[tuple[str, str, str, str], Row]
    """(comparison, statistic, kind of scope, code) → row of fct_statistics_comparisons."""
    ranks: Mapping[tuple[str, str], tuple[Row, ...]]
    """(kind of scope, statistic) → rows of fct_statistics_rankings, best first."""
    catalogue: Catalogue
    labels: Mapping[str, str]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Comparisons that there are."""
        return tuple(kind for kind in COMPARISONS if any(row[0] == kind for row in self.rows))

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every comparison as a line of the workbook."""
        return tuple(self._line(row) for row in self.rows.values())

    @property
    def ranked(self) -> tuple[Line, ...]:
        """Every rank as a line of the workbook."""
        return tuple(self._ranked(row) for rows in self.ranks.values() for row in rows)

    def earlier(self, kind: str) -> str:
        """The earlier quarter of a comparison."""
        return str(next(row["earlier_quarter"] for key, row in self.rows.items() if key[0] == kind))

    def places(self, kind: str, scope: str) -> tuple[tuple[str, str], ...]:
        """Codes and names of a kind of scope that a comparison has, in order of codes."""
        found = {key[3]: row["scope_name"] for key, row in self.rows.items() if (key[0], key[2]) == (kind, scope)}
        is_coded = scope in ("institution_kind", "patent_type", "cohort")
        label = self.catalogue.value_label
        return tuple((code, (label(scope, code) if is_coded else None) or found[code]) for code in sorted(found))

    def figure(self, kind: str, statistic: str, scope: str, code: str, column: str) -> Figure | None:
        """One number of a comparison, hidden where a side is suppressed; None where there is none."""
        row = self.rows.get((kind, statistic, scope, code))
        if row is None or (row[column] is None and not row["is_suppressed"]):
            return None
        hidden = row["is_suppressed"]
        return Figure(kind, f"{statistic}.{scope}", code, column, None if hidden else row[column], hidden)

    def verdict(self, kind: str, statistic: str, scope: str, code: str) -> str:
        """Whether a difference may be chance, in words; nothing of what is hidden."""
        row = self.rows.get((kind, statistic, scope, code))
        if row is None or row["is_suppressed"] or row["rate_difference"] is None:
            return ""
        return self.labels["significant" if row["is_significant"] else "chance"]

    def drivers(self, kind: str, statistic: str, scope: str, most: int) -> list[tuple[str, Figure, bool]]:
        """Names and contributions of the parts that contribute most, and whether they are made up."""
        found = [
            row
            for key, row in self.rows.items()
            if key[:3] == (kind, statistic, scope) and not row["is_suppressed"] and row["contribution"]
        ]
        found.sort(key=lambda row: (-abs(row["contribution"]), row["scope_code"]))
        return [
            (row["scope_name"], Figure(kind, f"{statistic}.{scope}", row["scope_code"], "contribution",
             row["contribution"]), row["data_origin"] != "real")
            for row in found[:most]
        ]  # fmt: skip

    def rank_figure(self, row: Row, column: str) -> Figure:
        """One number of a rank."""
        return Figure(RANKINGS, f"{row['statistic_id']}.{row['scope_kind']}", row["scope_code"], column, row[column])

    def _line(self, row: Row) -> Line:
        key = (row["comparison_kind"], row["statistic_id"], row["scope_kind"], row["scope_code"])
        label = self.catalogue.value_label
        texts = (*(label(name, row[name]) or "" for name in COMPARED_HEADS[:3]), row["scope_name"], row["scope_code"])
        figures = tuple(
            self.figure(*key, column) or Figure(key[0], f"{key[1]}.{key[2]}", key[3], column, None)
            for column in COMPARED
        )
        return Line((*texts, self.verdict(*key)), figures, row["data_origin"] != "real")

    def _ranked(self, row: Row) -> Line:
        texts = tuple(self.catalogue.value_label(name, row[name]) or "" for name in RANKED_HEADS[:2])
        figures = tuple(self.rank_figure(row, column) for column in RANKED)
        return Line((*texts, row["scope_name"], row["scope_code"]), figures, row["data_origin"] != "real")


def read_comparisons(warehouse: Path, catalogue: Catalogue, labels: Mapping[str, str]) -> Comparisons:
    """Comparisons and ranks of the quarter that a warehouse was built for."""
    statistics = list(catalogue.vocabularies["statistic_id"].values)

    def standing(row: Row) -> tuple[Any, ...]:
        kind = COMPARISONS.index(row["comparison_kind"])
        return (
            kind,
            row["scope_kind"] != NATIONAL,
            row["scope_kind"],
            statistics.index(row["statistic_id"]),
            row["scope_code"],
        )

    compared = sorted(read_mart(warehouse, "fct_statistics_comparisons").to_pylist(), key=standing)
    ranked = read_mart(warehouse, "fct_statistics_rankings").to_pylist()
    ranked.sort(
        key=lambda row: (row["scope_kind"], statistics.index(row["statistic_id"]), row["place"], row["scope_code"])
    )
    return Comparisons(
        {
            tuple(row[name] for name in ("comparison_kind", "statistic_id", "scope_kind", "scope_code")): row
            for row in compared
        },
        _by_kind(ranked),
        catalogue,
        labels,
    )


def _by_kind(ranked: Sequence[Row]) -> dict[tuple[str, str], tuple[Row, ...]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in ranked:
        found.setdefault((row["scope_kind"], row["statistic_id"]), []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}
