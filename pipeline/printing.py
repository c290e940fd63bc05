"""How the command line prints its results."""

from __future__ import annotations

import json
import sys
from typing import Any, NoReturn

import typer


def refuse(message: str) -> NoReturn:
    """Say why on stderr and exit with 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def failed_query(problem: Exception) -> str:
    """What DuckDB says of a query that failed, as one line: the number of the line at fault instead of its picture."""
    told, _, place = str(problem).partition("\n\nLINE ")
    line = f" (line {place.partition(':')[0]} of the query)" if place else ""
    return " ".join(told.split()) + line


def print_json(body: Any) -> None:
    """Print a result as JSON."""
    typer.echo(json.dumps(body, ensure_ascii=False, indent=1, default=str))


def print_mapping(body: dict[str, Any]) -> None:
    """Print one line per entry, and one below it for each item of a list."""
    for key, value in body.items():
        if isinstance(value, list):
            typer.echo("\n  ".join([f"{key}:", *map(str, value)]))
        else:
            typer.echo(f"{key}: {value}")


def figure_text(column: str, value: float | None) -> str:
    """A number as the report of the quarter shows it."""
    from panhuo.quarterly_report.drawings import shown
    from panhuo.quarterly_report.figures import Figure

    return shown(Figure("", "", "", column, value))


def print_table(names: list[str], rows: list[list[Any]]) -> None:
    """Print rows as a table, as wide as the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*names)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else 200).print(table)
