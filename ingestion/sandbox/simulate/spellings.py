"""Owners of simulated patents as real files spell them, and what reviewers decide about a name nobody knows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ingestion.sandbox.simulate.world import SIMULATED, Institution, Patent, Record, SimulationOptions, label
from panhuo.periods import Period

UNKNOWN_NAME = "模拟联合研究院筹建处"
FACTORY = "实验工厂"
WANTED = {"line_break": 6, "full_width": 6, "former_name": 6, "campus": 4, "factory": 4, "unknown_name": 3}
"""Patents with owners in that spelling; fewer where there are none to take."""
_WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}


def spell_owners(
    options: SimulationOptions, institutions: list[Institution], patents: list[Patent]
) -> tuple[list[Patent], Counter[str]]:
    """The patents with some owners spelled otherwise, each patent once, and how many of each kind.

    A line break between co-owners, full-width digits, a former name, a campus behind the name, a university's
    factory as co-owner, and a name that no register has: the unknown owner of the patents of one institution.
    """
    rng = options.stream("owner spellings")
    register = {institution.code: institution.record for institution in institutions}
    places = [n for n, patent in enumerate(patents) if _may_change(options, patent)]
    rng.shuffle(places)
    spelled = list(patents)
    counts: Counter[str] = Counter()
    for kind, wanted in WANTED.items():
        for place in list(places):
            patent = patents[place]
            owners = _spelling(kind, patent.record["owners"], register[patent.reporter or ""])
            if counts[kind] == wanted:
                break
            if owners is not None:
                spelled[place] = replace(patent, record=patent.record | {"owners": owners})
                places.remove(place)
                counts[kind] += 1
    return spelled, counts


def _may_change(options: SimulationOptions, patent: Patent) -> bool:
    is_simulated = patent.record["data_origin"] == SIMULATED
    return is_simulated and patent.arrives == options.periods[0] and patent.reporter is not None and patent.is_eligible


def _spelling(kind: str, owners: str, institution: Record) -> str | None:
    """Owners in that spelling; None when the patent does not lend itself to it."""
    name = institution["institution_name"]
    if kind == "line_break":
        return owners.replace("；", "\n") if "；" in owners else None
    if owners != name:
        return None
    if kind == "former_name":
        return institution["former_names"] or None
    is_university = institution["institution_kind"] == label("institution_kind", "university")
    if kind in ("campus", "factory") and not is_university:
        return None
    spellings = {
        "full_width": name.translate(_WIDE),
        "campus": f"{name}(东校区)",
        "factory": f"{name}；{name}{FACTORY}",
        # All of it belongs to one institution, so that one decision settles it.
        "unknown_name": UNKNOWN_NAME if institution["institution_id"] == "S001" else None,
    }
    return spellings[kind]


def owner_decisions(period: Period, institutions: list[Institution]) -> list[Record]:
    """The reviewers' decisions: the unknown name belongs to the first simulated institution, a factory to none."""
    simulated = [institution for institution in institutions if institution.record["data_origin"] == SIMULATED]
    if not simulated:
        return []
    first = simulated[0]
    common = {"decided_by": "模拟审核员", "decided_on": f"{period}-20", "data_origin": SIMULATED}
    return [
        {
            "owner_name": UNKNOWN_NAME,
            "undecided_state": "review:reads_like_institution",
            "owner_decision": label("owner_decision", "is_institution"),
            "institution_id": first.code,
            "decision_basis": "【模拟】单位来函说明：筹建处为本单位内设机构",
            **common,
        },
        {
            "owner_name": f"{first.name}{FACTORY}",
            "undecided_state": f"refused:{first.code}",
            "owner_decision": label("owner_decision", "not_institution"),
            "institution_id": "",
            "decision_basis": "【模拟】工商登记为独立法人",
            **common,
        },
    ]
