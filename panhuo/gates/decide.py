"""The verdict over the results of a gate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from panhuo.contracts.model import Strict
from panhuo.gates.model import GateResult, Waiver

Verdict = Literal["pass", "needs_approval", "fail"]


class WaivedResult(Strict):
    """A failed check that a waiver lets pass."""

    result: GateResult
    waiver: Waiver


class Decision(Strict):
    """A verdict and what it rests on; every group is in order of check, table and observation."""

    verdict: Verdict
    passed: tuple[GateResult, ...]
    failed: tuple[GateResult, ...]
    """Failed and not waived."""
    errored: tuple[GateResult, ...]
    waived: tuple[WaivedResult, ...]


def decide(results: Iterable[GateResult], waivers: Iterable[Waiver], on_date: dt.date) -> Decision:
    """Judge the results of one gate.

    `fail` when a blocking check failed, any check errored, or nothing was checked at all; `needs_approval`
    when only warnings failed; `pass` otherwise. Waived results no longer count. The order of results and
    waivers is irrelevant.
    """
    ordered = sorted(results, key=_order)
    in_force = sorted(waivers, key=lambda waiver: waiver.model_dump_json())
    failed, waived = [], []
    for result in (result for result in ordered if result.outcome == "fail"):
        waiver = next((waiver for waiver in in_force if waiver.covers(result, on_date)), None)
        if waiver is None:
            failed.append(result)
        else:
            waived.append(WaivedResult(result=result, waiver=waiver))
    errored = tuple(result for result in ordered if result.outcome == "error")
    return Decision(
        verdict=_verdict(failed, has_errors=bool(errored), has_results=bool(ordered)),
        passed=tuple(result for result in ordered if result.outcome == "pass"),
        failed=tuple(failed),
        errored=errored,
        waived=tuple(waived),
    )


def _verdict(failed: list[GateResult], *, has_errors: bool, has_results: bool) -> Verdict:
    if has_errors or not has_results or any(result.severity == "block" for result in failed):
        return "fail"
    return "needs_approval" if failed else "pass"


def _order(result: GateResult) -> tuple[str, str, str]:
    return result.check_id, result.table, result.model_dump_json()
