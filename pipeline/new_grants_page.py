"""What became of a drop, for people: tables and sentences in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table

from ingestion.drops import FileAccount
from ingestion.sources import load_source
from pipeline.new_grants import ChangedPatent, NewGrants, PeriodVerdict

_STATES = {"earlier": "不涉及", "included": "已包含", "same": "不变", "changed": "变化", "stopped": "试算未通过"}
_LINES = {"ADD": "新增", "MOD": "修改", "DEL": "撤下", None: "派发行不变"}
NAMED_PATENTS = 5
"""Patents named in a cell; all are in the JSON."""


def tables_of(account: NewGrants) -> list[Table]:
    """The files of a drop, then the published months, as far as either has been looked at."""
    files = [files_table(account)] if account.files else []
    return [*files, *([periods_table(account.periods)] if account.periods else [])]


def files_table(account: NewGrants) -> Table:
    """One row per file: every row of it is landed in some month, known, set aside, or a duplicate."""
    table = Table(title=f"批次 {account.drop}（行数）", title_justify="left")
    for name in ("文件", "类别", "收到", "入库（按月份）", "已知", "退回", "重复", "整份退回"):
        table.add_column(name, justify="right" if name in ("收到", "已知", "退回", "重复") else "left")
    for file in account.files:
        table.add_row(*_file_cells(file))
    return table


def _file_cells(file: FileAccount) -> list[str]:
    landed = "、".join(f"{month}：{count}" for month, count in file.landed.items())
    counts = (file.known, file.set_aside, file.identical_duplicates)
    title = load_source(file.source).file.title
    return [file.source_file, title, str(file.received), landed or "无", *map(str, counts), file.rejection or ""]


def periods_table(periods: Iterable[PeriodVerdict]) -> Table:
    """One row per published month: whether it changes, how many lines, which patents and why."""
    table = Table(title="已发布的月份", title_justify="left")
    for name in ("月份", "现行版本", "结果", "新增", "修改", "撤下", "说明", "专利及依据"):
        table.add_column(name, justify="right" if name in ("现行版本", "新增", "修改", "撤下") else "left")
    for verdict in periods:
        counts = [str(verdict.lines.get(kind, 0)) if verdict.lines else "" for kind in ("ADD", "MOD", "DEL")]
        head = [verdict.period, f"第 {verdict.version} 版", _STATES[verdict.state], *counts]
        table.add_row(*head, verdict.reason, _patents(verdict.patents))
    return table


def _patents(patents: tuple[ChangedPatent, ...]) -> str:
    named = [f"{x.patent_no} {_LINES[x.line]}（{x.cause}）" for x in patents[:NAMED_PATENTS]]
    more = len(patents) - len(named)
    return "\n".join([*named, *([f"……另 {more} 件"] if more else [])])


def conclusion(account: NewGrants) -> list[str]:
    """What was done, or would be, in sentences."""
    changed = [verdict.period for verdict in account.periods if verdict.needs_replay]
    if changed and account.is_dry_run:
        return [f"试运行：将重新派发 {'、'.join(changed)}；未写入任何数据。"]
    if changed:
        return [_ended(replay) for replay in account.replays] or [f"需要重新派发：{'、'.join(changed)}。"]
    return ["没有已发布的月份需要重新派发。"]


def _ended(replay: Mapping[str, Any]) -> str:
    if not replay["published"]:
        mend = f"；{replay['mend']}" if "mend" in replay else ""
        return f"{replay['period']}：未发布，停在 {replay['stopped_at']}，报告 {replay['report']}{mend}"
    age = "新" if replay["is_new"] else "已有"
    return f"{replay['period']}：第 {replay['version']} 版（{age}），{replay['path']}"
