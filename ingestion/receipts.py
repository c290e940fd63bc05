"""Acknowledgements: a page and a JSON file per submission, made from the load alone: they can be made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ingestion.outbox import safe_name
from ingestion.tables import ROW
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import NOTICES
from panhuo.lake import Lake, Load, canonical_json, put_bytes
from panhuo.periods import format_instant

SHOWN_ROWS = 500
"""Most returned rows a page lists; the JSON file and the returned workbook have more."""
_LISTED_ROWS = 10_000
_BEIJING = ZoneInfo("Asia/Shanghai")


def put_receipt(folder: Path, lake: Lake, load: Load, title: str) -> None:
    """Write `<folder>/outbox/receipts/period=…/<sender>/<file name>__<load id>.{html,json}` unless they are there.

    The receipt of a load never changes: its name bears the load's id and its content follows from the load.
    """
    place = folder / "outbox" / "receipts" / f"period={load.period}" / safe_name(load.sender_id)
    name = f"{safe_name(load.source_file.rpartition('/')[2])}__{load.load_id}"
    page = place / f"{name}.html"
    if page.exists():
        return
    facts = receipt_facts(load, lake.read_cells(load), title)
    put_bytes(place / f"{name}.json", canonical_json(facts))
    put_bytes(page, render_receipt(facts))


def receipt_facts(load: Load, cells: pa.Table, title: str) -> dict[str, Any]:
    """What a receipt states: `received_count` = `row_count` + `quarantined_count` + `duplicate_count`."""
    rows = cells.sort_by([("source_row", "ascending"), ("column_name", "ascending"), ("code", "ascending")]).to_pylist()
    unread = [row for row in rows if row["code"] in NOTICES]
    returned = [row for row in rows if row["code"] not in NOTICES]
    return {
        "load_id": load.load_id,
        "title": title,
        "sender_id": load.sender_id,
        "source_file": load.source_file,
        "period": str(load.period),
        "received_at": format_instant(load.received_at),
        "content_digest": load.content_digest,
        "load_status": load.load_status,
        "rejection": load.rejection,
        "received_count": load.row_count + load.quarantined_count + load.duplicate_count,
        "row_count": load.row_count,
        "quarantined_count": load.quarantined_count,
        "duplicate_count": load.duplicate_count,
        "notices": [f"{row['message']}；{row['mend']}" for row in unread],
        "returned_rows": list(_returned_rows(returned))[:_LISTED_ROWS],
        "next_steps": list(_next_steps(load)),
    }


def render_receipt(facts: Mapping[str, Any]) -> bytes:
    """The receipt as a Chinese page that needs no network, no script and no other file."""
    received = dt.datetime.fromisoformat(facts["received_at"]).astimezone(_BEIJING)
    page = _template().render(facts=facts, received=f"{received:%Y-%m-%d %H:%M:%S}", shown=SHOWN_ROWS)
    return page.encode()


def _returned_rows(cells: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    labels = load_catalogue().columns
    for number, group in groupby(cells, key=lambda cell: cell["source_row"]):
        problems = list(group)
        yield {
            "source_row": number,
            "row_key": problems[0]["row_key"],
            "problems": [
                {
                    "column": "整行" if cell["column_name"] == ROW else labels[cell["column_name"]].label,
                    "message": cell["message"],
                    "mend": cell["mend"],
                }
                for cell in problems
            ],
        }


def _next_steps(load: Load) -> Iterator[str]:
    if load.rejection:
        yield "整份文件未接收：请按原因改正后重新报送整份文件。"
        return
    if load.quarantined_count:
        yield (
            f"{load.quarantined_count} 行退回：请对照随附的退回工作簿，按标红单元格的批注在原文件上改正，重新报送；"
            "可以只报改正的行，已接收的行不必重报。"
        )
        yield "改正后的行按专利号对上；专利号本身有误的，按专利名称对上，请勿同时改动两者。"
    if load.duplicate_count:
        yield f"{load.duplicate_count} 行与本文件其他行完全相同，只计一次，无需处理。"
    if not load.row_count + load.quarantined_count:
        yield "文件只有表头，没有数据行：如不是有意，请核对后重新报送。"
    elif not load.quarantined_count:
        yield "全部行已接收，请存档本回执；是否计入本单位盘点，以月度回执为准。"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("receipt.html.j2")
