"""Keyed pseudonyms of contacts: HMAC (GB/T 15852.2) over the SM3 hash (GB/T 32905-2016).

A plain hash of an eleven-digit phone number is undone by trying all of them; hence the key, which lives
outside the warehouse.
"""

import re
import unicodedata

from cryptography.hazmat.primitives import hashes, hmac

from panhuo.names import INVISIBLE_CHARACTERS

MIN_KEY_BYTES = 16

_MOBILE = "1[3-9][0-9]{9}"
_PHONE_DECORATION = re.compile(rf"[\s()\-\u2010-\u2015\u2212{INVISIBLE_CHARACTERS}]+")
# Landline numbers may begin with 86 too: without a sign it is the country only before a mobile number.
_COUNTRY_CODE = re.compile(rf"(?:\+86|0086|86(?={_MOBILE}$))(?P<national>.+)")
_NO_TRUNK_ZERO = re.compile(rf"0|[48]00|{_MOBILE}$")


def normalise_phone(text: str) -> str:
    """Return a Chinese phone number as it is dialled inside the country: ``13812345678``, ``05381234567``.

    Drops blanks, hyphens, brackets and the country code (``+86``, ``0086``, ``86``), narrows full-width
    digits and gives a landline behind a country code its leading zero back. Extensions and foreign
    numbers stay.
    """
    number = _PHONE_DECORATION.sub("", unicodedata.normalize("NFKC", text))
    match = _COUNTRY_CODE.fullmatch(number)
    if match is None:
        return number
    national = match["national"]
    return national if _NO_TRUNK_ZERO.match(national) else f"0{national}"


def pseudonymise(value: str, key: bytes) -> str:
    """Return ``sm3:`` and 64 hexadecimal digits: HMAC-SM3 of the UTF-8 bytes of the value under the key.

    Equal values have equal pseudonyms, so normalise first (`normalise_phone`,
    `panhuo.names.normalise_name`). Raises ValueError for an empty value, whose pseudonym would link all
    missing ones, and for a key shorter than 16 bytes.
    """
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"the pseudonym key has {len(key)} bytes; at least {MIN_KEY_BYTES} are needed")
    if not value:
        raise ValueError("an empty value has no pseudonym")
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(value.encode())
    return f"sm3:{mac.finalize().hex()}"
