"""Published quarters beside each other, as the command reads them from the marts."""

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from panhuo.contracts.model import load_catalogue
from panhuo.lake import canonical_json, parquet_bytes, put_bytes
from panhuo.periods import Quarter
from panhuo.warehouse import NotPublishedError
from pipeline.cli_statistics import statistics_app
from pipeline.comparisons import compare_quarters, rank_institutions
from pipeline.runs import open_lake

pytestmark = pytest.mark.slow

STATISTICS = list(load_catalogue().vocabularies["statistic_id"].values)
CELLS = {("national", "CN"): 0.02, ("institution", "A"): 0.01, ("institution", "B"): -0.03, ("institution", "C"): 0.04}
"""Scope → contribution; C is suppressed."""


@pytest.fixture
def published(monkeypatch, tmp_path):
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    told = {"period": "2024-09", "quarter": "2024-Q3"}
    compared = [
        told
        | {
            "earlier_quarter": "2024-Q2", "scope_kind": kind, "scope_code": code, "scope_name": f"单位{code}",
            "statistic_id": statistic,
            "rate": 0.05, "earlier_rate": 0.03, "rate_difference": 0.02, "p_value": 0.3,
            "is_significant": statistic == "transfers", "rate_contribution": contribution, "size_contribution": 0.0,
            "contribution": contribution,
            "is_suppressed": code == "C",
        }
        for statistic in STATISTICS
        for (kind, code), contribution in CELLS.items()
    ]  # fmt: skip
    ranked = [
        told
        | {
            "scope_kind": kind, "scope_code": code, "scope_name": f"单位{code}",
            "statistic_id": "transfers", "rate": 0.1, "place": place,
            "best_place": 1, "worst_place": 2,
        }
        for kind, code, place in (("institution", "B", 2), ("institution", "A", 1), ("province", "34", 1))
    ]  # fmt: skip
    folder = open_lake().root / "published" / "quarterly_statistics" / "period=2024-09" / "version=1"
    for mart, rows in (("fct_statistics_comparisons", compared), ("fct_statistics_rankings", ranked)):
        put_bytes(folder / "marts" / f"{mart}.parquet", parquet_bytes(pa.Table.from_pylist(rows)))
    for month in ("2024-09", "2025-09"):
        manifest = folder.parents[1] / f"period={month}" / "version=1" / "manifest.json"
        put_bytes(manifest, canonical_json({"as_of": "2025-11-01T00:00:00Z"}))


def test_a_difference_has_its_test_and_its_drivers(published):
    rows = compare_quarters(Quarter(2024, 3), Quarter(2024, 2))
    assert [row["statistic_id"] for row in rows] == STATISTICS
    assert [row["note"] for row in rows][:2] == ["差异显著", "差异不显著，可能出于偶然"]
    assert [driver["part"] for driver in rows[0]["drivers"]["institution"]] == ["B", "A"]


def test_ranks_are_those_of_institutions(published):
    rows = rank_institutions(Quarter(2024, 3), "transfers")
    assert [(row["unit"], row["place"], row["best"], row["worst"]) for row in rows] == [("A", 1, 1, 2), ("B", 2, 1, 2)]


def test_what_was_not_compared_is_told(published):
    for quarter, earlier, reason in (
        ((2024, 4), (2024, 3), r"2024-Q4 is not published \(panhuo run quarterly --quarter 2024-Q4\)"),
        ((2024, 3), (2023, 2), "compared with the one before, 2024-Q2, and with that of the year before, 2023-Q3"),
        ((2024, 3), (2023, 3), "the programme began in 2024-Q2"),
        ((2025, 3), (2025, 2), r"2025-Q2 is not published \(panhuo run quarterly --quarter 2025-Q2, then"),
        ((2025, 3), (2024, 3), "2024-Q3 was not frozen yet, or was counted by another definition"),
    ):
        with pytest.raises(NotPublishedError, match=reason):
            compare_quarters(Quarter(*quarter), Quarter(*earlier))
    with pytest.raises(ValueError, match="panhuo run quarterly --quarter 2024-Q2"):
        rank_institutions(Quarter(2024, 2), "transfers")


def test_the_commands_print_shares_points_drivers_and_names(published):
    told = CliRunner().invoke(statistics_app, ["compare", "--quarter", "2024-Q3"])
    assert told.exit_code == 0, told.output
    for text in ("5.00%", "3.00%", "+2.00", "0.300", "单位B -3.00；单位A +1.00", "差异显著"):
        assert text in told.stdout
    assert "单位C" not in told.stdout
    ranked = CliRunner().invoke(statistics_app, ["rank", "--quarter", "2024-Q3"])
    assert "单位A" in ranked.stdout
    assert "10.00%" in ranked.stdout


@pytest.mark.parametrize("name", ["it's", "nonsense"])
def test_a_name_that_is_no_statistic_is_told_with_those_that_are(published, name):
    with pytest.raises(ValueError, match="give one of transfers, licence_recordals"):
        rank_institutions(Quarter(2024, 3), name)
