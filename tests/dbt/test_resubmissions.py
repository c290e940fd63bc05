"""Submissions landed and built by the real code: what is mended closes, and what was said last counts."""

import datetime as dt

import pytest
from pydantic import SecretStr

from ingestion.land import land_submission
from ingestion.sources import load_source
from ingestion.submissions import Submission
from ingestion.workbooks import write_form
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings
from panhuo.warehouse import create_warehouse

APRIL = Period(2024, 4)
NUMBERS = ["CN201710000001.X", "CN201710000002.4", "CN201710000003.9", "CN201710000004.3", "CN201710000005.8"]
PHONE = "13812345678"
SAID = {
    "title": "一种装置甲",
    "maturity_word": "中试",
    "inventor_maturity_word": "TRL7",
    "application_scenario": "智能制造",
    "inventor_application_scenario": "矿山",
    "prospect_level": "high",
    "inventor_prospect_level": "medium",
    "intent": "transfer|license",
    "implementation_status": "product",
    "implementation_date": dt.date(2023, 1, 2),
    "implementation_evidence": "contract",
    "is_publicly_funded": True,
    "funding_programme": "国家重点研发计划",
    "contact_name": "张三",
    "contact_phone": PHONE,
}


def day(number):
    return dt.datetime(2024, 5, number, tzinfo=dt.UTC)


class Office:
    """Receives what institutions send and builds April as it was known at an instant."""

    def __init__(self, folder, build, parse_cache):
        self.folder, self.build, self.parse_cache = folder, build, parse_cache
        self.settings = Settings(data_dir=str(folder / "data"), pseudonym_key=SecretStr("sixteen bytes or more"))
        self.lake = Lake(self.settings.data_dir)

    def receive(self, source, sender, name, content, received_at):
        submission = Submission(sender, name, content)
        return land_submission(self.lake, load_source(source), submission, APRIL, received_at, self.settings).load

    def inventory(self, name, rows, received_at):
        path = self.folder / name
        contract = load_source("inventories").contract
        write_form(path, contract, rows, title="盘点表", filling_unit="甲大学", period="2024-04", omit=["data_origin"])
        return self.receive("inventories", "10358", name, path.read_bytes(), received_at)

    def known_at(self, as_of):
        folder = self.folder / f"{as_of:%d}"
        warehouse = folder / "warehouse.duckdb"
        create_warehouse(warehouse, self.lake, self.lake.loads(until=APRIL, as_of=as_of))
        self.build(
            warehouse,
            period=APRIL,
            as_of=as_of,
            run_id="test",
            first_period=APRIL,
            target_dir=folder / "target",
            parse_cache=self.parse_cache,
            select=["+fct_returned_rows", "+fct_submissions", "+fct_inventory_entries", "+fct_unmatched_entries"],
        )
        return warehouse


@pytest.fixture(scope="module")
def story(tmp_path_factory, parse_cache):
    """Three submissions of one institution, and what was known after each: (loads, warehouses)."""
    from pipeline.build import build

    office = Office(tmp_path_factory.mktemp("office"), build, parse_cache)
    register = "单位代码,单位名称,单位类别,省级代码,市级代码,数据来源\n10358,甲大学,高等院校,34,3401,模拟\n"
    office.receive("institutions", "platform", "institutions.csv", register.encode(), day(1))
    grants = "专利号,专利名称,专利类型,申请日,授权公告日,专利权人,法律状态\n" + "".join(
        f"{number},一种装置,发明,2017-01-03,2019-05-07,甲大学,授权\n" for number in NUMBERS
    )
    office.receive("grants", "platform", "grants.csv", grants.encode(), day(1))
    good = {"patent_no": NUMBERS[0], **SAID}
    bad = [
        {"patent_no": NUMBERS[1], **SAID, "title": "一种装置乙", "intent": "送人"},
        {"patent_no": NUMBERS[2][:-1] + "0", **SAID, "title": "一种装置丙"},
        {"patent_no": NUMBERS[3], **SAID, "title": "一种装置丁", "contact_phone": "12"},
    ]
    mended = [
        bad[0] | {"intent": "own_use"},
        bad[1] | {"patent_no": NUMBERS[2]},
        bad[2] | {"implementation_status": "也许"},
    ]
    loads = [
        office.inventory("盘点.xlsx", [good, *bad], day(2)),
        office.inventory("盘点_改.xlsx", [good | {"maturity_word": "产业化"}, *mended], day(4)),
        office.inventory("撤回.xlsx", [{"patent_no": NUMBERS[0], "entry_action": "withdraw"}], day(6)),
    ]
    return loads, [office.known_at(day(number)) for number in (3, 5, 7)]


def returned(read, warehouse):
    rows = read(warehouse, "select * from fct_returned_rows order by load_id, source_row")
    return {(row["source_file"], row["source_row"]): (row["is_closed"], row["row_closing"]) for row in rows}


def test_a_mended_workbook_closes_exactly_the_rows_that_were_returned(story, read):
    loads, (first, second, third) = story
    assert [(load.row_count, load.quarantined_count) for load in loads] == [(1, 3), (3, 1), (1, 0)]
    assert returned(read, first) == {("盘点.xlsx", row): (False, None) for row in (5, 6, 7)}
    expected = {
        ("盘点.xlsx", 5): (True, "mended"),
        ("盘点.xlsx", 6): (True, "mended"),
        ("盘点.xlsx", 7): (True, "superseded"),
        ("盘点_改.xlsx", 7): (False, None),
    }
    assert returned(read, second) == expected
    assert returned(read, third) == expected, "a submission about another patent closes nothing"


def test_the_register_of_submissions_adds_up(story, read):
    loads, (_, second, _) = story
    sql = "select * from fct_submissions where sender_id = '10358' order by received_at"
    rows = read(second, sql)
    assert [row["load_id"] for row in rows] == [load.load_id for load in loads[:2]]
    assert [row["content_digest"] for row in rows] == [load.content_digest for load in loads[:2]]
    assert [(row["received_count"], row["row_count"], row["quarantined_count"]) for row in rows] == [
        (4, 1, 3),
        (4, 3, 1),
    ]
    assert [(row["open_count"], row["closed_count"]) for row in rows] == [(0, 3), (1, 0)]


def entries(read, warehouse):
    rows = read(warehouse, "select * from fct_inventory_entries order by patent_no")
    return {row["patent_no"]: row for row in rows}


def test_what_inventor_and_institution_say_is_kept_apart(story, read):
    row = entries(read, story[1][0])[NUMBERS[0]]
    assert (row["maturity_word"], row["maturity_scheme"] is not None, row["trl"]) == ("中试", True, 6)
    assert (row["inventor_maturity_word"], row["inventor_trl"]) == ("TRL7", 7)
    assert (row["application_scenario"], row["inventor_application_scenario"]) == ("智能制造", "矿山")
    assert (row["prospect_level"], row["inventor_prospect_level"]) == ("high", "medium")
    assert row["intent"] == "license|transfer"
    implementation = (row["implementation_status"], row["implementation_date"], row["implementation_evidence"])
    assert implementation == ("product", dt.date(2023, 1, 2), "contract")
    assert (row["is_publicly_funded"], row["funding_programme"]) == (True, "国家重点研发计划")
    assert not [name for name in row if name.startswith("contact")]


def test_a_resubmission_replaces_by_patent_and_a_withdrawal_is_explicit(story, read):
    _, (*_, third) = story
    words = [{no: row["maturity_word"] for no, row in entries(read, warehouse).items()} for warehouse in story[1]]
    assert words[0] == {NUMBERS[0]: "中试"}
    assert words[1] == {NUMBERS[0]: "产业化", NUMBERS[1]: "中试", NUMBERS[2]: "中试"}
    assert words[2] == {NUMBERS[1]: "中试", NUMBERS[2]: "中试"}, "what a submission does not name stays"
    idle = read(third, "select patent_no, unmatched_reason from fct_unmatched_entries")
    assert idle == [{"patent_no": NUMBERS[0], "unmatched_reason": "withdrawn"}]
    kept = read(third, "select count(*) as n from raw_inventories.entries")
    assert kept[0]["n"] == 5, "history stays"


def test_contacts_are_pseudonyms_wherever_they_lie(story, read):
    _, (_, _, third) = story
    contacts = read(third, "select distinct contact_name, contact_phone from raw_inventories.entries")
    assert {value[:4] for row in contacts for value in row.values() if value} == {"sm3:"}
    files = [path for path in third.parents[1].joinpath("data").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if PHONE.encode() in path.read_bytes()]
