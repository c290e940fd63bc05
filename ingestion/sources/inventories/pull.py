"""Inventories come as a list of submissions and one workbook each."""

from collections.abc import Iterator
from urllib.parse import quote

from ingestion.http import Platform, PlatformDataError, PlatformError, TooLargeError
from ingestion.submissions import Submission
from panhuo.periods import Period


def pull(platform: Platform, address: str, period: Period) -> Iterator[Submission]:
    """Yield the workbooks of a month in the order of the list.

    One that cannot be fetched does not stop the next: PlatformError comes last and names them all. One
    above the size limit is yielded as far as it was read, so that its sender is told.
    """
    listed = platform.get_json(address, {"period": str(period)}).get("submissions")
    if not isinstance(listed, list):
        raise PlatformDataError(f"{address}: the answer has no list of submissions")
    failures: list[str] = []
    for entry in listed:
        try:
            submission_id, sender_id, name, digest = (
                str(entry[key]) for key in ("submission_id", "institution_id", "file_name", "sha256")
            )
            content = platform.get_bytes(f"{address}/{quote(submission_id, safe='')}", sha256=digest)
        except (KeyError, TypeError):
            failures.append(f"{address}: a listed submission lacks its identifiers: {str(entry)[:200]}")
            continue
        except TooLargeError as error:
            content = error.body
        except PlatformError as error:
            failures.append(str(error))
            continue
        yield Submission(sender_id, name, content)
    if failures:
        raise PlatformError("; ".join(failures))
