"""The policy of recipients is read strictly and held against the contracts."""

import copy

import pytest
import yaml

from panhuo.contracts.model import PROJECT_ROOT, load_catalogue, load_yaml
from panhuo.dispatch.recipients import load_recipients

POLICY = load_yaml(PROJECT_ROOT / "policy" / "recipients.yml")


def load(tmp_path, change):
    body = copy.deepcopy(POLICY)
    change(body)
    path = tmp_path / "recipients.yml"
    path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    return load_recipients(path)


def test_policy_of_the_project_names_every_kind_of_the_vocabulary():
    kinds = {rule.kind for rule in load_recipients().recipients}
    assert kinds == set(load_catalogue().vocabularies["recipient_kind"].values)


@pytest.mark.parametrize("rule", load_recipients().recipients, ids=lambda rule: rule.kind)
def test_published_contracts_lose_no_column_to_the_policy(rule):
    for table in rule.tables:
        contract = load_catalogue().contract(table)
        assert rule.visible(contract) == contract


@pytest.mark.parametrize(
    "tables",
    [["dispatch_lines", "screening"], ["dispatch_lines", "screening", "changes", "tiers"],
     ["dispatch_lines", "screening", "changes", "changes"]],
)  # fmt: skip
def test_a_package_holds_known_tables_once_and_never_fewer_than_its_workbook_needs(tmp_path, tables):
    with pytest.raises(ValueError, match="city: tables must be distinct"):
        load(tmp_path, lambda body: body["recipients"][1].update(tables=tables))


def test_every_published_contract_is_given_to_somebody():
    given = {table for rule in load_recipients().recipients for table in rule.tables}
    assert given == {contract.table for contract in load_catalogue().layer("published")}


@pytest.mark.parametrize("grade", ["restricted", "blocked", "secret"])
def test_grades_that_never_leave_cannot_be_listed(tmp_path, grade):
    with pytest.raises(ValueError, match="sensitivities"):
        load(tmp_path, lambda body: body["recipients"][0]["sensitivities"].append(grade))


def test_recipient_must_be_given_some_grade(tmp_path):
    with pytest.raises(ValueError, match="sensitivities"):
        load(tmp_path, lambda body: body["recipients"][0].update(sensitivities=[]))


def test_unknown_key_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="sensitivites"):
        load(tmp_path, lambda body: body["recipients"][0].update(sensitivites=["public"]))


def test_kind_written_twice_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="listed twice"):
        load(tmp_path, lambda body: body["recipients"].append(body["recipients"][0]))


def test_scope_must_be_a_column_of_every_mart_read(tmp_path):
    with pytest.raises(ValueError, match=r"recipients\.yml: .*fct_screening has no column 'ministry'"):
        load(tmp_path, lambda body: body["recipients"][0].update(scope="ministry"))


@pytest.mark.parametrize(
    ("column", "exclusion_reason", "problem"),
    [
        ("patent_no", "military_owner", "no text 'patent_no' to withhold"),
        ("abstract", "military_owner", "no text 'abstract' to withhold"),
        ("next_step", "secret", "'secret' is no exclusion_reason"),
        ("title", "not_granted", "a column is withheld twice"),
    ],
)
def test_what_is_withheld_is_a_text_of_the_screening_for_a_known_reason(tmp_path, column, exclusion_reason, problem):
    rule = {"column": column, "exclusion_reason": exclusion_reason, "shown": "【不外发】", "reason": "…"}
    with pytest.raises(ValueError, match=f"province: .*{problem}"):
        load(tmp_path, lambda body: body["recipients"][0]["withheld"].append(rule))


def test_name_must_be_columns_of_the_register(tmp_path):
    with pytest.raises(ValueError, match="dim_institutions has no column 'title'"):
        load(tmp_path, lambda body: body["recipients"][0].update(name=["title"]))


def test_every_tier_must_be_explained(tmp_path):
    with pytest.raises(ValueError, match=r"differ in \['T4'\]"):
        load(tmp_path, lambda body: body["notes"]["tiers"].pop("T4"))


def test_kind_that_is_not_listed_receives_nothing():
    with pytest.raises(KeyError, match="gives nothing to recipients of kind 'operator'"):
        load_recipients().rule("operator")


def test_an_enterprise_sees_public_columns_alone():
    rule = load_recipients().rule("enterprise")
    assert rule.sensitivities == {"public"}
    assert rule.tables == ("pushes", "recalls")


@pytest.mark.parametrize("tables", [["pushes"], ["dispatch_lines", "screening", "changes"]])
def test_a_package_of_pushes_tells_of_recalls_too(tmp_path, tables):
    with pytest.raises(ValueError, match="enterprise: tables must be distinct"):
        load(tmp_path, lambda body: body["recipients"][3].update(tables=tables))
