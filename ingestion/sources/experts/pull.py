"""The pool comes as one CSV file a month."""

from collections.abc import Iterator

from ingestion.http import Platform
from ingestion.submissions import PLATFORM_SENDER, Submission
from panhuo.periods import Period


def pull(platform: Platform, address: str, period: Period) -> Iterator[Submission]:
    """Yield the pool of a month; nothing when the platform has none."""
    content = platform.get_bytes(address, {"period": str(period)})
    if content.strip():
        yield Submission(PLATFORM_SENDER, "experts.csv", content)
