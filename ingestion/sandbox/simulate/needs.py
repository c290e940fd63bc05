"""What technology enterprises ask for and what institutions answer, invented in the fields of the patents."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

from ingestion.sandbox.simulate.world import (
    SIMULATED,
    Patent,
    Record,
    SimulationOptions,
    World,
    label,
    random_date,
)
from panhuo.contracts.model import Strict, load_yaml
from panhuo.periods import Period

NEEDS_PER_MONTH = 22
WITHDRAWN_PER_MONTH = 2
"""Needs of the month before that their enterprises take back."""
COOPERATION_CHANCES = {
    "transfer": 0.3, "license": 0.6, "joint_development": 0.5, "commissioned_development": 0.25, "consultation": 0.2,
}  # fmt: skip
DISCLOSED_SHARE = 0.3
BUDGET_SHARE = 0.7
DEADLINE_SHARE = 0.6
ANSWERED_SHARE = 0.55
ANSWER_DAYS = (4, 75)
"""Fewest and most days until an institution answers; some come after the policy's limit, some after the last month."""
ANSWERS_PER_NEED = 3
PATENTS_PER_ANSWER = 3
UNCLEAR_DEADLINE = "尽快"


class NeedWords(Strict):
    """A need: the IPC symbols of what it asks for, and its words."""

    ipc: list[str]
    title: str
    text: str


class _NeedsFile(Strict):
    needs: list[NeedWords]


@dataclass(frozen=True)
class MonthlyNeeds:
    """Needs and answers of one month in the order in which the platform lists them."""

    needs: list[Record]
    responses: list[Record]
    invalid_count: int


def simulate_needs(options: SimulationOptions, world: World) -> dict[Period, MonthlyNeeds]:
    """Needs of every month, some of the month before withdrawn, one unreadable, and the answers of the month."""
    rng = options.stream("needs")
    wordings = _NeedsFile(**load_yaml(Path(__file__).with_name("needs.yml"))).needs
    offers = _offers(world)
    months: dict[Period, MonthlyNeeds] = {}
    answers: list[Record] = []
    before: list[Record] = []
    for period in options.periods:
        words = rng.sample(wordings, NEEDS_PER_MONTH)
        needs = [_need(rng, world, period, number, chosen) for number, chosen in enumerate(words, start=1)]
        for need in needs:
            answers += _answers(rng, offers, need)
        withdrawn = rng.sample(before, min(WITHDRAWN_PER_MONTH, len(before)))
        told = needs + [need | {"need_status": label("need_status", "withdrawn")} for need in withdrawn]
        unclear = _need(rng, world, period, len(needs) + 1, words[0]) | {"needed_by": UNCLEAR_DEADLINE}
        due = [answer for answer in answers if answer["responded_on"][:7] == str(period)]
        due.sort(key=lambda answer: (answer["responded_on"], answer["need_id"], answer["institution_id"]))
        months[period] = MonthlyNeeds([*told, unclear], due, invalid_count=1)
        before = needs
    return months


def _offers(world: World) -> dict[str, dict[str, list[Patent]]]:
    """IPC subclass → institution → its living patents in it."""
    found: dict[str, dict[str, list[Patent]]] = {}
    for patent in world.patents:
        if patent.is_eligible and patent.reporter:
            for symbol in patent.record["ipc_codes"].split(";"):
                institutions = found.setdefault(symbol.strip()[:4], {})
                institutions.setdefault(patent.reporter, []).append(patent)
    return found


def _need(rng: random.Random, world: World, period: Period, number: int, words: NeedWords) -> Record:
    enterprise = rng.choice([enterprise for enterprise in world.enterprises if enterprise.arrives <= period])
    stated = random_date(rng, period.start_date, period.end_date)
    modes = [mode for mode, chance in COOPERATION_CHANCES.items() if rng.random() < chance] or ["license"]
    budget = round(10 ** rng.uniform(4.7, 6.7), -4)
    deadline = stated + dt.timedelta(days=30 * rng.randint(3, 18))
    return {
        "need_id": f"XQ{period.year}{period.month:02d}-{number:03d}",
        "enterprise_id": enterprise.code,
        "need_title": f"【模拟】{words.title}",
        "need_text": f"【模拟】{words.text}",
        "ipc_codes": ";".join(words.ipc),
        "cooperation_modes": "、".join(label("cooperation_mode", mode) for mode in modes),
        "max_price_yuan": f"{budget:.0f}" if rng.random() < BUDGET_SHARE else "",
        "needed_by": deadline.isoformat() if rng.random() < DEADLINE_SHARE else "",
        "stated_on": stated.isoformat(),
        "need_status": label("need_status", "open"),
        "is_name_disclosed": "是" if rng.random() < DISCLOSED_SHARE else "否",
        "contact_name": enterprise.record["contact_name"],
        "contact_phone": enterprise.record["contact_phone"],
        "data_origin": SIMULATED,
    }


def _answers(rng: random.Random, offers: dict[str, dict[str, list[Patent]]], need: Record) -> list[Record]:
    """Answers of institutions that hold patents in the field of the need."""
    found = offers.get(need["ipc_codes"][:4], {})
    if not found or rng.random() > ANSWERED_SHARE:
        return []
    institutions = rng.sample(sorted(found), min(rng.randint(1, ANSWERS_PER_NEED), len(found)))
    return [_answer(rng, need, institution, found[institution]) for institution in institutions]


def _answer(rng: random.Random, need: Record, institution: str, patents: list[Patent]) -> Record:
    kind = rng.choices(["can_supply", "joint_research", "cannot"], [5, 3, 1])[0]
    offered = rng.sample(patents, min(rng.randint(1, PATENTS_PER_ANSWER), len(patents))) if kind != "cannot" else []
    day = dt.date.fromisoformat(need["stated_on"]) + dt.timedelta(days=rng.randint(*ANSWER_DAYS))
    texts = {
        "can_supply": "我单位已有相关专利，可许可或转让，并安排技术负责人对接。",
        "joint_research": "现有专利可覆盖部分指标，其余建议联合攻关，可派团队到现场。",
        "cannot": "我单位现有成果达不到所列指标，暂无法满足。",
    }
    return {
        "need_id": need["need_id"],
        "institution_id": institution,
        "responded_on": day.isoformat(),
        "response_kind": label("response_kind", kind),
        "patent_nos": "、".join(sorted({patent.number for patent in offered})),
        "response_text": f"【模拟】{texts[kind]}",
        "data_origin": SIMULATED,
    }
