"""What a person sees of a drop, on the command line: every row and every month, in Chinese."""

import json

import pytest
from typer.testing import CliRunner

from ingestion.drops import FileAccount
from pipeline import new_grants
from pipeline.cli import app
from pipeline.new_grants import ChangedPatent, NewGrants, PeriodVerdict

pytestmark = pytest.mark.slow

AS_OF = "2024-07-20T00:00:00Z"
PATENTS = tuple(
    ChangedPatent(f"CN{n}", "DEL", ("fct_screening",), f"法律事件：七月/e.jsonl 第 {n} 行") for n in range(7)
)
FILE = FileAccount("legal_events", "七月/e.jsonl", 9, {"2024-04": 2, "2024-06": 3}, 1, 2, 1, None)
PERIODS = (
    PeriodVerdict("2024-04", 1, "same", "补到的数据不改变本月"),
    PeriodVerdict("2024-05", 2, "changed", "7 件专利不同", AS_OF, {"ADD": 11, "MOD": 13, "DEL": 17}, (), PATENTS),
)


@pytest.fixture
def answer(monkeypatch):
    """What the steps answer, and how they were called."""
    calls = []

    def install(dry, real):
        monkeypatch.setattr(new_grants, "preview", lambda *given: calls.append("preview") or dry)
        monkeypatch.setattr(new_grants, "take_in", lambda *given: calls.append("take_in") or real)
        return calls

    return install


def call(*arguments):
    done = CliRunner().invoke(app, ["new-grants", "--from", "七月", *arguments])
    return done.exit_code, done.stdout


def test_dry_run_tells_rows_months_lines_and_causes(answer):
    calls = answer(NewGrants("七月", True, AS_OF, (FILE,), PERIODS), None)
    code, printed = call("--dry-run")
    assert (calls, code) == (["preview"], 1), "rows went back to their sender"
    for text in (
        "七月/e.jsonl",
        "2024-04：2、2024-06：3",
        "不变",
        "变化",
        "CN0 撤下（法律事件：七月/e.jsonl 第 0 行）",
        "另 2 件",
    ):
        assert text in printed
    month = next(line for line in printed.splitlines() if "2024-05" in line and "第 2 版" in line)
    assert [cell.strip() for cell in month.split("│")][4:7] == ["11", "13", "17"]
    assert printed.endswith("试运行：将重新派发 2024-05；未写入任何数据。\n")


@pytest.mark.parametrize(("published", "code"), [(True, 0), (False, 1)])
def test_real_run_tells_how_each_month_ended(answer, published, code):
    replay = {"period": "2024-05", "published": published, "version": 3, "is_new": True, "path": "p"}
    replay |= {"stopped_at": "judge_models", "report": "r.html"}
    calls = answer(None, NewGrants("七月", False, AS_OF, (), PERIODS, (replay,)))
    assert call()[0] == code
    assert calls == ["take_in"]
    told = {True: "2024-05：第 3 版（新），p\n", False: "2024-05：未发布，停在 judge_models，报告 r.html\n"}
    assert call()[1].endswith(told[published])


def test_json_names_every_patent(answer):
    answer(NewGrants("七月", True, AS_OF, (), PERIODS), None)
    code, printed = call("--dry-run", "--json")
    body = json.loads(printed)
    assert (code, body["is_clean"]) == (0, True)
    assert [patent["patent_no"] for patent in body["periods"][1]["patents"]] == [x.patent_no for x in PATENTS]
    assert body["periods"][1]["lines"] == {"ADD": 11, "MOD": 13, "DEL": 17}


def test_same_drop_again_has_nothing_to_do_and_says_so(answer):
    done = PeriodVerdict("2024-05", 2, "included", "第 2 版已包含补到的数据")
    answer(None, NewGrants("七月", False, AS_OF, (), (done,)))
    code, printed = call()
    assert code == 0
    assert "已包含" in printed
    assert printed.endswith("没有已发布的月份需要重新派发。\n")
