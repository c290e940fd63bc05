"""Pulls of feeds that are killed: wherever that happens, the next pull loses nothing and counts nothing twice."""

import datetime as dt
import os
import shutil
import signal
from collections import Counter

import pytest
from pydantic import SecretStr

from ingestion.http import Platform
from ingestion.land import pull_source
from ingestion.sandbox.faults import Fault, FaultPlan
from ingestion.sandbox.server import run_sandbox
from ingestion.sandbox.simulate import Size, make_scenario
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

MONTHS = (Period(2024, 4), Period(2024, 5))
RECEIVED = dt.datetime(2024, 6, 3, tzinfo=dt.UTC)
TOKEN = "a-token"
PAGE = 30
BATCH = 2
"""Pages of a load."""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """Folder of a platform that has evaluations of two months."""
    folder = tmp_path_factory.mktemp("killed") / "scenario"
    make_scenario(folder, size=Size(institutions=4, patents_per_institution=(40, 50), enterprises=20))
    return folder


@pytest.fixture(scope="module")
def platform(scenario):
    with run_sandbox(scenario, TOKEN) as url:
        yield url


@pytest.fixture(scope="module")
def whole(platform, tmp_path_factory):
    """Number of requests of a pull that nothing disturbs, and what it landed."""
    folder = tmp_path_factory.mktemp("killed") / "whole"
    request_count = pull(platform, folder)
    rows, _ = found = landed(folder)
    assert request_count > 8, "too few pages to be killed between"
    assert len(rows) > 4 * PAGE
    assert set(rows.values()) == {1}
    assert len(loads_of(folder)) > 4, "too few batches to go on between"
    return request_count, found


def settings_for(url, folder):
    return Settings(
        data_dir=str(folder),
        platform_url=url,
        platform_token=SecretStr(TOKEN),
        landing_processes=1,
        feed_batch_pages=BATCH,
    )


def pull(url, folder, on_request=lambda number, ask: ask(), received_at=RECEIVED):
    """Pull both months in small pages; `on_request` is told each request and makes it. → number of requests."""
    asked = 0
    original = Platform.get_json

    def get_json(self, path, params=None):
        nonlocal asked
        asked += 1
        return on_request(asked, lambda: original(self, path, {**(params or {}), "limit": PAGE}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Platform, "get_json", get_json)
        pull_source(Lake(folder), "evaluations", MONTHS, received_at, settings_for(url, folder))
    return asked


def pull_killed_at(number, url, folder):
    """Pull in a process of its own that dies by SIGKILL before its request of that number; whether it died."""

    def die(asked, ask):
        if asked == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return ask()

    child = os.fork()
    if child == 0:
        try:
            pull(url, folder, die)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def loads_of(folder):
    return Lake(folder).loads("evaluations", until=MONTHS[-1], as_of=RECEIVED + dt.timedelta(days=1))


def landed(folder):
    """Every evaluation of the lake with the number of rows it has there, and the rows set aside."""
    rows = Counter()
    for load in loads_of(folder):
        rows.update((str(load.period), key) for key in Lake(folder).read_rows(load)["evaluation_id"].to_pylist())
    return rows, sum(load.quarantined_count for load in loads_of(folder))


def test_a_pull_killed_before_any_request_is_made_good_by_the_next(platform, whole, tmp_path):
    request_count, undisturbed = whole
    for number in range(1, request_count + 1):
        folder = tmp_path / f"killed-{number}"
        assert pull_killed_at(number, platform, folder)
        partly, _ = landed(folder)
        assert set(partly.items()) < set(undisturbed[0].items()), "a load is there whole or not at all"
        asked = pull(platform, folder)
        assert landed(folder) == undisturbed
        assert asked <= request_count - (number - 1) + BATCH + 1, "what was landed is not asked for again"
        assert pull(platform, folder) == len(MONTHS), "a feed that has not grown takes one request a month"
        assert landed(folder) == undisturbed


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_pull_that_fails_at_every_request_in_turn_lands_the_same_loads(platform, whole, tmp_path, moment):
    """Each pull dies one request later than the one before it, a day after it, until one goes through."""
    request_count, undisturbed = whole

    def failing_at(number):
        def fail(asked, ask):
            if asked < number:
                return ask()
            if moment == "after":
                ask()
            raise InterruptedError

        return fail

    folder, attempts = tmp_path / moment, 0
    for number in range(1, request_count + 1):
        attempts += 1
        try:
            pull(platform, folder, failing_at(number), RECEIVED + dt.timedelta(minutes=number))
            break
        except InterruptedError:
            continue
    assert attempts > BATCH
    assert landed(folder) == undisturbed
    files = Counter((str(load.period), load.source_file) for load in loads_of(folder))
    assert set(files.values()) == {1}


def test_a_page_served_again_where_a_pull_goes_on_is_not_landed_again(scenario, whole, tmp_path):
    """The platform serves the page before the one asked for, right at the first request of the pull that goes on."""
    _, undisturbed = whole
    for number in (BATCH + 1, 2 * BATCH + 1):
        plan = FaultPlan([Fault("/v1/evaluations", str(MONTHS[0]), number, "repeated_page")])
        folder = tmp_path / f"repeated-{number}"
        with run_sandbox(scenario, TOKEN, plan) as url:
            assert pull_killed_at(number, url, folder)
            pull(url, folder)
        assert [fault.nth for fault in plan.fired] == [number]
        assert landed(folder) == undisturbed


def test_a_feed_that_grows_between_pulls_lands_what_is_new(scenario, whole, tmp_path):
    _, undisturbed = whole
    grown = tmp_path / "scenario"
    shutil.copytree(scenario, grown)
    feed = grown / str(MONTHS[0]) / "evaluations.jsonl"
    lines = feed.read_text(encoding="utf-8").splitlines(keepends=True)
    with run_sandbox(grown, TOKEN) as url:
        for length in (PAGE * BATCH - 1, PAGE * BATCH, PAGE * BATCH + 1, len(lines)):
            feed.write_text("".join(lines[:length]), encoding="utf-8")
            pull(url, tmp_path / "lake")
    assert landed(tmp_path / "lake") == undisturbed
