"""Bulk files and ledgers landed whole: every row accounted for, hostile ones told in Chinese."""

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path

import pytest

from ingestion import archives, bulk_xml
from ingestion.land import land_path_or_url
from ingestion.reading import open_reading
from ingestion.sources import load_source
from ingestion.submissions import Content
from ingestion.tables import Limits, UnreadableFileError
from panhuo.contracts.model import PROJECT_ROOT
from panhuo.contracts.rows import Violation
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

pytestmark = pytest.mark.slow

GOLDEN = PROJECT_ROOT / "tests" / "golden" / "sources"
SAMPLES = PROJECT_ROOT / "ingestion" / "sandbox" / "samples"
LIMITS = Limits(10_000_000, 1_000)
PRS = (GOLDEN / "legal_events" / "cnipa.xml").read_bytes()
RECORD = PRS[PRS.index(b"<business:PRSRecord ") : PRS.index(b"</business:PRSRecord>") + 21]
ROOT = PRS[PRS.index(b"<business:PRSRecords") : PRS.index(b"<business:PRSRecord ")]
ONE = ROOT + RECORD + b"</business:PRSRecords>"


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content, method)
    return stream.getvalue()


def read(content: bytes, name: str = "", limits: Limits = LIMITS) -> tuple[int, list[Violation]]:
    with open_reading(load_source("legal_events"), Content(content, name), limits, None) as reading:
        violations = list(reading.violations)
        counts = reading.counts
        assert counts.set_aside == len({violation.source_row for violation in violations})
        assert counts.received == counts.accepted + counts.set_aside + counts.identical_duplicates
        return reading.counts.accepted, violations


def refused(content: bytes, name: str = "", limits: Limits = LIMITS) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        read(content, name, limits)
    return str(raised.value)


def inner_fault(content: bytes, name: str = "bad.xml") -> str:
    """What is told of a bad member between two good ones, which go on."""
    second = ONE.replace(b"PRS-0001", b"PRS-0002")
    accepted, violations = read(packed(("a.xml", ONE), (name, content), ("b/c.zip", packed(("c.xml", second)))))
    assert accepted == 2
    assert [violation.source_row for violation in violations] == [2]
    assert violations[0].message.startswith(f"第2条：“{name}")
    assert violations[0].mend
    return violations[0].message


@pytest.mark.parametrize(
    ("name", "counts", "bad_rows"),
    [("university_ledger.csv", (124, 2), [76, 86]), ("listed_company_patents.csv", (249, 0), [])],
)
def test_real_ledgers_land_with_an_account_of_every_row(
    name: str, counts: tuple[int, int], bad_rows: list[int], tmp_path: Path
) -> None:
    settings = Settings(data_dir=str(tmp_path))
    lake = Lake(settings.data_dir)
    received = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    load = land_path_or_url(lake, "grants", str(SAMPLES / name), Period(2024, 4), received, settings)[0].load
    assert (load.row_count, load.quarantined_count) == counts
    rows = lake.read_rows(load)
    file_rows = list(range(2, len((SAMPLES / name).read_text("utf-8").split("\n"))))
    bad = sorted(set(lake.read_cells(load)["source_row"].to_pylist()))
    assert bad == bad_rows
    assert set(rows["source_row"].to_pylist()).isdisjoint(bad)
    assert load.row_count + len(bad) <= len(file_rows), "cells with line breaks make the file longer than its rows"
    assert set(rows["data_origin"].to_pylist()) == {"real"}
    several = sum("|" in owners for owners in rows["owners"].to_pylist())
    assert several == {"university_ledger.csv": 19, "listed_company_patents.csv": 127}[name]
    simulated = {"university_ledger.csv": {None}, "listed_company_patents.csv": {"filing_date"}}[name]
    assert set(rows["simulated_fields"].to_pylist()) == simulated


def test_folder_of_bulk_files_lands_file_by_file(tmp_path: Path) -> None:
    folder = tmp_path / "weekly"
    folder.mkdir()
    (folder / "1.xml").write_bytes(ONE)
    (folder / "2.zip").write_bytes(packed(("20240403/x.zip", packed(("y/z.xml", ONE)))))
    (folder / "3.z01").write_bytes(b"PK\x07\x08 and more")
    settings = Settings(data_dir=str(tmp_path / "data"))
    received = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    lake = Lake(settings.data_dir)
    receipts = land_path_or_url(lake, "legal_events", str(folder), Period(2024, 4), received, settings)
    assert [(r.load.source_file, r.load.row_count) for r in receipts] == [("1.xml", 1), ("2.zip", 1), ("3.z01", 0)]
    assert "合并成一个 .zip" in str(receipts[2].load.rejection)
    assert len(list(Path(settings.data_dir).rglob("3.z01__退回.xlsx"))) == 1


def declared(body: bytes, root_text: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0"?>\n<!DOCTYPE r [' + body + b"]>\n" + ROOT + root_text + RECORD + b"</business:PRSRecords>"
    )


@pytest.mark.parametrize(
    "content",
    [
        declared(b'<!ENTITY x SYSTEM "file:///etc/passwd">', b"&x;"),
        declared(b'<!ENTITY x SYSTEM "http://127.0.0.1:1/x">', b"&x;"),
        declared(
            b'<!ENTITY a "lol"><!ENTITY b "' + b"&a;" * 1_000 + b'"><!ENTITY c "' + b"&b;" * 1_000 + b'">', b"&c;"
        ),
        declared(b'<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;'),
        b"<!--" + b" " * 100_000 + b"-->" + declared(b"")[22:],
        ('<?xml version="1.0" encoding="UTF-16"?>' + declared(b"")[22:].decode()).encode("utf-16"),
    ],
    ids=["file", "network", "billion laughs", "parameter entity", "behind a long comment", "utf-16"],
)
def test_declarations_are_refused(content: bytes) -> None:
    assert "XML 含有 DTD 或实体声明，出于安全未读取" in refused(content)
    assert "出于安全未读取" in inner_fault(content)


def test_truncated_xml_is_refused_alone_and_told_of_in_an_archive() -> None:
    assert "XML 不完整或不规范（第" in refused(PRS[:-40])
    accepted, violations = read(packed(("a.xml", PRS[: PRS.index(b"PRS-0003")]), ("b.xml", ONE.replace(b"0001", b"9"))))
    assert accepted == 3, "what was whole before the damage is kept"
    assert [(v.source_row, v.code) for v in violations] == [(3, "damaged_xml")]
    assert "此前完整的记录已读取" in violations[0].mend


def test_damaged_members_are_told_of_and_the_others_go_on() -> None:
    whole = packed(("a.xml", ONE))
    assert "压缩包不完整或已损坏" in inner_fault(whole[: len(whole) // 2], "bad.zip")
    assert "压缩包是空的" in inner_fault(packed(), "bad.zip")
    stored = packed(("a.xml", ONE), ("bad.xml", ONE), method=zipfile.ZIP_STORED)
    place = stored.rindex("甲有限公司".encode())
    accepted, violations = read(stored[:place] + b"~~~" + stored[place + 3 :])
    assert (accepted, [(v.source_row, v.code) for v in violations]) == (1, [(2, "damaged_member")])
    assert "内容已损坏" in violations[0].message


def test_bombs_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    blanks = ROOT + b" " * 1_000_000 + b"</business:PRSRecords>"
    assert "疑似压缩炸弹，未继续读取" in refused(packed(("a.xml", blanks)), limits=Limits(10_000, 9))
    monkeypatch.setattr(archives, "_RATIO_FLOOR", 100_000)
    assert "疑似压缩炸弹" in inner_fault(blanks)
    nested = packed(("a.xml", ONE))
    for _ in range(3):
        nested = packed(("inner.zip", nested))
    accepted, violations = read(nested)
    assert (accepted, [v.code for v in violations]) == (0, ["nested_too_deep"])
    assert "嵌套超过 3 层" in violations[0].message


def test_record_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_xml, "_MAX_RECORD_BYTES", 100_000)
    endless = ONE.replace(b"<business:PRSCode>", b"<business:X/>" * 20_000 + b"<business:PRSCode>")
    assert "一条记录超过 100,000 字节" in refused(endless)
    assert read(ROOT + RECORD * 200 + b"</business:PRSRecords>")[0] == 1, "many records may be longer together"


@pytest.mark.parametrize("name", ["../../etc/passwd.xml", "/etc/x.xml", "C:\\x.xml", "a/..\\..\\x.xml"])
def test_names_that_lead_elsewhere_are_not_read(name: str) -> None:
    assert "文件名含有路径跳转，未读取" in inner_fault(ONE, name)


def test_split_and_encrypted_archives_are_told_what_to_do() -> None:
    assert "先用压缩软件把全部分卷" in refused(b"PK\x07\x08PK\x03\x04", "20240403.z01")
    whole = packed(("a.xml", ONE))
    end = whole.rindex(b"PK\x05\x06")
    last_volume = whole[: end + 4] + struct.pack("<HH", 1, 1) + whole[end + 8 :]
    assert "是分卷压缩包的一卷" in refused(last_volume)
    assert "是分卷压缩包的一卷" in inner_fault(last_volume, "bad.zip")
    entry = whole.index(b"PK\x01\x02") + 8
    locked = whole[:entry] + b"\x01\x00" + whole[entry + 2 :]
    accepted, violations = read(locked)
    assert (accepted, violations[0].code) == (0, "encrypted_member")
    assert "已加密" in violations[0].message


def test_directory_that_would_fill_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_DIRECTORY_BYTES", 100)
    assert "压缩包内文件过多" in refused(packed(("a.xml", ONE), ("b.xml", ONE), ("c.xml", ONE)))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "文件为空"),
        (b"PK\x03\x04 no more", "压缩包不完整或已损坏"),
        (packed(("readme.txt", b"x")), "文件中没有 PRSRecord 记录"),
        (b"<a><b/></a>", "文件中没有 PRSRecord 记录"),
        ((GOLDEN / "grants" / "cnipa_many.xml").read_bytes(), "请用 panhuo land grants 接收"),
        (ROOT + RECORD * 5 + b"</business:PRSRecords>", "超过上限 4 行"),
    ],
)
def test_file_that_holds_no_events_is_refused(content: bytes, reason: str) -> None:
    assert reason in refused(content, limits=Limits(1_000_000, 4))


def test_event_for_the_other_source_is_named() -> None:
    with (
        pytest.raises(UnreadableFileError, match="请用 panhuo land legal_events 接收"),
        open_reading(load_source("grants"), Content(ONE), LIMITS, None),
    ):
        pass


def test_texts_that_fit_no_template_are_counted_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(data_dir=str(tmp_path))
    path = str(GOLDEN / "legal_events" / "export.csv")
    received = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    land_path_or_url(Lake(settings.data_dir), "legal_events", path, Period(2024, 4), received, settings)
    assert "export.csv: 1 texts fit no template and are kept as they are" in caplog.messages
