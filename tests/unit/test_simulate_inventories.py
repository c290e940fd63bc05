"""Simulated inventories: withdrawals, corrections of what went back, and declarations in every combination."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from ingestion.sandbox.simulate import Size, make_scenario
from ingestion.tables import Limits, UnreadableFileError
from ingestion.workbooks import read_form
from panhuo.contracts.model import load_catalogue

pytestmark = pytest.mark.slow

PERIODS = ("2024-04", "2024-05", "2024-06")
FORM = load_catalogue().contract("raw_inventories.entries")
LIMITS = Limits(max_bytes=10_000_000, max_rows=100_000)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scenarios") / "inventories"
    make_scenario(folder, seed=7, size=Size(institutions=4, patents_per_institution=(60, 80), enterprises=12))
    return folder


def told(folder: Path, period: str) -> dict[str, int]:
    return json.loads((folder / "scenario.json").read_text(encoding="utf-8"))["periods"][period]["inventories"]


def rows(folder: Path, period: str, pattern: str = "*.xlsx") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Sender and row of every readable workbook of a month."""
    for path in sorted((folder / period / "inventories").glob(pattern)):
        with suppress(UnreadableFileError):
            for _, record in read_form(path, FORM, LIMITS).rows:
                yield path.name.split("__")[0], record


@pytest.mark.parametrize("period", PERIODS)
def test_entries_are_taken_back_as_often_as_the_summary_says(scenario: Path, period: str) -> None:
    withdrawn = [row["专利号"] for _, row in rows(scenario, period) if row.get("操作") == "撤回"]
    assert len(withdrawn) == told(scenario, period)["withdrawn"] == (0 if period == PERIODS[0] else 5)
    sent = {row["专利号"] for earlier in PERIODS if earlier < period for _, row in rows(scenario, earlier)}
    assert set(withdrawn) <= sent


def test_one_entry_is_reported_anew_after_it_was_taken_back(scenario: Path) -> None:
    withdrawn = {row["专利号"] for _, row in rows(scenario, "2024-05") if row.get("操作") == "撤回"}
    anew = {row["专利号"] for _, row in rows(scenario, "2024-06")} & withdrawn
    assert len(anew) == 1


def test_corrections_send_again_what_went_back_a_month_before(scenario: Path) -> None:
    for before, period in pairwise(PERIODS):
        spoilt = told(scenario, before)["bad_rows"]
        # Two rows that contradict each other are one patent.
        patents = sum(spoilt.values()) - spoilt.get("conflicting_duplicate", 0) // 2
        mended = list(rows(scenario, period, "*__fix*.xlsx"))
        again = told(scenario, period)["bad_rows"]
        assert patents - sum(again.values()) <= len({row["专利号"] for _, row in mended}) <= patents
        assert len(list((scenario / period / "inventories").glob("*__fix*"))) == told(scenario, period)["corrections"]


def test_declarations_come_in_every_combination(scenario: Path) -> None:
    entries = [row for period in PERIODS for _, row in rows(scenario, period) if row.get("操作") != "撤回"]
    funded = Counter((row.get("是否财政资助形成"), row["实施情况"], bool(row.get("未实施原因"))) for row in entries)
    assert {key[0] for key in funded} == {"是", "否", ""}
    assert funded["是", "未实施", False]
    assert funded["是", "未实施", True]
    assert all(row.get("项目编号") for row in entries if row.get("是否财政资助形成") == "是")
    assert not any(row.get("项目编号") for row in entries if row.get("是否财政资助形成") != "是")
    differing = [row for row in entries if row.get("发明人自评前景") not in ("", row.get("产业化前景"))]
    assert len(entries) / 10 < len(differing) < len(entries) / 2
    evidence = Counter(row.get("实施证据") for row in entries if row["实施情况"] != "未实施")
    assert "" not in evidence
    assert len(evidence) >= 4
