"""Institutions, patents and enterprises that do not exist, recognisable as such wherever they stand.

Names and titles carry 模拟. Serials of simulated patents start at 9,900,000, which no year's filings
of one kind reach; organisation codes of simulated enterprises start with MN.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from itertools import count

from ingestion.sandbox.simulate.world import (
    DEAD_STATUSES,
    SIMULATED,
    Enterprise,
    Institution,
    Patent,
    Record,
    ScenarioError,
    SimulationOptions,
    Theme,
    Trade,
    Words,
    add_years,
    draw_leniency,
    draw_quality,
    label,
    random_date,
)
from panhuo.identifiers import patent_check_digit, uscc_check_character
from panhuo.periods import Period

# First two places of a credit code (GB 32100-2015): registered by which authority, as what.
ENTERPRISE, PUBLIC_INSTITUTION = "91", "12"
FIRST_SERIAL = 9_900_000
# Where the serials of a drop begin; no scenario reaches either.
FIRST_DROPPED_SERIAL = 9_990_000
UNKNOWN_SERIAL = 9_999_999
TYPE_DIGITS = {"invention": "1", "utility_model": "2", "design": "3"}
TYPE_WEIGHTS = {"invention": 72, "utility_model": 25, "design": 3}
TITLE_ENDINGS = {"invention": "方法", "utility_model": "装置", "design": "设备外观"}
EXAMINATION_DAYS = {"invention": (420, 1100), "utility_model": (120, 360), "design": (90, 240)}
TERM_YEARS = {"invention": 20, "utility_model": 10, "design": 10}
STATUS_WEIGHTS = {
    "granted": 880, "transferred": 20, "pledged": 8, "license_recorded": 18, "open_license": 6,
    "preserved": 2, "pending": 12, "fee_lapsed": 45, "abandoned": 4, "double_grant_abandoned": 2,
    "invalidated": 3,
}  # fmt: skip
EARLIEST_FILING = {"invention": 2008, "utility_model": 2013, "design": 2014}
INCREMENTS_PER_MONTH = (1, 3)
MISTYPED_FROM = 9_900
CLASS_WEIGHTS = {
    "high_tech": 0.6, "specialised": 0.4, "ip_advantage": 0.25, "technology_innovation": 0.15,
    "state_owned": 0.12, "central_state_owned": 0.05,
}  # fmt: skip


def invent_institutions(words: Words, size: int) -> list[Institution]:
    """The first `size` simulated institutions of `words.yml`."""
    if size > len(words.simulated_institutions):
        raise ScenarioError(f"最多可模拟 {len(words.simulated_institutions)} 家单位，要求了 {size} 家。")
    numbers: dict[str, int] = {}
    institutions = []
    for code, spec in zip(count(1), words.simulated_institutions[:size], strict=False):
        numbers[spec.kind] = numbers.get(spec.kind, 0) + 1
        name = f"模拟{words.institution_names[spec.kind]}{numbers[spec.kind]:02d}"
        record = {
            "institution_id": f"S{code:03d}",
            "institution_name": name,
            "aliases": "",
            "former_names": spec.former_name,
            "institution_uscc": simulated_uscc(spec.city, code, PUBLIC_INSTITUTION),
            "ip_university_role": label("ip_university_role", spec.role) if spec.role else "",
            "institution_kind": label("institution_kind", spec.kind),
            "province_code": spec.city[:2],
            "city_code": spec.city,
            "ministry": "",
            "data_origin": SIMULATED,
            "simulated_fields": "",
        }
        institutions.append(Institution(record["institution_id"], name, record))
    return institutions


def invent_patents(
    options: SimulationOptions, words: Words, institutions: list[Institution], partners: list[Enterprise]
) -> list[Patent]:
    """Stock of every institution, and what is granted to it in each month of the scenario."""
    rng = options.stream("patents")
    serials = count(FIRST_SERIAL)
    first = options.periods[0]
    patents: list[Patent] = []
    for institution in institutions:
        stock = range(rng.randint(*options.size.patents_per_institution))
        patents += [_stock_patent(rng, words, institution, first, serials) for _ in stock]
        for period in options.periods:
            granted = range(rng.randint(*INCREMENTS_PER_MONTH))
            patents += [grant_of_month(rng, words, institution, period, serials) for _ in granted]
    return [_maybe_co_owned(rng, patent, institutions, partners) for patent in patents]


def _stock_patent(
    rng: random.Random, words: Words, institution: Institution, first: Period, serials: Iterator[int]
) -> Patent:
    kind = _draw(rng, TYPE_WEIGHTS)
    status = _draw(rng, STATUS_WEIGHTS)
    last_filing = first.start_date - dt.timedelta(days=EXAMINATION_DAYS[kind][1])
    filed = random_date(rng, dt.date(EARLIEST_FILING[kind], 1, 1), last_filing)
    granted = filed + dt.timedelta(days=rng.randint(*EXAMINATION_DAYS[kind]))
    if status == "granted" and add_years(filed, TERM_YEARS[kind]) <= first.start_date:
        status = "term_expired"
    return _patent(rng, words, institution, kind, status, filed, granted, first, serials)


def grant_of_month(
    rng: random.Random, words: Words, institution: Institution, period: Period, serials: Iterator[int]
) -> Patent:
    """A patent granted to an institution in that month."""
    kind = _draw(rng, TYPE_WEIGHTS)
    granted = random_date(rng, period.start_date, period.end_date)
    filed = granted - dt.timedelta(days=rng.randint(*EXAMINATION_DAYS[kind]))
    return _patent(rng, words, institution, kind, "granted", filed, granted, period, serials)


def _patent(
    rng: random.Random, words: Words, institution: Institution, kind: str, status: str, filed: dt.date,
    granted: dt.date, arrives: Period, serials: Iterator[int],
) -> Patent:  # fmt: skip
    theme = rng.choice(words.themes)
    title = f"【模拟】一种{rng.choice(theme.objects)}的{rng.choice(theme.acts)}{TITLE_ENDINGS[kind]}"
    record = {
        "patent_no": simulated_number(filed.year, kind, next(serials), rng),
        "title": title,
        "patent_type": label("patent_type", kind),
        "filing_date": write_date(filed, rng),
        "grant_date": "" if status == "pending" else write_date(granted, rng),
        "owners": institution.name,
        "ipc_codes": "" if kind == "design" else _ipc(rng, theme),
        "legal_status": label("legal_status", status),
        "abstract": f"【模拟】本摘要由程序生成。{title.removeprefix('【模拟】')}，用于{theme.scenario}。",
        "data_origin": SIMULATED,
        "simulated_fields": "",
    }
    return Patent(
        record=record,
        reporter=institution.code,
        arrives=arrives,
        quality=draw_quality(rng),
        is_eligible=status not in DEAD_STATUSES,
        scenario=theme.scenario,
    )


def _maybe_co_owned(
    rng: random.Random, patent: Patent, institutions: list[Institution], partners: list[Enterprise]
) -> Patent:
    draw = rng.random()
    if draw < 0.06 and partners:
        partner = rng.choice(partners).record["enterprise_name"]
    elif draw < 0.09:
        partner = rng.choice(institutions).name
    else:
        return patent
    if partner not in patent.record["owners"]:
        patent.record["owners"] += f"；{partner}"
    return patent


def _ipc(rng: random.Random, theme: Theme) -> str:
    return "; ".join(theme.ipc[: rng.randint(1, len(theme.ipc))])


def simulated_number(year: int, kind: str, serial: int, rng: random.Random) -> str:
    """A check-digit-valid application number in one of the spellings seen in real files."""
    digits = f"{year}{TYPE_DIGITS[kind]}{serial:07d}"
    check = patent_check_digit(digits)
    return rng.choice((f"CN{digits}.{check}", f"ZL {digits}.{check}", f"{digits}{check}"))


def write_date(date: dt.date, rng: random.Random) -> str:
    """A date in one of the spellings seen in real files."""
    return date.strftime(rng.choice(("%Y-%m-%d", "%Y-%m-%d", "%Y.%m.%d", "%Y%m%d")))


def invent_enterprises(options: SimulationOptions, words: Words) -> list[Enterprise]:
    """Simulated enterprises; the last seventh registers after the first month."""
    rng = options.stream("enterprises")
    names: set[str] = set()
    enterprises = []
    for number in range(1, options.size.enterprises + 1):
        trade = rng.choice(words.enterprise_words.trades)
        record = _enterprise(rng, words, number, _enterprise_name(rng, words, trade.name, names), trade)
        enterprises.append(Enterprise(record["enterprise_id"], record, arrival(options, number), draw_leniency(rng)))
    return enterprises


def mistyped_enterprise(rng: random.Random, words: Words, number: int) -> Record:
    """An enterprise whose code has two neighbours swapped, so that its check character is wrong."""
    number += MISTYPED_FROM
    name = f"【模拟】代码录错{number}有限公司"
    record = _enterprise(rng, words, number, name, words.enterprise_words.trades[0])
    code = record["enterprise_id"]
    return record | {"enterprise_id": code[:8] + code[9] + code[8] + code[10:]}


def _enterprise(rng: random.Random, words: Words, number: int, name: str, trade: Trade) -> Record:
    city = rng.choice(sorted(words.regions))
    return {
        "enterprise_id": simulated_uscc(city, number),
        "enterprise_name": name,
        "province_code": city[:2],
        "city_code": city,
        **invented_profile(rng, words, number),
        "registered_on": random_date(rng, dt.date(1998, 1, 1), dt.date(2022, 12, 31)).isoformat(),
        "business_scope": f"{trade.scope}（模拟）。",
        "data_origin": SIMULATED,
        "simulated_fields": "",
    }


def arrival(options: SimulationOptions, number: int) -> Period:
    """Month in which the enterprise of that number registers: most in the first, every seventh later."""
    later = options.periods[1:]
    return later[number % len(later)] if later and number % 7 == 0 else options.periods[0]


def invented_profile(rng: random.Random, words: Words, number: int) -> Record:
    """Classes, group and contact of an enterprise: what no public register tells."""
    codes = [code for code, chance in CLASS_WEIGHTS.items() if rng.random() < chance]
    in_group = rng.random() < 0.2
    return {
        "enterprise_classes": "、".join(label("enterprise_class", code) for code in codes),
        "group_name": f"【模拟】{rng.choice(words.enterprise_words.groups)}" if in_group else "",
        "contact_name": f"模拟联系人{number:04d}",
        "contact_phone": fictitious_phone(number),
    }


def fictitious_phone(number: int) -> str:
    """A number nobody has: local numbers never start with 0."""
    return f"010-0000{number % 10_000:04d}"


def _enterprise_name(rng: random.Random, words: Words, trade: str, taken: set[str]) -> str:
    while True:
        name = f"【模拟】{rng.choice(words.enterprise_words.brands)}{trade}有限公司"
        if name in taken:
            name = name.replace("有限公司", f"（{len(taken)}号）有限公司")
        if name not in taken:
            taken.add(name)
            return name


def simulated_uscc(city_code: str, number: int, kind: str = ENTERPRISE) -> str:
    """A credit code with valid check characters whose organisation code starts with MN.

    GB 32100-2015 puts the organisation code of GB 11714-1997 (weights 3, 7, 9, 10, 5, 8, 4, 2; modulo 11) at
    places 9 to 17.
    """
    body = f"MN{number:06d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    weighted = sum(int(char, 36) * weight for char, weight in zip(body, weights, strict=True))
    check = "0123456789X"[-weighted % 11]
    code = f"{kind}{city_code}00{body}{check}"
    return code + uscc_check_character(code)


def _draw(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
