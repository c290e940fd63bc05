"""Legal events come page by page."""

from collections.abc import Iterator

from ingestion.http import Platform
from ingestion.submissions import PLATFORM_SENDER, Submission
from ingestion.tables import write_ndjson
from panhuo.periods import Period


def pull(platform: Platform, address: str, period: Period) -> Iterator[Submission]:
    """Yield the events of a month as one feed; nothing when there are none."""
    content = write_ndjson(platform.pages(address, {"period": str(period)}))
    if content:
        yield Submission(PLATFORM_SENDER, "legal_events.jsonl", content)
