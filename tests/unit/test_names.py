"""Names of organisations in the spellings of real files."""

import csv
from pathlib import Path

import pytest

from panhuo.names import is_military, normalise_name, split_owners

MARKERS = ["解放军", "部队"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("厦工(泰安)汽车起重机有限公司", "厦工（泰安）汽车起重机有限公司"),
        ("厦工﹙泰安﹚汽车起重机有限公司", "厦工（泰安）汽车起重机有限公司"),
        ("厦工〔泰安〕汽车起重机 【有限】 公司", "厦工（泰安）汽车起重机（有限）公司"),
        ("泰安特种车制造厂 .", "泰安特种车制造厂"),
        ("宁阳县压缩机配件制修厂*", "宁阳县压缩机配件制修厂"),
        ("新汶矿业集团孙村煤矿多种经营公司..", "新汶矿业集团孙村煤矿多种经营公司"),
        ("清 华\u3000大\n学；", "清华大学"),
        ("\ufeff山东\u200b大学", "山东大学"),
        ("ＴＣＬ 集团", "TCL集团"),
        ("Samsung  Electronics\u00a0Co., Ltd.", "Samsung Electronics Co., Ltd"),
        ("Siemens (China) Ltd", "Siemens（China）Ltd"),
        ("让•雅克‧公司", "让·雅克·公司"),
        ("『』", "『』"),
        ("", ""),
        (" ;，。", ""),
    ],
)
def test_one_spelling(text: str, name: str) -> None:
    assert normalise_name(text) == name


def test_case_stays() -> None:
    assert normalise_name("BOE Technology") == "BOE Technology"


@pytest.mark.parametrize("separator", [";", "；", "、", ",", "，", "|", "｜", "\n", "\r\n", " ; ", ";;"])
def test_every_separator_splits(separator: str) -> None:
    assert split_owners(f"北京理工大学{separator}公安部第三研究所") == ["北京理工大学", "公安部第三研究所"]


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("", []),
        (" ;、\n", []),
        ("甲公司;乙公司;甲 公司;丙公司", ["甲公司", "乙公司", "丙公司"]),
        ("美的(上海)公司,美的（上海）公司", ["美的（上海）公司"]),
        ("科大讯飞（广州、深圳）有限公司,清华大学", ["科大讯飞（广州、深圳）有限公司", "清华大学"]),
        ("甲【乙（丙,丁），戊】公司；己公司", ["甲（乙（丙,丁）,戊）公司", "己公司"]),
        ("甲（乙公司;丙公司", ["甲（乙公司", "丙公司"]),
        ("甲）乙公司;丙（公司）", ["甲）乙公司", "丙（公司）"]),
        (
            "Samsung Electronics Co., Ltd.,三星（中国）公司",
            ["Samsung Electronics Co., Ltd", "三星（中国）公司"],
        ),
        ("Foo Co.，Ltd.；Bar,Inc. | Baz, L.L.C.", ["Foo Co.,Ltd", "Bar,Inc", "Baz, L.L.C"]),
        ("清华大学,Cooper Tire", ["清华大学", "Cooper Tire"]),
        ("清华大学,AG公司", ["清华大学", "AG公司"]),
    ],
)
def test_owners_of_a_cell(text: str, owners: list[str]) -> None:
    assert split_owners(text) == owners


@pytest.mark.parametrize(
    "text",
    [
        "1.北京理工大学 2.清华大学",
        "１、北京理工大学；２、清华大学",
        "（1）北京理工大学（2）清华大学",
        "①北京理工大学②清华大学",
        "一、北京理工大学\n二、清华大学",
        "北京理工大学_x000D_\n清华大学",
        "北京理工大学<br/>清华大学",
        "北京理工大学\t清华大学",
        "北京理工大学。清华大学",
        "北京理工大学；清华大学等",
        "北京理工大学；清华大学 等2家单位",
        "专利权人：北京理工大学；共同专利权人：清华大学",
        "申请(专利权)人:北京理工大学|清华大学",
        "北京理工大学[CN] | 清华大学(CN)",
        "北京理工大学（100081）；清华大学 100084 北京市海淀区清华园1号",
        "北京理工大学（北京市海淀区中关村南大街5号）；清华大学",
        "北京理工大学, 北京市海淀区中关村南大街5号, 清华大学",
        "地址：北京市海淀区；北京理工大学；清华大学；邮编：100084",
        "北京理工大学；清华大学；2",
    ],
)
def test_what_stands_around_names_is_no_part_of_them(text: str) -> None:
    assert split_owners(text) == ["北京理工大学", "清华大学"]


@pytest.mark.parametrize(
    "name",
    [
        "3M创新有限公司",
        "360科技有限公司",
        "63921部队",
        "泰安市岱岳区1号煤矿",
        "中国电子科技集团公司第十五研究所",
        "山东电力高等专科学校",
        "李等",
        "二十一世纪空间技术应用股份有限公司",
        "北京理工大学北京市海淀区中关村南大街5号",
    ],
)
def test_names_that_look_as_if_something_stood_around_them_stay(name: str) -> None:
    assert split_owners(name) == [name]


@pytest.mark.parametrize("noise", ["区", "路1号", "一、", "1.", "等", "大学", "（1", "区 1号 "])
def test_pieces_full_of_noise_end_soon(noise: str) -> None:
    split_owners(";".join([(noise * 300)[:300]] * 6))


def test_long_cells_of_open_brackets_end_soon() -> None:
    assert split_owners("（甲" * 2000) == ["（甲" * 2000]


@pytest.mark.parametrize(
    ("name", "military"),
    [
        ("中国人民解放军91655部队", True),
        ("中国人民 解放军战略支援部队航天工程大学", True),
        ("６３９２１部 队", True),
        ("北京理工大学", False),
        ("", False),
    ],
)
def test_military_owners(name: str, military: bool) -> None:
    assert is_military(name, MARKERS) is military


def test_the_markers_decide() -> None:
    assert is_military("海军工程大学", ["海军"])
    assert not is_military("海军工程大学", MARKERS)
    assert not is_military("中国人民解放军91655部队", [])


def test_a_blank_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="blank"):
        is_military("北京理工大学", ["部队", " "])


def test_owners_of_the_real_ledger(shared_data: Path) -> None:
    with (shared_data / "sample" / "university_ledger_126.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [split_owners(row["owners"]) for row in csv.DictReader(file)]
    assert {len(owners) for owners in cells} == {1, 2}
    military = {owner for owners in cells for owner in owners if is_military(owner, MARKERS)}
    assert military == {
        "中国人民解放军91655部队",
        "中国人民解放军战略志愿部队航天工程大学",
        "中国人民解放军战略支援部队航天工程大学",
        "中国人民解放军装备学院",
    }


def test_owners_of_the_real_company_patents(shared_data: Path) -> None:
    path = shared_data / "sample" / "listed_company_patents_249.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [split_owners(row["assignee"]) for row in csv.DictReader(file)]
    assert sum(len(owners) > 1 for owners in cells) == 127
    assert max(map(len, cells)) == 4
    assert "科大讯飞华南人工智能研究院（广州）有限公司" in {owner for owners in cells for owner in owners}


def test_applicants_of_taian_are_one_owner_each(shared_data: Path) -> None:
    path = shared_data / "stays_here" / "taian_org_patents_with_abstracts.csv"
    if not path.is_file():
        pytest.skip("the patents of Tai'an are not on this machine")
    with path.open(encoding="utf-8-sig", newline="") as file:
        names = {row["applicant"] for row in csv.DictReader(file)}
    assert len(names) > 500
    assert {name: split_owners(name) for name in names} == {name: [normalise_name(name)] for name in names}
