"""Offending rows in words a person can look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from panhuo.contracts.model import load_catalogue
from panhuo.gates.model import SAMPLE_SIZE

_HIDDEN = {"restricted", "blocked"}
_LONGEST_VALUE = 60


def describe_rows(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Up to ten different rows as `label=value，…`, sorted; values of restricted and blocked columns are not shown."""
    return sorted({_describe(row) for row in rows})[:SAMPLE_SIZE]


def _describe(row: Mapping[str, Any]) -> str:
    return "，".join(f"{_label(name)}={_shown(name, value)}" for name, value in row.items())


def _label(name: str) -> str:
    column = load_catalogue().columns.get(name)
    return column.label if column else name


def _shown(name: str, value: Any) -> str:
    column = load_catalogue().columns.get(name)
    if value is None:
        return "空"
    if column is not None and column.sensitivity in _HIDDEN:
        return "（不予显示）"
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"
