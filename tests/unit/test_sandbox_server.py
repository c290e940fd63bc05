"""The sandbox platform's interface: a token on everything, stable pages, and nothing from outside its folder."""

import asyncio
import csv
import hashlib
import io
import json
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ingestion.sandbox.server import create_app, main, scenario_faults
from ingestion.sandbox.simulate import ScenarioError

pytestmark = pytest.mark.slow

TOKEN = "a-token"
ADMITTED = {"Authorization": f"Bearer {TOKEN}"}
MONTH = {"period": "2024-04"}
PATHS = ["/v1/grants/patents", "/v1/institutions", "/v1/enterprises", "/v1/inventories", "/v1/evaluations"]
WORKBOOK = b"PK a workbook"


class Client:
    """Asks the application without a server in between."""

    def __init__(self, app: FastAPI, headers: dict[str, str] | None = None) -> None:
        self._app = app
        self._headers = headers

    def get(self, path: str, params: dict[str, object] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://sandbox", headers=self._headers
            ) as client:
                return await client.get(path, params=params)

        return asyncio.run(ask())


def write_scenario(place: Path) -> Path:
    """A scenario of 12 patents, 7 evaluations, one institution and one workbook, beside a secret."""
    scenario = place / "scenario"
    month = scenario / "2024-04"
    (month / "inventories").mkdir(parents=True)
    (scenario / "scenario.json").write_text(json.dumps({"seed": 3, "periods": {"2024-04": {}}}))
    patents = [{"patent_no": str(number), "title": "一种方法"} for number in range(12)]
    (month / "grants.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in patents))
    evaluations = [{"evaluation_id": str(number)} for number in range(7)]
    (month / "evaluations.jsonl").write_text("".join(json.dumps(row) + "\n" for row in evaluations))
    (month / "institutions.csv").write_text("单位代码,单位名称\nS001,模拟大学01\n", encoding="utf-8")
    (month / "inventories" / "S001__1.xlsx").write_bytes(WORKBOOK)
    (place / "secret.xlsx").write_bytes(b"secret")
    return scenario


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenario, for whoever only reads it."""
    return write_scenario(tmp_path_factory.mktemp("platform"))


@pytest.fixture(scope="module")
def app(folder: Path) -> FastAPI:
    return create_app(folder, TOKEN)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Client:
    return Client(app, headers=ADMITTED)


@pytest.mark.parametrize("path", [*PATHS, "/v1/inventories/2024-04.S001__1"])
@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "Basic YTpi", f"Bearer {TOKEN}x"])
def test_nothing_is_served_without_the_token(app: FastAPI, path: str, header: str | None) -> None:
    stranger = Client(app, headers={"Authorization": header} if header else {})
    answer = stranger.get(path, params=MONTH)
    assert answer.status_code == 401
    assert "patent" not in answer.text


def test_health_needs_no_token(app: FastAPI) -> None:
    assert Client(app).get("/health").json() == {"status": "ok"}


def test_pages_are_whole_and_in_order(client: Client) -> None:
    bodies = [client.get(PATHS[0], params={**MONTH, "page": page, "page_size": 5}).json() for page in (1, 2, 3, 4)]
    assert [len(body["records"]) for body in bodies] == [5, 5, 2, 0]
    assert [row["patent_no"] for body in bodies for row in body["records"]] == [str(n) for n in range(12)]
    assert {(body["page_count"], body["total_count"], body["period"]) for body in bodies} == {(3, 12, "2024-04")}
    assert [body["page"] for body in bodies] == [1, 2, 3, 4]


def test_cursor_leads_through_all_evaluations_once(client: Client) -> None:
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        query = {**MONTH, "limit": 3, **({"cursor": cursor} if cursor else {})}
        body = client.get("/v1/evaluations", params=query).json()
        seen += [row["evaluation_id"] for row in body["records"]]
        cursor = body["next_cursor"]
    assert cursor is None
    assert seen == [str(number) for number in range(7)]


def test_text_comes_as_utf8(client: Client) -> None:
    answer = client.get("/v1/institutions", params=MONTH)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"))))
    assert rows == [{"单位代码": "S001", "单位名称": "模拟大学01"}]
    assert "一种方法" in client.get("/v1/grants/patents", params=MONTH).content.decode("utf-8")


def test_workbook_is_listed_with_its_digest_and_served(client: Client) -> None:
    (listed,) = client.get("/v1/inventories", params=MONTH).json()["submissions"]
    assert listed == {
        "submission_id": "2024-04.S001__1",
        "institution_id": "S001",
        "file_name": "S001__1.xlsx",
        "sha256": hashlib.sha256(WORKBOOK).hexdigest(),
        "size": len(WORKBOOK),
    }
    assert client.get(f"/v1/inventories/{listed['submission_id']}").content == WORKBOOK


def test_month_without_data_is_empty(client: Client) -> None:
    later = {"period": "2024-09"}
    grants = client.get("/v1/grants/patents", params=later).json()
    assert (grants["records"], grants["page_count"], grants["total_count"]) == ([], 0, 0)
    assert client.get("/v1/institutions", params=later).status_code == 204
    assert client.get("/v1/inventories", params=later).json() == {"submissions": []}
    assert client.get("/v1/evaluations", params=later).json() == {"records": [], "next_cursor": None}


def test_file_that_comes_later_is_served(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path)
    client = Client(create_app(folder, TOKEN), headers=ADMITTED)
    (folder / "2024-04" / "inventories" / "S002__1.xlsx").write_bytes(b"late")
    assert len(client.get("/v1/inventories", params=MONTH).json()["submissions"]) == 2
    assert client.get("/v1/inventories/2024-04.S002__1").content == b"late"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/inventories/2024-04.S009__1",
        "/v1/inventories/2024-04...%2F..%2F..%2Fsecret",
        "/v1/inventories/2024-04.%2E%2E%2F%2E%2E%2F%2E%2E%2Fsecret",
        "/v1/inventories/..%2F..%2Fsecret.xlsx",
        "/v1/inventories/%2E%2E",
        "/v1/../../secret.xlsx",
        "/secret.xlsx",
    ],
)
def test_nothing_outside_the_folder_is_served(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"secret" not in answer.content


@pytest.mark.parametrize("period", ["..", "../scenario/2024-04", "2024-13", "2024-04/..", "2024-4", ""])
def test_period_that_is_no_month_is_refused(client: Client, period: str) -> None:
    assert [client.get(path, params={"period": period}).status_code for path in PATHS] == [422] * len(PATHS)


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = write_scenario(tmp_path)
    client = Client(create_app(folder, TOKEN), headers=ADMITTED)
    (folder / "2024-04" / "inventories" / "S666__1.xlsx").symlink_to(folder.parent / "secret.xlsx")
    assert client.get("/v1/inventories/2024-04.S666__1").status_code == 404


@pytest.mark.parametrize("query", [{"page": 0}, {"page_size": 0}, {"page_size": 100_000}])
def test_impossible_pages_are_refused(client: Client, query: dict[str, int]) -> None:
    assert client.get("/v1/grants/patents", params={**MONTH, **query}).status_code == 422


def test_cursor_of_somebody_else_is_refused(client: Client) -> None:
    assert client.get("/v1/evaluations", params={**MONTH, "cursor": "../7"}).status_code == 422


def test_platform_without_token_or_scenario_does_not_start(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="token"):
        create_app(folder, "")
    with pytest.raises(ScenarioError, match="不是模拟场景"):
        create_app(tmp_path, TOKEN)
    monkeypatch.delenv("PANHUO_PLATFORM_TOKEN", raising=False)
    assert main(["--folder", str(folder)]) == 2
    assert "PANHUO_PLATFORM_TOKEN" in capsys.readouterr().err
    monkeypatch.setenv("OTHER_TOKEN", TOKEN)
    assert main(["--folder", str(tmp_path), "--token-env", "OTHER_TOKEN"]) == 1
    assert "不是模拟场景" in capsys.readouterr().err


def test_faults_belong_to_the_months_of_the_scenario(folder: Path) -> None:
    faults = scenario_faults(folder)
    assert {fault.period for fault in faults} == {"2024-04"}
    assert faults == scenario_faults(folder)
