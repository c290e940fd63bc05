"""What enterprises and experts say of convertible patents: latent quality seen through leniency and noise."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ingestion.sandbox.simulate.invented import UNKNOWN_SERIAL, simulated_number
from ingestion.sandbox.simulate.inventories import Inventories
from ingestion.sandbox.simulate.world import (
    SIMULATED,
    Enterprise,
    Patent,
    Record,
    SimulationOptions,
    Words,
    World,
    label,
    random_date,
)
from panhuo.periods import Period

EVALUATOR_POOL = 120
# How many evaluators a convertible patent finds; with none or one it stays unrated.
EVALUATOR_COUNTS = {0: 12, 1: 7, 2: 8, 3: 10, 4: 12, 5: 14, 6: 14, 7: 12, 8: 11}
EXPERT_SHARE = 0.3
NOISE = 0.45
REVISED_SHARE = 0.04
PRICED_SHARE = 0.4
SCORE_MISTAKES, UNKNOWN_PATENTS = 2, 1
DECLINE_REASONS = {
    "early": ("too_early_stage", "benefit_unclear"),
    "middle": ("commercial_route_unclear", "benefit_unclear", "not_our_business"),
    "late": ("commercial_route_unclear", "not_our_business", "description_unclear"),
    "unmapped": ("description_unclear", "not_our_business"),
}


@dataclass(frozen=True)
class MonthlyEvaluations:
    """Evaluations of one month in the order in which the platform lists them."""

    records: list[Record]
    invalid_count: int


@dataclass(frozen=True, slots=True)
class _Visit:
    """One evaluator looking at one patent in one month."""

    period: Period
    patent: Patent
    stage: str
    enterprise: Enterprise
    kind: str


def simulate_evaluations(
    options: SimulationOptions, words: Words, world: World, inventories: Inventories
) -> dict[Period, MonthlyEvaluations]:
    """Evaluations of every month; a patent is evaluated once its assessment is complete."""
    rng, details = options.stream("evaluations"), options.stream("details of evaluations")
    visits = _plan_visits(options, world, inventories, rng)
    months: dict[Period, MonthlyEvaluations] = {}
    for period in options.periods:
        due = [visit for visit in visits if visit.period == period]
        records = [_record(rng, details, words, visit) for visit in due]
        invalid = _invalid_records(rng, period, records)
        records += invalid
        records.sort(key=lambda record: (record["evaluated_on"], record["patent_no"], record["enterprise_id"]))
        for number, record in enumerate(records, start=1):
            record["evaluation_id"] = f"E{period.year}{period.month:02d}-{number:05d}"
        months[period] = MonthlyEvaluations(records, len(invalid))
    return months


def _plan_visits(
    options: SimulationOptions, world: World, inventories: Inventories, rng: random.Random
) -> list[_Visit]:
    evaluators = [enterprise for enterprise in world.enterprises if enterprise.arrives == options.periods[0]]
    evaluators = evaluators[:EVALUATOR_POOL]
    visits: list[_Visit] = []
    for patent in world.patents:
        if patent.number not in inventories.convertible:
            continue
        since, stage = inventories.convertible[patent.number]
        months = [period for period in options.periods if period >= since]
        wanted = rng.choices(list(EVALUATOR_COUNTS), list(EVALUATOR_COUNTS.values()))[0]
        for enterprise in rng.sample(evaluators, min(wanted, len(evaluators))):
            kind = "expert" if rng.random() < EXPERT_SHARE else "enterprise"
            period = rng.choices(months, [4, 2, 1][: len(months)])[0]
            visits.append(_Visit(period, patent, stage, enterprise, kind))
            if period < options.periods[-1] and rng.random() < REVISED_SHARE:
                visits.append(_Visit(period.shift(1), patent, stage, enterprise, kind))
    return visits


def _record(rng: random.Random, details: random.Random, words: Words, visit: _Visit) -> Record:
    seen = visit.patent.quality + visit.enterprise.leniency + rng.gauss(0, NOISE)
    score = round(min(5.0, max(1.0, seen)))
    willingness = "willing" if score >= 4 else "considering" if score == 3 else "unwilling"
    reason = rng.choice(DECLINE_REASONS[visit.stage]) if willingness == "unwilling" else ""
    day = random_date(rng, visit.period.start_date, visit.period.end_date)
    wish = rng.choice(words.improvements) if score < 5 and rng.random() < 0.5 else None
    return {
        "evaluation_id": "",
        "patent_no": visit.patent.number,
        "enterprise_id": visit.enterprise.code,
        "evaluator_kind": label("evaluator_kind", visit.kind),
        "prospect_score": str(score),
        "improvement_kind": label("improvement_kind", wish.kind) if wish else "",
        "improvement_wanted": details.choice(wish.texts) if wish else "",
        "cooperation_willingness": label("cooperation_willingness", willingness),
        "decline_reason": label("decline_reason", reason) if reason else "",
        **_price(details, willingness),
        "evaluated_on": day.isoformat(),
        "data_origin": SIMULATED,
    }


def _price(rng: random.Random, willingness: str) -> Record:
    """Price and way of paying that a willing evaluator would accept; most state none."""
    if willingness == "unwilling" or rng.random() > PRICED_SHARE:
        return {"acceptable_price_yuan": "", "price_mode": ""}
    mode = rng.choice(("lump_sum", "royalty", "mixed", "free_trial"))
    return {
        "acceptable_price_yuan": f"{round(10 ** rng.uniform(4.7, 6.5), -4):.0f}",
        "price_mode": label("price_mode", mode),
    }


def _invalid_records(rng: random.Random, period: Period, records: list[Record]) -> list[Record]:
    """Scores off the scale, and an evaluation of a patent nobody has."""
    if not records:
        return []
    off_scale = [
        rng.choice(records) | {"prospect_score": "7", "evaluated_on": period.end_date.isoformat()}
        for _ in range(SCORE_MISTAKES)
    ]
    unknown = [
        rng.choice(records) | {"patent_no": simulated_number(period.year, "invention", UNKNOWN_SERIAL, rng)}
        for _ in range(UNKNOWN_PATENTS)
    ]
    return off_scale + unknown
