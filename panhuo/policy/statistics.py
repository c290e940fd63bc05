"""`policy/statistics.yml`: the five quarterly statistics (D28), their freeze, and cells too small to show."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from statistics import NormalDist
from typing import Annotated, Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import NO_END, Seed
from panhuo.policy.values import Codes, Count, Text


class Confidence(Strict):
    """The level of an interval, between 0 and 1."""

    value: float = Field(gt=0, lt=1)
    reason: Text


class DefinitionVersion(Strict):
    """A definition in effect over a span of dates; the version of a quarter is that of its last day."""

    version: Text
    effective_from: dt.date
    effective_until: dt.date | None = None
    reason: Text


class Statistic(Strict):
    """One statistic: what is counted against what, in which unit, by which clause."""

    id: Text
    rate: Annotated[str, Field(pattern=r"^[a-z_]+_rate_admin$")]
    numerator: Text
    denominator: Text
    unit: Text
    clause: Text
    query: Text
    """Name of the example query (docs/queries) that recounts it."""
    versions: tuple[DefinitionVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_follow_each_other(self) -> Statistic:
        for earlier, later in pairwise(self.versions):
            if earlier.effective_until != later.effective_from - dt.timedelta(days=1):
                raise ValueError(f"{self.id}: the version before {later.version} must end on the day before it")
        if self.versions[-1].effective_until is not None:
            raise ValueError(f"{self.id}: the last version must be open-ended: no effective_until")
        return self

    def has(self, column: str) -> bool:
        """Whether it has figures of a column: events are 次, products 项, and not every statistic counts them."""
        if column.endswith("event_count"):
            return "次" in self.unit
        return column != "result_count" or "项" in self.unit


class Exclusion(Strict):
    """Why an event counts in no quarter."""

    id: Text
    reason: Text


class StatisticsSource(Strict):
    """A source that the statistics are counted from, and how it has to arrive."""

    id: Text
    arrival: Literal["every_month", "carried", "as_reported"]
    reason: Text


class QuarterlyStatistics(Strict):
    """What the figures of a quarter rest on."""

    freeze_days: Count
    interval_below: Count
    confidence: Confidence
    suppress_below: Count
    implemented: Codes
    industrialised: Codes
    statistics: tuple[Statistic, ...] = Field(min_length=1)
    sources: tuple[StatisticsSource, ...] = Field(min_length=1)
    exclusions: tuple[Exclusion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> QuarterlyStatistics:
        for what, names in (
            ("statistics", [x.id for x in self.statistics]),
            ("versions", [version.version for x in self.statistics for version in x.versions]),
            ("sources", [x.id for x in self.sources]),
            ("exclusions", [x.id for x in self.exclusions]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} {twice} stand twice")
        if not set(self.industrialised.value) <= set(self.implemented.value):
            raise ValueError("industrialised: what is a product on the market is implemented too")
        return self

    @property
    def constants(self) -> dict[str, object]:
        """What the models read as constants; `z` is the normal quantile of the confidence, two-sided."""
        return {
            "freeze_days": self.freeze_days.value,
            "interval_below": self.interval_below.value,
            "suppress_below": self.suppress_below.value,
            "confidence": self.confidence.value,
            "z": round(NormalDist().inv_cdf((1 + self.confidence.value) / 2), 6),
            "implemented": self.implemented.value,
            "industrialised": self.industrialised.value,
        }

    @property
    def seeds(self) -> list[Seed]:
        """One row per version of a definition; one per source."""
        columns = {
            "statistic_id": "varchar",
            "statistic_order": "integer",
            "definition_version": "varchar",
            "rate_name": "varchar",
            "query_id": "varchar",
            "effective_from": "date",
            "effective_until": "date",
        }
        rows = [
            (x.id, order, v.version, x.rate, x.query, v.effective_from, v.effective_until or NO_END)
            for order, x in enumerate(self.statistics, start=1)
            for v in x.versions
        ]
        arrivals = {"statistic_source": "varchar", "source_order": "integer", "source_arrival": "varchar"}
        return [
            Seed("statistic_definitions", "Definitions of the quarterly statistics, by version.", columns, rows),
            Seed(
                "statistic_sources",
                "What the quarterly statistics are counted from, and how it has to arrive.",
                arrivals,
                [(x.id, order, x.arrival) for order, x in enumerate(self.sources, start=1)],
            ),
        ]


def render_statistics(policy: QuarterlyStatistics, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`."""
    labels = catalogue.vocabularies["statistic_id"].values
    statuses = catalogue.vocabularies["implementation_status"].values
    rows = [
        [f"`{x.id}`", labels[x.id], f"`{x.rate}`", x.numerator, x.denominator, x.unit, x.clause, v.version, v.reason]
        for x in policy.statistics
        for v in x.versions
    ]
    names, arrivals = (catalogue.vocabularies[name].values for name in ("statistic_source", "source_arrival"))
    sources = [[f"`{x.id}`", names[x.id], arrivals[x.arrival], x.reason] for x in policy.sources]
    reasons = catalogue.vocabularies["statistic_exclusion"].values
    exclusions = [[f"`{x.id}`", reasons[x.id], x.reason] for x in policy.exclusions]
    implemented, products = (
        "、".join(f"{statuses[code]} (`{code}`)" for code in codes.value)
        for codes in (policy.implemented, policy.industrialised)
    )
    return (
        "## Quarterly statistics\n\n"
        + table(["statistic", "label", "rate", "numerator", "denominator", "unit", "clause", "version", "reason"], rows)
        + f"\n\n- A quarter freezes {policy.freeze_days.value} days after its end. {policy.freeze_days.reason}"
        + f"\n- Implemented: {implemented}. {policy.implemented.reason}"
        + f"\n- Product on the market: {products}. {policy.industrialised.reason}"
        + f"\n- Wilson interval at {policy.confidence.value:.0%} below {policy.interval_below.value} patents."
        + f" {policy.interval_below.reason} {policy.confidence.reason}"
        + f"\n- Suppressed below {policy.suppress_below.value} patents. {policy.suppress_below.reason}"
        + "\n\nWhat they are counted from, and how it has to arrive:\n\n"
        + table(["source", "label", "arrival", "reason"], sources)
        + "\n\nEvents that count in no quarter:\n\n"
        + table(["reason", "label", "meaning"], exclusions)
    )
