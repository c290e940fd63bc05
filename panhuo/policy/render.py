"""Policy as the models and readers see it: seeds with their types, code lists for macros, `docs/rules.md`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from panhuo.contracts.model import Catalogue, load_catalogue
from panhuo.policy.model import Policy, TieringVersion, maturity_key
from panhuo.policy.owners import owner_seeds
from panhuo.policy.priority import priority_seeds
from panhuo.policy.rules_page import render_rules
from panhuo.policy.seed import NO_END, Seed

FIRST_DAY = dt.date(1985, 4, 1)
"""The Patent Law took effect; nothing is filed or granted earlier."""

"""Stands for every province, so that no cell of a seed is empty."""

COMPARED_COLUMNS = (
    "conversion_stage", "institution_id", "intent", "legal_status", "maturity_word", "prospect_level", "tier",
)  # fmt: skip
"""Columns of a released line whose change is told to recipients. θ is not one: it moves with every evaluation."""

WORDED_VOCABULARIES = (
    "evaluator_kind", "tier", "statistic_id", "comparison_kind", "restatement_cause", "statistic_source",
    "source_arrival", "agreed_standing",
)  # fmt: skip
"""Vocabularies whose labels the models put into sentences."""

GENERATED = "Rendered from policy/*.yml by `make generate`; do not edit."


def render_policy(policy: Policy) -> dict[str, str]:
    """Every file rendered from the policy: path relative to the project → text.

    Labels come from the vocabularies. Raises KeyError when a rule or category has no label there.
    """
    catalogue = load_catalogue()
    seeds = policy_seeds(policy, catalogue)
    folder = "dbt_project/seeds/policy"
    return {
        **{f"{folder}/{seed.name}.csv": seed.csv() for seed in seeds},
        f"{folder}/_policy__seeds.yml": _render_properties(seeds),
        "dbt_project/macros/policy/codes.sql": _render_codes(policy, catalogue),
        "docs/rules.md": render_rules(policy, catalogue),
    }


def policy_seeds(policy: Policy, catalogue: Catalogue) -> list[Seed]:
    """The policy as tables."""
    return [
        _screening_rules(policy, catalogue),
        _patent_terms(policy),
        _word_lists(policy),
        _form1_categories(policy, catalogue),
        _cohorts(policy),
        _tiering_constants(policy.tiering.versions),
        _maturity_words(policy),
        policy.conversion.seed(catalogue),
        policy.enterprises.seed(catalogue),
        policy.experts.seed_table(catalogue),
        policy.deals.seed,
        policy.legal_events.seed,
        *policy.fees.seeds(catalogue),
        policy.services.seed(catalogue),
        _intake_rules(policy, catalogue),
        _coverage_targets(policy),
        *policy.milestones.seeds(policy.coverage, catalogue),
        *policy.statistics.seeds,
        *owner_seeds(policy.owners),
        *priority_seeds(policy.priority),
        Seed(
            "compared_columns",
            "Columns of a released line whose change is told to recipients.",
            {"column_name": "varchar", "label": "varchar"},
            [(name, catalogue.label(name)) for name in COMPARED_COLUMNS],
        ),
    ]


def _screening_rules(policy: Policy, catalogue: Catalogue) -> Seed:
    labels = catalogue.vocabularies["exclusion_reason"].values
    columns = {
        "rule_id": "varchar", "precedence": "integer", "stage": "varchar", "severity": "varchar",
        "effective_from": "date", "effective_until": "date", "label": "varchar", "next_step": "varchar",
    }  # fmt: skip
    rows = [
        (r.id, position, r.stage, r.severity, r.effective_from, r.effective_until or NO_END, labels[r.id], r.next_step)
        for position, r in enumerate(policy.screening.rules, start=1)
    ]
    return Seed("screening_rules", "Screening rules in their order of precedence.", columns, rows)


def _patent_terms(policy: Policy) -> Seed:
    columns = {"patent_type": "varchar", "filed_from": "date", "filed_until": "date", "term_years": "integer"}
    rows = [(t.patent_type, t.filed_from, t.filed_until or NO_END, t.years) for t in policy.screening.terms]
    return Seed("patent_terms", "Years of term from filing, by kind of patent and filing date.", columns, rows)


def _word_lists(policy: Policy) -> Seed:
    screening = policy.screening
    lists: dict[str, Iterable[str]] = {
        "status_in_force": screening.statuses.in_force,
        "status_not_in_force": screening.statuses.not_in_force,
        "status_pending": screening.statuses.pending,
        "military_name_contains": screening.military_names.contains,
        "enterprise_name_contains": screening.form1.enterprise_names.contains,
        "enterprise_name_ends_with": screening.form1.enterprise_names.ends_with,
        "low_prospect": screening.low_levels,
        "relicensable_license_kind": screening.form1.relicensable.license_kinds,
        "unimplemented_status": policy.funding.unimplemented.value,
        "accepted_idle_reason": policy.funding.accepted_codes,
        "priority_patent_type": policy.priority.patent_types.value,
    }
    rows = [(name, word) for name, words in lists.items() for word in words]
    return Seed("word_lists", "Words that rules look for.", {"list_name": "varchar", "word": "varchar"}, rows)


def _form1_categories(policy: Policy, catalogue: Catalogue) -> Seed:
    form1 = policy.screening.form1
    labels = catalogue.vocabularies["form1_category"].values
    columns = {
        "form1_category": "varchar", "precedence": "integer", "label": "varchar", "can_be_relicensed": "boolean",
    }  # fmt: skip
    rows = [
        (category, position, labels[category], category == form1.relicensable.only_category)
        for position, category in enumerate(form1.precedence, start=1)
    ]
    return Seed("form1_categories", "Categories of Form 1 in their order of precedence.", columns, rows)


def _cohorts(policy: Policy) -> Seed:
    last = policy.screening.cohorts.baseline_until
    rows = [("baseline", FIRST_DAY, last), ("increment", last + dt.timedelta(days=1), NO_END)]
    columns = {"cohort": "varchar", "granted_from": "date", "granted_until": "date"}
    return Seed("cohorts", "Cohorts by date of grant.", columns, rows)


_CONSTANT_TYPES = {"float": "double", "int": "integer", "tuple": "varchar"}


def _tiering_constants(versions: Sequence[TieringVersion]) -> Seed:
    names = [name for name in TieringVersion.model_fields if not name.startswith("effective_")]
    values = [[getattr(version, name).value for name in names] for version in versions]
    types = {name: _CONSTANT_TYPES[type(value).__name__] for name, value in zip(names, values[0], strict=True)}
    rows = [
        [v.effective_from, v.effective_until or NO_END, *("|".join(x) if isinstance(x, tuple) else x for x in row)]
        for v, row in zip(versions, values, strict=True)
    ]
    columns = {"effective_from": "date", "effective_until": "date", **types}
    return Seed("tiering_constants", "Constants of the tier formula, one row per version.", columns, rows)


def _maturity_words(policy: Policy) -> Seed:
    columns = {"maturity_key": "varchar", "maturity_scheme": "varchar", "trl": "bigint"}
    rows = [(maturity_key(word), scheme, trl) for scheme, word, trl in policy.maturity.entries]
    return Seed("maturity_words", "Maturity words and their readiness level.", columns, rows)


def _coverage_targets(policy: Policy) -> Seed:
    columns = {
        "ip_university_role": "varchar", "target_due_date": "date", "target_rate": "decimal(5, 4)",
        "target_id": "varchar",
    }  # fmt: skip
    rows = [(role, t.due, str(t.rate), t.id) for t in policy.coverage.targets for role in t.roles]
    return Seed("coverage_targets", "Share of the stock to be inventoried, by role and due date.", columns, rows)


def _intake_rules(policy: Policy, catalogue: Catalogue) -> Seed:
    labels = catalogue.vocabularies["intake_finding"].values | catalogue.vocabularies["unmatched_reason"].values
    columns = {
        "rule_id": "varchar", "precedence": "integer", "about": "varchar", "label": "varchar", "next_step": "varchar",
    }  # fmt: skip
    rows = [(r.id, i, r.about, labels[r.id], r.next_step) for i, r in enumerate(policy.intake.rules, start=1)]
    return Seed("intake_rules", "What a sender is told about a submission, in order.", columns, rows)


def _render_properties(seeds: Sequence[Seed]) -> str:
    lines = [f"# {GENERATED}", "version: 2", "", "seeds:"]
    for seed in seeds:
        lines += [
            f"  - name: {seed.name}",
            f"    description: {seed.description}",
            "    config:",
            "      column_types:",
        ]
        lines += [f"        {name}: {kind}" for name, kind in seed.columns.items()]
    return "\n".join(lines) + "\n"


def _render_codes(policy: Policy, catalogue: Catalogue) -> str:
    values: dict[str, object] = {
        "screening_rule_ids": policy.screening.rule_ids,
        "form1_category_codes": policy.screening.form1.precedence,
        "compared_column_names": COMPARED_COLUMNS,
        "coverage_constants": policy.coverage.constants,
        "idle_after_years": policy.funding.idle_after_years.value,
        "fee_constants": policy.fees.constants,
        "service_constants": policy.services.constants,
        "service_criterion_ids": policy.services.criterion_ids,
        "fee_advice_rule_ids": policy.fees.rule_ids,
        "evaluation_bounds": policy.evaluations.constants,
        "need_response_days": policy.needs.response_days.value,
        "discipline_constants": policy.priority.discipline.constants,
        "deal_constants": policy.deals.constants,
        "expert_constants": policy.experts.constants,
        "scope_reading": policy.enterprises.reading,
        "digest_constants": policy.digests.constants,
        "matching_constants": policy.matching.constants,
        "statistics_constants": policy.statistics.constants,
        "inspection_constants": policy.inspection.constants,
        "first_conversion_stage": policy.conversion.first_stage,
        "vocabulary_labels": {name: catalogue.vocabularies[name].values for name in WORDED_VOCABULARIES},
    }
    macros = [f"{{# {GENERATED} #}}"]
    for name, value in values.items():
        macros.append(
            f"{{% macro {name}() %}}{{{{ return({json.dumps(value, ensure_ascii=False)}) }}}}{{% endmacro %}}"
        )
    return "\n\n".join(macros) + "\n"
