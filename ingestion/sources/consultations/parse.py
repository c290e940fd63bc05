"""Agreed items are a feed of JSON records, a workbook or the same columns as CSV."""

from ingestion.kinds import read_feed_or_table
from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a feed, a workbook or a CSV file apart."""
    return read_feed_or_table(content, intake)
