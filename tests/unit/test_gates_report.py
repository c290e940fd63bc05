"""The gate report."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

import pytest

from panhuo.gates.decide import decide
from panhuo.gates.model import GateResult, Waiver
from panhuo.gates.report import (
    Conservation,
    GateSection,
    ReasonCount,
    ReportContext,
    Tally,
    overall_verdict,
    render_gate_report,
)

TODAY = dt.date(2024, 6, 5)
CONTEXT = ReportContext(
    period="2024-05",
    as_of=dt.datetime(2024, 6, 5, 8, tzinfo=dt.timezone(dt.timedelta(hours=8))),
    policy_version="3f9a1c0b77de",
    code_version="0.1.0",
    has_simulated_data=False,
)


def result(check: str, outcome: str, *, table: str = "dim_patents", **changes: object) -> GateResult:
    body = {
        "gate": "G2_models",
        "check_id": f"G2.{table}.{check}",
        "table": table,
        "period": "2024-05",
        "run_id": "run-secret-1",
        "severity": "block",
        "outcome": outcome,
        "observed": 0,
        "threshold": 0,
        "message": f"{check} 须通过",
    }
    return GateResult.model_validate(body | changes)


def section(*results: GateResult, waivers: tuple[Waiver, ...] = ()) -> GateSection:
    return GateSection(
        gate="G2_models",
        title="建模检查",
        tables={"dim_patents": "专利总表"},
        decision=decide(results, waivers, TODAY),
    )


class Outline(HTMLParser):
    """Text in order, and what the page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object", "embed", "base", "form"}:
            self.loads.append(tag)
        self.loads += [name for name, _ in attrs if name in {"src", "href", "action"} or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data.strip())


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    return parser


def text_of(html: str) -> str:
    return " ".join(outline(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)).text)


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = render_gate_report(CONTEXT, [section(result("a", "pass"))])

    assert outline(html).loads == []
    assert not re.search(r"https?:|@import|url\((?!#)", html)


def test_equal_arguments_give_equal_bytes_and_nothing_of_the_run() -> None:
    sections = [section(result("a", "fail", sample=("专利号=CN85102475",)), result("b", "pass"))]

    html = render_gate_report(CONTEXT, sections)

    assert html == render_gate_report(CONTEXT, sections)
    assert "run-secret-1" not in html
    assert "2024-06-05 00:00 UTC" in html


def test_what_senders_wrote_is_shown_as_text() -> None:
    html = render_gate_report(CONTEXT, [section(result("a", "fail", sample=("名称=<script>alert(1)</script>",)))])

    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize(
    ("results", "label"),
    [
        ([result("a", "pass")], "通过"),
        ([result("a", "fail", severity="warn")], "有提示"),
        ([result("a", "fail")], "未通过"),
        ([result("a", "error")], "未通过"),
        ([], "未通过"),
    ],
    ids=["pass", "warning", "block", "error", "nothing checked"],
)
def test_the_banner_states_the_verdict(results: list[GateResult], label: str) -> None:
    html = render_gate_report(CONTEXT, [section(*results)])

    assert f"<strong>{label}</strong>" in html


def test_the_worst_gate_decides() -> None:
    good, warned, bad = (
        section(result("a", "pass")),
        section(result("a", "fail", severity="warn")),
        section(result("a", "fail")),
    )

    assert overall_verdict([good, warned]) == "needs_approval"
    assert overall_verdict([warned, bad, good]) == "fail"
    assert overall_verdict([]) == "fail"


def test_failures_come_first_and_errors_stand_apart() -> None:
    text = text_of(
        render_gate_report(
            CONTEXT,
            [
                section(
                    result("passed_check", "pass"),
                    result("warned_check", "fail", table="fct_tiers", severity="warn"),
                    result("blocked_check", "fail", table="fct_tiers"),
                    result("errored_check", "error"),
                )
            ],
        )
    )

    order = [text.index(name) for name in ("errored_check", "blocked_check", "warned_check", "passed_check")]
    assert order == sorted(order)
    assert "检查出错 1 项" in text


def test_a_waiver_is_shown_with_its_reason_and_approver() -> None:
    waiver = Waiver(
        check_id="G2.dim_patents.a", period="2024-05", reason="已逐家确认", approver="张三", expires_on=TODAY
    )

    text = text_of(render_gate_report(CONTEXT, [section(result("a", "fail"), waivers=(waiver,))]))

    assert "已豁免" in text
    assert "豁免理由：已逐家确认（批准人 张三，有效至 2024-06-05）" in text


def test_shares_are_shown_as_percentages_with_their_bound() -> None:
    failed = result("a", "fail", observed=0.0731, threshold=0.5, unit="share", bound="at_least")

    text = text_of(render_gate_report(CONTEXT, [section(failed)]))

    assert "7.31%" in text
    assert "≥ 50.00%" in text


def test_tables_bear_their_chinese_name_and_the_nameless_stand_together() -> None:
    named, first, second = (result("a", "pass", table=table) for table in ("dim_patents", "int_a", "int_b"))

    text = text_of(render_gate_report(CONTEXT, [section(named, first, second)]))

    assert "专利总表 dim_patents 1 项通过" in text
    assert "其他表 2 项通过" in text


def test_many_errors_do_not_drown_the_page() -> None:
    text = text_of(render_gate_report(CONTEXT, [section(*(result(f"check_{n:02}", "error") for n in range(25)))]))

    assert "检查出错 25 项" in text
    assert text.count("须通过") == 10
    assert "其余 15 项" in text
    assert "check_24" in text


def test_simulated_data_are_labelled() -> None:
    sections = [section(result("a", "pass"))]

    assert "模拟数据" not in text_of(render_gate_report(CONTEXT, sections))
    assert "模拟数据" in text_of(render_gate_report(CONTEXT.model_copy(update={"has_simulated_data": True}), sections))


FLOW = Conservation(
    landed=Tally(real=60, simulated=35, unlabelled=5),
    quarantined=Tally(unlabelled=5),
    out_of_scope=Tally(real=10),
    base_library=Tally(real=50, simulated=35),
    form_1=Tally(real=10, simulated=5),
    form_2=Tally(real=30, simulated=20),
    excluded=Tally(real=10, simulated=10),
    reasons=(ReasonCount(label="尚未盘点", tally=Tally(real=10, simulated=4)),),
    packaged=Tally(real=30, simulated=20),
    package_count=7,
)


def with_flow(flow: Conservation) -> str:
    return render_gate_report(CONTEXT.model_copy(update={"conservation": flow}), [section(result("a", "pass"))])


def test_balances_that_hold_are_ticked() -> None:
    text = text_of(with_flow(FLOW))

    assert "✓ 接收 = 基础库 + 不入库 + 退回：100 = 100" in text
    assert "✓ 基础库 = 表一 + 表二 + 未入选：85 = 85" in text
    assert "✓ 表二 = 各单位数据包合计：50 = 50" in text


def test_a_lost_patent_is_seen() -> None:
    text = text_of(with_flow(FLOW.model_copy(update={"excluded": Tally(real=9, simulated=10)})))

    assert "✗ 基础库 = 表一 + 表二 + 未入选：85 ≠ 84" in text


def test_the_parts_of_a_stage_fill_its_width() -> None:
    picture = with_flow(FLOW).partition("<svg")[2]
    spans: dict[str, list[tuple[float, float]]] = {}
    for label, group in re.findall(r"<title>(.*?) [\d,]+ 件</title>(.*?)</g>", picture, re.DOTALL):
        rectangles = re.findall(r'<rect class="[^"]*" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', group)
        spans[label] = [(float(x), float(x) + float(width)) for x, width in rectangles]

    end = {label: rectangles[-1][1] for label, rectangles in spans.items()}
    start = {label: rectangles[0][0] for label, rectangles in spans.items()}
    assert start["表一 已转化"] == pytest.approx(end["表二 可转化"], abs=0.05)
    assert start["未入选"] == pytest.approx(end["表一 已转化"], abs=0.05)
    assert end["未入选"] == pytest.approx(end["基础库"], abs=0.05)
    assert end["退回待改"] == pytest.approx(end["接收专利"], abs=0.05)
    assert end["数据包 7 个"] == pytest.approx(end["表二 可转化"], abs=0.05)


def test_an_empty_month_can_be_drawn() -> None:
    nothing = dict.fromkeys(
        ("landed", "quarantined", "out_of_scope", "base_library", "form_1", "form_2", "excluded"), Tally()
    )

    assert "✓ 接收 = 基础库 + 不入库 + 退回：0 = 0" in text_of(with_flow(Conservation(**nothing)))
