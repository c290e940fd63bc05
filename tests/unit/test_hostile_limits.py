"""Files that would eat memory or time, landed in a process that has little of either."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from panhuo.contracts.model import PROJECT_ROOT
from tests.fixtures.hostile import MAIN, ONE, ROWS, csv, raw_book, row

pytestmark = pytest.mark.slow

ADDRESS_SPACE = 3_000_000_000
CPU_SECONDS = 60
PEAK_MB = 900
CHILD = """
import datetime as dt, json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({space}, {space}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
from pydantic import SecretStr
from ingestion.land import land_path_or_url
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings
settings = Settings(data_dir=sys.argv[2], pseudonym_key=SecretStr("sixteen bytes or more"), landing_processes=1)
received = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
receipts = land_path_or_url(Lake(sys.argv[2]), "inventories", sys.argv[1], Period(2024, 4), received, settings)
loads = [receipt.load for receipt in receipts]
told = {{load.source_file: [load.row_count, load.quarantined_count, load.rejection or ""] for load in loads}}
# Not ru_maxrss: that begins with the peak of whoever started the process.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print(json.dumps({{"told": told, "peak_mb": int(peak.split()[1]) / 1024}}))
"""


def noise(size: int) -> str:
    """Text that hardly compresses, so that what stands beside it does not look like a bomb."""
    return os.urandom(size // 2).hex()


def blank_rows() -> bytes:
    rows = "".join(f'<row r="{n}" ht="15"><c r="A{n}" s="1"/></row>' for n in range(4, 1_048_577))
    return raw_book(ROWS + rows)


def shared_bomb() -> bytes:
    strings = f"<sst {MAIN}><si><t>{'长' * 3_000_000}</t></si></sst>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(4, 250_000))
    return raw_book(ROWS + cells, **{"xl__sharedStrings.xml": strings, "xl__noise.xml": f"<x>{noise(1_000_000)}</x>"})


def merged(count: int) -> bytes:
    whole = "".join(f'<mergeCell ref="A{n}:E{n + 900}"/>' for n in range(2, count))
    rows = "".join(row(number, ONE[:1]) for number in range(4, 2_000))
    return raw_book(ROWS + rows + f"</sheetData><mergeCells>{whole}</mergeCells><sheetData>")


CASES = {
    "a_bomb.xlsx": (lambda: raw_book(ROWS + " " * 60_000_000), "疑似压缩炸弹"),
    "b_blank_rows.xlsx": (blank_rows, ""),
    "c_shared.xlsx": (shared_bomb, "反复引用很长的文字"),
    "d_open_tags.xlsx": (lambda: raw_book(ROWS + '<c t="e" r="A1" ' * 600_000), "不是完好的"),
    "e_unended.xlsx": (lambda: raw_book(ROWS + '<c r="A1" t="e"><f>' * 450_000), "不是完好的"),
    "f_merges.xlsx": (lambda: merged(200_000), "不是完好的"),
    "g_too_large.xlsx": (lambda: b"PK\x03\x04" + bytes(50_000_000), "文件超过上限 50,000,000 字节"),
    "h_one_line.csv": (lambda: csv([*ONE[:4], '"' + "长," * 9_000_000]), "不是规范的 CSV"),
    "j_honest.csv": (lambda: csv(ONE), ""),
}


def test_memory_and_time_are_bounded_whatever_is_sent(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name, (build, _) in CASES.items():
        (inbox / name).write_bytes(build())
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            CHILD.format(space=ADDRESS_SPACE, seconds=CPU_SECONDS),
            str(inbox),
            str(tmp_path / "data"),
        ],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcome = json.loads(done.stdout)
    assert sorted(outcome["told"]) == sorted(CASES)
    for name, (_, reason) in CASES.items():
        accepted, returned, rejection = outcome["told"][name]
        assert bool(rejection) == bool(reason), (name, rejection)
        assert reason in rejection
        assert returned == 0
        assert accepted == (0 if reason else {"b_blank_rows.xlsx": 2}.get(name, 1)), name
    assert outcome["peak_mb"] < PEAK_MB
