"""What the check digits catch, for every number and code their schemes can form, and how spellings vary."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.identifiers import (
    IdentifierError,
    parse_patent_no,
    parse_uscc,
    patent_check_digit,
    uscc_check_character,
)

MODEST = settings(max_examples=100, deadline=None)
DIGITS = "0123456789"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def serials(length: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=length, max_size=length)


def checked(digits: str) -> str:
    return f"{digits}{patent_check_digit(digits)}"


short_digits = st.builds(
    lambda year, kind, serial: f"{year % 100:02d}{kind}{serial}",
    st.integers(1994, 2003),
    st.sampled_from("12389"),
    serials(5),
)
early_digits = st.builds(
    lambda year, kind, serial: f"{year % 100:02d}{kind}{serial}",
    st.integers(1985, 1993),
    st.sampled_from("123"),
    serials(5),
)
long_digits = st.builds(
    lambda year, kind, serial: f"{year}{kind}{serial}",
    st.integers(2003, 2099),
    st.sampled_from("12389"),
    serials(7),
)
checked_numbers = st.one_of(short_digits, early_digits, long_digits).map(checked)
usccs = st.builds(
    lambda head, region, tail: f"{head}{region}{tail}",
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    serials(6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
).map(lambda body: body + uscc_check_character(body))


def substitutions(text: str, alphabet: str) -> Iterator[str]:
    """Every text with one character replaced by another of the alphabet."""
    for place, old in enumerate(text):
        for new in alphabet.replace(old, ""):
            yield text[:place] + new + text[place + 1 :]


def swap(text: str, first: int, second: int) -> str:
    characters = list(text)
    characters[first], characters[second] = characters[second], characters[first]
    return "".join(characters)


@MODEST
@given(checked_numbers)
def test_every_wrong_digit_of_a_patent_number_is_caught(number: str) -> None:
    parse_patent_no(number)
    for wrong in substitutions(number, DIGITS + "X"):
        with pytest.raises(IdentifierError):
            parse_patent_no(wrong)


@MODEST
@given(checked_numbers)
def test_every_swap_of_neighbours_in_a_patent_number_is_caught(number: str) -> None:
    """The last pair is the last digit of the serial and the check digit."""
    for place in range(len(number) - 1):
        swapped = swap(number, place, place + 1)
        if swapped != number:
            with pytest.raises(IdentifierError):
                parse_patent_no(swapped)


@pytest.mark.parametrize("length", [8, 12])
def test_the_check_digit_tells_every_digit_and_every_pair_of_neighbours(length: int) -> None:
    """Exhaustive: the sum is linear, so what holds on a ground of zeros holds on any digits."""
    ground = "0" * length
    for place in range(length):
        assert len({patent_check_digit(ground[:place] + digit + ground[place + 1 :]) for digit in DIGITS}) == 10
    for place, first, second in product(range(length - 1), DIGITS, DIGITS):
        digits = ground[:place] + first + second + ground[place + 2 :]
        same = patent_check_digit(digits) == patent_check_digit(swap(digits, place, place + 1))
        assert same is (first == second)


@pytest.mark.parametrize("length", [8, 12])
def test_the_last_digit_and_the_check_digit_cannot_be_swapped(length: int) -> None:
    """Exhaustive: the first two digits run through every remainder that the other digits can leave."""
    for first, second, last in product(DIGITS, DIGITS, DIGITS):
        number = checked(first + second + "0" * (length - 3) + last)
        swapped = swap(number, -1, -2)
        if swapped != number and swapped[-2] != "X":
            assert patent_check_digit(swapped[:-1]) != swapped[-1]


@MODEST
@given(checked_numbers)
def test_the_canonical_form_of_a_patent_number_is_stable(number: str) -> None:
    parsed = parse_patent_no(number)
    assert parse_patent_no(parsed.canonical) == parsed


@st.composite
def decorated(draw: st.DrawFn, bodies: st.SearchStrategy[str], prefixes: list[str]) -> tuple[str, str]:
    """A bare text and the same with prefix, blanks, full-width and lower-case characters at random places."""
    bare = draw(bodies)
    text = draw(st.sampled_from(prefixes)) + bare
    blank = st.sampled_from(["", "", "", "", " ", "\u3000", "\u00a0", "\u200b", "\ufeff"])
    width = st.sampled_from([str, str.lower, lambda c: chr(ord(c) + 0xFEE0), lambda c: chr(ord(c.lower()) + 0xFEE0)])
    spelt = (draw(width)(character) + draw(blank) for character in text)
    return bare, draw(blank) + "".join(spelt)


@MODEST
@given(
    decorated(checked_numbers, ["", "CN", "ZL", "CNZL", "ZLCN"]),
    st.sampled_from(["", ".", "．", "。", "·", " . "]),
)
def test_every_spelling_of_a_patent_number_is_the_same_number(spelling: tuple[str, str], dot: str) -> None:
    bare, spelt = spelling
    # The dot stands before the check digit, which is the last character with a width.
    last = max(place for place, character in enumerate(spelt) if character.isalnum())
    assert parse_patent_no(spelt[:last] + dot + spelt[last:]) == parse_patent_no(bare)


@MODEST
@given(early_digits.filter(lambda digits: digits < "89"))
def test_before_1989_a_right_check_digit_makes_no_difference(digits: str) -> None:
    assert parse_patent_no(checked(digits)) == parse_patent_no(digits)
    assert parse_patent_no(digits).canonical == f"CN{digits}"


@MODEST
@given(st.one_of(short_digits, early_digits.filter(lambda digits: digits > "89"), long_digits))
def test_since_1989_a_number_without_check_digit_is_refused(digits: str) -> None:
    with pytest.raises(IdentifierError) as caught:
        parse_patent_no(digits)
    assert caught.value.code == "missing_check_digit"


@settings(max_examples=30, deadline=None)
@given(usccs)
def test_every_wrong_character_of_a_credit_code_is_caught(code: str) -> None:
    parse_uscc(code)
    for wrong in substitutions(code, USCC_ALPHABET):
        with pytest.raises(IdentifierError):
            parse_uscc(wrong)


@settings(max_examples=30, deadline=None)
@given(usccs)
def test_every_swap_in_a_credit_code_is_caught_except_of_first_and_last(code: str) -> None:
    for second in range(18):
        for first in range(second):
            swapped = swap(code, first, second)
            if swapped != code and (first, second) != (0, 17):
                with pytest.raises(IdentifierError):
                    parse_uscc(swapped)
    assert parse_uscc(swap(code, 0, 17)).code == swap(code, 0, 17)


@MODEST
@given(decorated(usccs, [""]))
def test_every_spelling_of_a_credit_code_is_the_same_code(spelling: tuple[str, str]) -> None:
    bare, spelt = spelling
    assert parse_uscc(spelt).code == bare
    assert parse_uscc(parse_uscc(spelt).code) == parse_uscc(spelt)


def refusal_of(parse: Callable[[str], object], text: str) -> IdentifierError | None:
    """What the parser has against the text; any other error than an IdentifierError passes through."""
    try:
        parse(text)
    except IdentifierError as error:
        return error
    return None


# Plain text seldom comes near a number, so most of it is made of what numbers are made of.
near_numbers = st.text("0123456789XxZLCN.。．-+Ee０９Ｘ 年", max_size=20)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=200), near_numbers))
def test_any_text_parses_or_is_refused_with_reasons(text: str) -> None:
    for parse in (parse_patent_no, parse_uscc):
        refusal = refusal_of(parse, text)
        if refusal is not None:
            assert refusal.value == text
            assert all((refusal.code, refusal.message, refusal.message_zh, refusal.mend_zh))
