"""What the candidate path loses against scoring every pair, on known pairs.

`python -m benchmarks.matching_candidates [--neighbours 50 100 200] [--enlarged]` ranks the same patents among the same
firms twice with the weights shipped: every pair, and candidates only with evidence through the most alike earlier
patents. The weights were learned from these very pairs, so only the differences speak.
"""

from __future__ import annotations

import argparse
import json
import time
from typing import Any

import numpy as np

from benchmarks.matching_quality import enlarged
from ingestion.sandbox.simulate.world import shared_data_folder
from panhuo.matching.corpus import Corpus
from panhuo.matching.evaluation import Pairs, gather_all
from panhuo.matching.fusion import load_model
from panhuo.matching.kernel import TOP
from panhuo.matching.metrics import mean_ranks, measures
from panhuo.matching.pairs import candidate_pairs, earlier, gather_pairs
from pipeline.matching import read_corpus, read_pairs

SHOWN = ("recall@20", "macro_recall@20", "mrr")
NOT_A_CANDIDATE = -1.0


def every_pair(corpus: Corpus, rows: np.ndarray) -> np.ndarray:
    model = load_model()
    return model.probabilities(model.scores(gather_all(corpus, rows)))


def candidates_only(corpus: Corpus, rows: np.ndarray, neighbours: int) -> np.ndarray:
    """Patents × firms; a firm that is no candidate stands below all that are."""
    asked, lines = np.unique(rows, return_inverse=True)
    known = earlier(corpus, np.arange(len(corpus.patents)), neighbours)
    patents, firms = candidate_pairs(corpus, known, TOP)
    kept = np.isin(patents, asked)
    patents, firms = patents[kept], firms[kept]
    evidence = gather_pairs(corpus, patents, firms, known)
    found = np.full((len(asked), len(corpus.firms)), NOT_A_CANDIDATE)
    found[np.searchsorted(asked, patents), firms] = load_model().probabilities_of_pairs(
        evidence, patents, len(corpus.firms)
    )
    return found[lines]


def compared(corpus: Corpus, pairs: Pairs, neighbours: list[int]) -> dict[str, Any]:
    exact = every_pair(corpus, pairs.patents)
    found: dict[str, Any] = {"every pair": figures(exact, pairs)}
    for number in neighbours:
        start = time.process_time()
        probabilities = candidates_only(corpus, pairs.patents, number)
        spent = time.process_time() - start
        known = probabilities > NOT_A_CANDIDATE
        apart = np.abs(probabilities - exact)[known & (exact >= 0.01)]
        found[f"candidates, {number} earlier patents"] = figures(probabilities, pairs) | {
            "known pairs among the candidates": round(float(known[np.arange(len(pairs)), pairs.firms].mean()), 3),
            "candidates of a patent": round(float(known.sum(axis=1).mean()), 1),
            "probability apart, mean and 95th percentile where it is 0.01 and more": [
                round(float(value), 4) for value in (apart.mean(), np.quantile(apart, 0.95))
            ],
            "processor_seconds": round(spent, 1),
        }
    return found


def figures(scores: np.ndarray, pairs: Pairs) -> dict[str, Any]:
    found = measures(mean_ranks(scores, pairs.firms), pairs.firms)
    return {name: round(found[name], 3) for name in SHOWN}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neighbours", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--enlarged", action="store_true", help="the pool with nine invented firms for each real one")
    given = parser.parse_args()
    folder = shared_data_folder() / "stays_here"
    corpus = read_corpus(folder / "taian_org_patents_with_abstracts.csv", folder / "taian_enterprises.csv")
    pairs = read_pairs(folder / "matching_gold_open.csv", corpus)
    if given.enlarged:
        corpus, pairs = enlarged(corpus, pairs)
    print(json.dumps(compared(corpus, pairs, given.neighbours), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
