"""Rows with equal keys, found among more rows than memory holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from panhuo.contracts.cells import Cell

ReadRow = tuple[int, tuple[Cell, ...]]
"""The number of a row and its values in the order of the contract's payload."""

# 128 bits: two of a billion rows meet by chance once in 10^20 files.
_DIGEST = 16


@dataclass(frozen=True)
class Settled:
    """What is to become of rows with equal keys; rows are named by their position among all added."""

    dropped: frozenset[int]
    conflicts: list[list[int]]
    """Groups of rows that differ though their key is the same; all of them are dropped."""
    identical: int
    """Rows that repeat an earlier one."""


class Duplicates:
    """Finds rows with equal keys among any number of rows, of which 32 bytes each are held.

    `keys` and `compared` are positions within the values of a row.
    """

    def __init__(self, keys: Sequence[int], compared: Sequence[int]) -> None:
        self._keys = keys
        self._compared = compared
        self._key_digests = bytearray()
        self._contents = bytearray()

    def add(self, rows: Iterable[ReadRow]) -> None:
        """Take note of rows in order."""
        for _, values in rows:
            self._key_digests += _digest(values, self._keys)
            self._contents += _digest(values, self._compared)

    def settle(self) -> Settled:
        """Judge all rows that were added."""
        candidates: dict[bytes, list[int]] = {}
        for position in _repeated(bytes(self._key_digests)):
            key = bytes(self._key_digests[position * _DIGEST : (position + 1) * _DIGEST])
            candidates.setdefault(key, []).append(position)
        dropped: set[int] = set()
        conflicts: list[list[int]] = []
        identical = 0
        for positions in candidates.values():
            contents = {bytes(self._contents[at * _DIGEST : (at + 1) * _DIGEST]) for at in positions}
            if len(contents) > 1:
                conflicts.append(positions)
                dropped.update(positions)
            else:
                dropped.update(positions[1:])
                identical += len(positions) - 1
        return Settled(frozenset(dropped), conflicts, identical)


def _digest(values: Sequence[Cell], indices: Sequence[int]) -> bytes:
    text = repr([values[index] for index in indices])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _repeated(digests: bytes) -> list[int]:
    """Positions of the digests that occur more than once, in order."""
    count = len(digests) // _DIGEST
    column = pa.FixedSizeBinaryArray.from_buffers(pa.binary(_DIGEST), count, [None, pa.py_buffer(digests)])
    counts = pa.table({"key": column}).group_by("key").aggregate([("key", "count")])
    again = counts.filter(pc.greater(counts["key_count"], 1))["key"]
    if not len(again):
        return []
    found: list[int] = pc.indices_nonzero(pc.is_in(column, value_set=again.combine_chunks())).to_pylist()
    return found
