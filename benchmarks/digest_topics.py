"""Time and memory of the topics of a national month: `python -m benchmarks.digest_topics [TEXTS]`.

Texts are made of a stem and two clauses that vary, so that nearly all differ: the hardest case, since equal texts are
clustered once. A third of them lies in one field, as in a national ledger that leans towards one technology.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time

from panhuo.digests.topics import Text, find_topics
from panhuo.policy import load_policy

STEMS = (
    "提高{0}的{1}稳定性", "降低{0}的{1}成本", "{0}缺少{1}数据，希望补充", "{0}在{1}工况下响应慢", "希望{0}通过{1}认证",
    "{0}与{1}产线不适配", "{0}放大到{1}规模后良率低", "{0}的{1}接口不开放",
)  # fmt: skip
FIELDS = 35
SHARE_OF_ONE_FIELD = 3


def make_texts(count: int, seed: int = 2024) -> list[Text]:
    """Wishes of that many evaluations, seeded."""
    rng = random.Random(seed)
    characters = [chr(code) for code in range(0x4E00, 0x4E00 + 2_000)]

    def word(length: int) -> str:
        return "".join(rng.choices(characters, k=length))

    things = [word(4) for _ in range(400)]
    return [
        Text(
            f"t{number}",
            1 if number % SHARE_OF_ONE_FIELD == 0 else rng.randint(1, FIELDS),
            f"G{rng.randint(0, 20_000)}",
            rng.choice(STEMS).format(rng.choice(things), word(2)),
        )
        for number in range(count)
    ]


def main() -> None:
    """Print the figures as JSON."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    texts = make_texts(count)
    started = time.perf_counter()
    topics = find_topics(texts, load_policy().digests)
    print(
        json.dumps(
            {
                "texts": count,
                "largest_field": max(sum(text.field_no == field for text in texts) for field in range(1, FIELDS + 1)),
                "topics": len(topics),
                "seconds": round(time.perf_counter() - started, 1),
                "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
