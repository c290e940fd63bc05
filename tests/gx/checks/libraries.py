"""Checks of tier libraries pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

NUMBERS = ("CN201010110545.X", "CN201110001234.5", "CN85102475")
BOOK, PAGE = "library.xlsx", "library.html"
CLASSES = {"maturity_stage": "mature", "prospect_level": "high", "market_prospect": "strong"}
MEASURES = {"mature.high": "maturity_stage", "strong": "market_prospect"}


def lines(good_row: GoodRow) -> list[dict[str, Any]]:
    """Two patents of T1 and one of T2 that has no technical field, in the city 3709."""
    places = {"province_code": "37", "city_code": "3709", "is_priority": False}
    fields = [(12, "控制", "T1"), (12, "控制", "T1"), (None, None, "T2")]
    return [
        good_row("fct_dispatch_lines", patent_no=number, field_no=no, field_name=name, tier=tier, **CLASSES, **places)
        for number, (no, name, tier) in zip(NUMBERS, fields, strict=True)
    ]


def cells(good_row: GoodRow) -> list[dict[str, Any]]:
    places = {"province_code": "37", "city_code": "3709", **CLASSES}
    return [
        good_row(
            "fct_library_cells",
            cell_id=f"3709.{no or 0}.mature.high.strong.{tier}",
            field_no=no,
            field_name=name,
            tier=tier,
            cell_patent_count=count,
            cell_real_patent_count=count,
            cell_priority_patent_count=0,
            **places,
        )
        for no, name, tier, count in [(12, "控制", "T1", 2), (None, None, "T2", 1)]
    ]


def models_month(good_row: GoodRow) -> Tables:
    real = [row | {"data_origin": "real"} for row in lines(good_row)]
    return {"fct_dispatch_lines": real, "fct_library_cells": cells(good_row)}


def dispatch_month(good_row: GoodRow) -> Tables:
    """The province and the city have the same patents; its institution gets no library; another city has no patent."""
    given = [("province", "37"), ("city", "3709")]

    def packed(rows: list[dict[str, Any]], *more: tuple[str, str]) -> list[dict[str, Any]]:
        return [
            {"recipient_kind": kind, "recipient_code": code, **row} for kind, code in [*given, *more] for row in rows
        ]

    rows = lines(good_row)
    listed = [{"document": book, "patent_no": r["patent_no"], "tier": r["tier"]} for book in (BOOK, PAGE) for r in rows]
    figures = [
        *((name, measure, count) for name, count in (("控制", 2), ("", 1), ("total", 3)) for measure in MEASURES),
        *(("控制", "T1", 2), ("", "T2", 1), ("total", "T1", 2), ("total", "T2", 1), ("控制", "T3", 0)),
        *(("控制", "total", 2), ("", "total", 1), ("total", "total", 3)),
    ]
    counts = [
        *({"document": BOOK, "field_name": f, "measure": m, "figure": float(n)} for f, m, n in figures),
        {"document": PAGE, "field_name": "total", "measure": "total", "figure": 3.0},
        {"document": PAGE, "field_name": "total", "measure": "limit", "figure": 5000.0},
    ]
    nothing = [
        {"recipient_kind": "city", "recipient_code": "3701", "document": book, "field_name": "total",
         "measure": "total", "figure": 0.0}
        for book in (BOOK, PAGE)
    ]  # fmt: skip
    return {
        "packages.dispatch_lines": packed(rows, ("institution", "U1")),
        "packages.library_cells": packed(cells(good_row)),
        "packages.library_rows": packed(listed),
        "packages.library_counts": packed(counts) + nothing,
        "fct_dispatches": [
            good_row("fct_dispatches", recipient_kind=kind, recipient_code=code)
            for kind, code in [*given, ("city", "3701"), ("institution", "U1")]
        ],
    }


MONTHS = {"G2_models": models_month, "G3_dispatch": dispatch_month}


def state(figure: float | None, **place: str) -> Break:
    """Change a figure of a document, or leave it out when there is none to put there."""

    def apply(tables: Tables) -> None:
        rows = tables["packages.library_counts"]
        (found,) = [row for row in rows if place.items() <= row.items()]
        if figure is None:
            rows.remove(found)
        else:
            found["figure"] = figure

    return apply


def limit_page(count: int) -> Break:
    """The policy lets the page of the city list so many rows."""
    return state(float(count), recipient_kind="city", document=PAGE, measure="limit")


def swap_classes(tables: Tables) -> None:
    """Cells of the city are given another class; their sum stays."""
    tables["packages.library_cells"][2]["market_prospect"] = "weak"


def keep_first(table: str) -> Break:
    """Leave out all rows but the first."""

    def apply(tables: Tables) -> None:
        del tables[table][1:]

    return apply


G2, CELLS, ROWS, COUNTS = (
    "G2.fct_library_cells.cells_are_the_lines",
    "G3.packages.library_cells",
    "G3.packages.library_rows.libraries_hold_the_lines",
    "G3.packages.library_counts.library_counts_are_the_cells",
)
CITY = {"recipient_kind": "city", "recipient_code": "3709"}
BROKEN: list[tuple[str, Break, float]] = [
    (G2, drop("fct_library_cells", 1), 1),
    (G2, put("fct_library_cells", 0, cell_patent_count=3), 1),
    (G2, put("fct_library_cells", 0, cell_real_patent_count=1), 1),
    (G2, put("fct_library_cells", 0, cell_priority_patent_count=1), 1),
    (G2, put("fct_library_cells", 1, field_no=12), 2),
    (G2, put("fct_library_cells", 0, city_code="3701"), 2),
    (G2, drop("fct_dispatch_lines", 2), 1),
    (f"{CELLS}.cells_are_the_lines", drop("packages.library_cells", 0), 1),
    (f"{CELLS}.cells_are_the_lines", put("packages.library_cells", 3, cell_patent_count=2), 1),
    (f"{CELLS}.cells_are_the_lines", swap_classes, 2),
    (f"{CELLS}.cells_are_the_lines", repeat("packages.library_cells", 0, recipient_code="34"), 1),
    (f"{CELLS}.cells_in_scope", put("packages.library_cells", 0, province_code="34"), 1),
    (f"{CELLS}.cells_in_scope", put("packages.library_cells", 2, city_code="3701"), 1),
    (f"{CELLS}.cells_in_scope", put("packages.library_cells", 2, period="2024-04"), 1),
    (f"{CELLS}.cells_in_scope", put("packages.library_cells", 2, recipient_kind="institution"), 1),
    (ROWS, drop("packages.library_rows", 0), 1),
    (ROWS, repeat("packages.library_rows", 0), 1),
    (ROWS, put("packages.library_rows", 0, tier="T2"), 2),
    (ROWS, put("packages.library_rows", 3, tier="T2"), 3),
    (ROWS, put("packages.library_rows", 3, patent_no="CN02270355.1"), 1),
    (ROWS, put("packages.library_rows", 3, patent_no=NUMBERS[1]), 1),
    (ROWS, limit_page(2), 1),
    (ROWS, keep_first("packages.library_rows"), 9),
    (ROWS, drop("packages.dispatch_lines", 3), 3),
    (COUNTS, state(3.0, field_name="控制", measure="mature.high", **CITY), 1),
    (COUNTS, state(2.0, field_name="", measure="T2", **CITY), 1),
    (COUNTS, state(1.0, field_name="控制", measure="T3", **CITY), 1),
    (COUNTS, state(2.0, field_name="total", measure="total", document=BOOK, **CITY), 1),
    (COUNTS, state(2.0, field_name="total", measure="total", document=PAGE, **CITY), 1),
    (COUNTS, state(None, field_name="", measure="strong", **CITY), 1),
    (COUNTS, state(None, document=PAGE, recipient_code="3701"), 1),
    (COUNTS, keep_first("packages.library_counts"), 29),
    (COUNTS, put("packages.library_cells", 3, tier="T4"), 4),
]  # fmt: skip
