"""Whatever months bring, nothing that digests publish isolates fewer than three evaluators.

The model that decides runs as it is, over months of random statements of evaluators, some of one group, of patents
that change hands, with months that are skipped and months that are published again after later ones. The attacker is
panhuo/digests/attack.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

import duckdb
import jinja2
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.contracts.model import PROJECT_ROOT
from panhuo.digests.attack import Figure, find_combinations, find_exposures
from panhuo.policy import load_policy

MINIMUM = load_policy().digests.min_evaluators.value
MODELS = PROJECT_ROOT / "dbt_project" / "models" / "intermediate" / "digests"
PERIODS = ("2024-11", "2024-12", "2025-01", "2025-02")

ENTERPRISES = {f"C{number}": f"G{min(number, 6)}" for number in range(8)}
"""Enterprise → the group that speaks with one voice: the last two are one."""
PATENTS = ("P1", "P2", "P3")
OWNERS = ("I1", "I2")
CODES = (("wish", "cost"), ("decline", "too_early_stage"))
STATEMENTS = tuple(product(CODES, PATENTS, ENTERPRISES))

Statement = tuple[str, str, str, str]
STATEMENT = (
    "period", "statement_kind", "statement_code", "patent_no", "enterprise_id", "evaluator_group", "institution_id",
    "sector_code", "data_origin",
)  # fmt: skip
COLUMNS = {
    "int_statements_made": STATEMENT,
    "stg_dispatches__digest_cells": (*STATEMENT[:-1], "digest_year", "released_in", "data_origin"),
    "stg_lake__loads": ("period", "load_period", "source", "dataset"),
}


@dataclass(frozen=True)
class Month:
    """One publication: the month, the statements known then, and who owns each patent."""

    period: str
    known: frozenset[int]
    owners: tuple[str, ...]


@dataclass
class World:
    """What has been published, and what was landed back."""

    landed: dict[Statement, dict[str, Any]] = field(default_factory=dict)
    published_months: set[str] = field(default_factory=set)
    figures: list[Figure] = field(default_factory=list)


@st.composite
def histories(draw: st.DrawFn) -> list[Month]:
    """Months in order, some not published, and then later versions of any that were."""

    def month(period: str) -> Month:
        known = draw(st.frozensets(st.integers(0, len(STATEMENTS) - 1), min_size=4))
        owners = draw(st.tuples(*[st.sampled_from(OWNERS)] * len(PATENTS)))
        return Month(period, known, owners)

    published = draw(st.lists(st.sampled_from(PERIODS), min_size=2, max_size=4, unique=True).map(sorted))
    again = draw(st.lists(st.sampled_from(published), max_size=3))
    return [month(period) for period in (*published, *again)]


@cache
def decision() -> str:
    constants = {"min_evaluators": MINIMUM}
    template = jinja2.Environment(autoescape=False).from_string((MODELS / "int_statements_released.sql").read_text())
    return template.render(ref=lambda name: name, var=lambda _: "$period", digest_constants=lambda: constants)


def released(connection: duckdb.DuckDBPyConnection, month: Month, world: World) -> list[dict[str, Any]]:
    made = [
        {
            "statement_kind": code[0], "statement_code": code[1], "patent_no": patent, "enterprise_id": enterprise,
            "evaluator_group": ENTERPRISES[enterprise], "institution_id": owner_of(month, patent),
            "sector_code": "chemistry", "data_origin": "real",
        }
        for code, patent, enterprise in (STATEMENTS[number] for number in sorted(month.known))
    ]  # fmt: skip
    loads = [{"load_period": month.period, "source": "dispatches", "dataset": "digest_cells"}]
    tables = {
        "int_statements_made": made,
        "stg_dispatches__digest_cells": list(visible(month, world).values()),
        "stg_lake__loads": loads if month.period in world.published_months else [],
    }
    for name, rows in tables.items():
        schema = pa.schema(
            [(column, pa.int64() if column == "digest_year" else pa.string()) for column in COLUMNS[name]]
        )
        connection.register(name, pa.Table.from_pylist([row | {"period": month.period} for row in rows], schema=schema))
    return connection.execute(decision().replace("$period", month.period)).to_arrow_table().to_pylist()


def owner_of(month: Month, patent: str) -> str:
    return month.owners[PATENTS.index(patent)]


def visible(month: Month, world: World) -> dict[Statement, dict[str, Any]]:
    """What a run of the month sees: loads of later months are none of its."""
    return {name: row for name, row in world.landed.items() if row["released_in"] <= month.period}


def known_of(month: Month) -> set[Statement]:
    return {(*code, patent, enterprise) for code, patent, enterprise in (STATEMENTS[number] for number in month.known)}


def key(row: dict[str, Any]) -> Statement:
    return row["statement_kind"], row["statement_code"], row["patent_no"], row["enterprise_id"]


def publish(month: Month, rows: list[dict[str, Any]], world: World) -> None:
    cells, totals = defaultdict(set), defaultdict(set)
    for row in rows:
        if str(row["digest_year"]) != month.period[:4]:
            continue
        cells[row["institution_id"], row["statement_kind"]].add("|".join(key(row)))
        totals[row["statement_kind"]].add("|".join(key(row)))
    world.figures += [Figure(f"{month.period} {cell}", frozenset(found)) for cell, found in cells.items()]
    world.figures += [Figure(f"{month.period} {kind}", frozenset(found), False) for kind, found in totals.items()]
    world.published_months.add(month.period)
    for row in rows:
        if row["released_in"] == month.period:
            world.landed.setdefault(key(row), row)


EVALUATORS = {"|".join((*code, patent, enterprise)): ENTERPRISES[enterprise] for code, patent, enterprise in STATEMENTS}


def play(history: list[Month]) -> World:
    world = World()
    with duckdb.connect() as connection:
        for month in history:
            rows = released(connection, month, world)
            shown = [key(row) for row in rows]
            assert len(shown) == len(set(shown))
            assert set(visible(month, world)) <= set(shown) <= set(visible(month, world)) | known_of(month)
            publish(month, rows, world)
    return world


@settings(max_examples=25, deadline=None)
@given(histories())
def test_no_published_figures_isolate_fewer_than_three_evaluators(history: list[Month]) -> None:
    world = play(history)

    assert find_exposures(world.figures, EVALUATORS, MINIMUM) == []
    assert find_combinations(list(dict.fromkeys(world.figures)), EVALUATORS, MINIMUM) == []


@settings(max_examples=10, deadline=None)
@given(histories())
def test_a_statement_is_counted_once_over_all_institutions(history: list[Month]) -> None:
    world = play(history)

    counted: dict[str, set[str]] = defaultdict(set)
    for row in world.landed.values():
        counted["|".join(key(row))].add(row["institution_id"])
    assert all(len(institutions) == 1 for institutions in counted.values())


def test_the_months_that_are_played_release_something() -> None:
    everything = frozenset(range(len(STATEMENTS)))
    world = play([Month("2024-11", everything, ("I1", "I1", "I2"))])

    assert {len(figure.statements) for figure in world.figures} == {8, 16, 24}


def test_a_month_that_is_published_again_after_a_later_one_releases_nothing_more() -> None:
    def month(period: str, count: int) -> Month:
        wishes = [STATEMENTS.index((CODES[0], "P1", f"C{number}")) for number in range(count)]
        return Month(period, frozenset(wishes), ("I1", "I1", "I1"))

    world = play([month("2024-11", 3), month("2024-12", 6), month("2024-11", 7)])

    assert {len(figure.statements) for figure in world.figures} == {3, 6}


def test_a_plain_cell_of_the_month_would_isolate_the_evaluator_that_joined() -> None:
    """What is decided against: every statement counts at once."""
    may = frozenset("|".join((*CODES[0], "P1", f"C{number}")) for number in range(3))
    june = may | {"|".join((*CODES[0], "P1", "C3"))}

    found = find_exposures([Figure("may", may), Figure("june", june)], EVALUATORS, MINIMUM)

    assert {exposure.evaluators for exposure in found} == {("G3",)}
