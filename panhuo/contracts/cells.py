"""Cells as people write them, read by the definition of their column into the one form that data hold.

A reader takes whatever a workbook, a CSV file or JSON gave and returns the value, None for an empty cell,
or raises `CellError`, which says in Chinese what is wrong and how to mend it. Nothing else is ever raised.
"""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache

from panhuo.contracts.faults import FIRST_SERIAL, LAST_SERIAL, MASK, CellError, CellFault, RestrictedColumnError
from panhuo.contracts.model import Catalogue, Column, ContractColumn, Vocabulary
from panhuo.identifiers import IdentifierError, WrongCheckDigitError, parse_patent_no, parse_uscc
from panhuo.names import normalise_name, split_owners
from panhuo.periods import Period, PeriodError, Quarter
from panhuo.pseudonyms import MIN_KEY_BYTES, normalise_phone, pseudonymise

Cell = str | int | float | bool | dt.date | None
Reader = Callable[[object], Cell]

# Beyond 15 digits a spreadsheet has already rounded a number.
_EXACT_NUMBER = 10**15
_LARGEST_WHOLE = 2**63
_SEPARATORS = re.compile(r"[、,;|/\n]+")
_SYMBOL_SEPARATORS = re.compile(r"[、,;|\n]+")
_ONE_SEPARATOR = re.compile(r"\r\n|[、,;|\n]")
_DATE = re.compile(r"(\d{4})([-./年])(\d{1,2})[-./月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?|(\d{4})(\d{2})(\d{2})")
_WHOLE = re.compile(r"([+-]?[0-9]{1,18})(?:\.0*)?")
_DATED_USCC = re.compile(r"([0-9A-Za-z]{18})[\s@]*(\d{4}-(?:0[1-9]|1[0-2]))")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_PHONE = re.compile(r"\+?[0-9]{7,20}(?:(?:转|ext\.?|x)[0-9]{1,6})?", re.IGNORECASE)
_IPC = re.compile(r"[A-H]\d\d[A-Z]\d{1,4}/\d{2,6}", re.ASCII)
_LOCARNO = re.compile(r"\d\d-\d\d(?:-[A-Z]\d{4})?", re.ASCII)
_LOCARNO_PREFIX = re.compile(r"^LOC(?:\(\d+\))?CL\.?")
_GARBLED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd\ufffe\uffff]")
_SERIAL_EPOCH = dt.date(1899, 12, 30)

_TRUE = {"是", "√", "✓", "✔", "有", "y", "yes", "true", "1"}
_FALSE = {"否", "×", "✗", "✘", "无", "n", "no", "false", "0"}
_DATE_MEND = "应为 2024-01-02、2024.01.02、2024/1/2、20240102 或 2024年1月2日"


def narrow(text: str) -> str:
    """Unicode NFKC without blanks at either end: full-width letters, digits and punctuation become narrow."""
    return unicodedata.normalize("NFKC", text).strip()


def as_text(value: object) -> str:
    """What a cell says as text; CellError for a kind of value that no cell of a text should have.

    A number keeps all its digits where the spreadsheet did; one beyond 15 digits stays in exponent form, so
    that the damage is seen further on.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if _GARBLED.search(value):
            raise CellError("garbled_text", "含有乱码或不可见的控制字符", "请重新录入，并以 UTF-8 或 GB18030 编码保存")
        return value.strip()
    if isinstance(value, bool):
        raise CellError("wrong_type", "是逻辑值，不是文字", "请把单元格设为“文本”格式后重新录入")
    if isinstance(value, int) and abs(value) < _LARGEST_WHOLE:
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_NUMBER else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, CellFault):
        raise CellError(value.code, value.problem, value.mend)
    raise CellError("wrong_type", "不是文字、数字或日期", "请只填一个值")


def _read_text(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def _read_owners(text: str) -> str:
    owners = split_owners(text)
    if not owners:
        raise CellError("bad_name", "没有可识别的名称", "应为单位或个人名称，多个之间用“；”分隔")
    return "|".join(owners)


def _read_code(text: str) -> str:
    code = narrow(text)
    if not _CODE.fullmatch(code):
        raise CellError("bad_code", "不是代码", "应只含字母、数字、点和连字符，并以字母或数字开头")
    return code


def _read_code_places(text: str) -> str:
    # A code's place says whose it is, so empty places stay.
    parts = ("".join(part.split()).upper() for part in _ONE_SEPARATOR.split(narrow(text)))
    return "|".join(_read_code(part) if any(map(str.isalnum, part)) else "" for part in parts)


def _read_patent_no(text: str) -> str:
    return parse_patent_no(text).canonical


def _read_uscc(text: str) -> str:
    return parse_uscc(text).code


def _read_period(text: str) -> str:
    try:
        return str(Period.parse(narrow(text)))
    except PeriodError:
        raise CellError("bad_period", "不是月份", "应为 2024-06 的形式") from None


def _read_quarter(text: str) -> str:
    try:
        return str(Quarter.parse(narrow(text)))
    except PeriodError:
        raise CellError("bad_quarter", "不是季度", "应为 2024-Q2 的形式") from None


def _read_ipc_list(text: str) -> str:
    symbols: list[str] = []
    for part in _SYMBOL_SEPARATORS.split(narrow(text)):
        # What follows a bracket is the version and the level: G09G5/10(2006.01)I.
        symbol = _LOCARNO_PREFIX.sub("", re.sub(r"\s", "", part).upper()).partition("(")[0]
        if symbol and not (_IPC.fullmatch(symbol) or _LOCARNO.fullmatch(symbol)):
            raise CellError("bad_ipc", f"中“{part.strip()[:40]}”不是分类号", "应为 G06F40/30 的形式，多个之间用“;”分隔")
        symbols.append(symbol)
    return "|".join(dict.fromkeys(filter(None, symbols)))


def _read_dated_usccs(text: str) -> str:
    # Where somebody worked is restricted: a bad part is named by its place.
    dated: set[str] = set()
    parts = filter(None, (part.strip() for part in _SEPARATORS.split(narrow(text))))
    for place, part in enumerate(parts, start=1):
        match = _DATED_USCC.fullmatch(part)
        if match is None:
            mend = "应为 18 位统一社会信用代码加月份，如 91340100MA2ABCDE0T 2023-06，多个之间用“；”分隔"
            raise CellError("bad_code", f"的第{place}项不是代码加月份", mend)
        try:
            dated.add(f"{parse_uscc(match[1]).code}@{match[2]}")
        except IdentifierError as error:
            raise CellError(error.code, f"的第{place}项代码有误", "请对照营业执照逐位核对") from None
    return "|".join(sorted(dated))


def _read_date(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, int | float) and FIRST_SERIAL <= value <= LAST_SERIAL:
        return _SERIAL_EPOCH + dt.timedelta(days=int(value))
    text = narrow(as_text(value))
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match is None:
        raise CellError("bad_date", "不是日期", _DATE_MEND)
    year, _, month, day = match.group(1, 2, 3, 4) if match[1] else (match[5], "", match[6], match[7])
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        raise CellError("bad_date", "是历法上没有的日期", _DATE_MEND) from None


def _read_integer(value: object) -> int | None:
    text = narrow(as_text(value))
    match = _WHOLE.fullmatch(text)
    if text and match is None:
        raise CellError("bad_integer", "不是整数", "应填阿拉伯数字的整数，不带单位")
    return int(match[1]) if match else None


def _read_float(value: object) -> float | None:
    text = narrow(as_text(value)).replace(",", "")
    try:
        number = float(text) if text else None
    except ValueError:
        raise CellError("bad_number", "不是数值", "应填阿拉伯数字，不带单位") from None
    if number is not None and not math.isfinite(number):
        raise CellError("bad_number", "不是有限的数值", "应填阿拉伯数字，不带单位")
    return number


def _read_boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = narrow(as_text(value)).casefold()
    if not word:
        return None
    if word not in _TRUE | _FALSE:
        raise CellError("bad_boolean", "不是“是”或“否”", "应填“是”或“否”，√ 视为是，留空视为未填")
    return word in _TRUE


def _word_reader(vocabulary: Vocabulary) -> Callable[[str], str]:
    codes = {narrow(label): code for code, label in vocabulary.values.items()}
    codes |= {code.casefold(): code for code in vocabulary.values}
    labels = "、".join(vocabulary.values.values())

    def read(text: str) -> str:
        word = re.sub(r"\s", "", narrow(text))
        code = codes.get(word) or codes.get(word.casefold())
        if code is None:
            near = difflib.get_close_matches(word[:80], vocabulary.values.values(), n=1)
            hint = f"，是否为“{near[0]}”" if near else ""
            raise CellError("unknown_word", "不在词表内", f"应为以下之一：{labels}{hint}")
        return code

    return read


def _list_reader(read: Callable[[str], str], *, is_restricted: bool = False) -> Callable[[str], str]:
    def read_part(part: str) -> str:
        try:
            return read(part)
        except CellError as error:
            which = "中有一项" if is_restricted else f"中“{part[:40]}”"
            raise CellError(error.code, f"{which}{error.problem}", error.mend) from None

    def read_list(text: str) -> str:
        parts = filter(None, (part.strip() for part in _SEPARATORS.split(narrow(text))))
        return "|".join(sorted({read_part(part) for part in parts}))

    return read_list


def _name_list_reader(catalogue: Catalogue) -> Callable[[str], str]:
    names = {column.label: column.name for column in catalogue.columns.values()}
    names |= {name: name for name in catalogue.columns}

    def read(text: str) -> str:
        if text not in names:
            raise CellError("unknown_word", "不是字段名", "应为数据字典中的字段名，多个之间用“|”分隔")
        return names[text]

    return _list_reader(read)


def _region_reader(column: Column) -> Callable[[str], str]:
    examples = [code for code in ("34", "3401") if column.max_length in (None, len(code))]
    wanted = "或".join(f" {len(code)} 位数字（如 {code}）" for code in examples)

    def read(text: str) -> str:
        code = narrow(text)
        if len(code) not in map(len, examples) or not (code.isascii() and code.isdigit()):
            raise CellError("bad_region_code", "不是该级的行政区划代码", f"应为 GB/T 2260 的{wanted}")
        return code

    return read


def _pseudonym_reader(column: Column, key: bytes | None) -> Callable[[str], str]:
    normalise = normalise_phone if column.format == "phone_pseudonym" else normalise_name

    def read(text: str) -> str:
        if key is None:
            raise RestrictedColumnError(
                f"column {column.name} holds contacts and no pseudonym key is set: set PANHUO_PSEUDONYM_KEY"
            )
        if text == MASK:
            raise CellError("masked_value", "是退回时隐去内容的代替文字", "请照原件重新填写，或留空")
        value = normalise(text)
        if column.format == "phone_pseudonym" and not _PHONE.fullmatch(value):
            raise CellError("bad_phone", "不是电话号码", "应为 11 位手机号码，或带区号的座机号码")
        return pseudonymise(value, key) if value else ""

    return read


# Contacts are not among them: they are not to be kept.
_REPETITIVE = {"date", "boolean", "integer", "name", "owners", "region_code", "ipc_list", "name_list"}
_TEXT_READERS: Mapping[str, Callable[[str], str]] = {
    "text": _read_text,
    "name": normalise_name,
    "owners": _read_owners,
    "code": _read_code,
    "code_places": _read_code_places,
    "patent_no": _read_patent_no,
    "uscc": _read_uscc,
    "period": _read_period,
    "quarter": _read_quarter,
    "ipc_list": _read_ipc_list,
    "dated_usccs": _read_dated_usccs,
}
_VALUE_READERS: Mapping[str, Reader] = {
    "date": _read_date,
    "integer": _read_integer,
    "float": _read_float,
    "boolean": _read_boolean,
}


def _text_reader(column: Column, catalogue: Catalogue, key: bytes | None) -> Callable[[str], str]:
    vocabulary = catalogue.vocabulary_of(column)
    if vocabulary is not None:
        read = _word_reader(vocabulary)
        return _list_reader(read) if column.format == "code_list" else read
    match column.format:
        case "pseudonym" | "phone_pseudonym":
            return _pseudonym_reader(column, key)
        case "region_code":
            return _region_reader(column)
        case "name_list":
            return _name_list_reader(catalogue)
        case "code_list":
            return _list_reader(_read_code, is_restricted=column.sensitivity == "restricted")
        case "patent_no_list":
            return _list_reader(_read_patent_no)
    return _TEXT_READERS[column.format or "text"]


def _check_length(column: Column, text: str) -> None:
    if column.max_length is not None and len(text) > column.max_length:
        raise CellError("too_long", f"有 {len(text)} 个字符，超过上限", f"应不超过 {column.max_length} 个字符")


def _check_range(column: Column, value: Cell) -> None:
    low, high = column.min, column.max
    below = low is not None and value < low  # type: ignore[operator]
    above = high is not None and value > high  # type: ignore[operator]
    if below or above:
        bounds = [f"不小于 {_bound(low)}"] if low is not None else []
        bounds += [f"不大于 {_bound(high)}"] if high is not None else []
        raise CellError("out_of_range", "超出允许范围", f"应{'，且'.join(bounds)}")


def _bound(bound: float | dt.date | None) -> str:
    return f"{bound:g}" if isinstance(bound, float) else str(bound)


def _whole_text_reader(column: Column, read: Callable[[str], str]) -> Reader:
    # A pseudonym has its own length; what was sent is what the limit speaks of.
    limits_input = column.format in {"pseudonym", "phone_pseudonym"}

    def read_cell(value: object) -> Cell:
        text = as_text(value)
        if not text:
            return None
        if limits_input:
            _check_length(column, text)
        try:
            result = read(text)
        except IdentifierError as error:
            # The mend of a wrong check digit says all that its message does.
            problem = "校验位与其余各位不符" if isinstance(error, WrongCheckDigitError) else error.message_zh
            raise CellError(error.code, f"有误：{problem}", error.mend_zh) from None
        if not limits_input:
            _check_length(column, result)
        return result or None

    return read_cell


def _remembering(read: Reader) -> Reader:
    """The same reader, quicker where few texts fill many rows."""
    remembered = lru_cache(maxsize=10_000)(read)
    return lambda value: remembered(value) if isinstance(value, str) else read(value)


def cell_reader(use: ContractColumn, catalogue: Catalogue, pseudonym_key: bytes | None) -> Reader:
    """Return the reader of one column of a contract.

    Its result has the Python type of the column and satisfies the length, range and presence the contract
    asks for. Raises ValueError for a key shorter than 16 bytes; the reader raises CellError, and
    RestrictedColumnError for a contact without a key.
    """
    if pseudonym_key is not None and len(pseudonym_key) < MIN_KEY_BYTES:
        raise ValueError(f"the pseudonym key has {len(pseudonym_key)} bytes; at least {MIN_KEY_BYTES} are needed")
    column = use.column
    if column.type == "string":
        read = _whole_text_reader(column, _text_reader(column, catalogue, pseudonym_key))
    else:
        read = _VALUE_READERS[column.type]

    def read_cell(value: object) -> Cell:
        result = read(value)
        if result is None:
            if use.required:
                raise CellError("missing_value", "必填而未填", "请补填该单元格")
            return None
        if column.type != "string":
            _check_range(column, result)
        return result

    return _remembering(read_cell) if column.vocabulary or column.format in _REPETITIVE else read_cell
