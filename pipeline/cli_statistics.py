"""The commands `panhuo statistics …`: published quarters beside each other, and institutions by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from panhuo.periods import Quarter
from pipeline.cli_options import JsonOption, QuarterOption, quarter_option
from pipeline.printing import figure_text, print_json, print_table

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
        lines = [
            [
                x["label"],
                figure_text("rate", x[str(quarter)]),
                figure_text("rate", x[str(earlier)]),
                figure_text("rate_difference", x["difference"]),
                figure_text("p_value", x["p_value"]),
                x["note"],
                _drivers(x["drivers"]),
            ]
            for x in rows
        ]
        print_table(["指标", str(quarter), str(earlier), "差（百分点）", "p", "说明", "带动（百分点）"], lines)


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
        lines = [
            [row["unit"], row["unit_name"], figure_text("rate", row["rate"]), row["place"], row["best"], row["worst"]]
            for row in rows
        ]
        print_table(["单位", "名称", "比率", "名次", "最好", "最差"], lines)


def _drivers(parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Names of those that contribute most, with what they contribute."""
    named = [
        f"{part['name']} {figure_text('contribution', part['by_rate'] + part['by_size'])}"
        for told in parts.values()
        for part in told
    ]
    return "；".join(named)
