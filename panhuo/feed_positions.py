"""How far a feed with cursors has been landed (decision 0017)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panhuo.lake import Load

FeedRecords = Sequence[Mapping[str, object]]


def digest_of(records: FeedRecords) -> str:
    """SHA-256 over what records say, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class FeedPosition:
    """Where a batch of a feed ends: the page to ask for next, and what of it the batch holds already.

    The last page of a feed has no cursor after it, so it is asked for again and what was `taken` of it passed over.
    """

    batch: int = 0
    """Number of the batch within its feed, from 1."""
    cursor: str | None = None
    """Cursor of the page to ask for; None for the first page."""
    taken: int = 0
    """Records of that page that have been landed."""
    taken_digest: str = digest_of([])

    def begins(self, records: FeedRecords) -> bool:
        """Whether a page begins with what was taken of it."""
        return len(records) >= self.taken and digest_of(records[: self.taken]) == self.taken_digest


START = FeedPosition()
"""Before the first record of a feed."""


def position_reached(loads: Iterable[Load], parser_version: str) -> FeedPosition:
    """Where the newest batch among the loads of a feed's month ends, of those that one version of the parser read."""
    read = [(load.received_at, load.feed_position) for load in loads if load.parser_version == parser_version]
    reached = [(instant, position.batch, position) for instant, position in read if position]
    return max(reached, key=lambda batch: batch[:2])[2] if reached else START
