"""Inventories are workbooks of the form `inventory`, the same columns as CSV, or records."""

from ingestion.kinds import read_table
from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_ndjson


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a submission apart by what it begins with."""
    if content.head().lstrip().startswith(b"{"):
        return read_ndjson(content, intake.limits)
    return read_table(content, intake, intake.aliases)
