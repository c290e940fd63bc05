"""The short account at the end of the demo, read from what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.table import Table

from panhuo.contracts.model import load_catalogue
from panhuo.gates.decide import decide
from panhuo.gates.ledger import read_gate_results
from panhuo.gates.model import load_waivers
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.warehouse import query

_VERDICTS = {"pass": "通过", "needs_approval": "有提示，已批准", "fail": "未通过"}


@dataclass(frozen=True)
class MonthAccount:
    """Counts of one month: label → (real, simulated), and the verdicts of the gates."""

    period: Period
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    packages: dict[str, int] = field(default_factory=dict)
    """By kind of recipient, in Chinese."""
    verdicts: dict[str, str] = field(default_factory=dict)


_PATENTS = "select data_origin, count(*) from dim_patents where period = '{0}' and {1} group by 1"
_SCREENED = "select data_origin, count(*) from fct_screening where period = '{0}' and disposition = '{1}' group by 1"
_COUNTS = {
    "接收专利": (_PATENTS, "true"),
    "基础库": (_PATENTS, "is_base_library"),
    "其中有效": (_PATENTS, "is_base_library and is_in_force"),
    "表一（已转化等）": (_SCREENED, "form_1"),
    "表二（可转化）": (_SCREENED, "form_2"),
    "未入选": (_SCREENED, "excluded"),
}
_TIERS = "select tier, data_origin, count(*) from fct_tiers where period = '{0}' group by 1, 2"
_REASONS = (
    "select reason, data_origin, count(*) from (select unnest(string_split(reasons, '|')) as reason, data_origin "
    "from fct_screening where period = '{0}' and disposition = 'excluded') group by 1, 2"
)

_PACKAGES = "select recipient_kind, count(*) from fct_dispatches where period = '{0}' group by 1"


def month_tables(analytics: Path, root: Path, periods: Sequence[Period]) -> list[MonthAccount]:
    """The account of each published month."""
    return [_account(analytics, Lake(root), period) for period in periods]


def _account(analytics: Path, lake: Lake, period: Period) -> MonthAccount:
    words = load_catalogue().vocabularies
    counts: dict[str, tuple[int, int]] = {"退回行": (_returned(lake, period), 0)}
    for label, (sql, condition) in _COUNTS.items():
        counts[label] = _by_origin(_rows(analytics, sql, period, condition))
    for prefix, sql, vocabulary in (("· ", _REASONS, "exclusion_reason"), ("分级 ", _TIERS, "tier")):
        found = _rows(analytics, sql, period)
        for code, label in words[vocabulary].values.items():
            name = f"{prefix}{code} {label}" if vocabulary == "tier" else f"{prefix}{label}"
            counts[name] = _by_origin([row[1:] for row in found if row[0] == code])
    return MonthAccount(period, counts, _packages(analytics, period), _verdicts(lake, period))


def _packages(analytics: Path, period: Period) -> dict[str, int]:
    kinds = load_catalogue().vocabularies["recipient_kind"].values
    found = dict(_rows(analytics, _PACKAGES, period))
    return {label: found.get(code, 0) for code, label in kinds.items()}


def _rows(analytics: Path, sql: str, *words: object) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in query(analytics, sql.format(*words)).to_pylist()]


def _by_origin(rows: Sequence[tuple[Any, ...]]) -> tuple[int, int]:
    found = {row[0]: row[1] for row in rows}
    return found.get("real", 0), found.get("simulated", 0)


def _returned(lake: Lake, period: Period) -> int:
    version = lake.versions("monthly_dispatch", period)[-1]
    loads = lake.loads(since=period, until=period, as_of=version.as_of)
    return sum(load.quarantined_count for load in loads)


def _verdicts(lake: Lake, period: Period) -> dict[str, str]:
    version = lake.versions("monthly_dispatch", period)[-1]
    runs = [result for result in read_gate_results(lake.root / "ledger") if result.period == str(period)]
    latest = max(result.run_id for result in runs if result.run_id.startswith("monthly-"))
    gates: dict[str, list[Any]] = {}
    for result in runs:
        if result.run_id == latest:
            gates.setdefault(result.gate.split("_")[0], []).append(result)
    on_date = version.as_of.date()
    return {gate: _VERDICTS[decide(found, load_waivers(), on_date).verdict] for gate, found in sorted(gates.items())}


def summary_table(accounts: Sequence[MonthAccount], seconds: Sequence[float]) -> Table:
    """A table of months; every count as `real + simulated`, since the two never mix."""
    table = Table(title="月度派发（件；真实 + 模拟）", title_justify="left")
    table.add_column("")
    for account in accounts:
        table.add_column(str(account.period), justify="right")
    for label in accounts[0].counts:
        values = [account.counts[label] for account in accounts]
        if label.startswith("· ") and not any(sum(value) for value in values):
            continue
        cells = [str(real) if label == "退回行" else f"{real} + {simulated}" for real, simulated in values]
        table.add_row(label, *cells)
    for kind in accounts[0].packages:
        table.add_row(f"数据包 {kind}", *(str(account.packages[kind]) for account in accounts))
    for gate in accounts[0].verdicts:
        table.add_row(f"质检 {gate}", *(account.verdicts[gate] for account in accounts))
    table.add_row("秒", *(f"{value:.0f}" for value in seconds))
    return table
