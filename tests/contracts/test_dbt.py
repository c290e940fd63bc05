import re

import pytest
import yaml

from ingestion.sources import source_names
from panhuo.contracts.dbt import MADE_BY_PYTHON, render_dbt
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.contracts.row_keys import key_column, title_column

FOLDER = "dbt_project/models"


@pytest.fixture(scope="module")
def files():
    return {name: yaml.load(text, Loader=yaml.CSafeLoader) for name, text in render_dbt(load_catalogue()).items()}


def test_every_raw_contract_is_a_source(files):
    sources = files[f"{FOLDER}/staging/_staging__sources.yml"]["sources"]
    tables = {f"{source['schema']}.{table['name']}" for source in sources for table in source["tables"]}
    assert tables == {contract.qualified_name for contract in load_catalogue().layer("raw")}


@pytest.mark.parametrize("layer", ["staging", "marts"])
def test_every_contract_is_an_enforced_model_with_its_tests(files, layer):
    models = {model["name"]: model for model in files[f"{FOLDER}/{layer}/_{layer}__contracts.yml"]["models"]}
    contracts = {c.table: c for c in load_catalogue().layer(layer) if c.table not in MADE_BY_PYTHON}
    assert models.keys() == contracts.keys()
    for name, contract in contracts.items():
        model = models[name]
        tests = {kind: test["arguments"] for entry in model["data_tests"] for kind, test in entry.items()}
        assert model["config"]["contract"] == {"enforced": True}
        assert [column["name"] for column in model["columns"]] == list(contract.column_names)
        assert tests["unique_rows"]["key_columns"] == list(contract.keys)
        assert tests["required_columns"]["column_names"] == [c.name for c in contract.columns if c.required]
        coded = {c.name for c in contract.columns if c.column.vocabulary}
        assert set(tests.get("known_codes", {}).get("codes_by_column", {})) == coded


def test_types_and_grades_come_from_the_columns(files):
    models = {model["name"]: model for model in files[f"{FOLDER}/staging/_staging__contracts.yml"]["models"]}
    columns = {column["name"]: column for column in models["stg_enterprises__enterprises"]["columns"]}
    assert columns["registered_on"]["data_type"] == "date"
    assert columns["received_at"]["data_type"] == "timestamp with time zone"
    assert columns["contact_phone"]["config"]["meta"]["sensitivity"] == "restricted"
    assert columns["enterprise_name"]["config"]["meta"]["label"] == "企业名称"


def test_returned_rows_are_known_again_by_the_same_columns_everywhere():
    macro = (PROJECT_ROOT / "dbt_project" / "macros" / "rules" / "row_keys.sql").read_text(encoding="utf-8")
    stated = re.findall(r"'source': '(\w+)', 'dataset': '(\w+)', 'key': '(\w+)', 'title': (?:'(\w+)'|none)", macro)
    contracts = [contract for contract in load_catalogue().layer("raw") if contract.source in source_names()]
    assert stated == [(c.source, c.table, key_column(c), title_column(c) or "") for c in contracts]
