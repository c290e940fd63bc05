"""A day of feedback of enterprises, as it comes in."""

from __future__ import annotations

from typing import Any

from tests.fixtures.gates import Break, GoodRow, Tables, drop, put

OTHER_ENTERPRISE = "91340100MA2ABCDE0T"


def feedback_month(good_row: GoodRow) -> Tables:
    """A day on which the platform sent 60 evaluations, two of which went back, and three senders sent workbooks."""

    def load(load_id: str, source: str, dataset: str, rows: int, bad: int = 0) -> dict[str, Any]:
        return good_row(
            "raw_lake.loads",
            load_id=load_id,
            source=source,
            dataset=dataset,
            row_count=rows,
            quarantined_count=bad,
            load_status="accepted",
            rejection=None,
        )

    evaluation, need, response = (
        "raw_evaluations.evaluations",
        "raw_needs.needs",
        "raw_need_responses.responses",
    )
    return {
        "raw_lake.loads": [
            load("p", "evaluations", "evaluations", 58, bad=2),
            load("w", "evaluations", "evaluations", 1),
            load("n", "needs", "needs", 1),
            load("r", "need_responses", "responses", 1),
        ],
        "raw_lake.quarantined_rows": [
            good_row("raw_lake.quarantined_rows", load_id="p", source_row=row, column_name="prospect_score")
            for row in (7, 9)
        ],
        "raw_enterprises.enterprises": [],
        "raw_enterprise_classes.recognitions": [],
        evaluation: [
            *(good_row(evaluation, load_id="p", evaluation_id=str(n), sender_id="platform") for n in range(58)),
            good_row(evaluation, load_id="w", enterprise_id=OTHER_ENTERPRISE, sender_id=OTHER_ENTERPRISE),
        ],
        need: [good_row(need, load_id="n", enterprise_id=OTHER_ENTERPRISE, sender_id=OTHER_ENTERPRISE)],
        response: [good_row(response, load_id="r", institution_id="I1", sender_id="I1")],
    }


MONTHS = {"G0_feedback": feedback_month}
BROKEN: list[tuple[str, Break, float]] = [
    (
        "G0.raw_lake.loads.quarantine_share_tolerable",
        put("raw_lake.loads", 0, row_count=45, quarantined_count=15),
        15 / 61,
    ),
    ("G0.raw_lake.loads.submissions_readable", put("raw_lake.loads", 1, load_status="rejected", rejection="无表头"), 1),
    (
        "G0.raw_evaluations.evaluations.senders_speak_for_themselves",
        put("raw_evaluations.evaluations", 58, sender_id="91370900163058822K"),
        1,
    ),
    ("G0.raw_evaluations.evaluations.senders_speak_for_themselves", put("raw_needs.needs", 0, sender_id="I1"), 1),
    (
        "G0.raw_evaluations.evaluations.senders_speak_for_themselves",
        put("raw_need_responses.responses", 0, sender_id="I2"),
        1,
    ),
    ("G0.raw_lake.loads.rows_accounted_for", drop("raw_need_responses.responses", 0), 1),
    ("G0.raw_lake.loads.rows_accounted_for", drop("raw_lake.quarantined_rows", 1), 1),
]
