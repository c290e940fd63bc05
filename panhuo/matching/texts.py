"""Texts as terms: character pairs and words of Chinese texts, clauses of a business scope, the trade part of a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[a-z]{{2,}}")
_CLAUSE = re.compile(r"[;,、。.:()（）\n]|以及|及其|并且")
_BRACKETED = re.compile(r"（[^（）]*）|\([^()]*\)")

# An organisation named in full inside a text: who it is must not decide whom the patent suits.
_ORGANISATION = re.compile(rf"[{_HAN}（）()]{{2,30}}?(?:有限责任公司|有限公司|股份公司|集团公司|总公司|分公司)")
# Legal forms say what a company is in law, not what it does; longer ones first.
_LEGAL_FORM = re.compile(
    "有限责任公司|股份有限公司|股份合作公司|集团总公司|有限公司|集团公司|总公司|分公司|公司|集团|股份|有限|中心|厂"
)
# Owners that are no enterprises, unless a legal form of one stands in the name as well.
_INSTITUTION = re.compile("大学|学院|学校|研究院|研究所|医院|中学|科学院|研究中心")
_ENTERPRISE = re.compile("公司|厂|企业|集团|合作社|矿")
# Phrases of the licensing law that many scopes share and that no trade is known by.
_BOILERPLATE = re.compile(
    r"依法须经批准的项目|经相关部门批准后方可开展经营活动|有效期限?以许可证为准|国家法律法规[^;,。]*|不含[^;,。)）]*|"
    r"备案范围内的?|自营|进出口业务|进出口贸易|普通货运|许可经营项目|一般经营项目|许可项目|一般项目"
)
# What every patent and every scope says.
_STOP_WORD = re.compile(
    "一种|以及|及其|所述|(?:本)?实用新型|(?:本)?发明|涉及|公开|提供|采用|具有|设有|设置|包括|技术|领域|特别|可以|方法|装置|"
    "生产|销售|加工|制造|经营|批发|零售|服务|研发|项目|部门|批准|许可证|业务|活动|"
    "范围|接受|补充|发展|应用|要求|工程|产品|配套|相关|其他|需要|企业|公司|有限公司|委托|信息|管理|系统|设备|材料"
)


def normalise(text: str) -> str:
    """Full-width letters and digits become narrow, capitals small."""
    return unicodedata.normalize("NFKC", text).lower()


def character_pairs(text: str) -> list[str]:
    """Overlapping pairs of ideographs, a lone ideograph by itself, and Latin words whole."""
    terms: list[str] = []
    for run in _RUN.findall(normalise(text)):
        if run[0] <= "z" or len(run) == 1:
            terms.append(run)
        else:
            terms.extend(run[start : start + 2] for start in range(len(run) - 1))
    return terms


def words(text: str) -> list[str]:
    """Words of two characters and more, without those that say nothing of a trade."""
    import rjieba

    return [word for word in rjieba.cut(normalise(text)) if len(word) > 1 and _tells(word)]


@lru_cache(maxsize=1 << 16)
def _tells(word: str) -> bool:
    return not _STOP_WORD.fullmatch(word) and bool(_RUN.search(word))


def scope_clauses(scope: str) -> list[str]:
    """The single activities of a business scope, without the phrases of the licensing law."""
    clauses = (clause.strip() for clause in _CLAUSE.split(_BOILERPLATE.sub("", normalise(scope))))
    return [clause for clause in clauses if len(clause) > 1]


def without_organisations(text: str) -> str:
    """The text without companies named in full."""
    return _ORGANISATION.sub(" ", text)


def is_institution_name(name: str) -> bool:
    """Whether a name is that of a university, school, research institute or hospital: it tells no trade."""
    return bool(_INSTITUTION.search(name)) and not _ENTERPRISE.search(name)


def trade_name(name: str, places: Iterable[str] = ()) -> str:
    """What a company's name says of its trade: without places, bracketed remarks and the legal form."""
    rest = _BRACKETED.sub(" ", normalise(name))
    for place in sorted(places, key=lambda place: (-len(place), place)):
        rest = rest.replace(place, " ")
    return " ".join(_LEGAL_FORM.sub(" ", rest).split())
