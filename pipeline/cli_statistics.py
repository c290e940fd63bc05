"""The commands `panhuo statistics …`: published quarters beside each other, and institutions by rank."""

from __future__ import annotations

from typing import Annotated

import typer

from panhuo.periods import Quarter
from pipeline.cli_options import JsonOption, QuarterOption, quarter_option
from pipeline.printing import print_json, print_table

statistics_app = typer.Typer(no_args_is_help=True, help="Published quarterly statistics.")
STATISTIC = typer.Option("--statistic", help="transfers, licence_recordals, implementation, industrialisation, …")


@statistics_app.command()
def compare(
    quarter: QuarterOption,
    against: Annotated[
        Quarter | None,
        typer.Option(parser=quarter_option, metavar="YYYY-QN", help="The earlier quarter; default the one before."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Differences of the nation's rates with their tests, and the institutions and fields that drive them."""
    from pipeline.comparisons import compare_quarters

    earlier = against or quarter.shift(-1)
    rows = compare_quarters(quarter, earlier)
    if as_json:
        print_json(rows)
    else:
        shown = [[x["label"], x[str(quarter)], x[str(earlier)], x["difference"], x["p_value"], x["note"]] for x in rows]
        print_table(["指标", str(quarter), str(earlier), "差", "p", "说明"], shown)


@statistics_app.command()
def rank(
    quarter: QuarterOption, statistic: Annotated[str, STATISTIC] = "transfers", as_json: JsonOption = False
) -> None:
    """Institutions by the rate of a statistic: ties share a place, and each has the places that it may have."""
    from pipeline.comparisons import rank_institutions

    rows = rank_institutions(quarter, statistic)
    if as_json:
        print_json(rows)
    else:
        print_table(["单位", "比率", "名次", "最好", "最差"], [list(row.values()) for row in rows])
