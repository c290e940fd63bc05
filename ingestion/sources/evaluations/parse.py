"""Evaluations are a feed of JSON records."""

from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_ndjson


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a feed apart."""
    return read_ndjson(content, intake.limits)
