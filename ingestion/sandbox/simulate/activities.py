"""Roadshows and filings of the regions in which a scenario's institutions lie, all of them invented."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

from ingestion.sandbox.simulate.world import SIMULATED, Record, SimulationOptions, World, label, random_date
from panhuo.periods import Period

ACTIVITIES = (("roadshow", 9), ("roadshow", 6), ("matchmaking", 4), ("training", 0))
"""Kind of a month's activities and how many patents each shows."""
# Kind of filing, kind of filer, day, what it is about, and what it counts; each comes in the month at its place.
FILINGS: tuple[tuple[tuple[str, str, dt.date, str, str], ...], ...] = (
    (
        ("contact_list", "province", dt.date(2024, 2, 2), "", "1"),
        ("implementation_plan", "province", dt.date(2024, 3, 4), "", ""),
    ),
    (
        ("operation_centre_provincial", "province", dt.date(2024, 5, 20), "【模拟】省级运营中心一", ""),
        ("technology_managers", "province", dt.date(2024, 5, 28), "", "420"),
    ),
    (
        ("half_year_report", "province", dt.date(2024, 6, 28), "", ""),
        ("promotion_started", "province", dt.date(2024, 6, 18), "", ""),
        ("technology_managers", "province", dt.date(2024, 6, 27), "", "185"),
    ),
)


def activities_of(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """Activities of a month in the cities that have most institutions."""
    rng = options.stream(f"activities {period}")
    cities = Counter(x.record["city_code"] for x in world.institutions)
    places = sorted(cities, key=lambda code: (-cities[code], code))[:2]
    patents = sorted({x.number for x in world.patents if x.is_eligible and x.reporter and x.arrives <= period})
    return [
        _activity(
            rng, period, number, kind, places[number % len(places)], rng.sample(patents, min(shown, len(patents)))
        )
        for number, (kind, shown) in enumerate(ACTIVITIES, start=1)
    ]


def _activity(rng: random.Random, period: Period, number: int, kind: str, city: str, patents: list[str]) -> Record:
    day = random_date(rng, period.start_date, period.end_date)
    return {
        "activity_no": f"HD{period.year}{period.month:02d}-{number:02d}",
        "activity_kind": label("activity_kind", kind),
        "activity_name": f"【模拟】{period.month}月第{number}场{label('activity_kind', kind)}",
        "organiser": "【模拟】知识产权局",
        "city_code": city,
        "held_on": day.isoformat(),
        "is_online": rng.choice(("是", "否")),
        "shown_patent_nos": "、".join(sorted(patents)),
        "attended_enterprise_count": str(rng.randint(15, 120)),
        "data_origin": SIMULATED,
    }


def filings_of(options: SimulationOptions, world: World, period: Period) -> list[Record]:
    """What the province with most institutions files in a month."""
    provinces = Counter(x.record["province_code"] for x in world.institutions)
    province = min(provinces, key=lambda code: (-provinces[code], code))
    place = options.periods.index(period)
    return [
        {
            "filing_no": f"BS{period.year}{period.month:02d}-{number:02d}",
            "filing_kind": label("filing_kind", kind),
            "filer_kind": label("filer_kind", filer),
            "filer_code": province,
            "subject_name": subject,
            "filed_on": day.isoformat(),
            "filed_count": counted,
            "filing_evidence": f"【模拟】〔{day.year}〕{number}号",
            "data_origin": SIMULATED,
        }
        for number, (kind, filer, day, subject, counted) in enumerate(FILINGS[place % len(FILINGS)], start=1)
    ]
