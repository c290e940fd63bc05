"""Pulls of evaluations that are killed: wherever that happens, the next pull loses nothing and counts nothing twice."""

import datetime as dt
import os
import signal
from collections import Counter

import pytest
from pydantic import SecretStr

from ingestion.http import Platform
from ingestion.land import pull_source
from ingestion.sandbox.server import run_sandbox
from ingestion.sandbox.simulate import Size, make_scenario
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

pytestmark = pytest.mark.e2e

MONTHS = (Period(2024, 4), Period(2024, 5))
RECEIVED = dt.datetime(2024, 6, 3, tzinfo=dt.UTC)
TOKEN = "a-token"
PAGE = 40


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """Address of a platform that has evaluations of two months."""
    folder = tmp_path_factory.mktemp("killed") / "scenario"
    make_scenario(folder, size=Size(institutions=4, patents_per_institution=(40, 50), enterprises=20))
    with run_sandbox(folder, TOKEN) as url:
        yield url


def settings_for(url, folder):
    return Settings(data_dir=str(folder), platform_url=url, platform_token=SecretStr(TOKEN), landing_processes=1)


def pull(url, folder, before_request=lambda number: None):
    """Pull both months in small pages; `before_request` is told each request before it leaves. → number of requests."""
    asked = 0
    original = Platform.get_json

    def get_json(self, path, params=None):
        nonlocal asked
        asked += 1
        before_request(asked)
        return original(self, path, {**(params or {}), "limit": PAGE})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Platform, "get_json", get_json)
        pull_source(Lake(folder), "evaluations", MONTHS, RECEIVED, settings_for(url, folder))
    return asked


def pull_killed_at(number, url, folder):
    """Pull in a process of its own that dies by SIGKILL before its request of that number; whether it died."""

    def die(asked):
        if asked == number:
            os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        try:
            pull(url, folder, die)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def landed(folder):
    """Every evaluation of the lake with the number of rows it has there, and the rows set aside."""
    lake = Lake(folder)
    loads = lake.loads("evaluations", until=MONTHS[-1], as_of=RECEIVED)
    rows = Counter()
    for load in loads:
        rows.update((str(load.period), key) for key in lake.read_rows(load)["evaluation_id"].to_pylist())
    return rows, sum(load.quarantined_count for load in loads)


def test_a_pull_killed_before_any_request_is_made_good_by_the_next(platform, tmp_path):
    request_count = pull(platform, tmp_path / "whole")
    whole = landed(tmp_path / "whole")
    assert request_count > 6, "too few pages to be killed between"
    assert len(whole[0]) > 3 * PAGE
    assert set(whole[0].values()) == {1}
    for number in range(1, request_count + 1):
        folder = tmp_path / f"killed-{number}"
        assert pull_killed_at(number, platform, folder)
        partly, _ = landed(folder)
        assert set(partly.items()) < set(whole[0].items()), "a load is there whole or not at all"
        pull(platform, folder)
        assert landed(folder) == whole
        pull(platform, folder)
        assert landed(folder) == whole
