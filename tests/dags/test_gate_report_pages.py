"""The read-only pages of the plugin: who may see them, what they show, what they refuse."""

import datetime as dt
import json

import pytest

from panhuo.quarterly_report.readback import PAGE
from pipeline.quarterly import PRODUCT, REPORT


@pytest.fixture
def plugin(dag_bag):
    import panhuo_airflow

    return panhuo_airflow


@pytest.fixture
def data(tmp_path, monkeypatch):
    """One published version of 2024-05 and of 2024-Q2, and one run that waits for approval."""
    monkeypatch.setenv("PANHUO_DATA_DIR", str(tmp_path))
    version = tmp_path / "published" / "monthly_dispatch" / "period=2024-05" / "version=1"
    version.mkdir(parents=True)
    (version / "gate_report.html").write_text("<h1>五月质检</h1>", encoding="utf-8")
    (version / "manifest.json").write_text("{}")
    version = tmp_path / "published" / PRODUCT / "period=2024-06" / "version=1"
    (version / REPORT).mkdir(parents=True)
    (version / "gate_report.html").write_text("<h1>二季度质检</h1>", encoding="utf-8")
    (version / REPORT / PAGE).write_text("<h1>二季度统计</h1>", encoding="utf-8")
    (version / "manifest.json").write_text("{}")
    folder = tmp_path / "build" / "monthly-2024-06"
    folder.mkdir(parents=True)
    run = {"period": "2024-06", "as_of": "2024-07-05T00:00:00Z", "run_id": folder.name}
    (folder / "run.json").write_text(json.dumps(run | {"policy_version": "p", "code_version": "c"}))
    (folder / "gate_report.html").write_text("<h1>六月待审批</h1>", encoding="utf-8")
    return tmp_path


@pytest.fixture
def visitor(plugin, data):
    from fastapi.testclient import TestClient

    return TestClient(plugin.serve_reports)


@pytest.fixture
def reader(plugin, visitor):
    from airflow.api_fastapi.core_api.security import get_user

    pages = plugin.report_pages()
    pages.dependency_overrides[get_user] = lambda: "somebody"
    yield visitor
    pages.dependency_overrides.clear()


@pytest.mark.parametrize("path", ["/", "/runs/monthly-2024-06", "/2024-05/1", "/2024-Q2/1/report"])
def test_page_is_closed_to_strangers(visitor, path):
    assert visitor.get(path).status_code == 401


def test_list_links_to_what_is_published(reader):
    page = reader.get("/")
    assert page.status_code == 200
    for link in ("2024-05/1", "2024-Q2/1", "2024-Q2/1/report"):
        assert f'href="/gate-reports/{link}"' in page.text
    assert "2024-05/1/report" not in page.text
    assert "2024-06" not in page.text


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/2024-05/1", "五月质检"),
        ("/runs/monthly-2024-06", "六月待审批"),
        ("/2024-Q2/1", "二季度质检"),
        ("/2024-Q2/1/report", "二季度统计"),
    ],
    ids=["month", "run", "quarter", "report of a quarter"],
)
def test_report_is_shown_but_may_run_nothing(reader, path, text):
    page = reader.get(path)
    assert text in page.text
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    "path",
    [
        "/2024-05/2",
        "/2024-06/1",
        "/2024-Q2/2/report",
        "/2024-05/1/report",
        "/2024-06/1/report",
        "/..%2Fquarterly_statistics%2Fperiod=2024-06/1/report",
        "/runs/unknown",
        "/runs/..%2F..%2Fpublished",
        "/nonsense/1",
    ],
)
def test_unknown_report_is_not_found(reader, path):
    assert reader.get(path).status_code == 404


def test_run_without_clock_names_the_month_and_is_read_now(plugin):
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    period, as_of = plugin.run_clocks({"dag_run": _Run("2024-05", {"period": "2024-01"}, None)})
    assert str(period) == "2024-05"
    assert before <= as_of <= dt.datetime.now(dt.UTC)


def test_run_with_clock_is_read_at_that_instant(plugin):
    conf = {"period": "2024-01", "as_of": "2024-02-05T08:00:00+08:00"}
    period, as_of = plugin.run_clocks({"dag_run": _Run(None, conf, None)})
    assert (str(period), as_of) == ("2024-01", dt.datetime(2024, 2, 5, tzinfo=dt.UTC))


class _Run:
    def __init__(self, partition_key, conf, logical_date):
        self.partition_key, self.conf, self.logical_date = partition_key, conf, logical_date
