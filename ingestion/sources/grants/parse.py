"""Grants come as a feed of JSON records, as CSV files or workbooks of many data bases, or as CNIPA's bulk XML."""

from __future__ import annotations

from pathlib import Path

from ingestion.archives import is_workbook
from ingestion.bulk_xml import is_bulk_xml, read_bulk_xml
from ingestion.kinds import read_table
from ingestion.layouts import aliases_of, apply_layout
from ingestion.sources.grants import gazette
from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_ndjson

LAYOUTS = Path(__file__).parent / "layouts"


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a feed, a CSV file, a workbook or bulk XML apart; a feed begins with a brace."""
    if content.head().lstrip().startswith(b"{"):
        return read_ndjson(content, intake.limits)
    if is_bulk_xml(content) and not is_workbook(content):
        return read_bulk_xml(content, intake.limits, gazette.RECORD, gazette.COLUMNS, gazette.read_document)
    return apply_layout(LAYOUTS, read_table(content, intake, {**aliases_of(LAYOUTS), **intake.aliases}))
