"""What a command says when it cannot do what is asked: one line that names the mend, and never a traceback."""

import shutil
import sys

import pytest

from pipeline import cli
from tests.fixtures.half_year import publish_half_year

pytestmark = pytest.mark.slow

HALF_YEAR = ["half-year", "--period", "2024-06", "-o", "out"]
MONTHLY, QUARTERLY = "panhuo run monthly --period YYYY-MM", "panhuo run quarterly --quarter YYYY-QN"


@pytest.fixture(scope="module")
def half_year(tmp_path_factory):
    return publish_half_year(tmp_path_factory.mktemp("published"))


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """Runs a command that is refused in a folder of its own and returns what it said; lakes lie at `data`."""
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["panhuo", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == 2
        return capsys.readouterr().err.strip()

    return run


@pytest.fixture
def lake(half_year, tmp_path):
    """Copies the published half-year, or one of its products, to where commands look."""

    def copy(product=""):
        shutil.copytree(half_year / "published" / product, tmp_path / "data/published" / product)

    return copy


@pytest.mark.parametrize(
    ("command", "mend"),
    [
        (HALF_YEAR, f"nothing is published in {{data}}: {MONTHLY}, then {QUARTERLY}"),
        (["query", "select 1"], f"nothing is published in {{data}}: {MONTHLY}, then {QUARTERLY}"),
        (["query", "select 1", "--account", "city:3401"], f"{MONTHLY}, then {QUARTERLY}"),
        (["statistics", "compare", "--quarter", "2024-Q3"], "panhuo run quarterly --quarter 2024-Q3"),
        (["statistics", "rank", "--quarter", "2024-Q3"], "panhuo run quarterly --quarter 2024-Q3"),
        (["replay", "--quarter", "2024-Q3"], "2024-Q3 is not published, so there is nothing to compare with:"
         " panhuo run quarterly --quarter 2024-Q3"),
        (["half-year", "--period", "2024-07", "-o", "out"], "no half-year ends with 2024-07"),
        (["replay", "--period", "2024-05"], "2024-05 is not published, so there is nothing to compare with:"
         " panhuo run monthly --period 2024-05"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_an_empty_lake_is_told_with_the_command_that_publishes(said, tmp_path, command, mend):
    told = said(*command)
    assert mend.format(data=tmp_path / "data") in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("product", "account", "mart", "told"),
    [("quarterly_statistics", "province:34", "fct_coverage", f"dim_institutions: {MONTHLY}"),
     ("quarterly_statistics", "enterprise:E34", "fct_pushes", f"dim_enterprises: {MONTHLY}"),
     ("monthly_dispatch", "national:CN", "fct_quarterly_statistics", f"fct_quarterly_statistics: {QUARTERLY}")],
)  # fmt: skip
def test_an_account_is_told_what_is_not_published(said, lake, product, account, mart, told):
    lake(product)
    assert said("query", f"select * from {mart}", "--account", account) == f"no published version holds {told}"


def test_a_query_of_what_is_not_published_names_the_command(said, lake):
    lake("monthly_dispatch")
    told = said("query", "select * from fct_coverage inner join fct_stock_identity using (period)")
    assert told == f"no published version holds fct_stock_identity: {QUARTERLY}"


@pytest.mark.parametrize(
    ("sql", "words", "line"),
    [("select\n none from fct_tiers", 'Referenced column "none" not found', 2), ("selec 1", "syntax error", 1),
     ("select * from fct_tierz", 'Did you mean "fct_tiers"?', 1)],
)  # fmt: skip
def test_a_query_that_fails_is_one_line(said, lake, sql, words, line):
    lake()
    told = said("query", sql)
    assert words in told
    assert told.endswith(f"(line {line} of the query)")
    assert "\n" not in told


def test_a_province_that_nobody_of_is_registered_is_told_with_those_that_are(said, lake):
    lake()
    told = said(*HALF_YEAR, "--province", "99")
    assert told == "no institution of province 99 is registered in 2024-06; known: 11 北京市, 32 江苏省, 34 安徽省"


def test_a_report_is_no_file(said, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    assert "dir 'out' is a file" in said(*HALF_YEAR)


def test_a_moment_before_every_version_is_told_with_the_first(said, lake):
    lake()
    told = said("replay", "--quarter", "2024-Q2", "--as-of", "2024-01-01")
    assert told.startswith("no version of 2024-Q2 knew so little: give an --as-of from 2024-")


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch):
    def fails():
        raise KeyError("ours")

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(KeyError):
        cli.main()


@pytest.mark.parametrize("product", ["monthly_dispatch", "quarterly_statistics"])
def test_what_arrives_now_is_not_dated_back_before_a_published_version(said, lake, tmp_path, product):
    lake(product)
    (tmp_path / "events.csv").write_text("法律事件编号,专利号,法律事件代码,事件生效日\n", encoding="utf-8")
    dated = ["--period", "2024-06", "--received-at", "2024-06-30T00:00:00Z"]
    told = said("land", "legal_events", "--from", "events.csv", *dated)
    assert f"{product} 2024-06 version 1 was published as of" in told
    assert "leave --received-at out" in told
