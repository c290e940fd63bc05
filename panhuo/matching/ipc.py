"""Symbols of the International Patent Classification and their Chinese titles.

`reference/ipc_titles.csv` restates the titles of subclasses and main groups of the 2026.01 edition as published in
Chinese by the China National Intellectual Property Administration.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_SYMBOL = re.compile(r"^\s*([A-H])\s*(\d{2})\s*([A-Z])\s*(?:(\d{1,4})\s*(?:/\s*\d+)?)?", re.IGNORECASE)


class Symbol(NamedTuple):
    """The levels of one symbol; each is empty where the symbol does not reach it."""

    section: str = ""
    ipc_class: str = ""
    subclass: str = ""
    main_group: str = ""


def parse_symbol(text: str | None) -> Symbol:
    """The levels of a symbol such as ``E21F17/00``; empty levels for a Locarno class or no symbol at all."""
    found = _SYMBOL.match(text or "")
    if not found:
        return Symbol()
    section, number, letter, group = found.groups()
    subclass = f"{section}{number}{letter}".upper()
    return Symbol(subclass[0], subclass[:3], subclass, f"{subclass}{int(group)}/00" if group else "")


@cache
def titles() -> dict[str, str]:
    """Chinese titles by subclass (`E21F`) and main group (`E21F17/00`)."""
    lines = files("panhuo.matching").joinpath("reference/ipc_titles.csv").read_text(encoding="utf-8").splitlines()
    return {row["ipc_symbol"]: row["title"] for row in csv.DictReader(lines)}


def title_text(symbol: Symbol) -> str:
    """The titles of the subclass and the main group, as far as known."""
    known = titles()
    return " ".join(filter(None, (known.get(symbol.subclass, ""), known.get(symbol.main_group, ""))))
