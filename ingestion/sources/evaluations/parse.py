"""Evaluations are a feed of JSON records."""

from ingestion.tables import Intake, ReceivedTable, read_ndjson


def parse(content: bytes, intake: Intake) -> ReceivedTable:
    """Take a feed apart."""
    return read_ndjson(content, intake.limits)
