"""The two documents of a digest, as packages write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.digests.edition import Context, Edition, lay_out
from panhuo.digests.page import render_page
from panhuo.digests.read import read_digest
from panhuo.digests.words import load_digest_words
from panhuo.digests.workbook import write_digest
from panhuo.policy import load_policy

if TYPE_CHECKING:
    from panhuo.dispatch.documents import Sources
    from panhuo.dispatch.model import Package


def write_page(path: Path, package: Package, sources: Sources) -> None:
    """Write the page of a package's institution."""
    path.write_text(render_page(_edition(package, sources)), encoding="utf-8", newline="\n")


def write_workbook(path: Path, package: Package, sources: Sources) -> None:
    """Write the workbook of a package's institution."""
    write_digest(path, _edition(package, sources))


def _edition(package: Package, sources: Sources) -> Edition:
    """The digest of a package, laid out once for both of its documents."""
    if not _latest or _latest[0][0] is not package:
        rule = sources.policy.rule(package.kind)
        context = Context(load_digest_words(), load_policy().digests, sources.catalogue)
        digest = read_digest(package, sources.connection, rule, sources.catalogue)
        _latest[:] = [(package, lay_out(digest, context))]
    return _latest[0][1]


_latest: list[tuple[Package, Edition]] = []
"""The package served last, so that its second document costs no second reading."""
