"""The legal events behind the state of a patent: dates are drawn, texts follow the gazette's templates."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, cycle

from ingestion.sandbox.simulate import gazette
from ingestion.sandbox.simulate.invented import TERM_YEARS
from ingestion.sandbox.simulate.world import (
    Enterprise,
    Institution,
    Patent,
    add_years,
    label,
    random_date,
)
from panhuo.contracts.model import load_catalogue
from panhuo.names import split_owners

BANK = "【模拟】科技支行"
INDIVIDUAL = "模拟发明人"
# Who misses a fee has six months to pay it late (Patent Law implementing rules, rule on the surcharge period).
FEE_LAG_DAYS = 200
ANNOUNCEMENT_LAG_DAYS = (7, 40)
SHORTEST_TENURE = dt.timedelta(days=60)
TERM_LAG_DAYS = (20, 60)
LICENCE_KINDS = ("ordinary", "ordinary", "exclusive", "sole")
TRANSFER_TEXTS = ("lines", "one_line", "lines")
_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one patent."""

    patent: Patent
    code: str
    effective: dt.date
    announced: dt.date
    detail: str = ""


@dataclass(frozen=True)
class Agreement:
    """A contract on record: its number and the other side, named again when it ends."""

    number: str
    party: str


def read_day(text: str) -> dt.date:
    """A day in any of the spellings of the feed, all of which hold eight digits."""
    return dt.datetime.strptime(_NOT_DIGIT.sub("", text), "%Y%m%d").replace(tzinfo=dt.UTC).date()


class Chronicle:
    """Writes events; whatever it draws comes from one stream."""

    def __init__(self, rng: random.Random, enterprises: Sequence[Enterprise], institutions: Sequence[Institution]):
        self.rng = rng
        self._firms = [enterprise.record["enterprise_name"] for enterprise in enterprises]
        self._former = {
            institution.name: institution.record["former_names"].split("；")[0]
            for institution in institutions
            if institution.record["former_names"]
        }
        self._numbers = count(1)
        self._texts = cycle(TRANSFER_TEXTS)
        self._kinds = {label("patent_type", kind): kind for kind in TERM_YEARS}
        states = load_catalogue().vocabularies["legal_status"].values
        self._states = {word: code for code, word in states.items()}

    def firm(self) -> str:
        """Name of some enterprise."""
        return self.rng.choice(self._firms)

    def grant(self, patent: Patent) -> Event:
        """The announcement of the grant; takes effect that day."""
        day = _granted(patent)
        return Event(patent, "GR01", day, day)

    def past(self, patent: Patent, until: dt.date) -> list[Event]:
        """What led to the state that the feed states, announced by `until`; nothing when there is no room for it."""
        state = self._states[patent.record["legal_status"]]
        write = self._writers().get(state)
        first = _granted(patent) + SHORTEST_TENURE if write else until
        if write is None or first >= until:
            return []
        return [write(patent, random_date(self.rng, first, until))]

    def _writers(self) -> dict[str, Callable[[Patent, dt.date], Event]]:
        return {
            "transferred": self.transfer_in,
            "license_recorded": lambda patent, day: self.licence(patent, day, self.agreement()),
            "pledged": lambda patent, day: self.pledge(patent, day, self.agreement(BANK)),
            "open_license": lambda patent, day: self.plain(patent, "OL01", day),
            "preserved": lambda patent, day: self.plain(patent, "PP01", day),
            "abandoned": lambda patent, day: self.plain(patent, "AV01", day),
            "double_grant_abandoned": lambda patent, day: self.plain(patent, "AV02", day),
            "invalidated": lambda patent, day: self.plain(patent, "IW01", day),
            "fee_lapsed": self.lapse,
            "term_expired": lambda patent, _: self.expiry(patent),
        }

    def plain(self, patent: Patent, code: str, announced: dt.date) -> Event:
        """An event whose text says nothing beyond its name."""
        return Event(patent, code, self._before(announced), announced)

    def transfer_in(self, patent: Patent, announced: dt.date) -> Event:
        """A transfer to the owners of the feed."""
        before = self.firm() if self.rng.random() < 0.7 else f"{INDIVIDUAL}{next(self._numbers):03d}"
        return self.transfer(patent, announced, [before], split_owners(patent.record["owners"]))

    def transfer(self, patent: Patent, announced: dt.date, before: Sequence[str], after: Sequence[str]) -> Event:
        """A transfer; its text takes the templates in turn."""
        day = self._before(announced)
        if len(before) == len(after) == 1 and next(self._texts) == "one_line":
            text = gazette.transfer_in_one_line(day, announced, before, after)
        else:
            text = gazette.transfer_lines(day, before, after)
        return Event(patent, "TR01", day, announced, text)

    def unreadable_transfer(self, patent: Patent, announced: dt.date) -> Event:
        """A transfer whose text no template fits."""
        return Event(patent, "TR01", self._before(announced), announced, gazette.UNREADABLE)

    def agreement(self, party: str = "") -> Agreement:
        """A new contract with somebody, or with the given party."""
        return Agreement(f"MN2023{next(self._numbers):06d}", party or self.firm())

    def licence(self, patent: Patent, announced: dt.date, agreement: Agreement) -> Event:
        """A licence contract on record."""
        day = self._before(announced)
        kind = label("license_kind", self.rng.choice(LICENCE_KINDS))
        title = patent.record["title"]
        text = gazette.licence_lines(agreement.number, _first_owner(patent), agreement.party, title, kind, day)
        return Event(patent, "EE01", day, announced, text)

    def licence_end(self, patent: Patent, announced: dt.date, agreement: Agreement) -> Event:
        """The end of a licence contract."""
        day = self._before(announced)
        text = gazette.licence_end_lines(agreement.number, _first_owner(patent), agreement.party, day)
        return Event(patent, "EC01", day, announced, text)

    def pledge(self, patent: Patent, announced: dt.date, agreement: Agreement) -> Event:
        """A pledge registered."""
        day = self._before(announced)
        title = patent.record["title"]
        text = gazette.pledge_lines(agreement.number, _first_owner(patent), agreement.party, title, day)
        return Event(patent, "PE01", day, announced, text)

    def pledge_end(self, patent: Patent, announced: dt.date, agreement: Agreement) -> Event:
        """The end of a pledge."""
        day = self._before(announced)
        text = gazette.pledge_end_lines(agreement.number, _first_owner(patent), agreement.party, day)
        return Event(patent, "PC01", day, announced, text)

    def has_former_name(self, patent: Patent) -> bool:
        """Whether its first owner had another name once."""
        return _first_owner(patent) in self._former

    def rename(self, patent: Patent, announced: dt.date) -> Event:
        """The first owner under its present name; KeyError when it never had another."""
        owner = _first_owner(patent)
        text = gazette.rename_lines(self._former[owner], owner)
        return Event(patent, "CP01", self._before(announced), announced, text)

    def lapse(self, patent: Patent, announced: dt.date) -> Event:
        """A lapse for an unpaid fee: in effect since the end of the last paid year, announced long after."""
        earliest = announced - dt.timedelta(days=FEE_LAG_DAYS)
        filed, granted = _filed(patent), _granted(patent)
        anniversaries = [add_years(filed, year) for year in range(1, 21)]
        paid_until = [day for day in anniversaries if granted < day <= earliest]
        day = paid_until[-1] if paid_until else granted + dt.timedelta(days=7)
        return Event(patent, "CF01", day, announced, gazette.end_lines(filed, granted, day))

    def restoration(self, lapsed: Event, announced: dt.date) -> Event:
        """The right is back after a lapse."""
        return Event(lapsed.patent, "RR01", announced, announced, gazette.restoration_lines(lapsed.announced))

    def expiry(self, patent: Patent) -> Event:
        """The end of the term; takes effect on the anniversary of filing."""
        filed = _filed(patent)
        day = add_years(filed, TERM_YEARS[self._kinds[patent.record["patent_type"]]])
        announced = day + dt.timedelta(days=self.rng.randint(*TERM_LAG_DAYS))
        return Event(patent, "CX01", day, announced, gazette.end_lines(filed, _granted(patent), day))

    def _before(self, announced: dt.date) -> dt.date:
        return announced - dt.timedelta(days=self.rng.randint(*ANNOUNCEMENT_LAG_DAYS))


def _filed(patent: Patent) -> dt.date:
    return read_day(patent.record["filing_date"])


def _granted(patent: Patent) -> dt.date:
    return read_day(patent.record["grant_date"])


def _first_owner(patent: Patent) -> str:
    return split_owners(patent.record["owners"])[0]
