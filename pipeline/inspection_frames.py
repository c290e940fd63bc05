"""What a random inspection is drawn from: the patents that a frozen quarter states, and samples drawn again from it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.contracts.forms import display
from panhuo.contracts.model import load_catalogue
from panhuo.lake import Lake, Version
from panhuo.periods import Quarter, parse_instant
from panhuo.policy.inspection import DrawingRules
from panhuo.statistics.inspection import Drawn, allocate, commitment, draw, expected_rate, frame_digest
from panhuo.warehouse import connect, read_mart
from pipeline.runs import MonthlyRun

JOIN = "|"
_FACTS = ("patent_no", "is_in_force_at_end", "institution_name", "data_origin")
_REDRAWN = pa.schema(
    [
        ("inspected_quarter", pa.string()),
        ("inspection_stratum", pa.string()),
        ("stratum_columns", pa.string()),
        ("draw_place", pa.int64()),
        ("draw_role", pa.string()),
        ("patent_no", pa.string()),
        ("stratum_size", pa.int64()),
        ("prior_error_rate", pa.float64()),
        ("frame_digest", pa.string()),
        ("seed_commitment", pa.string()),
        ("ledger_commitment", pa.string()),
        ("ledger_committed_at", pa.timestamp("us", "UTC")),
        ("frame_as_of", pa.timestamp("us", "UTC")),
    ]
)


@dataclass(frozen=True)
class QuarterFrame:
    """The patents in force at a quarter's end, by stratum, with what is told of each."""

    strata: dict[str, list[str]]
    names: dict[str, str]
    """Stratum → the same in words (Chinese)."""
    facts: dict[str, dict[str, Any]]
    """Patent → institution_name and data_origin."""


@dataclass(frozen=True)
class DrawnQuarter:
    """What was drawn of a quarter: its frame, the error rate expected of each stratum, and the units."""

    frame: QuarterFrame
    expected: dict[str, float]
    units: list[Drawn]


def draw_quarter(version: Version, quarter: Quarter, seed: bytes, rules: DrawingRules) -> DrawnQuarter:
    """Draw from the patents that a published version states: how many of each stratum, and which."""
    frame = read_frame(version, rules.strata)
    sizes = {name: len(units) for name, units in frame.strata.items()}
    expected = expected_rates(version, quarter, sizes, rules)
    counts = allocate(sizes, rules.sample_size, rules.minimum, expected if rules.allocation == "neyman" else None)
    return DrawnQuarter(frame, expected, draw(frame.strata, seed, counts, rules.replacements_per_hundred))


def expected_rates(version: Version, quarter: Quarter, strata: Iterable[str], rules: DrawingRules) -> dict[str, float]:
    """Error rate to plan each stratum with: what the newest finished inspection before found, shrunk to the rules'.

    Read from the version that froze the quarter, so that the sample is a function of it and nobody gains by waiting.
    """
    found: dict[str, tuple[int, int]] = {}
    for row in sorted(stated_rates(version), key=lambda row: row["inspected_quarter"]):
        if row["inspected_quarter"] < str(quarter) and row["inspected_count"] and not row["awaiting_count"]:
            found[row["inspection_stratum"]] = (row["wrong_count"], row["inspected_count"])
    prior, weight = rules.prior_error_rate, rules.prior_weight
    return {name: expected_rate(*found.get(name, (0, 0)), prior, weight) for name in strata}


def stated_rates(version: Version) -> list[dict[str, Any]]:
    """Rows of `fct_inspection_rates` of a published version; none where it is older than the mart."""
    path = version.path / "marts" / "fct_inspection_rates.parquet"
    return list(pq.read_table(io.BytesIO(path.read_bytes())).to_pylist()) if path.exists() else []


def read_frame(version: Version, columns: Sequence[str]) -> QuarterFrame:
    """The frame that a published version of a quarter states, with strata by the values of columns."""
    with (version.path / "marts" / "fct_quarter_patents.parquet").open("rb") as stream:
        rows = pq.read_table(stream, columns=[*_FACTS, *(name for name in columns if name not in _FACTS)]).to_pylist()
    frame = QuarterFrame({}, {}, {})
    for row in rows:
        if row["is_in_force_at_end"]:
            stratum = JOIN.join(str(row[name]) for name in columns)
            frame.strata.setdefault(stratum, []).append(row["patent_no"])
            frame.names.setdefault(stratum, _in_words({name: row[name] for name in columns}))
            frame.facts[row["patent_no"]] = {name: row[name] for name in ("institution_name", "data_origin")}
    return frame


def _in_words(values: dict[str, Any]) -> str:
    catalogue = load_catalogue()
    words = []
    for name, value in values.items():
        column = catalogue.columns[name]
        shown = display(column, value, catalogue)
        words.append(f"{column.label}：{shown}" if isinstance(value, bool) else shown)
    return "、".join(words)


def mount_redrawn(run: MonthlyRun) -> None:
    """Draw every sample of the run's warehouse again, and put what came out beside it as `inspections.redrawn`.

    What the published frame or the ledger no longer holds draws nothing, and the gate tells of it.
    """
    landed = read_mart(run.warehouse, "fct_inspection_samples").to_pylist()
    quarters: dict[str, list[dict[str, Any]]] = {}
    for row in landed:
        quarters.setdefault(row["inspected_quarter"], []).append(row)
    redrawn = [again for rows in quarters.values() for again in redraw(run.lake, rows)]
    with connect(run.warehouse) as connection:
        connection.execute("create schema if not exists inspections")
        connection.register("incoming", pa.Table.from_pylist(redrawn, schema=_REDRAWN))
        connection.execute("create or replace table inspections.redrawn as from incoming")


def redraw(lake: Lake, landed: Sequence[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The sample of one quarter, drawn again from the seed that it states, its frame and the ledger's rules."""
    told = landed[0]
    quarter = Quarter.parse(told["inspected_quarter"])
    versions = lake.versions("quarterly_statistics", quarter.months[-1])
    version = next((version for version in versions if version.number == told["frame_version"]), None)
    ledger = commitment_path(lake, quarter)
    if version is None or not ledger.exists():
        return
    promised, seed = json.loads(ledger.read_bytes()), bytes.fromhex(told["inspection_seed"])
    rules = DrawingRules(**promised["rules"])
    drawn = draw_quarter(version, quarter, seed, rules)
    strata = drawn.frame.strata
    shared = {
        "inspected_quarter": str(quarter),
        "stratum_columns": JOIN.join(rules.strata),
        "frame_digest": frame_digest(strata),
        "seed_commitment": commitment(seed, str(quarter)),
        "ledger_commitment": promised["commitment"],
        "ledger_committed_at": parse_instant(promised["committed_at"]),
        "frame_as_of": version.as_of,
    }
    for unit in drawn.units:
        yield {
            **shared,
            "inspection_stratum": unit.stratum,
            "draw_place": unit.place,
            "draw_role": unit.role,
            "patent_no": unit.unit,
            "stratum_size": len(strata[unit.stratum]),
            "prior_error_rate": drawn.expected[unit.stratum],
        }


def commitment_path(lake: Lake, quarter: Quarter) -> Any:
    """Where the ledger keeps the commitment of a quarter."""
    return lake.root / "ledger" / "inspections" / f"{quarter}.json"
