"""What institutions send each month: assessments, corrections of earlier ones, and people's mistakes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle

from ingestion.sandbox.simulate.declarations import declare
from ingestion.sandbox.simulate.invented import fictitious_phone
from ingestion.sandbox.simulate.world import SIMULATED, Patent, Record, SimulationOptions, Words, World, label
from panhuo.names import split_owners
from panhuo.periods import Period

# Share of the patents of one arrival month that are first assessed in that month, the next and the one after.
COVERAGE = (0.6, 0.16, 0.12)
# Institutions also assess a few patents that are long dead.
DEAD_SHARE = 0.08
REVISED_SHARE = 0.06
MISTAKE_SHARE = 0.035
FOREIGN_ROWS = 4
PARTS_OF_LARGEST = 2
BROKEN_FILE_MONTH = 1
"""Index of the month in which one institution sends a file that is no workbook."""
WITHDRAWN_PER_MONTH = 5
"""Entries that are taken back in each month but the first; the first of them is reported anew a month later."""

FORM1_CHANCES = {
    "is_licensed": 0.06, "is_transferred": 0.03, "is_abandoning": 0.04, "is_enterprise_co_owned": 0.0,
    "is_disputed": 0.01,
}  # fmt: skip
DECLARES_CO_OWNER = 0.7
INTENTS = {"transfer": 0.55, "license": 0.7, "own_use": 0.15, "industrialise": 0.35}
LICENSE_KINDS = ("ordinary", "ordinary", "exclusive", "sole")
GAP_CHANCE = 0.04
MATURITY_WEIGHTS = {"early": 26, "middle": 36, "late": 32, "unmapped": 3, "": 3}
EVALUABLE_PROSPECTS = ("high", "medium")


@dataclass(frozen=True)
class Submission:
    """One file of one institution in one month."""

    period: Period
    institution_id: str
    number: int
    rows: list[Record] | None
    """None for a file that is no workbook."""
    mistakes: Counter[str] = field(default_factory=Counter)
    """Bad rows by kind of mistake."""
    is_correction: bool = False
    """Whether it sends rows again that went back a month before, mended."""
    withdrawn: int = 0
    """Rows that take back an earlier entry."""

    @property
    def file_name(self) -> str:
        """Name of the file in the scenario folder."""
        return f"{self.institution_id}__{'fix' if self.is_correction else ''}{self.number}.xlsx"


@dataclass(frozen=True)
class Inventories:
    """All submissions, and since when each patent is convertible as far as its reporter says."""

    submissions: list[Submission]
    convertible: dict[str, tuple[Period, str]]
    """Number as in the feed → month of the first convertible assessment, and its maturity stage."""


def simulate_inventories(options: SimulationOptions, words: Words, world: World) -> Inventories:
    """Deal the patents of every institution out to the months and spoil a few rows of each month."""
    desk = _Desk(options, words, world)
    submissions = [submission for period in options.periods for submission in desk.month(period)]
    return Inventories(submissions, desk.convertible)


@dataclass(frozen=True, slots=True)
class _Assessment:
    """What an institution says of a patent: the row it sends, and the codes behind two of its words."""

    row: Record
    stage: str
    prospect: str

    @property
    def is_convertible(self) -> bool:
        """Complete, with a prospect worth evaluating, and without a Form 1 flag."""
        is_complete = bool(self.stage and self.row["application_scenario"] and self.row["intent"])
        is_flagged = any(self.row[flag] == "是" for flag in FORM1_CHANCES)
        return is_complete and self.prospect in EVALUABLE_PROSPECTS and not is_flagged


class _Desk:
    """The institutions' side of the programme: what each has assessed so far."""

    def __init__(self, options: SimulationOptions, words: Words, world: World) -> None:
        self.options = options
        self.words = words
        self.world = world
        self.rng = options.stream("inventories")
        self.convertible: dict[str, tuple[Period, str]] = {}
        self._by_reporter: dict[str, list[Patent]] = {}
        for patent in world.patents:
            if patent.reporter is not None:
                self._by_reporter.setdefault(patent.reporter, []).append(patent)
        self._first_month = {id(patent): self._plan(patent) for patent in world.patents if patent.reporter}
        self._sent: dict[int, _Assessment] = {}
        self._spoilt: set[int] = set()
        self._withdrawn: dict[int, Period] = {}

    def _plan(self, patent: Patent) -> Period | None:
        """Month of the patent's first assessment; None for never."""
        if patent.is_listed_by_reporter:
            return patent.arrives
        if not patent.is_eligible and self.rng.random() > DEAD_SHARE:
            return None
        draw = self.rng.random()
        for delay, share in enumerate(COVERAGE):
            if draw < share:
                return patent.arrives.shift(delay)
            draw -= share
        return None

    def month(self, period: Period) -> Iterator[Submission]:
        """Every file sent in that month, by institution: the month's rows, then corrections of the month before."""
        returned = set(self._spoilt)
        withdrawals = self._withdraw(period)
        chosen = {code: self._rows_of(code, period) for code in sorted(self._by_reporter)}
        chosen = {code: rows for code, rows in chosen.items() if rows}
        spoils = self._deal_mistakes(chosen)
        largest = max(chosen, key=lambda code: (len(chosen[code]), code), default=None)
        for code, patents in chosen.items():
            fresh = [patent for patent in patents if id(patent) not in returned]
            parts = PARTS_OF_LARGEST if code == largest else 1
            for part in range(parts):
                rows, mistakes = self._spoil(period, fresh[part::parts], spoils)
                if code == largest and part == 0:
                    rows += self._foreign_rows(code)
                taken_back = [_withdrawal(patent) for patent in withdrawals.get(code, ())] if part == 0 else []
                if rows or taken_back:
                    withdrawn = len(taken_back)
                    yield Submission(period, code, part + 1, rows + taken_back, mistakes, withdrawn=withdrawn)
            mended = [patent for patent in patents if id(patent) in returned]
            if mended:
                rows, mistakes = self._spoil(period, mended, spoils)
                yield Submission(period, code, 1, rows, mistakes, is_correction=True)
        if self.options.periods.index(period) == BROKEN_FILE_MONTH and chosen:
            code = min(chosen)
            yield Submission(period, code, PARTS_OF_LARGEST + 1, None)

    def _withdraw(self, period: Period) -> dict[str, list[Patent]]:
        """Entries taken back in that month by those who sent them."""
        if period == self.options.periods[0]:
            return {}
        candidates = [
            patent
            for code in sorted(self._by_reporter)
            for patent in self._by_reporter[code]
            if id(patent) in self._sent.keys() - self._spoilt - self._withdrawn.keys()
            and not patent.is_listed_by_reporter
        ]
        picked = self.options.stream(f"withdrawals {period}").sample(
            candidates, min(WITHDRAWN_PER_MONTH, len(candidates))
        )
        withdrawals: dict[str, list[Patent]] = {}
        for patent in picked:
            self._withdrawn[id(patent)] = period
            withdrawals.setdefault(patent.reporter or "", []).append(patent)
        return withdrawals

    def _rows_of(self, code: str, period: Period) -> list[Patent]:
        """Patents the institution speaks of in that month: first assessed, corrected, revised, or reported anew."""
        chosen = []
        anew = next((key for key, month in self._withdrawn.items() if month.shift(1) == period), None)
        for patent in self._by_reporter[code]:
            is_first = self._first_month[id(patent)] == period
            was_spoilt = id(patent) in self._spoilt
            is_revised = id(patent) in self._sent and self.rng.random() < REVISED_SHARE
            if id(patent) in self._withdrawn and id(patent) != anew:
                continue
            if is_first or was_spoilt or is_revised or id(patent) == anew:
                chosen.append(patent)
                if is_revised or id(patent) not in self._sent:
                    self._sent[id(patent)] = self._assess(patent, code)
        return chosen

    def _assess(self, patent: Patent, sender: str) -> _Assessment:
        rng = self.rng
        stage = rng.choices(list(MATURITY_WEIGHTS), list(MATURITY_WEIGHTS.values()))[0]
        prospect = _prospect(patent.quality + rng.gauss(0, 0.5)) if rng.random() > GAP_CHANCE else ""
        scenario = patent.scenario or rng.choice(self.words.themes).scenario
        intents = [code for code, chance in INTENTS.items() if rng.random() < chance]
        flags = self._flags(patent)
        license_kind = rng.choice(LICENSE_KINDS) if flags["is_licensed"] == "是" else ""
        row = {
            "patent_no": patent.number,
            "title": patent.record["title"],
            "maturity_word": rng.choice(self.words.maturity[stage]) if stage else "",
            "application_scenario": scenario if rng.random() > GAP_CHANCE else "",
            "prospect_level": label("prospect_level", prospect) if prospect else "",
            "intent": "、".join(label("intent", code) for code in intents),
            **self._implementation(stage),
            **flags,
            "license_kind": label("license_kind", license_kind) if license_kind else "",
            "contact_name": f"模拟科管员{sender}",
            "contact_phone": fictitious_phone(9000 + int(sender[1:])),
            "data_origin": SIMULATED,
        }
        return _Assessment(row | declare(self.options, self.words, patent, stage, row), stage, prospect)

    def _flags(self, patent: Patent) -> Record:
        has_firm = any(name.endswith("公司") for name in split_owners(patent.record["owners"]))
        chances = FORM1_CHANCES | {"is_enterprise_co_owned": DECLARES_CO_OWNER if has_firm else 0.0}
        return {flag: "是" if self.rng.random() < chance else "否" for flag, chance in chances.items()}

    def _implementation(self, stage: str) -> Record:
        if stage != "late" or self.rng.random() < 0.5:
            return {
                "implementation_status": label("implementation_status", "none"),
                "implementation_date": "",
            }
        status = self.rng.choice(("trial", "own_use", "product"))
        year = self.rng.randint(2021, 2023)
        return {
            "implementation_status": label("implementation_status", status),
            "implementation_date": f"{year}-{self.rng.randint(1, 12):02d}-01",
        }

    def _deal_mistakes(self, chosen: dict[str, list[Patent]]) -> dict[int, str]:
        """Which patents' rows are spoilt this month, and how."""
        candidates = [patent for patents in chosen.values() for patent in patents if not patent.is_listed_by_reporter]
        picked = self.rng.sample(candidates, round(len(candidates) * MISTAKE_SHARE))
        kinds = cycle(self.rng.sample(sorted(MISTAKES), len(MISTAKES)))
        return {id(patent): kind for patent, kind in zip(picked, kinds, strict=False)}

    def _spoil(
        self, period: Period, patents: list[Patent], spoils: dict[int, str]
    ) -> tuple[list[Record], Counter[str]]:
        rows: list[Record] = []
        mistakes: Counter[str] = Counter()
        for patent in patents:
            assessment = self._sent[id(patent)]
            kind = spoils.get(id(patent))
            if kind is None:
                rows.append(assessment.row)
                self._spoilt.discard(id(patent))
                if patent.is_eligible and assessment.is_convertible:
                    self.convertible.setdefault(patent.number, (period, assessment.stage))
                continue
            spoilt = MISTAKES[kind](assessment.row, self.rng)
            rows += spoilt
            mistakes[kind] += len(spoilt)
            self._spoilt.add(id(patent))
        return rows, mistakes

    def _foreign_rows(self, code: str) -> list[Record]:
        """Rows for patents that belong to somebody else: readable, and not the sender's to assess."""
        others = [patent for patent in self.world.patents if patent.is_eligible and patent.reporter]
        others = [patent for patent in others if patent.reporter != code]
        picked = self.rng.sample(others, min(FOREIGN_ROWS, len(others)))
        return [self._assess(patent, code).row for patent in picked]


def _withdrawal(patent: Patent) -> Record:
    return {
        "patent_no": patent.number,
        "title": patent.record["title"],
        "entry_action": label("entry_action", "withdraw"),
        "data_origin": SIMULATED,
    }


def _prospect(quality: float) -> str:
    if quality >= 3.6:
        return "high"
    return "medium" if quality >= 2.3 else "low"


def _wrong_check_digit(row: Record, rng: random.Random) -> list[Record]:
    number = row["patent_no"]
    wrong = rng.choice([digit for digit in "0123456789" if digit != number[-1]])
    return [row | {"patent_no": number[:-1] + wrong}]


def _unknown_word(row: Record, rng: random.Random) -> list[Record]:
    return [row | {"prospect_level": rng.choice(("非常好", "一般", "前景广阔"))}]


def _missing_number(row: Record, rng: random.Random) -> list[Record]:
    return [row | {"patent_no": rng.choice(("", " "))}]


def _garbage_date(row: Record, rng: random.Random) -> list[Record]:
    return [row | {"implementation_date": rng.choice(("去年下半年", "2023年13月", "待定"))}]


def _unclear_flag(row: Record, rng: random.Random) -> list[Record]:
    return [row | {"is_licensed": rng.choice(("洽谈中", "不清楚"))}]


def _conflicting_duplicate(row: Record, rng: random.Random) -> list[Record]:
    return [row, row | {"application_scenario": rng.choice(("上下游企业", "园区示范项目", "行业龙头企业"))}]


MISTAKES: dict[str, Callable[[Record, random.Random], list[Record]]] = {
    "wrong_check_digit": _wrong_check_digit,
    "unknown_word": _unknown_word,
    "missing_number": _missing_number,
    "garbage_date": _garbage_date,
    "unclear_flag": _unclear_flag,
    "conflicting_duplicate": _conflicting_duplicate,
}
