"""The pool is a CSV file."""

from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_csv


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a CSV file apart."""
    return read_csv(content, intake.limits)
