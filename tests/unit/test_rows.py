"""Reading rows by contract: cells, headings, duplicates."""
# ruff: noqa: DTZ001 - spreadsheets have no time zones

import datetime as dt
import math
from typing import get_args

import pytest

from panhuo.contracts.cells import cell_reader
from panhuo.contracts.faults import MERGED, UNCOMPUTED, CellError, CellFault, RestrictedColumnError, error_cell
from panhuo.contracts.model import Column, ContractColumn, Format, load_catalogue
from panhuo.contracts.rows import HeaderError, match_headers, read_rows, rows_set_aside
from panhuo.pseudonyms import pseudonymise

CATALOGUE = load_catalogue()
KEY = b"sixteen bytes or more"
ENTRIES = CATALOGUE.contract("raw_inventories.entries")
PATENTS = CATALOGUE.contract("raw_grants.patents")


def read(column: str, value: object, *, required: bool = False, key: bytes | None = KEY) -> object:
    use = ContractColumn(column=CATALOGUE.columns[column], required=required)
    return cell_reader(use, CATALOGUE, key)(value)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("title", "  一种 方法\r\n 第二行 ", "一种 方法\n 第二行"),
        ("title", "=1+1", "=1+1"),
        ("title", 12.0, "12"),
        ("title", dt.datetime(2024, 1, 2), "2024-01-02"),
        ("institution_name", "合肥 工业大学", "合肥工业大学"),
        ("owners", "甲大学；乙公司\n甲大学", "甲大学|乙公司"),
        ("owner_usccs", "12370000000000001a; ；１２３７ 0000 0000 0000 2B", "12370000000000001A||12370000000000002B"),
        ("owner_usccs", "12370000000000001A\n-", "12370000000000001A|"),
        ("institution_id", 10358.0, "10358"),
        ("institution_id", "１０３５８", "10358"),
        ("patent_no", 2010102409081.0, "CN201010240908.1"),
        ("enterprise_id", "91340100ma2abcde0t", "91340100MA2ABCDE0T"),
        ("province_code", 34, "34"),
        ("city_code", "3401", "3401"),
        ("period", "2024-06", "2024-06"),
        ("inspected_quarter", " ２０２４-Q2", "2024-Q2"),
        ("ipc_codes", "G10L 13/08 (2006.01)I；G10L13/02(2006.01); G10L13/08", "G10L13/08|G10L13/02"),
        ("ipc_codes", "LOC(9)CL.14-03", "14-03"),
        ("ipc_codes", "09-01-B0367", "09-01-B0367"),
        ("patent_type", " 实用新型 ", "utility_model"),
        ("patent_type", "Utility_Model", "utility_model"),
        ("intent", "许可，转让;产业化/许可", "industrialise|license|transfer"),
        ("simulated_fields", "授权公告日|title", "grant_date|title"),
        ("filing_date", "2024-1-2", dt.date(2024, 1, 2)),
        ("filing_date", "2024.01.02", dt.date(2024, 1, 2)),
        ("filing_date", "2024/1/2 00:00:00", dt.date(2024, 1, 2)),
        ("filing_date", "２０２４年1月2日", dt.date(2024, 1, 2)),
        ("filing_date", "20240102", dt.date(2024, 1, 2)),
        ("filing_date", 20240102, dt.date(2024, 1, 2)),
        ("filing_date", 45293.75, dt.date(2024, 1, 2)),
        ("filing_date", dt.datetime(2024, 1, 2, 8), dt.date(2024, 1, 2)),
        ("prospect_score", "５", 5),
        ("prospect_score", 5.0, 5),
        ("theta", "3.25", 3.25),
        ("is_disputed", "√", True),
        ("is_disputed", "否", False),
        ("is_disputed", 1, True),
        ("is_disputed", False, False),
        ("is_disputed", " ", None),
        ("grant_date", "", None),
        ("intent", "、", None),
        ("contact_phone", "+86 138-1234-5678", pseudonymise("13812345678", KEY)),
        ("contact_name", "张 三", pseudonymise("张三", KEY)),
    ],
)
def test_cell_is_read_into_its_one_form(column: str, value: object, expected: object) -> None:
    assert read(column, value) == expected


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("title", "乱\ufffd码", "garbled_text"),
        ("title", "\ud800", "garbled_text"),
        ("title", "声\x07音", "garbled_text"),
        pytest.param("title", "长" * 501, "too_long", id="long"),
        ("title", True, "wrong_type"),
        ("title", ["一", "二"], "wrong_type"),
        pytest.param("title", 10**6000, "wrong_type", id="huge"),
        ("title", math.nan, "wrong_type"),
        ("title", dt.time(1), "wrong_type"),
        ("title", error_cell("#N/A"), "broken_formula"),
        ("filing_date", UNCOMPUTED, "broken_formula"),
        ("is_disputed", MERGED, "merged_cell"),
        ("owners", "；、", "bad_name"),
        ("institution_id", "单位一", "bad_code"),
        ("patent_no", "ZL 201810819673.7", "wrong_check_digit"),
        ("patent_no", 9.13709021664869e17, "float_damaged"),
        ("enterprise_id", "91340100MA2ABCDE00", "wrong_check_digit"),
        ("province_code", "3401", "bad_region_code"),
        ("city_code", "34", "bad_region_code"),
        ("period", "2024-13", "bad_period"),
        ("inspected_quarter", "2024-Q9", "bad_quarter"),
        ("ipc_codes", "G06F", "bad_ipc"),
        ("patent_type", "商标", "unknown_word"),
        ("intent", "转让、送人", "unknown_word"),
        ("simulated_fields", "没有的字段", "unknown_word"),
        ("filing_date", "45293", "bad_date"),
        ("filing_date", "2024-02-30", "bad_date"),
        ("filing_date", "1985-03-31", "out_of_range"),
        ("filing_date", True, "wrong_type"),
        ("prospect_score", "3.5", "bad_integer"),
        ("prospect_score", 6, "out_of_range"),
        pytest.param("prospect_score", "9" * 5000, "bad_integer", id="digits"),
        ("theta", "nan", "bad_number"),
        ("theta", "三", "bad_number"),
        ("is_disputed", "也许", "bad_boolean"),
        ("contact_phone", "12345", "bad_phone"),
        ("contact_phone", "***", "masked_value"),
        ("contact_name", "名" * 101, "too_long"),
    ],
)
def test_bad_cell_is_told_by_its_code(column: str, value: object, code: str) -> None:
    with pytest.raises(CellError) as raised:
        read(column, value)
    assert raised.value.code == code
    assert raised.value.mend


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_empty_required_cell_is_missing(value: object) -> None:
    with pytest.raises(CellError, match="missing_value"):
        read("title", value, required=True)


@pytest.mark.parametrize("form", get_args(Format))
def test_every_format_has_a_reader(form: str) -> None:
    kind = form if form in {"date", "integer", "boolean"} else "string"
    column = Column(name="x", type=kind, format=form, label="某列", description="")
    read_cell = cell_reader(ContractColumn(column=column, required=False), CATALOGUE, KEY)
    assert read_cell(None) is None
    with pytest.raises(CellError):
        read_cell({})


def test_contact_without_key_is_the_operators_fault() -> None:
    assert read("contact_phone", "", key=None) is None
    with pytest.raises(RestrictedColumnError, match="PANHUO_PSEUDONYM_KEY"):
        read("contact_phone", "13812345678", key=None)
    with pytest.raises(ValueError, match="16"):
        read("title", "", key=b"short")


def test_headings_are_names_labels_and_aliases() -> None:
    matched = match_headers(
        ENTRIES,
        ["* 专利号（必填）", "Title", "电话"],
        aliases={"电话": "contact_phone"},
        defaults={"data_origin": "真实"},
    )
    assert matched.columns == {"patent_no": "* 专利号（必填）", "title": "Title", "contact_phone": "电话"}
    assert matched.unknown == ()


def test_missing_required_heading_names_the_likely_one() -> None:
    with pytest.raises(HeaderError, match="缺少必填列“专利号”；最接近的现有列是“专利编号”"):
        match_headers(ENTRIES, ["专利编号", "数据来源"])


def test_two_headings_of_one_column_are_refused() -> None:
    with pytest.raises(HeaderError, match="“专利号”和“patent_no”是同一列"):
        match_headers(ENTRIES, ["专利号", "patent_no", "数据来源"])


def test_alias_of_an_unknown_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="patent_no_raw"):
        match_headers(PATENTS, [], aliases={"原号": "patent_no_raw"})


def rows(*records: dict[str, object], **options: object):
    return read_rows(
        ENTRIES, enumerate(records, start=2), pseudonym_key=KEY, defaults={"data_origin": "真实"}, **options
    )


def test_bad_row_is_set_aside_whole_and_the_others_go_on() -> None:
    result = rows(
        {"专利号": "CN201010110545.X", "转化意愿": "送人", "是否": "x"},
        {"专利号": "CN201010240908.1", "转化意愿": "转让"},
    )
    assert result.table["patent_no"].to_pylist() == ["CN201010240908.1"]
    assert result.table["source_row"].to_pylist() == [3]
    assert result.table["data_origin"].to_pylist() == ["real"]
    assert [(v.source_row, v.column, v.code) for v in result.violations] == [
        (0, "是否", "unknown_header"),
        (2, "intent", "unknown_word"),
    ]
    assert rows_set_aside(result.violations) == {2}
    assert result.violations[1].advice.startswith("第2行“转化意愿”的值“送人”中“送人”不在词表内；应为以下之一：转让、")


def test_unknown_heading_hints_at_the_column_it_may_be() -> None:
    result = rows({"专利号": "CN201010110545.X", "转化意向": "转让"}, header_row=3)
    assert result.violations[0].source_row == 3
    assert "“转化意愿”" in result.violations[0].mend


@pytest.mark.parametrize(
    ("outcome", "kinds", "message"),
    [
        ("不符", "", "第4行“抽查结果”为“不符”，“不符事项”却为空"),
        ("相符", "权属、许可", "第4行“抽查结果”为“相符”，“不符事项”却填了“许可、权属”"),
        ("未能抽查", "权属", "第4行“抽查结果”为“未能抽查”，“不符事项”却填了“权属”"),
        ("不符", "权属", None),
        ("相符", "", None),
    ],
)
def test_a_column_that_contradicts_another_is_told(outcome: str, kinds: str, message: str | None) -> None:
    row = {"专利号": "CN201010110545.X", "抽查季度": "2024-Q2", "抽查结果": outcome, "不符事项": kinds}
    row |= {"抽查日期": "2024-08-01", "抽查单位": "某局", "数据来源": "真实"}
    read = read_rows(CATALOGUE.contract("raw_inspections.results"), [(4, row)], pseudonym_key=KEY)
    assert [(found.code, found.message) for found in read.violations] == [("contradiction", message)] * bool(message)
    assert all("“抽查结果”为“不符”时才填、且必填“不符事项”" in found.mend for found in read.violations)


def test_restricted_value_never_reaches_a_violation() -> None:
    result = rows({"专利号": "CN201010110545.X", "联系电话": "137-secret", "联系人": "名" * 101})
    assert [v.value for v in result.violations] == ["***", "***"]
    assert not any("secret" in v.advice or "名名" in v.advice for v in result.violations)


@pytest.mark.parametrize(
    ("column", "value"), [("patent_no", "ZL 201810819673.7"), ("enterprise_id", "91340100MA2ABCDE00")]
)
def test_wrong_check_digit_is_told_once(column: str, value: str) -> None:
    with pytest.raises(CellError) as raised:
        read(column, value)
    assert raised.value.problem == "有误：校验位与其余各位不符"
    assert "对应的校验" in raised.value.mend


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (error_cell("#N/A"), "第2行“转化意愿”是公式错误 #N/A，没有值"),
        (UNCOMPUTED, "第2行“转化意愿”是未计算的公式，没有值"),
        (MERGED, "第2行“转化意愿”被合并单元格盖住，没有自己的值"),
    ],
)
def test_cell_without_a_value_is_told_once(fault: CellFault, message: str) -> None:
    violation = rows({"专利号": "CN201010110545.X", "转化意愿": fault}).violations[0]
    assert (violation.message, violation.value) == (message, fault.shown)


def test_long_value_is_cut() -> None:
    value = rows({"专利号": "9" * 999}).violations[0].value
    assert value == "9" * 200


def test_identical_duplicates_keep_the_first_and_are_counted() -> None:
    result = rows(
        {"专利号": "CN201010110545.X", "转化意愿": "转让"},
        {"专利号": "ZL 201010110545.X", "转化意愿": "transfer"},
    )
    assert (result.table["source_row"].to_pylist(), result.identical_duplicates) == ([2], 1)
    assert result.violations == []


def test_differing_duplicates_are_both_set_aside_and_name_each_other() -> None:
    result = rows(
        {"专利号": "CN201010110545.X", "转化意愿": "转让"},
        {"专利号": "CN201010110545.X", "转化意愿": "许可"},
        {"专利号": "CN201010110545.X", "转化意愿": "转让"},
    )
    assert result.table.num_rows == 0
    assert [v.code for v in result.violations] == ["conflicting_duplicate"] * 3
    assert "与第3行相同，但“转化意愿”不同" in result.violations[0].message
    assert "与第2行相同" in result.violations[2].message


def test_number_as_sent_is_kept_beside_its_normal_form() -> None:
    record = {
        "patent_no": "ZL 2010 1 0110545.X",
        "title": "名称",
        "patent_type": "发明",
        "filing_date": "2010-02-09",
        "owners": "甲大学",
        "legal_status": "授权",
        "data_origin": "real",
    }
    row = read_rows(PATENTS, [(1, record)], pseudonym_key=None).table.to_pylist()[0]
    assert (row["patent_no"], row["patent_no_raw"]) == ("CN201010110545.X", "ZL 2010 1 0110545.X")


def test_no_records_give_an_empty_table_of_the_contract() -> None:
    table = read_rows(PATENTS, [], pseudonym_key=None).table
    assert table.column_names == [*PATENTS.payload, "source_row"]
    assert table.num_rows == 0
