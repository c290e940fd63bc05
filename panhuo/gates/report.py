"""The gate report: one Chinese HTML page that needs no network, no script and no other file.

The same arguments give the same bytes: nothing of the run or of the clock is shown, only the month, the
instant the data were known at, and the versions of policy and code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from pydantic import AwareDatetime, Field

from panhuo.contracts.model import Strict
from panhuo.gates.decide import Decision, Verdict, WaivedResult
from panhuo.gates.model import GateResult, Unit

_VERDICT_LABELS: dict[Verdict, str] = {"pass": "通过", "needs_approval": "有提示", "fail": "未通过"}
_WORST_FIRST: tuple[Verdict, ...] = ("fail", "needs_approval", "pass")
_CHART_WIDTH = 400
_CHART_LEFT = 104
_CHART_RIGHT = 58
_ROW_HEIGHT = 22
_SHOWN_ERRORS = 10


class Tally(Strict):
    """Patents (件) by origin of the data; `unlabelled` where it was never learned, as of rows sent back."""

    real: int = Field(default=0, ge=0)
    simulated: int = Field(default=0, ge=0)
    unlabelled: int = Field(default=0, ge=0)

    @property
    def total(self) -> int:
        """All of them."""
        return self.real + self.simulated + self.unlabelled


class ReasonCount(Strict):
    """How many excluded patents bear a reason; one patent may bear several."""

    label: str
    tally: Tally


class Conservation(Strict):
    """Where every received patent of the month went.

    landed = base_library + out_of_scope + quarantined; base_library = form_1 + form_2 + excluded;
    packaged (summed over institution packages) = form_2.
    """

    landed: Tally
    quarantined: Tally
    out_of_scope: Tally
    base_library: Tally
    form_1: Tally
    form_2: Tally
    excluded: Tally
    reasons: tuple[ReasonCount, ...] = ()
    packaged: Tally | None = None
    package_count: int | None = Field(default=None, ge=0)

    @property
    def gaps(self) -> tuple[tuple[str, int, int], ...]:
        """Every balance as (sentence, left side, right side)."""
        balances = [
            (
                "接收 = 基础库 + 不入库 + 退回",
                self.landed.total,
                self.base_library.total + self.out_of_scope.total + self.quarantined.total,
            ),
            (
                "基础库 = 表一 + 表二 + 未入选",
                self.base_library.total,
                self.form_1.total + self.form_2.total + self.excluded.total,
            ),
        ]
        if self.packaged is not None:
            balances.append(("表二 = 各单位数据包合计", self.form_2.total, self.packaged.total))
        return tuple(balances)


class ReportContext(Strict):
    """What the report is about. `as_of` is the instant up to which data were known."""

    period: str
    as_of: AwareDatetime
    policy_version: str
    code_version: str
    has_simulated_data: bool
    conservation: Conservation | None = None


class GateSection(Strict):
    """One gate of the report: its Chinese title, Chinese names of tables, `others` for the rest, its decision."""

    gate: str
    title: str
    tables: dict[str, str]
    others: str = "其他表"
    decision: Decision


class Bar(NamedTuple):
    """A bar of the conservation picture: its value in 件, its parts as (origin, x, width) in the drawing."""

    label: str
    depth: int
    value: int
    y: int
    parts: list[tuple[str, float, float]]
    end: float


class TableGroup(NamedTuple):
    """The checks of the tables of one name, what needs attention apart from what passed."""

    label: str
    tables: list[str]
    failed: list[GateResult]
    waived: list[WaivedResult]
    passed: list[GateResult]


def overall_verdict(sections: Sequence[GateSection]) -> Verdict:
    """The worst verdict of the gates; without any gate nothing has passed."""
    verdicts = {section.decision.verdict for section in sections}
    return next((verdict for verdict in _WORST_FIRST if verdict in verdicts), "fail")


def render_gate_report(context: ReportContext, sections: Sequence[GateSection]) -> str:
    """Render the report as one HTML document, gates in the order given."""
    return _template().render(
        context=context,
        sections=[(section, _groups(section)) for section in sections],
        verdict=overall_verdict(sections),
        bars=_bars(context.conservation) if context.conservation else [],
        shown_errors=_SHOWN_ERRORS,
        chart={"width": _CHART_WIDTH, "left": _CHART_LEFT, "right": _CHART_RIGHT, "row": _ROW_HEIGHT},
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "verdict": _VERDICT_LABELS.__getitem__,
        "quantity": _quantity,
        "count": lambda number: f"{number:,}",
        "instant": _instant,
    }
    return environment.get_template("gate_report.html.j2")


def _quantity(value: float | None, unit: Unit) -> str:
    if value is None:
        return "—"
    return f"{value:.2%}" if unit == "share" else f"{value:,.10g}"


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _groups(section: GateSection) -> list[TableGroup]:
    """Checks by name of table: names with failures first, the rest in the order of the definition."""
    names = [*dict.fromkeys(section.tables.values()), section.others]
    groups = {name: TableGroup(name, [], [], [], []) for name in dict.fromkeys(names)}

    def group_of(result: GateResult) -> TableGroup:
        group = groups[section.tables.get(result.table, section.others)]
        if result.table not in group.tables:
            group.tables.append(result.table)
        return group

    for result in sorted(section.decision.failed, key=lambda result: result.severity):
        group_of(result).failed.append(result)
    for entry in section.decision.waived:
        group_of(entry.result).waived.append(entry)
    for result in section.decision.passed:
        group_of(result).passed.append(result)
    filled = [group for group in groups.values() if group.tables]
    return sorted(filled, key=lambda group: not group.failed)


def _bars(flow: Conservation) -> list[Bar]:
    """Lay the stages out so that the parts of a stage stand side by side below it and fill its width."""
    scale = (_CHART_WIDTH - _CHART_LEFT - _CHART_RIGHT) / max(flow.landed.total, 1)
    base, forms = flow.base_library.total, flow.form_2.total + flow.form_1.total
    rows = [
        ("接收专利", 0, flow.landed, 0),
        ("基础库", 0, flow.base_library, 0),
        ("不入库", 1, flow.out_of_scope, base),
        ("退回待改", 1, flow.quarantined, base + flow.out_of_scope.total),
        ("表二 可转化", 0, flow.form_2, 0),
        ("表一 已转化", 1, flow.form_1, flow.form_2.total),
        ("未入选", 1, flow.excluded, forms),
        *((reason.label, 2, reason.tally, forms) for reason in flow.reasons),
    ]
    if flow.packaged is not None:
        rows.append((f"数据包 {flow.package_count or 0} 个", 0, flow.packaged, 0))
    return [
        Bar(label, depth, tally.total, index * _ROW_HEIGHT, *_parts(tally, start, scale))
        for index, (label, depth, tally, start) in enumerate(rows)
    ]


def _parts(tally: Tally, start: int, scale: float) -> tuple[list[tuple[str, float, float]], float]:
    parts, seen = [], start
    for origin in ("real", "simulated", "unlabelled"):
        count: int = getattr(tally, origin)
        if count:
            parts.append((origin, round(_CHART_LEFT + seen * scale, 2), round(count * scale, 2)))
        seen += count
    return parts, round(_CHART_LEFT + seen * scale, 2)
