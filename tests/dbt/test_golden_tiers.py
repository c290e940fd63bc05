"""Tiers of the golden cases: the models against written figures and against the formula computed another way."""

import datetime as dt
from itertools import pairwise, product
from math import sqrt
from statistics import fmean, pvariance

import numpy as np
import pytest

from benchmarks.tier_methods import NO_FIELD, Evaluations, leniency, shipped
from panhuo.contracts.model import PROJECT_ROOT, load_yaml
from panhuo.policy import load_policy

CASES = sorted((PROJECT_ROOT / "tests" / "golden" / "tiers").iterdir())
MONTHS = ("2024-04", "2024-05", "2024-06")
CONSTANTS = load_policy().tiering.versions[0]
TRL = {word: trl for _, word, trl in load_policy().maturity.entries}
FIELD_OF = {"A01B": 29, "B60K": 32, "C12N": 15, "D21B": 28, "E21B": 35}


def read_case(case, name):
    return load_yaml(case / f"{name}.yml")


def evaluations_of(case):
    """Single evaluations of a case in the order in which they arrive."""
    for line in read_case(case, "input")["evaluations"]:
        month = line.get("period", MONTHS[0])
        for enterprise in line["enterprises"]:
            yield {
                "period": month,
                "patent_no": line["patent_no"],
                "enterprise_id": enterprise,
                "kind": line.get("kind", "enterprise"),
                "score": line["score"],
                "on": dt.date.fromisoformat(f"{month}-{line.get('day', 5):02d}"),
            }


def enterprises_of(case):
    """Code → name and group of every enterprise of a case."""
    told = read_case(case, "input").get("enterprises", {})
    codes = {e["enterprise_id"] for e in evaluations_of(case)} | set(told)
    return {
        code: {"name": told.get(code, {}).get("name", f"企业{code}"), "group": told.get(code, {}).get("group")}
        for code in sorted(codes)
    }


@pytest.fixture(scope="module")
def built_warehouse(raw_tables, run_build):
    """Warehouse of all golden cases."""
    raw = raw_tables()
    raw.institution("G1", "黄金大学")
    for case in CASES:
        for code, enterprise in enterprises_of(case).items():
            raw.enterprise(code, enterprise["name"], group_name=enterprise["group"])
        for patent in read_case(case, "input")["patents"]:
            kind = {"patent_type": patent["patent_type"]} if "patent_type" in patent else {}
            filed = dt.date(2018, 1, 2)
            raw.patent(
                patent["patent_no"],
                patent.get("owners", "黄金大学"),
                ipc_codes=patent["ipc_codes"],
                filing_date=filed,
                **kind,
            )
            raw.entry(patent["patent_no"], "G1", maturity_word=patent["maturity_word"], intent=patent["intent"])
        for e in evaluations_of(case):
            raw.evaluation(
                e["patent_no"],
                e["enterprise_id"],
                e["score"],
                evaluator_kind=e["kind"],
                evaluated_on=e["on"],
                period=e["period"],
            )
    result, warehouse = run_build(raw, MONTHS[-1], select=["+int_tiers_explained"])
    assert result.is_clean, result.problems
    return warehouse


@pytest.fixture(scope="module")
def built(built_warehouse, read):
    """Rows of all three months by (period, patent)."""
    rows = read(
        built_warehouse,
        "select s.*, h.tier from int_tiers_scored s left join int_tiers_held h using (period, patent_no)",
    )
    return {(row["period"], row["patent_no"]): row for row in rows}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_case(case, built):
    expect = read_case(case, "expect")
    for row in expect["rows"]:
        actual = built[row["period"], row["patent_no"]]
        assert {name: actual[name] for name in row} == row
    for number in expect.get("absent", []):
        assert not any(patent == number for _, patent in built)


def reference(month):
    """θ, L80 and raw tier of every golden patent, straight from the formula of the policy."""
    patents, standing, groups = {}, {}, {}
    for case in CASES:
        enterprises = enterprises_of(case)
        groups |= {code: enterprise["group"] or code for code, enterprise in enterprises.items()}
        patents |= {patent["patent_no"]: patent for patent in read_case(case, "input")["patents"]}
        for e in evaluations_of(case):
            owners = patents[e["patent_no"]].get("owners", "").split("|")
            if e["period"] <= month and enterprises[e["enterprise_id"]]["name"] not in owners:
                key = e["patent_no"], e["enterprise_id"]
                if key not in standing or standing[key]["on"] <= e["on"]:
                    standing[key] = e
    counted = list(standing.values())

    def statistics(patent_no):
        own = [e["score"] for e in counted if field(e["patent_no"]) == field(patent_no) is not None]
        scores = own if len(own) >= CONSTANTS.min_field_evaluations.value else [e["score"] for e in counted]
        return fmean(scores), pvariance(scores)

    def field(patent_no):
        symbol = patents[patent_no]["ipc_codes"]
        return FIELD_OF[symbol[:4]] if symbol else None

    def leniency(enterprise):
        own = [e["score"] - statistics(e["patent_no"])[0] for e in counted if e["enterprise_id"] == enterprise]
        return len(own) / (len(own) + CONSTANTS.leniency_shrinkage.value) * fmean(own)

    def weight(e):
        group = groups[e["enterprise_id"]]
        members = [o for o in counted if o["patent_no"] == e["patent_no"] and groups[o["enterprise_id"]] == group]
        full = CONSTANTS.expert_weight if e["kind"] == "expert" else CONSTANTS.enterprise_weight
        return full.value / len(members)

    figures = {}
    for number, patent in patents.items():
        heard = [e for e in counted if e["patent_no"] == number]
        mean, variance = statistics(number)
        weights = sum(weight(e) for e in heard)
        prior = CONSTANTS.prior_weight.value
        corrected = sum(weight(e) * (e["score"] - leniency(e["enterprise_id"])) for e in heard)
        theta = (corrected + prior * mean) / (weights + prior)
        l80 = theta - CONSTANTS.confidence_factor.value * sqrt(variance / (weights + prior))
        independent = len({groups[e["enterprise_id"]] for e in heard})
        figures[number] = (
            theta,
            l80,
            tier(independent, theta, l80, TRL.get(patent["maturity_word"]), patent["intent"]),
        )
    return figures


def tier(independent, theta, l80, trl, intent):
    if independent < 2:
        return "T0"
    if l80 >= 3.5 and (trl or 0) >= 7 and {"license", "transfer"} & set(intent.split("|")):
        return "T1"
    if theta < 3:
        return "T4"
    return "T2" if (trl or 0) >= 4 else "T3"


@pytest.mark.parametrize("month", MONTHS)
def test_models_agree_with_the_formula(month, built):
    expected = reference(month)
    rows = {patent: row for (period, patent), row in built.items() if period == month}
    assert set(rows) == set(expected) - {"C2"}
    for number, row in rows.items():
        theta, l80, raw_tier = expected[number]
        assert row["theta"] == pytest.approx(theta, abs=2e-6), number
        assert row["l80"] == pytest.approx(l80, abs=2e-6), number
        assert row["raw_tier"] == raw_tier, number


@pytest.mark.parametrize("month", MONTHS)
def test_the_study_computes_what_the_models_do(month, built, built_warehouse, read):
    """The vectorised formula of benchmarks/tiers.py, fed with what counts in the models."""
    counted = read(
        built_warehouse,
        f"select * from int_evaluations_counted where uncounted_reason is null and period = '{month}' "
        "order by patent_no, enterprise_id",
    )
    patents, evaluators, groups = (
        sorted({row[name] for row in counted}) for name in ("patent_no", "enterprise_id", "evaluator_group")
    )
    field = {row["patent_no"]: row["field_key"] or NO_FIELD for row in counted}
    told = Evaluations(
        np.array([field[number] for number in patents]),
        np.array([patents.index(row["patent_no"]) for row in counted]),
        np.array([evaluators.index(row["enterprise_id"]) for row in counted]),
        np.array([groups.index(row["evaluator_group"]) for row in counted]),
        np.array([row["evaluator_kind"] == "expert" for row in counted]),
        np.array([float(row["prospect_score"]) for row in counted]),
    )
    estimate = shipped(told, CONSTANTS)
    rows = {patent: row for (period, patent), row in built.items() if period == month and patent in field}
    assert len(rows) >= 5
    for number, row in rows.items():
        position = patents.index(number)
        assert row["theta"] == pytest.approx(estimate.theta[position], abs=2e-6), number
        assert row["l80"] == pytest.approx(estimate.l80[position], abs=2e-6), number
        assert row["evaluator_count"] == estimate.independent[position], number
    habits = read(built_warehouse, f"select * from int_evaluators_calibrated where period = '{month}'")
    for habit in habits:
        own = leniency(told, CONSTANTS)[evaluators.index(habit["enterprise_id"])]
        assert habit["leniency"] == pytest.approx(own, abs=1e-6)


def held_recursively(raw):
    """The rule as it is told: up at once, down only when a second month confirms it."""
    best = ["T1", "T2", "T3", "T4", "T0"].index
    held = raw[0]
    for before, now in pairwise(raw):
        if best(now) <= best(held):
            held = now
        elif best(before) > best(held):
            held = min(before, now, key=best)
        # Otherwise this is the first month below the held tier: it is held once more.
    return held


def held_by_two_months(raw):
    """The rule as the models compute it, from two months alone."""
    now, before = raw[-1], raw[-2] if len(raw) > 1 else "T0"
    if before == "T0" or now == "T0":
        return now if before == "T0" else before
    return min(now, before)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_two_months_suffice_for_the_rule_applied_month_after_month(length):
    for raw in product(["T0", "T1", "T2", "T3", "T4"], repeat=length):
        assert held_by_two_months(raw) == held_recursively(raw), raw


def test_falling_twice_stops_at_the_better_of_the_two_months():
    assert held_recursively(["T1", "T2", "T4"]) == "T2"
    assert held_recursively(["T1", "T4"]) == "T1"
    assert held_recursively(["T4", "T1"]) == "T1"
    assert held_recursively(["T0", "T4"]) == "T4"
