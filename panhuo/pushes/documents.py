"""The two documents of an enterprise's package, as packages write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.pushes.edition import lay_out
from panhuo.pushes.page import render_page
from panhuo.pushes.words import load_push_words
from panhuo.pushes.workbook import write_pushes

if TYPE_CHECKING:
    from panhuo.dispatch.documents import Sources
    from panhuo.dispatch.model import Package


def write_page(path: Path, package: Package, sources: Sources) -> None:
    """Write the page of a package's enterprise."""
    words = load_push_words()
    page = render_page(lay_out(package, words, sources.catalogue), words, sources.catalogue)
    path.write_text(page, encoding="utf-8", newline="\n")


def write_workbook(path: Path, package: Package, sources: Sources) -> None:
    """Write the workbook of a package's enterprise."""
    words = load_push_words()
    edition = lay_out(package, words, sources.catalogue)
    write_pushes(path, package, edition, words, sources.policy.notes, sources.catalogue)
