"""Landing: bytes of a sender → accepted rows and quarantined cells in the lake, a return for the sender."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ingestion.http import Platform
from ingestion.returns import Counts, Notice, annotate, put_return, refuse
from ingestion.sources import Source, load_source
from ingestion.submissions import PLATFORM_SENDER, Submission
from ingestion.tables import Intake, Limits, ReceivedTable, UnreadableFileError
from panhuo.contracts.rows import HeaderError, HeaderMap, RowsResult, Violation, match_headers, read_rows
from panhuo.lake import Lake, LoadReceipt
from panhuo.periods import Period
from panhuo.settings import Settings

_log = logging.getLogger(__name__)

FILE_SUFFIXES = (".csv", ".xlsx", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Reading:
    """A submission taken apart and read by its contract."""

    table: ReceivedTable
    columns: HeaderMap
    rows: RowsResult
    """With the rows that could not be taken apart among its violations."""

    @property
    def counts(self) -> Counts:
        """What became of the rows."""
        return Counts(self.rows.rows_read, self.rows.table.num_rows, self.rows.identical_duplicates)


def limits_of(settings: Settings) -> Limits:
    """Bounds of a submission as set."""
    return Limits(settings.max_upload_bytes, settings.max_rows)


def read_submission(source: Source, content: bytes, limits: Limits, pseudonym_key: bytes | None) -> Reading:
    """Read the bytes of a submission.

    Raises UnreadableFileError with a Chinese reason when the file as a whole is refused,
    RestrictedColumnError when it carries contacts and there is no key.
    """
    aliases, defaults = source.file.aliases, source.file.defaults
    try:
        table = source.parse(content, Intake(source.contract, aliases, limits, defaults))
        if not table.headers and not table.broken:
            raise UnreadableFileError("文件中没有表头和数据；请使用下发的模板填报")
        columns = match_headers(source.contract, table.headers, aliases=aliases, defaults=defaults)
        rows = read_rows(
            source.contract,
            table.records,
            pseudonym_key=pseudonym_key,
            headers=table.headers,
            header_row=table.header_row,
            aliases=aliases,
            defaults=defaults,
        )
    except HeaderError as error:
        raise UnreadableFileError(str(error)) from None
    violations = sorted([*table.broken, *rows.violations], key=lambda violation: violation.source_row)
    whole = replace(rows, violations=violations, rows_read=rows.rows_read + len(table.broken))
    return Reading(table, columns, whole)


def land_submission(
    lake: Lake,
    source: Source,
    submission: Submission,
    period: Period,
    received_at: dt.datetime,
    settings: Settings,
) -> LoadReceipt:
    """Land one submission; a file that cannot be read becomes a rejected load instead of an error.

    Bad cells, or the reason of a rejection, go back to the sender below `<local_dir>/outbox/returns`. Raises
    RestrictedColumnError when contacts arrive and no pseudonym key is set, ValueError for a month that had
    not begun when the submission arrived.
    """
    if period > Period.of(received_at):
        raise ValueError(
            f"{submission.source_file} was received at {received_at.isoformat()} and cannot speak for {period}, "
            "which had not begun: give the month it reports on"
        )
    key = settings.pseudonym_key.get_secret_value().encode() if settings.pseudonym_key else None
    notice = Notice(source.file.title, submission.source_file, str(period))
    rejection: str | None = None
    paper: bytes | None = None
    violations: list[Violation] = []
    try:
        reading = read_submission(source, submission.content, limits_of(settings), key)
        rows, violations = reading.rows.table, reading.rows.violations
        if violations:
            paper = annotate(notice, source.contract, reading.table, reading.columns, violations, reading.counts)
    except UnreadableFileError as error:
        rejection = str(error)
        rows = read_rows(source.contract, [], pseudonym_key=key).table
        paper = refuse(notice, rejection)
    if paper is not None:
        put_return(settings.local_dir, period, submission, paper)
    receipt = lake.write_load(
        contract=source.contract,
        period=period,
        received_at=received_at,
        sender_id=submission.sender_id,
        source_file=submission.source_file,
        content_digest=hashlib.sha256(submission.content).hexdigest(),
        rows=rows,
        violations=violations,
        parser_version=source.file.parser_version,
        rejection=rejection,
    )
    _report(receipt)
    return receipt


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


def land_path_or_url(
    lake: Lake, source_name: str, location: str, period: Period, received_at: dt.datetime, settings: Settings
) -> list[LoadReceipt]:
    """Land a file, every file of a folder in the order of their names, or what an address serves.

    An address that ends like a file (.csv, .xlsx, .jsonl, .ndjson) is one file; any other is the base
    address of a platform. The token goes to the platform of the settings only. Raises FileNotFoundError
    when there is nothing at a path, PlatformError when an address cannot be read.
    """
    source = load_source(source_name)
    if location.startswith(("http://", "https://")):
        found = _from_url(source, location, period, settings)
    else:
        found = _from_path(source, Path(location), settings)
    return [land_submission(lake, source, submission, period, received_at, settings) for submission in found]


def pull_source(
    lake: Lake, source_name: str, periods: Iterable[Period], received_at: dt.datetime, settings: Settings
) -> list[LoadReceipt]:
    """Land what the platform of the settings has for each month.

    What was fetched before a fault stays landed, and landing it again is a no-op. Raises PlatformError.
    """
    source = load_source(source_name)
    platform = Platform.from_settings(settings)
    return [
        land_submission(lake, source, submission, period, received_at, settings)
        for period in periods
        for submission in source.pull(platform, source.file.address, period)
    ]


def _from_url(source: Source, url: str, period: Period, settings: Settings) -> Iterator[Submission]:
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    platform = Platform.from_settings(settings, url)
    if name.lower().endswith(FILE_SUFFIXES):
        yield Submission(_sender(source, name), name, platform.get_bytes(""))
    else:
        yield from source.pull(platform, source.file.address, period)


def _from_path(source: Source, path: Path, settings: Settings) -> Iterator[Submission]:
    if not path.exists():
        raise FileNotFoundError(f"there is nothing at {path}")
    files = [path] if path.is_file() else sorted(file for file in path.iterdir() if _is_submission(file))
    if not files:
        raise FileNotFoundError(f"there is no file in {path}")
    for file in files:
        with file.open("rb") as stream:
            yield Submission(_sender(source, file.name), file.name, stream.read(settings.max_upload_bytes + 1))


def _is_submission(path: Path) -> bool:
    # ~$ marks the lock file of a workbook that is open.
    return path.is_file() and not path.name.startswith((".", "~$"))


def _sender(source: Source, file_name: str) -> str:
    if source.file.sender == "platform":
        return PLATFORM_SENDER
    stem = file_name.rpartition(".")[0] or file_name
    return stem.partition("__")[0] or stem
