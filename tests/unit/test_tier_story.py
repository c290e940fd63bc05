"""A tier explained: what is told of a patent, and its page."""

import re

import pyarrow as pa
import pytest

from panhuo.tiering.page import render_tier_page
from panhuo.tiering.story import NoTierError, TierStory, tell_tier

NUMBER = "CN201010110545.X"
MONTH = {
    "period": "2024-06",
    "patent_no": NUMBER,
    "title": "一种<装置>",
    "institution_name": "甲大学",
    "field_name": None,
    "tier": "T1",
    "raw_tier": "T2",
    "is_tier_held": True,
    "evaluator_count": 3,
    "theta": 3.9,
    "theta_sd": 0.5,
    "l80": 3.26,
    "conversion_stage": "intent",
    "stages_reached": "evaluated|intent",
    "stage_evidence": "评价主体愿意合作（2024-04-02）",
    "tier_explanation": "3 家独立评价主体作出 3 次有效评价。当月列“改进后可转化”（T2）。",
    "data_origin": "real",
    "simulated_fields": None,
}
VOICE = {
    "evaluator_kind": "expert",
    "evaluator_count": 3,
    "evaluation_count": 3,
    "lowest_score": 3,
    "highest_score": 5,
    "mean_score": 4.0,
    "mean_leniency": -0.25,
    "mean_corrected_score": 4.25,
    "total_weight": 4.5,
}


def story(**changes):
    earlier = MONTH | {"period": "2024-05", "raw_tier": "T1", "is_tier_held": False}
    return TierStory(months=(earlier, MONTH | changes), evidence=(VOICE,))


def answers(months, evidence=()):
    asked = []

    def query(sql):
        asked.append(sql)
        return pa.Table.from_pylist(list(evidence if "fct_tier_evidence" in sql else months))

    return query, asked


def test_a_number_is_read_in_any_spelling():
    query, asked = answers([MONTH], [VOICE])
    told = tell_tier(query, "ZL2010 1 0110545.x", "2024-06")
    assert told.latest["tier"] == "T1"
    assert told.evidence[0]["mean_score"] == 4.0
    assert all(f"patent_no = '{NUMBER}'" in sql for sql in asked)
    assert "2024-06" in asked[0]


@pytest.mark.parametrize(
    ("number", "months", "until"),
    [
        ("CN201010110545.1", [MONTH], None),
        (NUMBER, [], None),
        (NUMBER, [MONTH], "2024-07"),
        ("' or 1=1", [MONTH], None),
    ],
)
def test_nothing_to_tell_is_said(number, months, until):
    query, _ = answers(months)
    with pytest.raises(NoTierError):
        tell_tier(query, number, until)


def test_text_names_the_months():
    told = story().to_text()
    assert told.endswith("逐月分级：2024-05 T1，2024-06 T1")
    assert "模拟" not in told


@pytest.mark.parametrize("fields", ["theta", "conversion_stage|intent", "tier"])
def test_simulated_figures_are_labelled(fields):
    made_up = story(simulated_fields=fields)
    assert "模拟数据" in render_tier_page(made_up)
    assert "（含模拟数据）" in made_up.to_text()
    assert "模拟数据" in render_tier_page(story(data_origin="simulated"))


def test_page_shows_tier_months_voices_and_way():
    page = render_tier_page(story())
    assert "模拟" not in page
    assert "一种&lt;装置&gt;" in page
    assert "<li>当月列“改进后可转化”（T2）。</li>" in page
    assert "当月依据为 T2 改进后可转化，下调待下月确认" in page
    assert "偏严 0.25" in page
    assert page.count("<tr><td>2024-0") == 2
    states = re.findall(r'<span class="(open|reached|now)">', page)
    assert states == ["open", "open", "reached", "now", "open", "open", "open", "open"]
    assert not re.search(r"https?://|<script|@import|url\(", page)


def test_figure_places_the_interval_on_the_scale():
    """540 units for 4 marks from 30 on: θ 3.9 at 421.5; 3.9 ± 0.64 at 335.1 and 507.9, cut at 5 marks."""
    page = render_tier_page(story())
    assert '<circle cx="421.5"' in page
    assert 'class="interval" x1="335.1" y1="60" x2="507.9"' in page
    assert "L80 3.49<" in render_tier_page(story(l80=3.499999)), "what falls short of 3.5 never reads 3.50"
    assert "L80 3.50<" in render_tier_page(story(l80=3.5))
    assert 'x2="570.0"' in render_tier_page(story(theta_sd=2.0))


def test_without_evidence_the_page_says_so():
    page = render_tier_page(TierStory(months=(MONTH | {"stages_reached": None, "stage_evidence": None},), evidence=()))
    assert "尚无有效评价。" in page
    assert "尚无依据。" in page
