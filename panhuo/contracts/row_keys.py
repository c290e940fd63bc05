"""By what a row that went back to its sender is known again when it comes back mended (decision 0011)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from panhuo.contracts.cells import Cell, narrow
from panhuo.contracts.model import Contract
from panhuo.contracts.shown import printable

MAX_KEY_LENGTH = 500
_NOT_A_DIGIT = re.compile(r"\D")


def key_column(contract: Contract) -> str:
    """The column that tells the rows of one file of a raw table apart."""
    return next(name for name in contract.keys if name in contract.payload)


def title_column(contract: Contract) -> str | None:
    """The column that still knows a row whose key cannot be read."""
    return "title" if "title" in contract.payload else None


def row_key(contract: Contract, values: Mapping[str, Cell], sent: object) -> str | None:
    """The key of a row: its key column as read; else its title; else the digits of the key as `sent`; else None.

    `values` are the cells that could be read. A key that could not be read is most likely what will be mended, so its
    digits come last. The macro `keyed_rows` makes the same keys of accepted rows.
    """
    key = values.get(key_column(contract))
    if key is not None:
        return str(key)
    title = values.get(title_column(contract) or "")
    if title:
        return str(title).replace(" ", "").lower()[:MAX_KEY_LENGTH]
    return _NOT_A_DIGIT.sub("", narrow(printable(sent)))[:MAX_KEY_LENGTH] or None
