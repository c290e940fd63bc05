"""Landing: submissions of a sender → accepted rows and quarantined cells in the lake, a return for the sender."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.feeds import FROM_THE_START, Continuation
from ingestion.http import Platform
from ingestion.outbox import safe_name
from ingestion.pool import Pool
from ingestion.reading import open_reading
from ingestion.receipts import put_receipt
from ingestion.returns import Notice, annotate, put_return, refuse
from ingestion.sources import Source, load_source
from ingestion.submissions import PLATFORM_SENDER, Submission
from ingestion.tables import Limits, UnreadableFileError
from panhuo.contracts.rows import rows_table
from panhuo.feed_positions import position_reached
from panhuo.lake import Lake, LoadReceipt
from panhuo.periods import Period
from panhuo.settings import Settings

_log = logging.getLogger(__name__)

FILE_SUFFIXES = (".csv", ".xlsx", ".jsonl", ".ndjson")


def limits_of(source: Source, settings: Settings) -> Limits:
    """Bounds of a submission as set: those of uploads, or of feeds where the platform itself is the sender."""
    uploads = Limits(settings.max_upload_bytes, settings.max_rows)
    if source.file.sender == "platform":
        return Limits(settings.max_feed_bytes, settings.max_feed_rows, whole=uploads)
    return uploads


def land_submission(
    lake: Lake,
    source: Source,
    submission: Submission,
    period: Period,
    received_at: dt.datetime,
    settings: Settings,
) -> LoadReceipt:
    """Land one submission; a file that cannot be read becomes a rejected load instead of an error.

    Bad cells, or the reason of a rejection, go back to the sender below `<local_dir>/outbox/returns`, and every
    load is acknowledged below `<local_dir>/outbox/receipts`. Raises
    RestrictedColumnError when contacts arrive and no pseudonym key is set, ValueError for a month that had
    not begun when the submission arrived.
    """
    if period > Period.of(received_at):
        raise ValueError(
            f"{submission.source_file} was received at {received_at.isoformat()} and cannot speak for {period}, "
            "which had not begun: give the month it reports on"
        )
    arrival: dict[str, Any] = {
        "contract": source.contract,
        "period": period,
        "received_at": received_at,
        "sender_id": submission.sender_id,
        "source_file": submission.source_file,
        "content_digest": submission.received.digest,
        "parser_version": source.file.parser_version,
    }
    known = lake.known_load(**arrival)
    receipt = LoadReceipt(known, is_new=False) if known else _land_new(lake, source, submission, settings, arrival)
    put_receipt(settings.local_dir, lake, receipt.load, source.file.title)
    return receipt


def _land_new(
    lake: Lake, source: Source, submission: Submission, settings: Settings, arrival: Mapping[str, Any]
) -> LoadReceipt:
    period = arrival["period"]
    key = settings.pseudonym_key.get_secret_value().encode() if settings.pseudonym_key else None
    notice = Notice(source.file.title, submission.source_file, str(period))
    try:
        with open_reading(source, submission.received, limits_of(source, settings), key) as reading:
            if reading.violations.count > len(reading.table.notices):
                put_return(settings.local_dir, period, submission, annotate(notice, source.contract, reading))
            return lake.write_load(
                rows=_watched(reading.accepted(), submission),
                violations=reading.violations,
                duplicate_count=reading.counts.identical_duplicates,
                feed_position=submission.feed_position,
                **arrival,
            )
    except UnreadableFileError as error:
        put_return(settings.local_dir, period, submission, refuse(notice, str(error)))
        return lake.write_load(
            rows=rows_table(source.contract, []),
            rejection=str(error),
            feed_position=submission.feed_position,
            **arrival,
        )


def _watched(tables: Iterator[pa.Table], submission: Submission) -> Iterator[pa.Table]:
    """The tables; a line in the log says how many texts among them nobody could read."""
    unread = 0
    for table in tables:
        if "parse_status" in table.column_names:
            unread += pc.sum(pc.equal(table["parse_status"], "unparsed")).as_py() or 0
        yield table
    if unread:
        _log.warning("%s: %d texts fit no template and are kept as they are", submission.source_file, unread)


def _report(receipt: LoadReceipt) -> None:
    load = receipt.load
    _log.info(
        "%s.%s %s from %s (%s): %s, %d rows accepted, %d set aside%s",
        load.source,
        load.dataset,
        load.period,
        load.sender_id,
        load.source_file,
        load.load_status,
        load.row_count,
        load.quarantined_count,
        "" if receipt.is_new else ", already there",
    )


@dataclass(frozen=True)
class _Job:
    """One submission of a month."""

    period: Period
    submission: Submission

    @property
    def key(self) -> tuple[Period, str, str]:
        """Equal for submissions whose returns might bear the same name."""
        return self.period, safe_name(self.submission.sender_id), safe_name(self.submission.source_file)


def _land_job(lake: Lake, source_name: str, received_at: dt.datetime, settings: Settings, job: _Job) -> LoadReceipt:
    return land_submission(lake, load_source(source_name), job.submission, job.period, received_at, settings)


def _land_all(
    lake: Lake,
    source: Source,
    jobs: Iterable[_Job],
    received_at: dt.datetime,
    settings: Settings,
    on_landed: Callable[[LoadReceipt], None] | None,
) -> list[LoadReceipt]:
    # A feed lies in a file that is gone when the next one is asked for.
    processes = 1 if source.file.sender == "platform" else settings.landing_processes
    work = partial(_land_job, lake, source.name, received_at, settings)
    receipts = []
    for receipt in Pool(work, processes, lambda job: job.key).results(jobs):
        _report(receipt)
        if on_landed is not None:
            on_landed(receipt)
        receipts.append(receipt)
    return receipts


def land_path_or_url(
    lake: Lake,
    source_name: str,
    location: str,
    period: Period,
    received_at: dt.datetime,
    settings: Settings,
    on_landed: Callable[[LoadReceipt], None] | None = None,
) -> list[LoadReceipt]:
    """Land a file, every file of a folder in the order of their names, or what an address serves.

    An address that ends like a file (.csv, .xlsx, .jsonl, .ndjson) is one file; any other is the base
    address of a platform. The token goes to the platform of the settings only. Raises FileNotFoundError
    when there is nothing at a path, PlatformError when an address cannot be read. `on_landed` is told each
    load in that order as it is there.
    """
    source = load_source(source_name)
    if location.startswith(("http://", "https://")):
        found = _from_url(source, location, period, settings)
    else:
        found = _from_path(source, Path(location))
    jobs = (_Job(period, submission) for submission in found)
    return _land_all(lake, source, jobs, received_at, settings, on_landed)


def pull_source(
    lake: Lake, source_name: str, periods: Iterable[Period], received_at: dt.datetime, settings: Settings
) -> list[LoadReceipt]:
    """Land what the platform of the settings has for each month.

    What was fetched before a fault stays landed, and landing it again is a no-op; a feed with cursors goes on after
    the last batch that was there at `received_at`. Raises PlatformError.
    """
    source = load_source(source_name)
    platform = Platform.from_settings(settings)

    def onward(period: Period) -> Continuation:
        if not source.is_continued:
            return FROM_THE_START
        landed = lake.loads(source.name, source.contract.table, since=period, until=period, as_of=received_at)
        return Continuation(position_reached(landed, source.file.parser_version), settings.feed_batch_pages)

    jobs = (
        _Job(period, submission) for period in periods for submission in source.fetch(platform, period, onward(period))
    )
    return _land_all(lake, source, jobs, received_at, settings, on_landed=None)


def _from_url(source: Source, url: str, period: Period, settings: Settings) -> Iterator[Submission]:
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    platform = Platform.from_settings(settings, url)
    if name.lower().endswith(FILE_SUFFIXES):
        yield Submission(_sender(source, name), name, platform.get_bytes(""))
    else:
        yield from source.fetch(platform, period)


def _from_path(source: Source, path: Path) -> Iterator[Submission]:
    if not path.exists():
        raise FileNotFoundError(f"there is nothing at {path}")
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if _is_taken(file))
    if not files:
        raise FileNotFoundError(f"there is no file in {path}")
    for file in files:
        yield Submission(_sender(source, file.name), file.name, file)


def is_submission(path: Path) -> bool:
    """Whether a path is a file that somebody sends: no link, which may lead anywhere, no hidden file, no lock."""
    # ~$ marks the lock file of a workbook that is open.
    return path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~$"))


def _is_taken(path: Path) -> bool:
    if is_submission(path):
        return True
    if not path.name.startswith((".", "~$")):
        _log.warning("%s is a folder, a link or no regular file, and is passed over", path)
    return False


def _sender(source: Source, file_name: str) -> str:
    is_form = source.file.form is not None and file_name.lower().endswith(".xlsx")
    if source.file.sender == "platform" and not is_form:
        return PLATFORM_SENDER
    stem = file_name.rpartition(".")[0] or file_name
    sender = stem.partition("__")[0] or stem
    # A file may be called what its sender likes; the platform's word is not had for a name.
    return file_name if sender == PLATFORM_SENDER and is_form else sender
