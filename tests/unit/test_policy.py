import datetime as dt
import re
import shutil
from itertools import pairwise

import pytest
import yaml

from panhuo.contracts.model import PROJECT_ROOT, load_catalogue, load_yaml
from panhuo.policy import load_policy, policy_version
from panhuo.policy.matching import Matching
from panhuo.policy.model import Maturity, Screening, Tiering, maturity_key, read_policy_file
from panhuo.policy.render import COMPARED_COLUMNS, policy_seeds, render_policy

FLAGS_MODEL = PROJECT_ROOT / "dbt_project" / "models" / "intermediate" / "screening" / "int_screening_flags.sql"


def content(name):
    return load_yaml(PROJECT_ROOT / "policy" / f"{name}.yml")


@pytest.fixture
def project(tmp_path):
    """A copy of the policy folder, to be spoilt."""
    shutil.copytree(PROJECT_ROOT / "policy", tmp_path / "policy")
    return tmp_path


def test_screening_rules_are_the_same_everywhere():
    """Rule ids = fails_* columns = exclusion reasons = documented rules."""
    ids = set(load_policy().screening.rule_ids)
    columns = re.findall(r" as fails_(\w+)", FLAGS_MODEL.read_text(encoding="utf-8"))
    documented = re.findall(r"^\| `(\w+)` \|.*\| (?:right|assessment|declaration) \|", page(), re.MULTILINE)
    assert len(columns) == len(set(columns))
    assert len(documented) == len(set(documented))
    assert set(columns) == ids
    assert set(load_catalogue().vocabularies["exclusion_reason"].values) == ids
    assert set(documented) == ids


def page():
    return (PROJECT_ROOT / "docs" / "rules.md").read_text(encoding="utf-8")


def test_policy_speaks_the_vocabularies():
    catalogue, policy = load_catalogue(), load_policy()

    def codes(vocabulary):
        return set(catalogue.vocabularies[vocabulary].values)

    statuses = policy.screening.statuses
    judged = [*statuses.in_force, *statuses.not_in_force, *statuses.pending]
    assert len(judged) == len(set(judged))
    assert set(judged) == codes("legal_status")
    assert set(policy.screening.form1.precedence) == codes("form1_category")
    assert {f"is_{category}" for category in policy.screening.form1.precedence} <= set(catalogue.columns)
    assert {term.patent_type for term in policy.screening.terms} == codes("patent_type")
    assert set(policy.screening.low_levels) < codes("prospect_level")
    assert set(policy.screening.form1.relicensable.license_kinds) < codes("license_kind")
    assert set(policy.funding.accepted_codes) < codes("idle_reason")
    assert set(policy.funding.unimplemented.value) < codes("implementation_status")
    for version in policy.tiering.versions:
        assert set(version.t1_intents.value) <= codes("intent")
    assert set(COMPARED_COLUMNS) <= set(catalogue.columns)
    assert set(policy.matching.pushable_tiers.value) < codes("tier")
    assert set(policy.matching.field_decline_reasons.value) < codes("decline_reason")


def test_terms_cover_every_filing_date_once():
    by_type = {}
    for term in load_policy().screening.terms:
        by_type.setdefault(term.patent_type, []).append(term)
    for terms in by_type.values():
        assert terms[0].filed_from == dt.date(1985, 4, 1)
        assert terms[-1].filed_until is None
        for earlier, later in pairwise(terms):
            assert earlier.filed_until + dt.timedelta(days=1) == later.filed_from


def test_constants_are_those_of_the_formula():
    constants = load_policy().tiering.versions[0]
    assert (constants.expert_weight.value, constants.enterprise_weight.value) == (1.5, 1.0)
    assert (constants.prior_weight.value, constants.leniency_shrinkage.value) == (3, 5)
    assert constants.confidence_factor.value == 1.28
    assert (constants.min_evaluators.value, constants.t1_min_l80.value, constants.t1_min_trl.value) == (2, 3.5, 7)
    assert constants.t1_intents.value == ("license", "transfer")
    assert (constants.t2_min_theta.value, constants.t2_min_trl.value) == (3, 4)
    assert (constants.t3_min_theta.value, constants.t3_max_trl.value) == (3, 3)


@pytest.mark.parametrize(
    ("word", "trl"),
    [
        ("概念验证", 3),
        ("实验室阶段", 4),
        ("小试", 5),
        ("中试", 6),
        ("工程化", 7),
        ("产业化", 9),
        ("TRL 7", 7),
        ("trl-2", 2),
        ("正样级", 6),
    ],
)
def test_maturity_words_mean_a_level(word, trl):
    levels = {maturity_key(known): level for _, known, level in load_policy().maturity.entries}
    assert levels[maturity_key(word)] == trl


@pytest.mark.parametrize(
    ("constant", "value", "mend"),
    [
        ("min_recipients", 31, "must not be above max_recipients"),
        ("max_recipients", 2, "must not be above max_recipients"),
        ("candidates_each_way", 2, "or candidates_each_way"),
        ("strong_probability", 0.001, "min_probability must not be above strong_probability"),
        ("strong_probability", 5, "must lie between 0 and 1"),
        ("other_decline_share", -0.1, "must lie between 0 and 1"),
        ("need_odds", 0, "odds must be above 0"),
        ("fairness_weight", -0.1, "fairness_weight must not be below 0"),
        ("covered_tiers", ["T1", "T4"], "covered_tiers must be among pushable_tiers"),
    ],
)
def test_rules_of_pushes_that_cannot_be_kept_are_refused(project, constant, value, mend):
    path = project / "policy" / "matching.yml"
    rules = content("matching")
    rules[constant]["value"] = value
    path.write_text(yaml.safe_dump(rules), encoding="utf-8")
    with pytest.raises(ValueError, match=rf"matching\.yml: .*{mend}"):
        read_policy_file(path, Matching)


def test_an_unknown_key_is_refused_by_name(project):
    path = project / "policy" / "tiering.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("prior_weight:", "prior_wait:"), encoding="utf-8")
    with pytest.raises(ValueError, match=r"tiering\.yml: .*prior_wait"):
        load_policy(project)


def test_a_maturity_word_with_two_levels_is_refused():
    text = content("maturity")
    text["schemes"][0]["words"].append({"trl": 9, "words": ["中 试"]})
    with pytest.raises(ValueError, match=r"中试.*mapped twice"):
        Maturity.model_validate(text)


def test_a_rule_without_its_parameters_is_refused():
    text = content("screening")
    for rule in text["rules"]:
        rule.pop("parameters", None)
    with pytest.raises(ValueError, match="'expired_by_term' is missing or lacks its TermParameters"):
        Screening.model_validate(text)


def test_parameters_that_no_model_reads_are_refused():
    text = content("screening")
    text["rules"][4]["parameters"] = {"levels": ["low"]}
    with pytest.raises(ValueError, match=r"\['not_inventoried'\] take no parameters"):
        Screening.model_validate(text)


def test_a_rule_listed_twice_is_refused():
    text = content("screening")
    text["rules"].append(text["rules"][0])
    with pytest.raises(ValueError, match="listed twice"):
        Screening.model_validate(text)


@pytest.mark.parametrize(
    ("until", "since", "message"),
    [("2024-06-30", "2024-07-02", "must end on the day before"), (None, "2024-07-01", "must end on the day before")],
)
def test_versions_of_constants_follow_without_a_gap(until, since, message):
    first = content("tiering")["versions"][0]
    versions = [{**first, "effective_until": until}, {**first, "effective_from": since}]
    with pytest.raises(ValueError, match=message):
        Tiering.model_validate({"versions": versions})


def test_the_last_version_of_constants_stays_open():
    first = content("tiering")["versions"][0]
    with pytest.raises(ValueError, match="open-ended"):
        Tiering.model_validate({"versions": [{**first, "effective_until": "2024-06-30"}]})


def test_policy_version_changes_with_any_policy_file(project):
    before = policy_version(project)
    assert re.fullmatch(r"[0-9a-f]{12}", before)
    assert before == policy_version(project)
    path = project / "policy" / "maturity.yml"
    path.write_bytes(path.read_bytes() + b"# a comment\n")
    assert policy_version(project) != before


def test_seeds_are_rectangular_and_typed():
    for seed in policy_seeds(load_policy(), load_catalogue()):
        assert seed.rows, seed.name
        assert all(len(row) == len(seed.columns) for row in seed.rows), seed.name
        lines = seed.csv().splitlines()
        assert lines[0] == ",".join(seed.columns)
        assert "" not in [cell for line in lines for cell in line.split(",")], seed.name


def test_rendered_policy_carries_what_the_files_say():
    files = render_policy(load_policy())
    assert "low_prospect,low\n" in files["dbt_project/seeds/policy/word_lists.csv"]
    assert "increment,2024-01-01,9999-12-31\n" in files["dbt_project/seeds/policy/cohorts.csv"]
    assert "design,2021-06-01,9999-12-31,15\n" in files["dbt_project/seeds/policy/patent_terms.csv"]
    assert '"expired_by_term"' in files["dbt_project/macros/policy/codes.sql"]
    assert "| `t1_min_l80` | 3.5 |" in files["docs/rules.md"]
    assert "| 6 | 中试、" in files["docs/rules.md"]


def test_every_dated_duty_is_measured():
    policy = load_policy()
    duties = {m.id: m for m in policy.milestones.milestones}
    assert {*duties} == {f"A-M{n}" for n in range(1, 14)} | {f"N-M{n}" for n in range(1, 12)}
    assert duties["A-M3"].measured.by == "listed_rate"
    assert sum(duties["A-M13"].measured.items.values()) == 3 + 16 + 20 + 3000
    assert duties["A-M11"].measured.items == {"event": 4, "patent": 20}
    assert duties["N-M6"].due == dt.date(2024, 6, 30)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("coverage", "due: 2024-12-31", "due: 2024-06-30", "due on the same day"),
        ("coverage", "roles: [other]", "roles: [others]", "roles"),
        ("coverage", "value: 15", "value: 0", "freeze_days"),
        ("milestones", "id: N-M2", "id: N-M1", "listed twice"),
        ("milestones", "  pushed: {evidence", "  pushes: {evidence", "pushes"),
        ("milestones", "      by: pushed\n", "      by: published\n", "published are counted by `batch`"),
        (
            "milestones",
            "      by: filed\n      rate: 1.0\n      items: {implementation_plan: 1}\n",
            "      by: evaluation_rate\n      rate: 1.0\n      classes: [high_tech]\n",
            "of which classes enterprises register",
        ),
        ("milestones", "      items: {contact_list: 1}\n", "", "says what is filed, held"),
        ("milestones", "{event: 4, patent: 20}", "{events: 4}", "by `event` and by `patent`"),
        ("milestones", "target: others_first_third", "target: somebody", "coverage target somebody None"),
        ("milestones", "due: 2024-12-31\n    measured: {by", "due: 2024-12-30\n    measured: {by", "N-M8 is due"),
    ],
)
def test_a_slip_in_a_target_or_duty_is_an_error(project, file, old, new, message):
    path = project / "policy" / f"{file}.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_policy(project)


def test_intake_rules_are_the_words_of_their_vocabularies():
    rules, words = load_policy().intake.rules, load_catalogue().vocabularies
    for about, vocabulary in (("submission", "intake_finding"), ("entry", "unmatched_reason")):
        assert {rule.id for rule in rules if rule.about == about} == set(words[vocabulary].values)
