"""An account never sees a row out of its scope or a column above its grade, and finds no way round."""

import datetime as dt
import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from upath import UPath

from panhuo.accounts import CELLS, EVERYONE, SCOPE, Account, AccountError, load_accounts, query_as
from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.lake import Version
from panhuo.periods import Period
from panhuo.warehouse import NotAQueryError

CATALOGUE = load_catalogue()
MARTS = {contract.table: contract for contract in CATALOGUE.layer("marts")}
RULES = load_accounts().accounts
PERIODS = ("2024-04", "2024-05")
INSTITUTIONS = [f"I{number}" for number in range(6)]
PLACES = [("34", "3401"), ("34", "3402"), ("37", "3709")]
MINISTRIES = ["教育部", "工业和信息化部", None]
SCOPES = {
    "institution": INSTITUTIONS, "city": ["3401", "3402", "3709"], "province": ["34", "37"],
    "ministry": ["教育部", "工业和信息化部"], "national": ["CN"],
}  # fmt: skip
FIRMS = ["91340100MA2ABCDE0T", "91370900MA3ABCDE0X"]
SECRET = "涉密的名称"


def any_value(kind: pa.DataType, chance: random.Random) -> object:
    if pa.types.is_string(kind):
        return chance.choice(["x", "y", "institution", "city"])
    if pa.types.is_boolean(kind):
        return chance.random() < 0.3
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return chance.randrange(9)
    return dt.datetime(2024, 4, 1, tzinfo=dt.UTC) if pa.types.is_timestamp(kind) else dt.date(2024, 4, 1)


def make_world(seed: int) -> dict[str, list[dict]]:
    """Rows of every mart that any kind may read; an institution may move to another place or ministry."""
    chance = random.Random(seed)
    world: dict[str, list[dict]] = {}
    for name, contract in MARTS.items():
        schema = arrow_schema(contract)
        world[name] = [{field.name: any_value(field.type, chance) for field in schema} for _ in range(24)]
    register = {
        (month, code): (*chance.choice(PLACES), chance.choice(MINISTRIES)) for month in PERIODS for code in INSTITUTIONS
    }
    world["dim_institutions"] = [
        world["dim_institutions"][0]
        | {"period": month, "institution_id": code, "province_code": place[0], "city_code": place[1]}
        | {"ministry": place[2]}
        for (month, code), place in register.items()
    ]
    for name, rows in world.items():
        for number, row in enumerate(rows):
            if name != "dim_institutions":
                row["period"] = chance.choice(PERIODS)
                owner = chance.choice(INSTITUTIONS)
                row |= {column: owner for column in ("institution_id", "sender_id") if column in row}
            row |= {"patent_no": f"P{number % 8}"} if "patent_no" in row else {}
            row |= {"enterprise_id": chance.choice(FIRMS)} if "enterprise_id" in row else {}
            if "scope_code" in row:
                kind = row["scope_kind"] = chance.choice(list(SCOPES))
                row["scope_code"] = chance.choice(SCOPES[kind])
            row |= {"is_suppressed": chance.random() < 0.1} if "is_suppressed" in row else {}
    return world


def publish(folder: Path, world: dict[str, list[dict]]) -> list[Version]:
    (folder / "marts").mkdir(parents=True, exist_ok=True)
    for name, rows in world.items():
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(MARTS[name])), folder / "marts" / f"{name}.parquet")
    return [Version("monthly_dispatch", Period(2024, 4), 1, UPath(folder), {})]


def is_own(row: dict, mart: str, account: Account, world: dict[str, list[dict]]) -> bool:
    """The rule told once more, row by row."""
    key = {"ministry": "ministry", "province": "province_code", "city": "city_code"}.get(account.kind, "institution_id")
    mine = {
        (place["period"], place["institution_id"]) for place in world["dim_institutions"] if place[key] == account.code
    }
    if account.kind == "enterprise":
        return mart == "fct_dispatch_lines" or row["enterprise_id"] == account.code
    if account.kind == "operator":
        return mart == "fct_dispatch_lines"
    if mart == "fct_library_cells":
        return row[key] == account.code
    if load_accounts().rule(account.kind).marts[mart] in (SCOPE, CELLS):
        own = row["scope_kind"] == account.kind and row["scope_code"] == account.code
        theirs = row["scope_kind"] == "institution" and (row["period"], row["scope_code"]) in mine
        if mart == "fct_coverage":
            return own or theirs
        hidden = suppressed_cells(world, mart)
        unit = (row["period"], row["scope_kind"], row["scope_code"])
        is_told = all(
            (row["period"], "institution", code) not in hidden for month, code in mine if month == row["period"]
        )
        return (own and unit not in hidden) or (theirs and is_told)
    return (row["period"], row["sender_id"] if "sender_id" in row else row["institution_id"]) in mine


def suppressed_cells(world: dict[str, list[dict]], mart: str) -> set[tuple]:
    """Month and scope of every cell that the statistics, or the mart itself, suppress in any row."""
    return {
        (row["period"], row["scope_kind"], row["scope_code"])
        for name in {"fct_quarterly_statistics", mart}
        for row in world[name]
        if row.get("is_suppressed")
    }


def codes_of(kind: str) -> list[str]:
    return {
        "ministry": ["教育部", "工业和信息化部"], "province": ["34", "37"], "city": ["3401", "3709"],
        "institution": INSTITUTIONS[:2], "enterprise": FIRMS, "operator": list(load_accounts().rule("operator").codes),
        "national": ["CN"],
    }[kind]  # fmt: skip


@pytest.mark.slow
@given(st.integers(0, 10**6))
@settings(max_examples=6, deadline=None)
def test_rows_and_columns_are_exactly_those_of_the_account(seed: int) -> None:
    world = make_world(seed)
    with duckdb.connect() as connection:
        for name, rows in world.items():
            connection.register("incoming", pa.Table.from_pylist(rows, arrow_schema(MARTS[name])))
            connection.execute(f"create table {name} as select * from incoming")
        for rule in RULES:
            for account in (Account(rule.kind, code) for code in [*codes_of(rule.kind), "nobody"]):
                for mart in rule.marts:
                    seen = connection.execute(rule.select(MARTS[mart]), {"code": account.code}).to_arrow_table()
                    grades = {CATALOGUE.columns[column].sensitivity for column in seen.column_names}
                    assert grades <= ({"public"} if rule.marts[mart] == EVERYONE else {"public", "internal"})
                    expected = [row for row in world[mart] if is_own(row, mart, account, world)]
                    for column in {"period", "patent_no"} & set(seen.column_names):
                        assert seen[column].to_pylist() == [row[column] for row in expected], (account, mart)
                    assert seen.num_rows == len(expected), (account, mart)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> list[Version]:
    world = make_world(7)
    for row in world["dim_institutions"]:
        row |= {"province_code": "34", "city_code": "3401"} if row["institution_id"] == "I0" else {}
    for number, row in enumerate(world["dim_patents"]):
        row |= {"institution_id": "I0", "has_military_owner": number % 2 == 0, "patent_no": f"P{number}"}
        row |= {"title": SECRET if number % 2 == 0 else "公开的名称"}
    return publish(tmp_path_factory.mktemp("published"), world)


CITY = Account("city", "3401")


QUARTER_MARTS = {
    "fct_quarterly_statistics": "denominator_count", "fct_statistics_comparisons": "denominator_count",
    "fct_statistics_rankings": "ranked_count", "fct_stock_identity": "closing_count",
}  # fmt: skip


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> list[Version]:
    """A quarter of two provinces: of 34 the institution I1 is suppressed beside I0, of 37 nothing is."""
    world = make_world(7)
    template = world["dim_institutions"][0] | {"period": "2024-06"}
    homes = {"I0": "34", "I1": "34", "I2": "37", "I3": "37"}
    world["dim_institutions"] = [
        template | {"institution_id": code, "province_code": home, "city_code": f"{home}01", "ministry": "教育部"}
        for code, home in homes.items()
    ]
    sizes = {
        ("institution", "I0"): 40, ("institution", "I1"): 3, ("institution", "I2"): 20, ("institution", "I3"): 30,
        ("province", "34"): 43, ("province", "37"): 50, ("city", "3401"): 43, ("city", "3701"): 50,
        ("ministry", "教育部"): 93, ("national", "CN"): 93,
    }  # fmt: skip
    for mart, column in QUARTER_MARTS.items():
        row = world[mart][0] | {"period": "2024-06", "is_suppressed": False}
        row = {name: value for name, value in row.items() if name in MARTS[mart].column_names}
        flag = {"is_suppressed": True} if "is_suppressed" in row else {}
        world[mart] = [
            row | {"scope_kind": kind, "scope_code": code, column: size} | (flag if code == "I1" else {})
            for (kind, code), size in sizes.items()
        ]
    return publish(tmp_path_factory.mktemp("quarter"), world)


@pytest.mark.parametrize(("mart", "column"), QUARTER_MARTS.items())
@pytest.mark.parametrize(
    ("account", "seen"),
    [
        ("national:CN", {"CN": 93}),
        ("ministry:教育部", {"教育部": 93}),
        ("province:34", {"34": 43}),
        ("city:3401", {"3401": 43}),
        ("province:37", {"37": 50, "I2": 20, "I3": 30}),
        ("city:3701", {"3701": 50, "I2": 20, "I3": 30}),
    ],
)
def test_no_suppressed_cell_can_be_had_by_subtraction(mart, column, account, seen, quarter) -> None:
    """3 of the 43 patents of 34 are a suppressed institution's: with the 40 beside them they would be told."""
    rows = query_as(Account.parse(account), quarter, f"select scope_code, {column} as size from {mart}").to_pylist()
    assert {row["scope_code"]: row["size"] for row in rows} == seen


@pytest.mark.parametrize("account", ["institution:I0", "institution:I1", f"enterprise:{FIRMS[0]}"])
@pytest.mark.parametrize("mart", QUARTER_MARTS)
def test_who_supervises_nobody_reads_no_quarter(mart, account, quarter) -> None:
    with pytest.raises(AccountError, match=f"may not read {mart}"):
        query_as(Account.parse(account), quarter, f"select * from {mart}")


def test_titles_of_military_patents_are_withheld_from_supervisors(versions) -> None:
    query = "select title, count(*) as n from dim_patents group by title order by title"
    supervisor = query_as(CITY, versions, query).to_pylist()
    assert {row["title"] for row in supervisor} == {"【涉军，题名不外发】", "公开的名称"}
    owner = query_as(Account("institution", "I0"), versions, query).to_pylist()
    assert {row["title"] for row in owner} == {SECRET, "公开的名称"}


def test_a_version_older_than_a_column_hides_what_the_column_would(tmp_path: Path) -> None:
    """Null is no permission: what may be a military unit's is withheld, what may be suppressed hidden."""
    world = make_world(7)
    world = {mart: world[mart] for mart in ("dim_institutions", "dim_patents", "fct_quarterly_statistics")}
    place = world["dim_institutions"][0] | {"institution_id": "I0", "province_code": "34", "city_code": "3401"}
    world["dim_institutions"] = [place]
    world["dim_patents"][0] |= {"period": place["period"], "institution_id": "I0", "title": SECRET}
    world["fct_quarterly_statistics"][0] |= {"period": place["period"], "scope_kind": "city", "scope_code": "3401"}
    (version,) = publish(tmp_path, world)
    for mart, column in (("dim_patents", "has_military_owner"), ("fct_quarterly_statistics", "is_suppressed")):
        path = tmp_path / "marts" / f"{mart}.parquet"
        pq.write_table(pq.read_table(path).drop_columns([column]), path)
    titles = query_as(CITY, [version], "select distinct title from dim_patents").to_pylist()
    assert titles == [{"title": "【涉军，题名不外发】"}]
    assert query_as(CITY, [version], "select * from fct_quarterly_statistics").num_rows == 0


@pytest.mark.parametrize(
    "sql",
    [
        "select * from fct_gate_results",
        "with x as (select * from fct_owner_reviews) select * from x",
        "select (select count(*) from fct_tiers)",
        "select * from DIM_ENTERPRISES",
    ],
)
def test_a_mart_that_is_not_granted_is_denied_by_name(sql: str, versions) -> None:
    with pytest.raises(AccountError, match=r"city:3401 may not read .*; it may read: dim_institutions"):
        query_as(CITY, versions, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_parquet('{marts}/fct_tiers.parquet')",
        "select * from '{marts}/fct_tiers.parquet'",
        "select * from glob('{marts}/*')",
        "select * from read_text('/etc/hostname')",
        "select getenv('HOME')",
        "select * from versions",
        "select * from incoming",
        "attach '{marts}/x.duckdb'",
        "copy dim_patents to '{marts}/x.csv'",
        "set enable_external_access = true",
        "install httpfs",
        "select 1; select 2",
        "create table x as select 1",
        "select * from nothing_at_all",
    ],
)
def test_there_is_no_way_round(sql: str, versions) -> None:
    with pytest.raises((duckdb.Error, NotAQueryError, AccountError)):
        query_as(CITY, versions, sql.format(marts=versions[0].path / "marts"))
    assert {path.suffix for path in (versions[0].path / "marts").iterdir()} == {".parquet"}


@pytest.mark.parametrize("text", ["city", "city:", ":3401", "city:9999", "enterprise:nobody", "operator:me", "king:1"])
def test_who_is_not_registered_has_no_account(text: str, versions) -> None:
    with pytest.raises(AccountError):
        query_as(Account.parse(text), versions, "select 1")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sensitivities": ["restricted"]}, "sensitivities"),
        ({"registered": None}, "name either where"),
        ({"marts": {"dim_patents": "owner_id"}}, "no mart dim_patents with a column 'owner_id'"),
        ({"marts": {"fct_nothing": "institution_id"}}, "no mart fct_nothing"),
        ({"kind": "press"}, "kind"),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(change: dict, problem: str, tmp_path: Path) -> None:
    policy = yaml.safe_load((PROJECT_ROOT / "policy" / "accounts.yml").read_text(encoding="utf-8"))
    policy["accounts"][0] |= change
    path = tmp_path / "accounts.yml"
    path.write_text(yaml.safe_dump(policy, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        load_accounts(path)
