"""What a scenario is made of: patents, institutions, enterprises, and the words that describe them."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_catalogue, load_yaml
from panhuo.periods import Period

Record = dict[str, str]
"""One row as text, by column name; coded words as their Chinese labels."""

SAMPLES = ("listed", "taian")
BadMonthKind = Literal["grants_garbled", "stock_collapse"]

REAL, SIMULATED = "真实", "模拟"
MILITARY_MARKER = "解放军"
# States of a right that no institution assesses any more.
DEAD_STATUSES = frozenset(
    {"fee_lapsed", "abandoned", "double_grant_abandoned", "invalidated", "term_expired", "pending"}
)


class ScenarioError(Exception):
    """The scenario cannot be made; the text says in Chinese what is missing."""


@dataclass(frozen=True)
class BadMonth:
    """A month that must not be published.

    `grants_garbled`: the grant feed repeats the stock, most of its rows broken (G1 must stop it).
    `stock_collapse`: the grant feed reports most of the stock as lapsed (G2 must stop it).
    """

    period: Period
    kind: BadMonthKind


@dataclass(frozen=True)
class Size:
    """How much is invented around the shipped sample."""

    institutions: int = 12
    patents_per_institution: tuple[int, int] = (80, 160)
    """Fewest and most patents in the stock of one institution."""
    enterprises: int = 80


@dataclass(frozen=True)
class SimulationOptions:
    """What to simulate; equal options give the same bytes."""

    sample: str
    seed: int
    bad_month: BadMonth | None
    size: Size
    shared_data: Path
    periods: tuple[Period, ...] = (Period(2024, 4), Period(2024, 5), Period(2024, 6))

    def __post_init__(self) -> None:
        if self.sample not in SAMPLES:
            raise ScenarioError(f"没有样本“{self.sample}”；可选：{'、'.join(SAMPLES)}。")

    def stream(self, name: str) -> random.Random:
        """The random numbers of one concern, so that a change in one leaves the others alone."""
        return random.Random(f"{self.seed}:{name}")  # noqa: S311 - a simulation, not a secret


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution as the register states it."""

    code: str
    name: str
    record: Record


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An enterprise as the register states it, and what only the simulator knows of it as an evaluator."""

    code: str
    record: Record
    arrives: Period
    leniency: float
    """Added to every score it gives."""


@dataclass(frozen=True, slots=True)
class Patent:
    """A patent as the grant feed states it, and what only the simulator knows of it."""

    record: Record
    reporter: str | None
    """Code of the institution that reports it."""
    arrives: Period
    quality: float
    """Industrial prospect on the scale of the scores, 1 to 5, that evaluators see through noise."""
    is_eligible: bool = True
    """Whether evaluators may see it: in force, owned by its reporter, readable number, no military owner."""
    is_listed_by_reporter: bool = False
    """Whether it stands in the reporter's own real ledger, and so in its first inventory, right or wrong."""
    scenario: str = ""
    """Where it can be used; empty when the simulator has to invent it."""

    @property
    def number(self) -> str:
        """Its number as the feed spells it."""
        return self.record["patent_no"]


@dataclass(frozen=True)
class World:
    """Everything a scenario is about, before it is dealt out to the months."""

    institutions: list[Institution]
    enterprises: list[Enterprise]
    patents: list[Patent]
    statement: str
    """Chinese sentence on what is real in it and what is not."""
    decisions: list[Record] = field(default_factory=list)
    """What reviewers decided about owners' names, in the second month."""
    spellings: Counter[str] = field(default_factory=Counter)
    """Owners' names that are not spelled as the register spells them, by kind."""


class Region(Strict):
    """Province and city of a GB/T 2260 city code."""

    province: str
    city: str


class RealInstitution(Strict):
    """A real institution of the sample."""

    code: str
    name: str
    kind: str
    city: str
    ministry: str = ""
    aliases: str = ""
    former_names: str = ""
    role: str = ""


class SimulatedInstitution(Strict):
    """Kind and city of an institution to invent, its former name and its role in the IP pilot, if any."""

    kind: str
    city: str
    former_name: str = ""
    role: str = ""


class Trade(Strict):
    """A line of business and the scope an enterprise in it registers."""

    name: str
    scope: str


class EnterpriseWords(Strict):
    """Parts of enterprise names."""

    brands: list[str]
    trades: list[Trade]
    groups: list[str]


class Improvement(Strict):
    """A kind of improvement and how evaluators word it."""

    kind: str
    texts: list[str]


class Theme(Strict):
    """A field of technology: IPC symbols, use, and the parts of a title."""

    ipc: list[str]
    scenario: str
    objects: list[str]
    acts: list[str]


class Words(Strict):
    """`words.yml`."""

    regions: dict[str, Region]
    real_institutions: list[RealInstitution]
    simulated_institutions: list[SimulatedInstitution]
    institution_names: dict[str, str]
    maturity: dict[str, list[str]]
    enterprise_words: EnterpriseWords
    improvements: list[Improvement]
    themes: list[Theme]

    def city_code(self, province: str, city: str) -> str:
        """Code of a city by names with or without 省 and 市; ScenarioError for one that is not listed."""
        wanted = province.rstrip("省市"), city.rstrip("市")
        for code, region in self.regions.items():
            if (region.province.rstrip("省市"), region.city.rstrip("市")) == wanted:
                return code
        raise ScenarioError(f"words.yml 中没有 {province}{city} 的行政区划代码，请补充 regions。")


def load_words() -> Words:
    """Load `words.yml`; pydantic's ValidationError names what is wrong in it."""
    return Words(**load_yaml(Path(__file__).with_name("words.yml")))


def label(vocabulary: str, code: str) -> str:
    """Chinese label of a code; KeyError when the vocabulary lacks it."""
    return load_catalogue().vocabularies[vocabulary].values[code]


def is_dead(status_label: str) -> bool:
    """Whether a patent of that state is neither in force nor worth assessing."""
    return status_label in {label("legal_status", code) for code in DEAD_STATUSES}


def shared_data_folder() -> Path:
    """Folder of the real data that are too large to ship: `PANHUO_SHARED_DATA`, else beside the project."""
    return Path(os.environ.get("PANHUO_SHARED_DATA") or PROJECT_ROOT.parent / "shared" / "data")


def add_years(date: dt.date, years: int) -> dt.date:
    """The same day so many years later; 28 February for a leap day."""
    try:
        return date.replace(year=date.year + years)
    except ValueError:
        return date.replace(year=date.year + years, day=28)


def random_date(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A day from `first` to `last`, both included; `first` when `last` is earlier."""
    return first + dt.timedelta(days=rng.randint(0, max(0, (last - first).days)))


def draw_quality(rng: random.Random) -> float:
    """Latent prospect of a patent: most are middling, some good, some poor; two decimals, 1 to 5."""
    return round(min(5.0, max(1.0, rng.gauss(3.3, 1.0))), 2)


def draw_leniency(rng: random.Random) -> float:
    """What an evaluator adds to every score it gives, in marks."""
    return rng.gauss(0, 0.35)
