"""What holds for every set of results and waivers."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.gates.decide import Verdict, decide
from panhuo.gates.model import GateResult, Waiver

TODAY = dt.date(2024, 6, 5)
WORSE: dict[Verdict, int] = {"pass": 0, "needs_approval": 1, "fail": 2}
CHECKS = st.sampled_from(["G1.a", "G1.b", "G1.c"])
PERIODS = st.sampled_from(["2024-05", "2024-06"])


def made(check_id: str, period: str, severity: str, outcome: str, table: str = "t") -> GateResult:
    return GateResult.model_validate(
        {
            "gate": "G1_intake",
            "check_id": check_id,
            "table": table,
            "period": period,
            "run_id": "run-1",
            "severity": severity,
            "outcome": outcome,
            "message": "须通过",
        }
    )


results_strategy = st.builds(
    made,
    CHECKS,
    PERIODS,
    st.sampled_from(["block", "warn"]),
    st.sampled_from(["pass", "fail", "error"]),
    st.sampled_from(["t", "u"]),
)
waivers_strategy = st.builds(
    Waiver,
    check_id=CHECKS,
    period=PERIODS,
    reason=st.sampled_from(["已核实", "另有说明"]),
    approver=st.sampled_from(["张三", "李四"]),
    expires_on=st.sampled_from([TODAY - dt.timedelta(1), TODAY, TODAY + dt.timedelta(1)]),
)
many_results = st.lists(results_strategy, max_size=8)
many_waivers = st.lists(waivers_strategy, max_size=5)
modest = settings(max_examples=40, deadline=None)


@given(many_results, many_waivers, st.randoms(use_true_random=False))
@modest
def test_the_order_of_results_and_waivers_is_irrelevant(results, waivers, random) -> None:
    shuffled_results = random.sample(results, len(results))
    shuffled_waivers = random.sample(waivers, len(waivers))

    assert decide(shuffled_results, shuffled_waivers, TODAY) == decide(results, waivers, TODAY)


@given(many_results, many_waivers)
@modest
def test_every_result_lands_in_exactly_one_group(results, waivers) -> None:
    decision = decide(results, waivers, TODAY)

    grouped = [
        *decision.passed,
        *decision.failed,
        *decision.errored,
        *(entry.result for entry in decision.waived),
    ]
    assert sorted(map(repr, grouped)) == sorted(map(repr, results))


@given(st.lists(results_strategy, min_size=1, max_size=8), many_waivers, CHECKS, PERIODS)
@modest
def test_one_more_failing_block_never_improves(results, waivers, check, period) -> None:
    before = decide(results, waivers, TODAY).verdict
    after = decide([*results, made(check, period, "block", "fail")], waivers, TODAY).verdict

    assert WORSE[after] >= WORSE[before]


@given(many_results, CHECKS, PERIODS)
@modest
def test_an_unwaived_failing_block_fails(results, check, period) -> None:
    assert decide([*results, made(check, period, "block", "fail")], [], TODAY).verdict == "fail"


@given(many_results, many_waivers, waivers_strategy)
@modest
def test_one_more_waiver_never_worsens(results, waivers, waiver) -> None:
    before = decide(results, waivers, TODAY).verdict
    after = decide(results, [*waivers, waiver], TODAY).verdict

    assert WORSE[after] <= WORSE[before]


@given(many_results, many_waivers)
@modest
def test_any_error_fails_whatever_is_waived(results, waivers) -> None:
    decision = decide([*results, made("G1.a", "2024-05", "warn", "error")], waivers, TODAY)

    assert decision.verdict == "fail"
    assert all(entry.result.outcome == "fail" for entry in decision.waived)


@given(many_results, many_waivers)
@modest
def test_a_waiver_covers_its_check_its_month_and_its_days_alone(results, waivers) -> None:
    decision = decide(results, waivers, TODAY)

    for entry in decision.waived:
        assert (entry.waiver.check_id, entry.waiver.period) == (entry.result.check_id, entry.result.period)
        assert entry.waiver.expires_on >= TODAY
    for result in decision.failed:
        assert not any(
            (waiver.check_id, waiver.period) == (result.check_id, result.period) and waiver.expires_on >= TODAY
            for waiver in waivers
        )


@given(st.lists(st.builds(made, CHECKS, PERIODS, st.just("warn"), st.sampled_from(["pass", "fail"])), min_size=1))
@modest
def test_warnings_alone_need_approval_and_no_more(results) -> None:
    failing = any(result.outcome == "fail" for result in results)

    assert decide(results, [], TODAY).verdict == ("needs_approval" if failing else "pass")


@given(many_waivers)
@modest
def test_nothing_checked_is_no_pass(waivers) -> None:
    assert decide([], waivers, TODAY).verdict == "fail"
