"""What the consultation of the quarter before agreed on, and what became of it, all of it invented."""

from __future__ import annotations

from ingestion.sandbox.simulate.world import SIMULATED, Record, label
from panhuo.periods import Period

ITEMS = (
    ("督促未完成盘点的单位限期盘点入库", "【模拟】市级知识产权管理部门", 2, 15, "done"),
    ("会同运营平台补登记可转化专利", "【模拟】运营平台", 2, 20, "open"),
    ("核实上季度更正的转让数据", "【模拟】省级知识产权局", 5, 25, "open"),
)
"""Item, who does it, in which month after the meeting and on which day it is due, and its status two months later."""


def consultations_of(period: Period) -> list[Record]:
    """The first month of a quarter tells what was agreed, the last what became of it, and the one between nothing."""
    place = (period.month - 1) % 3
    if place == 1:
        return []
    held = period.shift(-place)
    return [_item(held, number, period, item) for number, item in enumerate(ITEMS, start=1)]


def _item(held: Period, number: int, period: Period, item: tuple[str, str, int, int, str]) -> Record:
    text, unit, months, day, later = item
    status = "open" if period == held else later
    due = held.shift(months)
    return {
        "consulted_quarter": str(held.shift(-1).quarter),
        "agreed_no": str(number),
        "consulted_on": held.start_date.replace(day=20).isoformat(),
        "agreed_text": f"【模拟】{text}",
        "responsible_unit": unit,
        "agreed_due_on": due.start_date.replace(day=day).isoformat(),
        "agreed_status": label("agreed_status", status),
        "closed_on": period.start_date.replace(day=10).isoformat() if status == "done" else "",
        "agreed_note": "【模拟】已报送完成情况" if status == "done" else "",
        "data_origin": SIMULATED,
    }
