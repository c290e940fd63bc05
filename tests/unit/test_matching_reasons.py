from dataclasses import replace

import numpy as np
import pytest

from panhuo.matching.corpus import Corpus, Firms, Patents
from panhuo.matching.reasons import Reasoner

FIRMS = Firms(
    ["G", "M", "B", "H"],
    ["泰安玻璃纤维有限公司", "泰安矿山机械厂", "泰安银行", "华岳玻璃纤维制品厂"],
    ["玻璃纤维、复合材料制造", "矿山提升机械制造", "吸收公众存款", "玻璃纤维制品加工"],
    frozenset({"泰安"}),
)
PATENTS = Patents(
    ["1", "2", "3"],
    ["一种玻璃纤维拉丝装置", "玻璃纤维拉丝炉的温度控制方法", "奶牛饲料"],
    ["漏板拉丝玻璃纤维", "拉丝炉漏板温度", "发酵豆粕"],
    ["C03B37/00", "C03B37/10", "A23K10/00"],
    np.array(["2010-01-01", "2011-01-01", "2011-01-01"], dtype="datetime64[D]"),
    ["泰安玻璃纤维有限公司", "某大学", "某大学"],
)


@pytest.fixture(scope="module")
def reasoner():
    return Reasoner(Corpus(PATENTS, FIRMS), {"G": "泰安市", "B": "泰安市"})


def texts(found):
    return {reason.evidence: reason.text for reason in found}


def test_reasons_name_terms_portfolio_and_industry(reasoner):
    found = texts(reasoner.reasons(1, 0, limit=5))
    assert found["portfolio"] == "与贵单位已有专利“一种玻璃纤维拉丝装置”（1）技术相近"
    assert found["scope"] == "专利内容与贵单位经营范围都涉及“玻璃纤维”"
    assert found["industry"].endswith("（C03B）对应贵单位所在行业“玻璃纤维和玻璃纤维增强塑料制品制造”")


def test_a_comparable_patent_of_a_peer_is_a_reason_for_those_without_own(reasoner):
    found = texts(reasoner.reasons(1, 3, limit=5))
    assert found["peers"] == "同行泰安玻璃纤维有限公司持有同类专利“一种玻璃纤维拉丝装置”"
    assert "portfolio" not in found


def test_the_strongest_reasons_come_first_and_no_more_than_asked(reasoner):
    found = reasoner.reasons(1, 0, limit=3, needs=("N1", "N2"), patent_city="泰安市")
    assert len(found) == 3
    assert [reason.strength for reason in found] == sorted((reason.strength for reason in found), reverse=True)
    assert found[0].text == "回应贵单位登记的技术需求N1、N2"


def test_what_is_unlike_has_no_reason_but_the_city(reasoner):
    assert reasoner.reasons(2, 2, limit=3) == []
    assert texts(reasoner.reasons(2, 2, limit=3, patent_city="泰安市")) == {
        "region": "专利权人与贵单位同在泰安市，便于洽谈"
    }


def test_the_own_applicant_of_the_patent_gives_no_reason():
    others = replace(PATENTS, owners=["某大学", "泰安玻璃纤维有限公司", "某大学"])
    assert "portfolio" not in texts(Reasoner(Corpus(others, FIRMS)).reasons(1, 0, limit=5))


def test_a_patent_that_the_enterprise_was_willing_to_take_up_is_named_and_never_the_same_one(reasoner):
    found = texts(reasoner.reasons(1, 3, limit=5, liked=(0, 1)))
    assert found["evaluations"] == "与贵单位曾表示愿意合作的专利“一种玻璃纤维拉丝装置”（1）技术相近"
    assert "evaluations" not in texts(reasoner.reasons(1, 3, limit=5, liked=(1, 2)))


def test_a_word_that_most_texts_of_a_side_use_says_nothing():
    """As the mark of simulated texts in a register of fewer enterprises than shares of pairs can be told of."""
    firms = Firms(
        [str(number) for number in range(12)],
        [f"（模拟）第{number}公司" for number in range(12)],
        ["玻璃纤维制造（模拟）", *["煤炭开采（模拟）"] * 11],
    )
    marked = replace(
        PATENTS, titles=[f"【模拟】{title}" for title in PATENTS.titles], abstracts=["【模拟】玻璃纤维"] * 3
    )
    reasoner = Reasoner(Corpus(marked, firms))
    assert texts(reasoner.reasons(0, 0, limit=5))["scope"] == "专利内容与贵单位经营范围都涉及“玻璃纤维”"
    assert "scope" not in texts(reasoner.reasons(0, 1, limit=5))


def test_a_bank_is_told_no_field_of_its_trade():
    bank = Corpus(PATENTS, replace(FIRMS, scopes=["货币银行服务；商业银行服务"] * 4, names=["商业银行"] * 4))
    patents = replace(PATENTS, titles=["商业银行货币银行服务"] * 3, abstracts=["商业银行服务"] * 3)
    assert "industry" not in texts(Reasoner(Corpus(patents, bank.firms)).reasons(1, 0, limit=5))
