"""The commands `panhuo run …`: the steps as the DAGs take them, for debugging."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli_options import AsOfOption, JsonOption, PeriodOption, QuarterOption, moment_now
from pipeline.printing import print_json, print_mapping

run_app = typer.Typer(no_args_is_help=True, help="Run the steps of a month, a quarter or a day as the DAGs do.")


def _tell(step: str) -> None:
    typer.echo(f"· {step}", err=True)


@run_app.command("monthly")
def run_monthly(
    period: PeriodOption,
    as_of: AsOfOption = None,
    pull: Annotated[bool, typer.Option(help="Ask the platform; without it, what has been landed counts.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Pull, judge, build, package and publish one month."""
    from pipeline.monthly import run_month

    outcome = run_month(period, as_of or moment_now(), on_step=_tell, pull=pull)
    print_json(outcome) if as_json else print_mapping(outcome)
    raise typer.Exit(0 if outcome["published"] else 1)


@run_app.command("quarterly")
def run_quarterly(
    quarter: QuarterOption,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge, count and publish one quarter: preliminary before its freeze, frozen from then on."""
    from pipeline.quarterly import run_quarter

    outcome = run_quarter(quarter, as_of or moment_now(), on_step=_tell)
    print_json(outcome) if as_json else print_mapping(outcome)
    raise typer.Exit(0 if outcome["published"] else 1)


@run_app.command("feedback")
def run_feedback(as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Pull what enterprises fed back since the last time, and judge it."""
    from pipeline.feedback import run_day

    outcome = run_day(as_of or moment_now(), on_step=_tell)
    print_json(outcome) if as_json else print_mapping(outcome)
    raise typer.Exit(1 if outcome["verdict"] == "fail" else 0)
