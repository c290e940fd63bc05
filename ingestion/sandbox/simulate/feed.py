"""The grant feed by month: the stock, what is granted, what changes its state, and months gone wrong."""

from __future__ import annotations

import random

from ingestion.sandbox.simulate.world import (
    SIMULATED,
    BadMonth,
    Patent,
    Record,
    SimulationOptions,
    World,
    label,
)
from panhuo.periods import Period

GARBLED_SHARE = 0.85
COLLAPSED_SHARE = 0.8


def grant_feed(options: SimulationOptions, world: World, changed: list[Record], period: Period) -> list[Record]:
    """Records of one month: everything known in the first month, later what is new or `changed`."""
    records = [patent.record for patent in world.patents if patent.arrives == period] + changed
    if options.bad_month is not None and options.bad_month.period == period:
        records = _spoil_month(options, options.bad_month, world, records)
    return records


def with_status(record: Record, state: str) -> Record:
    """The record with another legal status, given by its code."""
    return record | {"legal_status": label("legal_status", state)}


def _spoil_month(options: SimulationOptions, bad_month: BadMonth, world: World, records: list[Record]) -> list[Record]:
    rng = options.stream("bad month")
    if bad_month.kind == "grants_garbled":
        earlier = [patent.record for patent in world.patents if patent.arrives < bad_month.period]
        return [_garble(rng, record) if rng.random() < GARBLED_SHARE else record for record in earlier + records]
    alive = stock(world, bad_month.period)
    collapsed = rng.sample(alive, round(len(alive) * COLLAPSED_SHARE))
    numbers = {patent.number for patent in collapsed}
    kept = [record for record in records if record["patent_no"] not in numbers]
    return kept + [with_status(patent.record, "fee_lapsed") for patent in collapsed]


def stock(world: World, period: Period) -> list[Patent]:
    """Earlier patents of the institutions whose state is simulated: a real state is never changed."""
    return [
        patent
        for patent in world.patents
        if patent.arrives < period
        and patent.reporter is not None
        and (patent.record["data_origin"] == SIMULATED or "legal_status" in patent.record["simulated_fields"])
    ]


def _garble(rng: random.Random, record: Record) -> Record:
    """The record as a shifted export leaves it: two columns hold what does not belong there."""
    broken = rng.choice(
        (
            {"patent_no": record["title"], "title": record["patent_no"]},
            {"filing_date": record["owners"], "owners": record["filing_date"]},
            {"legal_status": "NULL", "patent_type": "NULL"},
        )
    )
    return record | broken
