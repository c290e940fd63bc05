"""The commands `panhuo inspection …`: commit to a seed, draw the sample, show the error rates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import JsonOption, QuarterOption, moment_now
from pipeline.printing import figure_text, print_json, print_mapping, print_table

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
    output: Annotated[Path, typer.Option("--output", "-o", help="New file for the form to be filled in (XLSX).")],
    as_json: JsonOption = False,
) -> None:
    """Draw the sample of a frozen quarter, land it, and reveal the seed, so that anybody can draw it again."""
    from pipeline.inspections import account_of, draw_to

    account = account_of(draw_to(output, quarter, moment_now()))
    if as_json:
        print_json(account | {"form": str(output)})
        return
    strata = account.pop("strata").values()
    print_mapping(account)
    columns, rate = ("stratum_name", "stratum_size", "sample", "replacements"), "prior_error_rate"
    lines = [[*(told[name] for name in columns), figure_text(rate, told[rate])] for told in strata]
    print_table(["层", "总体", "样本", "备选", "预期差错率"], lines)
    typer.echo(
        f"抽查表：{output}\n"
        f"填写后检查：panhuo check {output} --form inspections\n"
        f"检查无误后入库：panhuo land inspections --from {output} --period YYYY-MM（收到结果的月份）"
    )


@inspection_app.command()
def estimate(quarter: QuarterOption, as_json: JsonOption = False) -> None:
    """Error rates of an inspection as published, by stratum and overall, with intervals; which strata wait for what."""
    from pipeline.inspection_rates import error_rates

    rates = error_rates(quarter)
    if as_json:
        print_json(rates.rows)
        return
    shown = ("stratum_name", "stratum_size", "sample_size", "inspected_count", "wrong_count", "awaiting_count")
    names = ["层", "总体", "样本", "已查", "不符", "待核", "差错率", "下限", "上限"]
    rated = ("error_rate", "error_rate_low", "error_rate_high")
    lines = [[*(row[name] for name in shown), *(figure_text(name, row[name]) for name in rated)] for row in rates.rows]
    print_table(names, lines)
    for line in rates.conclusion():
        typer.echo(line)
