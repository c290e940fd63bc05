"""Needs are a feed of JSON records, or the workbook of an enterprise."""

from ingestion.kinds import read_feed_or_table
from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a feed or a workbook apart."""
    return read_feed_or_table(content, intake)
