"""Does the tier formula find good patents, and whom does it serve? A simulation in which the truth is known.

`python -m benchmarks.tiers [--seeds N] [--patents N]` draws patents with a true prospect, lets 2, 3, 5 or 10 evaluators
judge each, some of them lenient, harsh or colluding, and compares the order and the T1 of the shipped formula with the
plain mean and a Bayesian mean without correction of leniency. It writes `docs/tiering_study.json` and the tables
between the marks in `docs/tiering.md`. Nothing in it is random but the seeds it names.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tier_methods import Estimate, Evaluations, Floats, bayesian_mean, crossed_effects, plain_mean, shipped
from panhuo.policy import load_policy

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "docs" / "tiering_study.json"
PAGE = ROOT / "docs" / "tiering.md"
BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"

EVALUATOR_COUNTS = (2, 3, 5, 10)
FIELD_COUNT = 8
EVALUATIONS_EACH = 10
ACTIVITY_SPREAD = 0.8
FIELD_SPREAD, PROSPECT_SPREAD, MEAN_PROSPECT = 0.25, 0.75, 3.0
HABIT_SPREAD, ENTERPRISE_NOISE, EXPERT_NOISE, EXPERT_SHARE = 0.3, 0.7, 0.5, 0.3
STRONG_HABIT = 1.0
FRIENDS_SHARE, COLLUDER_SHARE, RING_SIZE = 0.15, 0.6, 12
SELECTIVENESS = 2.0
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Scenario:
    """Who evaluates: shares of lenient, harsh and selective evaluators, and whether friends of a patent collude."""

    title: str
    lenient_share: float = 0.0
    harsh_share: float = 0.0
    selective_share: float = 0.0
    collusion: str = ""


SCENARIOS = {
    "ordinary": Scenario("评价人各有轻微习惯"),
    "lenient": Scenario("三成企业普遍偏宽 1 分", lenient_share=0.3),
    "harsh": Scenario("三成企业普遍偏严 1 分", harsh_share=0.3),
    "mixed": Scenario("两成偏宽、两成偏严", lenient_share=0.2, harsh_share=0.2),
    "selective": Scenario("三成评价人主要看好专利", selective_share=0.3),
    "colluding_group": Scenario("同一集团的企业合谋打 5 分", collusion="group"),
    "colluding_ring": Scenario("无公开关联的企业合谋打 5 分", collusion="ring"),
}


@dataclass(frozen=True)
class Sample:
    """Evaluations of one simulated world, and what is true in it."""

    truth: Floats
    told: Evaluations


def draw(scenario: Scenario, evaluators_each: int, patent_count: int, seed: int) -> Sample:
    """One world; the same seed gives the same world."""
    rng = np.random.default_rng([seed, evaluators_each, patent_count])
    fields = rng.integers(1, FIELD_COUNT + 1, patent_count)
    field_means = MEAN_PROSPECT + rng.normal(0, FIELD_SPREAD, FIELD_COUNT + 1)
    truth = np.clip(field_means[fields] + rng.normal(0, PROSPECT_SPREAD, patent_count), 1, 5)
    size = max(4 * RING_SIZE, patent_count * evaluators_each // EVALUATIONS_EACH)
    is_expert = rng.random(size) < EXPERT_SHARE
    chance = rng.random(size)
    habit = rng.normal(0, HABIT_SPREAD, size)
    habit[~is_expert & (chance < scenario.lenient_share)] += STRONG_HABIT
    harsh = (chance >= scenario.lenient_share) & (chance < scenario.lenient_share + scenario.harsh_share)
    habit[~is_expert & harsh] -= STRONG_HABIT
    activity = rng.normal(0, ACTIVITY_SPREAD, size)
    is_selective = rng.random(size) < scenario.selective_share
    chosen = _choose(rng, activity + np.outer(truth - MEAN_PROSPECT, SELECTIVENESS * is_selective), evaluators_each)
    group, colluding = np.arange(size), np.zeros(chosen.shape, dtype=bool)
    if scenario.collusion:
        ring = rng.choice(np.flatnonzero(~is_expert), RING_SIZE, replace=False)
        chosen, colluding = _collude(rng, chosen, ring)
        if scenario.collusion == "group":
            group[ring] = ring[0]
    patent, evaluator = np.repeat(np.arange(patent_count), evaluators_each), chosen.ravel()
    noise = rng.normal(0, 1, len(patent)) * np.where(is_expert[evaluator], EXPERT_NOISE, ENTERPRISE_NOISE)
    score = np.clip(np.rint(truth[patent] + habit[evaluator] + noise), 1, 5)
    score[colluding.ravel()] = 5
    _, dense = np.unique(evaluator, return_inverse=True)
    return Sample(truth, Evaluations(fields, patent, dense, group[evaluator], is_expert[evaluator], score))


def _choose(rng: np.random.Generator, interest: Floats, each: int) -> Any:
    """Distinct evaluators for every patent, those busy with its like more often."""
    keys = interest + rng.gumbel(size=interest.shape)
    return np.argpartition(-keys, each, axis=1)[:, :each]


def _collude(rng: np.random.Generator, chosen: Any, ring: Any) -> tuple[Any, Any]:
    """Members of the ring take most seats at the patents of their friends."""
    patents, each = chosen.shape
    seats = max(1, round(COLLUDER_SHARE * each))
    colluding = np.zeros(chosen.shape, dtype=bool)
    for patent in np.flatnonzero(rng.random(patents) < FRIENDS_SHARE):
        others = chosen[patent][~np.isin(chosen[patent], ring)][: each - seats]
        members = rng.choice(ring, each - len(others), replace=False)
        chosen[patent] = np.concatenate([members, others])
        colluding[patent, : len(members)] = True
    return chosen, colluding


def methods() -> Mapping[str, Callable[[Evaluations], Estimate]]:
    """Name → method, with the constants of the policy."""
    constants = load_policy().tiering.versions[-1]
    return {
        "plain_mean": plain_mean,
        "bayesian_mean": partial(bayesian_mean, constants=constants),
        "shipped": partial(shipped, constants=constants),
        "no_group_sharing": partial(shipped, constants=constants, share_groups=False),
        "crossed_effects": partial(crossed_effects, constants=constants),
    }


def judge(estimate: Estimate, truth: Floats, bar: float, min_evaluators: int) -> dict[str, float]:
    """How well one method did in one world; `bar` is the mark from which a patent is truly ready."""
    from scipy.stats import kendalltau, spearmanr  # a second to import

    ready = truth >= bar
    named = (estimate.l80 >= bar) & (estimate.independent >= min_evaluators)
    order = np.lexsort((np.arange(len(truth)), -estimate.l80))
    listed = order[: int(ready.sum())]
    kendall = float(kendalltau(np.round(estimate.theta, 9), truth).statistic)
    return {
        "spearman": float(spearmanr(np.round(estimate.theta, 9), truth).statistic),
        "kendall_b": kendall,
        "kendall_a": kendall * np.sqrt(1 - _tied_share(estimate.theta)),
        "misplaced_equal_list": float((~ready[listed]).mean()),
        "t1_count": float(named.sum()),
        "misplaced_t1": float((~ready[named]).mean()) if named.any() else float("nan"),
        "found_t1": float(named[ready].mean()),
    }


def _tied_share(values: Floats) -> float:
    """Share of pairs that a method leaves undecided."""
    _, counts = np.unique(np.round(values, 9), return_counts=True)
    return float((counts * (counts - 1)).sum() / (len(values) * (len(values) - 1)))


def interval(values: Iterable[float]) -> dict[str, float | int | None]:
    """Mean and 95 % interval over the seeds in which the figure exists."""
    kept = np.array([value for value in values if not np.isnan(value)])
    if not len(kept):
        return {"mean": None, "low": None, "high": None, "seeds": 0}
    half = 0.0
    if len(kept) > 1:
        from scipy.stats import t

        half = float(t.ppf((1 + CONFIDENCE) / 2, len(kept) - 1) * kept.std(ddof=1) / np.sqrt(len(kept)))
    mean = float(kept.mean())
    return {"mean": round(mean, 4), "low": round(mean - half, 4), "high": round(mean + half, 4), "seeds": len(kept)}


def study(seeds: int, patents: int) -> dict[str, Any]:
    """All figures: per scenario, number of evaluators and method, and the paired differences to the shipped one."""
    constants = load_policy().tiering.versions[-1]
    bar, least = constants.t1_min_l80.value, constants.min_evaluators.value
    cells = []
    for name, scenario in SCENARIOS.items():
        for count in EVALUATOR_COUNTS:
            worlds = [draw(scenario, count, patents, seed) for seed in range(seeds)]
            runs = {
                method: [judge(apply(world.told), world.truth, bar, least) for world in worlds]
                for method, apply in methods().items()
            }
            cells += [_cell(name, count, method, outcomes, runs["shipped"]) for method, outcomes in runs.items()]
    return {"seeds": seeds, "patents": patents, "evaluations_each": EVALUATIONS_EACH, "cells": cells}


def _cell(
    scenario: str, count: int, method: str, outcomes: list[dict[str, float]], shipped_outcomes: list[dict[str, float]]
) -> dict[str, Any]:
    figures = {name: interval(outcome[name] for outcome in outcomes) for name in outcomes[0]}
    gains = {
        name: interval(own[name] - other[name] for own, other in zip(shipped_outcomes, outcomes, strict=True))
        for name in ("spearman", "kendall_b", "kendall_a", "misplaced_equal_list")
    }
    return {"scenario": scenario, "evaluators": count, "method": method, "figures": figures, "shipped_gain": gains}


METHOD_TITLES = {
    "plain_mean": "算术平均",
    "bayesian_mean": "贝叶斯平均（不校正宽严）",
    "shipped": "本系统",
    "no_group_sharing": "本系统，集团不合并",
    "crossed_effects": "双向效应迭代",
}
COMPARED = ("plain_mean", "bayesian_mean", "shipped")
TABLES = {
    "spearman": ("Spearman rank correlation of θ with the truth", False),
    "kendall_b": ("Kendall τ-b of θ with the truth", False),
    "misplaced_equal_list": ("Misplaced share when each method names as many patents as are truly ready", True),
}


def render(figures: Mapping[str, Any]) -> str:
    """Tables of the study in Markdown."""
    cells = {(cell["scenario"], cell["evaluators"], cell["method"]): cell for cell in figures["cells"]}
    parts = [
        f"Means over {figures['seeds']} seeds of {figures['patents']} patents each, {figures['evaluations_each']} "
        "evaluations per evaluator on average; brackets hold the paired 95 % interval (t over seeds) of shipped minus "
        "the other. **Bold**: the shipped formula is better and the interval excludes 0; _italic_: worse likewise."
    ]
    parts += [_comparison(cells, name, title, lower) for name, (title, lower) in TABLES.items()]
    return "\n\n".join([*parts, _named(cells), _ablation(cells)]) + "\n"


def _rows(cells: Mapping[Any, Any]) -> Iterable[tuple[str, int, str]]:
    seen = dict.fromkeys((scenario, count) for scenario, count, _ in cells)
    return ((scenario, count, f"| {SCENARIOS[scenario].title} | {count} |") for scenario, count in seen)


def _head(title: str, columns: Iterable[str]) -> list[str]:
    names = ["情形", "评价人数", *columns]
    return [f"### {title}", "", "| " + " | ".join(names) + " |", "|" + "---|" * len(names)]


def _comparison(cells: Mapping[Any, Any], name: str, title: str, lower_is_better: bool) -> str:
    others = COMPARED[:-1]
    lines = _head(title, [*(METHOD_TITLES[m] for m in COMPARED), *(f"本系统 − {METHOD_TITLES[m]}" for m in others)])
    for scenario, count, start in _rows(cells):
        values = [_number(cells[scenario, count, method]["figures"][name]) for method in COMPARED]
        gains = [_gain(cells[scenario, count, method]["shipped_gain"][name], lower_is_better) for method in others]
        lines.append(f"{start} " + " | ".join([*values, *gains]) + " |")
    return "\n".join(lines)


def _named(cells: Mapping[Any, Any]) -> str:
    columns = [f"{METHOD_TITLES[m]}：{word}" for m in COMPARED for word in ("件数", "误列", "找到")]
    lines = _head("T1 as each method's own rule names it: patents, misplaced share, share of the ready found", columns)
    for scenario, count, start in _rows(cells):
        figures = [cells[scenario, count, method]["figures"] for method in COMPARED]
        names = ("t1_count", "misplaced_t1", "found_t1")
        values = [_number(own[name], 1 if name == "t1_count" else 3) for own in figures for name in names]
        lines.append(f"{start} " + " | ".join(values) + " |")
    return "\n".join(lines)


def _ablation(cells: Mapping[Any, Any]) -> str:
    variants = ("no_group_sharing", "crossed_effects")
    lines = _head("Variants: shipped minus variant, Spearman", [METHOD_TITLES[m] for m in variants])
    for scenario, count, start in _rows(cells):
        gains = [_gain(cells[scenario, count, method]["shipped_gain"]["spearman"], False) for method in variants]
        lines.append(f"{start} " + " | ".join(gains) + " |")
    return "\n".join(lines)


def _number(figure: Mapping[str, Any], digits: int = 3) -> str:
    return "—" if figure["mean"] is None else f"{figure['mean']:.{digits}f}"


def _gain(figure: Mapping[str, Any], lower_is_better: bool) -> str:
    text = f"{figure['mean']:+.3f} [{figure['low']:+.3f}, {figure['high']:+.3f}]"
    if figure["low"] <= 0 <= figure["high"]:
        return text
    return f"**{text}**" if (figure["mean"] < 0) == lower_is_better else f"_{text}_"


def page_with(figures: Mapping[str, Any], page: str) -> str:
    """The page with its tables renewed."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{render(figures)}\n{END}{after}"


def as_text(figures: Mapping[str, Any]) -> str:
    """The figures as JSON, one line per cell."""
    head = json.dumps({name: value for name, value in figures.items() if name != "cells"})
    cells = ",\n".join(json.dumps(cell) for cell in figures["cells"])
    return f'{head[:-1]}, "cells": [\n{cells}\n]}}\n'


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--patents", type=int, default=600)
    options = parser.parse_args(arguments)
    figures = study(options.seeds, options.patents)
    FIGURES.write_text(as_text(figures), encoding="utf-8")
    PAGE.write_text(page_with(figures, PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
