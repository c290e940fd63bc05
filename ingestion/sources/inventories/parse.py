"""Inventories are workbooks of the form `inventory`."""

from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable
from ingestion.workbooks import read_form


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a workbook apart."""
    return read_form(content, intake.contract, intake.limits, intake.aliases, intake.defaults)
