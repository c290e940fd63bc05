"""Every source against golden files: `<case>.<suffix>` in, `<case>.expected.yml` out.

`PANHUO_UPDATE_GOLDEN=1` rewrites the expectations; read the difference before committing it.
"""

import os
from pathlib import Path

import pytest
import yaml

from ingestion.reading import open_reading
from ingestion.sources import load_source, source_names
from ingestion.submissions import Content
from ingestion.tables import Limits, UnreadableFileError
from ingestion.workbooks import write_form
from panhuo.contracts.model import load_yaml

GOLDEN = Path(__file__).parents[1] / "golden" / "sources"
CASES = sorted(
    path.relative_to(GOLDEN).as_posix() for path in GOLDEN.glob("*/*") if not path.name.endswith(".expected.yml")
)
KEY = b"golden key, not secret"


def _content(path: Path, tmp_path: Path) -> Content:
    if path.suffix != ".yml":
        return Content(path)
    form = tmp_path / "form.xlsx"
    source = load_source(path.parent.name)
    rows = load_yaml(path)
    write_form(form, source.contract, rows, title=source.file.title, filling_unit="甲大学", period="2024-04")
    return Content(form)


def _outcome(source_name: str, content: Content) -> dict:
    source = load_source(source_name)
    try:
        with open_reading(source, content, Limits(1_000_000, 1_000), KEY) as reading:
            accepted = [row for table in reading.accepted() for row in table.to_pylist()]
            violations = sorted(map(vars, reading.violations), key=lambda violation: violation["source_row"])
            counts = reading.counts
    except UnreadableFileError as error:
        return {"rejection": str(error)}
    assert counts.received == counts.accepted + counts.set_aside + counts.identical_duplicates
    assert counts.accepted == len(accepted)
    return {
        "rows_read": counts.received,
        "identical_duplicates": counts.identical_duplicates,
        "rows": [{k: v for k, v in row.items() if v is not None} for row in accepted],
        "violations": violations,
    }


@pytest.mark.parametrize("case", CASES)
def test_golden_file_gives_expected_rows_and_violations(case: str, tmp_path: Path) -> None:
    path = GOLDEN / case
    outcome = _outcome(path.parent.name, _content(path, tmp_path))
    expected = path.with_name(f"{path.name.partition('.')[0]}.expected.yml")
    if os.environ.get("PANHUO_UPDATE_GOLDEN"):
        text = yaml.safe_dump(outcome, allow_unicode=True, sort_keys=False, width=150)
        expected.write_text(text, encoding="utf-8")
    assert outcome == load_yaml(expected)


def test_every_source_has_golden_files() -> None:
    assert {case.partition("/")[0] for case in CASES} == set(source_names())
