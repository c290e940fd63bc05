"""The platform client against a real server that misbehaves by script."""

import json
import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from ingestion.http import (
    CursorPage,
    Patience,
    Platform,
    PlatformAuthError,
    PlatformDataError,
    PlatformError,
    TooLargeError,
)
from panhuo.settings import Settings

pytestmark = pytest.mark.slow

TOKEN = "token-that-must-not-show"
HURRIED = Patience(timeout_seconds=20, retries=3, backoff_seconds=0)


@dataclass(frozen=True)
class Answer:
    body: object = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    claimed_length: int | None = None
    delay: float = 0
    drip: float = 0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Script:
    """Answers in order; the last one is repeated."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = deque(answers)
        self.requests: list[dict[str, str]] = []
        self.authorization: list[str | None] = []

    def next(self, handler: BaseHTTPRequestHandler) -> Answer:
        query = parse_qs(urlsplit(handler.path).query)
        self.requests.append({name: values[0] for name, values in query.items()})
        self.authorization.append(handler.headers["Authorization"])
        return self._answers.popleft() if len(self._answers) > 1 else self._answers[0]


@contextmanager
def serving(script: Script) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = script.next(self)
            time.sleep(answer.delay)
            length = answer.claimed_length or len(answer.content)
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(length), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            half = len(answer.content) // 2
            self.wfile.write(answer.content[:half])
            self.wfile.flush()
            time.sleep(answer.drip)
            self.wfile.write(answer.content[half:])

        def handle(self) -> None:
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def platform(url: str, *, max_bytes: int = 10_000, patience: Patience = HURRIED) -> Platform:
    return Platform(url, SecretStr(TOKEN), max_bytes=max_bytes, patience=patience)


def page(number: int, records: list[dict], *, pages: int = 3, total: int = 3) -> Answer:
    return Answer({"page": number, "page_count": pages, "total_count": total, "records": records})


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=429, headers={"Retry-After": "0"}),
        Answer(status=500),
        Answer(status=503),
        Answer(b'{"cut": "o', 200),
        Answer(b"{}", claimed_length=100),
        Answer(b"[]"),
    ],
    ids=["429", "500", "503", "cut_json", "cut_body", "no_object"],
)
def test_fault_is_survived(fault: Answer) -> None:
    script = Script(fault, Answer({"ok": 1}))
    with serving(script) as url:
        assert platform(url).get_json("/x") == {"ok": 1}
    assert len(script.requests) == 2
    assert script.authorization == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize("silence", [Answer({"late": 1}, delay=0.6), Answer({"late": 1}, drip=0.6)])
def test_silence_before_or_in_an_answer_is_survived(silence: Answer) -> None:
    script = Script(silence, Answer({"ok": 1}))
    patience = Patience(timeout_seconds=0.3, retries=9, backoff_seconds=0)
    with serving(script) as url:
        assert platform(url, patience=patience).get_json("/x") == {"ok": 1}


@pytest.mark.parametrize(
    "fault",
    [
        Answer(status=429, headers={"Retry-After": "0"}),
        Answer(status=500),
        Answer(b"{"),
        Answer(b"{}", claimed_length=9),
        Answer(status=404),
    ],
    ids=["429", "500", "cut_json", "cut_body", "404"],
)
def test_lasting_fault_ends_in_an_error_that_names_the_address(fault: Answer) -> None:
    script = Script(fault)
    with serving(script) as url, pytest.raises(PlatformError, match=f"GET {url}/x: "):
        platform(url).get_json("/x")
    assert len(script.requests) <= HURRIED.retries + 1


def test_no_server_is_an_error() -> None:
    with serving(Script(Answer())) as url:
        pass
    with pytest.raises(PlatformError, match="NewConnectionError"):
        platform(url).get_json("/x")


@pytest.mark.parametrize(("asked", "pause"), [("7", 7), ("86400", 300)])
def test_retry_after_is_obeyed_within_bounds(asked: str, pause: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time.sleep", pauses.append)
    script = Script(Answer(status=429, headers={"Retry-After": asked}), Answer({}))
    with serving(script) as url:
        assert platform(url).get_json("/x") == {}
    assert pause in pauses
    assert max(pauses) == pause


def test_dripping_body_is_given_up() -> None:
    patience = Patience(timeout_seconds=20, body_seconds=0.05, retries=0)
    with serving(Script(Answer({"a": 1}, drip=0.1))) as url, pytest.raises(PlatformError, match="in time"):
        platform(url, patience=patience).get_json("/x")


def test_wrong_token_is_told_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(Script(Answer(status=401))) as url:
        client = platform(url)
        with pytest.raises(PlatformAuthError, match="PANHUO_PLATFORM_TOKEN") as raised:
            client.get_json("/x")
    shown = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert TOKEN not in shown + caplog.text + repr(vars(client))


def test_password_in_the_address_is_not_shown() -> None:
    with serving(Script(Answer(status=404))) as url, pytest.raises(PlatformError) as raised:
        platform(url.replace("//", "//user:secret@")).get_json("/x")
    assert "secret" not in str(raised.value)


def test_body_above_the_limit_is_cut_one_byte_after_it() -> None:
    with serving(Script(Answer(b"x" * 100))) as url, pytest.raises(TooLargeError) as raised:
        platform(url, max_bytes=10).get_bytes("/x")
    assert raised.value.body == b"x" * 11


def test_body_without_the_announced_digest_is_asked_for_again() -> None:
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # SHA-256 of "x"
    script = Script(Answer(b"y"), Answer(b"x"))
    with serving(script) as url:
        assert platform(url).get_bytes("/x", sha256=digest) == b"x"
    with serving(Script(Answer(b"y"))) as url, pytest.raises(PlatformError, match="SHA-256"):
        platform(url).get_bytes("/x", sha256=digest)


def test_no_content_is_empty() -> None:
    with serving(Script(Answer(b"", status=204))) as url:
        assert platform(url).get_bytes("/x") == b""


def test_pages_are_read_to_the_last() -> None:
    script = Script(page(1, [{"a": 1}]), page(2, [{"a": 2}]), page(3, [{"a": 3}]))
    with serving(script) as url:
        assert list(platform(url).pages("/x", {"period": "2024-04"}, page_size=1)) == [
            {"a": 1},
            {"a": 2},
            {"a": 3},
        ]
    assert script.requests[2] == {"period": "2024-04", "page": "3", "page_size": "1"}


def test_no_pages_are_no_records() -> None:
    with serving(Script(page(1, [], pages=0, total=0))) as url:
        assert list(platform(url).pages("/x")) == []


@pytest.mark.parametrize("copy", [page(1, [{"a": 1}]), page(2, [{"a": 1}])], ids=["as_itself", "as_another"])
def test_repeated_page_is_asked_for_again(copy: Answer) -> None:
    script = Script(page(1, [{"a": 1}]), copy, page(2, [{"a": 2}]), page(3, [{"a": 3}]))
    with serving(script) as url:
        assert list(platform(url).pages("/x")) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_page_that_only_comes_as_a_copy_is_named_at_the_end() -> None:
    copies = [page(2, [{"a": 1}])] * 3
    with serving(Script(page(1, [{"a": 1}]), *copies, page(3, [{"a": 3}]))) as url:
        records = platform(url).pages("/x")
        with pytest.raises(PlatformDataError, match=r"2 records instead of 3; pages \[2\]"):
            list(records)


def test_missing_records_are_an_error() -> None:
    script = Script(page(1, [{"a": 1}], pages=1, total=2))
    with serving(script) as url, pytest.raises(PlatformDataError, match="1 records instead of 2"):
        list(platform(url).pages("/x"))


def test_feed_that_changes_while_read_is_an_error() -> None:
    script = Script(page(1, [{"a": 1}]), page(2, [{"a": 2}], total=4))
    with serving(script) as url, pytest.raises(PlatformDataError, match="changed while it was read"):
        list(platform(url).pages("/x"))


@pytest.mark.parametrize(
    "body",
    [
        {"page": 1},
        {"page": 1, "records": ["a"]},
        {"page": 1, "records": [], "page_count": "1", "total_count": 0},
    ],
)
def test_malformed_page_is_an_error(body: dict) -> None:
    with serving(Script(Answer(body))) as url, pytest.raises(PlatformDataError):
        list(platform(url).pages("/x"))


def step(records: list[dict], after: object) -> Answer:
    return Answer({"records": records, "next_cursor": after})


def records(pages: Iterable[CursorPage]) -> list[dict]:
    return [record for page in pages for record in page.records]


def test_cursor_is_followed_to_its_end() -> None:
    script = Script(step([{"a": 1}], "c1"), step([], "c2"), step([{"a": 2}], None))
    with serving(script) as url:
        assert records(platform(url).cursor_pages("/x", limit=1)) == [{"a": 1}, {"a": 2}]
    assert [request.get("cursor") for request in script.requests] == [None, "c1", "c2"]


@pytest.mark.parametrize("copy", [step([{"a": 1}], "c1"), step([{"a": 1}], "c2"), step([{"a": 2}], "c1")])
def test_repeated_cursor_or_page_is_asked_for_again(copy: Answer) -> None:
    with serving(Script(step([{"a": 1}], "c1"), copy, step([{"a": 2}], None))) as url:
        assert records(platform(url).cursor_pages("/x")) == [{"a": 1}, {"a": 2}]


def test_feed_goes_on_from_a_cursor() -> None:
    with serving(script := Script(step([{"a": 2}], "c2"), step([{"a": 3}], None))) as url:
        pages = list(platform(url).cursor_pages("/x", since="c1"))
    assert pages == [("c1", [{"a": 2}], "c2"), ("c2", [{"a": 3}], None)]
    assert [request.get("cursor") for request in script.requests] == ["c1", "c2"]


def test_first_page_that_does_not_go_on_is_asked_for_again_and_taken_when_it_stays_so() -> None:
    stray, good = step([{"a": 1}], None), step([{"a": 2}], None)
    with serving(Script(stray, good)) as url:
        pages = platform(url).cursor_pages("/x", since="c1", goes_on=lambda page: page == [{"a": 2}])
        assert records(pages) == [{"a": 2}]
    with serving(script := Script(stray)) as url:
        assert records(platform(url).cursor_pages("/x", since="c1", goes_on=lambda _: False)) == [{"a": 1}]
    assert len(script.requests) == 4


def test_cursor_that_leads_in_a_circle_is_an_error() -> None:
    script = Script(step([{"a": 1}], "c1"), step([{"a": 2}], "c2"), step([{"a": 3}], "c1"))
    with serving(script) as url, pytest.raises(PlatformDataError, match="leads back"):
        list(platform(url).cursor_pages("/x"))
    assert len(script.requests) == 5


def test_cursor_that_is_no_text_is_an_error() -> None:
    with serving(Script(step([{"a": 1}], 7))) as url, pytest.raises(PlatformDataError, match="next_cursor 7"):
        list(platform(url).cursor_pages("/x"))


def test_token_goes_to_the_platform_of_the_settings_only() -> None:
    with serving(own := Script(Answer())) as own_url, serving(other := Script(Answer())) as other_url:
        settings = Settings(platform_url=own_url, platform_token=SecretStr(TOKEN))
        Platform.from_settings(settings).get_json("/x")
        Platform.from_settings(settings, f"{own_url}/folder").get_json("/x")
        Platform.from_settings(settings, other_url).get_json("/x")
    assert own.authorization == [f"Bearer {TOKEN}"] * 2
    assert other.authorization == [None]


def test_unknown_platform_is_an_error() -> None:
    with pytest.raises(PlatformError, match="PANHUO_PLATFORM_URL"):
        Platform.from_settings(Settings(platform_url=None))
