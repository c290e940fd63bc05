"""What else an institution declares of a patent: the inventor's own view, evidence, funding, why it lies idle."""

from __future__ import annotations

import random

from ingestion.sandbox.simulate.world import Patent, Record, SimulationOptions, Words, label

STAGES = ("early", "middle", "late")
PROSPECTS = ("low", "medium", "high")
# Inventors think better of their work than their institutions do.
INVENTOR_SAYS, INVENTOR_OPTIMISM = 0.7, 0.45
EVIDENCE_WEIGHTS = {
    "trial": {"contract": 4, "statement": 5, "none": 1},
    "own_use": {"revenue": 3, "contract": 2, "statement": 4, "none": 1},
    "product": {"product": 6, "revenue": 4, "none": 1},
}
STRAY_EVIDENCE = 0.02
"""Share of patents said to be not implemented and yet with evidence."""
IDLE_REASON = 0.6
IDLE_REASON_WEIGHTS = {
    "in_negotiation": 4, "in_maturation": 5, "further_research": 4, "awaiting_approval": 1, "reserve": 2,
    "no_demand": 6, "other": 1,
}  # fmt: skip
FUNDED = {"是": 35, "否": 45, "": 20}
PROGRAMMES = ("国家重点研发计划", "国家自然科学基金", "省级重点研发计划", "市级科技计划")


def declare(options: SimulationOptions, words: Words, patent: Patent, stage: str, row: Record) -> Record:
    """The further columns of an inventory row, drawn for each patent on its own."""
    rng = options.stream(f"declarations {patent.number}")
    status = row["implementation_status"]
    return {
        **_inventor(rng, words, stage, row),
        "implementation_evidence": _evidence(rng, status),
        "idle_reason": _idle_reason(rng) if status == label("implementation_status", "none") else "",
        **_funding(rng, patent),
    }


def _inventor(rng: random.Random, words: Words, stage: str, row: Record) -> Record:
    if rng.random() > INVENTOR_SAYS:
        return {"inventor_maturity_word": "", "inventor_application_scenario": "", "inventor_prospect_level": ""}
    shift = rng.random() < INVENTOR_OPTIMISM
    own_stage = _higher(STAGES, stage if stage in STAGES else "early", shift)
    labels = {label("prospect_level", code): code for code in PROSPECTS}
    own_prospect = _higher(PROSPECTS, labels.get(row["prospect_level"], "medium"), shift)
    return {
        "inventor_maturity_word": rng.choice(words.maturity[own_stage]),
        "inventor_application_scenario": row["application_scenario"],
        "inventor_prospect_level": label("prospect_level", own_prospect),
    }


def _higher(scale: tuple[str, ...], value: str, shift: bool) -> str:
    return scale[min(scale.index(value) + shift, len(scale) - 1)]


def _evidence(rng: random.Random, status: str) -> str:
    weights = {label("implementation_status", code): values for code, values in EVIDENCE_WEIGHTS.items()}
    if status in weights:
        return label("implementation_evidence", _draw(rng, weights[status]))
    return label("implementation_evidence", "statement") if rng.random() < STRAY_EVIDENCE else ""


def _idle_reason(rng: random.Random) -> str:
    return label("idle_reason", _draw(rng, IDLE_REASON_WEIGHTS)) if rng.random() < IDLE_REASON else ""


def _funding(rng: random.Random, patent: Patent) -> Record:
    is_funded = _draw(rng, FUNDED)
    facts = {"funding_programme": "", "funding_project_name": "", "funding_project_no": ""}
    if is_funded == "是":
        facts = {
            "funding_programme": rng.choice(PROGRAMMES),
            "funding_project_name": f"【模拟】{patent.scenario or '关键技术'}研究",
            "funding_project_no": f"MN{rng.randint(2008, 2020)}-{rng.randint(1, 9999):04d}",
        }
    return {"is_publicly_funded": is_funded, **facts}


def _draw(rng: random.Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
