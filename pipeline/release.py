"""A staged release: its manifest, and how it compares with what is published."""

from __future__ import annotations

import datetime as dt
import fnmatch
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.manifest import Manifest, describe_files, write_manifest
from panhuo.gates.model import GateResult
from panhuo.lake import Lake, Version, parquet_bytes, put_bytes
from panhuo.periods import Period, format_instant
from panhuo.warehouse import held_open, read_mart
from pipeline.runs import MonthlyRun

DERIVED = (
    "gate_report.html",
    "report/*",
    "*/changes.csv",
    "packages/*.xlsx",
    "packages/*/bulletin.html",
    "packages/*/digest.html",
    "packages/*/library.html",
    "*manifest.json",
    "marts/fct_dispatches.parquet",
    "marts/fct_gate_results.parquet",
)
"""Files that follow from the others and from the instant of the run: they do not make a new version."""


def stage_marts(run: MonthlyRun, names: Iterable[str]) -> None:
    """Put marts into the release as they stand in the warehouse."""
    with held_open(run.warehouse):
        for name in names:
            stage_mart(run, name, read_mart(run.warehouse, name))


def stage_mart(run: MonthlyRun, name: str, table: pa.Table) -> None:
    """Put a mart into the release."""
    put_bytes(run.release / "marts" / f"{name}.parquet", parquet_bytes(table))


def stage_gate_results(run: MonthlyRun, results: Iterable[GateResult]) -> None:
    """Complete the release with results of gates and the gate report."""
    rows = [
        {
            "period": result.period,
            "gate": result.gate,
            "check_id": result.check_id,
            "table_name": result.table,
            "severity": result.severity,
            "observed": _text(result.observed),
            "threshold": _text(result.threshold),
            "outcome": result.outcome,
            "failing_rows": result.rows,
            "message": result.message,
        }
        for result in results
    ]
    schema = arrow_schema(load_catalogue().contract("fct_gate_results"))
    stage_mart(run, "fct_gate_results", pa.Table.from_pylist(rows, schema=schema))
    put_bytes(run.release / "gate_report.html", run.report.read_bytes())


def _text(number: float | None) -> str:
    return "" if number is None else str(number)


def newest_before(lake: Lake, product: str, period: Period, as_of: dt.datetime) -> Version | None:
    """The newest committed version of a month that knew less than `as_of`."""
    earlier = [version for version in lake.versions(product, period) if version.as_of < as_of]
    return earlier[-1] if earlier else None


def lost_loads(run: MonthlyRun, lake: Lake, product: str) -> list[str]:
    """Loads that an earlier version of the month was made from, known by the run's instant, and that are gone."""
    present = {load.load_id for load in lake.loads(until=run.period, as_of=run.as_of)}
    earlier = [version for version in lake.versions(product, run.period) if version.as_of <= run.as_of]
    return sorted({load_id for version in earlier for load_id in version.manifest["inputs"]} - present)


def stage_manifest(run: MonthlyRun, lake: Lake, product: str, *, base: Version | None) -> Manifest:
    """Write the release's own manifest: month, instant, what decided, which loads went in, every file."""
    loads = lake.loads(until=run.period, as_of=run.as_of)
    meta = {
        "product": product,
        "period": str(run.period),
        "version": lake.next_number(product, run.period),
        "as_of": format_instant(run.as_of),
        "base_version": base.number if base else None,
        "policy_version": run.policy_version,
        "code_version": run.code_version,
        "inputs": {load.load_id: load.content_digest for load in loads},
    }
    return write_manifest(run.release, meta)


def same_content(release: Path, version: Version) -> bool:
    """Whether a staged release states what a published version states (decision 0004)."""
    return not changed_files(release, version)


def changed_files(release: Path, version: Version) -> list[str]:
    """Files by which a staged release states something else than a published version, sorted."""
    staged, published = stated(digests(release)), stated(published_digests(version))
    return sorted(name for name in staged.keys() | published.keys() if staged.get(name) != published.get(name))


def digests(release: Path) -> dict[str, str]:
    """File name → SHA-256 of a staged release, its own manifest left out."""
    return {name: entry.sha256 for name, entry in describe_files(release).items()}


def published_digests(version: Version) -> dict[str, str]:
    """File name → SHA-256 as a published manifest states them."""
    return {name: entry["sha256"] for name, entry in version.manifest["files"].items()}


def stated(files: dict[str, str]) -> dict[str, str]:
    """The files of a release that state something by themselves."""
    return {
        name: digest
        for name, digest in files.items()
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in DERIVED)
    }
