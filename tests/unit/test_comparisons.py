"""Published quarters beside each other."""

import pyarrow as pa
import pytest

from panhuo.contracts.model import load_catalogue
from panhuo.lake import canonical_json, parquet_bytes, put_bytes
from panhuo.periods import Quarter
from pipeline.comparisons import compare_quarters, rank_institutions
from pipeline.runs import open_lake

STATISTICS = list(load_catalogue().vocabularies["statistic_id"].values)


@pytest.fixture
def published(monkeypatch, tmp_path):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    publish("2024-06", "2024-Q2", {"A": (10, 1000), "B": (10, 1000), "C": (1, 4)})
    publish("2024-09", "2024-Q3", {"A": (60, 1000), "B": (10, 1000), "C": (1, 4)})


def publish(period, quarter, parts):
    cells = [("institution", code, *counts) for code, counts in parts.items()]
    cells.append(("national", "CN", *(sum(counts) for counts in zip(*parts.values(), strict=True))))
    rows = [
        {
            "period": period,
            "quarter": quarter,
            "scope_kind": kind,
            "scope_code": code,
            "statistic_id": statistic,
            "numerator_count": hits,
            "denominator_count": total,
            "is_suppressed": total < 5,
        }
        for statistic in STATISTICS
        for kind, code, hits, total in cells
    ]
    folder = open_lake().root / "published" / "quarterly_statistics" / f"period={period}" / "version=1"
    put_bytes(folder / "marts" / "fct_quarterly_statistics.parquet", parquet_bytes(pa.Table.from_pylist(rows)))
    put_bytes(folder / "manifest.json", canonical_json({"as_of": "2024-11-01T00:00:00Z"}))


def test_a_difference_has_its_test_and_its_drivers(published):
    rows = compare_quarters(Quarter(2024, 3), Quarter(2024, 2))
    assert [row["statistic_id"] for row in rows] == STATISTICS
    first = rows[0]
    assert first["difference"] == pytest.approx(50 / 2004)
    assert first["note"] == "差异显著"
    assert [driver["part"] for driver in first["drivers"]["institution"]] == ["A"]


def test_suppressed_cells_are_named_nowhere(published):
    assert {row["unit"] for row in rank_institutions(Quarter(2024, 3), "transfers")} == {"A", "B"}


def test_ranks_know_what_they_do_not_know(published):
    assert [(x["place"], x["best"], x["worst"]) for x in rank_institutions(Quarter(2024, 2), "transfers")] == [
        (1, 1, 2),
        (1, 1, 2),
    ]
    assert [(x["unit"], x["best"], x["worst"]) for x in rank_institutions(Quarter(2024, 3), "transfers")] == [
        ("A", 1, 1),
        ("B", 2, 2),
    ]


def test_a_quarter_that_is_not_published_is_told(published):
    with pytest.raises(ValueError, match="panhuo run quarterly --quarter 2023-Q2"):
        compare_quarters(Quarter(2024, 2), Quarter(2023, 2))
