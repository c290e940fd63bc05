"""Agreed items come page by page."""

from collections.abc import Iterator

from ingestion.http import Platform
from ingestion.submissions import Submission
from ingestion.tables import feed
from panhuo.periods import Period


def pull(platform: Platform, address: str, period: Period) -> Iterator[Submission]:
    """Yield the agreed items that were told in a month as one feed; nothing when there are none."""
    yield from feed("consultations.jsonl", platform.pages(address, {"period": str(period)}))
