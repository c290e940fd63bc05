"""Checks of the month's pushes and their packages pass on a sound month and fail on one broken in their way."""

from __future__ import annotations

from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put, repeat

MODELS, DISPATCH = "G2_models", "G3_dispatch"
FIRST, SECOND, GONE = "CN201010110545.X", "CN201110001234.5", "CN85102475"
ONE, OTHER = "91370900163058822K", "91340100MA2ABCDE0T"
REASON = "专利内容与贵单位经营范围都涉及“支护”"
PAGE, BOOK = "pushes.html", "pushes.xlsx"


def sound_month(good_row: GoodRow) -> Tables:
    """One enterprise takes two patents, the other may not be sent the first."""
    pushes = [(FIRST, ONE, 1, 0.4), (SECOND, ONE, 2, 0.3), (SECOND, OTHER, 1, 0.2)]
    return {
        "fct_pushes": [
            good_row(
                "fct_pushes", patent_no=patent, enterprise_id=firm, push_rank=rank, probability=probability,
                reasons=REASON, reason_evidence="scope|region",
            )
            for patent, firm, rank, probability in pushes
        ],
        "fct_push_recipients": [
            good_row("fct_push_recipients", enterprise_id=firm, push_capacity=2) for firm in (ONE, OTHER)
        ],
        "fct_pushable_patents": [
            good_row("fct_pushable_patents", patent_no=patent, push_barrier=None) for patent in (FIRST, SECOND)
        ],
        "fct_push_barriers": [
            good_row("fct_push_barriers", patent_no=FIRST, enterprise_id=OTHER, push_barrier="cooling_off")
        ],
        "fct_matching_summaries": [
            good_row(
                "fct_matching_summaries", missing_recipient_count=0, push_event_count=3, pushed_patent_count=2,
                receiving_enterprise_count=2, objective=0.9, objective_bound=0.9, mean_probability=0.3,
                previous_mean_probability=0.25,
            )
        ],
    }  # fmt: skip


def sound_packages(good_row: GoodRow) -> Tables:
    """The pushes of the sound month in packages; both enterprises are told that a third patent is recalled."""
    pushes = sound_month(good_row)["fct_pushes"]
    lines = [
        good_row(
            "pushes", push_reasons=REASON, **{key: row[key] for key in ("patent_no", "enterprise_id", "push_rank")}
        )
        for row in pushes
    ]
    recalls = [
        good_row("recalls", patent_no=GONE, enterprise_id=firm, recall_reason="disputed") for firm in (ONE, OTHER)
    ]

    def packed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{"recipient_kind": "enterprise", "recipient_code": row["enterprise_id"], **row} for row in rows]

    def told(code: str, document: str, part: str, place: int, patent_no: str, statement: str) -> dict[str, Any]:
        names = ("recipient_kind", "recipient_code", "document", "part", "place", "patent_no", "statement")
        return dict(zip(names, ("enterprise", code, document, part, place, patent_no, statement), strict=True))

    documents = [
        told(row["enterprise_id"], document, part, row["push_rank"], row["patent_no"], statement)
        for row in lines
        for document, part, statement in (
            (PAGE, "offers", REASON), (BOOK, "offers", REASON), (BOOK, "form", row["enterprise_id"])
        )
    ]  # fmt: skip
    return {
        "packages.pushes": packed(lines),
        "packages.recalls": packed(recalls),
        "packages.push_rows": [
            *documents,
            *(
                told(firm, document, "recalls", 1, GONE, "存在权属争议")
                for firm in (ONE, OTHER)
                for document in (PAGE, BOOK)
            ),
        ],
        "fct_pushes": pushes,
        "fct_push_recipients": sound_month(good_row)["fct_push_recipients"],
        "fct_push_barriers": sound_month(good_row)["fct_push_barriers"],
        "fct_push_recalls": [good_row("fct_push_recalls", **row) for row in recalls],
        "fct_dispatch_lines": [good_row("fct_dispatch_lines", patent_no=number) for number in (FIRST, SECOND)],
        "dim_enterprises": [
            good_row("dim_enterprises", enterprise_id=firm, enterprise_name=f"企业{firm}") for firm in (ONE, OTHER)
        ],
    }


MONTHS = {MODELS: sound_month, DISPATCH: sound_packages}
PUSH, SUMMARY = "G2.fct_pushes", "G2.fct_matching_summaries"
PACKED, RECALLED = "G3.packages.pushes", "G3.packages.recalls.recalls_add_up"
WRITTEN = "G3.packages.push_rows.push_documents_hold_the_rows"
BROKEN: list[tuple[str, Break, float]] = [
    (f"{PUSH}.caps_kept", put("fct_push_recipients", 0, push_capacity=1), 1),
    (f"{PUSH}.caps_kept", drop("fct_push_recipients", 1), 1),
    (f"{PUSH}.exclusions_kept", put("fct_pushes", 2, patent_no=FIRST), 1),
    (f"{PUSH}.exclusions_kept", put("fct_pushable_patents", 1, push_barrier="on_hold"), 2),
    (f"{PUSH}.exclusions_kept", drop("fct_pushable_patents", 0), 1),
    (f"{PUSH}.reasons_present", put("fct_pushes", 0, reasons=""), 1),
    (f"{PUSH}.reasons_present", put("fct_pushes", 0, reason_evidence="region"), 1),
    (f"{PUSH}.ranks_run_from_one", put("fct_pushes", 1, push_rank=3), 1),
    (f"{PUSH}.ranks_run_from_one", put("fct_pushes", 1, probability=0.5), 1),
    (f"{SUMMARY}.covered_tiers_find_recipients", put("fct_matching_summaries", 0, missing_recipient_count=2), 1),
    (f"{SUMMARY}.probabilities_drift_little", put("fct_matching_summaries", 0, mean_probability=0.5), 1.0),
    (f"{SUMMARY}.summary_counts_the_pushes", repeat("fct_pushes", 0, period="2024-05", push_rank=3), 1),
    (f"{SUMMARY}.summary_counts_the_pushes", put("fct_matching_summaries", 0, objective=1.0), 1),
    (f"{PACKED}.pushes_add_up", drop("packages.pushes", 0), 1),
    (f"{PACKED}.pushes_add_up", drop("fct_pushes", 0), 1),
    (f"{PACKED}.pushes_add_up", repeat("packages.pushes", 0), 1),
    (f"{PACKED}.pushes_add_up", put("packages.pushes", 2, recipient_code=ONE), 2),
    (f"{PACKED}.pushes_add_up", put("packages.pushes", 0, recipient_kind="institution"), 1),
    (f"{PACKED}.pushes_add_up", put("packages.pushes", 0, push_rank=2), 1),
    (f"{PACKED}.pushes_add_up", put("packages.pushes", 0, push_reasons="别的理由"), 1),
    (f"{PACKED}.pushes_in_scope", put("packages.pushes", 2, recipient_code=ONE), 1),
    (f"{PACKED}.pushes_in_scope", put("packages.pushes", 0, period="2024-04"), 1),
    (f"{PACKED}.pushes_in_scope", put("packages.pushes", 0, recipient_kind="city"), 1),
    (f"{PACKED}.pushes_in_scope", put("packages.recalls", 0, recipient_code=OTHER), 1),
    (f"{PACKED}.pushes_within_capacity", put("fct_push_recipients", 0, push_capacity=1), 1),
    (f"{PACKED}.pushes_within_capacity", drop("fct_push_recipients", 1), 1),
    (f"{PACKED}.own_patents_absent", put("packages.pushes", 0, owners=f"甲大学|企业{ONE}"), 1),
    (f"{PACKED}.own_patents_absent", put("packages.pushes", 2, patent_no=FIRST), 1),
    (f"{PACKED}.pushes_have_reasons", put("packages.pushes", 0, push_reasons=" "), 1),
    (f"{PACKED}.pushes_have_reasons", put("packages.pushes", 0, push_reasons=None), 1),
    (RECALLED, drop("packages.recalls", 0), 1),
    (RECALLED, drop("fct_push_recalls", 0), 1),
    (RECALLED, repeat("packages.recalls", 0), 1),
    (RECALLED, put("packages.recalls", 0, recall_reason="withdrawn"), 1),
    (RECALLED, put("fct_dispatch_lines", 0, patent_no=GONE), 2),
    (WRITTEN, drop("packages.push_rows", 0), 1),
    (WRITTEN, drop("packages.push_rows", 2), 1),
    (WRITTEN, drop("packages.push_rows", 10), 1),
    (WRITTEN, put("packages.push_rows", 0, place=2), 2),
    (WRITTEN, put("packages.push_rows", 0, statement="别的理由"), 1),
    (WRITTEN, put("packages.push_rows", 2, statement=OTHER), 1),
    (WRITTEN, put("packages.push_rows", 0, recipient_code=OTHER), 2),
    (WRITTEN, repeat("packages.push_rows", 0), 1),
    (WRITTEN, repeat("packages.push_rows", 0, recipient_kind="city"), 1),
]
