"""What a sender hands in."""

from __future__ import annotations

from dataclasses import dataclass

PLATFORM_SENDER = "platform"
"""Sender of everything the platform itself states."""


@dataclass(frozen=True)
class Submission:
    """One file or feed of one sender, as received."""

    sender_id: str
    source_file: str
    """Name of the file, or address of the feed."""
    content: bytes
