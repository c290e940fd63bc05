"""Feeds with cursors, pulled in batches from where the last one that was landed ended (decision 0017)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ingestion.http import CursorPage, JsonRecord, Platform
from ingestion.submissions import PLATFORM_SENDER, Submission
from ingestion.tables import feed_line
from panhuo.feed_positions import START, FeedPosition, digest_of
from panhuo.periods import Period


@dataclass(frozen=True)
class Continuation:
    """Where to go on in a feed, and how many pages make a batch."""

    reached: FeedPosition = START
    batch_pages: int = 25


FROM_THE_START = Continuation()


def batches(
    name: str, platform: Platform, address: str, period: Period, continuation: Continuation
) -> Iterator[Submission]:
    """Yield what a feed holds of a month after the position reached, one submission a batch.

    A batch bears its number (`<name>-00001.jsonl`) and the position it reaches; pages without a new record make none.
    The next batch is asked for after the last one was taken, so that a pull which dies has lost nothing but the batch
    it was at. When the first page no longer begins with what was taken of it, all of it counts as new.
    """
    reached = continuation.reached
    number = reached.batch
    pages = platform.cursor_pages(address, {"period": str(period)}, since=reached.cursor, goes_on=reached.begins)
    taken = reached
    while batch := list(islice(pages, continuation.batch_pages)):
        records = _new_records(batch, taken)
        taken = START
        if records:
            number += 1
            content = b"".join(map(feed_line, records))
            position = _position_after(number, batch[-1])
            yield Submission(PLATFORM_SENDER, f"{name}-{number:05d}.jsonl", content, position)


def _new_records(batch: list[CursorPage], taken: FeedPosition) -> list[JsonRecord]:
    records = [record for page in batch for record in page.records]
    return records[taken.taken :] if taken.begins(batch[0].records) else records


def _position_after(number: int, page: CursorPage) -> FeedPosition:
    if page.next_cursor is not None:
        return FeedPosition(number, page.next_cursor)
    return FeedPosition(number, page.cursor, len(page.records), digest_of(page.records))
