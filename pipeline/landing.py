"""Landing by hand: what `panhuo land` does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from panhuo.lake import Lake, LoadReceipt
from panhuo.periods import Period, format_instant
from panhuo.settings import get_settings
from pipeline.publishing import all_versions
from pipeline.runs import open_lake


class BackdatedError(ValueError):
    """An instant of receipt that would rewrite what a published version was made from."""


def land_location(
    source: str,
    location: str,
    period: Period,
    received_at: dt.datetime,
    on_landed: Callable[[LoadReceipt], None] | None = None,
) -> list[LoadReceipt]:
    """Land a file, a folder or an address with the settings of this installation.

    `on_landed` is told each load as it is there. Raises BackdatedError for an instant of receipt that lies before
    a publication it would have entered.
    """
    from ingestion.land import land_path_or_url

    settings = get_settings()
    refuse_backdating(open_lake(settings), period, received_at)
    return land_path_or_url(open_lake(settings), source, location, period, received_at, settings, on_landed)


def refuse_backdating(lake: Lake, period: Period, received_at: dt.datetime) -> None:
    """Raise BackdatedError when what is published of a month from `period` on, or its quarter, knew that instant."""
    told = [version for version in all_versions(lake) if version.period >= period]
    newest = max(told, key=lambda version: version.as_of, default=None)
    if newest is not None and received_at <= newest.as_of:
        raise BackdatedError(
            f"{newest.product} {newest.period} version {newest.number} was published as of "
            f"{format_instant(newest.as_of)}: what arrives now cannot have been received at "
            f"{format_instant(received_at)}; leave --received-at out"
        )
