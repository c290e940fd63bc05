"""What kind of file a table comes in, told by its first bytes: a feed, a workbook, CSV, or what nobody can read."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.submissions import Content
from ingestion.tables import Intake, ReceivedTable, UnreadableFileError, read_csv, read_ndjson
from ingestion.workbooks import read_form
from ingestion.xlsx import OLE2, ZIP
from panhuo.contracts.rows import header_key, known_headers

_FOREIGN = {
    (b"%PDF",): "文件是 PDF，不是表格；请使用下发的 .xlsx 模板填报",
    (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"): "文件是压缩包；请解压后逐个报送",
    (b"<",): "文件是网页或 XML，只是名字像表格；请用表格软件打开后另存为 .xlsx 再报送",
}


def read_feed_or_table(content: Content, intake: Intake) -> ReceivedTable:
    """Read a feed of JSON records, which begins with a brace, or else a table. Raises UnreadableFileError."""
    if content.head().lstrip().startswith(b"{"):
        return read_ndjson(content, intake.limits)
    return read_table(content, intake, intake.aliases)


def read_table(content: Content, intake: Intake, aliases: Mapping[str, str]) -> ReceivedTable:
    """Read a workbook or a CSV file whose headings stand in one of its first rows. Raises UnreadableFileError."""
    head = content.head().lstrip(b"\xef\xbb\xbf \t\r\n")
    for beginnings, reason in _FOREIGN.items():
        if head.startswith(beginnings):
            raise UnreadableFileError(reason)
    if head.startswith((ZIP, OLE2)) or _is_broken_workbook(content.name, head):
        return read_form(content, intake.contract, intake.limits, aliases, intake.defaults, intake.prefilled)
    known = known_headers(intake.contract, aliases)
    return read_csv(content, intake.limits, lambda cells: sum(header_key(cell) in known for cell in cells) > 1)


def _is_broken_workbook(name: str, head: bytes) -> bool:
    return name.lower().endswith((".xlsx", ".xlsm", ".xls")) and bool(head) and b"," not in head
