"""The lake: append-only raw loads and published versions, each committed by a manifest that is written last.

Works the same on a local folder and on an object store, because nothing depends on renaming folders: what has no
manifest does not exist. Every byte that is written passes through `put_bytes`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from upath import UPath

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import Contract, load_catalogue
from panhuo.contracts.rows import Violation
from panhuo.feed_positions import FeedPosition
from panhuo.load_tables import cells_schema, cells_tables, file_key, fingerprint, with_provenance
from panhuo.periods import Period, format_instant, parse_instant

LOAD_FILE = "load.json"
MANIFEST_FILE = "manifest.json"
CELLS_FILE = "cells.parquet"
SENT = "dispatches"
"""Source of what published months sent out."""

LoadStatus = Literal["accepted", "rejected"]


class LakeError(ValueError):
    """The lake refuses what was asked of it."""


@dataclass(frozen=True)
class Load:
    """One committed raw load: a submission of one sender, as it was received."""

    load_id: str
    source: str
    dataset: str
    period: Period
    received_at: dt.datetime
    sender_id: str
    source_file: str
    content_digest: str
    row_count: int
    quarantined_count: int
    duplicate_count: int
    """Rows equal to another of the submission, of which one was kept."""
    load_status: LoadStatus
    rejection: str | None
    parser_version: str
    parts: Mapping[str, str]
    """File name → SHA-256 of the Parquet files of the load."""
    feed_position: FeedPosition | None = None
    """How far its feed has been landed, of a batch of a feed with cursors."""

    @property
    def contract_name(self) -> str:
        """Qualified name of the contract its rows obey."""
        return f"raw_{self.source}.{self.dataset}"

    def to_json(self) -> dict[str, Any]:
        """The load as written to `load.json`."""
        body = asdict(self)
        body["period"] = str(self.period)
        body["received_at"] = format_instant(self.received_at)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Load:
        """Read back what `to_json` wrote."""
        fields = dict(body)
        fields["period"] = Period.parse(fields["period"])
        fields["received_at"] = parse_instant(fields["received_at"])
        fields["feed_position"] = FeedPosition(**position) if (position := fields.get("feed_position")) else None
        return cls(**fields)


@dataclass(frozen=True)
class LoadReceipt:
    """What the lake answers to a submission."""

    load: Load
    is_new: bool
    """False when the same bytes were already there: nothing was written."""


@dataclass(frozen=True)
class Version:
    """One published version of a product for a month."""

    product: str
    period: Period
    number: int
    path: UPath
    manifest: Mapping[str, Any]

    @property
    def as_of(self) -> dt.datetime:
        """The instant up to which its data count."""
        return parse_instant(self.manifest["as_of"])


def sha256(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical_json(body: Any) -> bytes:
    """JSON with sorted keys, UTF-8 and a final newline: equal content gives equal bytes."""
    return (json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def put_bytes(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if "://" in str(path):
        path.write_bytes(content)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def parquet_bytes(tables: pa.Table | Iterable[pa.Table], schema: pa.Schema | None = None) -> bytes:
    """Tables as one Parquet file with fixed writer settings: equal tables give equal bytes.

    A number of tables needs their `schema`, which an empty one has too.
    """
    sink = io.BytesIO()
    pieces = [tables] if isinstance(tables, pa.Table) else tables
    schema = tables.schema if isinstance(tables, pa.Table) else schema
    with pq.ParquetWriter(sink, schema, compression="zstd", version="2.6", store_schema=True) as writer:
        for piece in pieces:
            writer.write_table(piece, row_group_size=131_072)
    return sink.getvalue()


def tree_files(folder: Path) -> list[str]:
    """Relative POSIX names of all finished files below a local folder, sorted."""
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in names if not PurePosixPath(name).name.startswith(".writing-"))


class Lake:
    """Raw loads and published products below one root."""

    def __init__(self, root: str | Path) -> None:
        self.root = UPath(root)

    # --- raw ----------------------------------------------------------------------------------------------------

    def known_load(
        self,
        *,
        contract: Contract,
        period: Period,
        received_at: dt.datetime,
        sender_id: str,
        source_file: str,
        content_digest: str,
        parser_version: str,
    ) -> Load | None:
        """The load that the same bytes already are: the newest of that sender, file name and month.

        Bytes that were sent before but have been replaced since are the sender's last word again, and no known
        load; so are bytes that another version of the parser read.
        """
        newest = self._newest_of_file(contract, period, received_at, sender_id, source_file)
        name_end = fingerprint(contract, period, content_digest, parser_version)
        return newest if newest is not None and newest.load_id.endswith(name_end) else None

    def write_load(
        self,
        *,
        contract: Contract,
        period: Period,
        received_at: dt.datetime,
        sender_id: str,
        source_file: str,
        content_digest: str,
        rows: pa.Table | Iterable[pa.Table],
        violations: Iterable[Violation] = (),
        duplicate_count: int = 0,
        parser_version: str,
        rejection: str | None = None,
        feed_position: FeedPosition | None = None,
    ) -> LoadReceipt:
        """Append one submission, one file for each table of `rows`; a known load is a no-op.

        `rows` hold the payload columns of the contract and `source_row`; provenance is added here.
        """
        if contract.source is None:
            raise LakeError(f"{contract.qualified_name} is not a raw table")
        known = self.known_load(
            contract=contract,
            period=period,
            received_at=received_at,
            sender_id=sender_id,
            source_file=source_file,
            content_digest=content_digest,
            parser_version=parser_version,
        )
        if known is not None:
            return LoadReceipt(known, is_new=False)
        name_end = fingerprint(contract, period, content_digest, parser_version)
        load_id = f"{received_at.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{file_key(sender_id, source_file)}-{name_end}"
        load = Load(
            load_id=load_id,
            source=contract.source,
            dataset=contract.table,
            period=period,
            received_at=received_at.astimezone(dt.UTC).replace(microsecond=0),
            sender_id=sender_id,
            source_file=source_file,
            content_digest=content_digest,
            row_count=0,
            quarantined_count=0,
            duplicate_count=duplicate_count,
            load_status="rejected" if rejection else "accepted",
            rejection=rejection,
            parser_version=parser_version,
            parts={},
            feed_position=feed_position,
        )
        provenance = {
            "period": str(period),
            "received_at": received_at,
            "load_id": load_id,
            "sender_id": sender_id,
            "source_file": source_file,
        }
        load = self._write_cells(load, violations, contract, provenance)
        load = self._write_parts(load, rows, contract, provenance)
        put_bytes(self._load_folder(load) / LOAD_FILE, canonical_json(load.to_json()))
        return LoadReceipt(load, is_new=True)

    def _write_cells(
        self, load: Load, violations: Iterable[Violation], contract: Contract, provenance: Mapping[str, Any]
    ) -> Load:
        set_aside: set[int] = set()
        cells = parquet_bytes(cells_tables(violations, contract, provenance, set_aside), cells_schema())
        put_bytes(self._quarantine_folder(load) / CELLS_FILE, cells)
        return replace(load, quarantined_count=len(set_aside), parts={CELLS_FILE: sha256(cells)})

    def _write_parts(
        self, load: Load, rows: pa.Table | Iterable[pa.Table], contract: Contract, provenance: Mapping[str, Any]
    ) -> Load:
        parts = dict(load.parts)
        count = 0
        for number, table in enumerate([rows] if isinstance(rows, pa.Table) else rows):
            part = parquet_bytes(with_provenance(table, provenance, contract))
            put_bytes(self._load_folder(load) / f"part-{number}.parquet", part)
            parts[f"part-{number}.parquet"] = sha256(part)
            count += table.num_rows
        return replace(load, row_count=count, parts=parts)

    def loads(
        self,
        source: str | None = None,
        dataset: str | None = None,
        *,
        until: Period,
        as_of: dt.datetime,
        since: Period | None = None,
    ) -> list[Load]:
        """Committed loads of the months `since`..`until` received by `as_of`, in order of receipt.

        What a month sent out is known to later months and later views, never to the view of the month that sent it.
        """
        pattern = f"{source or '*'}/{dataset or '*'}/period=*/load=*/{LOAD_FILE}"
        found = []
        for path in (self.root / "raw").glob(pattern):
            period = Period.parse(path.parent.parent.name.removeprefix("period="))
            if period > until or (since is not None and period < since):
                continue
            load = Load.from_json(json.loads(path.read_bytes()))
            is_own = load.source == SENT and load.period == until
            if load.received_at < as_of or (load.received_at == as_of and not is_own):
                found.append(load)
        return sorted(found, key=lambda load: (load.received_at, load.source, load.dataset, load.load_id))

    def part_paths(self, load: Load) -> list[UPath]:
        """Where the accepted rows of a load are, in order."""
        names = sorted(set(load.parts) - {CELLS_FILE}, key=lambda name: int(name[5:].partition(".")[0]))
        return [self._load_folder(load) / name for name in names]

    def cells_path(self, load: Load) -> UPath:
        """Where the quarantined cells of a load are."""
        return self._quarantine_folder(load) / CELLS_FILE

    def read_rows(self, load: Load) -> pa.Table:
        """The accepted rows of a load, with provenance."""
        tables = [pq.read_table(io.BytesIO(path.read_bytes())) for path in self.part_paths(load)]
        return (
            pa.concat_tables(tables)
            if tables
            else arrow_schema(load_catalogue().contract(load.contract_name)).empty_table()
        )

    def read_cells(self, load: Load) -> pa.Table:
        """The quarantined cells of a load."""
        return pq.read_table(io.BytesIO(self.cells_path(load).read_bytes()))

    def damaged_loads(self, loads: Iterable[Load]) -> list[Load]:
        """Loads whose files no longer have the digests their `load.json` states."""
        return [load for load in loads if self._part_digests(load) != dict(load.parts)]

    def _part_digests(self, load: Load) -> dict[str, str | None]:
        paths = [self.cells_path(load), *self.part_paths(load)]
        return {path.name: sha256(path.read_bytes()) if path.exists() else None for path in paths}

    def _newest_of_file(
        self, contract: Contract, period: Period, received_at: dt.datetime, sender_id: str, source_file: str
    ) -> Load | None:
        folder = self.root / "raw" / str(contract.source) / contract.table / f"period={period}"
        name = file_key(sender_id, source_file)
        found = [Load.from_json(json.loads(path.read_bytes())) for path in folder.glob(f"load=*-{name}-*/{LOAD_FILE}")]
        by_then = [load for load in found if load.received_at <= received_at]
        return max(by_then, key=lambda load: (load.received_at, load.load_id), default=None)

    def _load_folder(self, load: Load) -> UPath:
        return self.root / "raw" / load.source / load.dataset / f"period={load.period}" / f"load={load.load_id}"

    def _quarantine_folder(self, load: Load) -> UPath:
        return self.root.joinpath(
            "quarantine", load.source, load.dataset, f"period={load.period}", f"load={load.load_id}"
        )

    # --- published ----------------------------------------------------------------------------------------------

    def versions(self, product: str, period: Period) -> list[Version]:
        """Committed versions of a product for a month, oldest first."""
        found = []
        for path in self._product_folder(product, period).glob(f"version=*/{MANIFEST_FILE}"):
            number = int(path.parent.name.removeprefix("version="))
            found.append(Version(product, period, number, path.parent, json.loads(path.read_bytes())))
        return sorted(found, key=lambda version: version.number)

    def published_periods(self, product: str) -> list[Period]:
        """Months of a product with at least one committed version, in order."""
        folders = (self.root / "published" / product).glob(f"period=*/version=*/{MANIFEST_FILE}")
        return sorted({Period.parse(path.parent.parent.name.removeprefix("period=")) for path in folders})

    def next_number(self, product: str, period: Period) -> int:
        """Number that the next version of a month will bear."""
        committed = self.versions(product, period)
        return committed[-1].number + 1 if committed else 1

    def publish(self, product: str, period: Period, staged: Path) -> Version:
        """Copy a staged local folder to its version and commit it by writing its `manifest.json` last.

        What an interrupted publication left behind is swept first. Raises LakeError when the manifest's
        `version` is not the next one: a committed version is never written again.
        """
        manifest = json.loads((staged / MANIFEST_FILE).read_bytes())
        number = self.next_number(product, period)
        if manifest["version"] != number:
            raise LakeError(f"{product} {period}: the next version is {number}, not {manifest['version']}")
        target = self._product_folder(product, period) / f"version={number}"
        _sweep(target)
        for name in tree_files(staged):
            if name != MANIFEST_FILE:
                put_bytes(target / name, (staged / name).read_bytes())
        put_bytes(target / MANIFEST_FILE, (staged / MANIFEST_FILE).read_bytes())
        return Version(product, period, number, target, manifest)

    def _product_folder(self, product: str, period: Period) -> UPath:
        return self.root / "published" / product / f"period={period}"


def _sweep(folder: UPath) -> None:
    if not folder.exists():
        return
    if "://" in str(folder):
        folder.fs.rm(folder.path, recursive=True)
    else:
        shutil.rmtree(folder)
