"""Keyed pseudonyms against published vectors, and phones in different spellings."""

import pytest
from cryptography.hazmat.primitives import hashes

from panhuo.pseudonyms import normalise_phone, pseudonymise

KEY = bytes(range(16))


def test_the_hash_is_sm3() -> None:
    """GB/T 32905-2016, appendix A, example 1."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize(
    ("key", "value", "mac"),
    [
        (
            bytes(range(1, 33)),
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        (b"\x0b" * 32, "Hi There", "c0ba18c68b90c88bc07de794bfc7d2c8d19ec31ed8773bc2b390c9604e0be11e"),
    ],
)
def test_published_vectors_of_hmac_sm3(key: bytes, value: str, mac: str) -> None:
    """GM/T 0042-2015, appendix D.3."""
    assert pseudonymise(value, key) == f"sm3:{mac}"


@pytest.mark.parametrize(
    ("number", "spellings"),
    [
        (
            "13812345678",
            [
                "13812345678",
                "138 1234 5678",
                "138-1234-5678",
                "+86 138 1234 5678",
                "＋８６１３８１２３４５６７８",
                "0086-13812345678",
                "8613812345678",
                "(+86)138\u20131234\u20115678",
                "\u202d138\u200b12345678\u202c",
            ],
        ),
        (
            "05381234567",
            ["0538-1234567", "(0538) 1234567", "（０５３８）1234567", "+86-538-1234567", "+86 0538 1234567"],
        ),
        ("4001234567", ["400-123-4567", "+86 400 123 4567"]),
        ("86123456", ["86123456", "8612-3456"]),
        ("+14155550100", ["+1 415 555 0100"]),
    ],
)
def test_one_phone_has_one_pseudonym(number: str, spellings: list[str]) -> None:
    assert {normalise_phone(spelling) for spelling in spellings} == {number}
    assert {pseudonymise(normalise_phone(spelling), KEY) for spelling in spellings} == {pseudonymise(number, KEY)}


def test_different_values_and_different_keys_differ() -> None:
    pseudonyms = {pseudonymise(value, key) for value in ("13812345678", "13812345679") for key in (KEY, KEY[::-1])}
    assert len(pseudonyms) == 4


def test_values_are_utf_8() -> None:
    assert pseudonymise("张三", KEY).startswith("sm3:")


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="15 bytes"):
        pseudonymise("13812345678", b"k" * 15)


def test_an_empty_value_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        pseudonymise("", KEY)
