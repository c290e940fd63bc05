"""The two documents of a half-year report."""

from __future__ import annotations

from pathlib import Path

from panhuo.half_year.model import Draft
from panhuo.half_year.page import render_page
from panhuo.half_year.readback import PAGE, WORKBOOK
from panhuo.half_year.workbook import write_draft


def write_documents(draft: Draft, folder: Path) -> tuple[Path, Path]:
    """Write `half_year.html` and `half_year.xlsx` into a folder; returns where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    page, workbook = folder / PAGE, folder / WORKBOOK
    page.write_text(render_page(draft), encoding="utf-8", newline="\n")
    write_draft(workbook, draft)
    return page, workbook
