"""Cells as people read them: Chinese labels for codes, 是/否, names of columns instead of identifiers."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from panhuo.contracts.model import Catalogue, Column

_EXCEL_EPOCH_DAYS = 25_569
"""Serial number of 1970-01-01 in a workbook."""
_MAX_CELL = 32_767
"""Characters a cell of a workbook can hold (Excel specifications and limits)."""
_CUT = "……（过长，全文见 CSV）"

Cells = list[str | None] | list[float | None]


def display_cells(table: pa.Table, name: str, catalogue: Catalogue) -> Cells:
    """One column of a package as a workbook shows it: texts, or numbers (dates as serial numbers)."""
    column, values = catalogue.columns[name], table[name]
    if column.type == "date":
        days = values.cast(pa.int32()).to_pylist()
        return [None if day is None else float(day + _EXCEL_EPOCH_DAYS) for day in days]
    if column.type in ("integer", "float"):
        return [None if value is None else float(value) for value in values.to_pylist()]
    if column.type == "boolean":
        return [None if value is None else ("是" if value else "否") for value in values.to_pylist()]
    return _texts(values, lambda text: display_text(text, column, catalogue))


def _texts(values: pa.ChunkedArray, render: Callable[[str], str]) -> list[str | None]:
    """Render each distinct text once."""
    encoded = values.combine_chunks().dictionary_encode()
    rendered = [_fit(render(text)) for text in encoded.dictionary.to_pylist()]
    return [None if index is None else rendered[index] for index in encoded.indices.to_pylist()]


def _fit(text: str) -> str:
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - len(_CUT)] + _CUT


def display_text(text: str, column: Column, catalogue: Catalogue) -> str:
    """A text cell: codes and column names become labels, lists are separated as Chinese readers expect."""
    if column.vocabulary is not None:
        return catalogue.value_label(column.name, text) or text
    if not column.is_multi_valued:
        return text
    parts = text.split("|")
    if column.format in ("name_list", "code_list"):
        return "、".join(catalogue.label(part) if part in catalogue.columns else part for part in parts)
    return "；".join(parts)


def display_pairs(text: str | None, catalogue: Catalogue) -> str | None:
    """`tier=T2|theta=3.25` of a changes row as `分级标记：改进后可转化；前景后验均值：3.25`."""
    if not text:
        return text
    return "；".join(_display_pair(pair, catalogue) for pair in text.split("|"))


def _display_pair(pair: str, catalogue: Catalogue) -> str:
    name, _, value = pair.partition("=")
    column = catalogue.columns.get(name)
    if column is None:
        return pair
    if not value:
        shown = "（空）"
    elif column.type == "float":
        shown = f"{float(value):.2f}"
    else:
        shown = display_text(value.replace(",", "|") if column.is_multi_valued else value, column, catalogue)
    return f"{column.label}：{shown}"
