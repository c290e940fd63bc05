"""Options that commands share."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from panhuo.periods import Period, PeriodError, Quarter, parse_instant


def month_option(text: str) -> Period:
    """A month as an option; a mistake is told as one of usage."""
    try:
        return Period.parse(text)
    except PeriodError as problem:
        raise typer.BadParameter(str(problem)) from None


def quarter_option(text: str) -> Quarter:
    """A quarter as an option."""
    try:
        return Quarter.parse(text)
    except PeriodError as problem:
        raise typer.BadParameter(str(problem)) from None


def moment_option(text: str) -> dt.datetime:
    """An instant, or a date, as an option."""
    try:
        return parse_instant(text)
    except PeriodError as problem:
        raise typer.BadParameter(str(problem)) from None


def moment_now() -> dt.datetime:
    """The instant of the command."""
    from ingestion.clock import now

    return now()


MONTH = typer.Option("--period", parser=month_option, metavar="YYYY-MM", help="The month.")
QUARTER = typer.Option("--quarter", parser=quarter_option, metavar="YYYY-QN", help="The quarter.")
PeriodOption = Annotated[Period, MONTH]
QuarterOption = Annotated[Quarter, QUARTER]
AsOfOption = Annotated[
    dt.datetime | None,
    typer.Option(
        "--as-of", parser=moment_option, metavar="INSTANT", help="Data received up to then count; default now."
    ),
]
ReceivedOption = Annotated[
    dt.datetime | None,
    typer.Option("--received-at", parser=moment_option, metavar="INSTANT", help="When it was received; default now."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
