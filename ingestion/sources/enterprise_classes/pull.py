"""The recognitions come as one CSV file a month."""

from collections.abc import Iterator

from ingestion.http import Platform
from ingestion.submissions import PLATFORM_SENDER, Submission
from panhuo.periods import Period


def pull(platform: Platform, address: str, period: Period) -> Iterator[Submission]:
    """Yield the recognitions of a month; nothing when the platform has none."""
    content = platform.get_bytes(address, {"period": str(period)})
    if content.strip():
        yield Submission(PLATFORM_SENDER, "enterprise_classes.csv", content)
