"""Matching of a national pool, against the bare products of the same texts in the same run.

`python -m benchmarks.matching [--patents N] [--firms N] [--divide 16 8 4] [--queries N] [--output FILE]` invents
patents and firms from the titles of the IPC and the activities of GB/T 4754 and measures, each size in a process of its
own,

- *ours*: words cut, terms weighed, the best 50 both ways, probabilities, and the assignment with its bound;
- *bare product*: `sparse_dot_topn` alone, patents × firms over all terms, the same top 50 of each patent;
- *bm25s* and *tantivy*: the same firms indexed, a sample of the patents asked one by one, extrapolated to all.

Seconds are wall time and processor time of all threads, memory is the peak of the process. Ratios travel between
machines, seconds do not. The exponent is that of processor time against patents × firms.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from panhuo.matching.bounded import assign_bounded
from panhuo.matching.industries import industries
from panhuo.matching.ipc import titles
from panhuo.matching.kernel import TOP, best_of_rows, candidates
from panhuo.matching.terms import Matrix, Vocabulary, cosine, rarity, widened
from panhuo.matching.texts import words
from panhuo.policy import load_policy

PATENTS, FIRMS = 680_000, 450_000
THREADS = 2
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
CITIES = ("泰安", "济南", "合肥", "芜湖", "南京", "苏州", "杭州", "宁波", "武汉", "襄阳")


def patent_texts(count: int, seed: int = 1) -> list[str]:
    """Titles of a main group, pieces of others of its subclass, and words that every patent has."""
    chance = np.random.default_rng(seed)
    groups = sorted(symbol for symbol in titles() if "/" in symbol)
    known = titles()
    of_subclass: dict[str, list[str]] = {}
    for symbol in groups:
        of_subclass.setdefault(symbol[:4], []).append(known[symbol])
    shares = 1 / (50 + np.arange(len(groups))) ** 0.8
    picked = chance.permutation(len(groups))[chance.choice(len(groups), size=count, p=shares / shares.sum())]
    others = chance.integers(1 << 30, size=(count, 6))
    plain = (chance.random((count, 16)) ** 2 * len(PLAIN)).astype(int)
    found = []
    for row, number in enumerate(picked):
        symbol = groups[number]
        near = of_subclass[symbol[:4]]
        parts = [
            known[symbol],
            *(near[other % len(near)] for other in others[row]),
            *(PLAIN[word] for word in plain[row]),
        ]
        found.append("，".join(parts))
    return found


def firm_texts(count: int, seed: int = 2) -> list[str]:
    """A place, and the activities of up to three industries with what is done there, and goods that many trade in."""
    chance = np.random.default_rng(seed)
    known = industries()
    picked = chance.integers(len(known), size=(count, 3))
    much = chance.integers(1, 4, size=count)
    verbs = chance.integers(len(VERBS), size=(count, 6))
    cities = chance.integers(len(CITIES), size=count)
    goods = (chance.random((count, 5)) ** 2 * len(GOODS)).astype(int)
    found = []
    for row in range(count):
        parts = [CITIES[cities[row]] + known[picked[row, 0]].name]
        for place in range(much[row]):
            activities = known[picked[row, place]].activities.split("；")
            parts += [f"{activities[verbs[row, place] % len(activities)]}{VERBS[verbs[row, place + 3]]}"]
        found.append("；".join([*parts, *(GOODS[good] for good in goods[row])]))
    return found


def measured(work: Callable[[], Any], into: dict[str, Any], name: str) -> Any:
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    into[name] = {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
    }
    return result


def weigh(patents: list[str], firms: list[str]) -> tuple[Matrix, Matrix]:
    vocabulary = Vocabulary(words)
    of_firms = vocabulary.learn(firms)
    of_patents = vocabulary.count(patents)
    weights = rarity(of_firms)
    return cosine(widened(of_patents, len(weights)), weights), cosine(of_firms, weights)


def run(patent_count: int, firm_count: int, queries: int, given: Any) -> None:
    """One size, stage by stage; the result goes into the queue `given`."""
    found: dict[str, Any] = {"patents": patent_count, "firms": firm_count, "stages": {}}
    stages = found["stages"]
    patents, firms = patent_texts(patent_count), firm_texts(firm_count)
    left, right = measured(lambda: weigh(patents, firms), stages, "words and weights")
    pairs = measured(lambda: candidates(left, right, threads=THREADS), stages, "candidates both ways")
    found["pairs"] = len(pairs)
    done = measured(partial(push, pairs, patent_count), stages, "assignment")
    found["pushes"], found["missing recipients"] = int(done.chosen.sum()), done.shortage
    found["objective ÷ bound"] = round(done.objective / done.bound, 5)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    exact = measured(lambda: bare_product(left, right), stages, "bare product")
    found["share of the exact best 10 among the candidates"] = kept_share(left, right, pairs, exact)
    del pairs, exact, done
    found["peers"] = peers(patents, firms, queries)
    given.put(found)


def push(pairs: Any, patent_count: int) -> Any:
    policy = load_policy().matching
    probabilities = 1 / (1 + np.exp(4.6 - 8.0 * pairs.scores.astype(np.float64)))
    available = np.bincount(pairs.patents, minlength=patent_count)
    covered = np.arange(patent_count) % 3 == 0
    needed = np.where(covered, np.minimum(available, policy.min_recipients.value), 0)
    return assign_bounded(
        pairs.patents.astype(np.int64),
        pairs.firms.astype(np.int64),
        probabilities - policy.min_probability.value,
        cap=policy.max_patents_per_enterprise.value,
        needed=needed,
    )


def bare_product(left: Matrix, right: Matrix) -> Matrix:
    return sparse.vstack([best for _, best in best_of_rows(left, right, TOP, THREADS)], format="csr")


def kept_share(left: Matrix, right: Matrix, pairs: Any, exact: Matrix, sample: int = 2000) -> float:
    """Of the exact best ten firms of sampled patents, how many have a candidate at least as good in place of them."""
    rows = np.random.default_rng(0).permutation(left.shape[0])[:sample]
    starts = np.searchsorted(pairs.patents, np.arange(left.shape[0] + 1))
    shares = []
    for row in rows:
        best = np.sort(exact.data[exact.indptr[row] : exact.indptr[row + 1]])[-10:]
        if not len(best):
            continue
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
    ours = [
        sum(part["processor_seconds"] for name, part in size["stages"].items() if name != "bare product")
        for size in sizes
    ]
    cells = [size["patents"] * size["firms"] for size in sizes]
    return round(float(np.polyfit(np.log(cells), np.log(ours), 1)[0]), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patents", type=int, default=PATENTS)
    parser.add_argument("--firms", type=int, default=FIRMS)
    parser.add_argument("--divide", type=int, nargs="+", default=[16, 8, 4], help="sizes, as parts of both numbers")
    parser.add_argument("--queries", type=int, default=500, help="patents asked of bm25s and tantivy")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    sizes = []
    for part in given.divide:
        queue = context.Queue()
        process = context.Process(target=run, args=(given.patents // part, given.firms // part, given.queries, queue))
        process.start()
        sizes.append(queue.get())
        process.join()
        print(json.dumps(sizes[-1], ensure_ascii=False, indent=1), flush=True)
    result = {"sizes": sizes, "exponent": exponent(sizes) if len(sizes) > 1 else None}
    print(f"exponent {result['exponent']}")
    if given.output:
        given.output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
