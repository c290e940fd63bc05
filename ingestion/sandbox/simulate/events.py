"""Legal events by month, and what the grant feed then says of the patents they change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ingestion.sandbox.simulate.feed import stock, with_status
from ingestion.sandbox.simulate.gazette import EVENT_NAMES, UNREADABLE
from ingestion.sandbox.simulate.histories import BANK, Agreement, Chronicle, Event
from ingestion.sandbox.simulate.invented import UNKNOWN_SERIAL, simulated_number
from ingestion.sandbox.simulate.world import (
    DEAD_STATUSES,
    REAL,
    SIMULATED,
    Patent,
    Record,
    SimulationOptions,
    World,
    label,
    random_date,
)
from panhuo.names import split_owners
from panhuo.periods import Period

STATUS_CHANGES = {"fee_lapsed": 3, "transferred": 1, "license_recorded": 2, "pledged": 1}
"""Patents per month that change to that state."""
CLOSED_HISTORIES = {"licence": 0.015, "pledge": 0.015, "rename": 0.012, "restoration": 0.012, "partial": 0.005}
"""Shares of the patents in force whose past holds events that left no trace in their state."""
BAD_DATE = "待定"


@dataclass
class MonthlyEvents:
    """Legal events of one month as the platform lists them, and the feed's records of the patents they changed."""

    records: list[Record] = field(default_factory=list)
    changed: list[Record] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
    """Faults and peculiarities by kind."""
    events: list[Event] = field(default_factory=list)
    """The events behind the records."""


def simulate_events(options: SimulationOptions, world: World) -> dict[Period, MonthlyEvents]:
    """Events of every month: the past of the stock in the first, later what is announced then."""
    return _Gazette(options, world).months()


class _Gazette:
    def __init__(self, options: SimulationOptions, world: World) -> None:
        self.options = options
        self.world = world
        self.rng = options.stream("legal events")
        self.write = Chronicle(self.rng, world.enterprises, world.institutions)
        self.first, self.last = options.periods[0], options.periods[-1]
        self._granted = label("legal_status", "granted")
        self._months = {period: MonthlyEvents() for period in options.periods}
        self._events: list[Event] = []
        self._lapses: list[Event] = []
        self._agreements: dict[str, Agreement] = {}

    def months(self) -> dict[Period, MonthlyEvents]:
        for patent in self.world.patents:
            self._events += self._past_of(patent)
        for period in self.options.periods[1:]:
            self._events += self._changes(period)
        if self.options.sample == "listed":
            self._plant_faults()
        self._deal()
        return self._months

    def _past_of(self, patent: Patent) -> Iterator[Event]:
        if patent.record["data_origin"] == SIMULATED and patent.record["grant_date"]:
            yield self.write.grant(patent)
        if patent.arrives != self.first or "legal_status" in patent.record["simulated_fields"]:
            return
        for event in self.write.past(patent, self.first.end_date):
            if event.code in ("EE01", "PE01"):
                self._agreements[patent.number] = _agreement(event)
            yield event
        if patent.record["data_origin"] == SIMULATED and patent.record["legal_status"] == self._granted:
            yield from self._closed_history(patent)

    def _closed_history(self, patent: Patent) -> Iterator[Event]:
        """Something that began and ended before the first month, for a few."""
        draw = self.rng.random()
        kind = next((name for name, limit in _cumulated(CLOSED_HISTORIES) if draw < limit), None)
        grant = self.write.grant(patent).announced
        last = self.first.start_date
        if kind is None or (last - grant).days < 900:
            return
        middle = grant + (last - grant) / 2
        early, late = random_date(self.rng, grant, middle), random_date(self.rng, middle, last)
        if kind == "licence":
            agreement = self.write.agreement()
            yield self.write.licence(patent, early, agreement)
            yield self.write.licence_end(patent, late, agreement)
        elif kind == "pledge":
            agreement = self.write.agreement(BANK)
            yield self.write.pledge(patent, early, agreement)
            yield self.write.pledge_end(patent, late, agreement)
        elif kind == "restoration":
            lapse = self.write.lapse(patent, middle)
            yield lapse
            yield self.write.restoration(lapse, late)
        elif kind == "partial":
            yield self.write.plain(patent, "IP01", late)
        elif self.write.has_former_name(patent):
            yield self.write.rename(patent, late)

    def _changes(self, period: Period) -> Iterator[Event]:
        """What happens in a later month: to the stock, each patent once, and back again for a few."""
        month = self._months[period]
        for patent, state in zip(self._candidates(period), self._states(), strict=False):
            announced = random_date(self.rng, period.start_date, period.end_date)
            record = with_status(patent.record, state)
            if state == "fee_lapsed":
                event = self.write.lapse(patent, announced)
                self._lapses.append(event)
            elif state == "transferred" and patent.record["data_origin"] == REAL:
                event = self.write.transfer_in(patent, announced)
            elif state == "transferred":
                buyer = self.write.firm()
                event = self.write.transfer(patent, announced, split_owners(patent.record["owners"]), [buyer])
                record |= {"owners": buyer}
                month.planted["transferred_out"] += 1
            elif state == "license_recorded":
                event = self.write.licence(patent, announced, self.write.agreement())
            else:
                event = self.write.pledge(patent, announced, self.write.agreement(BANK))
            month.changed.append(record)
            yield event
        yield from self._reversals(period, month)

    def _states(self) -> list[str]:
        """States of a month's changes; a real patent never ends so: its term decides."""
        states = [state for state, number in STATUS_CHANGES.items() for _ in range(number)]
        return [state for state in states if self.options.sample == "listed" or state not in DEAD_STATUSES]

    def _candidates(self, period: Period) -> list[Patent]:
        """The stock that has not changed before that later month."""
        return stock_in_force(self.options, self.world)[
            len(self._states()) * (self.options.periods.index(period) - 1) :
        ]

    def _reversals(self, period: Period, month: MonthlyEvents) -> Iterator[Event]:
        """A contract that ends in each later month; in the last, one lapsed right comes back."""
        numbered = {patent.number: patent for patent in self.world.patents}
        agreements = sorted(self._agreements.items())[self.options.periods.index(period) - 1 :: 2]
        for number, agreement in agreements[:2]:
            patent = numbered[number]
            announced = random_date(self.rng, period.start_date, period.end_date)
            end = self.write.pledge_end if agreement.party == BANK else self.write.licence_end
            if patent.record["data_origin"] == SIMULATED:
                month.changed.append(with_status(patent.record, "granted"))
                yield end(patent, announced, agreement)
        if period == self.last:
            yield from self._surprises(period, month)

    def _surprises(self, period: Period, month: MonthlyEvents) -> Iterator[Event]:
        """A lapsed right that comes back, and one given up in a month that has been published since."""
        before = [lapse for lapse in self._lapses if lapse.announced < period.start_date]
        if before:
            month.changed.append(with_status(before[0].patent.record, "granted"))
            month.planted["restored"] += 1
            yield self.write.restoration(before[0], random_date(self.rng, period.start_date, period.end_date))
        untouched = self._candidates(period)[len(self._states()) :]
        if self.options.sample == "listed" and untouched:
            given_up = untouched[-1]
            day = random_date(self.rng, self.first.start_date, self.first.end_date)
            month.changed.append(with_status(given_up.record, "abandoned"))
            month.planted["ended_in_published_month"] += 1
            yield Event(given_up, "AV01", day, random_date(self.rng, period.start_date, period.end_date))

    def _plant_faults(self) -> None:
        """An unreadable text, a lapse that the feed does not know, and an event of a patent nobody has."""
        place = next((n for n, event in enumerate(self._events) if _is_simulated_transfer(event)), None)
        if place is not None:
            self._events[place] = replace(self._events[place], detail=UNREADABLE)
        untouched = self._candidates(self.last)[len(self._states()) :]
        if untouched:
            day = random_date(self.rng, self.first.start_date, self.first.end_date)
            self._events.append(self.write.lapse(untouched[0], day))
            self._months[self.first].planted["contradictions"] += 1
            number = simulated_number(self.first.year - 9, "invention", UNKNOWN_SERIAL, self.rng)
            nobody = replace(untouched[0], record=untouched[0].record | {"patent_no": number})
            self._events.append(self.write.plain(nobody, "PP01", self.last.end_date))
            self._months[self.last].planted["unknown_patents"] += 1

    def _deal(self) -> None:
        """Every event in the month of its announcement, or in the first; what is announced later never comes."""
        events = [event for event in self._events if event.announced <= self.last.end_date]
        events.sort(key=lambda event: (event.announced, event.patent.number, event.code, event.effective))
        for number, event in enumerate(events, start=1):
            period = max(self.first, Period(event.announced.year, event.announced.month))
            month = self._months[period]
            month.records.append(event_record(event, number))
            month.events.append(event)
            month.planted["unreadable"] += event.detail == UNREADABLE
            month.planted["effective_in_earlier_month"] += event.effective < period.start_date and period > self.first
        self._spoil(self._months[self.options.periods[1]])

    def _spoil(self, month: MonthlyEvents) -> None:
        """Beside one event the same again with a day that cannot be read."""
        if month.records:
            wrong = self.rng.choice(month.records)
            month.records.append(wrong | {"event_id": f"{wrong['event_id']}-1", "event_date": BAD_DATE})
            month.planted["bad_dates"] += 1


def stock_in_force(options: SimulationOptions, world: World) -> list[Patent]:
    """The first month's stock in force whose state is simulated, in the order in which the months take from it."""
    granted = label("legal_status", "granted")
    candidates = [
        patent
        for patent in stock(world, options.periods[1])
        if patent.is_eligible and patent.record["legal_status"] == granted
    ]
    options.stream("status").shuffle(candidates)
    return candidates


def untouched(options: SimulationOptions, world: World) -> list[Patent]:
    """Of the stock in force, what no month of the scenario changes; ready to be taken from its middle."""
    changed = sum(STATUS_CHANGES.values()) * (len(options.periods) - 1)
    return stock_in_force(options, world)[changed + 1 : -1]


def _is_simulated_transfer(event: Event) -> bool:
    return event.code == "TR01" and event.patent.record["data_origin"] == SIMULATED


def _agreement(event: Event) -> Agreement:
    """The number and the other side of a contract, out of its text."""
    facts = dict(line.split(":", 1) for line in event.detail.split("\n"))
    if event.code == "EE01":
        return Agreement(facts["合同备案号"], facts["受让人"])
    return Agreement(facts["登记号"], facts["质权人"])


def event_record(event: Event, number: int) -> Record:
    """The event as a row of the feed; `number` is its number among all."""
    return {
        "event_id": f"L{event.announced:%Y%m%d}-{number:05d}",
        "patent_no": event.patent.number,
        "event_code": event.code,
        "event_name": EVENT_NAMES[event.code],
        "event_date": event.effective.isoformat(),
        "announced_on": event.announced.isoformat(),
        "event_detail": event.detail,
        "data_origin": SIMULATED,
    }


def _cumulated(shares: dict[str, float]) -> Iterable[tuple[str, float]]:
    total = 0.0
    for name, share in shares.items():
        total += share
        yield name, total
