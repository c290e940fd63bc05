"""Feeds with cursors: however they grow and wherever a pull dies, each record is landed once, in order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.feeds import Continuation, batches
from ingestion.http import Platform
from panhuo.feed_positions import START
from panhuo.periods import Period

MAY = Period(2024, 5)


class KilledError(Exception):
    """Stands in for the end of a process."""


class Served(Platform):
    """A platform with one feed in pages of `page` records, which may die at a request."""

    def __init__(self, page, *, ends_open):
        super().__init__("http://feed", None, max_bytes=1)
        self.records, self.page, self.ends_open = [], page, ends_open
        self.dies_at, self.asked = None, 0

    def get_json(self, path, params=None):
        self.asked += 1
        if self.asked == self.dies_at:
            raise KilledError
        first = int(params.get("cursor", "after-0").removeprefix("after-"))
        last = first + self.page
        # Some platforms only find out by an empty page that there is nothing more.
        goes_on = last <= len(self.records) if self.ends_open else last < len(self.records)
        return {"records": self.records[first:last], "next_cursor": f"after-{last}" if goes_on else None}


class Puller:
    """Pulls a feed and keeps what a lake would: the records and the position reached."""

    def __init__(self, platform, batch_pages):
        self.platform, self.batch_pages = platform, batch_pages
        self.landed, self.reached, self.names = [], START, []

    def pull(self, *, dies_at=None):
        self.platform.asked, self.platform.dies_at = 0, dies_at
        onward = Continuation(self.reached, self.batch_pages)
        try:
            for submission in batches("needs", self.platform, "/x", MAY, onward):
                self.landed += [json.loads(line) for line in submission.received.whole().splitlines()]
                self.names.append(submission.source_file)
                self.reached = submission.feed_position
        except KilledError:
            pass


@given(
    page=st.integers(1, 4),
    batch_pages=st.integers(1, 3),
    ends_open=st.booleans(),
    days=st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(1, 6)), max_size=6),
)
def test_each_record_is_landed_once_whenever_the_feed_grows_and_the_pull_dies(page, batch_pages, ends_open, days):
    platform = Served(page, ends_open=ends_open)
    puller = Puller(platform, batch_pages)
    for grown, dies_at in [*days, (0, None)]:
        known = len(platform.records)
        platform.records += [{"need_id": str(number)} for number in range(known, known + grown)]
        puller.pull(dies_at=dies_at)
        assert puller.landed == platform.records[: len(puller.landed)]
    assert puller.landed == platform.records
    assert puller.names == [f"needs-{number:05d}.jsonl" for number in range(1, len(puller.names) + 1)]
    puller.pull()
    assert puller.landed == platform.records, "a pull of a feed that has not grown lands nothing"
    assert platform.asked <= 2


@pytest.mark.parametrize("batch_pages", [1, 2])
def test_a_record_changed_on_the_page_that_is_asked_for_again_comes_again_with_its_page(batch_pages):
    platform = Served(2, ends_open=False)
    puller = Puller(platform, batch_pages)
    platform.records = [{"need_id": str(number)} for number in range(4)]
    puller.pull()
    platform.records[3] = {"need_id": "3", "need_status": "withdrawn"}
    puller.pull()
    assert puller.landed[:4] == [{"need_id": str(number)} for number in range(4)]
    assert puller.landed[4:] == platform.records[2:]
    platform.records.append({"need_id": "4"})
    puller.pull()
    assert puller.landed[6:] == [{"need_id": "4"}]
