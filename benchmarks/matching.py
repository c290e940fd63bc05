"""Matching of a national pool, against the bare products of the same texts in the same run.

`python -m benchmarks.matching [--patents N] [--firms N] [--divide 16 8 4] [--queries N] [--output FILE]` invents
patents and firms from the titles of the IPC and the activities of GB/T 4754, as many different words to each as real
ones have and a few times as many in common, and measures, each size in a process of its own,

- *ours*: words cut, terms weighed, the best 50 both ways, probabilities, and the assignment with its bound;
- *bare product*: `sparse_dot_topn` alone, patents × firms over all terms, the same top 50 of each patent (of a seeded
  part of the patents with `--bare-share`, times its inverse: the cost is the same for every patent);
- *bm25s* and *tantivy*: the same firms indexed, a sample of the patents asked one by one, extrapolated to all.

Seconds are wall time and processor time of all threads, memory is the peak of the process. Ratios travel between
machines, seconds do not. The exponent is that of processor time against patents × firms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from panhuo.matching.bounded import BoundedAssignment, Terms, assign_bounded
from panhuo.matching.industries import industries
from panhuo.matching.ipc import titles
from panhuo.matching.kernel import TOP, CandidatePairs, best_of_rows, candidates, telling_terms
from panhuo.matching.metrics import gini
from panhuo.matching.terms import Matrix, Vocabulary, cosine, rarity, widened
from panhuo.matching.texts import words
from panhuo.policy import load_policy

PATENTS, FIRMS = 680_000, 450_000
THREADS = 2
INSTITUTION_CITIES = 330
VERBS = ("生产", "销售", "研发", "加工", "维修", "技术服务")
# What many patents and many scopes speak of, the commonest first.
PLAIN = [
    "一种",
    "装置",
    "方法",
    "系统",
    "结构",
    "控制",
    "机械",
    "工艺",
    "钢材",
    "检测",
    "连接",
    "固定",
    "安装",
    "表面",
    "温度",
    "压力",
    "电器",
    "塑料",
    "橡胶",
    "金属",
    "水泥",
    "化工",
    "机电",
    "仪器",
    "仪表",
    "汽车",
    "配件",
    "五金",
    "木材",
    "包装",
    "粮食",
    "纺织",
]
GOODS = [
    "钢材",
    "建筑材料",
    "五金交电",
    "机电设备",
    "日用百货",
    "化工产品",
    "机械设备及配件",
    "电子产品",
    "仪器仪表",
    "塑料制品",
    "橡胶制品",
    "金属制品",
    "汽车配件",
    "包装材料",
    "木材",
    "水泥制品",
    "粮食",
    "纺织品",
    "电器元件",
    "普通货物运输",
]
_PIECE = re.compile("[，；、。：（）]")
_REMARK = re.compile("例如|其他|小类|大类|各组|类目|用的|用于|特征|特点|包含")
CITIES = ("泰安", "济南", "合肥", "芜湖", "南京", "苏州", "杭州", "宁波", "武汉", "襄阳")


def things() -> list[list[str]]:
    """Short pieces of the titles of each IPC subclass: what its patents speak of and its makers make."""
    found: dict[str, list[str]] = {}
    for symbol, title in sorted(titles().items()):
        if "/" in symbol:
            pieces = [piece for piece in _PIECE.split(title) if 3 <= len(piece) <= 14 and not _REMARK.search(piece)]
            found.setdefault(symbol[:4], []).extend(pieces)
    return [pieces for _, pieces in sorted(found.items()) if len(pieces) >= 8]


def patent_texts(count: int, seed: int = 1) -> list[str]:
    """Things of one IPC subclass, some subclasses far more often than others, and a word that many patents have."""
    chance = np.random.default_rng(seed)
    known = things()
    fields = _unequal(chance, len(known), 0.8, count)
    picked = chance.integers(1 << 30, size=(count, 5))
    plain = (chance.random(count) ** 1.5 * len(PLAIN)).astype(int)
    return [
        "，".join([*(known[number][one % len(known[number])] for one in picked[row]), PLAIN[plain[row]]])
        for row, number in enumerate(fields)
    ]


def firm_texts(count: int, seed: int = 2) -> list[str]:
    """A place, an industry with one of its activities, things of two IPC subclasses, and goods that many trade in."""
    chance = np.random.default_rng(seed)
    trades, known = industries(), things()
    picked = chance.integers(len(trades), size=count)
    fields = _unequal(chance, len(known), 0.6, (count, 2))
    ones = chance.integers(1 << 30, size=(count, 5))
    verbs = chance.integers(len(VERBS), size=(count, 5))
    cities = chance.integers(len(CITIES), size=count)
    goods = (chance.random(count) ** 1.5 * len(GOODS)).astype(int)
    found = []
    for row in range(count):
        trade = trades[picked[row]]
        pieces = [trade.activities.split("；"), *(known[fields[row, place % 2]] for place in range(4))]
        done = [few[ones[row, place] % len(few)] + VERBS[verbs[row, place]] for place, few in enumerate(pieces)]
        found.append("；".join([CITIES[cities[row]] + trade.name, *done, GOODS[goods[row]]]))
    return found


def _unequal(chance: np.random.Generator, kinds: int, power: float, size: int | tuple[int, int]) -> np.ndarray:
    """Numbers of kinds, of which few are common and many are rare, in the manner of Zipf."""
    shares = 1 / (20 + np.arange(kinds)) ** power
    return chance.permutation(kinds)[chance.choice(kinds, size=size, p=shares / shares.sum())]


def measured(work: Callable[[], Any], into: dict[str, Any], name: str) -> Any:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    into[name] = {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
    }
    print(name, into[name], file=sys.stderr, flush=True)
    return result


def weigh(patents: list[str], firms: list[str]) -> tuple[Matrix, Matrix]:
    vocabulary = Vocabulary(words)
    of_firms = vocabulary.learn(firms)
    of_patents = vocabulary.count(patents)
    weights = rarity(of_firms)
    return cosine(widened(of_patents, len(weights)), weights), cosine(of_firms, weights)


def run(patent_count: int, firm_count: int, queries: int, bare_share: float, given: Any) -> None:
    """One size, stage by stage; the result goes into the queue `given`."""
    found: dict[str, Any] = {"patents": patent_count, "firms": firm_count, "stages": {}}
    stages = found["stages"]
    patents, firms = patent_texts(patent_count), firm_texts(firm_count)
    left, right = measured(lambda: weigh(patents, firms), stages, "words and weights")
    found["terms"] = left.shape[1]
    pairs = measured(lambda: candidates(left, right, threads=THREADS), stages, "candidates both ways")
    found["pairs"] = len(pairs)
    terms = market(pairs, patent_count, firm_count)
    done = measured(partial(push, pairs, terms), stages, "assignment")
    found |= outcome(pairs, terms, done)
    ours = sum(stage["processor_seconds"] for stage in stages.values())
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rows = np.sort(np.random.default_rng(0).permutation(patent_count)[: int(patent_count * bare_share)])
    exact = measured(lambda: bare_product(left[rows], right), stages, "bare product")
    bare = stages["bare product"]["processor_seconds"] * patent_count / len(rows)
    found |= {
        "ours": round(ours, 1),
        "bare": round(bare, 1),
        "bare_rows": len(rows),
        "ours ÷ bare": round(ours / bare, 3),
    }
    found["share of the exact best 10 among the candidates"] = kept_share(left, right, pairs, rows, exact)
    del pairs, exact, done
    found["peers"] = peers(patents, firms, queries)
    given.put(found)


def run_sampled(patent_count: int, firm_count: int, share: float, given: Any) -> None:
    """The products of one size on a seeded share of the rows, both ways; the cost is the same for every row."""
    found: dict[str, Any] = {"patents": patent_count, "firms": firm_count, "share of rows": share, "stages": {}}
    stages = found["stages"]
    left, right = measured(
        lambda: weigh(patent_texts(patent_count), firm_texts(firm_count)), stages, "texts, words, weights"
    )
    telling = telling_terms(right)
    some, others = (_sampled_rows(matrix, share) for matrix in (left, right))
    measured(lambda: bare_product(some, right), stages, "bare product")
    measured(lambda: bare_product(some[:, telling], right[:, telling]), stages, "candidates of patents")
    measured(lambda: bare_product(others[:, telling], left[:, telling]), stages, "candidates of firms")
    found["of all rows"] = {
        name: round(stages[name]["processor_seconds"] / share, 1)
        for name in ("bare product", "candidates of patents", "candidates of firms")
    }
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    given.put(found)


def _sampled_rows(matrix: Matrix, share: float) -> Matrix:
    return matrix[np.sort(np.random.default_rng(0).permutation(matrix.shape[0])[: int(matrix.shape[0] * share)])]


def market(pairs: CandidatePairs, patent_count: int, firm_count: int, seed: int = 3) -> Terms:
    """A third of the patents covered; institutions of very different size, two hundred patents each on average."""
    policy, chance = load_policy().matching, np.random.default_rng(seed)
    covered = np.arange(patent_count) % 3 == 0
    available = np.bincount(pairs.patents, minlength=patent_count)
    institutions = _unequal(chance, max(patent_count // 200, 1), 0.8, patent_count)
    return Terms(
        room=np.full(firm_count, policy.max_patents_per_enterprise.value),
        needed=np.where(covered, np.minimum(available, policy.min_recipients.value), 0),
        limit=policy.max_recipients.value,
        groups=(institutions, institutions % INSTITUTION_CITIES),
        fairness_weight=policy.fairness_weight.value,
    )


def push(pairs: CandidatePairs, terms: Terms) -> BoundedAssignment:
    probabilities = 1 / (1 + np.exp(4.6 - 8.0 * pairs.scores.astype(np.float64)))
    return assign_bounded(
        pairs.patents, pairs.firms, probabilities - load_policy().matching.min_probability.value, terms
    )


def outcome(pairs: CandidatePairs, terms: Terms, done: BoundedAssignment) -> dict[str, Any]:
    received = np.bincount(pairs.patents[done.chosen], minlength=len(terms.needed))
    levels = zip(("institutions", "cities"), terms.groups, strict=True)
    return {
        "pushes": int(done.chosen.sum()),
        "missing recipients": done.shortage,
        "objective ÷ bound": round(done.objective / done.bound, 5),
        "gini": {name: round(gini(_per_patent(groups, received)), 4) for name, groups in levels},
    }


def _per_patent(groups: np.ndarray, received: np.ndarray) -> np.ndarray:
    sizes = np.bincount(groups)
    return (np.bincount(groups, weights=received) / np.maximum(sizes, 1))[sizes > 0]


def bare_product(left: Matrix, right: Matrix) -> Matrix:
    return sparse.vstack([best for _, best in best_of_rows(left, right, TOP, THREADS)], format="csr")


def kept_share(
    left: Matrix, right: Matrix, pairs: CandidatePairs, rows: np.ndarray, exact: Matrix, sample: int = 2000
) -> float:
    """Of the exact best ten firms of sampled patents, how many have a candidate at least as good in place of them."""
    starts = np.searchsorted(pairs.patents, np.arange(left.shape[0] + 1))
    shares = []
    for place in np.random.default_rng(0).permutation(len(rows))[:sample]:
        best = np.sort(exact.data[exact.indptr[place] : exact.indptr[place + 1]])[-10:]
        if not len(best):
            continue
        row = rows[place]
        ours = right[pairs.firms[starts[row] : starts[row + 1]]] @ left[row].T
        shares.append((np.asarray(ours.todense()) >= best[0] - 1e-6).sum() / len(best))
    return round(float(np.minimum(shares, 1).mean()), 4)


def peers(patents: list[str], firms: list[str], queries: int) -> dict[str, Any]:
    """Seconds to index the firms and to ask for all patents, extrapolated from those asked."""
    asked = [patents[number] for number in np.linspace(0, len(patents) - 1, queries).astype(int)]
    terms, questions = [words(text) for text in firms], [words(text) for text in asked]
    found: dict[str, Any] = {}
    for name, ask in (("bm25s", _bm25s), ("tantivy", _tantivy)):
        processor = time.process_time()
        search = ask(terms)
        index = time.process_time() - processor
        processor = time.process_time()
        search(questions)
        each = (time.process_time() - processor) / len(questions)
        found[name] = {
            "index_processor_seconds": round(index, 2),
            "ms_per_query": round(1000 * each, 3),
            "all_processor_seconds": round(index + each * len(patents), 1),
        }
    return found


def _bm25s(terms: list[list[str]]) -> Callable[[list[list[str]]], Any]:
    import bm25s

    index = bm25s.BM25()
    index.index(terms, show_progress=False)
    return lambda questions: index.retrieve(questions, k=TOP, show_progress=False, n_threads=THREADS)


def _tantivy(terms: list[list[str]]) -> Callable[[list[list[str]]], Any]:
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("scope", stored=False, tokenizer_name="whitespace").build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=200_000_000, num_threads=THREADS)
    for text in terms:
        writer.add_document(tantivy.Document(scope=" ".join(text)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(questions: list[list[str]]) -> None:
        for question in questions:
            query = index.parse_query(" ".join(question), ["scope"])
            searcher.search(query, TOP)

    return ask


def exponent(sizes: list[dict[str, Any]]) -> float:
    """Slope of the logarithm of processor time of all our stages against that of patents × firms."""
    cells = [size["patents"] * size["firms"] for size in sizes]
    return round(float(np.polyfit(np.log(cells), np.log([size["ours"] for size in sizes]), 1)[0]), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patents", type=int, default=PATENTS)
    parser.add_argument("--firms", type=int, default=FIRMS)
    parser.add_argument("--divide", type=int, nargs="+", default=[16, 8, 4], help="sizes, as parts of both numbers")
    parser.add_argument("--queries", type=int, default=500, help="patents asked of bm25s and tantivy")
    parser.add_argument("--bare-share", type=float, default=1.0, help="part of the patents in the bare product")
    parser.add_argument("--sample", type=float, default=1.0, help="products alone, of this part of the rows")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    # A thread that waits for the other is not at work: its waiting must not count as processor time.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    context = multiprocessing.get_context("spawn")
    sizes = []
    for part in given.divide:
        queue = context.Queue()
        counts = given.patents // part, given.firms // part
        if given.sample < 1:
            process = context.Process(target=run_sampled, args=(*counts, given.sample, queue))
        else:
            process = context.Process(target=run, args=(*counts, given.queries, given.bare_share, queue))
        process.start()
        sizes.append(queue.get())
        process.join()
        print(json.dumps(sizes[-1], ensure_ascii=False, indent=1), flush=True)
    result = {"sizes": sizes, "exponent": exponent(sizes) if len(sizes) > 1 and given.sample == 1 else None}
    print(f"exponent {result['exponent']}")
    if given.output:
        given.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
