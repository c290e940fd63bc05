"""The hostile matrix: every broken or malicious file has its account, its message and no effect on other senders."""

import datetime as dt
import json
import os
from pathlib import Path

import openpyxl
import pytest
from pydantic import SecretStr

from ingestion.land import land_path_or_url
from panhuo.contracts.model import PROJECT_ROOT
from panhuo.lake import Lake, LoadReceipt
from panhuo.periods import Period
from panhuo.settings import Settings
from tests.fixtures.hostile import CASES, ONE, Case, csv, matrix_table

pytestmark = pytest.mark.slow

RECEIVED = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
PERIOD = Period(2024, 4)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, LoadReceipt]]:
    """All cases landed at once, as the files of as many senders, with an honest sender before, between and after."""
    inbox, data = tmp_path_factory.mktemp("inbox"), tmp_path_factory.mktemp("data")
    for number, case in enumerate(CASES):
        (inbox / f"{number:03d}__{case.file}").write_bytes(case.build())
        if number % 8 == 0:
            (inbox / f"{number:03d}x__good.csv").write_bytes(csv(ONE))
    settings = Settings(
        data_dir=str(data),
        pseudonym_key=SecretStr("sixteen bytes or more"),
        landing_processes=1,
    )
    receipts = land_path_or_url(Lake(data), "inventories", str(inbox), PERIOD, RECEIVED, settings)
    return settings, {receipt.load.sender_id: receipt for receipt in receipts}


def receipt_of(settings: Settings, receipt: LoadReceipt) -> dict[str, object]:
    folder = Path(settings.data_dir) / "outbox" / "receipts" / f"period={PERIOD}"
    return json.loads(next(folder.glob(f"*/*__{receipt.load.load_id}.json")).read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_every_row_is_accounted_for_and_the_sender_is_told(number: int, landed) -> None:
    settings, receipts = landed
    case, load = CASES[number], receipts[f"{number:03d}"].load
    told = receipt_of(settings, receipts[f"{number:03d}"])
    assert load.load_status == ("rejected" if case.is_rejected else "accepted"), load.rejection
    counts = (load.row_count, load.quarantined_count, load.duplicate_count)
    assert counts == (case.accepted, case.returned, case.duplicates)
    assert told["received_count"] == sum(counts)
    assert len(told["returned_rows"]) == case.returned
    text = json.dumps(told, ensure_ascii=False)
    for piece in case.says:
        assert piece in text.replace('\\"', '"'), text
    assert any("一" <= letter <= "鿿" for step in told["next_steps"] for letter in step)
    for problem in (problem for row in told["returned_rows"] for problem in row["problems"]):
        assert problem["message"]
        assert problem["mend"]


def test_honest_senders_are_untouched(landed) -> None:
    _, receipts = landed
    honest = [receipts[f"{number:03d}x"].load for number in range(0, len(CASES), 8)]
    assert {(load.row_count, load.quarantined_count, load.load_status) for load in honest} == {(1, 0, "accepted")}


def test_whatever_went_back_opens_as_text_alone(landed) -> None:
    settings, receipts = landed
    owed = {key for key, receipt in receipts.items() if receipt.load.quarantined_count or receipt.load.rejection}
    files = list((Path(settings.data_dir) / "outbox" / "returns").rglob("*.xlsx"))
    assert owed <= {file.parent.name for file in files}
    for file in files:
        for sheet in openpyxl.load_workbook(file).worksheets:
            assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    evil = [path.name for path in Path(settings.data_dir).rglob("*evil*")]
    assert evil
    assert not any(set(name) & set("\\/\u202e") for name in evil)


def test_every_kind_of_the_programme_is_in_the_matrix() -> None:
    wanted = "表头写错 两列表头对调 合并单元格 公式 工作表 序列号 浮点数 "
    wanted += "压缩炸弹 外部链接 宏 相同的行 GB18030 空文件 打开密码"
    names = " ".join(case.name for case in CASES)
    assert [word for word in wanted.split() if word not in names] == []
    assert len({case.name for case in CASES}) == len({case.file for case in CASES}) == len(CASES)


def test_the_guide_has_the_matrix() -> None:
    assert matrix_table() in (PROJECT_ROOT / "docs" / "intake.md").read_text(encoding="utf-8")


def test_links_and_folders_of_an_inbox_are_passed_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    inbox, secret = tmp_path / "inbox", tmp_path / "secret.csv"
    inbox.mkdir()
    secret.write_bytes(csv(ONE))
    (inbox / "10001__good.csv").write_bytes(csv(ONE))
    (inbox / "10002__link.csv").symlink_to(secret)
    (inbox / "10003__folder.csv").mkdir()
    os.mkfifo(inbox / "10004__pipe.csv")
    settings = Settings(data_dir=str(tmp_path / "data"), pseudonym_key=SecretStr("sixteen bytes or more"))
    receipts = land_path_or_url(Lake(settings.data_dir), "inventories", str(inbox), PERIOD, RECEIVED, settings)
    assert [receipt.load.sender_id for receipt in receipts] == ["10001"]
    passed = [message for message in caplog.messages if "passed over" in message]
    assert [name in " ".join(passed) for name in ("10002__link", "10003__folder", "10004__pipe")] == [True] * 3


def test_same_patent_from_two_files_and_two_senders_is_kept_twice(tmp_path: Path) -> None:
    """Across files nothing is dropped at the door: which of them counts is decided with all of them in view."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("10001__a.csv", "10001__b.csv", "10002__a.csv"):
        (inbox / name).write_bytes(csv(ONE))
    settings = Settings(data_dir=str(tmp_path / "data"), pseudonym_key=SecretStr("sixteen bytes or more"))
    receipts = land_path_or_url(Lake(settings.data_dir), "inventories", str(inbox), PERIOD, RECEIVED, settings)
    assert [(r.load.sender_id, r.load.row_count, r.is_new) for r in receipts] == [
        ("10001", 1, True), ("10001", 1, True), ("10002", 1, True),
    ]  # fmt: skip


def test_cases_are_built_the_same_each_time() -> None:
    def stable(case: Case) -> bool:
        return case.build() == case.build()

    assert all(stable(case) for case in CASES if case.file.endswith(".csv"))
