"""Deals, recordals, pledges and products as their parties and the authority tell them, beside what the gazette printed.

A report says of a gazetted deal the same as the gazette, except where it is planted: some come late, some name another
party, some are never registered, some never reported.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from ingestion.sandbox.simulate.events import MonthlyEvents, untouched
from ingestion.sandbox.simulate.histories import Event
from ingestion.sandbox.simulate.world import SIMULATED, Patent, Record, SimulationOptions, World, label, random_date
from ingestion.sources.legal_events.texts import read_event_text
from panhuo.names import split_owners
from panhuo.periods import Period

# Deals gazetted longer before the first month are not reported any more.
REPORTED_BACK = dt.timedelta(days=1_800)
REPORTED_SHARE, RECORDED_SHARE, PLEDGE_SHARE = 0.8, 0.85, 0.9
SIGNED_BEFORE_DAYS = (8, 150)
"""Fewest and most days from signing to registration; a licence contract goes on record within three months."""
CONFLICT_EVERY = 5
"""Of so many reports of gazetted deals one names another party."""
UNREGISTERED = (
    ("transfer", "lump_sum"),
    ("license", "mixed"),
    ("license", "sales_royalty"),
    ("open_license", "lump_sum"),
)
"""Kind and payment of the deals a month reports that nobody registers."""
PAYMENTS = ("lump_sum", "instalments", "sales_royalty", "mixed", "pay_after_use")
LICENSED_REVENUE = 1_200_000
"""Of the product of a recorded licensee, in yuan."""
BAD_DATE = "签约中"
FEWEST_WITH_FAULT = 21
"""Reports of a month among which one that cannot be read is no alarm (G1 warns of one in twenty)."""


@dataclass
class MonthlyDeals:
    """What a month's lists say, in the order in which the platform lists them."""

    transactions: list[Record] = field(default_factory=list)
    recordals: list[Record] = field(default_factory=list)
    pledges: list[Record] = field(default_factory=list)
    products: list[Record] = field(default_factory=list)
    invalid_count: int = 0


def simulate_deals(
    options: SimulationOptions, world: World, events: dict[Period, MonthlyEvents]
) -> dict[Period, MonthlyDeals]:
    """Lists of every month; in the last one an earlier report is withdrawn."""
    return _Parties(options, world).months(events)


class _Parties:
    def __init__(self, options: SimulationOptions, world: World) -> None:
        self.options = options
        self.rng: random.Random = options.stream("deals")
        self.firms = {x.record["enterprise_name"]: x.code for x in world.enterprises}
        self.institutions = {x.name for x in world.institutions}
        self.free = untouched(options, world)[::-1]
        self.numbers = count(1)
        self.reports = count(1)

    def months(self, events: dict[Period, MonthlyEvents]) -> dict[Period, MonthlyDeals]:
        months = {period: MonthlyDeals() for period in self.options.periods}
        for place, (period, month) in enumerate(months.items()):
            for event in events[period].events:
                if event.effective >= self.options.periods[0].start_date - REPORTED_BACK:
                    self._tell(event, month)
            for patent, (kind, payment) in zip(self.free[4 * place :], UNREGISTERED, strict=False):
                self._unregistered(period, patent, kind, payment, month)
            self._make_products(period, month)
            self._spoil(month)
        self._withdraw(months)
        return months

    def _tell(self, event: Event, month: MonthlyDeals) -> None:
        """What others say of an event of the gazette."""
        facts = read_event_text(event.code, event.detail).columns()
        signed = event.effective - dt.timedelta(days=self.rng.randint(*SIGNED_BEFORE_DAYS))
        if event.code == "TR01" and facts.get("holders_after"):
            before, after = str(facts["holders_before"]), str(facts["holders_after"])
            is_sold = bool(self.institutions & {*before.split("|")})
            if is_sold and self.rng.random() < REPORTED_SHARE:
                month.transactions.append(self._report(event.patent, "transfer", before, after, signed))
        elif event.code == "EE01":
            licensor, licensee = str(facts["party_from"]), str(facts["party_to"])
            kind = label("license_kind", str(facts["license_kind"]))
            if self.rng.random() < RECORDED_SHARE:
                number = str(facts["registration_no"])
                month.recordals.append(
                    self._recordal(event.patent, number, licensor, licensee, kind, signed, event.effective)
                )
            if self.rng.random() < REPORTED_SHARE:
                report = self._report(event.patent, "license", licensor, licensee, signed)
                month.transactions.append(report | {"license_kind": kind})
        elif event.code == "PE01" and self.rng.random() < PLEDGE_SHARE:
            month.pledges.append(
                {
                    "registration_no": str(facts["registration_no"]),
                    "patent_no": event.patent.number,
                    "pledgor_name": _shown(str(facts["party_from"])),
                    "pledgee_name": _shown(str(facts["party_to"])),
                    "secured_amount_yuan": str(50_000 * self.rng.randint(4, 100)),
                    "recorded_on": event.effective.isoformat(),
                    "ended_on": "",
                    "data_origin": SIMULATED,
                }
            )

    def _report(self, patent: Patent, kind: str, giver: str, taker: str, signed: dt.date, payment: str = "") -> Record:
        number = next(self.reports)
        if not payment and number % CONFLICT_EVERY == 0:
            taker = self.rng.choice(sorted(self.firms))
        mode = payment or self.rng.choice(PAYMENTS)
        has_royalty = mode in {"sales_royalty", "mixed"}
        return {
            "transaction_no": f"JY{signed.year}-{next(self.numbers):05d}",
            "patent_no": patent.number,
            "transaction_kind": label("transaction_kind", kind),
            "license_kind": label("license_kind", "ordinary") if kind != "transfer" else "",
            "transferor_name": _shown(giver),
            "transferee_name": _shown(taker),
            "transferee_id": self.firms.get(taker, ""),
            "payment_mode": label("payment_mode", mode),
            "price_yuan": "" if mode == "sales_royalty" else str(10_000 * self.rng.randint(3, 300)),
            "royalty_percent": str(self.rng.randint(1, 12)) if has_royalty else "",
            "signed_on": signed.isoformat(),
            "reported_by": patent.reporter or "",
            "data_origin": SIMULATED,
        }

    def _recordal(
        self, patent: Patent, number: str, licensor: str, licensee: str, kind: str, signed: dt.date, recorded: dt.date
    ) -> Record:
        return {
            "registration_no": number,
            "patent_no": patent.number,
            "licensor_name": _shown(licensor),
            "licensee_name": _shown(licensee),
            "licensee_id": self.firms.get(licensee, ""),
            "license_kind": kind,
            "signed_on": signed.isoformat(),
            "recorded_on": recorded.isoformat(),
            "ended_on": "",
            "data_origin": SIMULATED,
        }

    def _unregistered(self, period: Period, patent: Patent, kind: str, payment: str, month: MonthlyDeals) -> None:
        """A deal that the gazette does not know; of the licences some stand on record."""
        signed = random_date(self.rng, period.start_date, period.end_date)
        owner, firm = split_owners(patent.record["owners"])[0], self.rng.choice(sorted(self.firms))
        month.transactions.append(self._report(patent, kind, owner, firm, signed, payment))
        recorded = signed + dt.timedelta(days=self.rng.randint(1, 20))
        if kind == "license" and payment == "mixed" and recorded <= period.end_date:
            number = f"MN{period.year}9{next(self.numbers):05d}"
            kind_label = label("license_kind", "ordinary")
            month.recordals.append(self._recordal(patent, number, owner, firm, kind_label, signed, recorded))

    def _make_products(self, period: Period, month: MonthlyDeals) -> None:
        """Products of who took a patent by a report and by a recordal, and of somebody of whom no deal is known."""
        sold = [x for x in month.transactions if x["transferee_id"]]
        makers = [(x["patent_no"], x["transferee_name"], x["transferee_id"]) for x in sold[-1:]]
        if self.free:
            stranger = self.rng.choice(sorted(self.firms))
            makers.append((self.rng.choice(self.free).number, stranger, self.firms[stranger]))
        for number, name, code in makers:
            day = random_date(self.rng, period.start_date, period.end_date)
            serial = next(self.numbers)
            launched = day - dt.timedelta(days=self.rng.randint(30, 400))
            revenue = 10_000 * self.rng.randint(10, 2_000)
            month.products.append(_product(f"{serial:05d}", number, (name, code), day, launched, revenue))
        recorded = [x for x in month.recordals if x["licensee_id"]]
        for x in recorded[-1:]:
            mark, licensee, day = f"L{period.month:02d}", (x["licensee_name"], x["licensee_id"]), period.end_date
            month.products.append(_product(mark, x["patent_no"], licensee, day, day, LICENSED_REVENUE))

    def _spoil(self, month: MonthlyDeals) -> None:
        """In a month with enough reports, beside one the same again with a day that cannot be read."""
        if len(month.transactions) >= FEWEST_WITH_FAULT:
            wrong = self.rng.choice(month.transactions)
            month.transactions.append(wrong | {"transaction_no": f"{wrong['transaction_no']}-1", "signed_on": BAD_DATE})
            month.invalid_count += 1

    def _withdraw(self, months: dict[Period, MonthlyDeals]) -> None:
        """What one deal of the second month is called back as in the last."""
        second, last = self.options.periods[1], self.options.periods[-1]
        open_deals = list(_good(months[second].transactions))
        if second != last and open_deals:
            months[last].transactions.append(open_deals[-1] | {"entry_action": label("entry_action", "withdraw")})


def _good(records: Sequence[Record]) -> Iterator[Record]:
    return (record for record in records if record["signed_on"] != BAD_DATE)


def _product(
    serial: str, number: str, producer: tuple[str, str], recorded: dt.date, launched: dt.date, revenue: int
) -> Record:
    """A recorded product of one patent; the producer by name and code."""
    return {
        "product_recordal_no": f"CP{recorded.year}-{serial}",
        "patent_no": number,
        "product_name": f"【模拟】产品{serial[-3:]}",
        "producer_name": producer[0],
        "producer_id": producer[1],
        "recorded_on": recorded.isoformat(),
        "launched_on": launched.isoformat(),
        "revenue_yuan": str(revenue),
        "data_origin": SIMULATED,
    }


def _shown(names: str) -> str:
    """Names as a person writes several."""
    return names.replace("|", "；")
