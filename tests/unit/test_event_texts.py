"""Texts of legal events: what their templates say, and nothing lost of what does not fit."""

import datetime as dt

import pytest

from ingestion.sources.legal_events.texts import EventText, read_event_text

HOLDER = "变更事项:专利权人\n变更前权利人:北京理工大学\n变更后权利人:甲有限公司"
ADDRESS = "变更事项:地址\n变更前权利人:100081 北京市海淀区\n变更后权利人:200000 上海市"
CO_HOLDER = "变更事项:共同专利权人\n变更前权利人:公安部第三研究所；乙大学\n变更后权利人:"
TRANSFER = f"登记生效日:20150302\n{HOLDER}\n{ADDRESS}"
LICENCE = (
    "合同备案号:2012990000001\n让与人:甲大学\n受让人:乙公司;丙公司\n发明名称:一种装置\n许可种类:独占许可\n"
    "备案日:20120304"
)
PLEDGE = "登记号:Y2020\n登记生效日:20200102\n出质人:甲公司\n质权人:某银行\n发明名称:一种装置"
OLDER = (
    "#法律状态公告日：20121219; 法律状态：专利申请权、专利权的转移; 描述信息：专利权的转移IPC(主分类):A41D 1/00;"
    "变更事项:专利权人;变更前权利人:甲厂;乙厂;变更后权利人：丙公司;登记生效日：20121120"
)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (
            "TR01",
            TRANSFER,
            {"event_date": dt.date(2015, 3, 2), "holders_before": "北京理工大学", "holders_after": "甲有限公司"},
        ),
        (
            "TR01",
            f"{TRANSFER}\n{CO_HOLDER}",
            {
                "event_date": dt.date(2015, 3, 2),
                "holders_before": "北京理工大学|公安部第三研究所|乙大学",
                "holders_after": "甲有限公司",
            },
        ),
        (
            "TR01",
            TRANSFER.replace(":", "："),
            {"event_date": dt.date(2015, 3, 2), "holders_before": "北京理工大学", "holders_after": "甲有限公司"},
        ),
        (
            "TR01",
            OLDER,
            {"event_date": dt.date(2012, 11, 20), "holders_before": "甲厂|乙厂", "holders_after": "丙公司"},
        ),
        (
            "EE01",
            LICENCE,
            {
                "event_date": dt.date(2012, 3, 4),
                "registration_no": "2012990000001",
                "party_from": "甲大学",
                "party_to": "乙公司|丙公司",
                "license_kind": "exclusive",
            },
        ),
        (
            "EE01",
            LICENCE.replace("发明名称", "使用外观设计的产品名称").replace("独占", "普通"),
            {
                "event_date": dt.date(2012, 3, 4),
                "registration_no": "2012990000001",
                "party_from": "甲大学",
                "party_to": "乙公司|丙公司",
                "license_kind": "ordinary",
            },
        ),
        (
            "EC01",
            "合同备案号:1\n让与人:甲\n受让人:乙\n解除日:2013.01.31",
            {"event_date": dt.date(2013, 1, 31), "registration_no": "1", "party_from": "甲", "party_to": "乙"},
        ),
        (
            "EM01",
            "备案号:1\n变更日:20130131\n变更事项:受让人\n变更前:乙\n变更后:丙",
            {"event_date": dt.date(2013, 1, 31), "registration_no": "1"},
        ),
        (
            "PM01",
            "登记号:1\n变更日:20130131\n变更事项:质权人\n变更前:乙\n变更后:丙",
            {"event_date": dt.date(2013, 1, 31), "registration_no": "1"},
        ),
        (
            "PE01",
            PLEDGE,
            {
                "event_date": dt.date(2020, 1, 2),
                "registration_no": "Y2020",
                "party_from": "甲公司",
                "party_to": "某银行",
            },
        ),
        (
            "PC01",
            "登记号:1\n出质人:甲\n质权人:乙\n解除日:2013年1月3日",
            {"event_date": dt.date(2013, 1, 3), "registration_no": "1", "party_from": "甲", "party_to": "乙"},
        ),
        ("CP01", HOLDER.replace("权利人:", ":"), {"holders_before": "北京理工大学", "holders_after": "甲有限公司"}),
        ("CP02", ADDRESS, {}),
        (
            "CP03",
            f"{HOLDER}\n{ADDRESS}\n{CO_HOLDER}",
            {"holders_before": "北京理工大学|公安部第三研究所|乙大学", "holders_after": "甲有限公司"},
        ),
        (
            "CF01",
            "IPC(主分类):A41D 1/00\n申请日:20100209\n授权公告日:20120530\n终止日期:20190209",
            {"event_date": dt.date(2019, 2, 9)},
        ),
        ("CX01", "申请日:19900209\n授权公告日:19920530", {}),
        ("IP01", "无效宣告决定号:12345\n决定日:20130131\n委内编号:5W100000\n审查结论:维持有效", {}),
        ("RR01", "原决定名称:专利权终止通知书\n原决定公告日:20130131", {}),
    ],
)
def test_text_that_fits_its_template_is_read(code: str, text: str, expected: dict[str, object]) -> None:
    assert read_event_text(code, text).columns() == {"parse_status": "parsed", **expected}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("TR01", f"登记生效日:20150302\n{HOLDER}"),
        ("TR01", TRANSFER.replace("登记生效日", "登记日")),
        ("TR01", TRANSFER.replace("20150302", "20150230")),
        ("TR01", TRANSFER.replace("20150302", "18490302")),
        ("TR01", TRANSFER.replace("甲有限公司", "")),
        ("TR01", f"{TRANSFER}\n附注"),
        ("TR01", f"{TRANSFER}\n{ADDRESS}"),
        ("TR01", f"{TRANSFER}\n登记生效日:20150303"),
        ("TR01", f"登记生效日:20150302\n{ADDRESS}\n{HOLDER}"),
        ("TR01", "原权利人转给了别人"),
        ("TR01", OLDER.replace("变更后权利人", "变更后的人")),
        ("CP03", HOLDER),
        ("EE01", LICENCE.replace("独占许可", "交叉许可")),
        ("EE01", LICENCE.replace("\n备案日:20120304", "")),
        ("EE01", f"{LICENCE}\n备案日:20120305"),
        ("EE01", LICENCE.replace("2012990000001", "1" * 65)),
        ("PE01", PLEDGE.replace("某银行", "、")),
        ("CF01", "专利权终止"),
        ("CF01", "终止日期:20190209\n终止日期:20190210"),
    ],
)
def test_text_that_fits_no_template_is_left_alone(code: str, text: str) -> None:
    assert read_event_text(code, text) == EventText("unparsed")


@pytest.mark.parametrize(
    ("code", "text"), [("TR01", " \n"), ("XX99", "什么都有可能"), ("SE01", "实质审查"), ("", TRANSFER)]
)
def test_there_is_nothing_to_read(code: str, text: str) -> None:
    assert read_event_text(code, text) == EventText("plain")
