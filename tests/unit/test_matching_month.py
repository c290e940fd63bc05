"""A month is matched from marts: who is sent what, why, and in the same way whatever the order of rows."""

import datetime as dt
from collections import Counter

import pyarrow as pa
import pytest

from panhuo.matching.month import MonthTables, match_month
from panhuo.policy import load_policy
from tests.fixtures.matching import known_tables

pytestmark = pytest.mark.slow

POLICY = load_policy().matching
TRADES = [
    ("煤矿巷道支护装置", "E21D11/00", "煤矿支护设备制造；矿山机械销售", "华星矿山机械有限公司"),
    ("玻璃熔窑余热回收方法", "C03B5/237", "玻璃制品制造；玻璃熔窑设计", "泰山玻璃有限公司"),
    ("小麦播种机", "A01C7/00", "农业机械制造；播种机研发", "绿野农机有限公司"),
    ("骨科植入物表面涂层", "A61L27/30", "医疗器械生产；骨科植入物研发", "康骨医疗器械有限公司"),
]


def tables(*, barriers=(), capacities=None, tier="T2", **known):
    """Two patents of each trade and one firm in it; the firms of even trades lie in the city of the institution."""
    patents, pushable, recipients = [], [], []
    for number, (title, symbol, scope, name) in enumerate(TRADES):
        recipients.append(
            {
                "enterprise_id": f"E{number}",
                "enterprise_name": name,
                "province_name": "山东省",
                "city_code": "3709" if number % 2 == 0 else "3701",
                "city_name": "泰安市" if number % 2 == 0 else "济南市",
                "business_scope": scope,
                "interests": None,
                "push_capacity": (capacities or {}).get(f"E{number}", 20),
            }
        )
        for copy in range(2):
            patent = {
                "patent_no": f"P{number}{copy}",
                "title": f"{title}{copy}号",
                "abstract": f"本发明公开一种{title}。",
            }
            patents.append(patent | {"main_ipc": symbol, "filing_date": dt.date(2015 + copy, 3, 2), "owners": "某大学"})
            place = {"institution_id": "I1", "city_code": "3709", "city_name": "泰安市", "tier": tier}
            pushable.append({"patent_no": patent["patent_no"], **place})
    barred = pa.table(
        {
            "patent_no": pa.array([patent for patent, _ in barriers], pa.string()),
            "enterprise_id": pa.array([firm for _, firm in barriers], pa.string()),
        }
    )
    parts = (pa.Table.from_pylist(rows) for rows in (patents, pushable, recipients))
    return MonthTables(*parts, barred, known_tables(**known))


def pairs(matches):
    pushes = matches.pushes
    return list(zip(pushes["patent_no"].to_pylist(), pushes["enterprise_id"].to_pylist(), strict=True))


def test_a_patent_comes_first_at_the_firm_of_its_trade_and_says_why():
    matches = match_month(tables(), POLICY)
    scores = {(row["patent_no"], row["enterprise_id"]): row["probability"] for row in matches.scores.to_pylist()}
    for number in range(len(TRADES)):
        for copy in range(2):
            patent = f"P{number}{copy}"
            assert max((f"E{firm}" for firm in range(4)), key=lambda firm: scores[patent, firm]) == f"E{number}"
    for row in matches.pushes.to_pylist():
        assert set(row["reason_evidence"].split("|")) - {"region"}
        assert row["push_reasons"]
    assert "玻璃" in next(r["push_reasons"] for r in matches.pushes.to_pylist() if r["enterprise_id"] == "E1")


NEED = ("N7", "E1", "小麦播种机", "一号播种机漏播，求小麦播种新装置", "A01C7/00")


def test_a_need_is_answered_by_its_number_and_its_text_stays_inside():
    matches = match_month(tables(needs=[NEED]), POLICY)
    (row,) = [x for x in matches.scores.to_pylist() if (x["patent_no"], x["enterprise_id"]) == ("P20", "E1")]
    assert (row["need_id"], row["probability"] > row["learned_probability"]) == ("N7", True)
    said = dict(zip(pairs(matches), matches.pushes.to_pylist(), strict=True))["P20", "E1"]
    assert said["push_reasons"].startswith("回应贵单位登记的技术需求N7")
    assert said["reason_evidence"].split("|")[0] == "need"
    assert not any(NEED[3] in text for text in matches.pushes["push_reasons"].to_pylist())


def test_an_evaluation_of_its_own_speaks_for_what_is_alike():
    matches = match_month(tables(opinions=[("E1", "P20", 1.0)]), POLICY)
    said = dict(zip(pairs(matches), matches.pushes.to_pylist(), strict=True))["P21", "E1"]
    assert "与贵单位曾表示愿意合作的专利“小麦播种机0号”（P20）技术相近" in said["push_reasons"]
    assert "evaluations" in said["reason_evidence"].split("|")


def test_evidence_of_the_policy_stands_beside_what_is_learned():
    plain, told = match_month(tables(), POLICY), match_month(tables(needs=[NEED]), POLICY)
    learned = [[row["learned_probability"] for row in x.scores.to_pylist()] for x in (plain, told)]
    assert learned[0] == learned[1]
    near = {row["enterprise_id"]: row["region_score"] for row in plain.scores.to_pylist()}
    assert near == {"E0": 0, "E1": -0.5, "E2": 0, "E3": -0.5}


def test_what_is_barred_is_no_candidate():
    barriers = [("P00", "E0"), ("P11", "E1")]
    matches = match_month(tables(barriers=barriers), POLICY)
    scored = set(zip(matches.scores["patent_no"].to_pylist(), matches.scores["enterprise_id"].to_pylist(), strict=True))
    assert not scored & set(barriers)
    assert ("P01", "E0") in pairs(matches)


def test_a_firm_gets_no_more_than_it_takes():
    found = pairs(match_month(tables(capacities={"E0": 1}), POLICY))
    assert sum(firm == "E0" for _, firm in found) == 1


def test_a_pair_for_which_nothing_can_be_said_is_not_pushed_even_for_the_minimum():
    matches = match_month(tables(), POLICY)
    said = {pair: row["reason_evidence"] for pair, row in zip(pairs(matches), matches.pushes.to_pylist(), strict=True)}
    assert set(said.values()).isdisjoint({"", "region"})
    wanted = len(TRADES) * 2 * POLICY.min_recipients.value
    assert len(said) < wanted
    received = Counter(number for number, _ in said)
    short = sum(
        max(POLICY.min_recipients.value - received[number], 0) for number in tables().pushable["patent_no"].to_pylist()
    )
    assert matches.summary.to_pylist()[0]["missing_recipient_count"] == short > 0


def test_who_is_barred_is_not_missing():
    everybody = [("P20", firm) for firm in tables().recipients["enterprise_id"].to_pylist()]
    missing = [
        match_month(tables(barriers=barriers), POLICY).summary.to_pylist()[0]["missing_recipient_count"]
        for barriers in ([], everybody)
    ]
    assert missing[0] - POLICY.min_recipients.value <= missing[1] <= missing[0]


def test_the_order_of_rows_decides_nothing():
    straight = tables(barriers=[("P20", "E2")])
    turned = MonthTables(
        *(
            table.take(list(reversed(range(table.num_rows))))
            for table in (straight.patents, straight.pushable, straight.recipients, straight.barriers)
        ),
        straight.known,
    )
    one, other = match_month(straight, POLICY), match_month(turned, POLICY)
    assert (one.scores, one.pushes, one.summary) == (other.scores, other.pushes, other.summary)


@pytest.mark.parametrize("missing", ["pushable", "recipients"])
def test_a_month_without_patents_or_recipients_pushes_nothing(missing):
    full = tables()
    parts = {name: getattr(full, name) for name in ("patents", "pushable", "recipients", "barriers", "known")}
    matches = match_month(MonthTables(**{**parts, missing: parts[missing].slice(0, 0)}), POLICY)
    assert (matches.scores.num_rows, matches.pushes.num_rows) == (0, 0)
    assert matches.summary.to_pylist()[0]["missing_recipient_count"] == 0


def test_progress_is_told_block_by_block():
    told = []
    match_month(tables(), POLICY, lambda done, total: told.append((done, total)))
    assert told == [(8, 8)]


def test_a_large_month_goes_by_candidates_and_comes_to_the_same_pushes():
    large = POLICY.model_copy(update={"max_exact_pairs": POLICY.max_exact_pairs.model_copy(update={"value": 1})})
    given = {"barriers": [("P00", "E0")], "needs": [NEED]}
    exact, near = match_month(tables(**given), POLICY), match_month(tables(**given), large)
    assert set(pairs(near)) == set(pairs(exact))
    assert ("P00", "E0") not in pairs(near)
    whole = {(row["patent_no"], row["enterprise_id"]): row for row in exact.scores.to_pylist()}
    for row in near.scores.to_pylist():
        same = whole[row["patent_no"], row["enterprise_id"]]
        assert row["probability"] == pytest.approx(same["probability"], abs=0.02)
        assert row["need_id"] == same["need_id"]
    (summary,) = near.summary.to_pylist()
    assert summary["objective"] <= summary["objective_bound"] + 1e-3
    assert match_month(tables(**given), large).pushes == near.pushes
