"""The commands `panhuo inspection …`: commit to a seed, draw the sample, estimate the error rate."""

from __future__ import annotations

from dataclasses import asdict
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
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write the list to be filled in (CSV).")],
    as_json: JsonOption = False,
) -> None:
    """Draw the sample of a frozen quarter and reveal the seed, so that anybody can draw it again."""
    from pipeline.inspections import draw_sample, write_sample

    drawn, account = draw_sample(quarter)
    write_sample(output, drawn)
    print_json(account) if as_json else print_mapping(account)


@inspection_app.command()
def estimate(
    quarter: QuarterOption,
    results: Annotated[Path, typer.Option("--results", exists=True, dir_okay=False, help="The list, filled in.")],
    as_json: JsonOption = False,
) -> None:
    """Error rates of an inspection, by stratum and overall, with their intervals."""
    from pipeline.inspections import estimate_errors

    overall, strata = estimate_errors(quarter, results)
    rows = [asdict(row) for row in (*strata, overall)]
    if as_json:
        print_json(rows)
    else:
        print_table(["层", "总体", "抽查", "不符", "差错率", "下限", "上限"], [list(row.values()) for row in rows])
