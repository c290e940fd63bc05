"""Layouts: how the exports of a data base are read, declared in YAML below a source, with no code for any vendor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from ingestion.tables import ReceivedTable, UnreadableFileError
from panhuo.contracts.cells import narrow
from panhuo.contracts.model import Strict, load_yaml
from panhuo.contracts.rows import header_key
from panhuo.identifiers import IdentifierError, parse_patent_no

Record = Mapping[str, object]

_WORDS_FILE = "words.yml"
_NUMBER_YEAR = re.compile(r"(?:CN|ZL)*(\d{4})\d{8}|(?:CN|ZL)*(\d{2})\d{6}")
_TYPE_DIGIT = re.compile(r"(?:CN|ZL)*(?:\d{4}(\d)\d{7}|\d{2}(\d)\d{5})")
_KIND = re.compile(r"(?<=\d)-?([A-Z])\d?$")
_TYPES = {"1": "发明", "8": "发明", "2": "实用新型", "9": "实用新型", "3": "外观设计"}
# WIPO ST.16 and CNIPA's own letters before 2010: what is no application has been granted.
_APPLICATION = "A"
_BEGIN = "1985-04-01"  # the Patent Law takes effect


class Layout(Strict):
    """One kind of export."""

    title: str
    """What people call it (Chinese)."""
    recognise: tuple[str, ...]
    """Headings that all of its files have, and together no file of another kind."""
    columns: dict[str, str | tuple[str, ...]]
    """Column → its heading, or several of which the first filled one counts; any other heading is not read."""
    joined: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Column → headings whose cells are taken together."""
    publication_no: str | None = None
    """Heading of the publication number, whose last letter tells a grant from an application."""
    words: str | None = None
    """Name of the list of words of this data base in `words.yml`: what its statuses and types mean here."""
    word_separator: str | None = None
    """Between several statuses in one cell; the first of them in the order of the list counts."""
    derive: dict[str, Literal["number", "year_of_number", "publication_kind"]] = Field(default_factory=dict)
    """Column that the export has not → what it is read from. A day known by its year alone is simulated."""
    without: dict[str, str] = Field(default_factory=dict)
    """Heading → why a file without it is refused (Chinese)."""

    @property
    def headings(self) -> dict[str, tuple[str, ...]]:
        """Column → headings it is read from."""
        chosen = {column: (names,) if isinstance(names, str) else names for column, names in self.columns.items()}
        return chosen | self.joined


Words = Mapping[str, Mapping[str, str]]
"""Column → word of the data base → label of the vocabulary."""


@cache
def load_layouts(folder: Path) -> tuple[tuple[Layout, Words], ...]:
    """The layouts of a folder by file name, each with its words; ValueError for a list of words that is not there."""
    words: dict[str, Words] = load_yaml(folder / _WORDS_FILE)
    layouts = [Layout(**load_yaml(path)) for path in sorted(folder.glob("*.yml")) if path.name != _WORDS_FILE]
    unknown = {layout.words for layout in layouts if layout.words} - set(words)
    if unknown:
        raise ValueError(f"{folder}: no words {sorted(unknown)} in {_WORDS_FILE}")
    return tuple((layout, words[layout.words] if layout.words else {}) for layout in layouts)


def aliases_of(folder: Path) -> dict[str, str]:
    """Heading → column of all layouts of the folder, to find the row of headings by."""
    return {
        heading: column
        for layout, _ in load_layouts(folder)
        for column, headings in layout.headings.items()
        for heading in headings
    }


def apply_layout(folder: Path, table: ReceivedTable) -> ReceivedTable:
    """The table as the layout reads it that recognises its headings; unchanged where none does.

    Raises UnreadableFileError when a file of that kind cannot be read without a heading that it has not.
    """
    present = {header_key(header): header for header in table.headers if header}
    for layout, words in load_layouts(folder):
        if all(header_key(heading) in present for heading in layout.recognise):
            return _read_as(layout, words, table, present)
    return table


def _read_as(layout: Layout, words: Words, table: ReceivedTable, present: Mapping[str, str]) -> ReceivedTable:
    for heading, reason in layout.without.items():
        if header_key(heading) not in present:
            raise UnreadableFileError(f"{layout.title}：{reason}")
    sources = {
        column: [present[header_key(heading)] for heading in headings if header_key(heading) in present]
        for column, headings in layout.headings.items()
    }
    stated = {column: headings for column, headings in sources.items() if headings}
    derived = {column: how for column, how in layout.derive.items() if column not in stated}
    publication = present.get(header_key(layout.publication_no)) if layout.publication_no else None
    extra = ["simulated_fields"] if "year_of_number" in derived.values() else []
    return replace(
        table,
        named={column: headings[0] for column, headings in stated.items()},
        derived=(*derived, *extra),
        convert=_converter(layout, words, stated, derived, publication),
    )


def _converter(
    layout: Layout,
    words: Words,
    stated: Mapping[str, Sequence[str]],
    derived: Mapping[str, str],
    publication: str | None,
) -> Callable[[Record], Record]:
    def convert(record: Record) -> Record:
        cells = {
            column: _cell([record.get(heading) for heading in headings], is_joined=column in layout.joined)
            for column, headings in stated.items()
        }
        for column, meanings in words.items():
            if column in cells:
                cells[column] = _meaning(cells[column], meanings, layout.word_separator)
        kind = _kind(record.get(publication)) if publication else None
        if kind == _APPLICATION and "grant_date" in cells:
            # The day is that of the application's publication.
            cells["grant_date"] = None
        return cells | _derive(derived, cells.get("patent_no"), kind)

    return convert


def _cell(cells: Sequence[object], *, is_joined: bool) -> object:
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if is_joined and len(filled) > 1:
        return "; ".join(map(str, filled))
    return filled[0] if filled else None


def _meaning(cell: object, meanings: Mapping[str, str], separator: str | None) -> object:
    """What a word of the data base is called here; one that is not listed stays, and is judged as it is."""
    if not isinstance(cell, str):
        return cell
    parts = [narrow(part) for part in (cell.split(separator) if separator else [cell])]
    known = [word for word in meanings if word in parts]
    return meanings[known[0]] if known and set(parts) <= set(meanings) else cell


def _derive(derived: Mapping[str, str], number: object, kind: str | None) -> dict[str, object]:
    values: dict[str, object] = {}
    digits = re.sub(r"\s", "", narrow(str(number or "")).upper())
    for column, how in derived.items():
        if how == "number":
            match = _TYPE_DIGIT.match(digits)
            values[column] = _TYPES.get(match[1] or match[2]) if match else None
        elif how == "publication_kind":
            values[column] = None if kind is None else "申请" if kind == _APPLICATION else "授权"
        else:
            values[column] = _first_day(digits)
            values["simulated_fields"] = column
    return values


def _first_day(digits: str) -> str | None:
    """The first day of the year that a number names."""
    try:
        year = parse_patent_no(digits).year
    except IdentifierError:
        match = _NUMBER_YEAR.match(digits)
        year = int(match[1]) if match and match[1] else 0
    return max(f"{year}-01-01", _BEGIN) if year else None


def _kind(cell: object) -> str | None:
    match = _KIND.search(narrow(str(cell or "")).upper())
    return match[1] if match else None
