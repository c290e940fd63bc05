"""Needs come behind a cursor."""

from collections.abc import Iterator

from ingestion.feeds import FROM_THE_START, Continuation, batches
from ingestion.http import Platform
from ingestion.submissions import Submission
from panhuo.periods import Period


def pull(
    platform: Platform, address: str, period: Period, continuation: Continuation = FROM_THE_START
) -> Iterator[Submission]:
    """Yield the needs of a month that are new since the position reached, batch by batch."""
    yield from batches("needs", platform, address, period, continuation)
