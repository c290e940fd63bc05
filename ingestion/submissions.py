"""What a sender hands in, held in memory or on disk."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from panhuo.feed_positions import FeedPosition

PLATFORM_SENDER = "platform"
"""Sender of everything the platform itself states."""


@dataclass(frozen=True)
class Content:
    """The bytes of a submission; a bulk file stays on disk and is never read whole."""

    held: bytes | Path
    name: str = ""
    """Name of the file, as its sender gave it."""

    def open(self) -> io.BufferedReader | io.BytesIO:
        """A new stream from the first byte on."""
        return self.held.open("rb") if isinstance(self.held, Path) else io.BytesIO(self.held)

    @cached_property
    def size(self) -> int:
        """Number of bytes."""
        return self.held.stat().st_size if isinstance(self.held, Path) else len(self.held)

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hexadecimal."""
        with self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def head(self, size: int = 1 << 16) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)

    def whole(self) -> bytes:
        """All bytes, for readers that need them at once; the caller has looked at `size`."""
        return self.held.read_bytes() if isinstance(self.held, Path) else self.held


@dataclass(frozen=True)
class Submission:
    """One file or feed of one sender, as received."""

    sender_id: str
    source_file: str
    """Name of the file, or address of the feed."""
    content: bytes | Path
    """A path is that of a file which nobody writes to while it is landed."""
    feed_position: FeedPosition | None = None
    """How far it reaches into its feed, of a batch of a feed with cursors."""

    @cached_property
    def received(self) -> Content:
        """Its bytes."""
        return Content(self.content, self.source_file)


@contextmanager
def spool(name: str, pieces: Iterator[bytes]) -> Iterator[Path]:
    """A file of the given name with the pieces in it, on disk as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="panhuo-feed-") as folder:
        path = Path(folder) / name
        with path.open("wb") as stream:
            stream.writelines(pieces)
        yield path
