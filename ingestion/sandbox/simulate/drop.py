"""A drop: grants and legal events that arrive as files after the months they belong to have been published."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from ingestion.sandbox.simulate.events import event_record, untouched
from ingestion.sandbox.simulate.gazette import address_lines, transfer_lines
from ingestion.sandbox.simulate.histories import Chronicle, Event
from ingestion.sandbox.simulate.invented import FIRST_DROPPED_SERIAL, grant_of_month
from ingestion.sandbox.simulate.scenario import clear_folder, make_world, write_csv, write_json_lines
from ingestion.sandbox.simulate.world import (
    SIMULATED,
    Record,
    ScenarioError,
    SimulationOptions,
    Size,
    World,
    load_words,
    random_date,
    shared_data_folder,
)
from panhuo.names import split_owners
from panhuo.periods import Period

DROP_FILE = ".drop.json"
"""Hidden, since every other file of a drop is somebody's submission."""

GRANTS_PER_MONTH = 3
EVENTS = 4
EVENTS_FILE = "legal_events/events.jsonl"
_FIRST_EVENT = 90_000


def make_drop(folder: Path, *, seed: int = 2024, size: Size | None = None) -> dict[str, Any]:
    """Files that arrive after the last month of the listed scenario of that seed and size, and what they change.

    `grants/<month>.csv` holds patents granted in that month and never fed, `legal_events/events.jsonl` events
    announced in the month after the last. Returns what `.drop.json` holds: for each row the patent, what it is, the
    day it takes effect and the months of the scenario whose stock or owners it changes. Equal arguments give equal
    bytes. Raises ScenarioError when `folder` holds something that is no drop.
    """
    options = SimulationOptions("listed", seed, None, size or Size(), shared_data_folder())
    world = make_world(options, load_words())
    clear_folder(folder, DROP_FILE)
    for source in ("grants", "legal_events"):
        (folder / source).mkdir()
    changes: list[dict[str, Any]] = []
    for period in options.periods:
        records = _grants(options, world, period)
        write_csv(folder / "grants" / f"{period}.csv", "raw_grants.patents", records)
        months = [str(month) for month in options.periods if month >= period]
        changes += [_change(record["patent_no"], "grant", str(period), months) for record in records]
    events = _events(options, world)
    records = [event_record(event, number) for number, (event, _) in enumerate(events, start=_FIRST_EVENT)]
    write_json_lines(folder / EVENTS_FILE, records)
    changes += [
        _change(event.patent.number, event.code, event.effective.isoformat(), _months(options, event, is_telling))
        for event, is_telling in events
    ]
    ledger = {"sample": "listed", "seed": seed, "changes": changes}
    (folder / DROP_FILE).write_text(json.dumps(ledger, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return ledger


def _change(number: str, kind: str, effective: str, months: list[str]) -> dict[str, Any]:
    return {"patent_no": number, "kind": kind, "effective": effective, "changes_periods": months}


def _grants(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Grants of that month to the first institutions that are simulated."""
    rng = options.stream(f"drop {period}")
    words = load_words()
    institutions = [x for x in world.institutions if x.record["data_origin"] == SIMULATED][:GRANTS_PER_MONTH]
    serials = count(FIRST_DROPPED_SERIAL + 100 * options.periods.index(period))
    return [grant_of_month(rng, words, institution, period, serials).record for institution in institutions]


def _events(options: SimulationOptions, world: World) -> list[tuple[Event, bool]]:
    """Late events of patents that the scenario leaves alone, each with whether it changes what was stated.

    A lapse in effect before the first month, a right given up in the second, one sold in the last, and a change of
    address, which changes neither the stock nor its owners.
    """
    rng = options.stream("drop events")
    write = Chronicle(rng, world.enterprises, world.institutions)
    patents = untouched(options, world)
    if len(patents) < EVENTS:
        raise ScenarioError("场景太小，没有可供补送事件的专利。")
    lapsed, given_up, sold, moved = patents[:EVENTS]
    late = options.periods[-1].shift(1)
    announced = random_date(rng, late.start_date, late.end_date)
    second, last = (random_date(rng, month.start_date, month.end_date) for month in options.periods[1:])
    sale = transfer_lines(last, split_owners(sold.record["owners"]), [write.firm()])
    return [
        (write.lapse(lapsed, announced), True),
        (Event(given_up, "AV01", second, announced), True),
        (Event(sold, "TR01", last, announced, sale), True),
        (Event(moved, "CP02", second, announced, address_lines()), False),
    ]


def _months(options: SimulationOptions, event: Event, is_telling: bool) -> list[str]:
    return [str(month) for month in options.periods if is_telling and month.end_date >= event.effective]
