"""Ranking quality with ablations and intervals, and the weights that are shipped.

`python -m benchmarks.matching_quality [--patents F --firms F --gold F] [--output FILE]` measures, cross-validated by
firm, all evidence, each kind alone, all but one, reciprocal rank fusion, and the pool enlarged tenfold.
`--write-model` learns `panhuo/matching/model.json` from the same pairs instead.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from ingestion.sandbox.simulate.world import shared_data_folder
from panhuo.matching.corpus import Corpus, Firms
from panhuo.matching.evaluation import Pairs, gather_all, held_before, learn_model
from panhuo.matching.evidence import EVIDENCE, Scores
from panhuo.matching.fusion import reciprocal_ranks
from panhuo.matching.metrics import exposure, intervals, mean_ranks, measures
from panhuo.matching.training import held_out_scores
from pipeline.matching import pairs_digest, read_corpus, read_pairs

MODEL = Path("panhuo/matching/model.json")
ENLARGED = 10
SHOWN = ("recall@10", "recall@20", "recall@100", "mrr", "ndcg@20", "macro_recall@20")


def figures(scores: Scores, pairs: Pairs, cold: np.ndarray, *, with_intervals: bool = False) -> dict[str, Any]:
    ranks = mean_ranks(scores, pairs.firms)
    found: dict[str, Any] = {name: round(measures(ranks, pairs.firms)[name], 3) for name in SHOWN}
    of_cold = measures(ranks[cold], pairs.firms[cold])
    found["cold recall@20"] = round(of_cold["recall@20"], 3)
    found["cold macro_recall@20"] = round(of_cold["macro_recall@20"], 3)
    found |= {name: round(value, 3) for name, value in exposure(scores).items()}
    if with_intervals:
        found["intervals_95"] = {name: [round(end, 3) for end in intervals(ranks, pairs.firms)[name]] for name in SHOWN}
    return found


def table(corpus: Corpus, pairs: Pairs) -> dict[str, Any]:
    evidence = gather_all(corpus, pairs.patents)
    cold = ~held_before(corpus, pairs)
    names = list(EVIDENCE)
    held_out = held_out_scores(evidence, pairs.firms, names)
    found = {"all evidence": figures(held_out, pairs, cold, with_intervals=True)}
    found["reciprocal rank fusion"] = figures(reciprocal_ranks(evidence), pairs, cold, with_intervals=True)
    for name in names:
        found[f"{name} alone"] = figures(evidence[name], pairs, cold, with_intervals=True)
    for name in names:
        rest = [other for other in names if other != name]
        found[f"all but {name}"] = figures(
            held_out_scores(evidence, pairs.firms, rest), pairs, cold, with_intervals=True
        )
    return found


def enlarged(corpus: Corpus, pairs: Pairs, times: int = ENLARGED, seed: int = 0) -> tuple[Corpus, Pairs]:
    """The pool with invented firms: each has the name of one real firm and the clauses of two others' scopes."""
    chance = np.random.default_rng(seed)
    real = len(corpus.firms)
    ids, names, scopes = map(list, (corpus.firms.enterprise_ids, corpus.firms.names, corpus.firms.scopes))
    for number in range((times - 1) * real):
        one, first, second = chance.integers(real, size=3)
        ids.append(f"invented-{number}")
        names.append(f"{corpus.firms.names[one]}·{number}")
        scopes.append(_half(corpus.firms.scopes[first], chance) + "；" + _half(corpus.firms.scopes[second], chance))
    return Corpus(corpus.patents, Firms(ids, names, scopes, corpus.firms.places)), pairs


def _half(scope: str, chance: np.random.Generator) -> str:
    clauses = scope.replace(";", "；").replace("、", "；").split("；")
    kept = chance.permutation(len(clauses))[: max(1, len(clauses) // 2 + 1)]
    return "；".join(clauses[number] for number in sorted(kept))


def main() -> None:
    folder = shared_data_folder() / "stays_here"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patents", type=Path, default=folder / "taian_org_patents_with_abstracts.csv")
    parser.add_argument("--firms", type=Path, default=folder / "taian_enterprises.csv")
    parser.add_argument("--gold", type=Path, default=folder / "matching_gold_open.csv")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--write-model", action="store_true")
    given = parser.parse_args()
    corpus = read_corpus(given.patents, given.firms)
    pairs = read_pairs(given.gold, corpus)
    if given.write_model:
        write_model(corpus, pairs)
        return
    found = table(corpus, pairs)
    larger, same = enlarged(corpus, pairs)
    found[f"all evidence, pool ×{ENLARGED}"] = table_of_enlarged(larger, same)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    print(text)
    if given.output:
        given.output.write_text(text + "\n", encoding="utf-8")


def table_of_enlarged(corpus: Corpus, pairs: Pairs) -> dict[str, Any]:
    scores = held_out_scores(gather_all(corpus, pairs.patents), pairs.firms, list(EVIDENCE))
    return figures(scores, pairs, ~held_before(corpus, pairs), with_intervals=True)


def write_model(corpus: Corpus, pairs: Pairs) -> None:
    provenance: dict[str, str | int | float] = {
        "method": "penalised conditional logit over the pool, calibrated on scores of firms held out",
        "pairs": "patents of Tai'an organisations whose applicant bears the name of a registered company, open half",
        "pair_count": len(pairs),
        "firm_count": len(np.unique(pairs.firms)),
        "pool_count": len(corpus.firms),
        "pairs_digest": pairs_digest(corpus, pairs),
        "command": "python -m benchmarks.matching_quality --write-model",
    }
    MODEL.write_text(learn_model(corpus, pairs, provenance).to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
