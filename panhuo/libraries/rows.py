"""Rows of a library in the order in which they are offered."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from panhuo.dispatch.book import TIER_ORDER

_LAST = 1_000_000
"""Rank of patents without priority."""


def ordered_lines(lines: pa.Table) -> pa.Table:
    """Dispatch lines by tier, the readiest first; within a tier by priority, by prospect, then by number."""
    by_tier = pc.index_in(lines["tier"], pa.array(TIER_ORDER))
    by_priority = pc.fill_null(lines["priority_rank"], _LAST)
    order = [
        ("by_tier", "ascending"),
        ("by_priority", "ascending"),
        ("theta", "descending"),
        ("patent_no", "ascending"),
    ]
    ranked = lines.append_column("by_tier", by_tier).append_column("by_priority", by_priority).sort_by(order)
    return ranked.drop_columns(["by_tier", "by_priority"])


def of_tier(lines: pa.Table, tier: str) -> pa.Table:
    """The lines of one tier, in their order."""
    return lines.filter(pc.equal(lines["tier"], tier))
