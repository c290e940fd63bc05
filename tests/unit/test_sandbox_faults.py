"""Planned faults: each happens when it is due, once, and on its own route and month alone."""

import asyncio
from collections import Counter
from urllib.parse import parse_qs

import pytest
from starlette.types import Message, Receive, Scope, Send

from ingestion.sandbox.faults import (
    PAGED_ROUTES,
    ROUTES,
    SUBMISSION,
    Fault,
    FaultPlan,
    FaultyPlatform,
    cursor_after,
    position_of,
    seeded_faults,
)
from panhuo.periods import Period

GRANTS = "/v1/grants/patents"
EVALUATIONS = "/v1/evaluations"
MONTHS = [Period(2024, 4), Period(2024, 5)]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the query string that arrives."""
    body = scope["query_string"]
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def ask(platform: FaultyPlatform, path: str, query: str) -> tuple[int, dict[str, str], bytes, bool]:
    """Status, headers, body, and whether the server was told that the body is complete."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "path": path, "query_string": query.encode()}
    asyncio.run(platform(scope, receive, send))
    start, *bodies = messages
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    is_complete = not bodies[-1].get("more_body", False)
    return start["status"], headers, b"".join(message["body"] for message in bodies), is_complete


def faulty(*faults: Fault) -> FaultyPlatform:
    return FaultyPlatform(echo, FaultPlan(faults))


@pytest.mark.parametrize(("kind", "status"), [("too_many_requests", 429), ("server_error", 500), ("unavailable", 503)])
def test_refusal_comes_at_the_nth_request_and_never_again(kind: str, status: int) -> None:
    platform = faulty(Fault(GRANTS, "2024-04", 2, kind, 1))  # type: ignore[arg-type]
    answers = [ask(platform, GRANTS, "period=2024-04") for _ in range(4)]
    assert [answer[0] for answer in answers] == [200, status, 200, 200]
    assert answers[1][1].get("retry-after") == ("1" if status == 429 else None)


def test_other_routes_and_months_are_spared_and_counted_apart() -> None:
    platform = faulty(Fault(GRANTS, "2024-04", 1, "server_error"))
    assert ask(platform, GRANTS, "period=2024-05")[0] == 200
    assert ask(platform, EVALUATIONS, "period=2024-04")[0] == 200
    assert ask(platform, GRANTS, "period=2024-04")[0] == 500


def test_workbooks_of_a_month_share_one_count() -> None:
    platform = faulty(Fault(SUBMISSION, "2024-04", 2, "unavailable"))
    assert ask(platform, "/v1/inventories/2024-04.S001__1", "")[0] == 200
    assert ask(platform, "/v1/inventories/2024-05.S001__1", "")[0] == 200
    assert ask(platform, "/v1/inventories/2024-04.S002__1", "")[0] == 503


def test_truncated_body_claims_its_full_length() -> None:
    platform = faulty(Fault(GRANTS, "2024-04", 1, "truncated"))
    query = "period=2024-04&page=1"
    _, headers, body, is_complete = ask(platform, GRANTS, query)
    assert query.encode().startswith(body)
    assert 0 < len(body) < int(headers["content-length"]) == len(query)
    assert not is_complete
    assert ask(platform, GRANTS, query)[2:] == (query.encode(), True)


def test_repeated_page_is_the_one_before() -> None:
    platform = faulty(Fault(GRANTS, "2024-04", 1, "repeated_page"), Fault(GRANTS, "2024-04", 2, "repeated_page"))
    assert parse_qs(ask(platform, GRANTS, "period=2024-04&page=3&page_size=5")[2].decode())["page"] == ["2"]
    assert parse_qs(ask(platform, GRANTS, "period=2024-04&page=1&page_size=5")[2].decode())["page"] == ["1"]


def test_repeated_cursor_leads_back_one_page() -> None:
    platform = faulty(*(Fault(EVALUATIONS, "2024-04", nth, "repeated_page") for nth in (1, 2)))
    query = f"period=2024-04&limit=50&cursor={cursor_after(150)}"
    served = parse_qs(ask(platform, EVALUATIONS, query)[2].decode())
    assert position_of(served["cursor"][0]) == 100
    assert "cursor" not in parse_qs(ask(platform, EVALUATIONS, "period=2024-04&limit=50")[2].decode())


def test_delay_answers_in_the_end() -> None:
    platform = faulty(Fault(GRANTS, "2024-04", 1, "delay", 0.01))
    assert ask(platform, GRANTS, "period=2024-04")[0] == 200


def test_foreign_cursor_is_refused() -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        position_of("after-1; drop table")


def test_seeded_faults_repeat_themselves_and_stay_few() -> None:
    faults = seeded_faults(7, MONTHS)
    assert faults == seeded_faults(7, MONTHS)
    assert faults != seeded_faults(8, MONTHS)
    for month in map(str, MONTHS):
        mine = [fault for fault in faults if fault.period == month]
        assert {fault.route for fault in mine} == set(ROUTES)
        assert {fault.route for fault in mine if fault.kind == "repeated_page"} == set(PAGED_ROUTES)
        assert {fault.kind for fault in mine} == {
            "too_many_requests", "server_error", "unavailable", "delay", "truncated", "repeated_page",
        }  # fmt: skip
        assert sum(fault.seconds for fault in mine) <= 2
        nths = Counter((fault.route, fault.nth) for fault in mine)
        assert set(nths.values()) == {1}
        assert all((route, nth + 1) not in nths or nth > 1 for route, nth in nths)


def test_plan_remembers_what_has_happened() -> None:
    fault = Fault(GRANTS, "2024-04", 1, "delay")
    plan = FaultPlan([fault])
    assert plan.fired == ()
    assert plan.next(GRANTS, "period=2024-04") is fault
    assert plan.next(GRANTS, "period=2024-04") is None
    assert plan.fired == (fault,)
