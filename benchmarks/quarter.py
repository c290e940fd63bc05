"""A national quarter, step by step as it is run, against the least that could be done: `python -m benchmarks.quarter`.

Lands synthetic rows of the raw contracts: patents of many institutions, six years of transfers, licence recordals,
lapses and restorations, and self-assessments of six patents in ten. Then each step of the quarter (G1, dbt with its
tests and the report, G4, publishing) runs in a process of its own. The bound counts the five statistics of nation and
institutions in plain DuckDB on the same rows: no history of owners, no matching of deals, no tests, no report.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.alone import alone
from benchmarks.monthly import _patent_no, _timed
from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import load_catalogue
from panhuo.lake import Lake, sha256
from panhuo.periods import Period, Quarter
from pipeline import quarterly
from pipeline.runs import open_run

QUARTER = Quarter(2024, 2)
FIRST = Period(2024, 4)
RECEIVED = dt.datetime(2024, 7, 5, tzinfo=dt.UTC)
AS_OF = dt.datetime(2024, 7, 16, tzinfo=dt.UTC)
PROVINCES = ["11", "31", "32", "33", "34", "37", "42", "44", "51", "61"]
IPC = ["G06F17/30", "H04L9/32", "C07D401/12", "A01B13/00", "B25J9/16", "G01N21/64", "H01M10/05", "E21B47/00"]
STEPS = ("judge_intake", "build_statistics", "judge_statistics", "publish_statistics")

ROWS = {
    "raw_institutions.institutions": """
        select format('B{:05d}', n) as institution_id, format('基准大学{:05d}', n) as institution_name,
            'university' as institution_kind, getvariable('provinces')[1 + n % 10] as province_code,
            getvariable('provinces')[1 + n % 10] || '01' as city_code
        from range(getvariable('institutions')) as numbers(n)""",
    "raw_grants.patents": """
        select patent_no, patent_no as patent_no_raw, '一种基准方法' || n as title, 'invention' as patent_type,
            make_date(2012 + n % 10, 6, 1) as filing_date, make_date(2014 + n % 10, 6, 1) as grant_date,
            format('基准大学{:05d}', n % getvariable('institutions')) as owners,
            getvariable('ipc')[1 + n % 8] as ipc_codes, 'granted' as legal_status
        from patents""",
    "raw_legal_events.events": """
        with told as (
            select *, date '2018-06-01' + cast(hash(n, 'day') % 2220 as integer) as event_date,
                format('基准大学{:05d}', n % getvariable('institutions')) as owner, hash(n, 'fate') % 100 as fate
            from patents
        ),
        coded as (
            select 'TR01' as event_code, * from told where fate < 15
            union all select 'EE01', * from told where fate between 15 and 24
            union all select 'CF01', * from told where fate between 25 and 39
            union all select 'RR01', * replace (event_date + 90 as event_date) from told where fate between 25 and 26
        )
        select 'L' || event_code || n as event_id, patent_no, event_code, event_date, event_date as announced_on,
            case event_code when 'TR01' then owner end as holders_before,
            case event_code when 'TR01' then format('基准企业{:06d}有限公司', n % 50000) end as holders_after,
            case event_code when 'EE01' then owner end as party_from,
            case event_code when 'EE01' then format('基准企业{:06d}有限公司', n % 50000) end as party_to,
            case event_code when 'EE01' then 'ordinary' end as license_kind, 'parsed' as parse_status
        from coded where event_date <= date '2024-06-30'""",
    "raw_inventories.entries": """
        select patent_no, '中试' as maturity_word, '基准' as application_scenario, 'high' as prospect_level,
            'license|transfer' as intent,
            case when n % 10 = 0 then 'own_use' when n % 10 = 1 then 'product' else 'none' end as implementation_status
        from patents where hash(n, 'told') % 10 < 6""",
}  # fmt: skip
BOUND = """
    with ended as (
        select patent_no, arg_max(event_code, event_date) filter (where event_date < date '2024-04-01') = 'CF01'
            as before, arg_max(event_code, event_date) = 'CF01' as by_end
        from raw_legal_events.events where event_code in ('CF01', 'RR01') group by patent_no
    ),
    happened as (
        select patent_no, count(*) filter (where event_code = 'TR01') as transfers,
            count(*) filter (where event_code = 'EE01') as licences
        from raw_legal_events.events where event_date between date '2024-04-01' and date '2024-06-30' group by patent_no
    )
    select patents.owners, count(*) filter (where transfers > 0), count(*) filter (where licences > 0),
        count(*) filter (where not coalesce(before, false) or transfers > 0),
        count(*) filter (where not coalesce(by_end, false)),
        count(*) filter (where implementation_status in ('own_use', 'product') and not coalesce(by_end, false)),
        count(*) filter (where implementation_status = 'product' and not coalesce(by_end, false))
    from raw_grants.patents as patents
    left join ended using (patent_no) left join happened using (patent_no)
    left join raw_inventories.entries as entries using (patent_no)
    group by grouping sets ((), (patents.owners))"""


def make_lake(root: Path, patents: int, institutions: int) -> dict[str, int]:
    """Land the synthetic loads; table → rows."""
    lake, counts = Lake(root), {}
    with duckdb.connect() as source:
        numbers = pa.table({"n": range(patents), "patent_no": [_patent_no(n) for n in range(patents)]})
        source.register("patents", numbers)
        for name, value in {"institutions": institutions, "provinces": PROVINCES, "ipc": IPC}.items():
            source.execute(f"set variable {name} = {value!r}")
        for name, sql in ROWS.items():
            contract = load_catalogue().contract(name)
            schema = payload_schema(contract)
            table = source.sql(f"select *, 'simulated' as data_origin from ({sql})").to_arrow_table()
            counts[name] = table.num_rows
            columns = [
                table[field.name].cast(field.type)
                if field.name in table.column_names
                else pa.nulls(len(table), field.type)
                for field in schema
            ]
            rows = pa.table(columns, schema=schema)
            numbered = rows.append_column("source_row", pa.array(range(1, len(rows) + 1), pa.int64()))
            for month in QUARTER.months:
                # All rows come with the last month; a quarter of which a month was not received would not freeze.
                lake.write_load(
                    contract=contract,
                    period=month,
                    received_at=RECEIVED,
                    sender_id="platform",
                    source_file="bench",
                    content_digest=sha256(f"{name}{patents}".encode()),
                    rows=numbered if month == QUARTER.months[-1] else numbered.slice(0, 0),
                    parser_version="bench",
                )
    return counts


def _step(run_id: str, name: str) -> dict[str, Any]:
    outcome = getattr(quarterly, name)(open_run(run_id))
    return {"outcome": outcome if isinstance(outcome, str) else outcome.get("problems", "published")}


def _bound(warehouse: str) -> dict[str, Any]:
    with duckdb.connect(warehouse, read_only=True, config={"threads": 2}) as plain:
        return {"query_seconds": _timed(lambda: plain.execute(BOUND).fetchall())}


def measure(patents: int, institutions: int) -> dict[str, Any]:
    """Seconds, CPU seconds and peak memory of every step and of the bound, and the slowest models."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"PANHUO_DATA_DIR": folder, "PANHUO_FIRST_PERIOD": str(FIRST)}
        rows = make_lake(Path(folder), patents, institutions)
        run = quarterly.start_run(QUARTER, AS_OF)
        steps = {}
        for name in STEPS:
            steps[name] = alone(functools.partial(_step, run.run_id, name))
            print(f"{name:<20} {steps[name]}", file=sys.stderr, flush=True)
            if name == "judge_intake":
                steps["bound"] = alone(functools.partial(_bound, str(run.warehouse)))
        nodes = json.loads((run.folder / "dbt" / "nodes.json").read_text(encoding="utf-8"))["nodes"]
        slowest = sorted(nodes, key=lambda node: -node["seconds"])[:10]
        return {"rows": rows, "steps": steps, "slowest": {node["name"]: round(node["seconds"], 1) for node in slowest}}


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patents", type=int, default=20_000)
    parser.add_argument("--institutions", type=int, default=200)
    options = parser.parse_args(arguments)
    measured = measure(options.patents, options.institutions)
    bound = measured["steps"].pop("bound")["query_seconds"]
    print("rows", measured["rows"])
    print(f"{'step':<20} {'seconds':>8} {'CPU s':>8} {'of bound':>8} {'peak MB':>8}")
    for name, values in measured["steps"].items():
        print(
            f"{name:<20} {values['seconds']:>8.1f} {values['cpu_seconds']:>8.1f} {values['seconds'] / bound:>8.0f} "
            f"{values['peak_mb_own']:>8.0f}  {values['outcome']}"
        )
    print(f"{'bound':<20} {bound:>8.2f}")
    print("slowest", measured["slowest"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
