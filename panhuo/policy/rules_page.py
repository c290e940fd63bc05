"""`docs/rules.md`: the rules as a page."""

from __future__ import annotations

import datetime as dt

from panhuo.contracts.model import Catalogue
from panhuo.policy.conversion import render_conversion
from panhuo.policy.deals import render_deals
from panhuo.policy.digests import render_digests
from panhuo.policy.enterprises import render_enterprises
from panhuo.policy.evaluations import render_evaluations
from panhuo.policy.experts import render_experts
from panhuo.policy.fees import render_fees
from panhuo.policy.inspection import render_inspection
from panhuo.policy.matching import render_matching
from panhuo.policy.milestones import render_milestones
from panhuo.policy.model import Policy, Rule, TieringVersion
from panhuo.policy.needs import render_needs
from panhuo.policy.page import table as _table
from panhuo.policy.rules_owners import render_owners
from panhuo.policy.rules_priority import render_priority
from panhuo.policy.rules_rights import render_legal_events
from panhuo.policy.services import render_services
from panhuo.policy.statistics import render_statistics


def render_rules(policy: Policy, catalogue: Catalogue) -> str:
    """The page: every rule file, in the order of a month."""
    sections = [
        render_legal_events(policy.legal_events, catalogue),
        _screening(policy, catalogue),
        _form1(policy, catalogue),
        render_priority(policy.priority, catalogue),
        _tiering(policy),
        _maturity(policy),
        render_conversion(policy.conversion, catalogue),
        render_enterprises(policy.enterprises, catalogue),
        render_experts(policy.experts, catalogue),
        render_deals(policy.deals, catalogue),
        _coverage(policy),
        render_milestones(policy.milestones, policy.coverage),
        _funding(policy, catalogue),
        render_fees(policy.fees, catalogue),
        render_services(policy.services, catalogue),
        _intake(policy, catalogue),
        render_evaluations(policy.evaluations, catalogue),
        render_needs(policy.needs),
        render_owners(policy.owners, catalogue),
        render_matching(policy.matching),
        render_digests(policy.digests),
        render_statistics(policy.statistics, catalogue),
        render_inspection(policy.inspection),
    ]
    head = [
        "# Rules",
        "",
        "Rendered from `policy/*.yml` by `make generate`.",
        "N is the national plan of 2024, A is Anhui 2024 No. 4; *policy* marks a choice of this project.",
    ]
    return "\n\n".join(["\n".join(head), *sections]) + "\n"


def _span(since: dt.date, until: dt.date | None) -> str:
    return f"{since} to {until}" if until else f"from {since}"


def _screening(policy: Policy, catalogue: Catalogue) -> str:
    labels = catalogue.vocabularies["exclusion_reason"].values
    rows = [
        [
            f"`{r.id}`",
            labels[r.id],
            r.stage,
            r.severity,
            _span(r.effective_from, r.effective_until),
            r.reason,
            r.next_step,
        ]
        for r in policy.screening.rules
    ]
    words = "\n".join(f"- {line}" for rule in policy.screening.rules for line in _parameters(rule))
    return (
        "## Screening\n\nRules of stage *right* come before Form 1, those of stage *assessment* after it;"
        " those of stage *declaration* exclude nothing and are told in both forms. The"
        " reasons of an excluded patent are the failing blocking rules of the stage that excluded it.\n\n"
        + _table(["rule", "label", "stage", "severity", "effective", "reason", "next step"], rows)
        + "\n\nParameters:\n\n"
        + words
        + f"\n- cohort *baseline*: granted until {policy.screening.cohorts.baseline_until}, *increment*: later."
        + f" {policy.screening.cohorts.reason}"
    )


def _parameters(rule: Rule) -> list[str]:
    if rule.parameters is None:
        return []
    lines = []
    for name, values in rule.parameters.model_dump().items():
        texts = [_term(value) if isinstance(value, dict) else value for value in values]
        lines.append(f"`{rule.id}` {name}: {', '.join(texts)}")
    return lines


def _term(term: dict[str, object]) -> str:
    until = f" to {term['filed_until']}" if term["filed_until"] else ""
    return f"{term['patent_type']} filed from {term['filed_from']}{until}: {term['years']} years"


def _form1(policy: Policy, catalogue: Catalogue) -> str:
    form1 = policy.screening.form1
    labels = catalogue.vocabularies["form1_category"].values
    rows = [[str(i), f"`{code}`", labels[code], f"`is_{code}`"] for i, code in enumerate(form1.precedence, start=1)]
    names = form1.enterprise_names
    return (
        f"## Form 1\n\n{form1.reason}\n\n"
        + _table(["precedence", "category", "label", "flag"], rows)
        + f"\n\nRelicensable: Form 2, or Form 1 by `{form1.relicensable.only_category}` alone with a licence of kind "
        + f"{', '.join(form1.relicensable.license_kinds)}. {form1.relicensable.reason}"
        + f"\n\nEnterprise names contain {', '.join(names.contains)} or end with {', '.join(names.ends_with)}."
        + f" {names.reason}"
    )


def _tiering(policy: Policy) -> str:
    parts = [
        "## Tiers\n\nFirst match wins: T0 fewer than `min_evaluators` independent evaluators; T1 `l80 ≥ t1_min_l80`,"
        " `trl ≥ t1_min_trl` and an intent among `t1_intents`; T2 `theta ≥ t2_min_theta` and `trl ≥ t2_min_trl`; T3"
        " `theta ≥ t3_min_theta` and `trl ≤ t3_max_trl` or unknown; T4 otherwise. A move down needs two consecutive"
        " months: the tier is the better of this month's and last month's evidence."
    ]
    parts += [_version(version) for version in policy.tiering.versions]
    return "\n\n".join(parts)


def _version(version: TieringVersion) -> str:
    constants = [(n, getattr(version, n)) for n in TieringVersion.model_fields if not n.startswith("effective_")]
    rows = [
        [f"`{name}`", ", ".join(c.value) if isinstance(c.value, tuple) else str(c.value), c.reason]
        for name, c in constants
    ]
    title = f"### Constants {_span(version.effective_from, version.effective_until)}"
    return f"{title}\n\n" + _table(["constant", "value", "reason"], rows)


def _maturity(policy: Policy) -> str:
    parts = ["## Maturity"]
    for scheme in policy.maturity.schemes:
        rows = [[str(level.trl), "、".join(level.words)] for level in scheme.words]
        parts.append(f"### {scheme.scheme}\n\n{scheme.reason}\n\n" + _table(["TRL", "words"], rows))
    return "\n\n".join(parts)


def _coverage(policy: Policy) -> str:
    coverage = policy.coverage
    constants = [
        [f"`{name}`", str(value), getattr(coverage, name).reason] for name, value in coverage.constants.items()
    ]
    targets = [[t.id, ", ".join(t.roles), f"{t.rate:.0%}", str(t.due), t.clause, t.reason] for t in coverage.targets]
    return (
        "## Coverage\n\nCoverage is inventoried ÷ stock: base library patents in force at the month's end, as known"
        " when the month froze. The target in effect is the next one due for the unit's role, or the last one when all"
        " are past; that of a region is the sum of its institutions' targets in patents.\n\n"
        + _table(["target", "roles", "share", "due", "clause", "reason"], targets)
        + "\n\n"
        + _table(["constant", "value", "reason"], constants)
    )


def _funding(policy: Policy, catalogue: Catalogue) -> str:
    funding, labels = policy.funding, catalogue.vocabularies["idle_reason"].values
    statuses = catalogue.vocabularies["implementation_status"].values
    rows = [[f"`{accepted.code}`", labels[accepted.code], accepted.reason] for accepted in funding.accepted_reasons]
    words = "、".join(f"{statuses[code]} (`{code}`)" for code in funding.unimplemented.value)
    return (
        f"## Publicly funded and idle\n\nGranted more than {funding.idle_after_years.value} years before the month's"
        f" last day. {funding.idle_after_years.reason}\n\nNot implemented: {words}. {funding.unimplemented.reason}"
        "\n\nReasons that are accepted:\n\n" + _table(["code", "label", "reason"], rows)
    )


def _intake(policy: Policy, catalogue: Catalogue) -> str:
    labels = catalogue.vocabularies["intake_finding"].values | catalogue.vocabularies["unmatched_reason"].values
    rows = [[f"`{r.id}`", labels[r.id], r.about, r.reason, r.next_step] for r in policy.intake.rules]
    return "## Intake\n\n" + _table(["finding", "label", "about", "reason", "next step"], rows)
