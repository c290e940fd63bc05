"""Bulk archives of strangers, zip within zip, walked without unpacking to disk: what is damaged or hostile is told.

Names of members are labels and never paths: nothing is written under them.
"""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from ingestion.submissions import Content
from ingestion.tables import Limits, UnreadableFileError

ARCHIVE_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, struct.error)
"""What reading a damaged member may raise."""

# The weekly archive, archives of many records in it, and one archive for each record.
_MAX_DEPTH = 3
_MAX_RATIO = 200
# Small members may compress any blank page by more than the ratio.
_RATIO_FLOOR = 10_000_000
# About 300,000 members, whose names alone take 200 MB.
_MAX_DIRECTORY_BYTES = 32_000_000
_INNER_IN_MEMORY = 16_000_000
_TAIL_BYTES = 65_557
_SPLIT = re.compile(r"\.z\d\d$", re.IGNORECASE)
_TRICK = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|\x00")
_SPLIT_MEND = "请先用压缩软件把全部分卷（.z01、.z02 …、.zip）合并成一个 .zip，再接收"
_BROKEN_MEND = "请重新下载后再接收；其余文件不受影响"


@dataclass(frozen=True)
class Member:
    """One file in an archive, open for reading once."""

    path: str
    """The names of the archives around it and its own, joined with /."""
    stream: IO[bytes]


@dataclass(frozen=True)
class Fault:
    """A member that cannot be read; `problem` and `mend` are Chinese."""

    path: str
    code: str
    problem: str
    mend: str


@dataclass
class _Budget:
    """What may still be unpacked from a submission."""

    left: int

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise UnreadableFileError("压缩包解压后过大，疑似压缩炸弹，未继续读取；请核对来源，或分成几个文件接收")


def is_archive(content: Content) -> bool:
    """Whether the bytes begin as an archive does."""
    return content.head(4)[:2] == b"PK" or _SPLIT.search(content.name) is not None


def is_workbook(content: Content) -> bool:
    """Whether an archive is a workbook; a damaged one is none."""
    if not is_archive(content) or _SPLIT.search(content.name):
        return False
    try:
        with content.open() as stream:
            _check_directory(stream)
            with zipfile.ZipFile(stream) as archive:
                return "xl/workbook.xml" in archive.namelist()
    except (*ARCHIVE_ERRORS, _FaultError):
        return False


def members(content: Content, suffix: str, limits: Limits) -> Iterator[Member | Fault]:
    """The files of an archive with a suffix, those of inner archives too, in the order they stand in.

    Other files are passed over. Raises UnreadableFileError when the outermost archive cannot be opened, or when
    more than the limits allow would be unpacked.
    """
    if _SPLIT.search(content.name):
        raise UnreadableFileError(f"这是分卷压缩包的一卷；{_SPLIT_MEND}")
    with content.open() as stream:
        for found in _walk(stream, "", 1, suffix, _Budget(limits.max_expanded_bytes)):
            if isinstance(found, Fault) and not found.path:
                raise UnreadableFileError(f"{found.problem}；{found.mend}")
            yield found


class _FaultError(Exception):
    """A member cannot be read."""

    def __init__(self, code: str, problem: str, mend: str = _BROKEN_MEND) -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.mend = mend

    def at(self, path: str) -> Fault:
        return Fault(path, self.code, self.problem, self.mend)


def _walk(stream: IO[bytes], where: str, depth: int, suffix: str, budget: _Budget) -> Iterator[Member | Fault]:
    try:
        _check_directory(stream)
        archive = zipfile.ZipFile(stream)
        infos = archive.infolist()
    except _FaultError as error:
        yield error.at(where)
        return
    except (*ARCHIVE_ERRORS, UnicodeError, ValueError):
        yield Fault(where, "damaged_archive", "压缩包不完整或已损坏", _BROKEN_MEND)
        return
    with archive:
        for info in infos:
            path = f"{where}/{info.filename}" if where else info.filename
            try:
                yield from _member(archive, info, path, depth, suffix, budget)
            except _FaultError as error:
                yield error.at(_printable(path))


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, depth: int, suffix: str, budget: _Budget
) -> Iterator[Member | Fault]:
    name = info.filename.lower()
    if _SPLIT.search(name):
        raise _FaultError("split_archive", "是分卷压缩包的一卷", _SPLIT_MEND)
    is_inner = name.endswith(".zip")
    if info.is_dir() or not (is_inner or name.endswith(suffix)):
        return
    _check_member(info)
    if is_inner and depth >= _MAX_DEPTH:
        raise _FaultError("nested_too_deep", f"压缩包嵌套超过 {_MAX_DEPTH} 层，未打开", "请减少嵌套层数后再接收")
    budget.spend(info.file_size)
    with _opened(archive, info) as stream:
        if not is_inner:
            yield Member(_printable(path), stream)
            return
        with tempfile.SpooledTemporaryFile(max_size=_INNER_IN_MEMORY) as inner:
            try:
                shutil.copyfileobj(stream, inner)
            except ARCHIVE_ERRORS:
                raise _FaultError("damaged_member", "内容已损坏，无法解压") from None
            yield from _walk(inner, path, depth + 1, suffix, budget)


@contextmanager
def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    try:
        stream = archive.open(info)
    except ARCHIVE_ERRORS:
        raise _FaultError("damaged_member", "内容已损坏，无法解压") from None
    with stream:
        yield stream


def _check_member(info: zipfile.ZipInfo) -> None:
    if _TRICK.search(info.filename):
        raise _FaultError("path_trick", "的文件名含有路径跳转，未读取", "请核对压缩包来源，用正常文件名重新打包")
    if info.flag_bits & 1:
        raise _FaultError("encrypted_member", "已加密", "请取消密码后重新打包")
    if info.file_size > _RATIO_FLOOR and info.file_size > _MAX_RATIO * info.compress_size:
        raise _FaultError("too_dense", "解压后过大，疑似压缩炸弹，未读取", "请核对来源后重新打包")


def _check_directory(stream: IO[bytes]) -> None:
    """Look at the end of an archive before zipfile reads its whole directory into memory (APPNOTE 4.3.14, 4.3.16)."""
    size = stream.seek(0, 2)
    stream.seek(max(size - _TAIL_BYTES, 0))
    tail = stream.read(_TAIL_BYTES)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise _FaultError("damaged_archive", "压缩包不完整或已损坏（分卷压缩的须先合并）")
    _, disk, _, _, entries, directory_bytes, _, _ = struct.unpack("<4s4H2LH", tail[at : at + 22])
    if at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        stream.seek(struct.unpack("<Q", tail[at - 12 : at - 4])[0])
        disk, entries, directory_bytes = struct.unpack("<16xL12xQQ", stream.read(48))[0:3]
    if disk:
        raise _FaultError("split_archive", "是分卷压缩包的一卷", _SPLIT_MEND)
    if not entries:
        raise _FaultError("empty_archive", "压缩包是空的", "请确认导出成功后重新打包")
    if directory_bytes > _MAX_DIRECTORY_BYTES:
        raise _FaultError("too_many_members", "压缩包内文件过多", "请分成几个压缩包接收")
    stream.seek(0)


def _printable(path: str) -> str:
    return path.encode("utf-8", "replace").decode()[:200]
