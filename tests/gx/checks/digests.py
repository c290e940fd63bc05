"""Checks of digests pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

PAGE, BOOK = "digest.html", "digest.xlsx"
FIGURES, NAMES = "packages.digest_figures", "packages.digest_names"
CELL = {"institution_id": "U1", "statement_kind": "wish", "sector_code": "chemistry", "statement_code": "cost"}
PATENT = "CN201010110545.X"


def statements(good_row: GoodRow) -> list[dict[str, Any]]:
    """Three evaluators of April; in May three more, and a second word of the first."""
    said = [(number, "2024-04", f"P{number}") for number in range(3)]
    said += [(number, "2024-05", f"P{number}") for number in range(3, 6)] + [(0, "2024-05", "P9")]
    return [
        good_row(
            "fct_digest_statements",
            patent_no=patent,
            enterprise_id=f"C{number}",
            evaluator_group=f"G{number}",
            digest_year=2024,
            released_in=month,
            **CELL,
        )
        for number, month, patent in said
    ]


def cell(good_row: GoodRow) -> dict[str, Any]:
    counts = {"evaluator_count": 6, "statement_count": 7, "previous_evaluator_count": 3, "previous_statement_count": 3}
    totals = {"total_statement_count": 7, "sector_statement_count": 7, "sector_total_statement_count": 14}
    return good_row("fct_digest_cells", digest_year=2024, **CELL, **counts, **totals)


def models_month(good_row: GoodRow) -> Tables:
    texts = [("wish", f"t{number}", f"G{number}") for number in range(4)]
    topic = {"topic_field_no": 5, "topic_no": 1}
    hidden = {"topic_no": 2, "topic_terms": None, "topic_quotes": None, "is_shown": False}
    return {
        "fct_digest_statements": statements(good_row),
        "fct_digest_cells": [cell(good_row)],
        "fct_digest_texts": [
            good_row("fct_digest_texts", text_kind=kind, text_id=text, topic_field_no=5, evaluator_group=group)
            for kind, text, group in texts
        ],
        "fct_digest_topic_texts": [
            good_row("fct_digest_topic_texts", text_kind="wish", text_id=text, topic_field_no=5, topic_no=number)
            for text, number in [("t0", 1), ("t1", 1), ("t2", 1), ("t3", 2)]
        ],
        "fct_digest_topics": [
            good_row("fct_digest_topics", is_shown=True, **topic),
            good_row("fct_digest_topics", **(topic | hidden)),
        ],
    }


def dispatch_month(good_row: GoodRow) -> Tables:
    """One institution with one patent, one cell of its own and one need; a city gets no digest."""

    def figures(document: str, grid: str, row_code: str, **values: float) -> list[dict[str, Any]]:
        place = {"recipient_kind": "institution", "recipient_code": "U1"}
        cells = {"document": document, "grid": grid, "row_code": row_code}
        return [{**place, **cells, "measure": name, "figure": float(value)} for name, value in values.items()]

    def names(document: str, grid: str, row_code: str, name: str) -> dict[str, Any]:
        place = {"recipient_kind": "institution", "recipient_code": "U1", "document": document}
        return {**place, "grid": grid, "row_code": row_code, "enterprise_name": name}

    patent = {"patent_no": PATENT, "institution_id": "U1", "tier": "T2", "evaluator_count": 4}
    return {
        "fct_dispatches": [
            good_row("fct_dispatches", recipient_kind=kind, recipient_code=code)
            for kind, code in [("institution", "U1"), ("city", "3709")]
        ],
        "fct_digest_statements": statements(good_row),
        "fct_digest_cells": [cell(good_row)],
        "fct_digest_standings": [good_row("fct_digest_standings", theta=3.456, **patent)],
        "fct_tiers": [good_row("fct_tiers", patent_no=PATENT, evaluator_count=4)],
        "fct_needs": [
            good_row("fct_needs", need_id="N1", enterprise_id="C7", is_name_disclosed=True, need_status="open",
                     days_open=9, response_count=0)
        ],
        "dim_enterprises": [
            good_row("dim_enterprises", enterprise_id=f"C{number}", enterprise_name=f"企业{number}")
            for number in range(9)
        ],
        FIGURES: [
            row
            for document in (PAGE, BOOK)
            for row in [
                *figures(document, "headline", "", patents=1, wishes=7, declines=0, needs=1, overdue=0, risen=0),
                *figures(document, "tiers", "T2", tier_count=1, change=1),
                *figures(document, "tiers", "T1", tier_count=0, change=0),
                *figures(document, "standings", PATENT, evaluator_count=4, theta=3.46),
                *figures(document, "wishes", "chemistry:cost", evaluator_count=6, statement_count=7, new_count=4,
                         own_share=1, sector_share=0.5),
                *figures(document, "needs", "N1", days_open=9, response_count=0),
            ]
        ],
        NAMES: [
            *(names(PAGE, "wishes", "chemistry:cost", f"企业{number}") for number in range(6)),
            names(PAGE, "needs", "N1", "企业7"),
            names(BOOK, "answers", "N1", "企业7"),
        ],
    }  # fmt: skip


MONTHS = {"G2_models": models_month, "G3_dispatch": dispatch_month}


def figure(value: float | None, **place: str) -> Break:
    """Change figures at a place, or leave them out when there is none to put there."""

    def apply(tables: Tables) -> None:
        found = [row for row in tables[FIGURES] if place.items() <= row.items()]
        assert found
        for row in found:
            if value is None:
                tables[FIGURES].remove(row)
            else:
                row["figure"] = value

    return apply


def join(index: int, group: str, table: str = "fct_digest_statements") -> Break:
    """A statement turns out to be of another group."""
    return put(table, index, evaluator_group=group)


def both(*breaks: Break) -> Break:
    def apply(tables: Tables) -> None:
        for one in breaks:
            one(tables)

    return apply


MARTS = "G3.packages.digest_figures.digests_are_the_marts"
NAMED = "G3.packages.digest_names.enterprises_named_rightly"
BROKEN: list[tuple[str, Break, float]] = [
    ("G2.fct_digest_cells.cells_add_up", drop("fct_digest_statements", 6), 1),
    ("G2.fct_digest_cells.cells_add_up", join(5, "G4"), 1),
    ("G2.fct_digest_cells.cells_add_up", drop("fct_digest_cells", 0), 1),
    ("G2.fct_digest_cells.cells_add_up", put("fct_digest_statements", 0, digest_year=2023), 1),
    ("G2.fct_digest_topics.shown_topics_of_enough_evaluators", join(1, "G0", "fct_digest_texts"), 2),
    ("G2.fct_digest_topics.shown_topics_of_enough_evaluators", put("fct_digest_topics", 1, is_shown=True), 1),
    ("G2.fct_digest_topics.shown_topics_of_enough_evaluators", put("fct_digest_topics", 1, topic_quotes="降本"), 1),
    ("G3.packages.digest_figures.digests_complete", figure(None, document=BOOK, measure="patents"), 1),
    (MARTS, figure(8.0, document=PAGE, measure="statement_count"), 1),
    (MARTS, figure(2.0, document=BOOK, measure="patents"), 1),
    (MARTS, figure(1.0, document=BOOK, measure="declines"), 1),
    (MARTS, figure(3.2, document=PAGE, measure="theta"), 1),
    (MARTS, figure(8.0, document=BOOK, measure="days_open"), 1),
    (MARTS, figure(1.0, document=PAGE, grid="tiers", row_code="T1", measure="tier_count"), 1),
    (MARTS, put("fct_digest_cells", 0, institution_id="U2"), 12),
    (MARTS, put("fct_digest_standings", 0, institution_id="U2"), 8),
    (MARTS, put(FIGURES, 0, recipient_kind="city"), 1),
    (
        "G3.packages.digest_figures.cells_of_enough_evaluators",
        both(*[join(index, f"G{index % 2}") for index in range(7)]),
        2,
    ),
    (
        "G3.packages.digest_figures.cells_of_enough_evaluators",
        both(*[put("fct_digest_statements", index, institution_id="U2") for index in range(7)]),
        0,
    ),
    ("G3.packages.digest_figures.batches_of_enough_newcomers", join(5, "G0"), 2),
    ("G3.packages.digest_figures.batches_of_enough_newcomers", join(5, "G4"), 2),
    (
        "G3.packages.digest_figures.batches_of_enough_newcomers",
        put("fct_digest_statements", 6, released_in="2024-06"),
        0,
    ),
    ("G3.packages.digest_figures.standings_of_enough_evaluators", put("fct_tiers", 0, evaluator_count=2), 2),
    (NAMED, repeat(NAMES, 0, enterprise_name="企业8"), 1),
    (NAMED, repeat(NAMES, 0, grid="declines"), 1),
    (NAMED, repeat(NAMES, 0, grid="", row_code=""), 1),
    (NAMED, repeat(NAMES, 0, recipient_code="U2"), 1),
    (NAMED, put("fct_needs", 0, is_name_disclosed=False), 2),
    (NAMED, put("fct_needs", 0, enterprise_id="C8"), 2),
]
