"""Recognitions of enterprises in their classes: most in force, some expired, some without a stated end or missing."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from ingestion.sandbox.simulate.world import SIMULATED, Record, SimulationOptions, add_years, random_date
from panhuo.contracts.model import load_catalogue
from panhuo.identifiers import IdentifierError, parse_uscc
from panhuo.periods import Period

WITHOUT_EVIDENCE, EXPIRED, WITHOUT_END = 0.1, 0.12, 0.3
LASTING = {"state_owned", "central_state_owned"}
TERM_YEARS = 3


def recognitions_of(options: SimulationOptions, enterprises: Sequence[Record], period: Period) -> list[Record]:
    """Evidence of the classes that the enterprises of a month claim; a mistyped code has none."""
    rng = options.stream(f"recognitions {period}")
    codes = {label: code for code, label in load_catalogue().vocabularies["enterprise_class"].values.items()}
    records = []
    for enterprise in enterprises:
        for label in filter(None, enterprise["enterprise_classes"].split("、")):
            record = _recognition(rng, enterprise["enterprise_id"], label, codes[label], period)
            if _is_readable(enterprise["enterprise_id"]) and rng.random() >= WITHOUT_EVIDENCE:
                records.append(record)
    return records


def _recognition(rng: random.Random, enterprise_id: str, label: str, code: str, period: Period) -> Record:
    today = period.start_date
    if code in LASTING:
        since, until = random_date(rng, dt.date(1998, 1, 1), today), ""
    elif rng.random() < EXPIRED:
        since = random_date(rng, add_years(today, -2 * TERM_YEARS), add_years(today, -TERM_YEARS))
        until = (add_years(since, TERM_YEARS) - dt.timedelta(days=1)).isoformat()
    else:
        since = random_date(rng, add_years(today, -TERM_YEARS + 1), today)
        until = "" if rng.random() < WITHOUT_END else (add_years(since, TERM_YEARS) - dt.timedelta(days=1)).isoformat()
    return {
        "enterprise_id": enterprise_id,
        "enterprise_class": label,
        "class_evidence": f"模拟认定〔{since.year}〕{rng.randrange(10_000):04d}号",
        "valid_from": since.isoformat(),
        "valid_until": until,
        "data_origin": SIMULATED,
    }


def _is_readable(code: str) -> bool:
    try:
        parse_uscc(code)
    except IdentifierError:
        return False
    return True
