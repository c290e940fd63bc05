"""Landing: submissions of every kind into the lake, and returns to their senders."""

import datetime as dt
import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from pydantic import SecretStr

from ingestion import land
from ingestion.http import CursorPage, Platform, PlatformDataError, PlatformError, TooLargeError
from ingestion.land import land_path_or_url, land_submission, pull_source
from ingestion.sources import load_source
from ingestion.submissions import Submission
from ingestion.workbooks import write_form
from panhuo.contracts.faults import RestrictedColumnError
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

GOLDEN = Path(__file__).parents[1] / "golden" / "sources"
PERIOD = Period(2024, 4)
RECEIVED = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
NO = "CN201010110545.X"
PHONE = "13812345678"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=str(tmp_path / "data"),
        pseudonym_key=SecretStr("sixteen bytes or more"),
        max_upload_bytes=1_000_000,
        max_rows=100,
        platform_url="http://platform.invalid",
    )


@pytest.fixture
def lake(settings: Settings) -> Lake:
    return Lake(settings.data_dir)


def inventory(path: Path, *rows: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    contract = load_source("inventories").contract
    write_form(path, contract, rows, title="盘点表", filling_unit="甲大学", period="2024-04")
    return path


def returned(settings: Settings) -> list[str]:
    folder = Path(settings.data_dir) / "outbox" / "returns"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx"))


def test_good_rows_land_and_bad_ones_go_back(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    path = inventory(
        tmp_path / "in" / "10358__1.xlsx",
        {"patent_no": NO, "contact_phone": PHONE},
        {"patent_no": "CN201010240908.1", "intent": "送人"},
    )
    receipt = land_path_or_url(lake, "inventories", str(path), PERIOD, RECEIVED, settings)[0]
    assert (receipt.load.sender_id, receipt.load.source_file) == ("10358", "10358__1.xlsx")
    assert (receipt.load.row_count, receipt.load.quarantined_count) == (1, 1)
    assert receipt.load.content_digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert lake.read_rows(receipt.load)["contact_phone"].to_pylist()[0].startswith("sm3:")
    cell = lake.read_cells(receipt.load).to_pylist()[0]
    assert (cell["source_row"], cell["column_name"], cell["code"]) == (5, "intent", "unknown_word")
    assert returned(settings) == ["period=2024-04/10358/10358__1.xlsx__退回.xlsx"]


def test_same_bytes_again_are_a_no_op(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    path = inventory(tmp_path / "10358__1.xlsx", {"patent_no": NO})
    first = land_path_or_url(lake, "inventories", str(path), PERIOD, RECEIVED, settings)
    again = land_path_or_url(lake, "inventories", str(path), PERIOD, RECEIVED + dt.timedelta(1), settings)
    assert (first[0].is_new, again[0].is_new) == (True, False)
    assert again[0].load == first[0].load
    assert returned(settings) == []


def test_return_has_the_layout_received_with_bad_cells_marked(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    path = inventory(
        tmp_path / "10358__1.xlsx",
        {"patent_no": NO, "title": "=1+1", "contact_phone": PHONE},
        {"patent_no": "CN201010240908.1", "intent": "送人", "contact_phone": "12"},
        {"title": "没有号码"},
    )
    land_path_or_url(lake, "inventories", str(path), PERIOD, RECEIVED, settings)
    sent = openpyxl.load_workbook(path).worksheets[0]
    file = Path(settings.data_dir) / "outbox/returns/period=2024-04/10358/10358__1.xlsx__退回.xlsx"
    back, explanations = openpyxl.load_workbook(file).worksheets
    masked = {"联系人", "联系电话"}
    for row in sent.iter_rows():
        for cell in row:
            if cell.value is not None:
                shown = back[cell.coordinate]
                is_masked = cell.row > 3 and sent.cell(3, cell.column).value in masked
                assert shown.value == ("***" if is_masked else cell.value)
                assert shown.data_type == "s"
    marked = {cell.coordinate: cell.comment.text for row in back.iter_rows() for cell in row if cell.comment}
    columns = {cell.value: cell.column_letter for cell in back[3]}
    assert set(marked) == {f"{columns['转化意愿']}5", f"{columns['联系电话']}5", f"{columns['专利号']}6"}
    assert "应为以下之一：转让" in marked[f"{columns['转化意愿']}5"]
    assert all(back[cell].fill.fgColor.rgb == "FFFFC7CE" for cell in marked)
    facts = {row[0].value: row[1].value for row in explanations.iter_rows(max_row=7)}
    assert (facts["收到行数"], facts["接收行数"], facts["退回行数"]) == ("3", "1", "2")
    lines = [[cell.value for cell in row] for row in explanations.iter_rows(min_row=11)]
    assert [line[:2] for line in lines] == [["5", "转化意愿"], ["5", "联系电话"], ["6", "专利号"]]
    with zipfile.ZipFile(file) as archive:
        assert not any(PHONE.encode() in archive.read(name) for name in archive.namelist())


def test_return_of_a_feed_shows_ordinals(lake: Lake, settings: Settings) -> None:
    land_path_or_url(lake, "evaluations", str(GOLDEN / "evaluations" / "feed.jsonl"), PERIOD, RECEIVED, settings)
    back = openpyxl.load_workbook(
        Path(settings.data_dir) / "outbox/returns/period=2024-04/platform/feed.jsonl__退回.xlsx"
    ).worksheets[0]
    columns = {cell.value: cell.column for cell in back[1]}
    assert [row[0].value for row in back.iter_rows(min_row=2)] == ["1", "2", "3", "4"]
    assert back.cell(3, columns["prospect_score"]).comment.text.startswith("第2行“产业化前景评分”")
    assert back.cell(4, columns["improvement_wanted"]).value == "***"


def test_no_return_is_written_over_by_another_files(lake: Lake, settings: Settings) -> None:
    bad = [("a.csv", b"first"), ("a.xlsx", b""), ("a.xlsx", b"other"), ("a.xlsx", b"other"), ("a.xlsx", b"")]
    for name, content in bad:
        submission = Submission("10358", name, content)
        land_submission(lake, load_source("inventories"), submission, PERIOD, RECEIVED, settings)
    digest = hashlib.sha256(b"other").hexdigest()[:8]
    names = ["a.csv__退回.xlsx", f"a.xlsx__{digest}__退回.xlsx", "a.xlsx__退回.xlsx"]
    assert returned(settings) == [f"period=2024-04/10358/{name}" for name in names]


def test_equal_submissions_have_equal_returns(tmp_path: Path, settings: Settings) -> None:
    path = inventory(tmp_path / "10358__1.xlsx", {"patent_no": "1"})
    backs = []
    for name in ("one", "two"):
        local = settings.model_copy(update={"data_dir": str(tmp_path / name)})
        land_path_or_url(Lake(local.data_dir), "inventories", str(path), PERIOD, RECEIVED, local)
        backs.append(next(Path(local.data_dir).rglob("*退回.xlsx")).read_bytes())
    assert backs[0] == backs[1]


@pytest.mark.slow
def test_broken_file_does_not_stop_the_next_sender(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    folder = tmp_path / "in"
    inventory(folder / "10360__1.xlsx", {"patent_no": NO})
    (folder / "10357__1.xlsx").write_bytes(b"not a workbook")
    (folder / "10358__1.xlsx").write_bytes(b"")
    (folder / "10359__1.xlsx").write_bytes(b"x" * 1_000_001)
    (folder / "~$10360__1.xlsx").write_bytes(b"lock")
    (folder / ".hidden").write_bytes(b"")
    receipts = land_path_or_url(lake, "inventories", str(folder), PERIOD, RECEIVED, settings)
    assert [(r.load.sender_id, r.load.load_status) for r in receipts] == [
        ("10357", "rejected"),
        ("10358", "rejected"),
        ("10359", "rejected"),
        ("10360", "accepted"),
    ]
    assert ["不是 .xlsx" in str(receipts[0].load.rejection), "为空" in str(receipts[1].load.rejection)] == [True, True]
    assert len(lake.loads(until=PERIOD, as_of=RECEIVED)) == 4
    assert returned(settings) == [f"period=2024-04/{code}/{code}__1.xlsx__退回.xlsx" for code in (10357, 10358, 10359)]
    notice = openpyxl.load_workbook(
        Path(settings.data_dir) / "outbox/returns/period=2024-04/10358/10358__1.xlsx__退回.xlsx"
    )
    assert notice.sheetnames == ["退回说明"]
    assert "文件为空" in notice.worksheets[0]["B5"].value


@pytest.mark.parametrize("name", ["10358__1.xlsx", "10358.xlsx", "10358", "10358__第2次.v3.xlsx"])
def test_sender_stands_before_the_underscores(name: str, tmp_path: Path, lake: Lake, settings: Settings) -> None:
    path = inventory(tmp_path / "a.xlsx", {"patent_no": NO}).rename(tmp_path / name)
    receipt = land_path_or_url(lake, "inventories", str(path), PERIOD, RECEIVED, settings)[0]
    assert receipt.load.sender_id == "10358"


def test_missing_heading_rejects_the_file(lake: Lake, settings: Settings) -> None:
    location = str(GOLDEN / "grants" / "missing_header.csv")
    receipt = land_path_or_url(lake, "grants", location, PERIOD, RECEIVED, settings)[0]
    assert receipt.load.rejection == "表头缺少必填列“专利号”；最接近的现有列是“专利编号”，如是同一列请改名为“专利号”"


def test_names_of_strangers_stay_in_the_outbox(lake: Lake, settings: Settings) -> None:
    hostile = Submission("../../etc", "..\\..\\evil/../\x00名 单.xlsx", b"broken")
    land_submission(lake, load_source("inventories"), hostile, PERIOD, RECEIVED, settings)
    assert returned(settings) == ["period=2024-04/etc/名_单.xlsx__退回.xlsx"]


def test_contacts_without_a_key_are_refused_loudly(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    keyless = settings.model_copy(update={"pseudonym_key": None})
    path = inventory(tmp_path / "10358__1.xlsx", {"patent_no": NO, "contact_phone": PHONE})
    with pytest.raises(RestrictedColumnError, match="PANHUO_PSEUDONYM_KEY"):
        land_path_or_url(lake, "inventories", str(path), PERIOD, RECEIVED, keyless)
    assert lake.loads(until=PERIOD, as_of=RECEIVED) == []


def test_month_that_has_not_begun_is_refused(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    path = inventory(tmp_path / "10358__1.xlsx", {"patent_no": NO}, {"patent_no": "1"})
    month = Period.of(RECEIVED)
    with pytest.raises(ValueError, match=r"10358__1\.xlsx was received at 2024-05-01.*cannot speak for 2024-06"):
        land_path_or_url(lake, "inventories", str(path), month.shift(1), RECEIVED, settings)
    assert (lake.loads(until=month.shift(1), as_of=RECEIVED), returned(settings)) == ([], [])
    assert land_path_or_url(lake, "inventories", str(path), month, RECEIVED, settings)[0].is_new


def test_nothing_at_a_path_is_an_error(tmp_path: Path, lake: Lake, settings: Settings) -> None:
    for location in (tmp_path / "absent", tmp_path):
        with pytest.raises(FileNotFoundError, match=str(location)):
            land_path_or_url(lake, "grants", str(location), PERIOD, RECEIVED, settings)
    with pytest.raises(
        ValueError,
        match="known: activities, consultations, enterprise_classes, enterprises, evaluations, experts",
    ):
        land_path_or_url(lake, "patents", str(tmp_path), PERIOD, RECEIVED, settings)


class Recorded:
    """A platform whose answers are given."""

    max_bytes = 1_000_000

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies
        self.asked: list[object] = []

    def get_bytes(self, path: str, params: object = None, *, sha256: str | None = None) -> bytes:
        self.asked.append((path, params))
        body = self.bodies[path]
        if body == b"too large":
            raise TooLargeError("too large", b"x" * 1_000_001)
        if sha256 is not None and hashlib.sha256(body).hexdigest() != sha256:
            raise PlatformError(f"GET {path}: wrong digest")
        return body

    def get_json(self, path: str, params: object = None) -> dict:
        return json.loads(self.get_bytes(path, params))

    def pages(self, path: str, params: object = None) -> list[dict]:
        return self.get_json(path, params)["records"]

    def cursor_pages(self, path: str, params: object = None, **_: object) -> Iterator[CursorPage]:
        yield CursorPage(None, self.pages(path, params), None)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    recorded = Recorded({})
    monkeypatch.setattr(land.Platform, "from_settings", lambda settings, url=None: recorded)
    return recorded


def test_pull_lands_every_month_and_skips_empty_ones(lake: Lake, settings: Settings, platform: Recorded) -> None:
    feed = [json.loads(line) for line in (GOLDEN / "evaluations" / "feed.jsonl").read_text("utf-8").splitlines()]
    platform.bodies["/v1/evaluations"] = json.dumps({"records": feed}).encode()
    receipts = pull_source(lake, "evaluations", [PERIOD, PERIOD.shift(1)], RECEIVED, settings)
    assert [r.load.source_file for r in receipts] == ["evaluations-00001.jsonl"] * 2
    assert [(str(r.load.period), r.load.row_count, r.load.sender_id) for r in receipts] == [
        ("2024-04", 1, "platform"),
        ("2024-05", 1, "platform"),
    ]
    assert [params for _, params in platform.asked] == [{"period": "2024-04"}, {"period": "2024-05"}]
    platform.bodies |= {"/v1/grants/patents": b'{"records": []}', "/v1/institutions": b"", "/v1/enterprises": b"\n"}
    platform.bodies["/v1/inventories"] = b'{"submissions": []}'
    for name in ("grants", "institutions", "enterprises", "inventories"):
        assert pull_source(lake, name, [PERIOD], RECEIVED, settings) == []


@pytest.mark.parametrize(("source", "address"), [("grants", "/v1/grants/patents"), ("evaluations", "/v1/evaluations")])
def test_feed_served_with_other_key_order_says_nothing_new(
    lake: Lake, settings: Settings, platform: Recorded, source: str, address: str
) -> None:
    record = {"evaluation_id": "E-1", "patent_no": NO}
    for served in (record, dict(reversed(record.items()))):
        platform.bodies[address] = json.dumps({"records": [served]}).encode()
        receipts = pull_source(lake, source, [PERIOD], RECEIVED, settings)
    assert not [receipt for receipt in receipts if receipt.is_new]
    assert len(lake.loads(source, until=PERIOD, as_of=RECEIVED)) == 1


def _listed(sender: str, content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    return {"submission_id": f"s/{sender}", "institution_id": sender, "file_name": f"{sender}.xlsx", "sha256": digest}


def test_workbook_that_cannot_be_fetched_does_not_stop_the_next(
    tmp_path: Path, lake: Lake, settings: Settings, platform: Recorded
) -> None:
    good = inventory(tmp_path / "a.xlsx", {"patent_no": NO}).read_bytes()
    listed = [_listed("10357", b"other"), {"submission_id": "?"}, _listed("10358", b""), _listed("10359", good)]
    platform.bodies = {
        "/v1/inventories": json.dumps({"submissions": listed}).encode(),
        "/v1/inventories/s%2F10357": b"cut off",
        "/v1/inventories/s%2F10358": b"too large",
        "/v1/inventories/s%2F10359": good,
    }
    with pytest.raises(PlatformError, match=r"wrong digest; .*lacks its identifiers"):
        pull_source(lake, "inventories", [PERIOD], RECEIVED, settings)
    loads = lake.loads(until=PERIOD, as_of=RECEIVED)
    assert sorted((load.sender_id, load.load_status) for load in loads) == [
        ("10358", "rejected"),
        ("10359", "accepted"),
    ]


def test_malformed_list_of_submissions_is_an_error(lake: Lake, settings: Settings, platform: Recorded) -> None:
    platform.bodies["/v1/inventories"] = b"{}"
    with pytest.raises(PlatformDataError, match="no list of submissions"):
        pull_source(lake, "inventories", [PERIOD], RECEIVED, settings)


def test_address_of_a_file_is_fetched_and_any_other_is_a_platform(
    lake: Lake, settings: Settings, platform: Recorded
) -> None:
    register = (GOLDEN / "institutions" / "register.csv").read_bytes()
    platform.bodies = {"": register, "/v1/institutions": register}
    file = land_path_or_url(lake, "institutions", "https://x.invalid/a/%E5%90%8D.csv?k=v", PERIOD, RECEIVED, settings)
    base = land_path_or_url(lake, "institutions", "https://x.invalid/a", PERIOD, RECEIVED, settings)
    assert [file[0].load.source_file, file[0].load.row_count] == ["名.csv", 1]
    assert [base[0].load.source_file, base[0].is_new] == ["institutions.csv", True]


def test_platform_is_needed_to_pull(lake: Lake, settings: Settings) -> None:
    nowhere = settings.model_copy(update={"platform_url": None})
    with pytest.raises(PlatformError, match="PANHUO_PLATFORM_URL"):
        pull_source(lake, "grants", [PERIOD], RECEIVED, nowhere)
    assert isinstance(Platform.from_settings(settings), Platform)
