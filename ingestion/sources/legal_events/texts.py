"""What the text of a legal event says (PRSInformation of the gazette's data, one labelled fact a line).

The facts of each code are those CNIPA announces under it (Guidelines for Patent Examination, part V chapter 8 on
patent registers and gazettes; Measures for the Recordal of Patent Licence Contracts; Measures for the Registration
of Patent Pledges). A text is read only when it says exactly what its code is known to say; any other is left as it is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

from panhuo.names import split_owners

Facts = list[tuple[str, str]]
"""Labels and values in the order of the text."""

ParseStatus = Literal["parsed", "unparsed", "plain"]

_CHANGE, _BEFORE, _AFTER = "变更事项", "变更前", "变更后"
_HOLDER, _CO_HOLDER, _ADDRESS = "专利权人", "共同专利权人", "地址"
_EFFECTIVE = "登记生效日"
_TITLE = "发明名称"
_MAX_NUMBER, _MAX_NAMES = 64, 2_000
_FIRST_DAY = dt.date(1985, 4, 1)  # the Patent Law takes effect

# Spellings of a label → the label; what a patent is called and when it was filed is known from its bibliography.
_LABELS = {
    "变更前权利人": _BEFORE,
    "变更后权利人": _AFTER,
    "使用外观设计的产品名称": _TITLE,
    "发明名称(使用外观设计的产品名称)": _TITLE,
    "实用新型名称": _TITLE,
    "备案号": "合同备案号",
    "质押登记号": "登记号",
}
_KNOWN_ELSEWHERE = {
    "IPC(主分类)",
    "专利号",
    "申请号",
    "申请日",
    "申请公布日",
    "授权公告日",
}
_LICENSE_KINDS = {"独占许可": "exclusive", "排他许可": "sole", "普通许可": "ordinary"}

_FLAT: Mapping[str, frozenset[str]] = {
    "EE01": frozenset({"合同备案号", "让与人", "受让人", _TITLE, "许可种类", "备案日"}),
    "EC01": frozenset({"合同备案号", "让与人", "受让人", "解除日"}),
    "PE01": frozenset({"登记号", _EFFECTIVE, "出质人", "质权人", _TITLE}),
    "PC01": frozenset({"登记号", "出质人", "质权人", "解除日"}),
    "EM01": frozenset({"合同备案号", "变更日", _CHANGE, _BEFORE, _AFTER}),
    "PM01": frozenset({"登记号", "变更日", _CHANGE, _BEFORE, _AFTER}),
    "IP01": frozenset({"无效宣告决定号", "决定日", "委内编号", "审查结论"}),
    "RR01": frozenset({"原决定名称", "原决定公告日"}),
}
_ENDINGS = {"CF01", "CX01"}
_NAME_CHANGES: Mapping[str, list[list[str]]] = {
    "CP01": [[_HOLDER], [_HOLDER, _ADDRESS], [_HOLDER, _ADDRESS, _CO_HOLDER]],
    "CP02": [[_ADDRESS], [_HOLDER, _ADDRESS], [_HOLDER, _ADDRESS, _CO_HOLDER]],
    "CP03": [[_HOLDER, _ADDRESS], [_HOLDER, _ADDRESS, _CO_HOLDER]],
}
_TRANSFERS = [[_HOLDER, _ADDRESS], [_HOLDER, _ADDRESS, _CO_HOLDER]]
_DAYS = (_EFFECTIVE, "备案日", "解除日", "终止日期", "变更日")

_LABEL_WORDS = sorted(
    {
        *(label for labels in _FLAT.values() for label in labels),
        *(_BEFORE, _AFTER, _CHANGE, _EFFECTIVE, "终止日期"),
        *_LABELS,
        *_KNOWN_ELSEWHERE,
    },
    key=len,
    reverse=True,
)
_LABEL = re.compile(rf"({'|'.join(map(re.escape, _LABEL_WORDS))})\s*[:：]")
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})|(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", re.ASCII)
_OLDER_HEAD = re.compile(r"#?\s*法律状态公告日\s*[:：].*?描述信息\s*[:：]")


@dataclass(frozen=True)
class EventText:
    """What was read from a text: columns of the event, or nothing."""

    parse_status: ParseStatus
    event_date: dt.date | None = None
    """The day of registration, recordal, end or change, where the text states one."""
    registration_no: str | None = None
    holders_before: str | None = None
    holders_after: str | None = None
    party_from: str | None = None
    party_to: str | None = None
    license_kind: str | None = None

    def columns(self) -> dict[str, object]:
        """The columns that are known."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


class _NoTemplateError(ValueError):
    """The text says something else than its code is known to say."""


def read_event_text(code: str, text: str) -> EventText:
    """Read the text of an event by its code.

    `plain` when there is nothing to read (no text, or a code whose texts nobody reads), `unparsed` when the text
    does not say exactly what its code is known to say.
    """
    if not text.strip() or code not in {*_FLAT, *_ENDINGS, *_NAME_CHANGES, "TR01"}:
        return EventText("plain")
    try:
        facts = _facts(text)
        if code == "TR01":
            return _transfer(facts, one_line="\n" not in text.strip())
        if code in _NAME_CHANGES:
            return _changes(facts, _NAME_CHANGES[code], None)
        if code in _ENDINGS:
            return _flat(facts, frozenset({"终止日期"} & {label for label, _ in facts}))
        return _flat(facts, _FLAT[code])
    except _NoTemplateError:
        return EventText("unparsed")


def _facts(text: str) -> Facts:
    """The labelled facts of a text, one a line or, in the older form, one after each semicolon.

    What stands behind a semicolon without a label goes on with the fact before it: names are joined so.
    """
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    is_older = len(lines) == 1
    pieces = _older_pieces(lines[0]) if is_older else lines
    facts: Facts = []
    for piece in pieces:
        match = _LABEL.match(piece)
        if match is not None:
            facts.append((_LABELS.get(match[1], match[1]), piece[match.end() :].strip()))
        elif is_older and facts:
            facts[-1] = (facts[-1][0], f"{facts[-1][1]};{piece}")
        else:
            raise _NoTemplateError
    return [(label, value) for label, value in facts if label not in _KNOWN_ELSEWHERE]


def _older_pieces(line: str) -> list[str]:
    body = _OLDER_HEAD.sub("", line, count=1)
    # The name of the event runs into the first label.
    first = _LABEL.search(body)
    pieces = re.split("[;；]", body[first.start() :] if first else body)
    return [piece.strip() for piece in pieces if piece.strip()]


def _transfer(facts: Facts, *, one_line: bool) -> EventText:
    days = [value for label, value in facts if label == _EFFECTIVE]
    changes = [fact for fact in facts if fact[0] != _EFFECTIVE]
    if len(days) != 1:
        raise _NoTemplateError
    # The older form leaves out what did not change, in any order.
    items = [value for label, value in changes if label == _CHANGE]
    known = {_HOLDER, _CO_HOLDER, _ADDRESS}
    fits_older = one_line and _HOLDER in items and set(items) <= known and len(set(items)) == len(items)
    return _changes(changes, [items] if fits_older else _TRANSFERS, days[0])


def _changes(facts: Facts, templates: list[list[str]], day: str | None) -> EventText:
    triples = [facts[start : start + 3] for start in range(0, len(facts), 3)]
    if any([label for label, _ in triple] != [_CHANGE, _BEFORE, _AFTER] for triple in triples):
        raise _NoTemplateError
    items = [triple[0][1] for triple in triples]
    if items not in templates:
        raise _NoTemplateError
    values = {item: (triple[1][1], triple[2][1]) for item, triple in zip(items, triples, strict=True)}
    event_date = _day(day) if day is not None else None
    if _HOLDER not in values:
        return EventText("parsed", event_date)
    co_before, co_after = values.get(_CO_HOLDER, ("", ""))
    before, after = values[_HOLDER]
    return EventText(
        "parsed", event_date, holders_before=_names(before, co_before), holders_after=_names(after, co_after)
    )


def _flat(facts: Facts, wanted: frozenset[str]) -> EventText:
    values = dict(facts)
    if set(values) != wanted or len(values) != len(facts):
        raise _NoTemplateError
    number = values.get("合同备案号") or values.get("登记号")
    if number is not None and len(number) > _MAX_NUMBER:
        raise _NoTemplateError
    sender, receiver = ("让与人", "受让人") if "让与人" in wanted else ("出质人", "质权人")
    day = next((values[label] for label in _DAYS if label in values), None)
    kind = values.get("许可种类")
    if kind is not None and kind not in _LICENSE_KINDS:
        raise _NoTemplateError
    return EventText(
        "parsed",
        _day(day) if day is not None else None,
        number,
        party_from=_names(values[sender]) if sender in values else None,
        party_to=_names(values[receiver]) if receiver in values else None,
        license_kind=_LICENSE_KINDS[kind] if kind is not None else None,
    )


def _names(first: str, others: str = "") -> str:
    """Names joined with `|`; the first cell must have one."""
    names = list(dict.fromkeys([*split_owners(first), *split_owners(others)]))
    joined = "|".join(names)
    if not split_owners(first) or len(joined) > _MAX_NAMES:
        raise _NoTemplateError
    return joined


def _day(text: str) -> dt.date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise _NoTemplateError
    try:
        day = dt.date(*(int(digits) for digits in match.groups() if digits))
    except ValueError:
        raise _NoTemplateError from None
    if day < _FIRST_DAY:
        raise _NoTemplateError
    return day
