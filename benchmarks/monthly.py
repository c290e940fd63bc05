"""A month at growing size: each stage against the bound of plain DuckDB on the same rows, in the same run.

`python -m benchmarks.monthly [--patents N ...] [--output FILE]` makes a lake of synthetic rows of the raw contracts,
then measures in a process of its own

- *open*: copying the raw loads into the run's warehouse, against DuckDB reading the same Parquet files;
- *build*: dbt building every model with its tests, against DuckDB screening and averaging the same tables with two
  hand-written statements (no history, no tests, no spine of three months: the least that could be done);
- *package*: writing the release, against writing the lines once as Parquet.

Seconds are wall time, memory is the peak of the process. Ratios travel between machines, seconds do not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import load_catalogue
from panhuo.identifiers import patent_check_digit, uscc_check_character
from panhuo.lake import Lake, sha256
from panhuo.periods import Period
from pipeline.runs import MonthlyRun, open_run, start_run

PERIOD = Period(2024, 4)
AS_OF = dt.datetime(2024, 5, 5, tzinfo=dt.UTC)
ROWS_PER_INSTITUTION = 500
EVALUATIONS_PER_PATENT = 2
IPC = ["G06F17/30", "H04L9/32", "C07D401/12", "A01B13/00", "B25J9/16", "G01N21/64", "H01M10/05", "E21B47/00"]


def _patent_no(index: int) -> str:
    digits = f"{2012 + index % 10}1{index // 10:07d}"
    return f"CN{digits}.{patent_check_digit(digits)}"


def _uscc(index: int) -> str:
    body = f"91370900{index:09d}"
    return body + uscc_check_character(body)


def _land(lake: Lake, contract_name: str, sender: str, records: list[dict[str, Any]]) -> None:
    contract = load_catalogue().contract(contract_name)
    schema = payload_schema(contract)
    table = pa.Table.from_pylist([{**dict.fromkeys(schema.names), **record} for record in records], schema=schema)
    lake.write_load(
        contract=contract,
        period=PERIOD,
        received_at=AS_OF,
        sender_id=sender,
        source_file=f"{sender}.bench",
        content_digest=sha256(f"{contract_name}{sender}{len(records)}".encode()),
        rows=table.append_column("source_row", pa.array(range(1, table.num_rows + 1), pa.int64())),
        parser_version="bench",
    )


def make_lake(root: Path, patents: int) -> None:
    """Land synthetic loads: patents, institutions, their inventories, enterprises and evaluations."""
    lake, rng = Lake(root), random.Random(patents)
    institutions = max(patents // ROWS_PER_INSTITUTION, 1)
    origin = {"data_origin": "simulated"}
    register = [
        {"institution_id": f"B{n:05d}", "institution_name": f"基准大学{n:05d}", "institution_kind": "university"}
        | {"province_code": "37", "city_code": "3709", **origin}
        for n in range(institutions)
    ]
    _land(lake, "raw_institutions.institutions", "platform", register)
    numbers = [_patent_no(index) for index in range(patents)]
    feed = [
        {"patent_no": no, "patent_no_raw": no, "title": f"一种基准方法{index}", "patent_type": "invention"}
        | {"filing_date": dt.date(int(no[2:6]), 6, 1), "grant_date": dt.date(int(no[2:6]) + 2, 6, 1)}
        | {"owners": f"基准大学{index % institutions:05d}", "ipc_codes": rng.choice(IPC), "legal_status": "granted"}
        | origin
        for index, no in enumerate(numbers)
    ]
    _land(lake, "raw_grants.patents", "platform", feed)
    for n in range(institutions):
        entries = [
            {"patent_no": no, "maturity_word": rng.choice(["中试", "小试", "概念验证"]), "application_scenario": "基准"}
            | {"prospect_level": rng.choice(["high", "medium", "low"]), "intent": "license|transfer", **origin}
            for no in numbers[n::institutions]
        ]
        _land(lake, "raw_inventories.entries", f"B{n:05d}", entries)
    firms = [_uscc(index) for index in range(max(patents // 20, 10))]
    enterprises = [
        {
            "enterprise_id": code,
            "enterprise_name": f"基准企业{index}有限公司",
            "province_code": "37",
            "city_code": "3709",
        }
        | origin
        for index, code in enumerate(firms)
    ]
    _land(lake, "raw_enterprises.enterprises", "platform", enterprises)
    evaluations = [
        {"evaluation_id": f"E{index}", "patent_no": rng.choice(numbers), "enterprise_id": rng.choice(firms)}
        | {"evaluator_kind": "enterprise", "prospect_score": rng.randint(1, 5), "cooperation_willingness": "willing"}
        | {"evaluated_on": dt.date(2024, 4, 10), **origin}
        for index in range(patents * EVALUATIONS_PER_PATENT)
    ]
    _land(lake, "raw_evaluations.evaluations", "platform", evaluations)


def _timed(step: Callable[[], Any]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def _measure(root: str, run_id: str, stage: str, patents: int) -> dict[str, float]:
    """Run one stage in this process, which is new, so that its peak memory is its own."""
    steps = {"open": _open, "build": _build, "package": _package}
    ours, bound = steps[stage](open_run(run_id), Path(root))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"patents": patents, "seconds": ours, "bound_seconds": bound, "ratio": ours / bound, "peak_mb": peak}


def _open(run: MonthlyRun, root: Path) -> tuple[float, float]:
    from panhuo.warehouse import create_warehouse

    lake = Lake(root)
    ours = _timed(lambda: create_warehouse(run.warehouse, lake, lake.loads(until=PERIOD, as_of=AS_OF)))
    bound = 0.0
    with duckdb.connect() as plain:
        for contract in load_catalogue().layer("raw"):
            files = f"raw/{contract.source}/{contract.table}/*/*/*.parquet"
            if any(Path(root).glob(files)):
                copy = f"create or replace table copied as from '{root}/{files}'"
                bound += _timed(lambda copy=copy: plain.execute(copy))
    return ours, bound


def _build(run: MonthlyRun, _: Path) -> tuple[float, float]:
    from pipeline.monthly import build_models

    ours = _timed(lambda: build_models(run))
    with duckdb.connect(str(run.warehouse), read_only=True) as plain:
        screen = (
            "select p.patent_no, p.filing_date + interval 20 year > date '2024-04-30' and e.maturity_word is not null "
            "and e.application_scenario is not null and e.prospect_level <> 'low' as is_form_2 "
            "from raw_grants.patents p left join raw_inventories.entries e using (patent_no)"
        )
        score = "select patent_no, avg(prospect_score), count(*) from raw_evaluations.evaluations group by 1"
        bound = _timed(lambda: plain.execute(screen).to_arrow_table()) + _timed(
            lambda: plain.execute(score).to_arrow_table()
        )
    return ours, bound


def _package(run: MonthlyRun, _: Path) -> tuple[float, float]:
    from pipeline.monthly import assign_experts, make_packages

    assign_experts(run)
    ours = _timed(lambda: make_packages(run))
    target = run.folder / "bound.parquet"
    with duckdb.connect(str(run.warehouse), read_only=True) as plain:
        bound = _timed(lambda: plain.execute(f"copy fct_dispatch_lines to '{target}' (format parquet)"))
    return ours, bound


def measure(patents: int) -> dict[str, dict[str, float]]:
    """Every stage at one size; stage → measures."""
    with tempfile.TemporaryDirectory() as folder:
        make_lake(Path(folder), patents)
        os.environ |= {"PANHUO_DATA_DIR": folder, "PANHUO_FIRST_PERIOD": str(PERIOD)}
        run_id = start_run(PERIOD, AS_OF).run_id
        results = {}
        for stage in ("open", "build", "package"):
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                results[stage] = pool.apply(_measure, (folder, run_id, stage, patents))
        return results


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patents", type=int, nargs="+", default=[2_000, 20_000], help="sizes to measure")
    parser.add_argument("--output", type=Path, help="write the measures as JSON, too")
    options = parser.parse_args(arguments)
    measured = {size: measure(size) for size in options.patents}
    print(f"{'patents':>9} {'stage':<8} {'seconds':>8} {'bound':>8} {'ratio':>7} {'peak MB':>8}")
    for size, stages in measured.items():
        for stage, values in stages.items():
            print(
                f"{size:>9,} {stage:<8} {values['seconds']:>8.2f} {values['bound_seconds']:>8.3f} "
                f"{values['ratio']:>7.1f} {values['peak_mb']:>8.0f}"
            )
    if options.output:
        options.output.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
