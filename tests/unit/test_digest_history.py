"""Digests held against everything published before."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.digests.history import STATEMENTS, find_breaches

pytestmark = pytest.mark.slow

SCHEMA = arrow_schema(load_catalogue().contract(STATEMENTS))


def release(*groups: str, month: str = "2024-04", **changes: Any) -> list[dict[str, Any]]:
    """A wish of each group on a patent of I1."""
    row = {
        "period": month, "statement_kind": "wish", "statement_code": "cost", "patent_no": "P1", "institution_id": "I1",
        "sector_code": "chemistry", "digest_year": 2024, "released_in": month, "data_origin": "real",
    }  # fmt: skip
    return [row | {"enterprise_id": f"C{group}", "evaluator_group": group} | changes for group in groups]


def breaches(this: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[str]:
    tables = [pa.Table.from_pylist(rows, schema=SCHEMA) for rows in (this, other)]
    return list(find_breaches(tables[0], [("2024-04 第 1 版", tables[1])], 3))


APRIL = release("A", "B", "C")


def test_the_same_again_and_a_batch_of_three_more_are_sound() -> None:
    assert breaches(APRIL, APRIL) == []
    assert breaches([*APRIL, *release("D", "E", "F", month="2024-05")], APRIL) == []
    assert breaches([*APRIL, *release("A", "B", "C", statement_code="other", patent_no="P2")], APRIL) == []


@pytest.mark.parametrize(
    ("this", "problem"),
    [
        ([*APRIL, *release("D", month="2024-05")], "只差 1 家"),
        ([*APRIL, *release("D", "E", month="2024-05")], "只差 2 家"),
        (APRIL[:2], "只差 1 家"),
        ([*APRIL, *release("A", "B", "D", month="2024-05", patent_no="P2")], "只差 1 家"),
        ([*APRIL[1:], *release("D", "E", "F", month="2024-05")], "有增有减"),
        ([row | {"institution_id": "I2"} for row in APRIL], "改了类别或反馈月度"),
        ([row | {"released_in": "2024-03"} for row in APRIL], "改了类别或反馈月度"),
    ],
    ids=["one more", "two more", "one less", "one newcomer among old voices", "exchanged", "moved", "redated"],
)
def test_what_subtraction_would_tell_is_a_breach(this: list[dict[str, Any]], problem: str) -> None:
    (found,) = breaches(this, APRIL)

    assert found.startswith("I")
    assert "2024-04 第 1 版" in found
    assert problem in found
