"""Values from outside as text that can be stored and shown."""

from __future__ import annotations

MAX_VALUE_LENGTH = 200


def printable(value: object) -> str:
    """Any value as text that can be stored: at most 200 characters, surrogates replaced."""
    if value is None:
        return ""
    if isinstance(value, int) and value.bit_length() > 4 * MAX_VALUE_LENGTH:
        return "（过长的数字）"
    return str(value)[:MAX_VALUE_LENGTH].encode("utf-8", "replace").decode()
