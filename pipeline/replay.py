"""Replay: rebuild a month or quarter as known at an instant and compare it, byte for byte, with what was published."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from panhuo.contracts.model import Product
from panhuo.gates.decide import Verdict
from panhuo.lake import Lake, Version
from panhuo.periods import Period, Quarter, format_instant
from panhuo.warehouse import NotPublishedError, publishing_command
from pipeline import judging, monthly, quarterly
from pipeline.marts import build_marts
from pipeline.release import digests, newest_before, published_digests, stated
from pipeline.runs import QUARTERLY, MonthlyRun, open_lake, start_run
from pipeline.verify import verify_folder


@dataclass(frozen=True)
class ReplayOutcome:
    """What a replay found; file names relative to the release."""

    period: str
    as_of: str
    version: int
    compared_files: int
    differing: tuple[str, ...]
    missing: tuple[str, ...]
    """Published, but not rebuilt."""
    unexpected: tuple[str, ...]
    """Rebuilt, but not published."""
    damaged: tuple[str, ...]
    """Published files that are no longer what their manifest says."""
    causes: tuple[str, ...]

    @property
    def is_identical(self) -> bool:
        """Whether every file compared is the same to the byte."""
        return not (self.differing or self.missing or self.unexpected or self.damaged)

    def to_json(self) -> dict[str, Any]:
        """The outcome as JSON values."""
        return {**asdict(self), "is_identical": self.is_identical}

    def to_text(self) -> str:
        """The outcome for people (Chinese)."""
        head = f"{self.period} 第 {self.version} 版（数据截至 {self.as_of}）：比对 {self.compared_files} 个文件"
        if self.is_identical:
            return f"{head}，逐字节一致"
        findings = [f"  已发布的文件被改动：{name}" for name in self.damaged]
        findings += [f"  不同：{name}" for name in self.differing]
        findings += [
            *(f"  未重建：{name}" for name in self.missing),
            *(f"  多出：{name}" for name in self.unexpected),
        ]
        return "\n".join([f"{head}，有差异", *(f"  {cause}" for cause in self.causes), *findings])


def replay_month(period: Period, as_of: dt.datetime | None = None) -> ReplayOutcome:
    """Rebuild `period` as known at `as_of` (by default the instant of its newest version) and compare.

    The version compared with is the newest one that knew no more than `as_of`. When its own instant lies before
    `as_of`, files that show the instant are left out. Raises NotPublishedError when there is none, and
    RuntimeError when the month cannot be rebuilt.
    """
    version = _version_at(open_lake(), monthly.PRODUCT, period, str(period), as_of)
    run = start_run(period, as_of or version.as_of, prefix="replay")
    rebuild(run, newest_before(run.lake, monthly.PRODUCT, run.period, version.as_of))
    return _compare(run, version, str(period))


def replay_quarter(quarter: Quarter, as_of: dt.datetime | None = None) -> ReplayOutcome:
    """The same for the statistics of a quarter, its report included."""
    version = _version_at(open_lake(), quarterly.PRODUCT, quarter.months[-1], str(quarter), as_of)
    run = start_run(quarter.months[-1], as_of or version.as_of, prefix=f"{QUARTERLY}-replay")
    quarterly.judge_intake(run)
    problems = quarterly.build_statistics(run)["problems"]
    if problems:
        raise RuntimeError(f"{quarter} cannot be rebuilt: {problems}; see {run.folder / 'dbt'}")
    quarterly.judge_statistics(run)
    return _compare(run, version, str(quarter))


def replay(name: str, as_of: dt.datetime | None = None) -> ReplayOutcome:
    """`replay_quarter` for a name as 2024-Q2, `replay_month` for one as 2024-05; PeriodError for any other."""
    return replay_quarter(Quarter.parse(name), as_of) if "Q" in name else replay_month(Period.parse(name), as_of)


def _compare(run: MonthlyRun, version: Version, period: str) -> ReplayOutcome:
    rebuilt, published = digests(run.release), published_digests(version)
    if run.as_of != version.as_of:
        rebuilt, published = stated(rebuilt), stated(published)
    return ReplayOutcome(
        period=period,
        as_of=format_instant(run.as_of),
        version=version.number,
        compared_files=len(published),
        differing=tuple(sorted(x for x in rebuilt.keys() & published.keys() if rebuilt[x] != published[x])),
        missing=tuple(sorted(published.keys() - rebuilt.keys())),
        unexpected=tuple(sorted(rebuilt.keys() - published.keys())),
        damaged=tuple(finding["file"] for finding in verify_folder(version.path)),
        causes=_causes(run, version),
    )


def _version_at(lake: Lake, product: Product, period: Period, name: str, as_of: dt.datetime | None) -> Version:
    """The newest version that knew no more; `name` is what people call its month or quarter."""
    versions = lake.versions(product, period)
    known = [x for x in versions if as_of is None or x.as_of <= as_of]
    if known:
        return known[-1]
    if versions:
        since = format_instant(versions[0].as_of)
        raise NotPublishedError(f"no version of {name} knew so little: give an --as-of from {since} on")
    command = publishing_command(product, month=name, quarter=name)
    raise NotPublishedError(f"{name} is not published, so there is nothing to compare with: {command}")


def rebuild(run: MonthlyRun, base: Version | None) -> dict[str, Verdict]:
    """Build and judge the run's month as it would be published after `base`, without publishing; verdicts by gate.

    Raises RuntimeError when the models cannot be built.
    """
    verdicts = {judging.INTAKE: monthly.judge_intake(run)}
    problems = build_marts(run)
    if problems:
        raise RuntimeError(f"{run.period} cannot be rebuilt: {problems}; see {run.folder / 'dbt'}")
    verdicts[judging.MODELS] = monthly.judge_models(run)
    monthly.make_packages(run, base=base)
    verdicts[judging.DISPATCH] = monthly.judge_dispatch(run)
    return verdicts


def _causes(run: MonthlyRun, version: Version) -> tuple[str, ...]:
    causes = []
    for name, label in (("policy_version", "规则"), ("code_version", "程序")):
        then, now = version.manifest[name], getattr(run, name)
        if then != now:
            causes.append(f"{label}版本不同：发布时 {then}，现在 {now}")
    then_loads = set(version.manifest["inputs"])
    now_loads = {load.load_id for load in run.lake.loads(until=run.period, as_of=run.as_of)}
    causes += [f"发布时的批次现已缺失：{load_id}" for load_id in sorted(then_loads - now_loads)]
    causes += [f"发布时没有的批次：{load_id}" for load_id in sorted(now_loads - then_loads)]
    return tuple(causes)
