"""New grants: a drop is landed, and exactly the published months it changes are asked for again.

`open drop → land → which published months change → replay those`. The DAG and the command line call the same
functions. Which months change is read from what the lake holds and what is published, never from what was landed a
moment ago: after a crash, the same call asks for what is still owed (decision 0009).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ingestion.drops import FileAccount, came_by_drop, land_drop, open_drop
from ingestion.sources import load_source
from panhuo.lake import Lake, Load, Version
from panhuo.overlay import OverlayLake
from panhuo.periods import Period, format_instant, parse_instant
from panhuo.policy import policy_version
from panhuo.settings import Settings, get_settings
from panhuo.versions import code_version
from panhuo.warehouse import connect
from pipeline.landing import refuse_backdating
from pipeline.monthly import PRODUCT, run_month
from pipeline.runs import MonthlyRun, open_lake
from pipeline.trials import Difference, TrialStoppedError, build_trial, compare, states_what_is_published

State = Literal["earlier", "included", "same", "changed", "stopped"]
"""Why a month is not rebuilt (speaks for nothing of it, has it already), or what its trial found."""

_INDIRECT = "同批数据的间接影响"

OnStep = Callable[[str], None]


class UnknownDropError(ValueError):
    """A name that is no folder of the folder of drops."""


def _quiet(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class ChangedPatent:
    """A patent of which a month states something else."""

    patent_no: str
    line: str | None
    """What becomes of its dispatch line: ADD, MOD, DEL, or None when the line stays as it is."""
    tables: tuple[str, ...]
    """Marts in which its rows differ."""
    cause: str
    """The row of the drop about it (Chinese)."""


@dataclass(frozen=True)
class PeriodVerdict:
    """Whether the drops landed so far change a published month, and why."""

    period: str
    version: int
    """The newest published version."""
    state: State
    reason: str
    """In Chinese."""
    as_of: str | None = None
    """The instant at which the month would be run again: the receipt of the last file that bears on it."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """ADD, MOD, DEL → dispatch lines."""
    tables: tuple[str, ...] = ()
    patents: tuple[ChangedPatent, ...] = ()

    @property
    def needs_replay(self) -> bool:
        """Whether the month is to be run again; one that cannot be built is, so that its gate says why."""
        return self.state in ("changed", "stopped")


@dataclass(frozen=True)
class NewGrants:
    """What became of a drop, or would."""

    drop: str
    is_dry_run: bool
    received_at: str
    files: tuple[FileAccount, ...] = ()
    periods: tuple[PeriodVerdict, ...] = ()
    replays: tuple[Mapping[str, Any], ...] = ()
    """How each month that was run again ended; none of a dry run."""

    @property
    def is_clean(self) -> bool:
        """Whether every row was read, every month can be built, and every month run again is published."""
        unread = any(account.set_aside or account.rejection for account in self.files)
        stopped = any(verdict.state == "stopped" for verdict in self.periods)
        return not (unread or stopped or any(not replay["published"] for replay in self.replays))

    def to_json(self) -> dict[str, Any]:
        """The account as JSON values."""
        return {**asdict(self), "is_clean": self.is_clean}


def drop_folder(name: str) -> Path:
    """The drop of that name in the folder of drops (`PANHUO_DROPS_DIR`); UnknownDropError when there is none."""
    folder = get_settings().drops_folder
    if not name or Path(name).name != name or not (folder / name).is_dir():
        raise UnknownDropError(f"{folder} 中没有批次目录 {name!r}；请先把批次放入该目录")
    return folder / name


def take_in(path: Path, moment: dt.datetime, on_step: OnStep = _quiet) -> NewGrants:
    """Land a drop and run the changed months again, one after the other, as the DAG does."""
    landed = land(path, moment, on_step)
    found = find_changes(path.name, moment, on_step)
    replays = tuple(replay(request, on_step) for request in replay_requests(found))
    return dataclasses.replace(landed, periods=found.periods, replays=replays)


def preview(path: Path, moment: dt.datetime, on_step: OnStep = _quiet) -> NewGrants:
    """What `take_in` would find, from a lake laid over the real one: nothing is landed and nothing returned."""
    with _scratch(get_settings()) as scratch:
        lake = OverlayLake(open_lake(), scratch)
        files = _land(lake, path, moment, get_settings().model_copy(update={"work_dir": scratch}), on_step)
        verdicts = _judge_periods(lake, moment, scratch, on_step)
    return NewGrants(path.name, True, format_instant(moment), files, verdicts)


def land(path: Path, moment: dt.datetime, on_step: OnStep = _quiet) -> NewGrants:
    """Land a drop received at `moment`; the same drop again lands nothing.

    Raises FileNotFoundError, DropError, or BackdatedError when a month was published as of a later instant.
    """
    files = _land(open_lake(), path, moment, get_settings(), on_step)
    return NewGrants(path.name, False, format_instant(moment), files)


def _land(lake: Lake, path: Path, moment: dt.datetime, settings: Settings, on_step: OnStep) -> tuple[FileAccount, ...]:
    drop = open_drop(path)
    refuse_backdating(lake, settings.first_period, moment)
    return tuple(land_drop(lake, drop, moment, settings, lambda account: on_step(f"接收 {account.source_file}")))


def find_changes(drop: str, moment: dt.datetime, on_step: OnStep = _quiet) -> NewGrants:
    """For each published month, whether what came by any drop until `moment` changes what it states."""
    with _scratch(get_settings()) as scratch:
        verdicts = _judge_periods(OverlayLake(open_lake(), scratch), moment, scratch, on_step)
    return NewGrants(drop, False, format_instant(moment), periods=verdicts)


def replay_requests(account: NewGrants) -> list[dict[str, Any]]:
    """The configuration of `monthly_dispatch` for each month to be run again.

    `as_of` is pinned to what was received, so that asking again asks for the same run; and the platform is not
    pulled, since its answer of today would enter months that nobody looked at.
    """
    return [{"period": x.period, "as_of": x.as_of, "pull": False} for x in account.periods if x.needs_replay]


def replay_id(request: Mapping[str, Any]) -> str:
    """What an orchestrator may call that run: asked for again, it is the same one."""
    return f"new_grants__{request['period']}__{request['as_of']}"


def replay(request: Mapping[str, Any], on_step: OnStep = _quiet) -> dict[str, Any]:
    """Run a month again through all its gates; how it ended, as `run_month` says."""
    period, as_of = Period.parse(request["period"]), parse_instant(request["as_of"])
    outcome = run_month(period, as_of, lambda step: on_step(f"重新派发 {period} {step}"), pull=request["pull"])
    return {"period": str(period), **outcome}


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    builds = settings.local_dir / "build"
    builds.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=builds, prefix="trial-") as folder:
        yield Path(folder)


def _judge_periods(lake: Lake, moment: dt.datetime, scratch: Path, on_step: OnStep) -> tuple[PeriodVerdict, ...]:
    newest = [lake.versions(PRODUCT, period)[-1] for period in lake.published_periods(PRODUCT)]
    return tuple(_judge_period(lake, version, moment, scratch, on_step) for version in newest)


def _judge_period(lake: Lake, version: Version, moment: dt.datetime, scratch: Path, on_step: OnStep) -> PeriodVerdict:
    period = version.period
    dropped = [load for load in lake.loads(until=period, as_of=moment) if came_by_drop(load)]
    owed = [load for load in dropped if load.load_id not in version.manifest["inputs"]]
    if not dropped:
        reason = "没有补到的数据涉及本月或更早的月份"
        return PeriodVerdict(str(period), version.number, "earlier", reason)
    if not owed:
        return PeriodVerdict(str(period), version.number, "included", f"第 {version.number} 版已包含补到的数据")
    as_of = max(load.received_at for load in owed)
    try:
        return _try_period(lake, version, owed, as_of, scratch, on_step)
    except TrialStoppedError as stopped:
        reason = f"试算未通过：{'、'.join(stopped.problems)}；重新派发会停在质检，报告说明原因"
        return PeriodVerdict(str(period), version.number, "stopped", reason, format_instant(as_of))


def _try_period(
    lake: Lake, version: Version, owed: list[Load], as_of: dt.datetime, scratch: Path, on_step: OnStep
) -> PeriodVerdict:
    """Build the month with what is owed, and, unless that is what is published, without it."""
    period, number = version.period, version.number
    on_step(f"试算 {period}（含补到的数据）")
    after = build_trial(lake, period, as_of, scratch)
    if states_what_is_published(after, version):
        return PeriodVerdict(str(period), number, "same", f"补到的数据不改变本月：与第 {number} 版逐字节一致")
    on_step(f"试算 {period}（不含补到的数据）")
    hidden = {load.load_id for load in owed}
    before = build_trial(lake, period, as_of, scratch, without=hidden)
    difference = compare(before, after)
    if not difference.tables:
        reason = f"补到的数据不改变本月；与第 {number} 版的不同另有原因：{_other_causes(lake, version, hidden, as_of)}"
        return PeriodVerdict(str(period), number, "same", reason)
    counts = Counter(difference.lines.values())
    return PeriodVerdict(
        period=str(period),
        version=number,
        state="changed",
        reason=f"{len(difference.patents)} 件专利、{len(difference.tables)} 张表与第 {number} 版不同",
        as_of=format_instant(as_of),
        lines={kind: counts[kind] for kind in ("ADD", "MOD", "DEL")},
        tables=difference.tables,
        patents=_changed_patents(difference, after, owed),
    )


def _other_causes(lake: Lake, version: Version, hidden: set[str], as_of: dt.datetime) -> str:
    """What else than the drops sets the lake of today apart from what a version was made from."""
    inputs = {load.load_id for load in lake.loads(until=version.period, as_of=as_of)}
    others = inputs - hidden - version.manifest["inputs"].keys()
    causes = [
        "规则版本已变" if version.manifest["policy_version"] != policy_version() else "",
        "程序版本已变" if version.manifest["code_version"] != code_version() else "",
        f"另有 {len(others)} 个批次尚未发布" if others else "",
    ]
    return "、".join(filter(None, causes)) or "数据截止时间更晚"


def _changed_patents(difference: Difference, after: MonthlyRun, owed: Sequence[Load]) -> tuple[ChangedPatent, ...]:
    """Those that a row of the drops is about come first."""
    causes = _causes(after.warehouse, owed)
    numbers = sorted(difference.patents, key=lambda number: (number not in causes, number))
    return tuple(
        ChangedPatent(number, difference.lines.get(number), difference.patents[number], causes.get(number, _INDIRECT))
        for number in numbers
    )


def _causes(warehouse: Path, owed: Sequence[Load]) -> dict[str, str]:
    """Patent → the newest row about it among the loads."""
    ids = [load.load_id for load in owed]
    causes: dict[str, str] = {}
    with connect(warehouse, read_only=True) as connection:
        for name, source in sorted({(load.contract_name, load.source) for load in owed}):
            title = load_source(source).file.title
            sql = f"""
                select patent_no, source_file, source_row from {name} where load_id in (select unnest($1))
                order by received_at, source_file, source_row
            """
            for number, file, row in connection.execute(sql, [ids]).fetchall():
                causes[number] = f"{title}：{file} 第 {row} 行"
    return causes
