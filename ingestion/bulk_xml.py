"""CNIPA's bulk XML, streamed record by record from a file or from archives within archives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, TypeAlias

from lxml import etree

from ingestion.archives import ARCHIVE_ERRORS, Fault, Member, is_archive, members
from ingestion.submissions import Content
from ingestion.tables import Limits, ReceivedTable, Row, UnreadableFileError, broken_row
from panhuo.contracts.rows import Violation

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""
Record = Mapping[str, object]

# A full-text record with its claims has some hundred thousand bytes.
_MAX_RECORD_BYTES = 50_000_000
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_PROLOG = re.compile(rb"<[A-Za-z_]")
_DAMAGED = "XML 不完整或不规范"
_WANTED = {
    "PatentDocumentAndRelated": "这是著录项目数据（PatentDocumentAndRelated），请用 panhuo land grants 接收",
    "PRSRecord": "这是法律状态数据（PRSRecord），请用 panhuo land legal_events 接收",
}


class _HostileXmlError(ValueError):
    """XML that is refused whatever it says; the text is the reason in Chinese."""


def is_bulk_xml(content: Content) -> bool:
    """Whether the bytes begin as XML or as an archive does."""
    return is_archive(content) or content.head(64).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<")


def read_bulk_xml(
    content: Content, limits: Limits, name: str, columns: tuple[str, ...], read: Callable[[Element], Record]
) -> ReceivedTable:
    """Read the records of a kind from an XML file, or from all XML files of an archive.

    A record is an element of the given local name, made a mapping of columns by `read`; records are numbered from
    1 through all files. A file in an archive that is damaged or hostile counts as one row that could not be taken
    apart, and the others go on; what was whole before the damage is kept. The file itself is refused when it is
    damaged, or when it has no such record. Raises UnreadableFileError.
    """
    limits.check_size(content)
    return ReceivedTable(columns, 0, _rows(content, limits, name, read))


def _rows(content: Content, limits: Limits, name: str, read: Callable[[Element], Record]) -> Iterator[Row | Violation]:
    count = 0
    for row in _all_rows(content, limits, name, read):
        count += 1
        limits.check_rows(count)
        yield (count, row) if isinstance(row, dict) else _broken(count, row)
    if not count:
        raise UnreadableFileError(f"文件中没有 {name} 记录；请核对是否选错了数据产品")


def _broken(number: int, fault: Fault) -> Violation:
    return broken_row(number, fault.code, f"第{number}条：“{fault.path}”{fault.problem}", fault.mend)


def _all_rows(
    content: Content, limits: Limits, name: str, read: Callable[[Element], Record]
) -> Iterator[dict[str, object] | Fault]:
    if not is_archive(content):
        with content.open() as stream:
            try:
                yield from _records(stream, name, read)
            except (etree.XMLSyntaxError, _HostileXmlError) as error:
                raise UnreadableFileError(f"{_reason(error)}；请重新下载后再接收") from None
        return
    for member in members(content, ".xml", limits):
        if isinstance(member, Fault):
            yield member
        else:
            yield from _records_of_member(member, name, read)


def _records_of_member(
    member: Member, name: str, read: Callable[[Element], Record]
) -> Iterator[dict[str, object] | Fault]:
    try:
        yield from _records(member.stream, name, read)
    except (etree.XMLSyntaxError, _HostileXmlError) as error:
        yield Fault(member.path, "damaged_xml", _reason(error), "请重新下载该文件；此前完整的记录已读取")
    except ARCHIVE_ERRORS:
        yield Fault(member.path, "damaged_member", "内容已损坏，无法解压", "请重新下载该文件；此前完整的记录已读取")


def _reason(error: Exception) -> str:
    if isinstance(error, etree.XMLSyntaxError):
        return f"{_DAMAGED}（第 {error.lineno or 1} 行附近）"
    return str(error)


def _records(stream: IO[bytes], name: str, read: Callable[[Element], Record]) -> Iterator[dict[str, object]]:
    metered = _Metered(stream)
    events = etree.iterparse(
        metered,
        events=("start", "end"),
        tag=[f"{{*}}{known}" for known in _WANTED],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in events:
        kind = etree.QName(element).localname
        if kind != name:
            raise _HostileXmlError(_WANTED[kind])
        if event == "start":
            _refuse_declarations(element)
            continue
        metered.begin_record()
        yield dict(read(element))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _refuse_declarations(element: Element) -> None:
    if element.getroottree().docinfo.internalDTD is not None:
        raise _HostileXmlError("XML 含有 DTD 或实体声明，出于安全未读取")


class _Metered:
    """A stream that refuses declarations at its head, and one record that does not end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._since_record = 0
        self._is_begun = False

    def begin_record(self) -> None:
        self._since_record = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        if not self._is_begun:
            self._is_begun = True
            root = _PROLOG.search(piece)
            if _DOCTYPE.search(piece[: root.start()] if root else piece):
                raise _HostileXmlError("XML 含有 DTD 或实体声明，出于安全未读取")
        self._since_record += len(piece)
        if self._since_record > _MAX_RECORD_BYTES:
            raise _HostileXmlError(f"XML 中一条记录超过 {_MAX_RECORD_BYTES:,} 字节，未继续读取")
        return piece


def children(element: Element) -> dict[str, Element]:
    """The first child of each local name."""
    found: dict[str, Element] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(child.tag.rpartition("}")[2], child)
    return found


def text_of(element: Element | None, *path: str) -> str | None:
    """Text of the element found by local names, without blanks around it; None where there is none."""
    for name in path:
        element = children(element).get(name) if element is not None else None
    if element is None:
        return None
    text = "".join(element.itertext()).strip()
    return text or None


def every(element: Element | None, *path: str) -> list[Element]:
    """All elements found by local names."""
    found = [element] if element is not None else []
    for name in path:
        found = [child for parent in found for child in parent if _is_named(child, name)]
    return found


def _is_named(element: Element, name: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name
