"""Cases (案例) as both documents tell them: institution, deal, taker and product (D32), none of a suppressed cell."""

from __future__ import annotations

from pathlib import Path

from panhuo.contracts.model import Catalogue
from panhuo.quarterly_report.figures import Line
from panhuo.warehouse import read_mart

CASE_HEADS = (
    "institution_name", "patent_no", "title", "deal_kind", "effective_on", "counterpart_name", "product_name",
    "product_recordal_no", "recorded_on",
)  # fmt: skip


def read_cases(warehouse: Path, catalogue: Catalogue, most: int) -> tuple[Line, ...]:
    """The cases of the quarter as lines without figures, the latest products first, so many at most."""
    rows = [row for row in read_mart(warehouse, "fct_quarter_cases").to_pylist() if not row["is_suppressed"]]
    rows.sort(key=lambda row: (-row["recorded_on"].toordinal(), row["product_recordal_no"], row["patent_no"]))
    return tuple(
        Line(
            tuple(str(catalogue.value_label(name, row[name])) for name in CASE_HEADS),
            (),
            row["data_origin"] != "real",
        )
        for row in rows[:most]
    )
