"""Inventories are workbooks of the form `inventory`, the same columns as CSV, or records."""

from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_csv, read_ndjson
from ingestion.workbooks import read_form


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a submission apart by what it begins with; what looks like nothing else is told as a broken workbook."""
    head = content.head().lstrip()
    if head.startswith(b"{"):
        return read_ndjson(content, intake.limits)
    if b"\x00" not in head and b"," in head.partition(b"\n")[0]:
        return read_csv(content, intake.limits)
    return read_form(content, intake.contract, intake.limits, intake.aliases, intake.defaults)
