"""Legal events come as a feed of JSON records, as a CSV file or as the gazette's bulk XML; their texts are read too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ingestion.bulk_xml import is_bulk_xml, read_bulk_xml
from ingestion.sources.legal_events import gazette
from ingestion.sources.legal_events.texts import read_event_text
from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, read_csv, read_ndjson
from panhuo.contracts.rows import match_headers

Record = Mapping[str, object]

# What a text may say; a sender who fills in one of them has read it himself.
_STRUCTURED = ("registration_no", "holders_before", "holders_after", "party_from", "party_to", "license_kind")
_FROM_TEXT = ("event_date", "parse_status", *_STRUCTURED)


def parse(content: Content, intake: Intake) -> ReceivedTable:
    """Take a feed, a CSV file or bulk XML apart; a feed begins with a brace."""
    if is_bulk_xml(content):
        table = read_bulk_xml(content, intake.limits, gazette.RECORD, gazette.COLUMNS, gazette.read_event)
    elif content.head().lstrip().startswith(b"{"):
        table = read_ndjson(content, intake.limits)
    else:
        table = read_csv(content, intake.limits)
    if not table.headers:
        return table
    anything = dict.fromkeys(intake.contract.payload, "")
    columns = match_headers(intake.contract, table.headers, aliases=intake.aliases, defaults=anything).columns
    derived = tuple(name for name in _FROM_TEXT if name not in columns)
    return replace(table, derived=derived, convert=_reader_of(columns))


def _reader_of(columns: Mapping[str, str]) -> Callable[[Record], Record]:
    """What fills the columns that the text of an event states, unless its sender has filled one."""
    headings = {name: columns.get(name, name) for name in (*_FROM_TEXT, "event_code", "event_detail", "announced_on")}

    def convert(record: Record) -> Record:
        cells = {name: record.get(heading) for name, heading in headings.items()}
        found: dict[str, object] = {}
        detail = cells["event_detail"]
        if isinstance(detail, str) and not any(cells[name] for name in _STRUCTURED):
            found = read_event_text(str(cells["event_code"] or "").strip().upper(), detail).columns()
        day = cells["event_date"] or found.get("event_date") or cells["announced_on"]
        return {**record, **{headings[name]: value for name, value in {**found, "event_date": day}.items()}}

    return convert
