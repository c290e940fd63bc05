"""The wall clock, read here and in `dags/` only."""

from __future__ import annotations

import datetime as dt


def now() -> dt.datetime:
    """Return the present instant in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
