"""The two documents of a half-year report."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from panhuo.half_year.checks import contradictions
from panhuo.half_year.model import Draft, HalfYearError
from panhuo.half_year.page import render_page
from panhuo.half_year.readback import PAGE, WORKBOOK
from panhuo.half_year.workbook import write_draft


def write_documents(draft: Draft, folder: Path) -> tuple[Path, Path]:
    """Write `half_year.html` and `half_year.xlsx` into a folder; returns where they are.

    Both are read back first. Raises HalfYearError, and leaves the folder as it was, where they tell a figure otherwise
    than its SQL, show a hidden one or miss one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".writing-") as place:
        page, workbook = Path(place) / PAGE, Path(place) / WORKBOOK
        page.write_text(render_page(draft), encoding="utf-8", newline="\n")
        write_draft(workbook, draft)
        problems = contradictions(draft, page, workbook)
        if problems:
            raise HalfYearError(f"{draft.title} is not written, its documents are wrong: {'; '.join(problems)}")
        return page.replace(folder / PAGE), workbook.replace(folder / WORKBOOK)
