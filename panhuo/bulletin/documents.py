"""The two documents of a bulletin, as packages write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from panhuo.bulletin.context import Context
from panhuo.bulletin.edition import Edition, lay_out
from panhuo.bulletin.page import render_page
from panhuo.bulletin.policy import load_bulletin_policy
from panhuo.bulletin.read import read_bulletin
from panhuo.bulletin.workbook import write_bulletin
from panhuo.policy import load_policy

if TYPE_CHECKING:
    from panhuo.dispatch.documents import Sources
    from panhuo.dispatch.model import Package


def write_page(path: Path, package: Package, sources: Sources) -> None:
    """Write the page of a package's recipient."""
    path.write_text(render_page(_edition(package, sources)), encoding="utf-8", newline="\n")


def write_workbook(path: Path, package: Package, sources: Sources) -> None:
    """Write the workbook of a package's recipient."""
    write_bulletin(path, _edition(package, sources))


def _edition(package: Package, sources: Sources) -> Edition:
    """The bulletin of a package, laid out once for both of its documents."""
    if not _latest or _latest[0][0] is not package:
        rule = sources.policy.rule(package.kind)
        context = Context(load_bulletin_policy(), load_policy(), sources.catalogue)
        bulletin = read_bulletin(package, sources.connection, rule, sources.catalogue)
        _latest[:] = [(package, lay_out(bulletin, context))]
    return _latest[0][1]


_latest: list[tuple[Package, Edition]] = []
"""The package served last, so that its second document costs no second reading."""
