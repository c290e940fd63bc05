"""Whatever the text of an event says, it is kept as it came, and columns are filled only from what it says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.reading import open_reading
from ingestion.sources import load_source
from ingestion.sources.legal_events.texts import read_event_text
from ingestion.submissions import Content
from ingestion.tables import Limits, feed

SOURCE = load_source("legal_events")
CODES = st.sampled_from(["TR01", "EE01", "EC01", "PE01", "PC01", "CP01", "CP02", "CF01", "IP01", "RR01", "XX99"])
LABELS = st.sampled_from(
    [
        "登记生效日",
        "变更事项",
        "变更前权利人",
        "变更后权利人",
        "合同备案号",
        "让与人",
        "受让人",
        "解除日",
        "终止日期",
        "附注",
    ]
)
VALUES = st.sampled_from(["专利权人", "地址", "20150302", "甲大学", "乙公司；丙公司", "", "普通许可", "1"])
LINES = st.tuples(LABELS, st.sampled_from(":： "), VALUES).map("".join) | st.text(
    st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), max_size=12
)
TEXTS = st.lists(LINES, max_size=11).map("\n".join)
NO = "CN201010110545.X"


@given(CODES, TEXTS)
@settings(max_examples=200, deadline=None)
def test_what_is_read_stands_in_the_text(code: str, text: str) -> None:
    found = read_event_text(code, text)
    filled = set(found.columns()) - {"parse_status"}
    assert found.parse_status == "parsed" or not filled
    for names in (found.holders_before, found.holders_after, found.party_from, found.party_to):
        assert all(name in text for name in (names or "").split("|"))


@given(st.lists(st.tuples(CODES, TEXTS), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_line_of_a_text_is_lost(events: list[tuple[str, str]]) -> None:
    records = [
        {
            "event_id": f"E{number}",
            "patent_no": NO,
            "event_code": code,
            "announced_on": "2016-01-01",
            "event_detail": text,
        }
        for number, (code, text) in enumerate(events)
    ]
    for submission in feed("events.jsonl", records):
        with open_reading(SOURCE, Content(submission.content), Limits(100_000, 100), None) as reading:
            rows = [row for table in reading.accepted() for row in table.to_pylist()]
            assert reading.counts.accepted == len(events), list(reading.violations)
    for row, (_, text) in zip(rows, events, strict=True):
        kept = row["event_detail"] or ""
        assert [line.strip() for line in kept.splitlines()] == [line.strip() for line in text.strip().splitlines()]
        assert (row["parse_status"] == "parsed") or not (row["holders_before"] or row["party_from"])
