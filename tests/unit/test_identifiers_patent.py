"""Patent numbers: spellings, every typed refusal, and the real files."""

import csv
import pickle
from collections import Counter
from pathlib import Path

import pytest

from panhuo.identifiers import (
    BadCharactersError,
    EmptyIdentifierError,
    FloatDamagedError,
    IdentifierError,
    ImpossibleYearError,
    MissingCheckDigitError,
    PatentNumber,
    PatentType,
    PublicationNumberError,
    UnknownTypeDigitError,
    WrongCheckDigitError,
    WrongLengthError,
    parse_patent_no,
    patent_check_digit,
)


def column(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[name] for row in csv.DictReader(file)]


def faults(texts: list[str]) -> dict[str, str]:
    """Code of the fault by text, for the texts that are refused."""
    found = {}
    for text in texts:
        try:
            parse_patent_no(text)
        except IdentifierError as error:
            found[text] = error.code
    return found


def refusal(text: str) -> IdentifierError:
    with pytest.raises(IdentifierError) as caught:
        parse_patent_no(text)
    return caught.value


@pytest.mark.parametrize(
    "spelling",
    [
        "CN201010110545.X",
        "ZL 201010110545.X",
        "ZL 2010 1 0110545.X",
        "201010110545X",
        "cn201010110545x",
        "ZLCN201010110545.X",
        "CN ZL201010110545.X",
        "ｚｌ２０１０１０１１０５４５．ｘ",
        "ＺＬ\u3000２０１０　１　０１１０５４５。Ｘ",
        "201010110545·X",
        "\ufeff201010110545.X\n",
        "201010\u200b110545\u00a0.X",
    ],
)
def test_spellings_of_one_number(spelling: str) -> None:
    assert parse_patent_no(spelling) == PatentNumber(
        canonical="CN201010110545.X",
        year=2010,
        patent_type=PatentType.INVENTION,
        is_pct=False,
        serial="0110545",
        check_digit="X",
    )


@pytest.mark.parametrize(
    ("text", "canonical", "year", "patent_type", "is_pct", "serial", "check_digit"),
    [
        ("CN02270355.1", "CN02270355.1", 2002, PatentType.UTILITY_MODEL, False, "70355", "1"),
        ("ZL 98 8 05245.8", "CN98805245.8", 1998, PatentType.INVENTION, True, "05245", "8"),
        ("9890000 1.X", "CN98900001.X", 1998, PatentType.UTILITY_MODEL, True, "00001", "X"),
        ("94190001.0", "CN94190001.0", 1994, PatentType.INVENTION, True, "90001", "0"),
        ("CN85102475", "CN85102475", 1985, PatentType.INVENTION, False, "02475", None),
        ("CN88301257.X", "CN88301257", 1988, PatentType.DESIGN, False, "01257", None),
        ("CN201420789305.0", "CN201420789305.0", 2014, PatentType.UTILITY_MODEL, False, "0789305", "0"),
        ("2009100011645", "CN200910001164.5", 2009, PatentType.INVENTION, False, "0001164", "5"),
    ],
)
def test_schemes(
    text: str,
    canonical: str,
    year: int,
    patent_type: PatentType,
    is_pct: bool,
    serial: str,
    check_digit: str | None,
) -> None:
    assert parse_patent_no(text) == PatentNumber(canonical, year, patent_type, is_pct, serial, check_digit)


@pytest.mark.parametrize(("type_digit", "patent_type"), [("8", PatentType.INVENTION), ("9", PatentType.UTILITY_MODEL)])
def test_national_phase_of_the_long_scheme(type_digit: str, patent_type: PatentType) -> None:
    digits = f"2010{type_digit}0012345"
    number = parse_patent_no(digits + patent_check_digit(digits))
    assert (number.patent_type, number.is_pct) == (patent_type, True)


def test_both_spellings_before_1989_are_one_patent() -> None:
    assert parse_patent_no("CN87101357.6") == parse_patent_no("CN87101357")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyIdentifierError),
        (" \u3000\u200b\n", EmptyIdentifierError),
        ("2.02310123E+11", FloatDamagedError),
        ("2.0231e11", FloatDamagedError),
        ("2009100011645.0", FloatDamagedError),
        ("2009100011645.00", FloatDamagedError),
        ("2270355.0", FloatDamagedError),
        ("CN101464896B", PublicationNumberError),
        ("CN1815552B", PublicationNumberError),
        ("CN202281273U", PublicationNumberError),
        ("CN-104751825-B", PublicationNumberError),
        ("CN85102475B", PublicationNumberError),
        ("101464896", PublicationNumberError),
        ("1815552", PublicationNumberError),
        ("申请号201010110545.X", BadCharactersError),
        ("201010110545.X、201010240908.1", BadCharactersError),
        ("2010-1-0110545.X", BadCharactersError),
        ("٢٠١٠١٠١١٠٥٤٥.X", BadCharactersError),
        ("2010X0110545.1", BadCharactersError),
        ("2010.10110545X", BadCharactersError),
        ("PCT/CN2010/071234", BadCharactersError),
        ("ZL", WrongLengthError),
        ("20101011054.X", WrongLengthError),
        ("2270355.1", WrongLengthError),
        ("20101011054512.X", WrongLengthError),
        ("1" * 65, WrongLengthError),
        ("98123456", MissingCheckDigitError),
        ("201420789305", MissingCheckDigitError),
        ("201440789305.0", UnknownTypeDigitError),
        ("85802475", UnknownTypeDigitError),
        ("199910012345.6", ImpossibleYearError),
        ("84102475", ImpossibleYearError),
        ("04102475.1", ImpossibleYearError),
        ("210010110545.6", ImpossibleYearError),
        ("201010110545.1", WrongCheckDigitError),
        ("CN87101357.5", WrongCheckDigitError),
    ],
)
def test_refusals_are_typed(text: str, error: type[IdentifierError]) -> None:
    found = refusal(text)
    assert type(found) is error
    assert found.value == text


def test_codes_are_distinct() -> None:
    codes = [error.code for error in IdentifierError.__subclasses__()]
    assert len(set(codes)) == len(codes) == 9


def test_a_legal_check_digit_nought_is_not_a_float() -> None:
    assert parse_patent_no("201420789305.0").check_digit == "0"


def test_a_wrong_check_digit_names_the_one_the_digits_give() -> None:
    error = refusal("ZL 201810819673.7")
    assert str(error) == error.message == "check digit 7 of 201810819673 is wrong; its digits give 8"
    assert "对应的校验位是 8" in error.message_zh
    assert error.mend_zh == (
        "前12位 201810819673 对应的校验位是 8，表中写的是 7；请对照专利证书逐位核对，不要只改校验位。"
    )


def test_a_missing_check_digit_names_the_one_the_digits_give() -> None:
    assert "对应的校验位是 9" in refusal("98123456").mend_zh


def test_errors_survive_the_way_between_processes() -> None:
    error = refusal("ZL 201810819673.7")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is WrongCheckDigitError
    assert vars(copy) == vars(error)


def test_the_callers_last_year_is_a_bound() -> None:
    assert parse_patent_no("201010110545.X", latest_year=2010).year == 2010
    with pytest.raises(ImpossibleYearError):
        parse_patent_no("201010110545.X", latest_year=2009)
    with pytest.raises(ImpossibleYearError):
        parse_patent_no("02270355.1", latest_year=2001)


@pytest.mark.parametrize("digits", ["", "1234567", "123456789", "2010101105４5", "20101011054X"])
def test_the_check_digit_is_of_8_or_12_digits(digits: str) -> None:
    with pytest.raises(ValueError, match="8 or 12 digits"):
        patent_check_digit(digits)


def test_a_swap_eight_places_apart_goes_unseen() -> None:
    """The limit the docstring states: places 1 and 9, 2 and 10, ... have the same weight."""
    digits = "201010110545"
    for place in range(4):
        swapped = list(digits)
        swapped[place], swapped[place + 8] = swapped[place + 8], swapped[place]
        assert patent_check_digit("".join(swapped)) == patent_check_digit(digits)


def test_every_real_number_of_taian_parses(shared_data: Path) -> None:
    path = shared_data / "stays_here" / "taian_org_patents_with_abstracts.csv"
    numbers, kinds = column(path, "application_no"), column(path, "patent_type")
    parsed = [parse_patent_no(number) for number in numbers]
    assert len(parsed) == len({number.canonical for number in parsed}) == 3374
    kind_of = {
        "发明": PatentType.INVENTION,
        "实用新型": PatentType.UTILITY_MODEL,
        "外观设计": PatentType.DESIGN,
    }
    assert [number.patent_type for number in parsed] == [kind_of[kind] for kind in kinds]
    assert [number.check_digit for number in parsed].count(None) == 11


def test_the_year_is_not_the_filing_year_of_divisional_applications(shared_data: Path) -> None:
    path = shared_data / "stays_here" / "taian_org_patents_with_abstracts.csv"
    pairs = zip(column(path, "application_no"), column(path, "filing_date"), strict=True)
    assert sum(parse_patent_no(number).filing_year != int(filed[:4]) for number, filed in pairs) == 3


def test_the_two_wrong_numbers_of_the_ledger_and_no_other(shared_data: Path) -> None:
    numbers = column(shared_data / "sample" / "university_ledger_126.csv", "patent_no")
    assert len(numbers) == 126
    assert faults(numbers) == {
        "ZL 201810819673.7": "wrong_check_digit",
        "ZL 201901390316.9": "unknown_type_digit",
    }


def test_application_numbers_of_companies_parse_and_their_grant_numbers_do_not(shared_data: Path) -> None:
    path = shared_data / "sample" / "listed_company_patents_249.csv"
    assert faults(column(path, "application_number")) == {}
    assert Counter(faults(column(path, "grant_number")).values()) == {"publication_number": 249}
