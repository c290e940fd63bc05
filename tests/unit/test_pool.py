"""Landing by several processes leaves what one process leaves."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from ingestion.land import land_path_or_url
from ingestion.pool import DONE_HERE, Pool
from panhuo.lake import Lake, tree_files
from panhuo.periods import Period
from panhuo.settings import Settings

REPOSITORY = Path(__file__).parents[2]
RECEIVED = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
HEAD = "专利号,专利名称,转化意愿,data_origin\n"


def double(number: int) -> int:
    return number * 2


def refuse_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven")
    return number


def test_few_jobs_are_done_here_and_in_order() -> None:
    done = []
    jobs = iter(range(DONE_HERE))
    assert list(Pool(lambda number: done.append(number), 2, key=lambda number: number).results(jobs)) == [None] * 3
    assert done == list(range(DONE_HERE))


@pytest.mark.slow
def test_results_come_in_the_order_of_the_jobs_and_an_error_comes_through() -> None:
    assert list(Pool(double, 2, key=lambda number: number % 2).results(range(12))) == [2 * n for n in range(12)]
    with pytest.raises(ValueError, match="seven"):
        list(Pool(refuse_seven, 2, key=lambda number: number).results(range(12)))


@pytest.mark.slow
def test_the_program_that_asks_is_not_run_again(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        """
import math, os, sys
if "PANHUO_TEST_RUNS" in os.environ:
    sys.exit("the main module was run again")
os.environ["PANHUO_TEST_RUNS"] = "1"
from ingestion.pool import Pool
print(list(Pool(math.sqrt, 2, key=float).results([0, 1, 4, 9, 16, 25])))
""",
        encoding="utf-8",
    )
    ended = subprocess.run([sys.executable, str(program)], capture_output=True, text=True, cwd=REPOSITORY, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]\n"), ended.stderr


@pytest.mark.slow
def test_two_processes_leave_the_bytes_of_one(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    good, bad = "CN201010110545.X,甲,转让,真实\n", "CN201010240908.2,乙,送人,真实\n"
    for number in range(6):
        (inbox / f"{10000 + number}__1.csv").write_text(HEAD + good + bad * (number % 2), encoding="utf-8")
    (inbox / "10009__坏.xlsx").write_bytes(b"PK\x03\x04")
    trees = []
    for processes in (1, 2):
        settings = Settings(
            data_dir=str(tmp_path / str(processes)),
            pseudonym_key=SecretStr("sixteen bytes or more"),
            landing_processes=processes,
        )
        lake, told = Lake(settings.data_dir), []
        receipts = land_path_or_url(lake, "inventories", str(inbox), Period(2024, 4), RECEIVED, settings, told.append)
        assert told == receipts
        assert [receipt.load.sender_id for receipt in receipts] == [*(str(10000 + n) for n in range(6)), "10009"]
        root = Path(settings.data_dir)
        trees.append({name: (root / name).read_bytes() for name in tree_files(root)})
    assert trees[0] == trees[1]
