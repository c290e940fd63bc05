"""Published versions beside each other, and months as they were known on a past date."""

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.manifest import write_manifest
from panhuo.lake import Lake, parquet_bytes, put_bytes
from panhuo.periods import Period, format_instant
from panhuo.warehouse import query
from pipeline.cli import app
from pipeline.example_queries import FOLDER, load_example_queries
from pipeline.monthly import PRODUCT
from pipeline.publishing import query_published, refresh_views
from pipeline.runs import get_settings

pytestmark = pytest.mark.slow

MAY = Period(2024, 5)
TIERS = load_catalogue().contract("fct_tiers")
JUNE_5, JULY_1 = (dt.datetime(2024, month, day, tzinfo=dt.UTC) for month, day in ((6, 5), (7, 1)))


def publish(folder, number, as_of, tiers, without=()):
    import pyarrow as pa

    values = {"string": "x", "integer": 1, "float": 1.0, "boolean": False, "timestamp": as_of, "date": as_of.date()}
    filled = {member.name: values[member.column.type] for member in TIERS.columns}
    rows = [filled | {"period": str(MAY), "patent_no": no, "tier": tier} for no, tier in tiers.items()]
    staged = folder / f"staged-{number}"
    table = pa.Table.from_pylist(rows, arrow_schema(TIERS)).drop_columns(list(without))
    put_bytes(staged / "marts/fct_tiers.parquet", parquet_bytes(table))
    meta = {"version": number, "as_of": format_instant(as_of), "policy_version": "p", "code_version": "c"}
    write_manifest(staged, meta)
    Lake(folder / "data").publish(PRODUCT, MAY, staged)


@pytest.fixture
def two_versions(tmp_path, monkeypatch):
    """May as known on 5 June, and on 1 July, when P1 had risen and P3 had come; the data folder."""
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    publish(tmp_path, 1, JUNE_5, {"P1": "T2", "P2": "T0"})
    publish(tmp_path, 2, JULY_1, {"P1": "T1", "P2": "T0", "P3": "T4"})
    return tmp_path / "data"


def test_a_month_is_seen_as_it_was_known(two_versions):
    tiers = "select patent_no, tier from fct_tiers order by patent_no"
    newest = [{"patent_no": "P1", "tier": "T1"}, {"patent_no": "P2", "tier": "T0"}, {"patent_no": "P3", "tier": "T4"}]
    assert query_published(tiers).to_pylist() == newest
    assert query_published(tiers, as_of=JULY_1).to_pylist() == newest
    assert query_published(tiers, as_of=JULY_1 - dt.timedelta(seconds=1)).to_pylist() == [
        {"patent_no": "P1", "tier": "T2"}, {"patent_no": "P2", "tier": "T0"},
    ]  # fmt: skip


def test_what_is_known_later_is_not_in_the_history_of_a_past_date(two_versions):
    numbers = "select version, count(*) as n from history.fct_tiers group by version order by version"
    assert query_published(numbers).to_pylist() == [{"version": 1, "n": 2}, {"version": 2, "n": 3}]
    assert query_published(numbers, as_of=JUNE_5).to_pylist() == [{"version": 1, "n": 2}]


def test_versions_compared_says_what_differs(two_versions):
    (example,) = [example for example in load_example_queries() if example.name == "versions_compared"]
    first, second = query_published(example.sql).to_pylist()
    assert (first["patents"], first["t1"], first["changed_tiers"]) == (2, 0, None)
    assert (second["patents"], second["t1"], second["new_patents"], second["changed_tiers"]) == (3, 1, 1, 1)
    assert (first["as_of"], second["as_of"]) == (JUNE_5, JULY_1)


def test_a_query_is_asked_from_its_file(two_versions):
    done = CliRunner().invoke(app, ["query", str(FOLDER / "versions_compared.sql"), "--json"])
    assert (done.exit_code, [row["version"] for row in json.loads(done.output)]) == (0, [1, 2])
    refused = CliRunner().invoke(app, ["query", "none.sql"])
    assert refused.exit_code != 0
    assert "none.sql" in str(refused.exception or refused.output)


def test_a_column_that_came_later_is_null_in_a_version_before_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    publish(tmp_path, 1, JUNE_5, {"P1": "T2"}, without=["theta"])
    later = "select patent_no, theta, typeof(theta) as kind from {}fct_tiers"
    for schema in ("", "history."):
        (row,) = query_published(later.format(schema)).to_pylist()
        assert row == {"patent_no": "P1", "theta": None, "kind": "DOUBLE"}
    publish(tmp_path, 2, JULY_1, {"P1": "T2"})
    told = query_published(later.format("history.") + " order by version").to_pylist()
    assert [row["theta"] for row in told] == [None, 1.0]


def test_the_analysts_file_holds_the_history_too(two_versions):
    refresh_views(get_settings())
    found = query(two_versions / "published/analytics.duckdb", "select max(version) as v from history.fct_tiers")
    assert found.to_pylist() == [{"v": 2}]


def test_an_account_sees_no_history(two_versions):
    from panhuo.accounts import Account, AccountError

    with pytest.raises(AccountError, match="may not read fct_tiers"):
        query_published("select * from history.fct_tiers", Account.parse("operator:province_operation_platform"))
