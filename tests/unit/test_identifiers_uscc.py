"""Unified social credit codes: spellings, every typed refusal, and the real register."""

import csv
from pathlib import Path

import pytest

from panhuo.identifiers import (
    BadCharactersError,
    EmptyIdentifierError,
    FloatDamagedError,
    IdentifierError,
    Uscc,
    WrongCheckDigitError,
    WrongLengthError,
    parse_uscc,
    uscc_check_character,
)

BAIDU = "91110000802100433B"


@pytest.mark.parametrize(
    "spelling",
    [
        BAIDU,
        BAIDU.lower(),
        "911100 008021 00433B",
        "９１１１００００８０２１００４３３Ｂ",
        "\ufeff91110000802100433ｂ\n",
    ],
)
def test_spellings_of_one_code(spelling: str) -> None:
    assert parse_uscc(spelling) == Uscc(
        code=BAIDU, registration_department="9", organisation_category="1", region_code="110000"
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyIdentifierError),
        ("\u3000 ", EmptyIdentifierError),
        ("9.1110000802E+17", FloatDamagedError),
        ("911100008021004330.0", FloatDamagedError),
        ("911100008021004000", FloatDamagedError),
        ("9111000080210O433B", BadCharactersError),
        ("91110000-80210043", BadCharactersError),
        ("91A10000802100433B", BadCharactersError),
        ("91110000802100433", WrongLengthError),
        ("91110000802100433BB", WrongLengthError),
        ("1" * 65, WrongLengthError),
        ("91110000802100433C", WrongCheckDigitError),
    ],
)
def test_refusals_are_typed(text: str, error: type[IdentifierError]) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_uscc(text)
    assert type(caught.value) is error
    assert caught.value.value == text


def test_a_wrong_check_character_names_the_one_the_others_give() -> None:
    with pytest.raises(WrongCheckDigitError) as caught:
        parse_uscc("91110000802100433C")
    assert caught.value.message_zh == (
        "统一社会信用代码校验码不对：写的是 C，前17位 91110000802100433 对应的校验码是 B"
    )
    assert "对应的校验码是 B" in caught.value.mend_zh


@pytest.mark.parametrize("body", ["", "9111000080210043", "9111000080210043I", "911100008021004333"])
def test_the_check_character_is_of_17_characters(body: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        uscc_check_character(body)


def test_every_real_code_of_taian_parses(shared_data: Path) -> None:
    path = shared_data / "stays_here" / "taian_enterprises.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        codes = [row["uscc"] for row in csv.DictReader(file)]
    assert [parse_uscc(code).code for code in codes] == codes
    assert len(codes) == 2542
