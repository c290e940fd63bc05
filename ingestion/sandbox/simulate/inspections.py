"""What inspectors would have found of a drawn sample, all of it invented."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from typing import Any

from ingestion.sandbox.simulate.world import SIMULATED, Record, label

OUTCOMES = {"matches": 88, "differs": 8, "not_inspectable": 4}
DIFFERENCES = {"implementation_claim": 5, "ownership": 2, "licence": 2, "legal_status": 1}


def outcomes_of(sample: Iterable[Mapping[str, Any]], day: dt.date, seed: int = 0) -> list[Record]:
    """An outcome of every drawn patent, those that stand by included, found on a day; rows as the platform sends them.

    Equal samples, days and seeds give equal outcomes, in any order of the rows.
    """
    return [_outcome(row, day, random.Random(f"{seed} inspections {row['patent_no']}")) for row in sample]  # noqa: S311


def _outcome(row: Mapping[str, Any], day: dt.date, rng: random.Random) -> Record:
    outcome = rng.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
    difference = rng.choices(list(DIFFERENCES), list(DIFFERENCES.values()))[0]
    return {
        "patent_no": row["patent_no"],
        "inspected_quarter": row["inspected_quarter"],
        "inspection_outcome": label("inspection_outcome", outcome),
        "difference_kinds": label("difference_kind", difference) if outcome == "differs" else "",
        "inspected_on": day.isoformat(),
        "inspecting_unit": "【模拟】知识产权局",
        "inspection_evidence": "【模拟】现场记录",
        "data_origin": SIMULATED,
    }
