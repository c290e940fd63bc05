"""Open licence statements, evidence of stability and listings of the operating platform, all of them invented."""

from __future__ import annotations

import datetime as dt
import random

from ingestion.sandbox.simulate.world import SIMULATED, Patent, Record, SimulationOptions, World, label, random_date
from panhuo.names import split_owners
from panhuo.periods import Period

OFFERS_PER_MONTH, REPORTS_PER_MONTH, LISTINGS_PER_MONTH = 14, 16, 60
TERMS = (
    ("fixed", "80000", ""), ("fixed", "250000", ""), ("net_sales", "", "3"), ("net_sales", "", "8"),
    ("profit", "", "25"), ("free", "", ""), ("fixed", "30000000", ""), ("net_sales", "", ""),
)  # fmt: skip
"""Basis, fixed fee and royalty of an offer; the last two break the bounds or leave the fee out."""
CONSENT_SHARE = 0.7
OUTCOMES = {"stable": 6, "partly": 3, "unstable": 1}
EVIDENCE = {"evaluation_report": 5, "internal_analysis": 3, "invalidity_survived": 1}
OLDEST_REPORT = dt.timedelta(days=900)
RELEASED_SHARE = 0.5


def offers_of(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Open licences offered in a month; of a later month one takes back an offer of the first."""
    rng = options.stream(f"open licences {period}")
    offers = [_offer(rng, world, patent, period) for patent in _chosen(rng, world, period, OFFERS_PER_MONTH)]
    if period > options.periods[0]:
        first = offers_of(options, world, options.periods[0])
        offers.append(first[period.month % len(first)] | {"entry_action": label("entry_action", "withdraw")})
    return offers


def stability_reports_of(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Evidence on utility models and designs that institutions send in a month."""
    rng = options.stream(f"stability {period}")
    kinds = {label("patent_type", "utility_model"), label("patent_type", "design")}
    chosen = _chosen(rng, world, period, REPORTS_PER_MONTH, kinds)
    return [_report(rng, patent, period, number) for number, patent in enumerate(chosen, start=1)]


def listings_of(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Patents that the operating platform registers in a month; about half of them go out in that month's batch."""
    rng = options.stream(f"listings {period}")
    return [_listing(rng, patent, period) for patent in _chosen(rng, world, period, LISTINGS_PER_MONTH)]


def _listing(rng: random.Random, patent: Patent, period: Period) -> Record:
    is_released = rng.random() < RELEASED_SHARE
    return {
        "patent_no": patent.number,
        "listed_on": random_date(rng, period.start_date, period.end_date).isoformat(),
        "released_on": period.end_date.isoformat() if is_released else "",
        "release_batch_no": f"FB{period.year}{period.month:02d}" if is_released else "",
        "entry_action": label("entry_action", "report"),
        "data_origin": SIMULATED,
    }


def _chosen(
    rng: random.Random, world: World, period: Period, count: int, kinds: set[str] | None = None
) -> list[Patent]:
    found = {
        patent.number: patent
        for patent in world.patents
        if patent.is_eligible and patent.reporter and patent.arrives <= period
        and (kinds is None or patent.record["patent_type"] in kinds)
    }  # fmt: skip
    return [found[number] for number in rng.sample(sorted(found), min(count, len(found)))]


def _offer(rng: random.Random, world: World, patent: Patent, period: Period) -> Record:
    basis, fee, percent = rng.choice(TERMS)
    names = {institution.code: institution.name for institution in world.institutions}
    others = [name for name in split_owners(patent.record["owners"]) if name != names[patent.reporter or ""]]
    since = random_date(rng, period.start_date, period.end_date)
    return {
        "patent_no": patent.number,
        "license_fee_basis": label("license_fee_basis", basis),
        "offered_fee_yuan": fee,
        "offered_royalty_percent": percent,
        "consenting_owners": "；".join(others) if rng.random() < CONSENT_SHARE else "",
        "offered_from": since.isoformat(),
        "offered_until": (since + dt.timedelta(days=365 * rng.randint(1, 3))).isoformat(),
        "entry_action": label("entry_action", "report"),
        "data_origin": SIMULATED,
    }


def _report(rng: random.Random, patent: Patent, period: Period, number: int) -> Record:
    kind = rng.choices(list(EVIDENCE), list(EVIDENCE.values()))[0]
    outcome = rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    return {
        "patent_no": patent.number,
        "stability_evidence": label("stability_evidence", kind),
        "stability_outcome": label("stability_outcome", outcome),
        "issued_on": random_date(rng, period.end_date - OLDEST_REPORT, period.end_date).isoformat(),
        "document_no": f"【模拟】稳评{period.year}{period.month:02d}-{number:03d}",
        "entry_action": label("entry_action", "report"),
        "data_origin": SIMULATED,
    }
