"""Names of organisations as they stand in real files: one spelling, one owner per entry, military markers.

Brackets have one spelling, the full-width pair ``（）``, because Chinese registers print names so.
"""

import re
import unicodedata
from collections.abc import Iterable

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
    rf"(?:（(?:[^（）]|（[^（）]*）)*）|,(?=\s*{_COMPANY_FORM})|[^;,、|\n\r\v\f\x85\u2028\u2029])+",
    re.IGNORECASE,
)


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

    Separators are ``; ； 、 , ， |`` and line breaks. None splits inside a closed bracket, and a comma does
    not split before a Latin company form (``Co., Ltd.``). Other names with a comma of their own, such as
    ``University of California, San Diego``, cannot be told from two owners and are split.
    """
    pieces = map(normalise_name, _OWNER.findall(_narrow(text)))
    return list(dict.fromkeys(filter(None, pieces)))


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
