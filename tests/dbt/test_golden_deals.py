"""One deal of several sources: golden deals, and what holds whatever the sources say."""

import csv
import datetime as dt
import os
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.contracts.model import load_catalogue
from panhuo.policy import load_policy

GOLDEN = Path(__file__).parents[1] / "golden" / "deals"
TABLES = {
    "institutions": "institutions.institutions",
    "enterprises": "enterprises.enterprises",
    "patents": "grants.patents",
    "events": "legal_events.events",
    "transactions": "transactions.transactions",
    "recordals": "licence_recordals.recordals",
    "pledges": "pledges.pledges",
    "products": "product_recordals.products",
}
MODELS = ["+fct_deals", "+fct_product_recordals", "+int_conversion_steps"]
SHOWN = (
    "patent_no", "deal_kind", "signed_on", "registered_on", "institution_id", "license_kind", "payment_mode",
    "counterpart_type", "counterpart_name", "is_genuine", "not_genuine_reason", "deal_review_reason", "recordal_days",
    "is_late_recordal", "is_recordal_overdue", "has_conflict", "deal_evidence", "deal_id",
)  # fmt: skip
MADE = ("product_recordal_no", "patent_no", "institution_id", "producer_name", "deal_id", "chain_status")


def cells(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def typed(table, row):
    """The cells of a row as their contract types them; an empty cell is left to the defaults."""
    contract = load_catalogue().contract(f"raw_{table}")
    kinds = {use.name: use.column.type for use in contract.columns}
    return {
        name: dt.date.fromisoformat(value) if kinds[name] == "date" else value for name, value in row.items() if value
    }


def golden_month(raw):
    for name, table in TABLES.items():
        for row in cells(GOLDEN / f"{name}.csv"):
            number = {"patent_no_raw": row["patent_no"]} if name == "patents" else {}
            raw.add(table, **number, **typed(table, row))
    return raw


@pytest.fixture(scope="module")
def built(raw_tables, run_build):
    result, warehouse = run_build(golden_month(raw_tables()), "2024-05", select=MODELS)
    assert not result.problems
    return warehouse


def compare(name, columns, rows):
    told = [{column: "" if row[column] is None else str(row[column]) for column in columns} for row in rows]
    path = GOLDEN / name
    if os.environ.get("PANHUO_UPDATE_GOLDEN"):
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(told)
    assert told == cells(path)


def test_deals_are_the_expected_ones(built, read):
    order = "patent_no, deal_kind, effective_on, deal_id"
    compare("expected.csv", SHOWN, read(built, f"select {', '.join(SHOWN)} from fct_deals order by {order}"))


def test_products_are_chained_as_expected(built, read):
    sql = f"select {', '.join(MADE)} from fct_product_recordals order by product_recordal_no"
    compare("expected_products.csv", MADE, read(built, sql))


def test_every_evidence_ends_in_exactly_one_deal(built, read):
    rows = read(
        built,
        "select evidence_id, patent_no, count(*) as n from int_deals_matched where period = '2024-05' group by all",
    )
    told = read(built, "select count(*) as n from int_deal_evidence where period = '2024-05'")[0]["n"]
    assert len(rows) == told
    assert {row["n"] for row in rows} == {1}
    listed = read(built, "select patent_no, unnest(string_split(evidence_ids, '|')) as evidence_id from fct_deals")
    assert sorted((r["patent_no"], r["evidence_id"]) for r in listed) == sorted(
        (r["patent_no"], r["evidence_id"]) for r in rows
    )


def test_deals_move_patents_along(built, read):
    steps = read(
        built,
        "select patent_no, evidence_code, conversion_stage from int_conversion_steps where period = '2024-05'"
        " order by patent_no, evidence_code",
    )
    shown: dict[str, list[str]] = {}
    for step in steps:
        shown.setdefault(step["patent_no"], []).append(step["evidence_code"])
    assert shown["P08"] == ["licence_recordal", "product_recordal", "reported_deal"]
    assert shown["P10"] == ["reported_deal"]
    assert shown["P17"] == ["licence_recordal"]
    assert "P02" not in shown, "a change of name is no transfer"
    assert "P15" not in shown, "a pledge moves nothing into use"


DAY = dt.date(2024, 1, 1)
TAKERS = ("E:1", "E:2", "E:3")
COLUMNS = {
    "period": "varchar", "evidence_id": "varchar", "patent_no": "varchar", "registered_kind": "varchar",
    "fact_key": "varchar", "registered_on": "date", "signed_on": "date", "is_withdrawn": "boolean",
    "taker_keys": "varchar", "learned_at": "timestamp",
}  # fmt: skip


@st.composite
def evidence_rows(draw):
    """Registrations and reports of one patent, some of the same fact, some withdrawn, some without a readable taker."""
    rows = []
    for number in range(draw(st.integers(1, 9))):
        is_registered = draw(st.booleans())
        taker = draw(st.sampled_from((*TAKERS, None) if is_registered else TAKERS))
        day = DAY + dt.timedelta(days=draw(st.integers(0, 500)))
        is_withdrawn = not is_registered and draw(st.integers(0, 5)) == 0
        key = f"{'day' if is_registered else 'signed'}|{day}|{taker or ''}"
        rows.append(
            {
                "period": "2024-05",
                "evidence_id": f"e{number}",
                "patent_no": "P",
                "registered_kind": draw(st.sampled_from(("transfer", "license"))),
                "fact_key": f"withdrawn|e{number}" if is_withdrawn else key,
                "registered_on": day if is_registered else None,
                "signed_on": None if is_registered else day,
                "is_withdrawn": is_withdrawn,
                "taker_keys": taker,
                "learned_at": dt.datetime.combine(DAY, dt.time()) + dt.timedelta(days=draw(st.integers(0, 3))),
            }
        )
    return rows


@pytest.fixture(scope="module")
def match(built):
    """Function: the matching model over rows of evidence, in a database of its own."""
    (compiled,) = (built.parent / "target" / "compiled").rglob("int_deals_matched.sql")
    sql = compiled.read_text(encoding="utf-8")
    name = next(word for word in sql.split() if word.endswith('"int_deal_evidence_keyed"'))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"create table evidence ({', '.join(f'{c} {kind}' for c, kind in COLUMNS.items())})")

        def run(rows):
            connection.execute("delete from evidence")
            for row in rows:
                connection.execute(f"insert into evidence values ({', '.join('?' * len(COLUMNS))})", list(row.values()))
            result = connection.execute(sql.replace(name, "evidence"))
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

        yield run


@settings(max_examples=60, deadline=None)
@given(evidence_rows(), st.randoms(use_true_random=False))
def test_evidence_is_matched_one_to_one_within_the_windows_in_any_order(match, rows, chance):
    placed = match(rows)
    assert Counter(row["evidence_id"] for row in placed) == Counter(row["evidence_id"] for row in rows)
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert {r["evidence_id"]: r["deal_id"] for r in match(shuffled)} == {r["evidence_id"]: r["deal_id"] for r in placed}
    policy = load_policy().deals
    for deal in {row["deal_id"] for row in placed}:
        told = [row for row in placed if row["deal_id"] == deal]
        registered = {row["fact_key"]: row for row in told if row["registered_on"]}
        reported = {row["fact_key"]: row for row in told if row["signed_on"]}
        assert len(registered) <= 1
        assert len(reported) <= 1
        assert len({row["registered_kind"] for row in told}) == 1
        for one, other in zip(registered.values(), reported.values(), strict=False):
            days = (one["registered_on"] - other["signed_on"]).days
            agree = one["taker_keys"] == other["taker_keys"]
            most = policy.report_before_days if agree else policy.conflict_days
            assert -policy.report_after_days.value <= days <= most.value
