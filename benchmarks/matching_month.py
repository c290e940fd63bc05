"""A month too large to score every pair, end to end: candidates, evidence for them, assignment, reasons.

`python -m benchmarks.matching_month [--patents N] [--firms N]` invents a month (see `benchmarks.matching`) in which a
fifth of the patents belong to firms of the pool, and goes by candidates whatever its size.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import json
import pstats
import resource
import time
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.matching import INSTITUTION_CITIES, firm_texts, patent_texts
from panhuo.matching.ipc import titles
from panhuo.matching.month import MonthTables, match_month
from panhuo.matching.policy_evidence import KnownTables
from panhuo.policy import load_policy

STEPS = ("score_candidates", "earlier", "candidate_pairs", "gather_pairs", "_with_needs", "assign_near", "carry", "of")


def month(patent_count: int, firm_count: int, seed: int = 4) -> MonthTables:
    """Patents of ten years, pushable all, in tiers by turns; firms named after what they do."""
    chance = np.random.default_rng(seed)
    symbols = sorted(symbol for symbol in titles() if "/" in symbol)
    texts, scopes = patent_texts(patent_count), firm_texts(firm_count)
    names = [f"{scope.split('；')[0]}{number}有限公司" for number, scope in enumerate(scopes)]
    owners = chance.integers(firm_count, size=patent_count)
    is_firm = chance.random(patent_count) < 0.2
    institutions = chance.integers(max(patent_count // 200, 1), size=patent_count)
    days = chance.integers(3650, size=patent_count)
    cities = [f"{3701 + number % INSTITUTION_CITIES}" for number in range(max(patent_count, firm_count))]
    patents, pushable, recipients = [], [], []
    for row, text in enumerate(texts):
        number = f"P{row:07}"
        patents.append(
            {
                "patent_no": number,
                "title": text.split("，")[0],
                "abstract": text,
                "main_ipc": symbols[row % len(symbols)],
                "filing_date": dt.date(2014, 1, 1) + dt.timedelta(int(days[row])),
                "owners": names[owners[row]] if is_firm[row] else f"第{institutions[row]}大学",
            }
        )
        city = cities[institutions[row]]
        place = {"institution_id": f"I{institutions[row]}", "city_code": city, "city_name": f"第{city}市"}
        pushable.append({"patent_no": number, **place, "tier": ("T1", "T2", "T3", "T0")[row % 4]})
    for row, scope in enumerate(scopes):
        place = {"province_name": "", "city_name": f"第{cities[row]}市", "city_code": cities[row]}
        firm = {
            "enterprise_id": f"E{row:07}",
            "enterprise_name": names[row],
            "business_scope": scope,
            "interests": None,
        }
        recipients.append({**firm, **place, "push_capacity": 20})
    none = [pa.table({name: pa.array([], pa.string()) for name in columns}) for columns in KNOWN]
    barriers = pa.table({name: pa.array([], pa.string()) for name in ("patent_no", "enterprise_id")})
    return MonthTables(
        *(pa.Table.from_pylist(rows) for rows in (patents, pushable, recipients)), barriers, KnownTables(*none)
    )


KNOWN = (
    ("need_id", "enterprise_id", "need_title", "need_text", "ipc_codes"),
    ("enterprise_id", "patent_no", "opinion_weight"),
    ("enterprise_id", "response_gain"),
    ("enterprise_id", "sei_code"),
    ("patent_no", "sei_code"),
)


def measured(patent_count: int, firm_count: int) -> dict[str, Any]:
    policy = load_policy().matching
    policy = policy.model_copy(update={"max_exact_pairs": policy.max_exact_pairs.model_copy(update={"value": 0})})
    tables = month(patent_count, firm_count)
    profile = cProfile.Profile(time.process_time)
    start = time.process_time()
    profile.enable()
    matches = match_month(tables, policy)
    profile.disable()
    spent = time.process_time() - start
    steps = {key[2]: value[3] for key, value in pstats.Stats(profile).stats.items() if "/matching/" in key[0]}
    (summary,) = matches.summary.to_pylist()
    return {
        "patents": patent_count,
        "firms": firm_count,
        "processor_seconds": round(spent, 1),
        "of_which": {name: round(steps[name], 1) for name in STEPS if name in steps},
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "pushes": len(matches.pushes),
        "objective ÷ bound": round(summary["objective"] / summary["objective_bound"], 4),
        **summary,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patents", type=int, default=50_000)
    parser.add_argument("--firms", type=int, default=40_000)
    given = parser.parse_args()
    print(json.dumps(measured(given.patents, given.firms), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
