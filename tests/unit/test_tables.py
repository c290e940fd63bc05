"""CSV and NDJSON taken apart."""

import pytest

from ingestion.submissions import Content
from ingestion.tables import Limits, ReceivedTable, Row, UnreadableFileError, read_csv, read_ndjson
from panhuo.contracts.rows import Violation

LIMITS = Limits(max_bytes=1_000, max_rows=3)


def parts_of(table: ReceivedTable) -> tuple[list[Row], list[Violation]]:
    rows = list(table.rows)
    return [row for row in rows if isinstance(row, tuple)], [row for row in rows if isinstance(row, Violation)]


def test_csv_rows_bear_the_numbers_of_the_spreadsheet() -> None:
    table = read_csv(Content('\ufeff\n名称,备注\n"一\n行",甲\n\n二,乙\n,\n'.encode()), LIMITS)
    assert (table.headers, table.header_row) == (("名称", "备注"), 2)
    assert list(table.rows) == [(3, {"名称": "一\n行", "备注": "甲"}), (5, {"名称": "二", "备注": "乙"})]


def test_csv_of_old_software_is_read() -> None:
    assert list(read_csv(Content("名称\n囧\n".encode("gb18030")), LIMITS).rows) == [(2, {"名称": "囧"})]


def test_column_without_heading_gets_a_name_only_where_it_has_data() -> None:
    table = read_csv(Content("名称,,\n一,,甲\n".encode()), LIMITS)
    assert table.headers == ("名称", "", "第3列（无表头）")
    assert list(table.rows) == [(2, {"名称": "一", "第3列（无表头）": "甲"})]


def test_row_of_another_length_is_broken() -> None:
    table = read_csv(Content("甲,乙\n1,2,\n1,2,3\n1\n".encode()), LIMITS)
    rows, broken = parts_of(table)
    assert [number for number, _ in rows] == [2]
    assert [(v.source_row, v.code, v.value) for v in broken] == [(3, "ragged_row", ""), (4, "ragged_row", "")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b" \r\n", "文件为空"),
        (b"x" * 1_001, "超过上限 1,000 字节"),
        (b"PK\x03\x04...", "这是工作簿"),
        (b"\xff\xfea\x00", "文件是 UTF-16 编码"),
        (b"\xff\xffa", "编码无法识别"),
        ("甲\n1\n2\n3\n4\n".encode(), "超过上限 3 行"),
        ('甲\n1\n"2\n'.encode(), "第3行起不是规范的 CSV"),
        ('甲\n"1"2\n'.encode(), "第2行起不是规范的 CSV"),
    ],
)
def test_csv_that_cannot_be_read_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        list(read_csv(Content(content), LIMITS).rows)


def test_line_that_is_no_object_is_broken() -> None:
    table = read_ndjson(Content(b'{"a": 1}\n\n[1]\n{"b": ' + b"[" * 500 + b"\n"), Limits(1_000, 9))
    rows, broken = parts_of(table)
    assert rows == [(1, {"a": 1})]
    assert [(v.source_row, v.code) for v in broken] == [(3, "bad_record"), (4, "bad_record")]


def test_feed_with_too_many_records_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="超过上限 3 行"):
        read_ndjson(Content(b"{}\n" * 4), LIMITS)
