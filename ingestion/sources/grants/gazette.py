"""Bibliographic data of CNIPA (business:PatentDocumentAndRelated), one document for each publication."""

from __future__ import annotations

import re

from ingestion.bulk_xml import Element, every, text_of

RECORD = "PatentDocumentAndRelated"
COLUMNS = (
    "patent_no",
    "title",
    "patent_type",
    "filing_date",
    "grant_date",
    "owners",
    "ipc_codes",
    "legal_status",
    "abstract",
)

_TYPES = {"10": "发明", "20": "实用新型", "30": "外观设计"}
# Kinds of document (WIPO ST.16): A is the publication of an application, the others announce a grant.
_GRANTS = {"B", "U", "S", "Y"}
_BLANKS = re.compile(r"\s+")


def read_document(document: Element) -> dict[str, object]:
    """The cells of one publication; of an application there is no grant, and its applicants stand for owners."""
    bibliography = next(iter(every(document, "BibliographicData") + every(document, "DesignBibliographicData")), None)
    application = next(iter(every(bibliography, "ApplicationReference")), None)
    kind = (document.get("kind") or text_of(bibliography, "PublicationReference", "DocumentID", "Kind") or "")[:1]
    is_grant = kind.upper() in _GRANTS
    applied_as = application.get("applType") if application is not None else None
    return {
        "patent_no": text_of(application, "DocumentID", "DocNumber")
        or text_of(bibliography, "PatentNumber", "DocumentID", "DocNumber")
        or text_of(bibliography, "PatentNumber"),
        "title": _title(bibliography),
        "patent_type": _TYPES.get(applied_as or "", applied_as),
        "filing_date": text_of(application, "DocumentID", "Date"),
        "grant_date": _publication_date(document, bibliography) if is_grant else None,
        "owners": _owners(bibliography),
        "ipc_codes": "; ".join(_classes(bibliography)) or None,
        "legal_status": "授权" if is_grant else "申请" if kind.upper() == "A" else kind,
        "abstract": _abstract(document, bibliography),
    }


def _title(bibliography: Element | None) -> str | None:
    title = text_of(bibliography, "InventionTitle") or text_of(bibliography, "DesignTitle")
    return _BLANKS.sub(" ", title) if title else None


def _publication_date(document: Element, bibliography: Element | None) -> str | None:
    return document.get("datePublication") or text_of(bibliography, "PublicationReference", "DocumentID", "Date")


def _owners(bibliography: Element | None) -> str | None:
    """The patentees at grant, or where none are stated the applicants, in their order."""
    people = every(bibliography, "AssigneeDetails", "Assignee") or every(bibliography, "ApplicantDetails", "Applicant")
    people.sort(key=lambda person: int(person.get("sequence") or 0) if (person.get("sequence") or "0").isdigit() else 0)
    names = [text_of(person, "AddressBook", "Name") for person in people]
    return "\n".join(filter(None, names)) or None


def _classes(bibliography: Element | None) -> list[str]:
    """IPC symbols, main one first, or the Locarno classes of a design."""
    entries = every(bibliography, "ClassificationIPCRDetails", "ClassificationIPCR")
    entries.sort(key=lambda entry: entry.get("sequence") != "1")
    symbols = [text_of(entry, "Text") or _from_parts(entry) for entry in entries]
    if not symbols:
        symbols = [
            text_of(entry, "Text") or text_of(entry, "MainClassification") or text_of(entry)
            for entry in every(bibliography, "ClassificationLocarno")
        ]
    return [symbol for symbol in symbols if symbol]


def _from_parts(entry: Element) -> str | None:
    section, main_class, subclass, group, subgroup = (
        text_of(entry, name) or "" for name in ("Section", "MainClass", "Subclass", "MainGroup", "Subgroup")
    )
    return f"{section}{main_class}{subclass} {group}/{subgroup}" if section and group else None


def _abstract(document: Element, bibliography: Element | None) -> str | None:
    holder = next(iter(every(bibliography, "Abstract") + every(document, "Abstract")), None)
    paragraphs = [text_of(paragraph) for paragraph in every(holder, "Paragraphs")] or [text_of(holder)]
    return "\n".join(_BLANKS.sub(" ", text) for text in paragraphs if text) or None
