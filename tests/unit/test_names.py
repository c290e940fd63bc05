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
