"""Chinese patent application numbers and unified social credit codes: many spellings, one canonical form.

Sources: ZC 0006-2003 (patent application numbers, in force since 2003-10-01) and GB 32100-2015 (credit
codes). The number of a granted patent is its application number with the prefix ``ZL``. A text that is
no such identifier raises a subclass of `IdentifierError`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from operator import mul
from string import ascii_lowercase
from typing import ClassVar

from panhuo.names import INVISIBLE_CHARACTERS

MAX_LENGTH = 64


class IdentifierError(ValueError):
    """A text that is not the identifier it should be.

    `code` is the machine name of the fault, `value` the text as given. `message` says in English what is
    wrong, `message_zh` in Chinese, and `mend_zh` tells the sender in Chinese what to do about it.
    """

    code: ClassVar[str]

    def __init__(self, value: str, message: str, message_zh: str, mend_zh: str) -> None:
        super().__init__(value, message, message_zh, mend_zh)
        self.value = value
        self.message = message
        self.message_zh = message_zh
        self.mend_zh = mend_zh

    def __str__(self) -> str:
        return self.message


class EmptyIdentifierError(IdentifierError):
    """Nothing but blanks."""

    code = "empty"


class FloatDamagedError(IdentifierError):
    """A spreadsheet took the identifier for a quantity, so that digits may be gone."""

    code = "float_damaged"


class BadCharactersError(IdentifierError):
    """A character that never occurs in such an identifier, or not in this place."""

    code = "bad_characters"


class WrongLengthError(IdentifierError):
    """Too many or too few characters."""

    code = "wrong_length"


class MissingCheckDigitError(IdentifierError):
    """A number of 1989 or later without its check digit."""

    code = "missing_check_digit"


class PublicationNumberError(IdentifierError):
    """A publication or grant number (CN101464896B) where the application number belongs."""

    code = "publication_number"


class UnknownTypeDigitError(IdentifierError):
    """A type digit that was not in use in the year of the number."""

    code = "unknown_type_digit"


class ImpossibleYearError(IdentifierError):
    """A year in which no such number was given out."""

    code = "impossible_year"


class WrongCheckDigitError(IdentifierError):
    """The check digit does not follow from the other characters."""

    code = "wrong_check_digit"


# Narrows full-width forms, upper-cases ASCII letters, drops blanks and invisible characters, in one pass.
_TO_ASCII: dict[int, int | None] = {
    **{code + 0xFEE0: ord(chr(code).upper()) for code in range(0x21, 0x7F)},
    **{ord(letter): ord(letter.upper()) for letter in ascii_lowercase},
    **dict.fromkeys(map(ord, "。·•"), ord(".")),
    **dict.fromkeys(code for code in range(0x3001) if chr(code).isspace()),
    **dict.fromkeys(map(ord, INVISIBLE_CHARACTERS)),
}

_FLOAT = re.compile(r"[0-9]+(?:\.0+|(?:\.[0-9]*)?E[+-]?[0-9]{1,3})")


def _clean(text: str, what_zh: str) -> str:
    if len(text) > MAX_LENGTH:
        raise WrongLengthError(
            text,
            f"{len(text)} characters, more than any identifier has",
            f"{what_zh}过长（{len(text)}个字符）",
            f"一个单元格只填一个{what_zh}，说明文字另列填写。",
        )
    cleaned = text.translate(_TO_ASCII)
    if not cleaned:
        raise EmptyIdentifierError(text, "empty", f"{what_zh}为空", f"请填写{what_zh}。")
    return cleaned


def _float_damaged(text: str, cleaned: str) -> FloatDamagedError:
    return FloatDamagedError(
        text,
        f"{cleaned} is what a spreadsheet makes of an identifier it takes for a quantity",
        f"{cleaned} 是表格软件把号码当作数值后的结果，可能已丢失位数（最多保留15位）",
        "请把该列设为“文本”格式，对照证书或执照重新录入完整号码。",
    )


def _bad_characters(text: str, strange: list[str], mend_zh: str) -> BadCharactersError:
    shown = " ".join(strange)
    return BadCharactersError(text, f"bad characters {shown!r}", f"含有不允许的字符：{shown}", mend_zh)


class PatentType(StrEnum):
    """The three kinds of Chinese patents."""

    INVENTION = "invention"
    UTILITY_MODEL = "utility_model"
    DESIGN = "design"


@dataclass(frozen=True, slots=True)
class PatentNumber:
    """A patent or application number taken apart.

    `year` is the one in the number. `serial` keeps its leading zeros (seven digits, five under the old
    scheme). `is_pct` marks the Chinese national phase of an international application. `check_digit` is
    None for numbers before 1989.
    """

    canonical: str
    year: int
    patent_type: PatentType
    is_pct: bool
    serial: str
    check_digit: str | None

    @property
    def filing_year(self) -> int:
        """The year in the number; a divisional application has the earlier filing date of its parent.

        So the term of a patent must be reckoned from its filing date, never from this.
        """
        return self.year


# Nine digits without a dot, the first 1 to 3, are a publication number: no old year begins like that.
_PATENT = re.compile(r"(?:CN|ZL){0,2}([0-9]{12}|(?![1-3][0-9]{8}$)[0-9]{8})(?:\.?([0-9X]))?")
# Seven digits until 2007, nine since; eight before 1989, when they repeated the application number.
_PUBLICATION = re.compile(r"(?:CN)?-?(?:[0-9]{7,9}-?[ABCDKRSUY][0-9]?|[1-3][0-9]{6}(?:[0-9]{2})?)")
_WEIGHTS = {8: (2, 3, 4, 5, 6, 7, 8, 9), 12: (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)}
_ASCII_ZEROS = {length: ord("0") * sum(weights) for length, weights in _WEIGHTS.items()}
_OLD_YEARS = {f"{year % 100:02d}": year for year in range(1985, 2004)}
_TYPES = {
    "1": PatentType.INVENTION,
    "2": PatentType.UTILITY_MODEL,
    "3": PatentType.DESIGN,
    "8": PatentType.INVENTION,
    "9": PatentType.UTILITY_MODEL,
}
_FIRST_LONG_YEAR = 2003
_FIRST_CHECKED_YEAR = 1989
_FIRST_PCT_YEAR = 1994
# Before type digits 8 and 9 came into use, a serial from 80000 on told a national phase.
_PCT_BY_SERIAL = range(1994, 1998)
_LEAD_ZERO_HINT = "2000至2003年的旧号以0开头，开头的0若被表格软件去掉，请补上。"


def parse_patent_no(text: str, *, latest_year: int = 2099) -> PatentNumber:
    """Parse a Chinese patent or application number in any spelling of the trade.

    Two schemes: until September 2003 two digits of the year, the type digit and five digits; since
    October 2003 four digits of the year, the type digit and seven digits. Then the check digit, 0-9 or
    X, after a dot or not. Prefixes ZL and CN, blanks, full-width and lower-case characters do not
    matter. The canonical form is ``CN201010110545.X``.

    Until 1988 numbers came without check digit; data bases have since given some of them one
    (``CN87101357.6``). It may stand and must then be right; the canonical form leaves it out
    (``CN87101357``), so that both spellings are one patent. From 1989 on it must stand, since without it
    no slip of the pen can be seen.

    What the check digit catches: every single wrong digit and every swap of two unequal neighbours,
    itself included, because the weights are not 0 and neighbours' weights differ modulo the prime 11. A
    swap of digits eight places apart in a twelve-digit number goes unseen, and so does a fault in a
    number without check digit.

    `latest_year` bounds the year of the number, for callers that know the date of their data. Raises a
    subclass of IdentifierError.
    """
    match = _PATENT.fullmatch(text) or _PATENT.fullmatch(_clean(text, "专利号"))
    if match is None:
        raise _malformed_patent_no(text, _clean(text, "专利号"))
    digits, check = match.groups()
    if len(digits) == 12:
        year, type_digit, serial = int(digits[:4]), digits[4], digits[5:]
        year_fits = _FIRST_LONG_YEAR <= year <= latest_year
    else:
        year, type_digit, serial = _OLD_YEARS.get(digits[:2], 0), digits[2], digits[3:]
        year_fits = 0 < year <= latest_year
    if not year_fits:
        raise _impossible_year(text, digits)
    patent_type = _TYPES.get(type_digit)
    if patent_type is None or (type_digit in "89" and year < _FIRST_PCT_YEAR):
        raise _unknown_type(text, type_digit, year)
    expected = _check_digit(digits)
    if check != expected and (check is not None or year >= _FIRST_CHECKED_YEAR):
        raise _check_digit_fault(text, digits, check, expected)
    is_pct = type_digit in "89" or (year in _PCT_BY_SERIAL and type_digit in "12" and serial[0] in "89")
    if year < _FIRST_CHECKED_YEAR:
        return PatentNumber(f"CN{digits}", year, patent_type, is_pct, serial, None)
    return PatentNumber(f"CN{digits}.{expected}", year, patent_type, is_pct, serial, expected)


def patent_check_digit(digits: str) -> str:
    """Return the check digit (0-9 or X) of the 8 or 12 digits before it.

    Weighted sum modulo 11, weights 2 to 9 and, for the longer numbers, again 2 to 5; 10 is written X.
    Raises ValueError for anything but 8 or 12 digits.
    """
    if len(digits) not in _WEIGHTS or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{digits!r} is not 8 or 12 digits")
    return _check_digit(digits)


def _check_digit(digits: str) -> str:
    length = len(digits)
    return "0123456789X"[(sum(map(mul, _WEIGHTS[length], digits.encode())) - _ASCII_ZEROS[length]) % 11]


def _malformed_patent_no(text: str, cleaned: str) -> IdentifierError:
    if _PUBLICATION.fullmatch(cleaned):
        return PublicationNumberError(
            text,
            f"{cleaned} is a publication number, not an application number",
            f"{cleaned} 是公开（公告）号，不是申请号",
            "请改填专利证书上的专利号（ZL开头）或申请号，例如 CN201010110545.X。",
        )
    body = re.sub("^(?:CN|ZL){1,2}", "", cleaned)
    if _FLOAT.fullmatch(body):
        return _float_damaged(text, body)
    strange = sorted(set(body) - set("0123456789X."))
    if strange:
        mend_zh = "专利号只含数字、校验位X、一个小数点和前缀ZL或CN，请删除其他字符。"
        return _bad_characters(text, strange, mend_zh)
    if not re.fullmatch(r"[0-9]*\.?[0-9X]?", body):
        return BadCharactersError(
            text,
            f"X or dot in the wrong place in {body}",
            f"{body} 中的X或小数点位置不对",
            "X只能是最后的校验位，小数点只能在校验位之前，请对照专利证书改正。",
        )
    length = len(body.replace(".", ""))
    return WrongLengthError(
        text,
        f"{length} characters instead of 13, 9 or 8",
        f"专利号共{length}位（不计前缀和小数点），位数不对",
        "2003年10月起为12位数字加校验位，此前为8位数字加校验位，1985至1988年可无校验位；"
        f"请对照专利证书。{_LEAD_ZERO_HINT}",
    )


def _impossible_year(text: str, digits: str) -> ImpossibleYearError:
    year = digits[: 4 if len(digits) == 12 else 2]
    return ImpossibleYearError(
        text,
        f"no {len(digits)}-digit number has the year {year}",
        f"{len(digits)}位申请号 {digits} 的年份 {year} 不可能",
        f"8位号的前两位为85至99或00至03，12位号的前四位从2003起且不晚于当年；请对照专利证书。{_LEAD_ZERO_HINT}",
    )


def _unknown_type(text: str, type_digit: str, year: int) -> UnknownTypeDigitError:
    return UnknownTypeDigitError(
        text,
        f"type digit {type_digit} is not in use in {year}",
        f"{year} 年的申请号没有种类号 {type_digit}",
        "种类号为1发明、2实用新型、3外观设计，另有8、9（1994年起的PCT申请）；请对照专利证书。",
    )


def _check_digit_fault(text: str, digits: str, check: str | None, expected: str) -> IdentifierError:
    derived = f"前{len(digits)}位 {digits} 对应的校验位是 {expected}"
    if check is None:
        return MissingCheckDigitError(
            text,
            f"{digits} lacks its check digit; its digits would give {expected}",
            f"专利号 {digits} 缺少校验位",
            f"{derived}；请对照专利证书核对全部数字后补全。",
        )
    return WrongCheckDigitError(
        text,
        f"check digit {check} of {digits} is wrong; its digits give {expected}",
        f"专利号校验位不对：写的是 {check}，{derived}",
        f"{derived}，表中写的是 {check}；请对照专利证书逐位核对，不要只改校验位。",
    )


@dataclass(frozen=True, slots=True)
class Uscc:
    """A unified social credit code of 18 characters taken apart.

    `registration_department` is one character (9 market regulation, 1 staffing office, 5 civil affairs,
    ...), `organisation_category` one within it, `region_code` the six digits of the registering area
    (GB/T 2260).
    """

    code: str
    registration_department: str
    organisation_category: str
    region_code: str


_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {character: value for value, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC = re.compile(rf"[{_USCC_ALPHABET}]{{2}}[0-9]{{6}}[{_USCC_ALPHABET}]{{10}}")


def parse_uscc(text: str) -> Uscc:
    """Parse a unified social credit code (GB 32100-2015).

    Blanks, full-width and lower-case characters do not matter. What the check character catches: every
    single wrong character and every swap of two unequal ones, neighbours or not, except of the first
    with the last (these two weigh the same; all other weights differ modulo the prime 31). Raises a
    subclass of IdentifierError.
    """
    match = _USCC.fullmatch(text) or _USCC.fullmatch(_clean(text, "统一社会信用代码"))
    if match is None:
        raise _malformed_uscc(text, _clean(text, "统一社会信用代码"))
    code = match[0]
    expected = uscc_check_character(code[:17])
    if code[17] != expected:
        raise _uscc_check_fault(text, code, expected)
    return Uscc(code, code[0], code[1], code[2:8])


def uscc_check_character(body: str) -> str:
    """Return the check character of the first 17 characters of a credit code (GB 32100-2015).

    The 31 characters leave out I, O, S, V and Z; weights are powers of 3 modulo 31.
    Raises ValueError for anything but 17 such characters.
    """
    if len(body) != 17 or not _USCC_VALUES.keys() >= set(body):
        raise ValueError(f"{body!r} is not 17 characters of {_USCC_ALPHABET}")
    return _USCC_ALPHABET[-sum(map(mul, _USCC_WEIGHTS, map(_USCC_VALUES.__getitem__, body))) % 31]


def _malformed_uscc(text: str, cleaned: str) -> IdentifierError:
    if _FLOAT.fullmatch(cleaned):
        return _float_damaged(text, cleaned)
    strange = sorted(set(cleaned) - _USCC_VALUES.keys())
    if strange:
        mend_zh = "代码只含数字和大写字母，不用I、O、S、V、Z（多为1、0、5、U、2之误）；请对照营业执照改正。"
        return _bad_characters(text, strange, mend_zh)
    if len(cleaned) != 18:
        return WrongLengthError(
            text,
            f"{len(cleaned)} characters instead of 18",
            f"统一社会信用代码应为18位，现为{len(cleaned)}位",
            "请填营业执照上的18位代码；15位的旧注册号和9位的组织机构代码不能代替。",
        )
    return BadCharactersError(
        text,
        f"characters 3 to 8 of {cleaned} are not digits",
        f"第3至8位 {cleaned[2:8]} 应为6位数字的登记机关行政区划码",
        "请对照营业执照改正第3至8位。",
    )


def _uscc_check_fault(text: str, code: str, expected: str) -> IdentifierError:
    if code.isdigit() and code.endswith("000"):
        return _float_damaged(text, code)
    derived = f"前17位 {code[:17]} 对应的校验码是 {expected}"
    return WrongCheckDigitError(
        text,
        f"check character {code[17]} of {code} is wrong; its characters give {expected}",
        f"统一社会信用代码校验码不对：写的是 {code[17]}，{derived}",
        f"{derived}，表中写的是 {code[17]}；请对照营业执照逐位核对，不要只改校验码。",
    )
