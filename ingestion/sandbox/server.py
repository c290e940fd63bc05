"""The sandbox platform: a scenario folder over HTTP, with a bearer token, paging, cursors, planned faults."""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import math
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.types import ASGIApp

from ingestion.sandbox.faults import (
    Fault,
    FaultPlan,
    FaultyPlatform,
    cursor_after,
    position_of,
    seeded_faults,
)
from ingestion.sandbox.simulate import ScenarioError
from ingestion.sandbox.simulate.scenario import SCENARIO_FILE
from panhuo.periods import Period

HOST = "127.0.0.1"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REPORTS = (
    "transactions",
    "licence_recordals",
    "pledges",
    "product_recordals",
    "activities",
    "filings",
    "open_license_offers",
    "stability_reports",
    "inspections",
    "consultations",
    "platform_listings",
)
START_SECONDS = 10
STOP_SECONDS = 5

_PERIOD = r"^\d{4}-(0[1-9]|1[0-2])$"
_SUBMISSION_ID = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))\.(.+)")

_BEARER = HTTPBearer(auto_error=False)

PeriodQuery = Annotated[str, Query(pattern=_PERIOD)]
PageQuery = Annotated[int, Query(ge=1)]
PageSizeQuery = Annotated[int, Query(ge=1, le=1000)]
LimitQuery = Annotated[int, Query(ge=1, le=1000)]


def create_app(folder: Path, token: str) -> FastAPI:
    """The platform's application over a scenario folder, without faults.

    Files are read at every request, so that one added later is served. Raises ScenarioError when `folder`
    is no scenario, ValueError for an empty token.
    """
    if not token:
        raise ValueError("the platform needs a token: without one it would answer everybody")
    if not (folder / SCENARIO_FILE).is_file():
        raise ScenarioError(f"{folder} 不是模拟场景（缺少 {SCENARIO_FILE}），请先用 panhuo simulate 生成。")
    app = FastAPI(title="沙箱平台", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(_routes(folder), prefix="/v1", dependencies=[Depends(_token_check(token))])

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _token_check(token: str) -> Any:
    def check(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> None:
        if given is None or not hmac.compare_digest(given.credentials.encode(), token.encode()):
            raise HTTPException(401, "令牌缺失或不正确", {"WWW-Authenticate": "Bearer"})

    return check


def _routes(folder: Path) -> APIRouter:
    router = APIRouter()
    router.include_router(_feeds(folder))
    router.include_router(_reports(folder))
    router.include_router(_registers(folder))
    router.include_router(_inventories(folder))
    return router


def _feeds(folder: Path) -> APIRouter:
    router = APIRouter()

    @router.get("/grants/patents")
    def patents(period: PeriodQuery, page: PageQuery = 1, page_size: PageSizeQuery = 500) -> dict[str, Any]:
        return _page(folder, period, "grants.jsonl", page, page_size)

    @router.get("/legal-events")
    def legal_events(period: PeriodQuery, page: PageQuery = 1, page_size: PageSizeQuery = 500) -> dict[str, Any]:
        return _page(folder, period, "legal_events.jsonl", page, page_size)

    @router.get("/evaluations")
    def evaluations(period: PeriodQuery, cursor: str | None = None, limit: LimitQuery = 200) -> dict[str, Any]:
        return _stretch(folder, period, "evaluations.jsonl", cursor, limit)

    @router.get("/needs")
    def needs(period: PeriodQuery, cursor: str | None = None, limit: LimitQuery = 200) -> dict[str, Any]:
        return _stretch(folder, period, "needs.jsonl", cursor, limit)

    @router.get("/need-responses")
    def need_responses(period: PeriodQuery, cursor: str | None = None, limit: LimitQuery = 200) -> dict[str, Any]:
        return _stretch(folder, period, "need_responses.jsonl", cursor, limit)

    return router


def _reports(folder: Path) -> APIRouter:
    router = APIRouter()

    def page_of(name: str) -> Callable[..., dict[str, Any]]:
        def page_of_reports(period: PeriodQuery, page: PageQuery = 1, page_size: PageSizeQuery = 500) -> dict[str, Any]:
            return _page(folder, period, f"{name}.jsonl", page, page_size)

        return page_of_reports

    for name in REPORTS:
        router.get(f"/{name.replace('_', '-')}")(page_of(name))
    return router


def _registers(folder: Path) -> APIRouter:
    router = APIRouter()

    @router.get("/owner-decisions")
    def owner_decisions(period: PeriodQuery) -> Response:
        return _csv(folder / period / "owner_decisions.csv")

    @router.get("/institutions")
    def institutions(period: PeriodQuery) -> Response:
        return _csv(folder / period / "institutions.csv")

    @router.get("/enterprise-classes")
    def enterprise_classes(period: PeriodQuery) -> Response:
        return _csv(folder / period / "enterprise_classes.csv")

    @router.get("/experts")
    def experts(period: PeriodQuery) -> Response:
        return _csv(folder / period / "experts.csv")

    @router.get("/enterprises")
    def enterprises(period: PeriodQuery) -> Response:
        return _csv(folder / period / "enterprises.csv")

    return router


def _inventories(folder: Path) -> APIRouter:
    router = APIRouter()

    @router.get("/inventories")
    def inventories(period: PeriodQuery) -> dict[str, Any]:
        return {"submissions": [_submission(period, path) for path in _workbooks(folder, period)]}

    @router.get("/inventories/{submission_id}")
    def submission(submission_id: str) -> Response:
        match = _SUBMISSION_ID.fullmatch(submission_id)
        found = [path for path in _workbooks(folder, match[1]) if path.stem == match[2]] if match else []
        if not found:
            raise HTTPException(404, "没有这份报送")
        return Response(found[0].read_bytes(), media_type=WORKBOOK_TYPE)

    return router


def _page(folder: Path, period: str, name: str, page: int, page_size: int) -> dict[str, Any]:
    records = _records(folder / period / name)
    first = (page - 1) * page_size
    return {
        "period": period,
        "page": page,
        "page_count": math.ceil(len(records) / page_size),
        "total_count": len(records),
        "records": records[first : first + page_size],
    }


def _stretch(folder: Path, period: str, name: str, cursor: str | None, limit: int) -> dict[str, Any]:
    """The records after a cursor, and the cursor that goes on after them while there are more."""
    records = _records(folder / period / name)
    try:
        first = position_of(cursor)
    except ValueError:
        raise HTTPException(422, "游标无效") from None
    last = first + limit
    return {
        "records": records[first:last],
        "next_cursor": cursor_after(last) if last < len(records) else None,
    }


def _records(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _csv(path: Path) -> Response:
    if not path.is_file():
        return Response(status_code=204)
    return Response(path.read_bytes(), media_type="text/csv; charset=utf-8")


def _workbooks(folder: Path, period: str) -> list[Path]:
    """Submissions of a month by name; a link could lead out of the folder and is none."""
    return sorted(path for path in (folder / period / "inventories").glob("*.xlsx") if not path.is_symlink())


def _submission(period: str, path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    return {
        "submission_id": f"{period}.{path.stem}",
        "institution_id": path.stem.split("__")[0],
        "file_name": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
    }


@contextmanager
def run_sandbox(folder: Path, token: str, faults: Iterable[Fault] | FaultPlan = (), port: int = 0) -> Iterator[str]:
    """Serve a scenario from a thread of this process on 127.0.0.1 and yield the base URL.

    Port 0 takes a free one. Raises ScenarioError for a folder that is no scenario, OSError for a port in use.
    """
    plan = faults if isinstance(faults, FaultPlan) else FaultPlan(faults)
    app = FaultyPlatform(create_app(folder, token), plan)
    with socket.create_server((HOST, port)) as listener:
        server = _server(app)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        _await_start(server, thread)
        try:
            yield f"http://{HOST}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(STOP_SECONDS)


def _server(app: ASGIApp) -> uvicorn.Server:
    # A truncated answer is an error to uvicorn; here it is the plan.
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=STOP_SECONDS
    )
    return uvicorn.Server(config)


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError(f"the sandbox platform did not start within {START_SECONDS} s")
        time.sleep(0.01)


def scenario_faults(folder: Path) -> list[Fault]:
    """The faults that belong to a scenario: seeded like it, for its months."""
    scenario = json.loads((folder / SCENARIO_FILE).read_text(encoding="utf-8"))
    return seeded_faults(scenario["seed"], [Period.parse(period) for period in scenario["periods"]])


def serve(folder: Path, token: str, port: int, *, with_faults: bool = True) -> None:
    """Serve a scenario on 127.0.0.1 until interrupted, by default with the faults that belong to it."""
    app = create_app(folder, token)
    plan = FaultPlan(scenario_faults(folder) if with_faults else ())
    with socket.create_server((HOST, port)) as listener:
        print(f"沙箱平台 http://{HOST}:{listener.getsockname()[1]}（Ctrl-C 停止）", flush=True)
        _server(FaultyPlatform(app, plan)).run([listener])


def main(arguments: list[str] | None = None) -> int:
    """Run the platform from a command line; 1 for a folder that is no scenario, 2 without a token."""
    parser = argparse.ArgumentParser(prog="python -m ingestion.sandbox.server", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="scenario folder")
    parser.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--token-env", default="PANHUO_PLATFORM_TOKEN", help="variable that holds the token")
    parser.add_argument("--no-faults", action="store_true", help="answer every request at once and well")
    options = parser.parse_args(arguments)
    token = os.environ.get(options.token_env, "")
    if not token:
        print(f"请设置环境变量 {options.token_env}：平台不接受没有令牌的请求。", file=sys.stderr)
        return 2
    try:
        serve(options.folder, token, options.port, with_faults=not options.no_faults)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
