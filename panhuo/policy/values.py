"""Constants of the policy: values that stand beside their reason."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from panhuo.contracts.model import Strict

Text = Annotated[str, Field(min_length=1)]
Words = Annotated[tuple[Text, ...], Field(min_length=1)]


class Number(Strict):
    """A constant that is a number."""

    value: float
    reason: Text


class Count(Strict):
    """A constant that counts something."""

    value: int = Field(ge=1)
    reason: Text


class Word(Strict):
    """A constant that is a word."""

    value: Text
    reason: Text


class Codes(Strict):
    """A constant that is a set of codes."""

    value: Words
    reason: Text
