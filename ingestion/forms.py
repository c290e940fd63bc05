"""Forms for institutions: the blank one, and the check before it is sent, by the same contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ingestion.land import limits_of
from ingestion.reading import Counts, open_reading
from ingestion.returns import Notice, annotate, refuse
from ingestion.sources import source_of_form
from ingestion.submissions import Content
from ingestion.tables import UnreadableFileError
from ingestion.workbooks import write_form
from panhuo.contracts.rows import UNANSWERED, Violation, rows_set_aside
from panhuo.lake import put_bytes
from panhuo.settings import Settings, get_settings

# Pseudonyms made while checking are thrown away with the rows.
_CHECK_KEY = b"checked and thrown away"


@dataclass(frozen=True)
class CheckReport:
    """What a check found in a filled-in form."""

    workbook: Path
    counts: Counts
    violations: tuple[Violation, ...]
    rejection: str | None
    """Why the whole file would be refused (Chinese)."""
    annotated: Path | None
    """Copy with every bad cell marked; None when there is nothing to mark."""

    @property
    def is_clean(self) -> bool:
        """Whether everything that is filled in would be accepted; a row left as it was sent out is none of it."""
        told = {violation.code for violation in self.violations}
        return self.rejection is None and (not told or (told == {UNANSWERED} and not self.is_blank))

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in yet, so that there are no rows to speak of."""
        return self.rejection is None and not self.counts.received and not rows_set_aside(self.violations)

    def to_json(self) -> Mapping[str, Any]:
        """The report as JSON values."""
        return {
            "workbook": str(self.workbook),
            "is_clean": self.is_clean,
            **asdict(self.counts),
            "rejection": self.rejection,
            "violations": [asdict(violation) for violation in self.violations],
            "annotated": str(self.annotated) if self.annotated else None,
        }

    def to_text(self) -> str:
        """The report for people, one finding a line (Chinese)."""
        lines = [f"{self.workbook.name}：整份不能接收：{self.rejection}"] if self.rejection else []
        lines += [violation.advice for violation in self.violations]
        if self.is_blank and lines:
            lines = [f"{self.workbook.name}：{line}" for line in lines]
        elif self.rejection is None:
            lines.append(
                f"{self.workbook.name}：共 {self.counts.received} 行，可接收 {self.counts.accepted} 行，"
                f"需修改 {self.counts.set_aside} 行，重复 {self.counts.identical_duplicates} 行"
            )
        if self.annotated is not None:
            lines.append(f"已标注的副本：{self.annotated}")
        return "\n".join(lines)


def check_workbook(path: Path, form: str, settings: Settings | None = None) -> CheckReport:
    """Check a filled-in form as landing would, and write an annotated copy beside it when something is wrong.

    The copy of an earlier check goes when nothing is wrong any more, or nothing is filled in yet. Nothing leaves the
    machine and no key is needed. Raises ValueError for an unknown form.
    """
    source = source_of_form(form)
    copy = path.with_name(f"{path.stem}__检查结果.xlsx")
    notice = Notice(source.file.title, path.name, "（报送前检查）")
    limits = limits_of(source, settings or get_settings())
    try:
        with open_reading(source, Content(path, path.name), limits, _CHECK_KEY) as reading:
            report = CheckReport(path, reading.counts, tuple(reading.shown.violations), None, None)
            is_marked = not (report.is_clean or report.is_blank)
            marked = annotate(notice, source.contract, reading, mask=False) if is_marked else None
    except UnreadableFileError as error:
        put_bytes(copy, refuse(notice, str(error)))
        return CheckReport(path, Counts(0, 0, 0, 0), (), str(error), copy)
    if marked is None:
        copy.unlink(missing_ok=True)
        return report
    put_bytes(copy, marked)
    return replace(report, annotated=copy)


def write_template(form: str, path: Path) -> None:
    """Write the blank workbook of a form.

    Columns with a default are the programme's business and are left out. Raises ValueError for an unknown
    form, OSError when the file cannot be written.
    """
    source = source_of_form(form)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into")
    write_form(
        path,
        source.contract,
        [],
        title=source.file.title,
        filling_unit="",
        period="",
        notice="带底色的表头：橙色必填，蓝色选填",
        omit=source.file.defaults,
    )
