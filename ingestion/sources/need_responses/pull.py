"""Answers come behind a cursor."""

from collections.abc import Iterator

from ingestion.http import Platform
from ingestion.submissions import Submission
from ingestion.tables import feed
from panhuo.periods import Period


def pull(platform: Platform, address: str, period: Period) -> Iterator[Submission]:
    """Yield the answers of a month as one feed; nothing when there are none."""
    yield from feed("need_responses.jsonl", platform.cursor(address, {"period": str(period)}))
