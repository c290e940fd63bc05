"""Drops: files that speak for several months at once, landed as one load for each month.

A row speaks for the month of its date (`dated_by` of its source), the first month of the programme for what is
older, and the month of receipt for what has no date or one that lies ahead. A row that states only what is known of
its month already is counted and not landed: it would change nothing but where the statement was read last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingestion.land import is_submission, limits_of
from ingestion.reading import Counts, Reading, open_reading
from ingestion.returns import Notice, annotate, put_return, refuse
from ingestion.sieve import open_sieve
from ingestion.sources import Source, load_source, source_names
from ingestion.submissions import PLATFORM_SENDER, Submission
from ingestion.tables import UnreadableFileError
from panhuo.contracts.rows import Violation, rows_table
from panhuo.lake import Lake, Load, canonical_json, sha256
from panhuo.periods import Period
from panhuo.settings import Settings

_SPLIT = "+drop"


class DropError(ValueError):
    """A drop whose files do not say what they are; the text names the file and the mend, in Chinese."""


@dataclass(frozen=True)
class Drop:
    """The submissions of a drop, by source."""

    name: str
    submissions: Mapping[str, tuple[Submission, ...]]

    @property
    def drop_id(self) -> str:
        """Digest over the names and contents of its files."""
        files = {source: [(x.source_file, x.received.digest) for x in found] for source, found in self._found()}
        return sha256(canonical_json(files))[:12]

    @property
    def digests(self) -> frozenset[str]:
        """SHA-256 of each file."""
        return frozenset(x.received.digest for _, found in self._found() for x in found)

    def _found(self) -> Iterable[tuple[str, tuple[Submission, ...]]]:
        return sorted(self.submissions.items())


@dataclass(frozen=True)
class FileAccount:
    """What became of the rows of one file.

    `received` = the sum of `landed` + `known` + `set_aside` + `identical_duplicates`.
    """

    source: str
    source_file: str
    received: int
    landed: Mapping[str, int]
    """Month → rows that are new or different."""
    known: int
    """Rows that state what is known of their month already."""
    set_aside: int
    identical_duplicates: int
    rejection: str | None

    def to_json(self) -> dict[str, Any]:
        """The account as JSON values."""
        return asdict(self)


def drop_sources() -> list[str]:
    """Sources that may come as a drop: those whose rows are dated."""
    return [name for name in source_names() if load_source(name).file.dated_by]


def open_drop(path: Path) -> Drop:
    """Look through a drop: a folder with a sub-folder for each source, or one file of such a sub-folder.

    The folder a file lies in says what it is, whatever its name or its headings. Raises FileNotFoundError when
    there is nothing, DropError for a file that lies elsewhere.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is nothing at {path}")
    root = path.parents[1] if path.is_file() else path
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if is_submission(file))
    folders = "、".join(f"{name}/" for name in drop_sources())
    found: dict[str, list[Submission]] = {}
    for file in files:
        inside = file.relative_to(root)
        if len(inside.parts) != 2 or inside.parts[0] not in drop_sources():
            raise DropError(f"{inside}：无法判断是哪一类数据；请放入批次目录下的 {folders} 之一")
        submission = Submission(PLATFORM_SENDER, f"{root.name}/{inside.name}", file)
        found.setdefault(inside.parts[0], []).append(submission)
    if not found:
        raise DropError(f"{path.name}：批次中没有文件；请把文件放入 {folders}")
    return Drop(root.name, {source: tuple(submissions) for source, submissions in found.items()})


def land_drop(
    lake: Lake,
    drop: Drop,
    received_at: dt.datetime,
    settings: Settings,
    on_landed: Callable[[FileAccount], None] = lambda _: None,
) -> list[FileAccount]:
    """Land every file of a drop month by month; the same drop again lands nothing.

    `on_landed` is told the account of each file as soon as it is there.

    Bad cells, or the reason of a rejection, go back below `<local_dir>/outbox/returns`; they are accounted for in
    the month of receipt, since a row that cannot be read speaks for no month.
    """
    accounts = []
    for name, submissions in sorted(drop.submissions.items()):
        for submission in submissions:
            accounts.append(_land_file(lake, load_source(name), submission, received_at, settings))
            on_landed(accounts[-1])
    return accounts


def split_version(source: Source) -> str:
    """Version of the parser as loads of a drop bear it: the same bytes landed whole are another load."""
    return f"{source.file.parser_version}{_SPLIT}"


def came_by_drop(load: Load) -> bool:
    """Whether a load is a month's part of a file of a drop."""
    return load.parser_version.endswith(_SPLIT)


def _land_file(
    lake: Lake, source: Source, submission: Submission, received_at: dt.datetime, settings: Settings
) -> FileAccount:
    receipt = Period.of(received_at)
    key = settings.pseudonym_key.get_secret_value().encode() if settings.pseudonym_key else None
    notice = Notice(source.file.title, submission.source_file, str(receipt))
    arrival: dict[str, Any] = {
        "contract": source.contract,
        "received_at": received_at,
        "sender_id": submission.sender_id,
        "source_file": submission.source_file,
        "content_digest": submission.received.digest,
        "parser_version": split_version(source),
    }
    try:
        with open_reading(source, submission.received, limits_of(source, settings), key) as reading:
            if reading.violations.count:
                put_return(settings.local_dir, receipt, submission, annotate(notice, source.contract, reading))
            landed = _land_months(lake, source, reading, receipt, settings.first_period, arrival)
            return _account(source, submission, reading.counts, landed)
    except UnreadableFileError as error:
        put_return(settings.local_dir, receipt, submission, refuse(notice, str(error)))
        rows = rows_table(source.contract, [])
        lake.write_load(period=receipt, rows=rows, rejection=str(error), **arrival)
        return _account(source, submission, Counts(0, 0, 0, 0), {}, str(error))


def _land_months(
    lake: Lake, source: Source, reading: Reading, receipt: Period, first: Period, arrival: Mapping[str, Any]
) -> dict[str, int]:
    landed: dict[str, int] = {}
    with open_sieve(source, first, receipt) as sieve:
        for table in reading.accepted():
            sieve.add(table)
        sieve.compare(lake, arrival["received_at"])
        for month in sorted({*sieve.months(), *([receipt] if reading.violations.count else [])}):
            violations: Iterable[Violation] = reading.violations if month == receipt else ()
            answer = lake.write_load(period=month, rows=sieve.rows(month), violations=violations, **arrival)
            if answer.is_new and answer.load.row_count:
                landed[str(month)] = answer.load.row_count
    return landed


def _account(
    source: Source, submission: Submission, counts: Counts, landed: Mapping[str, int], rejection: str | None = None
) -> FileAccount:
    return FileAccount(
        source=source.name,
        source_file=submission.source_file,
        received=counts.received,
        landed=landed,
        known=counts.accepted - sum(landed.values()),
        set_aside=counts.set_aside,
        identical_duplicates=counts.identical_duplicates,
        rejection=rejection,
    )
