"""Documents of a package: what people open beside the tables, one list per kind of recipient.

A new document is a function that writes one file, and a line in `DOCUMENTS`. Equal sources must give equal bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from panhuo.bulletin import documents as bulletin
from panhuo.contracts.model import Catalogue
from panhuo.digests import documents as digests
from panhuo.dispatch.forms import write_form
from panhuo.dispatch.layouts import Layout, load_layouts
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import RecipientKind, RecipientPolicy
from panhuo.dispatch.workbook import write_workbook
from panhuo.libraries import documents as library
from panhuo.periods import Period
from panhuo.pushes import documents as pushes


@dataclass(frozen=True)
class Sources:
    """What a month's packages are made from: the run's warehouse (read-only), the policy and the contracts."""

    connection: duckdb.DuckDBPyConnection
    period: Period
    policy: RecipientPolicy
    catalogue: Catalogue


@dataclass(frozen=True)
class Document:
    """A file of a package and what writes it to a path.

    The tables of the package are already cut to the recipient's scope and grades. Whatever else a writer reads from
    `sources.connection`, it has to scope and grade itself.
    """

    file: str
    write: Callable[[Path, Package, Sources], None]


def _write_workbook(path: Path, package: Package, sources: Sources) -> None:
    write_workbook(path, package, sources.policy.notes, sources.catalogue)


def _form(layout: Layout) -> Document:
    def write(path: Path, package: Package, sources: Sources) -> None:
        write_form(path, layout, package, sources.policy.notes, sources.catalogue)

    return Document(layout.file, write)


def _forms(kind: RecipientKind) -> tuple[Document, ...]:
    return tuple(_form(layout) for layout in load_layouts() if kind in layout.recipients)


WORKBOOK = Document("package.xlsx", _write_workbook)

BULLETIN = (Document("bulletin.html", bulletin.write_page), Document("bulletin.xlsx", bulletin.write_workbook))

LIBRARY = (Document("library.html", library.write_page), Document("library.xlsx", library.write_workbook))

DIGEST = (Document("digest.html", digests.write_page), Document("digest.xlsx", digests.write_workbook))

PUSHES = (Document("pushes.html", pushes.write_page), Document("pushes.xlsx", pushes.write_workbook))

DOCUMENTS: Mapping[RecipientKind, tuple[Document, ...]] = {
    "province": (WORKBOOK, *LIBRARY, *BULLETIN, *_forms("province")),
    "city": (WORKBOOK, *LIBRARY, *BULLETIN, *_forms("city")),
    "institution": (WORKBOOK, *DIGEST, *_forms("institution")),
    "enterprise": PUSHES,
}
"""Kind of recipient → its documents."""
