"""The real patents and firms of one city, read where they lie; nothing of them is shipped."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

from ingestion.sandbox.simulate.invented import EXAMINATION_DAYS, TERM_YEARS, arrival, invented_profile
from ingestion.sandbox.simulate.listed import read_csv
from ingestion.sandbox.simulate.world import (
    MILITARY_MARKER,
    REAL,
    Enterprise,
    Institution,
    Patent,
    Record,
    ScenarioError,
    SimulationOptions,
    Words,
    add_years,
    draw_leniency,
    draw_quality,
    label,
)
from panhuo.contracts.model import Strict, load_yaml
from panhuo.names import normalise_name

PATENTS_FILE = "stays_here/taian_org_patents_with_abstracts.csv"
ENTERPRISES_FILE = "stays_here/taian_enterprises.csv"
HOME_CITY = "3709"
KINDS = {"高校": "university", "科研机构": "research_institute", "医疗机构": "hospital"}
TYPES = {"发明": "invention", "实用新型": "utility_model", "外观设计": "design"}
PATENT_INVENTIONS = "grant_date|legal_status"
ENTERPRISE_INVENTIONS = "enterprise_classes|group_name|contact_name|contact_phone"


class KnownInstitution(Strict):
    """An institution of `taian_institutions.yml`: its present name, its other names, and why that is so."""

    name: str
    kind: str
    city: str = HOME_CITY
    ministry: str = ""
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    reason: str


class NotInstitution(Strict):
    """An applicant that the table counts among the institutions and that is none."""

    name: str
    reason: str


class KnownInstitutions(Strict):
    """`taian_institutions.yml`."""

    institutions: list[KnownInstitution]
    not_institutions: list[NotInstitution]


def load_known_institutions() -> KnownInstitutions:
    """Load `taian_institutions.yml`; pydantic's ValidationError names what is wrong in it."""
    return KnownInstitutions(**load_yaml(Path(__file__).with_name("taian_institutions.yml")))


def read_shared(options: SimulationOptions, file: str) -> list[Record]:
    """Rows of a file of the shared data folder; ScenarioError when it is not there."""
    path = options.shared_data / file
    if not path.is_file():
        raise ScenarioError(
            f"找不到 {path.name}：样本 taian 需要项目之外的真实数据。"
            "请把环境变量 PANHUO_SHARED_DATA 指向含 stays_here/ 的目录，或改用样本 listed。"
        )
    return read_csv(path)


def taian_institutions(rows: list[Record]) -> list[Institution]:
    """The applicants that are no companies, under their present names; codes by name order."""
    known = load_known_institutions()
    specs = {spec.name: spec for spec in known.institutions}
    covered = {alias for spec in known.institutions for alias in [spec.name, *spec.aliases]}
    covered |= {entry.name for entry in known.not_institutions}
    for row in rows:
        name = normalise_name(row["applicant"])
        kind = KINDS.get(row["applicant_kind"])
        if kind is not None and name not in covered:
            specs[name] = KnownInstitution(name=name, kind=kind, reason="as the table has it")
    return [_institution(number, specs[name]) for number, name in enumerate(sorted(specs), start=1)]


def _institution(number: int, spec: KnownInstitution) -> Institution:
    code = f"T{number:03d}"
    record = {
        "institution_id": code,
        "institution_name": spec.name,
        "aliases": "；".join(spec.aliases),
        "former_names": "；".join(spec.former_names),
        "institution_uscc": "",
        "ip_university_role": "",
        "institution_kind": label("institution_kind", spec.kind),
        "province_code": spec.city[:2],
        "city_code": spec.city,
        "ministry": spec.ministry,
        "data_origin": REAL,
        "simulated_fields": "institution_id",
    }
    return Institution(code, spec.name, record)


def taian_patents(options: SimulationOptions, rows: list[Record], institutions: list[Institution]) -> list[Patent]:
    """Every patent of the table, as stock of the first month; term alone decides which are alive."""
    codes = {institution.name: institution.code for institution in institutions}
    for institution in institutions:
        codes |= {alias: institution.code for alias in institution.record["aliases"].split("；") if alias}
    rng = options.stream("real patents")
    return [_patent(options, row, codes, rng) for row in rows]


def _patent(options: SimulationOptions, row: Record, codes: dict[str, str], rng: random.Random) -> Patent:
    kind = TYPES[row["patent_type"]]
    filed = dt.date.fromisoformat(row["filing_date"])
    granted = filed + dt.timedelta(days=rng.randint(*EXAMINATION_DAYS[kind]))
    first = options.periods[0]
    record = {
        "patent_no": row["application_no"],
        "title": row["title"],
        "patent_type": label("patent_type", kind),
        "filing_date": row["filing_date"],
        "grant_date": granted.isoformat(),
        "owners": row["applicant"],
        "ipc_codes": row["main_class"],
        "legal_status": label("legal_status", "granted"),
        "abstract": row["abstract"],
        "data_origin": REAL,
        "simulated_fields": PATENT_INVENTIONS,
    }
    owner = normalise_name(row["applicant"])
    is_eligible = add_years(filed, TERM_YEARS[kind]) > first.start_date and MILITARY_MARKER not in owner
    return Patent(record, codes.get(owner), first, draw_quality(rng), is_eligible)


def taian_enterprises(options: SimulationOptions, words: Words, rows: list[Record]) -> list[Enterprise]:
    """Every firm of the table with its real register entry; classes, groups and contacts are invented."""
    rng = options.stream("enterprises")
    enterprises = []
    for number, row in enumerate(rows, start=1):
        city = words.city_code(row["province"], row["city"])
        record = {
            "enterprise_id": row["uscc"],
            "enterprise_name": row["name"],
            "province_code": city[:2],
            "city_code": city,
            **invented_profile(rng, words, number),
            "registered_on": row["registered_on"],
            "business_scope": row["business_scope"],
            "data_origin": REAL,
            "simulated_fields": ENTERPRISE_INVENTIONS,
        }
        enterprises.append(Enterprise(row["uscc"], record, arrival(options, number), draw_leniency(rng)))
    return enterprises
