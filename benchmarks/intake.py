"""Inventories of many institutions landed at once, against the bare reading of the same workbooks in the same run.

`python -m benchmarks.intake [--workbooks N] [--rows N] [--output FILE]` writes workbooks of the form `inventory`, one
row in a hundred of them faulty, and measures in a process of its own

- *land*: `panhuo land` of the folder: rows read by the contract, contacts made pseudonyms, loads, returned workbooks
  and receipts written;
- *read*: python-calamine handing over the cells of the same files, one process, nothing checked.

Seconds are wall time, memory is the peak of the largest process and the sum of the peaks of all. Ratios travel between
machines, seconds do not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from python_calamine import CalamineWorkbook

from benchmarks.alone import alone
from ingestion.land import land_path_or_url
from ingestion.sources import load_source
from ingestion.workbooks import write_form
from panhuo.identifiers import patent_check_digit
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

PERIOD = Period(2024, 4)
RECEIVED_AT = dt.datetime(2024, 5, 3, tzinfo=dt.UTC)
FAULTY_EVERY = 100
FIELDS = ["新能源汽车", "智能制造装备", "生物医药", "现代农业", "集成电路"]


def _row(index: int, chance: random.Random) -> dict[str, object]:
    digits = f"{2012 + index % 10}1{index // 10:07d}"
    check = "0" if index % FAULTY_EVERY == 0 else patent_check_digit(digits)
    return {
        "patent_no": f"CN{digits}.{check}",
        "title": f"一种面向第{index}类工况的装置及其控制方法",
        "maturity_word": chance.choice(["小试", "中试", "产业化", "TRL7"]),
        "application_scenario": f"{chance.choice(FIELDS)}生产线的第{index % 997}道工序",
        "prospect_level": chance.choice(["high", "medium", "low"]),
        "inventor_maturity_word": chance.choice(["小试", "中试"]),
        "inventor_prospect_level": chance.choice(["high", "medium"]),
        "intent": chance.choice(["transfer", "license|transfer", "own_use"]),
        "implementation_status": chance.choice(["none", "trial", "product"]),
        "implementation_date": dt.date(2023, 1, 1) + dt.timedelta(days=chance.randrange(400)),
        "implementation_evidence": chance.choice(["none", "contract"]),
        "is_licensed": chance.random() < 0.2,
        "is_publicly_funded": chance.random() < 0.3,
        "funding_programme": "国家重点研发计划",
        "funding_project_no": f"2023YFB{index % 3000:07d}",
        "contact_name": f"联系人{index % 50}",
        "contact_phone": f"138{index % 100_000_000:08d}",
    }


def _write_workbook(number: int, rows: int, folder: str) -> None:
    source = load_source("inventories")
    chance = random.Random(number)
    write_form(
        Path(folder) / f"{10_000 + number}__盘点.xlsx",
        source.contract,
        [_row(index, chance) for index in range(number * rows, (number + 1) * rows)],
        title=source.file.title,
        filling_unit=f"单位{number}",
        period=PERIOD,
        omit=source.file.defaults,
    )


def _land(inbox: str, data_dir: str) -> dict[str, int]:
    settings = Settings(data_dir=data_dir, pseudonym_key=SecretStr("a key of the benchmark alone"))
    receipts = land_path_or_url(Lake(data_dir), "inventories", inbox, PERIOD, RECEIVED_AT, settings)
    return {
        "accepted_rows": sum(receipt.load.row_count for receipt in receipts),
        "returned_rows": sum(receipt.load.quarantined_count for receipt in receipts),
    }


def _read(inbox: str) -> dict[str, int]:
    books = (CalamineWorkbook.from_path(path) for path in sorted(Path(inbox).iterdir()))
    return {"rows_read": sum(len(book.get_sheet_by_index(0).to_python()) for book in books)}


def measure(workbooks: int, rows: int) -> Iterator[tuple[str, Any]]:
    """Name and value of each figure."""
    with tempfile.TemporaryDirectory(prefix="panhuo-bench-") as folder:
        inbox = Path(folder) / "inbox"
        inbox.mkdir()
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            pool.map(partial(_write_workbook, rows=rows, folder=str(inbox)), range(workbooks))
        yield "load_average", os.getloadavg()[0]
        yield "bytes", sum(path.stat().st_size for path in inbox.iterdir())
        land = alone(partial(_land, str(inbox), str(Path(folder) / "data")))
        read = alone(partial(_read, str(inbox)))
    processes = Settings().landing_processes
    yield "land", land
    yield "read", read
    yield "rows_per_second", (land["accepted_rows"] + land["returned_rows"]) / land["seconds"]
    yield "peak_mb_of_all", land["peak_mb_own"] + processes * land["peak_mb_largest_child"]
    yield "times_bare_reading", land["seconds"] / read["seconds"]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intake", description=__doc__)
    parser.add_argument("--workbooks", type=int, default=20, help="workbooks, one for each institution")
    parser.add_argument("--rows", type=int, default=3_000, help="rows in each")
    parser.add_argument("--output", type=Path, help="JSON file for the figures")
    options = parser.parse_args(arguments)
    figures = {"workbooks": options.workbooks, "rows": options.rows, **dict(measure(options.workbooks, options.rows))}
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
