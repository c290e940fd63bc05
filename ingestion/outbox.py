"""What waits for its sender."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^\w.\-]+")


def safe_name(name: str) -> str:
    """A stranger's name as one that stays in its folder."""
    # File systems allow 255 bytes; a Chinese character takes three.
    return _UNSAFE.sub("_", name).strip("._")[:60] or "_"
