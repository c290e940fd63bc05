"""What a random inspection is drawn from: the patents that a frozen quarter states, and samples drawn again from it."""

from __future__ import annotations

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
from panhuo.statistics.inspection import commitment, draw, frame_digest
from panhuo.warehouse import connect, read_mart
from pipeline.runs import MonthlyRun

JOIN = "|"
_FACTS = ("patent_no", "is_in_force_at_end", "institution_name", "data_origin")
_REDRAWN = pa.schema(
    [
        ("inspected_quarter", pa.string()),
        ("inspection_stratum", pa.string()),
        ("draw_place", pa.int64()),
        ("patent_no", pa.string()),
        ("stratum_size", pa.int64()),
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

    As many places of each stratum are drawn as were landed; what the published frame or the ledger no longer holds
    draws nothing, and the gate tells of it.
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
    """The sample of one quarter, drawn again from the seed that it states, the published frame and the ledger."""
    told = landed[0]
    quarter = Quarter.parse(told["inspected_quarter"])
    versions = lake.versions("quarterly_statistics", quarter.months[-1])
    version = next((version for version in versions if version.number == told["frame_version"]), None)
    ledger = commitment_path(lake, quarter)
    if version is None or not ledger.exists():
        return
    promised, seed = json.loads(ledger.read_bytes()), bytes.fromhex(told["inspection_seed"])
    strata = read_frame(version, told["stratum_columns"].split(JOIN)).strata
    places: dict[str, int] = {}
    for row in landed:
        places[row["inspection_stratum"]] = max(row["draw_place"], places.get(row["inspection_stratum"], 0))
    for unit in draw(strata, seed, places, 0):
        yield {
            "inspected_quarter": str(quarter),
            "inspection_stratum": unit.stratum,
            "draw_place": unit.place,
            "patent_no": unit.unit,
            "stratum_size": len(strata[unit.stratum]),
            "frame_digest": frame_digest(strata),
            "seed_commitment": commitment(seed, str(quarter)),
            "ledger_commitment": promised["commitment"],
            "ledger_committed_at": parse_instant(promised["committed_at"]),
            "frame_as_of": version.as_of,
        }


def commitment_path(lake: Lake, quarter: Quarter) -> Any:
    """Where the ledger keeps the commitment of a quarter."""
    return lake.root / "ledger" / "inspections" / f"{quarter}.json"
