"""The shipped real sample as feed rows: a university's ledger and two listed companies' patents."""

from __future__ import annotations

import csv
import datetime as dt
import random
from pathlib import Path

from ingestion.sandbox.simulate.world import (
    MILITARY_MARKER,
    REAL,
    Institution,
    Patent,
    Record,
    SimulationOptions,
    Words,
    draw_quality,
    is_dead,
    label,
    random_date,
)
from panhuo.identifiers import IdentifierError, parse_patent_no
from panhuo.names import split_owners
from panhuo.periods import Period

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
LEDGER_SENDER = "北京理工大学"
# The ledger names no grant dates. Its last granted filing is of 2022-11, so all were granted before mid-2023.
LEDGER_GRANTED_BY = dt.date(2023, 6, 30)
LEDGER_LAG_DAYS = (700, 1200)
SHORTEST_LAG = dt.timedelta(days=180)
TYPE_WORDS = {"授权发明": "invention", "实用新型": "utility_model", "外观设计": "design"}


def real_institutions(words: Words) -> list[Institution]:
    """The real institutions that own patents of the sample; their codes are the project's own."""
    return [
        Institution(
            spec.code,
            spec.name,
            {
                "institution_id": spec.code,
                "institution_name": spec.name,
                "aliases": spec.aliases,
                "former_names": spec.former_names,
                "institution_uscc": "",
                "ip_university_role": label("ip_university_role", spec.role) if spec.role else "",
                "institution_kind": label("institution_kind", spec.kind),
                "province_code": spec.city[:2],
                "city_code": spec.city,
                "ministry": spec.ministry,
                "data_origin": REAL,
                "simulated_fields": "institution_id",
            },
        )
        for spec in words.real_institutions
    ]


def real_patents(options: SimulationOptions, institutions: list[Institution]) -> list[Patent]:
    """All 375 rows of the two tables, faults included, all of them stock of the first month."""
    codes = {institution.name: institution.code for institution in institutions}
    first = options.periods[0]
    rng = options.stream("real patents")
    ledger = read_csv(SAMPLES / "university_ledger.csv")
    listed = read_csv(SAMPLES / "listed_company_patents.csv")
    return [
        *(_ledger_patent(row, codes, first, rng) for row in ledger),
        *(_listed_patent(row, codes, first, rng) for row in listed),
    ]


def read_csv(path: Path) -> list[Record]:
    """Rows of a UTF-8 CSV file with a header."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _ledger_patent(row: Record, codes: dict[str, str], first: Period, rng: random.Random) -> Patent:
    """A row of the ledger; by their type digit all of them are inventions."""
    is_granted = row["status"] == label("legal_status", "granted")
    record = {
        "patent_no": row["patent_no"],
        "title": row["title"],
        "patent_type": label("patent_type", "invention"),
        "filing_date": row["filing_date"],
        "grant_date": _ledger_grant_date(row, rng).isoformat() if is_granted else "",
        "owners": row["owners"],
        "ipc_codes": "",
        "legal_status": row["status"],
        "abstract": "",
        "data_origin": REAL,
        "simulated_fields": "grant_date" if is_granted else "",
    }
    is_eligible = (
        is_granted
        and is_readable(row["patent_no"])
        and LEDGER_SENDER in row["owners"]
        and MILITARY_MARKER not in row["owners"]
    )
    reporter = codes[LEDGER_SENDER]
    return Patent(record, reporter, first, draw_quality(rng), is_eligible, is_listed_by_reporter=True)


def _ledger_grant_date(row: Record, rng: random.Random) -> dt.date:
    filed = dt.datetime.strptime(row["filing_date"], "%Y%m%d").replace(tzinfo=dt.UTC).date()
    granted = filed + dt.timedelta(days=rng.randint(*LEDGER_LAG_DAYS))
    return max(min(granted, LEDGER_GRANTED_BY), filed + SHORTEST_LAG)


def is_readable(number: str) -> bool:
    """Whether the number is one, check digit included."""
    try:
        parse_patent_no(number)
    except IdentifierError:
        return False
    return True


def _listed_patent(row: Record, codes: dict[str, str], first: Period, rng: random.Random) -> Patent:
    granted = dt.date.fromisoformat(row["publication_date"])
    record = {
        "patent_no": row["application_number"],
        "title": row["patent_title"],
        "patent_type": label("patent_type", TYPE_WORDS[row["patent_type"]]),
        "filing_date": _listed_filing_date(row, granted, rng).isoformat(),
        "grant_date": row["publication_date"],
        "owners": row["assignee"],
        "ipc_codes": row["ipc_code"],
        "legal_status": row["legal_status"],
        "abstract": "",
        "data_origin": REAL,
        "simulated_fields": "filing_date",
    }
    reporter = next((codes[owner] for owner in split_owners(row["assignee"]) if owner in codes), None)
    is_eligible = not is_dead(row["legal_status"]) and granted <= first.end_date
    return Patent(record, reporter, first, draw_quality(rng), is_eligible)


def _listed_filing_date(row: Record, granted: dt.date, rng: random.Random) -> dt.date:
    """A day in the year of the number, half a year before the grant where that leaves any."""
    year = int(row["application_number"][:4])
    first = dt.date(year, 1, 4)
    return random_date(rng, first, min(dt.date(year, 12, 31), granted - SHORTEST_LAG))
