"""The two documents of a library, as packages write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.libraries.page import render_library_page
from panhuo.libraries.policy import load_library_policy
from panhuo.libraries.workbook import write_library

if TYPE_CHECKING:
    from panhuo.dispatch.documents import Sources
    from panhuo.dispatch.model import Package


def write_workbook(path: Path, package: Package, sources: Sources) -> None:
    """Write the workbook of a package's recipient."""
    write_library(path, package, load_library_policy(), sources.policy.notes, sources.catalogue)


def write_page(path: Path, package: Package, sources: Sources) -> None:
    """Write the page of a package's recipient."""
    page = render_library_page(package, load_library_policy(), sources.policy.notes, sources.catalogue)
    path.write_text(page, encoding="utf-8", newline="\n")
