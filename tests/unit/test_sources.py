"""`source.yml` files and the forms that institutions fill in."""

from pathlib import Path

import openpyxl
import pytest
from pydantic import ValidationError

from ingestion.forms import check_workbook, write_template
from ingestion.sources import SourceFile, load_source, source_names, source_of_form
from ingestion.sources.grants.parse import LAYOUTS
from panhuo.contracts.model import load_catalogue, load_yaml
from panhuo.policy import load_policy
from panhuo.settings import Settings

ENTRY = {"patent_no": "CN201010110545.X"}
MINIMAL = {
    "title": "名",
    "contract": "raw_grants.patents",
    "description": "d",
    "arrives": ["csv"],
    "address": "/v1/x",
    "required": True,
    "sender": "platform",
    "parser_version": "1",
}


def test_every_raw_table_of_senders_has_its_source() -> None:
    raw = {
        contract.qualified_name
        for contract in load_catalogue().layer("raw")
        if contract.source not in {"lake", "dispatches", "matching"}
    }
    sources = [load_source(name) for name in source_names()]
    assert {source.file.contract for source in sources} == raw
    assert all(source.contract.source == source.name for source in sources)


def test_sources_of_the_statistics_are_called_what_they_are() -> None:
    """Policy, vocabulary and the titles that senders know agree; one that has to come every month can come empty."""
    titles = load_catalogue().vocabularies["statistic_source"].values
    told = load_policy().statistics.sources
    assert {source.id for source in told} == set(titles)
    assert {name: load_source(name).file.title for name in titles} == titles
    monthly = [source.id for source in told if source.arrival == "every_month"]
    assert monthly
    assert all("csv" in load_source(name).file.arrives for name in monthly)


@pytest.mark.parametrize(
    "slip",
    [
        {"adress": "/v1/x"},
        {"arrives": ["fax"]},
        {"aliases": {"号码": "patent_number"}},
        {"defaults": {"patent_number": "1"}},
        {"required": "maybe"},
    ],
)
def test_slip_in_a_source_file_is_an_error(slip: dict) -> None:
    assert SourceFile(**MINIMAL).aliases == {}
    with pytest.raises(ValidationError):
        SourceFile(**{**MINIMAL, **slip})


def test_unknown_contract_source_and_form_name_the_known_ones() -> None:
    with pytest.raises(KeyError, match="raw_grants"):
        SourceFile(**{**MINIMAL, "contract": "raw_x.y"})
    with pytest.raises(ValueError, match="known: activities, consultations, enterprise_classes"):
        load_source("x")
    with pytest.raises(
        ValueError, match="known: activities, consultations, evaluations, filings, inspections, inventory"
    ):
        source_of_form("x")


def fill(path: Path, *rows: dict[str, str], form: str = "inventory") -> Path:
    """Fill the template in as a person would, by its Chinese headings."""
    write_template(form, path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for number, row in enumerate(rows, start=4):
        for label, value in row.items():
            sheet.cell(number, columns[label], value)
    book.save(path)
    return path


def test_template_leaves_the_programmes_own_columns_out(tmp_path: Path) -> None:
    write_template("inventory", tmp_path / "t.xlsx")
    header = [cell.value for cell in openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0][3]]
    assert "专利号" in header
    assert "数据来源" not in header


def test_template_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"there is no folder {tmp_path / 'nope'} to write x.xlsx into"):
        write_template("inventory", tmp_path / "nope" / "x.xlsx")
    with pytest.raises(IsADirectoryError):
        write_template("inventory", tmp_path)


def test_filled_template_is_clean(tmp_path: Path) -> None:
    path = fill(
        tmp_path / "f.xlsx", {"专利号": "ZL 201010110545.X", "联系电话": "13812345678", "转化意愿": "转让、许可"}
    )
    report = check_workbook(path, "inventory")
    assert report.is_clean
    assert (report.counts.received, report.counts.accepted, report.annotated) == (1, 1, None)
    assert report.to_text() == "f.xlsx：共 1 行，可接收 1 行，需修改 0 行，重复 0 行"


EVALUATION = {
    "评价编号": "2024-1",
    "专利号": "ZL 201010110545.X",
    "企业统一社会信用代码": "91340100MA2ABCDE0T",
    "评价主体": "企业自评",
    "产业化前景评分": "4",
    "改进方向": "成本",
    "产学研合作意愿": "愿意合作",
    "可接受价格": "500000",
    "价款支付方式": "提成",
    "评价日期": "2024-06-03",
}
NEED = {
    "需求编号": "91340100MA2ABCDE0T-01",
    "企业统一社会信用代码": "91340100MA2ABCDE0T",
    "需求名称": "薄壁件热处理",
    "需求内容": "需要变形小的热处理工艺。",
    "合作方式": "许可、联合开发",
    "提出日期": "2024-06-03",
    "需求状态": "征集中",
    "是否同意公开企业名称": "否",
    "联系电话": "0551-62345678",
}
ANSWER = {
    "需求编号": "91340100MA2ABCDE0T-01",
    "单位代码": "S001",
    "响应日期": "2024-06-20",
    "响应结论": "可提供",
    "相关专利号": "ZL 201010110545.X、2013103762055",
}


DEAL = {
    "交易编号": "2024-1",
    "专利号": "ZL 201010110545.X",
    "交易类型": "许可",
    "许可方式": "普通许可",
    "转让方或许可方": "甲大学",
    "受让方或被许可方": "某某有限公司",
    "支付方式": "入门费加提成",
    "合同金额": "300000",
    "提成比例": "3.5",
    "签订日期": "2024-06-03",
}
ACTIVITY = {
    "活动编号": "HD1",
    "活动类型": "路演",
    "活动名称": "首场路演",
    "主办单位": "某市知识产权局",
    "市级代码": "3401",
    "活动日期": "2024-06-03",
    "是否线上": "否",
    "展示专利号": "ZL 201010110545.X、2013103762055",
    "参加企业数": "40",
}
OFFER = {
    "专利号": "ZL 201010110545.X",
    "许可使用费方式": "净销售额提成",
    "开放许可提成比例": "5",
    "已同意的共有人": "某某有限公司",
    "开放许可自": "2024-06-03",
}
REPORT = {
    "专利号": "ZL 201010110545.X",
    "稳定性证据": "专利权评价报告",
    "稳定性结论": "部分稳定",
    "出具日期": "2024-06-03",
    "文号": "评2024-1",
}
FILING = {
    "报送编号": "BS1",
    "报送事项": "技术经理人",
    "报送主体类别": "省级",
    "报送主体代码": "34",
    "报送日期": "2024-06-03",
    "报送数量": "120",
}

ITEM = {
    "会商季度": "2024-Q2", "议定事项编号": "1", "会商日期": "2024-07-20", "议定内容": "补齐五月法律事件",
    "责任单位": "某局", "办结期限": "2024-08-31", "办理状态": "办理中",
}  # fmt: skip
LISTING = {"专利号": "ZL 201010110545.X", "登记上架日期": "2024-06-03", "信息发布日期": "2024-06-28", "发布批次": "FB1"}


@pytest.mark.parametrize(
    ("form", "row", "slip"),
    [
        ("evaluations", EVALUATION, {"可接受价格": "五十万"}),
        ("needs", NEED, {"合作方式": "入股"}),
        ("transactions", DEAL, {"签订日期": "签约中"}),
        ("activities", ACTIVITY, {"展示专利号": "ZL 201010110545.1"}),
        ("consultations", ITEM, {"办理状态": "推进中"}),
        ("filings", FILING, {"报送事项": "其他"}),
        ("open_license_offers", OFFER, {"许可使用费方式": "面议"}),
        ("stability_reports", REPORT, {"稳定性证据": "口头说明"}),
        ("platform_listings", LISTING, {"登记上架日期": "六月"}),
        ("need_responses", ANSWER, {"相关专利号": "ZL 201010110545.1"}),
    ],
)
def test_forms_of_enterprises_are_checked_like_those_of_institutions(
    tmp_path: Path, form: str, row: dict[str, str], slip: dict[str, str]
) -> None:
    report = check_workbook(fill(tmp_path / "good.xlsx", row, form=form), form)
    assert (report.to_text(), report.counts.accepted) == ("good.xlsx：共 1 行，可接收 1 行，需修改 0 行，重复 0 行", 1)
    report = check_workbook(fill(tmp_path / "bad.xlsx", row | slip, form=form), form)
    assert [violation.source_row for violation in report.violations] == [4]
    assert report.annotated == tmp_path / "bad__检查结果.xlsx"


def test_check_marks_a_copy_and_leaves_the_original(tmp_path: Path) -> None:
    path = fill(tmp_path / "f.xlsx", {"专利号": "ZL 201810819673.7", "联系电话": "13812345678"})
    before = path.read_bytes()
    report = check_workbook(path, "inventory", Settings())
    assert path.read_bytes() == before
    assert not report.is_clean
    assert report.annotated == tmp_path / "f__检查结果.xlsx"
    sheet = openpyxl.load_workbook(report.annotated).worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    assert "校验位" in sheet.cell(4, columns["专利号"]).comment.text
    assert sheet.cell(4, columns["联系电话"]).value == "13812345678"
    assert report.to_text().startswith("第4行“专利号”的值“ZL 201810819673.7”有误")
    body = report.to_json()
    assert (body["is_clean"], body["set_aside"], body["violations"][0]["code"]) == (False, 1, "wrong_check_digit")


def test_copy_of_an_earlier_check_goes_when_nothing_is_wrong_any_more(tmp_path: Path) -> None:
    path = fill(tmp_path / "f.xlsx", {"专利号": "ZL 201810819673.7"})
    assert check_workbook(path, "inventory").annotated.exists()
    fill(path, {"专利号": "ZL 201810819673.8"})
    assert check_workbook(path, "inventory").is_clean
    assert [file.name for file in tmp_path.iterdir()] == ["f.xlsx"]


@pytest.mark.parametrize(("filled", "form"), [("inspections", "inventory"), ("pledges", "transactions")])
def test_a_form_taken_for_another_is_refused_with_its_own_name(tmp_path: Path, filled: str, form: str) -> None:
    path = fill(tmp_path / "f.xlsx", {"专利号": "ZL 201810819673.8"}, form=filled)
    report = check_workbook(path, form)
    assert (report.counts.accepted, report.is_clean) == (0, False)
    title = source_of_form(filled).file.title
    assert f"表格标题是“{title}”" in report.rejection
    assert f"--form {filled}" in report.rejection


def test_form_without_headings_is_told_the_columns_of_the_template(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "f.xlsx")
    report = check_workbook(tmp_path / "f.xlsx", "inventory")
    assert report.rejection == "前 20 行中找不到表头；表头应至少包含：专利号"


def test_unreadable_form_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(b"not a workbook")
    report = check_workbook(path, "inventory")
    assert not report.is_clean
    assert report.to_text().startswith("f.xlsx：整份不能接收：文件不是 .xlsx 工作簿")
    assert openpyxl.load_workbook(report.annotated).sheetnames == ["退回说明"]


SEEN_WORDS = {
    "incopat": "授权 专利权转移 质押合同登记生效 许可合同备案生效 开放许可声明 专利权保全 专利权保全解除 "
    "未缴年费专利权终止 专利权有效期届满终止 避免重复授权放弃专利权",
    "qichacha": "授权 实质审查 公开 未缴年费 期限届满 驳回 撤回 避重授权 权利恢复 全部无效 部分无效 放弃",
}
"""States of patents as real exports word them; 权利终止 of one of them says nothing of how the right ended."""


@pytest.mark.parametrize("data_base", sorted(SEEN_WORDS))
def test_words_of_real_exports_are_known(data_base: str) -> None:
    words = load_yaml(LAYOUTS / "words.yml")[data_base]["legal_status"]
    labels = set(load_catalogue().vocabularies["legal_status"].values.values())
    assert set(SEEN_WORDS[data_base].split()) <= set(words)
    assert set(words.values()) <= labels
    assert "权利终止" not in words
