"""Bulletins of provinces and cities."""

from __future__ import annotations

from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, put, repeat


def bulletin_month(good_row: GoodRow) -> Tables:
    """U1 with 2 of 3 patents inventoried, U2 with 1 of 2; U1 has a row to mend, U2 a file. One city is all of 37."""
    counts = {"37": (5, 3, 4, 2), "3709": (5, 3, 4, 2), "U1": (3, 2, 3, 1), "U2": (2, 1, 1, 1)}
    kinds = {"37": "province", "3709": "city", "U1": "institution", "U2": "institution"}
    places = {"province_code": "37", "city_code": "3709"}
    names = ("stock_patent_count", "inventoried_patent_count")
    previous = ("previous_stock_patent_count", "previous_inventoried_patent_count")

    def figures(document: str, grid: str, row_code: str, **values: float) -> list[dict[str, Any]]:
        return [
            {
                "recipient_kind": kinds[code], "recipient_code": code, "document": document, "grid": grid,
                "row_code": row_code, "measure": measure, "figure": float(figure),
            }
            for code in ("37", "3709")
            for measure, figure in values.items()
        ]  # fmt: skip

    def bulletin(document: str) -> list[dict[str, Any]]:
        return [
            *figures(
                document, "headline", "", **dict(zip(names, counts["37"], strict=False)), coverage_rate=0.6, open_rows=1
            ),
            *figures(document, "units", "U1", stock_patent_count=3, points=33.33, open_rows=1, rank=1),
            *figures(document, "units", "U2", stock_patent_count=2, points=-50, open_rows=0, rank=2),
            *figures(document, "moves", "opening", stock=4, inventoried=2),
            *figures(document, "moves", "new_grant", stock=1, inventoried=0),
            *figures(document, "moves", "newly_inventoried", stock=0, inventoried=1),
            *figures(document, "moves", "closing", stock=5, inventoried=3),
            *figures(document, "returns", "U1", open_rows=1, unmatched=1, rejected_files=0),
            *figures(document, "returns", "U2", open_rows=0, unmatched=0, rejected_files=1),
            *figures(document, "duties", "N-M6", units=2, done=1, late=1, at_risk=0),
        ]

    moved = good_row("fct_stock_changes", moved_patent_count=1, **places)
    duty = good_row("fct_milestones", milestone_id="N-M6", measure="inventory_rate", **places)
    cities = figures("bulletin.xlsx", "cities", "3709", stock_patent_count=5, open_rows=1)
    return {
        "dim_institutions": [good_row("dim_institutions", institution_id=code, **places) for code in ("U1", "U2")],
        "fct_coverage": [
            good_row(
                "fct_coverage",
                scope_kind=kinds[code],
                scope_code=code,
                coverage_rate=numbers[1] / numbers[0],
                **dict(zip((*names, *previous), numbers, strict=True)),
            )
            for code, numbers in counts.items()
        ],
        "fct_returned_rows": [
            good_row("fct_returned_rows", sender_id="U1", source_row=3, is_closed=False),
            good_row("fct_returned_rows", sender_id="U2", source_row=4, is_closed=True),
        ],
        "fct_unmatched_entries": [
            good_row("fct_unmatched_entries", sender_id="U1", unmatched_reason="unknown_patent"),
            good_row("fct_unmatched_entries", sender_id="U2", unmatched_reason="withdrawn"),
        ],
        "fct_submissions": [
            good_row("fct_submissions", sender_id="U2", load_status="rejected", is_open=True),
            good_row("fct_submissions", sender_id="U1", load_status="accepted", is_open=True),
        ],
        "fct_stock_changes": [
            moved | {"institution_id": code, "balance": balance, "change_cause": cause}
            for code, balance, cause in [("U2", "stock", "new_grant"), ("U1", "inventoried", "newly_inventoried")]
        ],
        "fct_milestones": [
            duty | {"scope_code": code, "milestone_status": status} for code, status in [("U1", "done"), ("U2", "late")]
        ],
        "fct_dispatches": [
            good_row("fct_dispatches", recipient_kind=kind, recipient_code=code) for code, kind in kinds.items()
        ],
        "packages.bulletin_figures": [
            *bulletin("bulletin.html"),
            *bulletin("bulletin.xlsx"),
            *(row for row in cities if row["recipient_kind"] == "province"),
        ],
    }  # fmt: skip


def announce(figure: float | None, **place: str) -> Break:
    """Change figures of bulletins at a place, or leave them out when there is none to put there."""

    def apply(tables: Tables) -> None:
        rows = tables["packages.bulletin_figures"]
        found = [row for row in rows if place.items() <= row.items()]
        assert found
        for row in found:
            if figure is None:
                rows.remove(row)
            else:
                row["figure"] = figure

    return apply


PAGE, BOOK = {"document": "bulletin.html"}, {"document": "bulletin.xlsx"}
OF_CITY = {**PAGE, "recipient_kind": "city"}


MONTHS = {"G3_dispatch": bulletin_month}
BROKEN: list[tuple[str, Break, float]] = [
    (
        "G3.packages.bulletin_figures.figures_are_the_marts",
        announce(6.0, grid="headline", measure="stock_patent_count", **OF_CITY),
        1,
    ),
    ("G3.packages.bulletin_figures.figures_are_the_marts", announce(33.3, row_code="U1", measure="points", **PAGE), 2),
    ("G3.packages.bulletin_figures.figures_are_the_marts", announce(2.0, grid="cities", measure="open_rows"), 1),
    ("G3.packages.bulletin_figures.figures_are_the_marts", put("fct_returned_rows", 1, is_closed=False), 9),
    ("G3.packages.bulletin_figures.figures_are_the_marts", put("fct_coverage", 3, stock_patent_count=3), 4),
    ("G3.packages.bulletin_figures.moves_add_up", announce(2.0, row_code="new_grant", measure="stock", **OF_CITY), 2),
    ("G3.packages.bulletin_figures.moves_add_up", announce(None, row_code="new_grant", measure="stock", **OF_CITY), 1),
    ("G3.packages.bulletin_figures.moves_add_up", announce(3.0, row_code="opening", measure="inventoried"), 4),
    ("G3.packages.bulletin_figures.moves_add_up", put("fct_stock_changes", 0, change_cause="restored"), 4),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        announce(2.0, grid="returns", row_code="U1", measure="open_rows", **OF_CITY),
        1,
    ),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        put("fct_submissions", 0, load_status="accepted"),
        4,
    ),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        put("fct_unmatched_entries", 1, unmatched_reason="unknown_patent"),
        4,
    ),
    (
        "G3.packages.bulletin_figures.returns_and_duties_are_the_marts",
        put("fct_milestones", 1, milestone_status="at_risk"),
        8,
    ),
    ("G3.packages.bulletin_figures.bulletins_in_scope", put("dim_institutions", 1, city_code="3701"), 4),
    (
        "G3.packages.bulletin_figures.bulletins_in_scope",
        repeat("packages.bulletin_figures", 4, grid="units", row_code="U9"),
        1,
    ),
    (
        "G3.packages.bulletin_figures.bulletins_in_scope",
        repeat("packages.bulletin_figures", 0, grid="units", row_code="U1", recipient_kind="institution"),
        1,
    ),
    ("G3.packages.bulletin_figures.bulletins_complete", announce(None, grid="headline", **OF_CITY), 1),
    ("G3.packages.bulletin_figures.bulletins_complete", announce(None, row_code="U2", **BOOK), 2),
    ("G3.packages.bulletin_figures.bulletins_complete", announce(None, grid="cities"), 1),
]
