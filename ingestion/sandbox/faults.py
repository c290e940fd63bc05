"""Faults of a platform, planned beforehand: each happens once, so a client that tries again finishes."""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections import Counter
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from panhuo.periods import Period

FaultKind = Literal["too_many_requests", "server_error", "unavailable", "delay", "truncated", "repeated_page"]
STATUS: dict[str, int] = {"too_many_requests": 429, "server_error": 500, "unavailable": 503}
SUBMISSION = "/v1/inventories/{submission_id}"
PAGED_ROUTES = ("/v1/grants/patents", "/v1/evaluations", "/v1/legal-events")
_TALKATIVE = (
    *PAGED_ROUTES,
    "/v1/institutions",
    "/v1/enterprises",
    "/v1/enterprise-classes",
    "/v1/experts",
    "/v1/inventories",
    SUBMISSION,
)
# In some months these have little or nothing to say, and an empty answer cannot be cut short.
_SILENT = (
    "/v1/owner-decisions",
    "/v1/needs",
    "/v1/need-responses",
    "/v1/transactions",
    "/v1/licence-recordals",
    "/v1/pledges",
    "/v1/product-recordals",
    "/v1/activities",
    "/v1/filings",
    "/v1/open-license-offers",
    "/v1/stability-reports",
    "/v1/inspections",
    "/v1/consultations",
    "/v1/platform-listings",
)
ROUTES = (*_TALKATIVE, *_SILENT)

_SUBMISSION_PATH = re.compile(r"/v1/inventories/(\d{4}-\d{2})\.[^/]+")
_CURSOR = re.compile(r"after-(\d+)")


@dataclass(frozen=True)
class Fault:
    """What befalls the n-th request of a route in a period.

    `seconds` is the Retry-After of `too_many_requests` and the length of a `delay`. A `repeated_page` serves
    the page before the one asked for; the first page has none before it and is served as it is.
    """

    route: str
    period: str
    nth: int
    kind: FaultKind
    seconds: float = 0


class FaultPlan:
    """The faults still to come; safe to ask from several threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = {(fault.route, fault.period, fault.nth): fault for fault in faults}
        self._requests: Counter[tuple[str, str]] = Counter()
        self._fired: list[Fault] = []
        self._lock = threading.Lock()

    @property
    def fired(self) -> tuple[Fault, ...]:
        """The faults that have happened, in order."""
        with self._lock:
            return tuple(self._fired)

    def next(self, path: str, query: str) -> Fault | None:
        """Count a request and return its fault, if one is planned."""
        match = _SUBMISSION_PATH.fullmatch(path)
        route = SUBMISSION if match else path
        period = match[1] if match else dict(parse_qsl(query)).get("period", "")
        with self._lock:
            self._requests[route, period] += 1
            fault = self._faults.get((route, period, self._requests[route, period]))
            if fault is not None:
                self._fired.append(fault)
            return fault


def seeded_faults(seed: int, periods: Iterable[Period]) -> list[Fault]:
    """Faults of every month: each route stumbles once, paged ones repeat a page too; a few seconds in all."""
    rng = random.Random(f"{seed}:faults")  # noqa: S311 - a simulation, not a secret
    faults = []
    for period in map(str, periods):
        hiccups: list[Fault] = [
            Fault("", period, 1, "too_many_requests", 1),
            Fault("", period, 1, "server_error"),
            Fault("", period, 1, "unavailable"),
            Fault("", period, 1, "delay", 0.3),
            Fault("", period, 1, "truncated"),
            Fault("", period, 2, "truncated"),
            Fault("", period, 2, "server_error"),
            Fault("", period, 1, "unavailable"),
            Fault("", period, 1, "server_error"),
        ]
        rng.shuffle(hiccups)
        faults += [
            Fault(route, period, hiccup.nth, hiccup.kind, hiccup.seconds)
            for route, hiccup in zip(_TALKATIVE, hiccups, strict=True)
        ]
        faults += [Fault(route, period, 3, "repeated_page") for route in PAGED_ROUTES]
        faults += [Fault(route, period, 1, rng.choice(("server_error", "unavailable"))) for route in _SILENT]
    return faults


class FaultyPlatform:
    """ASGI middleware that lets the plan's faults happen to an application."""

    def __init__(self, app: ASGIApp, plan: FaultPlan) -> None:
        self._app = app
        self._plan = plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, with its fault if the plan has one."""
        fault = None
        if scope["type"] == "http":
            fault = self._plan.next(scope["path"], scope["query_string"].decode())
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind in STATUS:
            await _refusal(fault)(scope, receive, send)
        elif fault.kind == "truncated":
            await self._app(scope, receive, _Truncating(send))
        elif fault.kind == "repeated_page":
            await self._app(_previous_page(scope), receive, send)
        else:
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)


def _refusal(fault: Fault) -> JSONResponse:
    headers = {"Retry-After": f"{fault.seconds:g}"} if fault.kind == "too_many_requests" else None
    return JSONResponse({"detail": "沙箱平台按计划出错"}, STATUS[fault.kind], headers)


class _Truncating:
    """Passes on half of the body under the length of the whole; then nothing, so that the server hangs up."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_cut = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send(message)
        elif not self._is_cut:
            self._is_cut = True
            body = message.get("body", b"")
            await self._send({"type": message["type"], "body": body[: len(body) // 2], "more_body": True})


def _previous_page(scope: Scope) -> MutableMapping[str, Any]:
    query = dict(parse_qsl(scope["query_string"].decode()))
    if query.get("page", "").isdigit():
        query["page"] = str(max(1, int(query["page"]) - 1))
    cursor = _CURSOR.fullmatch(query.get("cursor", ""))
    if cursor is not None:
        query["cursor"] = cursor_after(max(0, int(cursor[1]) - int(query.get("limit", "200"))))
    return {**scope, "query_string": urlencode(query).encode()}


def cursor_after(position: int) -> str:
    """The cursor of the page that begins after so many records."""
    return f"after-{position}"


def position_of(cursor: str | None) -> int:
    """How many records lie before the page of a cursor; ValueError for a cursor the platform never gave."""
    if cursor is None:
        return 0
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise ValueError(f"{cursor!r} is not a cursor of this platform")
    return int(match[1])
