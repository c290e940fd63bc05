"""The grant feed by month: the stock, what is granted, what changes its state, and months gone wrong."""

from __future__ import annotations

import random

from ingestion.sandbox.simulate.world import (
    DEAD_STATUSES,
    SIMULATED,
    BadMonth,
    Patent,
    Record,
    SimulationOptions,
    World,
    label,
)
from panhuo.periods import Period

STATUS_CHANGES = {"fee_lapsed": 3, "transferred": 1, "license_recorded": 2, "pledged": 1}
"""Patents per month that change to that state."""
GARBLED_SHARE = 0.85
COLLAPSED_SHARE = 0.8


def grant_feed(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Records of one month: everything known in the first month, later what is new or changed."""
    records = [patent.record for patent in world.patents if patent.arrives == period]
    if period > options.periods[0]:
        records += _status_changes(options, world, period)
    if options.bad_month is not None and options.bad_month.period == period:
        records = _spoil_month(options, options.bad_month, world, records)
    return records


def _status_changes(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Patents of the first month's stock in another state, each once; a real one never ends so: its term decides."""
    states = [state for state, number in STATUS_CHANGES.items() for _ in range(number)]
    if options.sample == "taian":
        states = [state for state in states if state not in DEAD_STATUSES]
    granted = label("legal_status", "granted")
    candidates = [
        patent
        for patent in _stock(world, options.periods[1])
        if patent.is_eligible and patent.record["legal_status"] == granted
    ]
    options.stream("status").shuffle(candidates)
    first = len(states) * (options.periods.index(period) - 1)
    changing = candidates[first : first + len(states)]
    return [_with_status(patent.record, state) for patent, state in zip(changing, states, strict=False)]


def _with_status(record: Record, state: str) -> Record:
    return record | {"legal_status": label("legal_status", state)}


def _spoil_month(options: SimulationOptions, bad_month: BadMonth, world: World, records: list[Record]) -> list[Record]:
    rng = options.stream("bad month")
    if bad_month.kind == "grants_garbled":
        earlier = [patent.record for patent in world.patents if patent.arrives < bad_month.period]
        return [_garble(rng, record) if rng.random() < GARBLED_SHARE else record for record in earlier + records]
    stock = _stock(world, bad_month.period)
    collapsed = rng.sample(stock, round(len(stock) * COLLAPSED_SHARE))
    numbers = {patent.number for patent in collapsed}
    kept = [record for record in records if record["patent_no"] not in numbers]
    return kept + [_with_status(patent.record, "fee_lapsed") for patent in collapsed]


def _stock(world: World, period: Period) -> list[Patent]:
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
