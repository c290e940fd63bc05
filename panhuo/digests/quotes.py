"""Quotes that do not tell who said them: without names of companies, numbers and addresses, and not long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from panhuo.matching.texts import trade_name

COMPANY, NUMBER, ADDRESS = "某企业", "某", "（略）"
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+", re.ASCII)
# A name in full: what stands before a legal form, back to a break or a word that begins a clause.
_LEGAL_NAME = re.compile(
    rf"(?:(?!我们|我司|我公司|我厂|本公司|本厂|贵公司|由|与|和|及|在|向|给|为|请)[{_HAN}a-zA-Z0-9（）()]){{2,30}}?"
    r"(?:有限责任公司|股份有限公司|有限公司|股份公司|集团公司|总公司|分公司|集团|研究院|研究所|大学|学院|医院)"
)
_FIGURE = r"[0-9〇零一二三四五六七八九十百千万亿两半几.,，．/／×~～%％‰+-]*"
_NUMBER = re.compile(
    rf"[0-9]{_FIGURE}|百分之[〇零一二三四五六七八九十百千万点]+|[〇零一二三四五六七八九十百千万亿两]{{2,}}"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_START = 2
_SHORTEST_TRADE_NAME = 4
"""A shorter part of a name is a word of the language."""
_FULL_WIDTH = str.maketrans(",;:?!()", "，；：？！（）")


@dataclass(frozen=True)
class Quoter:
    """Cuts quotes; `names` are those of every enterprise and institution that the month knows."""

    names: tuple[str, ...]
    max_characters: int

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(_narrow(name).lower() for name in self.names if len(name) >= _START)

    @cached_property
    def _known_starts(self) -> dict[str, tuple[int, ...]]:
        """First two characters of the known names → their lengths, the longest first."""
        lengths: dict[str, set[int]] = {}
        for name in self._known:
            lengths.setdefault(name[:_START], set()).add(len(name))
        return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def quote(self, text: str) -> str:
        """The text as it may be shown: whole sentences, as many as fit; the first is cut when it alone is too long."""
        clean = self.scrubbed(text)
        shown = ""
        for sentence in (piece.strip() for piece in _SENTENCE.findall(clean)):
            if not sentence:
                continue
            longer = f"{shown}；{sentence}" if shown else sentence
            if len(longer) > self.max_characters:
                break
            shown = longer
        return shown or _cut(clean.strip(), self.max_characters)

    def scrubbed(self, text: str) -> str:
        """The text without addresses, names of organisations and numbers."""
        return _NUMBER.sub(NUMBER, self.unnamed(text))

    def unnamed(self, text: str) -> str:
        """The text without addresses and names of organisations."""
        plain = _ADDRESS.sub(ADDRESS, _narrow(text))
        return _LEGAL_NAME.sub(COMPANY, self._without_known(plain)).translate(_FULL_WIDTH)

    def _without_known(self, text: str) -> str:
        parts, start, position = [], 0, 0
        while position < len(text):
            length = self._known_length(text, position)
            if length:
                parts += [text[start:position], COMPANY]
                position = start = position + length
            else:
                position += 1
        return "".join([*parts, text[start:]])

    def _known_length(self, text: str, position: int) -> int:
        lengths = self._known_starts.get(text[position : position + _START].lower(), ())
        return next((length for length in lengths if text[position : position + length].lower() in self._known), 0)


def known_names(names: Iterable[str], places: Iterable[str] = ()) -> tuple[str, ...]:
    """Names and, of companies, the part of the name that people say, in order of their characters."""
    places = tuple(places)
    found = set()
    for name in names:
        found |= {name, *(part for part in trade_name(name, places).split() if len(part) >= _SHORTEST_TRADE_NAME)}
    return tuple(sorted(found))


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
