"""Landing by hand: what `panhuo land` does."""

from __future__ import annotations

import datetime as dt

from panhuo.lake import LoadReceipt
from panhuo.periods import Period
from panhuo.settings import get_settings
from pipeline.runs import open_lake


def land_location(source: str, location: str, period: Period, received_at: dt.datetime) -> list[LoadReceipt]:
    """Land a file, a folder or an address with the settings of this installation."""
    from ingestion.land import land_path_or_url

    settings = get_settings()
    return land_path_or_url(open_lake(settings), source, location, period, received_at, settings)
