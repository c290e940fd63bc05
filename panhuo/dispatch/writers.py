"""Files that come out the same, byte for byte, whenever the content is the same."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from panhuo.lake import parquet_bytes

FORMULA_START = "^[=+\\-@\t\r\n＝＋－＠]"
"""What spreadsheet programs take for the start of a formula in a CSV cell, full-width forms included
(OWASP, CSV Injection)."""

_BOM = b"\xef\xbb\xbf"


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet with the fixed settings of the lake."""
    path.write_bytes(parquet_bytes(table))


def guard_formulas(table: pa.Table) -> pa.Table:
    """Put an apostrophe before every text that a spreadsheet program would run as a formula."""
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            texts = table.column(index)
            guarded = pc.binary_join_element_wise("'", texts, "")
            suspicious = pc.match_substring_regex(texts, FORMULA_START)
            table = table.set_column(index, field, pc.if_else(suspicious, guarded, texts))
    return table


def write_csv(path: Path, table: pa.Table) -> None:
    """Write a table as CSV for data exchange and for office programs.

    UTF-8 with a byte order mark (without it Excel and WPS read Chinese as GBK), `\\n` line ends, ISO dates,
    empty cells for nulls, texts quoted and guarded against formulas.
    """
    sink = io.BytesIO(_BOM)
    sink.seek(len(_BOM))
    pa_csv.write_csv(guard_formulas(table), sink, pa_csv.WriteOptions(quoting_header="none"))
    path.write_bytes(sink.getvalue())
