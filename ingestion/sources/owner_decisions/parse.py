"""The decisions are a CSV file."""

from ingestion.tables import Intake, ReceivedTable, read_csv


def parse(content: bytes, intake: Intake) -> ReceivedTable:
    """Take a CSV file apart."""
    return read_csv(content, intake.limits)
