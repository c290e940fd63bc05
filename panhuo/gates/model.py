"""Rules, results and waivers of the gates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_yaml

Severity = Literal["block", "warn"]
Outcome = Literal["pass", "fail", "error"]
Unit = Literal["count", "share"]
Bound = Literal["at_most", "at_least"]

SAMPLE_SIZE = 10


@dataclass(frozen=True)
class GateRun:
    """What a gate is judging: `gate` as in `G1_intake`, the month (`2024-05`) and the run."""

    gate: str
    period: str
    run_id: str


class GateResult(Strict):
    """One check of one gate in one run.

    `observed` and `threshold` are counts or, when `unit` is `share`, fractions of 1. `rows` is the number
    of offending rows where the check is about rows. `sample` names up to ten offenders by their keys.
    """

    gate: str
    check_id: str
    table: str
    period: str
    run_id: str
    severity: Severity
    outcome: Outcome
    observed: int | float | None = None
    threshold: int | float | None = None
    bound: Bound = "at_most"
    unit: Unit = "count"
    rows: int | None = Field(default=None, ge=0)
    message: str
    sample: tuple[str, ...] = Field(default=(), max_length=SAMPLE_SIZE)


class Rule(Strict):
    """A check as declared: what it demands, how bad it is when unmet, and why its bound lies where it lies.

    `title` states the demand and `mend` the way out, both in Chinese for the people who read the report.
    """

    check_id: str
    table: str
    severity: Severity
    title: str
    mend: str
    reason: str
    bound: Bound = "at_most"
    threshold: int | float = 0
    unit: Unit = "count"

    def is_met(self, observed: float) -> bool:
        """Whether the observed value lies within the bound, the bound itself included."""
        return observed <= self.threshold if self.bound == "at_most" else observed >= self.threshold

    def judge(
        self,
        run: GateRun,
        observed: int | float | None,
        *,
        rows: int | None = None,
        sample: Sequence[str] = (),
    ) -> GateResult:
        """Turn an observation into a result; None means that there was nothing to compare, which passes."""
        passed = observed is None or self.is_met(observed)
        message = self.title if passed else f"{self.title}{_extent(rows)}。{self.mend}"
        return self._result(run, "pass" if passed else "fail", message, observed, rows, () if passed else sample)

    def error(self, run: GateRun, problem: str) -> GateResult:
        """The check could not be carried out; `problem` is the first cause as the engine worded it."""
        return self._result(run, "error", f"{self.title}：未能检查（{problem}）。请排除错误后重跑。")

    def _result(
        self,
        run: GateRun,
        outcome: Outcome,
        message: str,
        observed: int | float | None = None,
        rows: int | None = None,
        sample: Sequence[str] = (),
    ) -> GateResult:
        return GateResult(
            gate=run.gate,
            check_id=self.check_id,
            table=self.table,
            period=run.period,
            run_id=run.run_id,
            severity=self.severity,
            outcome=outcome,
            observed=observed,
            threshold=self.threshold,
            bound=self.bound,
            unit=self.unit,
            rows=rows,
            message=message,
            sample=tuple(sample)[:SAMPLE_SIZE],
        )


def _extent(rows: int | None) -> str:
    return f"：{rows} 行不符" if rows else "：不符"


class Waiver(Strict):
    """A person's decision to let one failed check pass in one month, until a date (that day included)."""

    check_id: str
    period: str = Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    reason: str = Field(min_length=1)
    approver: str = Field(min_length=1)
    expires_on: dt.date

    def covers(self, result: GateResult, on_date: dt.date) -> bool:
        """Whether the waiver excuses this result on that day; one that errored is never excused."""
        return (
            result.outcome == "fail"
            and (result.check_id, result.period) == (self.check_id, self.period)
            and on_date <= self.expires_on
        )


class WaiverFile(Strict):
    """`policy/waivers.yml`."""

    waivers: tuple[Waiver, ...]


def load_waivers(path: Path = PROJECT_ROOT / "policy" / "waivers.yml") -> tuple[Waiver, ...]:
    """Read the waivers; pydantic's ValidationError names the entry and key that are wrong."""
    return WaiverFile(**load_yaml(path)).waivers
