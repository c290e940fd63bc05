"""Example queries: each has a check, names columns that exist, and reads marts alone."""

import duckdb
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from pipeline.example_queries import load_example_queries
from tests.fixtures.example_queries import CHECKS

pytestmark = pytest.mark.slow

EXAMPLES = load_example_queries()


@pytest.fixture(scope="module")
def empty_marts():
    """Every mart by its contract, without a row, as published and in the history."""
    with duckdb.connect() as connection:
        connection.execute("create schema history")
        connection.execute(
            "create table history.versions (product varchar, period varchar, version bigint, as_of timestamptz, "
            "policy_version varchar, code_version varchar)"
        )
        for contract in load_catalogue().layer("marts"):
            connection.register("incoming", arrow_schema(contract).empty_table())
            connection.execute(f"create table {contract.table} as from incoming")
            connection.execute(
                f"create table history.{contract.table} as select 'p' as product, 1 as version, * from incoming"
            )
        yield connection


def test_every_query_has_a_check_over_the_demo():
    assert {example.name for example in EXAMPLES} == set(CHECKS)
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_query_reads_the_columns_of_the_contracts(empty_marts, example):
    (statement,) = duckdb.extract_statements(example.sql)
    assert statement.type == duckdb.StatementType.SELECT
    found = empty_marts.execute(example.sql).to_arrow_table()
    assert found.num_rows == 0
    restricted = {name for name, column in load_catalogue().columns.items() if column.sensitivity == "restricted"}
    assert restricted.isdisjoint(found.column_names)


def test_a_file_without_its_head_is_refused(tmp_path):
    (tmp_path / "odd.sql").write_text("select 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="Title"):
        load_example_queries(tmp_path)
