"""The sources, one folder each: `source.yml` says what it is, `pull.py` fetches it, `parse.py` reads it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from ingestion.feeds import FROM_THE_START, Continuation
from ingestion.http import Platform
from ingestion.submissions import Content, Submission
from ingestion.tables import Intake, ReceivedTable
from panhuo.contracts.model import Contract, Strict, load_catalogue, load_yaml
from panhuo.contracts.rows import known_headers
from panhuo.periods import Period

_FOLDER = Path(__file__).parent

Arrival = Literal["csv", "workbook", "bulk_xml", "paged_http", "cursor_http"]


class SourceFile(Strict):
    """A source as `source.yml` states it."""

    title: str
    """What people call it (Chinese)."""
    contract: str
    """Qualified name of the raw table it fills."""
    description: str
    arrives: tuple[Arrival, ...]
    address: str
    """Path below the platform's base address."""
    required: bool
    """Whether a month cannot go out without it."""
    sender: Literal["platform", "file_name"]
    """Who sent a file: the platform itself, or what stands before `__` in the file's name, as always in a form's."""
    form: str | None = None
    """Name of the workbook form that institutions or enterprises fill in."""
    dated_by: str | None = None
    """Column whose month a row speaks for: a source that has one may come as a drop of several months."""
    parser_version: str
    """Raised with every change of what the parser makes of equal bytes."""
    aliases: dict[str, str] = Field(default_factory=dict)
    """Further headings → column."""
    defaults: dict[str, str] = Field(default_factory=dict)
    """Column → text of a cell that is empty or has no heading."""
    prefilled: tuple[str, ...] = ()
    """Columns that go out filled in: a row of the form where nothing else is filled in is no answer, and not read."""

    @model_validator(mode="after")
    def _fits_contract(self) -> SourceFile:
        contract = load_catalogue().contract(self.contract)
        known_headers(contract, self.aliases)
        named = {*self.defaults, *self.prefilled, self.dated_by or contract.payload[0]}
        foreign = named - set(contract.payload)
        if foreign:
            raise ValueError(
                f"defaults, prefilled or dated_by name columns that {self.contract} has not: {sorted(foreign)}"
            )
        return self


@dataclass(frozen=True)
class Source:
    """A source with its contract and its two functions."""

    name: str
    file: SourceFile
    contract: Contract
    pull: Callable[..., Iterator[Submission]]
    """Fetch what the platform has at an address for a month; one behind a cursor is told where to go on."""
    parse: Callable[[Content, Intake], ReceivedTable]
    """Take bytes apart; UnreadableFileError when they are no such file."""

    @property
    def is_continued(self) -> bool:
        """Whether a pull goes on after what was landed instead of reading everything again."""
        return "cursor_http" in self.file.arrives

    def fetch(
        self, platform: Platform, period: Period, continuation: Continuation = FROM_THE_START
    ) -> Iterator[Submission]:
        """Fetch what the platform has for a month, of a feed with cursors what it has after the position reached."""
        onward = (continuation,) if self.is_continued else ()
        return self.pull(platform, self.file.address, period, *onward)


def source_names() -> list[str]:
    """Names of all sources, sorted."""
    return sorted(path.parent.name for path in _FOLDER.glob("*/source.yml"))


@cache
def load_source(name: str) -> Source:
    """Load one source; ValueError naming the known ones when there is none, and for a wrong `source.yml`."""
    if name not in source_names():
        raise ValueError(f"no source {name!r}; known: {', '.join(source_names())}")
    file = SourceFile(**load_yaml(_FOLDER / name / "source.yml"))
    pull = importlib.import_module(f"ingestion.sources.{name}.pull").pull
    parse = importlib.import_module(f"ingestion.sources.{name}.parse").parse
    return Source(name, file, load_catalogue().contract(file.contract), pull, parse)


def source_of_form(form: str) -> Source:
    """The source a form fills; ValueError naming the known forms when there is none."""
    forms = source_forms()
    if form not in forms:
        raise ValueError(f"no form {form!r}; known: {', '.join(sorted(forms))}")
    return forms[form]


def source_forms() -> dict[str, Source]:
    """The sources that forms are filled in for, by the name of the form."""
    return {source.file.form: source for source in map(load_source, source_names()) if source.file.form}
