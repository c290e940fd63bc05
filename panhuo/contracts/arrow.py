"""Contracts as pyarrow schemas, and tables cast to them."""

from __future__ import annotations

import pyarrow as pa

from panhuo.contracts.model import Column, Contract

_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}


def arrow_type(column: Column) -> pa.DataType:
    """The pyarrow type of a column."""
    return _TYPES[column.type]


def arrow_schema(contract: Contract) -> pa.Schema:
    """Schema of the whole table, columns in contract order; required columns are not nullable."""
    return pa.schema([pa.field(c.name, arrow_type(c.column), nullable=not c.required) for c in contract.columns])


def payload_schema(contract: Contract) -> pa.Schema:
    """Schema of what a raw sender states: the columns the contract lists itself, and nothing of provenance."""
    fields = [contract.column(name) for name in contract.payload]
    return pa.schema([pa.field(f.name, arrow_type(f.column)) for f in fields])


def conform(table: pa.Table, contract: Contract) -> pa.Table:
    """Return the table with exactly the contract's columns, order and types.

    Raises ValueError when a column is missing or a required one holds nulls, pa.ArrowInvalid when a value does
    not fit its type.
    """
    missing = [name for name in contract.column_names if name not in table.column_names]
    if missing:
        raise ValueError(f"{contract.qualified_name}: columns {missing} are missing")
    empty = [c.name for c in contract.columns if c.required and table[c.name].null_count]
    if empty:
        raise ValueError(f"{contract.qualified_name}: required columns {empty} hold nulls")
    return table.select(list(contract.column_names)).cast(arrow_schema(contract))
