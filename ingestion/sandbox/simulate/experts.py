"""A pool of experts that do not exist, employed by the scenario's enterprises and institutions."""

from __future__ import annotations

import datetime as dt
import random
import re

from ingestion.sandbox.simulate.world import SIMULATED, Record, SimulationOptions, World, random_date
from panhuo.periods import Period

EXPERTS_PER_INSTITUTION, FEWEST = 6, 12
# Of ten experts two are professors; the plan asks for experts of industry first.
INSTITUTION_SHARE, MOVED_SHARE, DECLARED_SHARE, LATER_SHARE, LEAVING_SHARE = 0.2, 0.25, 0.1, 0.1, 0.08
CAPACITIES = (2, 3, 4, 5, 6, 8)
MOST_SUBCLASSES = 5
_SUBCLASS = re.compile(r"[A-H]\d\d[A-Z]")
# An industry of GB/T 4754-2017 for each section of the IPC; an expert's industries follow its subclasses.
INDUSTRIES = {
    "A": "3581", "B": "3443", "C": "2662", "D": "1751", "E": "4813", "F": "3443", "G": "4014", "H": "3821",
}  # fmt: skip


def experts_of(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """The pool as the register states it in a month: whoever has joined by then."""
    rng = options.stream("experts")
    employers = _employers(world)
    subclasses = sorted(
        {code for patent in world.patents for code in _SUBCLASS.findall(patent.record.get("ipc_codes", ""))}
    )
    size = max(FEWEST, EXPERTS_PER_INSTITUTION * len(world.institutions))
    pool = [_expert(rng, options, world, employers, subclasses, number) for number in range(1, size + 1)]
    return [record for joined, record in pool if joined <= period]


def _employers(world: World) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Codes and names of the institutions that state a code, and of the enterprises."""
    institutions = [
        (x.record["institution_uscc"], x.name) for x in world.institutions if x.record.get("institution_uscc")
    ]
    enterprises = [(x.code, x.record["enterprise_name"]) for x in world.enterprises]
    return institutions, enterprises


def _expert(
    rng: random.Random, options: SimulationOptions, world: World,
    employers: tuple[list[tuple[str, str]], list[tuple[str, str]]], subclasses: list[str], number: int,
) -> tuple[Period, Record]:  # fmt: skip
    institutions, enterprises = employers
    is_professor = bool(institutions) and rng.random() < INSTITUTION_SHARE
    employer, name = rng.choice(institutions if is_professor else enterprises)
    known = sorted(rng.sample(subclasses, min(rng.randint(2, MOST_SUBCLASSES), len(subclasses))))
    first = options.periods[0]
    joined = rng.choice(options.periods[1:]) if len(options.periods) > 1 and rng.random() < LATER_SHARE else first
    leaves = rng.choice(options.periods).start_date if rng.random() < LEAVING_SHARE else None
    moved = rng.choice([*institutions, *enterprises])[0] if rng.random() < MOVED_SHARE else ""
    left = random_date(rng, dt.date(2017, 1, 1), first.start_date)
    declared = rng.choice(world.institutions).code if rng.random() < DECLARED_SHARE else ""
    return joined, {
        "expert_id": f"X{number:04d}",
        "expert_name": f"模拟专家{number:04d}",
        "contact_phone": f"1990000{number:04d}",
        "employer_id": employer,
        "employer_name": name,
        "former_employers": f"{moved} {left:%Y-%m}" if moved and moved != employer else "",
        "declared_conflicts": declared,
        "industry_codes": "、".join(sorted({INDUSTRIES[code[0]] for code in known})),
        "ipc_subclasses": "、".join(known),
        "monthly_capacity": str(rng.choice(CAPACITIES)),
        "available_from": random_date(rng, dt.date(2023, 1, 1), dt.date(2024, 3, 1)).isoformat(),
        "available_until": leaves.isoformat() if leaves else "",
        "data_origin": SIMULATED,
    }
