import shutil

import pyarrow as pa
import pytest
from pydantic import ValidationError

from panhuo.contracts.arrow import arrow_schema, conform
from panhuo.contracts.model import PROJECT_ROOT, DuplicateKeyError, load_catalogue, load_yaml


@pytest.fixture
def project(tmp_path):
    shutil.copytree(PROJECT_ROOT / "expectations", tmp_path / "expectations", ignore=shutil.ignore_patterns("*.py"))
    return tmp_path


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_column_is_used_and_every_vocabulary_too():
    catalogue = load_catalogue()
    used = {name for contract in catalogue.contracts.values() for name in contract.column_names}
    assert set(catalogue.columns) == used
    assert set(catalogue.vocabularies) == {c.vocabulary for c in catalogue.columns.values() if c.vocabulary}


def test_every_label_names_one_column_of_a_table():
    for contract in load_catalogue().contracts.values():
        labels = [use.column.label for use in contract.columns]
        assert len(labels) == len(set(labels)), f"{contract.qualified_name} has two columns with one label"


def test_restricted_columns_stand_in_no_package_and_in_no_mart_but_what_digests_are_made_from():
    told_in_digests = {
        "fct_digest_texts": {"digest_text"},
        "fct_evaluations": {"improvement_wanted"},
        "fct_needs": {"need_title", "need_text"},
    }
    catalogue = load_catalogue()
    for contract in [*catalogue.layer("marts"), *catalogue.layer("published")]:
        grades = {use.name: use.column.sensitivity for use in contract.columns}
        found = {name for name, grade in grades.items() if grade in {"restricted", "blocked"}}
        assert found == told_in_digests.get(contract.table, set()), contract.table


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("columns.yml", "label: 专利名称", "lable: 专利名称", "lable"),
        ("columns.yml", "groups:", "group:", "unknown keys"),
        ("columns.yml", "vocabulary: tier,", "vocabulary: teir,", "teir"),
        ("vocabularies.yml", "source: proposal", "sauce: proposal", "sauce"),
        ("contracts/marts/fct_tiers.yml", "grain:", "grian:", "grian"),
        ("contracts/marts/fct_tiers.yml", "name: theta,", "name: thetta,", "thetta"),
        ("contracts/marts/fct_tiers.yml", "keys: [period, patent_no]", "keys: [period, patent]", "not columns"),
        ("contracts/marts/fct_tiers.yml", "table: fct_tiers", "table: fct_teirs", "expected contracts/marts/fct_teirs"),
    ],
)
def test_a_slip_in_a_contract_is_an_error_that_names_it(project, file, old, new, message):
    edit(project / "expectations" / file, old, new)
    with pytest.raises((ValueError, ValidationError), match=message):
        load_catalogue(project)


def test_a_key_written_twice_is_an_error_with_its_line(tmp_path):
    (tmp_path / "twice.yml").write_text("a: 1\nb: 2\na: 3\n", encoding="utf-8")
    with pytest.raises(DuplicateKeyError, match="line 3"):
        load_yaml(tmp_path / "twice.yml")


def test_conform_orders_casts_and_refuses():
    contract = load_catalogue().contract("fct_dispatches")
    row = dict.fromkeys(contract.column_names, "x") | {"line_count": 1, "screening_count": 2, "change_count": 3}
    table = pa.table({name: [value] for name, value in reversed(row.items())})
    assert conform(table, contract).schema == arrow_schema(contract)
    with pytest.raises(ValueError, match="recipient_name"):
        conform(table.drop_columns(["recipient_name"]), contract)
    with pytest.raises(ValueError, match="hold nulls"):
        conform(table.set_column(0, table.column_names[0], pa.array([None], pa.string())), contract)


def test_codes_are_shown_by_their_labels():
    catalogue = load_catalogue()
    assert catalogue.value_label("intent", "license|transfer") == "许可、转让"
    assert catalogue.value_label("tier", "T1") == "即可转化"
    assert catalogue.value_label("title", "T1") == "T1"
    assert catalogue.value_label("tier", None) is None
