"""HTTP to the platforms of provinces: bounded, patient with faults, and silent about its token.

Faults before the body (time-outs, 429 with Retry-After, 5xx) are retried by urllib3, faults inside it (cut
off, not JSON, a page served twice) here.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential
from urllib3 import Retry

from panhuo.feed_positions import digest_of
from panhuo.settings import Settings

T = TypeVar("T")
Params = Mapping[str, str | int]
JsonRecord = dict[str, object]

_CHUNK = 1 << 16
_MAX_PAGES = 100_000
_REPEATS = 3
_RETRIED_STATUS = (429, 500, 502, 503, 504)


class PlatformError(RuntimeError):
    """The platform could not be read; the text names the address and never the token."""


class PlatformAuthError(PlatformError):
    """The platform refused the token."""


class PlatformDataError(PlatformError):
    """What the platform served contradicts itself: records are missing or pages repeat."""


class TooLargeError(PlatformError):
    """A body above the limit; `body` is what was read of it, one byte more than allowed."""

    def __init__(self, text: str, body: bytes) -> None:
        super().__init__(text)
        self.body = body


class CursorPage(NamedTuple):
    """One page of a feed with cursors: the cursor it was asked for by, and the one that goes on after it."""

    cursor: str | None
    records: list[JsonRecord]
    next_cursor: str | None


class _BrokenBodyError(Exception):
    """A body that was cut off or is not what it should be; worth another attempt."""


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try again."""

    timeout_seconds: float = 30.0
    """Of connecting, and of each silence in an answer."""
    body_seconds: float = 600.0
    """Of a whole body."""
    retries: int = 5
    backoff_seconds: float = 0.5
    """First pause; doubles each time up to 60 s."""
    retry_after_max_seconds: int = 300
    """Longest Retry-After that is obeyed."""


class _Bearer(AuthBase):
    """Bearer token that does not show in a traceback or a log."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        return request


def make_session(token: SecretStr | None, patience: Patience) -> requests.Session:
    """A session that retries connecting, reading and the statuses 429, 500, 502, 503 and 504."""
    retry = Retry(
        total=patience.retries,
        backoff_factor=patience.backoff_seconds,
        backoff_max=60,
        status_forcelist=_RETRIED_STATUS,
        allowed_methods=["GET"],
        respect_retry_after_header=True,
        retry_after_max=patience.retry_after_max_seconds,
        raise_on_status=False,
    )
    session = requests.Session()
    session.headers["User-Agent"] = "panhuo"
    session.auth = _Bearer(token) if token is not None else None
    for scheme in ("http://", "https://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


class Platform:
    """One platform: its address, its token, and the ways its answers are read."""

    def __init__(
        self, base_url: str, token: SecretStr | None, *, max_bytes: int, patience: Patience | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._max_bytes = max_bytes
        self._patience = patience or Patience()
        self._session = make_session(token, self._patience)

    @classmethod
    def from_settings(cls, settings: Settings, base_url: str | None = None) -> Platform:
        """The platform of the settings, or another one, which does not get to see the token.

        Raises PlatformError when no address is known.
        """
        address = base_url or settings.platform_url
        if not address:
            raise PlatformError("no platform is known: set PANHUO_PLATFORM_URL")
        own = settings.platform_url is not None and _origin(address) == _origin(settings.platform_url)
        patience = Patience(timeout_seconds=settings.http_timeout_seconds, retries=settings.http_retries)
        token = settings.platform_token if own else None
        return cls(address, token, max_bytes=settings.max_upload_bytes, patience=patience)

    def get_bytes(self, path: str, params: Params | None = None, *, sha256: str | None = None) -> bytes:
        """Body of a GET, empty for 204; one without the digest is asked for again. Raises PlatformError."""

        def verified(body: bytes) -> bytes:
            if sha256 is not None and hashlib.sha256(body).hexdigest() != sha256:
                raise _BrokenBodyError("the body has not the SHA-256 that was announced")
            return body

        return self._attempt(path, params, verified)

    def get_json(self, path: str, params: Params | None = None) -> dict[str, Any]:
        """JSON object of a GET; a cut off body is asked for again. Raises PlatformError."""
        return self._attempt(path, params, _json_object)

    def pages(self, path: str, params: Params | None = None, *, page_size: int = 500) -> Iterator[JsonRecord]:
        """Records of a numbered-page feed, in order.

        A page served twice is asked for again. Raises PlatformDataError when the feed changes while it is
        read, or when in the end the records are not `total_count`; the text names the pages that are
        missing.
        """
        seen: set[str] = set()
        repeated: list[int] = []
        promised: tuple[int, int] | None = None
        received = 0
        for number in count(1):
            query = {**(params or {}), "page": number, "page_size": page_size}
            body = self._new_page(path, query, seen, partial(_is_page, number))
            if body is None:
                repeated.append(number)
            else:
                promised = self._same_promise(path, body, promised)
                received += len(body["records"])
                yield from body["records"]
            if promised is None or number >= promised[0]:
                break
        total = promised[1] if promised else None
        if received != total:
            pages = f"; pages {repeated} were only served as copies of others" if repeated else ""
            raise PlatformDataError(f"GET {self._shown(path)}: {received} records instead of {total}{pages}")

    def cursor_pages(
        self,
        path: str,
        params: Params | None = None,
        *,
        since: str | None = None,
        goes_on: Callable[[list[JsonRecord]], bool] = lambda _: True,
        limit: int = 200,
    ) -> Iterator[CursorPage]:
        """Pages of a feed with cursors, in order, from the page of the cursor `since` on.

        A page or cursor served twice is asked for again; PlatformDataError when it comes back every time. So is a first
        page of which `goes_on` says that it does not go on from what is known; it is taken when it stays so.
        """
        seen: set[str] = set()
        cursors = {since}
        current = since
        fits = partial(_leads_on, cursors)

        def goes_on_and_fits(body: dict[str, Any]) -> bool:
            return fits(body) and goes_on(body["records"])

        for number in range(_MAX_PAGES):
            query = {**(params or {}), "limit": limit, **({"cursor": current} if current else {})}
            wanted: list[Callable[[dict[str, Any]], bool]] = [fits] if number else [goes_on_and_fits, fits]
            asked = (self._new_page(path, query, seen, wish) for wish in wanted)
            body = next((page for page in asked if page is not None), None)
            if body is None:
                raise PlatformDataError(f"GET {self._shown(path)}: cursor {current!r} leads back to what was served")
            following = body.get("next_cursor")
            if following is not None and (not isinstance(following, str) or not following):
                raise PlatformDataError(f"GET {self._shown(path)}: next_cursor {following!r} is not a text")
            yield CursorPage(current, body["records"], following)
            if following is None:
                return
            current = following
            cursors.add(current)
        raise PlatformDataError(f"GET {self._shown(path)}: more than {_MAX_PAGES} pages")

    def _new_page(
        self, path: str, query: Params, seen: set[str], fits: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any] | None:
        """The page asked for, or None when only copies of others come, however often it is asked for."""
        for _ in range(_REPEATS):
            body = self.get_json(path, query)
            records = body.get("records")
            if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
                raise PlatformDataError(f"GET {self._shown(path)}: the answer has no list of records")
            digest = digest_of(records)
            if fits(body) and (digest not in seen or not records):
                seen.add(digest)
                return body
        return None

    def _same_promise(self, path: str, body: dict[str, Any], promised: tuple[int, int] | None) -> tuple[int, int]:
        current = (body.get("page_count"), body.get("total_count"))
        if not all(isinstance(number, int) and number >= 0 for number in current):
            raise PlatformDataError(f"GET {self._shown(path)}: page_count and total_count are {current}")
        if promised is not None and current != promised:
            raise PlatformDataError(
                f"GET {self._shown(path)}: the feed changed while it was read, from {promised} to {current} "
                "(page_count, total_count); pull again"
            )
        return current  # type: ignore[return-value]

    def _attempt(self, path: str, params: Params | None, read: Callable[[bytes], T]) -> T:
        attempts = Retrying(
            stop=stop_after_attempt(self._patience.retries + 1),
            wait=wait_exponential(multiplier=self._patience.backoff_seconds, max=60),
            retry=retry_if_exception_type(_BrokenBodyError),
            reraise=True,
        )
        try:
            return attempts(lambda: read(self._get(path, params)))
        except _BrokenBodyError as error:
            tried = attempts.statistics["attempt_number"]
            raise PlatformError(f"GET {self._shown(path)}: {error} ({tried} attempts)") from None

    def _get(self, path: str, params: Params | None) -> bytes:
        seconds = self._patience.timeout_seconds
        try:
            response = self._session.get(self._base_url + path, params=params, timeout=seconds, stream=True)
        except requests.RequestException as error:
            raise PlatformError(f"GET {self._shown(path)}: {_cause(error)}") from None
        with response:
            self._check_status(path, response.status_code)
            return self._read_body(path, response)

    def _check_status(self, path: str, status: int) -> None:
        if status in (401, 403):
            raise PlatformAuthError(
                f"GET {self._shown(path)}: the token was refused ({status}); check PANHUO_PLATFORM_TOKEN"
            )
        if status not in (200, 204):
            raise PlatformError(f"GET {self._shown(path)}: status {status}")

    def _read_body(self, path: str, response: requests.Response) -> bytes:
        deadline = time.monotonic() + self._patience.body_seconds
        body = bytearray()
        try:
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > self._max_bytes:
                    text = f"GET {self._shown(path)}: more than {self._max_bytes:,} bytes"
                    raise TooLargeError(text, bytes(body[: self._max_bytes + 1]))
                if time.monotonic() > deadline:
                    raise PlatformError(f"GET {self._shown(path)}: body not complete in time")
        except requests.RequestException as error:
            raise _BrokenBodyError(f"the body was cut off ({_cause(error)})") from None
        return bytes(body)

    def _shown(self, path: str) -> str:
        """The address without a user name or password that may stand in it."""
        parts = urlsplit(self._base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}{path}"


def _is_page(number: int, body: dict[str, Any]) -> bool:
    return body.get("page") == number


def _leads_on(cursors: set[str | None], body: dict[str, Any]) -> bool:
    return body.get("next_cursor") is None or body["next_cursor"] not in cursors


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise _BrokenBodyError("the body is not whole JSON") from None
    if not isinstance(content, dict):
        raise _BrokenBodyError("the body is not a JSON object")
    return content


def _cause(error: requests.RequestException) -> str:
    """Kind of the innermost error, whose text could repeat what was sent."""
    inner: object = error
    while isinstance(inner, BaseException) and inner.args and isinstance(inner.args[0], BaseException):
        inner = inner.args[0]
    reason = getattr(inner, "reason", None)
    return type(reason if isinstance(reason, BaseException) else inner).__name__


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2]
