"""The commands `panhuo inspection …`: commit to a seed, draw the sample, show the error rates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import JsonOption, QuarterOption, moment_now
from pipeline.printing import print_json, print_mapping, print_table

inspection_app = typer.Typer(no_args_is_help=True, help="The random inspection of a quarter.")


@inspection_app.command()
def commit(quarter: QuarterOption, as_json: JsonOption = False) -> None:
    """Make a secret seed and write its digest into the ledger; refused once the quarter may be frozen."""
    from pipeline.inspections import commit as commit_seed

    promised = commit_seed(quarter, moment_now())
    print_json(promised) if as_json else print_mapping(promised)


@inspection_app.command()
def draw(
    quarter: QuarterOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the form to be filled in (XLSX).")],
    as_json: JsonOption = False,
) -> None:
    """Draw the sample of a frozen quarter, land it, and reveal the seed, so that anybody can draw it again."""
    from pipeline.inspections import account_of, draw_sample, write_sample

    sample = draw_sample(quarter, moment_now())
    write_sample(output, sample)
    account = account_of(sample)
    print_json(account) if as_json else print_mapping(account)


@inspection_app.command()
def estimate(quarter: QuarterOption, as_json: JsonOption = False) -> None:
    """Error rates of an inspection as published, by stratum and overall, with their intervals."""
    from pipeline.inspections import error_rates

    rows = error_rates(quarter)
    if as_json:
        print_json(rows)
        return
    shown = ("stratum_name", "stratum_size", "sample_size", "inspected_count", "wrong_count", "awaiting_count")
    rates = ("error_rate", "error_rate_low", "error_rate_high")
    names = ["层", "总体", "样本", "已查", "不符", "待查", "差错率", "下限", "上限"]
    print_table(names, [[row[name] for name in (*shown, *rates)] for row in rows])
