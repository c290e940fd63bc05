"""The dated duties (D10, D13, D31): `policy/milestones.yml`, strictly; its seeds and its section of `docs/rules.md`."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.coverage import ALL_ROLES, Coverage, Rate, Roles, Text
from panhuo.policy.page import table
from panhuo.policy.seed import Seed

Unit = Literal["national", "province", "city", "institution"]
By = Literal[
    "inventory_rate", "forms_received", "city_ledger", "evaluation_rate", "filed", "activities", "expert_fields",
    "listed_rate", "published", "classes_registered", "pushed", "answered_rate", "digested_rate", "graded_rate",
    "rates_risen",
]  # fmt: skip
COUNTED = {"filed", "activities", "published", "pushed", "answered_rate", "rates_risen"}
"""Measures that owe so many of a kind; the others owe what the register holds."""
KINDS = {
    "activities": {"event", "patent"}, "published": {"batch"}, "pushed": {"push"}, "answered_rate": {"need"},
    "rates_risen": {"implementation", "industrialisation"},
}  # fmt: skip
ANYWHERE = "all"


class Measured(Strict):
    """What a measure says of a unit: a sentence with figures, and where they come from."""

    evidence: Text
    source: Text


class Measure(Strict):
    """How a dated duty is judged; `rate` and `roles` come from the coverage target when it names one."""

    by: By
    target: Text | None = None
    roles: Roles = ALL_ROLES
    rate: Rate | None = None
    items: dict[Text, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)
    classes: tuple[Text, ...] = ()
    reason: Text

    @model_validator(mode="after")
    def _has_one_rate(self) -> Measure:
        if (self.target is None) == (self.rate is None):
            raise ValueError("a measure has either a `rate` or the `target` that it takes it from")
        if self.target is not None and self.by != "inventory_rate":
            raise ValueError("only inventory_rate takes a coverage target")
        if bool(self.items) != (self.by in COUNTED):
            raise ValueError("`items` says what is filed, held, sent or published, and of nothing else")
        if self.by in KINDS and not {*self.items} <= KINDS[self.by]:
            raise ValueError(
                f"{self.by} are counted by {' and by '.join(f'`{kind}`' for kind in sorted(KINDS[self.by]))}"
            )
        if bool(self.classes) != (self.by == "classes_registered"):
            raise ValueError("`classes` says of which classes enterprises register, and of nothing else")
        return self


class Milestone(Strict):
    """A dated duty of the programme, in our own words."""

    id: str = Field(pattern=r"^[AN]-M\d+$")
    title: Text
    clause: Text
    responsible: Text
    unit: Unit
    provinces: tuple[Text, ...] = ()
    due: dt.date
    measured: Measure


class Milestones(Strict):
    """`policy/milestones.yml`."""

    measures: dict[By, Measured]
    item_labels: dict[Text, Text]
    milestones: tuple[Milestone, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Milestones:
        ids = [milestone.id for milestone in self.milestones]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"milestones {twice} are listed twice")
        used = {milestone.measured.by for milestone in self.milestones}
        if used != {*self.measures}:
            raise ValueError(
                f"measures {sorted(used ^ {*self.measures})} are used without words, or have words for nothing"
            )
        return self

    def seeds(self, coverage: Coverage, catalogue: Catalogue) -> list[Seed]:
        """Duties, what they demand of whom, what is counted, and the words. KeyError when a kind has no label."""
        duties = self.milestones
        labels = catalogue.vocabularies["filing_kind"].values | self.item_labels
        named = {"milestone_id": "varchar"}
        demands = [(m.id, *required(m.measured, coverage)) for m in duties]
        return [
            Seed(
                "milestones",
                "Dated duties and by what they are judged.",
                {
                    **named, "milestone_title": "varchar", "clause": "varchar", "responsible": "varchar",
                    "due_date": "date", "unit_kind": "varchar", "province_codes": "varchar", "measure": "varchar",
                },
                [
                    (
                        m.id, m.title, m.clause, m.responsible, m.due, m.unit, "|".join(m.provinces) or ANYWHERE,
                        m.measured.by,
                    )
                    for m in duties
                ],
            ),
            Seed(
                "milestone_rates",
                "Share that a duty demands of units of a role.",
                {**named, "ip_university_role": "varchar", "required_rate": "decimal(5, 4)"},
                [(name, role, str(rate)) for name, rate, roles in demands for role in roles],
            ),
            Seed(
                "milestone_counts",
                "How many of a kind are to be filed, held, sent or published.",
                {**named, "item_kind": "varchar", "item_label": "varchar", "item_count": "integer"},
                [(m.id, kind, labels[kind], count) for m in duties for kind, count in m.measured.items.items()],
            ),
            Seed(
                "milestone_classes",
                "Classes whose enterprises are to register.",
                {**named, "enterprise_class": "varchar"},
                [(m.id, name) for m in duties for name in m.measured.classes],
            ),
            Seed(
                "milestone_measures",
                "What a measure says of a unit, and where its figures come from.",
                {"measure": "varchar", "evidence": "varchar", "evidence_source": "varchar"},
                [(name, words.evidence, words.source) for name, words in self.measures.items()],
            ),
        ]  # fmt: skip


def required(measure: Measure, coverage: Coverage) -> tuple[Rate, Roles]:
    """Rate and roles that a measure demands; KeyError for a coverage target that is not there."""
    if measure.rate is not None:
        return measure.rate, measure.roles
    for target in coverage.targets:
        if target.id == measure.target:
            return target.rate, target.roles
    raise KeyError(f"policy/coverage.yml has no target {measure.target!r}")


def contradictions(coverage: Coverage, milestones: Milestones) -> list[str]:
    """What the two files say differently: a target that is not there, or another due date."""
    due = {target.id: target.due for target in coverage.targets}
    problems = []
    for milestone in milestones.milestones:
        name = milestone.measured.target
        if name is not None and due.get(name) != milestone.due:
            problems.append(f"{milestone.id} is due {milestone.due}, its coverage target {name} {due.get(name)}")
    return problems


def render_milestones(milestones: Milestones, coverage: Coverage) -> str:
    """The section of `docs/rules.md`."""
    rows = []
    for m in milestones.milestones:
        rate, roles = required(m.measured, coverage)
        how = f"`{m.measured.by}` ≥ {rate:.0%} ({', '.join(roles)})"
        rows.append([m.id, m.title, m.clause, m.responsible, m.unit, str(m.due), how, m.measured.reason])
    words = [[f"`{name}`", x.evidence, x.source] for name, x in milestones.measures.items()]
    return (
        "## Dated duties\n\n"
        + table(["milestone", "duty", "clause", "responsible", "judged per", "due", "measured by", "how"], rows)
        + "\n\n"
        + table(["measure", "evidence", "source"], words)
    )
