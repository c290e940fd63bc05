"""The demo: three months of the DAG `monthly_dispatch` against the sandbox platform, on real patents."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from panhuo.periods import Period, format_instant
from panhuo.settings import Settings, get_settings
from pipeline.airflow_home import AirflowFailedError, airflow_environment, migrate, run_dag
from pipeline.build import environment_with
from pipeline.demo_summary import month_tables, summary_table
from pipeline.quarterly import freezes_at

MONTHS = (Period(2024, 4), Period(2024, 5), Period(2024, 6))
SEED = 2024
MARKER = "DEMO.json"
QUARTER = MONTHS[-1].quarter


class DemoRefusedError(ValueError):
    """The demo would mix its data with data that are not its own."""


@dataclass(frozen=True)
class DemoHome:
    """Where the demo of one sample keeps everything."""

    folder: Path
    sample: str

    @property
    def scenario(self) -> Path:
        """What the sandbox platform serves."""
        return self.folder / "scenario"

    @property
    def airflow(self) -> Path:
        """Airflow's own home."""
        return self.folder / "airflow"

    @property
    def seeds(self) -> Path:
        """Seeds of random inspections; that of the demo is no secret."""
        return self.folder / "inspection_seeds"

    @property
    def inspection(self) -> Path:
        """The form of the patents that the random inspection of the quarter drew."""
        return self.folder / f"inspection_{QUARTER}.xlsx"


def run_demo(sample: str) -> int:
    """Run the months and print the account; returns the exit code (1 when a month stopped)."""
    from ingestion.sandbox.simulate import ScenarioError

    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        home = open_home(get_settings(), sample)
        seconds = _run_months(home, console)
    except (DemoRefusedError, ScenarioError, AirflowFailedError) as problem:
        console.print(str(problem), style="red", soft_wrap=True, markup=False)
        return 1
    _report(home, seconds, console)
    return 0


def open_home(settings: Settings, sample: str) -> DemoHome:
    """The demo's folder: `data_dir` for the listed sample, a folder in it for another.

    Raises DemoRefusedError when loads lie there that no demo of this sample brought.
    """
    folder = settings.local_dir if sample == "listed" else settings.local_dir / sample
    marker = folder / MARKER
    mark = {"sample": sample, "seed": SEED}
    if marker.exists():
        if json.loads(marker.read_text(encoding="utf-8")) != mark:
            raise DemoRefusedError(f"{folder} holds another demo; remove it (make clean) or set PANHUO_DATA_DIR")
    elif (folder / "raw").exists():
        raise DemoRefusedError(f"{folder} holds data that are not of the demo; set PANHUO_DATA_DIR to another folder")
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps(mark) + "\n", encoding="utf-8")
    return DemoHome(folder, sample)


def dispatch_instant(period: Period) -> dt.datetime:
    """The instant a month of the demo is dispatched at: the fifth of the month after, 00:00 UTC."""
    after = period.shift(1)
    return dt.datetime(after.year, after.month, 5, tzinfo=dt.UTC)


@contextmanager
def demo_platform(home: DemoHome) -> Iterator[dict[str, str]]:
    """Serve the demo's scenario with its faults; yields the environment of an installation that uses it."""
    from ingestion.sandbox.server import run_sandbox, scenario_faults
    from ingestion.sandbox.simulate import make_scenario

    token = secrets.token_urlsafe(24)
    make_scenario(home.scenario, sample=home.sample, seed=SEED)
    with run_sandbox(home.scenario, token, scenario_faults(home.scenario)) as url:
        yield {
            "PANHUO_DATA_DIR": str(home.folder),
            "PANHUO_PLATFORM_URL": url,
            "PANHUO_PLATFORM_TOKEN": token,
            "PANHUO_PSEUDONYM_KEY": _pseudonym_key(home),
            "PANHUO_APPROVAL_MODE": "policy",
            "PANHUO_FIRST_PERIOD": str(MONTHS[0]),
            "PANHUO_INSPECTION_SEEDS_DIR": str(home.seeds),
        }


def _pseudonym_key(home: DemoHome) -> str:
    """A key that stays the same for the demo's folder, so that a second run brings the same bytes."""
    path = home.folder / "pseudonym.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
    return path.read_text(encoding="utf-8")


def _run_months(home: DemoHome, console: Console) -> list[float]:
    """Run the DAG for each month; returns the seconds each took."""
    seconds = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, refresh_per_second=4) as progress:
        opening = progress.add_task("准备样本、平台和 Airflow", total=2)
        with demo_platform(home) as variables:
            progress.advance(opening)
            environment = airflow_environment(home.airflow) | variables
            migrate(environment)
            progress.advance(opening)
            confs = [{"period": str(month), "as_of": format_instant(dispatch_instant(month))} for month in MONTHS]
            bars: list[tuple[TaskID, float]] = []
            tasks: int | None = None  # how many one month has, which the first tells
            for task in run_dag(environment, "monthly_dispatch", confs):
                if task == "start_run":
                    month = MONTHS[len(bars)]
                    bars.append((progress.add_task(f"{month}", total=tasks), time.monotonic()))
                bar, started = bars[-1]
                progress.update(bar, advance=1, description=f"{MONTHS[len(bars) - 1]} {task}")
                if task == "publish_dispatch":
                    tasks = int(progress.tasks[bar].completed)
                    progress.update(bar, total=tasks)
                    seconds.append(time.monotonic() - started)
            counting = progress.add_task(str(QUARTER), total=None)
            _commit(home, variables)
            conf = {"quarter": str(QUARTER), "as_of": format_instant(freezes_at(QUARTER))}
            for task in run_dag(environment, "quarterly_statistics", [conf]):
                progress.update(counting, advance=1, description=f"{QUARTER} {task}")
            _draw(home, variables)
            progress.update(counting, total=progress.tasks[counting].completed)
    return seconds


def _commit(home: DemoHome, variables: Mapping[str, str]) -> None:
    """Commit to a seed that everybody can tell, where one of chance would make every demo another."""
    from pipeline.inspections import commit

    home.seeds.mkdir(exist_ok=True)
    (home.seeds / f"{QUARTER}.seed").write_text(sha256(f"panhuo demo {SEED}".encode()).hexdigest(), encoding="ascii")
    with environment_with(variables):
        commit(QUARTER, dispatch_instant(MONTHS[-1]))


def _draw(home: DemoHome, variables: Mapping[str, str]) -> None:
    """Draw the random inspection of the quarter a day after its freeze."""
    from pipeline.inspections import draw_sample, write_sample

    with environment_with(variables):
        write_sample(home.inspection, draw_sample(QUARTER, freezes_at(QUARTER) + dt.timedelta(days=1)))


def _report(home: DemoHome, seconds: list[float], console: Console) -> None:
    analytics = home.folder / "published" / "analytics.duckdb"
    accounts = month_tables(analytics, home.folder, MONTHS)
    console.print(summary_table(accounts, seconds))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    published = home.folder / "published" / "monthly_dispatch"
    latest = published / f"period={MONTHS[-1]}"
    version = max(latest.glob("version=*"), key=lambda path: int(path.name.removeprefix("version=")))
    lines = {
        "数据包": version / "packages",
        "质检报告": version / "gate_report.html",
        "季度统计": home.folder / "published" / "quarterly_statistics" / f"period={MONTHS[-1]}",
        "随机抽查样本": home.inspection,
        "分析库": analytics,
        "退回文件": home.folder / "outbox" / "returns",
    }
    for label, path in lines.items():
        console.print(f"{label}: {path}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"三个月用时 {sum(seconds):.0f} 秒，内存峰值 {peak:.0f} MB（最大的一个进程）", highlight=False)
