"""Manifests: what a folder holds, and whether it still holds exactly that.

A manifest is canonical JSON (sorted keys, UTF-8, final newline) with whatever the maker says of the folder,
then `files` (name → SHA-256, bytes and, for tables, rows) and `digest`. The digest is the SHA-256 of what
`sha256sum` prints for the files sorted by name, so that anyone can recompute it without this program.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from panhuo.contracts.model import Strict
from panhuo.lake import MANIFEST_FILE, canonical_json

MAX_MANIFEST_BYTES = 64 * 1024 * 1024
MAX_FINDINGS = 100
_CHUNK = 1 << 20
_MEND = "请重新下载完整的数据包，不要手工修改其中的文件。"

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FileEntry(Strict):
    """One file of a manifest; `rows` is known for tables only."""

    sha256: Digest
    bytes: int = Field(ge=0)
    rows: int | None = Field(default=None, ge=0)


class _Listing(Strict):
    files: dict[str, FileEntry]
    digest: Digest


@dataclass(frozen=True)
class Manifest:
    """A manifest read back: `meta` is everything its maker said beside the files."""

    meta: Mapping[str, Any]
    files: Mapping[str, FileEntry]
    digest: str


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong with a folder: the file, a code, and in Chinese what it is and how to mend it."""

    path: str
    code: str
    message: str
    mend: str


class ManifestError(ValueError):
    """A manifest that cannot be read."""


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def describe_files(folder: Path, rows: Mapping[str, int] | None = None) -> dict[str, FileEntry]:
    """Every file below a folder but its own manifest, by name; `rows` gives the row counts of tables."""
    counts = rows or {}
    entries = {}
    for name in sorted(_names(folder)):
        path = folder / name
        entries[name] = FileEntry(sha256=file_digest(path), bytes=path.stat().st_size, rows=counts.get(name))
    return entries


def tree_digest(files: Mapping[str, FileEntry]) -> str:
    """SHA-256 over the names and digests of files, as `sha256sum` prints them in order of name."""
    lines = "".join(f"{entry.sha256}  {name}\n" for name, entry in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def write_manifest(folder: Path, meta: Mapping[str, Any], rows: Mapping[str, int] | None = None) -> Manifest:
    """Describe a folder as it is now and write its `manifest.json`.

    `meta` must be JSON and must not name `files` or `digest` (ValueError). Equal folders and equal `meta`
    give equal bytes.
    """
    taken = {"files", "digest"} & set(meta)
    if taken:
        raise ValueError(f"{folder}: {sorted(taken)} of a manifest are computed, not given")
    files = describe_files(folder, rows)
    manifest = Manifest(meta, files, tree_digest(files))
    (folder / MANIFEST_FILE).write_bytes(_serialise(manifest))
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json`; ManifestError when it is missing, too large or not a manifest."""
    path = folder / MANIFEST_FILE
    try:
        if path.stat().st_size > MAX_MANIFEST_BYTES:
            raise ManifestError(f"{path} is larger than {MAX_MANIFEST_BYTES} bytes")
        body = json.loads(path.read_bytes())
        listing = TypeAdapter(_Listing).validate_python({key: body[key] for key in ("files", "digest")})
    except FileNotFoundError:
        raise ManifestError(f"{path} is missing") from None
    except (ValidationError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ManifestError(f"{path} is not a manifest: {type(error).__name__}: {error}") from error
    meta = {key: value for key, value in body.items() if key not in {"files", "digest"}}
    return Manifest(meta, listing.files, listing.digest)


def verify_manifest(folder: Path, limit: int = MAX_FINDINGS) -> list[Finding]:
    """Hold a folder against its manifest; no findings means that it is exactly what was written.

    At most `limit` findings are returned. No file outside the folder is ever opened: names that would lead
    there and links are findings themselves.
    """
    try:
        manifest = read_manifest(folder)
    except ManifestError as error:
        return [Finding(MANIFEST_FILE, "manifest_unreadable", f"清单无法读取：{error}", "请重新下载完整的数据包。")]
    return list(islice(_findings(folder, manifest), limit))


def _findings(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    if (folder / MANIFEST_FILE).read_bytes() != _serialise(manifest):
        yield Finding(MANIFEST_FILE, "manifest_not_canonical", "清单的文本不是规范格式，可能被改动过", _MEND)
    if tree_digest(manifest.files) != manifest.digest:
        yield Finding(MANIFEST_FILE, "wrong_digest", "清单的总摘要与所列文件不符", _MEND)
    for name, entry in sorted(manifest.files.items()):
        problem = _problem(folder, name, entry)
        if problem:
            yield Finding(name, *problem, _MEND)
    for name in sorted(set(_names(folder)) - set(manifest.files)):
        yield Finding(name, "extra_file", "文件不在清单中", "请删除该文件，或移到数据包之外。")


def _problem(folder: Path, name: str, entry: FileEntry) -> tuple[str, str] | None:
    if not _is_safe(name):
        return "unsafe_name", "清单中的文件名不安全（绝对路径、上级目录或反斜杠）"
    path = folder / name
    if any(part.is_symlink() for part in (path, *path.parents) if part != folder and folder in part.parents):
        return "link", "文件或其目录是链接，未予读取"
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return "missing_file", "清单中的文件不存在"
    if not stat.S_ISREG(status.st_mode):
        return "not_a_file", "清单中的名称不是普通文件"
    if status.st_size != entry.bytes:
        return "altered_file", f"文件大小应为 {entry.bytes} 字节，实为 {status.st_size} 字节"
    if file_digest(path) != entry.sha256:
        return "altered_file", "文件内容与清单中的 SHA-256 摘要不符"
    return None


def _is_safe(name: str) -> bool:
    path = PurePosixPath(name)
    plain = bool(name) and "\\" not in name and "\0" not in name and ":" not in name
    return plain and not path.is_absolute() and ".." not in path.parts and path.as_posix() == name


def _names(folder: Path) -> Iterator[str]:
    """Everything below a folder but directories and its own manifest; links are listed, not followed."""
    for parent, folders, files in os.walk(folder):
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        for name in (*files, *links):
            relative = (Path(parent) / name).relative_to(folder).as_posix()
            if relative != MANIFEST_FILE:
                yield relative


def _serialise(manifest: Manifest) -> bytes:
    files = {name: entry.model_dump(exclude_none=True) for name, entry in manifest.files.items()}
    return canonical_json({**manifest.meta, "files": files, "digest": manifest.digest})
