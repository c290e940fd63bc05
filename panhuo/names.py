"""Names of organisations as they stand in real files: one spelling, one owner per entry, military markers.

Brackets have one spelling, the full-width pair ``（）``, because Chinese registers print names so.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Code points that take no room on the page and so slip unseen into copied cells.
INVISIBLE_CHARACTERS = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"

_DROP_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE_CHARACTERS))
# Applied after NFKC, which has already narrowed full-width forms (（ to (, ； to ;, ， to ,).
_ONE_FORM = str.maketrans("([{【〔〖)]}】〕〗•‧・", "（" * 6 + "）" * 6 + "···")

# Ideographs, kana and brackets.
_CHINESE = r"\u3007\u3041-\u3096\u309d-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff（）"
_BLANK_BESIDE_CHINESE = re.compile(rf"(?<=[{_CHINESE}]) | (?=[{_CHINESE}])")
_EDGE_JUNK = " ,;:.、。|*·'\"“”‘’"

# A comma before one of these belongs to the name: "Samsung Electronics Co., Ltd.".
_COMPANY_FORM = (
    r"(?:co|company|ltd|limited|inc|incorporated|corp|corporation|l\.?l\.?c|l\.?l\.?p|l\.?p|plc|gmbh|ag|kg"
    r"|s\.?a|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|k\.?k|pte|pty)\b"
)
# One owner: anything up to a separator, where a closed bracket (nested once at most) is taken whole.
_OWNER = re.compile(
    rf"(?:（(?:[^（）]|（[^（）]*）)*）|,(?=\s*{_COMPANY_FORM})|[^;,、。|\t\n\r\v\f\x85\u2028\u2029])+",
    re.IGNORECASE,
)
# Line breaks as workbooks (ECMA-376, ST_Xstring) and web pages write them.
_WRITTEN_BREAK = re.compile(r"_x000[dDaA]_|<br\s*/?>", re.IGNORECASE)
# "1." "2、" "五、" before a Chinese name, at the start or after a blank or a separator; "(3)" and "④" anywhere.
# Looked for before NFKC, which makes a plain digit of a circled one.
_NUMBERING = re.compile(
    r"(?:[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]|[（(]\s*\d{1,2}\s*[）)]"
    r"|(?<![^\s;；,，、|｜。])(?:\d{1,2}\s*[.．、)）:：]|[一二三四五六七八九十]{1,2}\s*、))"
    r"\s*(?=[\u3400-\u9fff])"
)

# What stands around a name in a cell without being part of it. Names are short, so nothing longer is looked at: the
# patterns look back and forth.
_LONGEST_PIECE = 300
_LABEL = re.compile(r"^(?:第[一二三四五六七八九十\d]{1,2}|共同|当前)?(?:申请（专利权）人|专利权人|申请人|权利人)\s*:")
_STREET = r"[路街道巷弄村镇区][^\s（）]*\d+号(?:院|[^\s（）]*[楼室层栋幢座])?"
_TAILS = (
    re.compile(r"（[A-Z]{2}）$"),
    re.compile(rf"（[^（）]*(?:(?<!\d)\d{{6}}(?!\d)[^（）]*|{_STREET})）$"),
    re.compile(r"(?<![\d第])\d{6}(?:\s.*|[^\s\d][^\s]*[省市区县路街号].*)?$"),
    re.compile(rf"\s[^\s]*{_STREET}$"),
    re.compile(r"(?<=..)(?<![高平同中优均上初])等(?:\d{1,3}|[一二三四五六七八九十]{1,2})?[个家人位]?(?:单位|机构)?$"),
)
# An address behind a name without a blank stays with it: an owner too many to look at is better than one too few.
_ORGANISATION = r"(?:大学|学院|研究|公司|厂|医院|集团|部队|中心)(?![路街道])"
_ADDRESS = re.compile(rf"^(?:(?:通讯|联系)?地址:|邮编:|(?!.*{_ORGANISATION})[^\s]*{_STREET}$)")


def normalise_name(text: str) -> str:
    """Return the one spelling of a name; applying it again changes nothing.

    Unicode NFKC (full-width letters, digits and punctuation become narrow), without invisible
    characters. Brackets of every kind become ``（）`` and middle dots ``·``; blanks next to Chinese
    characters or brackets go, elsewhere a run of blanks becomes one; separators, stops, asterisks and
    quotation marks at either end go. Letter case stays. The result may be empty.
    """
    return _BLANK_BESIDE_CHINESE.sub("", " ".join(_narrow(text).split())).strip(_EDGE_JUNK)


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_DROP_INVISIBLE)).translate(_ONE_FORM)


def split_owners(text: str) -> list[str]:
    """Split a cell of owners into normalised names, in order, without empty ones and repetitions.

    Separators are ``; ； 、 , ， | 。``, tabulators and line breaks (``_x000D_`` and ``<br>`` too). None splits
    inside a closed bracket, and a comma does not split before a Latin company form (``Co., Ltd.``). Other
    names with a comma of their own, such as ``University of California, San Diego``, cannot be told from two
    owners and are split; names with a mere blank between them cannot be told from a name with a blank in it
    and stay one. Numbering (``1.``, ``（2）``, ``③``), labels (``专利权人：``), postcodes and addresses, country
    codes and a closing ``等`` are no part of a name; what holds no letter at all is no name.
    """
    lines = _NUMBERING.sub("\n", _WRITTEN_BREAK.sub("\n", text.translate(_DROP_INVISIBLE)))
    pieces = map(_bare_name, _OWNER.findall(_narrow(lines)))
    return list(dict.fromkeys(piece for piece in pieces if any(map(str.isalpha, piece))))


def _bare_name(piece: str) -> str:
    """A piece of a cell without what stands around the name; empty when it is an address alone."""
    return _stripped(piece) if len(piece) <= _LONGEST_PIECE else normalise_name(piece)


# Few names own many patents, and each is met several times on its way in.
@lru_cache(maxsize=20_000)
def _stripped(piece: str) -> str:
    before, bare = "", piece.strip()
    while bare != before:
        if _ADDRESS.search(bare):
            return ""
        before, bare = bare, _LABEL.sub("", _NUMBERING.sub("", bare))
        for tail in _TAILS:
            bare = tail.sub("", bare)
        bare = normalise_name(bare)
    return bare


def is_military(name: str, markers: Iterable[str]) -> bool:
    """Whether the normalised name contains one of the markers, such as ``解放军`` or ``部队``.

    The markers come from the policy, because patents of such owners are held back. Raises ValueError for
    a marker that is empty once normalised: it would hold back everything.
    """
    wanted = [normalise_name(marker) for marker in markers]
    if not all(wanted):
        raise ValueError("a military marker must not be blank")
    normalised = normalise_name(name)
    return any(marker in normalised for marker in wanted)
