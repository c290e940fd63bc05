"""Legal status data of CNIPA (business:PRSRecord), one element for each event."""

from __future__ import annotations

import hashlib
import re

from ingestion.bulk_xml import Element, children, every, text_of

RECORD = "PRSRecord"
COLUMNS = ("event_id", "patent_no", "event_code", "event_name", "announced_on", "event_detail")

_APPLICATION_NO = re.compile(r"(?:CN|ZL)?\d{8}(?:\d{4})?\.?[\dXx]", re.IGNORECASE)
_EVENT_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")


def read_event(record: Element) -> dict[str, object]:
    """The cells of one PRSRecord, as they stand there."""
    parts = children(record)
    detail = parts.get("PRSInformation")
    cells: dict[str, object] = {
        "patent_no": _application_no(record),
        "event_code": text_of(parts.get("PRSCode")),
        "event_name": text_of(parts.get("PRSValue")),
        "announced_on": text_of(parts.get("PRSPublicationDate"), "Date"),
        "event_detail": "".join(detail.itertext()).strip() if detail is not None else None,
    }
    return {"event_id": _event_id(record.get("PRSID"), cells), **cells}


def _application_no(record: Element) -> str | None:
    """The number as applicants write it: of the two references the original one, which has its check digit."""
    references = every(record, "ApplicationReference")
    references.sort(key=lambda reference: reference.get("dataFormat") != "original")
    numbers = [text_of(reference, "DocumentID", "DocNumber") for reference in references]
    found = [number for number in numbers if number]
    return next((number for number in found if _APPLICATION_NO.fullmatch(number)), found[0] if found else None)


def _event_id(given: str | None, cells: dict[str, object]) -> str:
    """The identifier of the record, or a digest of what it says where it has none."""
    if given and _EVENT_ID.fullmatch(given):
        return given
    return hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()[:32]
