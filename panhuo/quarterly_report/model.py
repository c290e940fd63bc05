"""What a report of a quarter is made of: figures with their keys, read from the marts of the quarter's warehouse."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from panhuo.bulletin.wording import instant_text
from panhuo.contracts.model import Catalogue, load_catalogue
from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.gates.model import GateResult
from panhuo.periods import Quarter, format_instant
from panhuo.policy import load_policy
from panhuo.quarterly_report.cases import read_cases
from panhuo.quarterly_report.comparing import Comparisons, read_comparisons
from panhuo.quarterly_report.figures import Figure, Line, Row
from panhuo.quarterly_report.inspecting import Inspection, read_inspections
from panhuo.quarterly_report.matters import read_agreed, read_matters
from panhuo.quarterly_report.policy import (
    EXCLUSIONS,
    IDENTITY,
    INSTITUTION,
    NATIONAL,
    RESTATEMENTS,
    STAGES,
    TRENDS,
    ReportPolicy,
    load_report_policy,
)
from panhuo.quarterly_report.receiving import read_receipts
from panhuo.warehouse import held_open, read_mart

REAL = "real"
COUNTRY = "CN"
MEASURES = (
    "numerator_count", "denominator_count", "rate", "wilson_low", "wilson_high", "event_count", "result_count",
    "excluded_event_count", "numerator_real_count", "denominator_real_count",
)  # fmt: skip
"""Figures of a statistic, as the workbook lists them."""
MOVES = (
    "opening_count", "granted_count", "transferred_in_count", "reorganised_count", "restored_count",
    "learned_late_count", "transferred_out_count", "lapsed_count", "expired_count", "invalidated_count",
    "abandoned_count", "otherwise_ended_count", "corrected_count", "closing_count", "residual_count",
)  # fmt: skip
RESTATED = (
    "old_numerator_count", "new_numerator_count", "old_denominator_count", "new_denominator_count", "old_event_count",
    "new_event_count", "added_patent_count", "added_event_count",
)  # fmt: skip
TRENDED = ("numerator_count", "denominator_count", "rate", "event_count", "result_count")


@dataclass(frozen=True)
class Place:
    """A value of a dimension: its code and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Report:
    """A quarter as both documents tell it."""

    period: str
    quarter: Quarter
    made_by: ReleaseIdentity
    statistics: tuple[str, ...]
    rows: Mapping[tuple[str, str, str], Row]
    """(statistic, kind of scope, code) → row of fct_quarterly_statistics."""
    places: Mapping[str, tuple[Place, ...]]
    """Kind of scope → its values in order."""
    trends: tuple[Line, ...]
    compared: Comparisons
    stages: tuple[Line, ...]
    identity: tuple[Line, ...]
    exclusions: tuple[Line, ...]
    restatements: tuple[Line, ...]
    inspections: tuple[Inspection, ...]
    receipts: tuple[Line, ...]
    cases: tuple[Line, ...]
    matters: tuple[Line, ...]
    agreed: tuple[Line, ...]
    checks: tuple[GateResult, ...]
    words: ReportPolicy
    catalogue: Catalogue

    @property
    def as_of(self) -> dt.datetime:
        """The instant up to which data count."""
        return self.made_by.as_of

    @property
    def versions(self) -> str:
        """Which rules and which program made the figures."""
        template = self.words.labels["versions"]
        return template.format(policy=self.made_by.policy_version, code=self.made_by.code_version)

    @property
    def national(self) -> Row:
        """The nation's row of the first statistic: what is said of all of them."""
        return self.rows[self.statistics[0], NATIONAL, COUNTRY]

    @property
    def is_frozen(self) -> bool:
        """Whether the figures change no more."""
        return bool(self.national["is_quarter_frozen"])

    @property
    def state(self) -> str:
        """Whether the figures are preliminary, or frozen by data up to which instant."""
        words = self.words.labels
        if not self.is_frozen:
            return words["preliminary"]
        return words["frozen"].format(frozen_at=instant_text(self.national["frozen_at"]))

    @property
    def standing(self) -> str:
        """What becomes of the figures: the sentence below the title."""
        moments = {name: instant_text(self.national[name]) for name in ("quarter_freezes_at", "frozen_at")}
        return self.words.notes["frozen" if self.is_frozen else "preliminary"].format(**moments)

    @property
    def is_simulated(self) -> bool:
        """Whether any figure rests on simulated data."""
        parts = (
            self.compared.lines, self.trends, self.stages, self.identity, self.exclusions, self.restatements,
            self.cases, self.matters, self.agreed, *(inspection.lines for inspection in self.inspections),
        )  # fmt: skip
        return any(row["data_origin"] != REAL for row in self.rows.values()) or any(
            line.is_simulated for lines in parts for line in lines
        )

    @property
    def title(self) -> str:
        """Heading of both documents."""
        quarter = self.quarter
        return f"{quarter.year}年第{'一二三四'[quarter.number - 1]}季度{self.words.title}"

    @property
    def months(self) -> tuple[str, ...]:
        """Months of the quarter that the receipts tell of, in order."""
        return tuple(sorted({line.texts[2] for line in self.receipts}))

    @property
    def inspection_note(self) -> str:
        """What is said below the error rates."""
        return self.words.notes["inspections"].format(confidence=load_policy().inspection.confidence.value)

    @property
    def case_note(self) -> str:
        """What is said below the cases, or that there is none."""
        notes = self.words.notes
        return notes["cases"].format(most=self.words.cases.value) if self.cases else notes["no_cases"]

    @property
    def recount_note(self) -> str:
        """How the SQL of the figures is run: what each version knew is had by its instant."""
        notes, frozen_at = self.words.notes, self.national["frozen_at"]
        said = notes["appendix"] + notes["command"].format(as_of=format_instant(self.as_of))
        if not self.is_frozen:
            return said
        return said + notes["frozen_command"].format(frozen_at=format_instant(frozen_at))

    @property
    def conditions(self) -> tuple[tuple[str, str, str], ...]:
        """Each kind of scope, how a key writes it, and what the SQL of a statistic takes at its end for one value."""
        written, value = self.words.condition, self.words.labels["value"]
        return tuple(
            (self.label("scope_kind", kind), kind, written(kind, value)) for kind in (NATIONAL, *self.words.dimensions)
        )

    def figure(self, statistic: str, kind: str, code: str, column: str) -> Figure:
        """One number of a statistic, none of what it does not count.

        All of a suppressed cell are hidden, missing ones too: a blank would tell that there is no rate, or no interval.
        """
        row = self.rows[statistic, kind, code]
        if not _counts(statistic, column):
            return Figure(statistic, kind, code, column, None)
        is_hidden = row["is_suppressed"]
        return Figure(statistic, kind, code, column, None if is_hidden else row[column], is_hidden)

    def line(self, statistic: str, kind: str, place: Place) -> Line:
        """Every number of a statistic of one place."""
        figures = tuple(self.figure(statistic, kind, place.code, column) for column in MEASURES)
        row = self.rows[statistic, kind, place.code]
        return Line(
            (place.name, place.code, self.label("statistic_id", statistic)), figures, row["data_origin"] != REAL
        )

    def label(self, column: str, code: str) -> str:
        """Chinese label of a code."""
        return self.catalogue.value_label(column, code) or code


def read_report(warehouse: Path, made_by: ReleaseIdentity, checks: Sequence[GateResult] = ()) -> Report:
    """The report of the quarter that a warehouse was built for; `checks` are what gates said of it so far.

    Raises duckdb.Error for a warehouse without the marts of a quarter, ValueError for one without a national figure.
    """
    with held_open(warehouse):
        return _read_report(warehouse, made_by, checks)


def _read_report(warehouse: Path, made_by: ReleaseIdentity, checks: Sequence[GateResult]) -> Report:
    words, catalogue = load_report_policy(), load_catalogue()
    figures = read_mart(warehouse, "fct_quarterly_statistics").to_pylist()
    if not any(row["scope_kind"] == NATIONAL for row in figures):
        raise ValueError(f"{warehouse}: fct_quarterly_statistics has no figure of the nation; build the quarter first")
    rows = {(row["statistic_id"], row["scope_kind"], row["scope_code"]): row for row in figures}
    rules = load_policy().statistics
    statistics = tuple(statistic.id for statistic in rules.statistics)
    suppressed = {row["scope_code"] for row in figures if row["scope_kind"] == INSTITUTION and row["is_suppressed"]}
    return Report(
        period=figures[0]["period"],
        quarter=Quarter.parse(figures[0]["quarter"]),
        made_by=made_by,
        statistics=statistics,
        rows=rows,
        places=_places(figures, catalogue),
        trends=_trends(read_mart(warehouse, "fct_statistics_trends").to_pylist(), statistics, catalogue),
        compared=read_comparisons(warehouse, catalogue, words.labels),
        stages=_stages(warehouse, catalogue),
        identity=_identity(read_mart(warehouse, "fct_stock_identity").to_pylist(), suppressed),
        exclusions=_exclusions(read_mart(warehouse, "fct_statistics_exclusions").to_pylist(), catalogue),
        restatements=_restatements(read_mart(warehouse, "fct_restatements").to_pylist(), catalogue),
        inspections=read_inspections(warehouse, words.labels),
        receipts=read_receipts(warehouse, catalogue, words.labels),
        cases=read_cases(warehouse, catalogue, words.cases.value),
        matters=read_matters(warehouse, catalogue),
        agreed=read_agreed(warehouse, catalogue),
        checks=tuple(checks),
        words=words,
        catalogue=catalogue,
    )


def _counted(row: Row, column: str) -> float | None:
    """A value of a row of some statistic; none of what the statistic does not count."""
    return row[column] if _counts(row["statistic_id"], column) else None


@cache
def _counts(statistic: str, column: str) -> bool:
    """Whether a statistic has a measure; the mart has 0 where it does not."""
    return {known.id: known for known in load_policy().statistics.statistics}[statistic].has(column)


def _places(figures: Sequence[Row], catalogue: Catalogue) -> dict[str, tuple[Place, ...]]:
    """Values of each dimension; a cohort without a patent in any figure is left out."""
    found: dict[str, dict[str, Place]] = {}
    for row in figures:
        kind, code = row["scope_kind"], row["scope_code"]
        if kind == "cohort" and not row["denominator_count"] and not row["excluded_event_count"]:
            continue
        is_coded = kind in ("institution_kind", "patent_type", "cohort")
        name = (catalogue.value_label(kind, code) if is_coded else None) or row["scope_name"]
        found.setdefault(kind, {})[code] = Place(code, name)
    return {kind: tuple(sorted(places.values(), key=_standing)) for kind, places in found.items()}


def _standing(place: Place) -> tuple[int, int, str]:
    """Numbers in order of their value, then other codes, the unfiled last."""
    return place.code == "none", int(place.code) if place.code.isdigit() else 10**9, place.code


def _trends(rows: Sequence[Row], statistics: Sequence[str], catalogue: Catalogue) -> tuple[Line, ...]:
    return tuple(
        Line(
            (row["figure_quarter"], catalogue.value_label("statistic_id", row["statistic_id"]) or ""),
            tuple(
                Figure(TRENDS, row["statistic_id"], row["figure_quarter"], name, _counted(row, name))
                for name in TRENDED
            ),
            row["data_origin"] != REAL,
        )
        for row in sorted(rows, key=lambda row: (statistics.index(row["statistic_id"]), row["figure_quarter"]))
    )


def _stages(warehouse: Path, catalogue: Catalogue) -> tuple[Line, ...]:
    reached = read_mart(warehouse, "fct_quarter_stages").group_by(["quarter_stage", "data_origin"])
    counts: Counter[str] = Counter()
    simulated: set[str] = set()
    for row in reached.aggregate([([], "count_all")]).to_pylist():
        counts[row["quarter_stage"]] += row["count_all"]
        if row["data_origin"] != REAL:
            simulated.add(row["quarter_stage"])
    labels = catalogue.vocabularies["quarter_stage"].values
    return tuple(
        Line((label,), (Figure(STAGES, NATIONAL, code, "patent_count", counts[code]),), code in simulated)
        for code, label in labels.items()
        if counts[code]
    )


def _identity(rows: Sequence[Row], suppressed: set[str]) -> tuple[Line, ...]:
    """The nation first; an institution with a suppressed cell is hidden, or its stock would tell the denominator."""

    def line(row: Row) -> Line:
        is_hidden = row["scope_kind"] == INSTITUTION and row["scope_code"] in suppressed
        figures = tuple(
            Figure(IDENTITY, row["scope_kind"], row["scope_code"], name, None if is_hidden else row[name], is_hidden)
            for name in MOVES
        )
        return Line((row["scope_name"], row["scope_code"]), figures, row["data_origin"] != REAL)

    return tuple(map(line, sorted(rows, key=lambda row: (row["scope_kind"] != NATIONAL, row["scope_code"]))))


def _exclusions(rows: Sequence[Row], catalogue: Catalogue) -> tuple[Line, ...]:
    names = ("quarter_event_count", "event_count", "patent_count")
    sums: dict[tuple[str, str, str], Counter[str]] = {}
    simulated = set()
    for row in rows:
        key = (row["statistic_id"], row["detailed_reason"], row["exclusion_kind"])
        for name in names:
            sums.setdefault(key, Counter())[name] += row[name]
        if row["data_origin"] != REAL:
            simulated.add(key)
    return tuple(
        Line(
            (catalogue.value_label("statistic_id", statistic) or "", _reason(reason, kind, catalogue)),
            tuple(Figure(EXCLUSIONS, statistic, reason, name, counts[name]) for name in names),
            (statistic, reason, kind) in simulated,
        )
        for (statistic, reason, kind), counts in sorted(sums.items())
    )


def _reason(reason: str, kind: str, catalogue: Catalogue) -> str:
    """What a reason is called: that of a deal, or that of the statistics."""
    words = catalogue.vocabularies
    return words["not_genuine_reason"].values.get(reason) or words["statistic_exclusion"].values.get(reason) or kind


def _restatements(rows: Sequence[Row], catalogue: Catalogue) -> tuple[Line, ...]:
    return tuple(
        Line(
            (
                row["effect_quarter"],
                catalogue.value_label("statistic_id", row["statistic_id"]) or "",
                catalogue.value_label("restatement_cause", row["restatement_cause"]) or "",
            ),
            tuple(
                Figure(
                    RESTATEMENTS,
                    row["effect_quarter"],
                    f"{row['statistic_id']}.{row['restatement_cause']}",
                    name,
                    _counted(row, name),
                )
                for name in RESTATED
            ),
            row["data_origin"] != REAL,
        )
        for row in sorted(rows, key=lambda row: (row["effect_quarter"], row["statistic_id"], row["restatement_cause"]))
        if row["scope_kind"] == NATIONAL
    )
