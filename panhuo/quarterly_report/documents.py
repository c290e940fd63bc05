"""The two documents of a quarter's report, written from its warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.gates.model import GateResult
from panhuo.quarterly_report.model import read_report
from panhuo.quarterly_report.page import render_page
from panhuo.quarterly_report.readback import PAGE, WORKBOOK
from panhuo.quarterly_report.workbook import write_report


def write_documents(warehouse: Path, folder: Path, made_by: ReleaseIdentity, checks: Sequence[GateResult] = ()) -> None:
    """Write `report.html` and `report.xlsx` into a folder; errors as `read_report`."""
    report = read_report(warehouse, made_by, checks)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PAGE).write_text(render_page(report), encoding="utf-8", newline="\n")
    write_report(folder / WORKBOOK, report)
