"""A lake laid over another: what is written stays above, what lies below is read and never touched."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from upath import UPath

from panhuo.contracts.model import Contract
from panhuo.lake import LOAD_FILE, Lake, Load, Version
from panhuo.periods import Period


class OverlayLake(Lake):
    """A scratch lake in the folder `above` that shows the loads and versions of `below` as well.

    Nothing is copied: a trial of new loads on a national lake costs only what the new loads cost. What is
    published lies below: a trial publishes nothing.
    """

    def __init__(self, below: Lake, above: str | Path) -> None:
        super().__init__(above)
        self.below = below

    def loads(
        self,
        source: str | None = None,
        dataset: str | None = None,
        *,
        until: Period,
        as_of: dt.datetime,
        since: Period | None = None,
    ) -> list[Load]:
        """Loads of both lakes, in order of receipt."""
        found = [
            *self.below.loads(source, dataset, until=until, as_of=as_of, since=since),
            *super().loads(source, dataset, until=until, as_of=as_of, since=since),
        ]
        return sorted(found, key=lambda load: (load.received_at, load.source, load.dataset, load.load_id))

    def part_paths(self, load: Load) -> list[UPath]:
        """Where the accepted rows of a load are, above or below."""
        return super().part_paths(load) if self._is_above(load) else self.below.part_paths(load)

    def cells_path(self, load: Load) -> UPath:
        """Where the quarantined cells of a load are, above or below."""
        return super().cells_path(load) if self._is_above(load) else self.below.cells_path(load)

    def _is_above(self, load: Load) -> bool:
        return bool((self._load_folder(load) / LOAD_FILE).exists())

    def next_number(self, product: str, period: Period) -> int:
        """Number that the next version of a month would bear."""
        return self.below.next_number(product, period)

    def _newest_of_file(
        self, contract: Contract, period: Period, received_at: dt.datetime, sender_id: str, source_file: str
    ) -> Load | None:
        own = super()._newest_of_file(contract, period, received_at, sender_id, source_file)
        return own or self.below._newest_of_file(contract, period, received_at, sender_id, source_file)

    def versions(self, product: str, period: Period) -> list[Version]:
        """Versions published below."""
        return self.below.versions(product, period)

    def published_periods(self, product: str) -> list[Period]:
        """Months published below."""
        return self.below.published_periods(product)
