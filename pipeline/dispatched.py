"""What a published month sent out comes back as raw loads, so that later months know of it.

A run is a function of raw loads. Whom a patent was pushed to, or who was asked to evaluate it, is a fact of the world
once it is published: it is landed like any other, received at the instant up to which the month's data count. The lake
shows it to later months and later views, and never to the view of the month that sent it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingestion.submissions import PLATFORM_SENDER
from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import Contract, load_catalogue
from panhuo.lake import Lake, LoadReceipt, Version, parquet_bytes, sha256
from panhuo.periods import Period

SENT = {
    "digest_cells": "fct_digest_statements",
    "expert_assignments": "fct_expert_assignments",
    "pushes": "fct_pushes",
}
"""Dataset of the source `dispatches` → the mart of a month's version that says what was sent."""

STATED = {"quarterly_statistics": "fct_quarterly_statistics"}
"""The same for what a quarter's version stated."""

RELEASED_IN = "released_in"
"""Column of a mart that repeats what earlier months sent: the month that sent it first."""

_PARSER_VERSION = "1"


def land_sent(lake: Lake, version: Version, sent: Mapping[str, str]) -> list[LoadReceipt]:
    """Land what a committed version sent; again is a no-op, so a crash after publishing is mended by a rerun."""
    return [_land(lake, version, dataset, mart) for dataset, mart in sent.items()]


def _land(lake: Lake, version: Version, dataset: str, mart: str) -> LoadReceipt:
    contract = load_catalogue().contract(f"raw_dispatches.{dataset}")
    content = (version.path / "marts" / f"{mart}.parquet").read_bytes()
    table = pq.read_table(io.BytesIO(content))
    if RELEASED_IN in contract.payload:
        table = table.filter(pc.equal(table[RELEASED_IN], str(version.period)))
    return land_rows(lake, contract, version.period, version.as_of, f"{mart}.parquet", table)


def land_rows(
    lake: Lake, contract: Contract, period: Period, received_at: dt.datetime, source_file: str, table: pa.Table
) -> LoadReceipt:
    """Land rows of our own making, in their order, under a raw contract."""
    rows = table.select(list(contract.payload)).cast(payload_schema(contract))
    return lake.write_load(
        contract=contract,
        period=period,
        received_at=received_at,
        sender_id=PLATFORM_SENDER,
        source_file=source_file,
        content_digest=sha256(parquet_bytes(rows)),
        rows=rows.append_column("source_row", pa.array(range(1, rows.num_rows + 1), pa.int64())),
        parser_version=_PARSER_VERSION,
    )
