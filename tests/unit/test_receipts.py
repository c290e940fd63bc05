"""Acknowledgements: what a sender is told of one submission."""

import datetime as dt
import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.land import land_submission
from ingestion.sources import load_source
from ingestion.submissions import Submission
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

pytestmark = pytest.mark.slow

RECEIVED = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
PHONE = "13812345678"
ROWS = (
    "专利号,专利名称,转化意愿,联系电话\n"
    "CN201010110545.X,甲,转让,\n"
    "CN201010110545.X,甲,转让,\n"
    f"CN201010240908.1,乙,送人,{PHONE}x\n"
    "CN201010240908.2,<b>丙 装置</b>,许可,\n"
    "号码 2023,,许可,\n"
    ",,许可,\n"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=str(tmp_path), pseudonym_key=SecretStr("sixteen bytes or more"))


def land(settings: Settings, content: bytes, source: str = "inventories", name: str = "10358__1.csv"):
    submission = Submission("10358", name, content)
    return land_submission(
        Lake(settings.data_dir), load_source(source), submission, Period(2024, 4), RECEIVED, settings
    ).load


def receipts(settings: Settings) -> dict[str, bytes]:
    folder = Path(settings.data_dir) / "outbox" / "receipts" / "period=2024-04" / "10358"
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_row_is_acknowledged_and_returned_ones_are_known_again(settings: Settings) -> None:
    load = land(settings, ROWS.encode())
    page, facts = receipts(settings).values()
    told = json.loads(facts)
    counts = [told[name] for name in ("received_count", "row_count", "quarantined_count", "duplicate_count")]
    assert counts == [6, 1, 4, 1]
    assert (told["load_id"], told["content_digest"]) == (load.load_id, load.content_digest)
    assert [(row["source_row"], row["row_key"], len(row["problems"])) for row in told["returned_rows"]] == [
        (4, "CN201010240908.1", 2),
        (5, "<b>丙装置</b>", 1),
        (6, "2023", 1),
        (7, None, 1),
    ]
    text = page.decode()
    assert "部分接收" in text
    assert "2024-05-01 08:00:00（北京时间）" in text
    assert "&lt;b&gt;丙装置&lt;/b&gt;" in text
    assert PHONE not in text + facts.decode()


def test_a_receipt_is_made_again_with_equal_bytes(settings: Settings) -> None:
    land(settings, ROWS.encode())
    before = receipts(settings)
    for path in (Path(settings.data_dir) / "outbox").rglob("10358__1.csv__2*"):
        path.unlink()
    land(settings, ROWS.encode())
    assert receipts(settings) == before


def test_a_refused_file_is_acknowledged_with_the_reason(settings: Settings) -> None:
    land(settings, b"")
    page, facts = receipts(settings).values()
    assert "文件为空" in json.loads(facts)["rejection"]
    assert "整份退回" in page.decode()


def test_a_heading_nobody_knows_is_told_and_returns_no_row(settings: Settings) -> None:
    load = land(settings, "专利号,备用\nCN201010110545.X,1\n".encode())
    told = json.loads(receipts(settings)[f"10358__1.csv__{load.load_id}.json"])
    assert (told["row_count"], told["quarantined_count"], told["returned_rows"]) == (1, 0, [])
    assert "备用" in told["notices"][0]
