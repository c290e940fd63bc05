"""Grants come as a feed of JSON records or as an exported CSV file."""

from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_csv, read_ndjson


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a feed or a CSV file apart; a feed begins with a brace."""
    read = read_ndjson if content.head().lstrip().startswith(b"{") else read_csv
    return read(content, intake.limits)
