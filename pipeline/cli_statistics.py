"""The commands `panhuo statistics …`: published quarters beside each other, and institutions by rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

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
        shown = [
            [x["label"], _share(x[str(quarter)]), _share(x[str(earlier)]), _points(x["difference"]), _p(x["p_value"]),
             x["note"], _drivers(x["drivers"])]
            for x in rows
        ]  # fmt: skip
        print_table(["指标", str(quarter), str(earlier), "差（百分点）", "p", "说明", "带动（百分点）"], shown)


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
        shown = [
            [row["unit"], row["unit_name"], _share(row["rate"]), row["place"], row["best"], row["worst"]]
            for row in rows
        ]
        print_table(["单位", "名称", "比率", "名次", "最好", "最差"], shown)


def _share(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:.2%}"


def _points(difference: float | None) -> str:
    return "—" if difference is None else f"{100 * difference:+.2f}"


def _p(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"


def _drivers(parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Names of those that contribute most, with what they contribute."""
    named = [f"{part['name']} {_points(part['by_rate'] + part['by_size'])}" for told in parts.values() for part in told]
    return "；".join(named)
