"""What the gazette prints of a legal event, line by line, the way public parsers of its records read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

EVENT_NAMES = {
    "GR01": "授权",
    "TR01": "专利权的转移",
    "EE01": "专利实施许可合同备案的生效",
    "EC01": "专利实施许可合同备案的注销",
    "PE01": "专利权质押合同登记的生效",
    "PC01": "专利权质押合同登记的注销",
    "PP01": "专利权的保全",
    "CP01": "专利权人的姓名或者名称的变更",
    "CP02": "专利权人的地址的变更",
    "CF01": "未缴年费专利权终止",
    "CX01": "专利权有效期届满",
    "AV01": "专利权的主动放弃",
    "AV02": "避免重复授权放弃专利权",
    "IW01": "专利权全部无效",
    "IP01": "专利权部分无效",
    "RR01": "权利的恢复",
    "OL01": "专利开放许可声明",
}
UNREADABLE = "权利人变更情况详见登记簿副本"
"""Text of a transfer that follows none of the templates."""

_ADDRESS = "【模拟】模拟市模拟路1号"


def transfer_lines(registered: dt.date, before: Sequence[str], after: Sequence[str]) -> str:
    """TR01 in seven lines for one owner on each side, in ten for more."""
    lines = [f"登记生效日:{_day(registered)}", *_change("专利权人", before[:1], after[:1])]
    lines += _change("地址", [_ADDRESS], [_ADDRESS])
    if len(before) > 1 or len(after) > 1:
        lines += _change("共同专利权人", before[1:], after[1:])
    return "\n".join(lines)


def transfer_in_one_line(registered: dt.date, announced: dt.date, before: Sequence[str], after: Sequence[str]) -> str:
    """TR01 as older exports carry it: one line, with colons of both widths."""
    return (
        f"#法律状态公告日：{announced:%Y%m%d}; 法律状态：专利申请权、专利权的转移; 描述信息：专利权的转移"
        f"变更事项:专利权人;变更前权利人:{'、'.join(before)};变更后权利人:{'、'.join(after)};"
        f"登记生效日:{registered:%Y%m%d}"
    )


def _change(what: str, before: Sequence[str], after: Sequence[str]) -> list[str]:
    return [f"变更事项:{what}", f"变更前权利人:{' '.join(before)}", f"变更后权利人:{' '.join(after)}"]


def rename_lines(before: str, after: str) -> str:
    """CP01: the same owner under another name."""
    return f"变更事项:专利权人\n变更前:{before}\n变更后:{after}"


def address_lines() -> str:
    """CP02: the same owner at another address."""
    return f"变更事项:地址\n变更前:{_ADDRESS}\n变更后:{_ADDRESS.replace('1号', '2号')}"


def licence_lines(number: str, licensor: str, licensee: str, title: str, kind: str, recorded: dt.date) -> str:
    """EE01: a licence contract put on record."""
    return (
        f"合同备案号:{number}\n让与人:{licensor}\n受让人:{licensee}\n发明名称:{title}\n"
        f"许可种类:{kind}\n备案日:{_day(recorded)}"
    )


def licence_end_lines(number: str, licensor: str, licensee: str, ended: dt.date) -> str:
    """EC01: the record of a licence contract struck off."""
    return f"合同备案号:{number}\n让与人:{licensor}\n受让人:{licensee}\n解除日:{_day(ended)}"


def pledge_lines(number: str, pledgor: str, pledgee: str, title: str, registered: dt.date) -> str:
    """PE01: a pledge registered."""
    return f"登记号:{number}\n登记生效日:{_day(registered)}\n出质人:{pledgor}\n质权人:{pledgee}\n发明名称:{title}"


def pledge_end_lines(number: str, pledgor: str, pledgee: str, ended: dt.date) -> str:
    """PC01: a pledge struck off."""
    return f"登记号:{number}\n出质人:{pledgor}\n质权人:{pledgee}\n解除日:{_day(ended)}"


def restoration_lines(announced: dt.date) -> str:
    """RR01: the right is back; names the decision that is lifted."""
    return f"原决定名称:专利权终止通知书\n原决定公告日:{_day(announced)}"


def end_lines(filed: dt.date, granted: dt.date, ended: dt.date) -> str:
    """CF01 and CX01: filing, grant, and the day the right ended."""
    return f"申请日:{_day(filed)}\n授权公告日:{_day(granted)}\n终止日期:{_day(ended)}"


def _day(day: dt.date) -> str:
    return f"{day:%Y%m%d}"
