"""The sandbox platform over real HTTP: its faults are real, and the project's own clients survive them all."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import requests
from pydantic import SecretStr

from ingestion.http import Patience, Platform, PlatformAuthError
from ingestion.sandbox.faults import PAGED_ROUTES, SUBMISSION, Fault, FaultKind, FaultPlan
from ingestion.sandbox.server import run_sandbox, scenario_faults
from ingestion.sandbox.simulate import Size, make_scenario
from panhuo.periods import Period

Pulled = dict[str, dict[tuple[str, str], bytes]]

TOKEN = "a-token"
HEADERS = {"Authorization": f"Bearer {TOKEN}"}
APRIL = Period(2024, 4)
ADDRESSES = {
    "grants": "/v1/grants/patents",
    "institutions": "/v1/institutions",
    "enterprises": "/v1/enterprises",
    "enterprise_classes": "/v1/enterprise-classes",
    "experts": "/v1/experts",
    "inventories": "/v1/inventories",
    "evaluations": "/v1/evaluations",
    "needs": "/v1/needs",
    "need_responses": "/v1/need-responses",
    "legal_events": "/v1/legal-events",
    "owner_decisions": "/v1/owner-decisions",
    "transactions": "/v1/transactions",
    "licence_recordals": "/v1/licence-recordals",
    "pledges": "/v1/pledges",
    "product_recordals": "/v1/product-recordals",
    "activities": "/v1/activities",
    "filings": "/v1/filings",
    "open_license_offers": "/v1/open-license-offers",
    "stability_reports": "/v1/stability-reports",
    "inspections": "/v1/inspections",
    "consultations": "/v1/consultations",
    "platform_listings": "/v1/platform-listings",
}
PATIENCE = Patience(timeout_seconds=2, backoff_seconds=0.01)
KINDS: tuple[FaultKind, ...] = ("too_many_requests", "server_error", "unavailable", "truncated")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sandbox") / "scenario"
    make_scenario(folder, size=Size(institutions=5, patents_per_institution=(60, 80), enterprises=30))
    return folder


def pull_all(url: str, period: Period = APRIL) -> Pulled:
    """Source → what each file holds, by sender and name; read at once, since a feed lies on disk for a moment only."""
    platform = Platform(url, SecretStr(TOKEN), max_bytes=10_000_000, patience=PATIENCE)

    def pulled(source: str, address: str) -> dict[tuple[str, str], bytes]:
        found = import_module(f"ingestion.sources.{source}.pull").pull(platform, address, period)
        return {(entry.sender_id, entry.source_file): entry.received.whole() for entry in found}

    return {source: pulled(source, address) for source, address in ADDRESSES.items()}


@pytest.fixture(scope="module")
def undisturbed(scenario: Path) -> Pulled:
    with run_sandbox(scenario, TOKEN) as url:
        return pull_all(url)


def test_pulled_months_are_the_files_of_the_scenario(scenario: Path, undisturbed: Pulled) -> None:
    april = scenario / "2024-04"
    for source, name in (("grants", "grants.jsonl"), ("evaluations", "evaluations.jsonl")):
        (content,) = undisturbed[source].values()
        pulled = [json.loads(line) for line in content.decode().splitlines()]
        assert pulled == [json.loads(line) for line in (april / name).read_text("utf-8").splitlines()]
        assert len(pulled) > 200, "too small for more than one page"
    for source in ("institutions", "enterprises"):
        assert list(undisturbed[source].values()) == [(april / f"{source}.csv").read_bytes()]
    files = {path.name: path.read_bytes() for path in (april / "inventories").iterdir()}
    assert {name: content for (_, name), content in undisturbed["inventories"].items()} == files


def test_clients_survive_every_fault_on_every_route(scenario: Path, undisturbed: Pulled) -> None:
    faults = [
        Fault(route, str(APRIL), nth, kind)
        for route in (*ADDRESSES.values(), SUBMISSION)
        for nth, kind in enumerate(KINDS, start=1)
    ]
    faults += [Fault(route, str(APRIL), 6, "repeated_page") for route in PAGED_ROUTES]
    faults += [Fault(SUBMISSION, str(APRIL), 7, "delay", PATIENCE.timeout_seconds + 0.5)]
    plan = FaultPlan(faults)
    with run_sandbox(scenario, TOKEN, plan) as url:
        assert pull_all(url) == undisturbed
    assert set(plan.fired) == set(faults)


def test_faults_of_the_demo_fire_and_change_nothing(scenario: Path, undisturbed: Pulled) -> None:
    plan = FaultPlan(scenario_faults(scenario))
    with run_sandbox(scenario, TOKEN, plan) as url:
        assert pull_all(url) == undisturbed
    assert {fault.kind for fault in plan.fired} >= {"too_many_requests", "server_error", "truncated", "delay"}


def test_truncated_answer_breaks_off_on_the_wire(scenario: Path) -> None:
    with run_sandbox(scenario, TOKEN, [Fault("/v1/institutions", "2024-04", 1, "truncated")]) as url:
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            requests.get(f"{url}/v1/institutions", {"period": "2024-04"}, headers=HEADERS, timeout=5)
        answer = requests.get(f"{url}/v1/institutions", {"period": "2024-04"}, headers=HEADERS, timeout=5)
    assert answer.content == (scenario / "2024-04" / "institutions.csv").read_bytes()


def test_wrong_token_is_refused_and_not_tried_again(scenario: Path) -> None:
    with run_sandbox(scenario, TOKEN) as url, pytest.raises(PlatformAuthError):
        Platform(url, SecretStr("wrong"), max_bytes=1_000_000, patience=PATIENCE).get_bytes(
            "/v1/institutions", {"period": "2024-04"}
        )


def test_port_is_free_again_afterwards(scenario: Path) -> None:
    with run_sandbox(scenario, TOKEN) as url:
        port = int(url.rsplit(":", 1)[1])
        assert requests.get(f"{url}/health", timeout=5).json() == {"status": "ok"}
    with run_sandbox(scenario, TOKEN, port=port) as again:
        assert again == url
        assert requests.get(f"{again}/health", timeout=5).status_code == 200


@pytest.fixture
def platform_process(scenario: Path) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable,
        "-m",
        "ingestion.sandbox.server",
        "--folder",
        str(scenario),
        "--port",
        "0",
        "--no-faults",
    ]
    environment = {**os.environ, "PANHUO_PLATFORM_TOKEN": TOKEN}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    yield process
    process.terminate()
    process.communicate(timeout=10)


def test_platform_runs_from_the_command_line(platform_process: subprocess.Popen[str]) -> None:
    assert platform_process.stdout is not None
    match = re.search(r"http://127\.0\.0\.1:\d+", platform_process.stdout.readline())
    assert match is not None
    assert requests.get(f"{match[0]}/health", timeout=5).json() == {"status": "ok"}
    assert requests.get(f"{match[0]}/v1/evaluations", {"period": "2024-04"}, timeout=5).status_code == 401
