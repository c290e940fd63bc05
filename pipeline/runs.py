"""A run of a month: its two clocks, its identity and its own folder."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from panhuo.lake import Lake, canonical_json, put_bytes
from panhuo.overlay import OverlayLake
from panhuo.periods import Period, format_instant, parse_instant, require_aware
from panhuo.policy import policy_version
from panhuo.settings import Settings, get_settings
from panhuo.versions import code_version

RUN_FILE = "run.json"
PUBLISHING = "monthly"
"""What the ids of runs begin with that are made to be published."""
QUARTERLY = "quarterly"
"""What those of runs for a quarter begin with; their period is its last month."""


class UnknownRunError(ValueError):
    """No run of that id was started here."""


@dataclass(frozen=True)
class MonthlyRun:
    """One run: the month it speaks for, the instant up to which data count, and what decides."""

    period: Period
    as_of: dt.datetime
    run_id: str
    policy_version: str
    code_version: str
    folder: Path
    scratch: Path | None = None
    """Folder of a trial: its new loads, its builds and its ledger stay there; None for a run that counts."""

    @property
    def is_for_publishing(self) -> bool:
        """Whether its release may leave the house: no trial and no replay."""
        return self.run_id.startswith(f"{PUBLISHING}-")

    @property
    def is_quarterly(self) -> bool:
        """Whether it speaks for the quarter that ends with its period."""
        return self.run_id.startswith(f"{QUARTERLY}-")

    @property
    def lake(self) -> Lake:
        """The lake that the run reads; for a trial, the scratch laid over it."""
        return OverlayLake(open_lake(), self.scratch) if self.scratch else open_lake()

    @property
    def warehouse(self) -> Path:
        """The run's own DuckDB file."""
        return self.folder / "warehouse.duckdb"

    @property
    def release(self) -> Path:
        """What will be published, file for file."""
        return self.folder / "release"

    @property
    def report(self) -> Path:
        """The gate report as far as the run has come."""
        return self.folder / "gate_report.html"

    def clear(self) -> None:
        """Forget what an earlier attempt at this run built."""
        for path in self.folder.glob("*"):
            if path.name == RUN_FILE:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def start_run(
    period: str | Period, as_of: dt.datetime, *, prefix: str = PUBLISHING, scratch: Path | None = None
) -> MonthlyRun:
    """Open the run of that month, instant, policy and code; the same four give the same run.

    With `scratch` the run is a trial that leaves nothing outside that folder.

    Raises PeriodError for a text that is no month or an instant without zone; ValueError for a month before the
    first one of the programme.
    """
    settings = get_settings()
    month = period if isinstance(period, Period) else Period.parse(period)
    if month < settings.first_period:
        raise ValueError(f"{month} is before the first month {settings.first_period} (PANHUO_FIRST_PERIOD)")
    moment = require_aware(as_of).astimezone(dt.UTC).replace(microsecond=0)
    rules, code = policy_version(), code_version()
    identity = sha256(f"{rules}|{code}".encode()).hexdigest()[:8]
    run_id = f"{prefix}-{month}-{moment:%Y%m%dT%H%M%SZ}-{identity}"
    folder = _folder(scratch or settings.local_dir, run_id)
    run = MonthlyRun(month, moment, run_id, rules, code, folder, scratch)
    body = {
        "period": str(month),
        "as_of": format_instant(moment),
        "run_id": run_id,
        "policy_version": rules,
        "code_version": code,
    }
    put_bytes(run.folder / RUN_FILE, canonical_json(body))
    return run


def open_run(run_id: str) -> MonthlyRun:
    """Open a run that was started; UnknownRunError when there is none of that id."""
    folder = _folder(get_settings().local_dir, run_id)
    if not (folder / RUN_FILE).is_file():
        raise UnknownRunError(f"no run {run_id!r} was started in {folder.parent}")
    body = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    return MonthlyRun(
        period=Period.parse(body["period"]),
        as_of=parse_instant(body["as_of"]),
        run_id=body["run_id"],
        policy_version=body["policy_version"],
        code_version=body["code_version"],
        folder=folder,
    )


def open_lake(settings: Settings | None = None) -> Lake:
    """The lake of this installation."""
    return Lake((settings or get_settings()).data_dir)


def _folder(root: Path, run_id: str) -> Path:
    return root / "build" / Path(run_id).name
