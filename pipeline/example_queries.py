"""Example queries: `docs/queries/*.sql`, which analysts copy, and the page that lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from panhuo.contracts.model import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "docs" / "queries"
_FILE = re.compile(
    r"-- Title: (?P<title>[^\n]+)\n-- Answers: (?P<answers>[^\n]+)\n(?P<sql>(?:select|with)\b.+)", re.DOTALL
)
_HEAD = """# Example queries

Rendered from `docs/queries/*.sql` by `make generate`; a test runs each over the demo. Run one as it stands:

```
panhuo query docs/queries/tiers_by_city.sql
```

What they read is described in [data_dictionary.md](data_dictionary.md); all marts carry `period`, the month.

- **Another month**: write `'2024-05'` for `(select max(period) from …)`.
- **As of a past date**: `panhuo query "…" --as-of 2024-06-30` answers with what was known on that day: of each month
  the newest version whose data count up to then at most. `--account city:3401` answers with what that account may read.
- **Versions beside each other**: `history.<mart>` holds every published version with its `product` and `version`, and
  `history.versions` says up to when each counts ([versions_compared](#versions_compared)).
- **From Python or DuckDB**: the same views are in `data/published/analytics.duckdb`; open it read-only.

"""


@dataclass(frozen=True)
class ExampleQuery:
    """A query with its Chinese title and, in one sentence, what it answers."""

    name: str
    title: str
    answers: str
    sql: str


def load_example_queries(folder: Path = FOLDER) -> list[ExampleQuery]:
    """The queries by name; ValueError naming the file for one without title and answer at its head."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE.fullmatch(path.read_text(encoding="utf-8"))
        if match is None:
            raise ValueError(f"{path}: write `-- Title: …`, then `-- Answers: …`, then one SELECT")
        found.append(ExampleQuery(path.stem, match["title"], match["answers"], match["sql"].strip()))
    return found


def render_queries() -> str:
    """The page that lists them."""
    queries = load_example_queries()
    lines = ["| query | 名称 | answers |", "|---|---|---|"]
    lines += [f"| [{query.name}](#{query.name}) | {query.title} | {query.answers} |" for query in queries]
    blocks = [f"## {query.name}\n\n{query.title}. {query.answers}\n\n```sql\n{query.sql}\n```\n" for query in queries]
    return _HEAD + "\n".join([*lines, "", *blocks])
