"""The account of a month: where every received patent went, counted from the marts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import duckdb

from panhuo.contracts.model import load_catalogue
from panhuo.gates.report import Conservation, ReasonCount, Tally
from panhuo.warehouse import connect, read_mart
from pipeline.runs import MonthlyRun


def conservation(run: MonthlyRun) -> Conservation | None:
    """Landed = base library + out of scope + quarantined, and so on; None while the marts are not built."""
    try:
        patents = read_mart(run.warehouse, "dim_patents").select(["data_origin", "is_base_library"]).to_pylist()
        screening = read_mart(run.warehouse, "fct_screening").select(["data_origin", "disposition", "reasons"])
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    screened = screening.to_pylist()
    quarantined = Tally(unlabelled=_returned_patents(run))
    packaged, package_count = _packaged(run)
    received = _received(run)
    return Conservation(
        landed=Tally(real=received.real, simulated=received.simulated, unlabelled=quarantined.unlabelled),
        quarantined=quarantined,
        base_library=_tally(row for row in patents if row["is_base_library"]),
        out_of_scope=_tally(row for row in patents if not row["is_base_library"]),
        form_1=_disposed(screened, "form_1"),
        form_2=_disposed(screened, "form_2"),
        excluded=_disposed(screened, "excluded"),
        reasons=_reasons(screened),
        packaged=packaged,
        package_count=package_count,
    )


def has_simulated_data(run: MonthlyRun) -> bool:
    """Whether any row received so far was made by the simulator."""
    tables = [contract for contract in load_catalogue().layer("raw") if "data_origin" in contract.column_names]
    parts = [f"select data_origin from {contract.qualified_name}" for contract in tables]
    with connect(run.warehouse, read_only=True) as connection:
        found = connection.execute(
            f"select 1 from ({' union all '.join(parts)}) where data_origin = 'simulated' limit 1"
        )
        return found.fetchone() is not None


def _received(run: MonthlyRun) -> Tally:
    """Distinct patents of the raw feed, counted apart from the models that it is compared with."""
    sql = "select patent_no, min(data_origin) as data_origin from raw_grants.patents group by patent_no"
    with connect(run.warehouse, read_only=True) as connection:
        return _tally(connection.execute(sql).to_arrow_table().to_pylist())


def _returned_patents(run: MonthlyRun) -> int:
    loads = run.lake.loads("grants", "patents", until=run.period, as_of=run.as_of)
    return sum(load.quarantined_count for load in loads)


def _packaged(run: MonthlyRun) -> tuple[Tally | None, int | None]:
    folder = run.release / "packages"
    names = [str(file) for file in sorted(folder.glob("institution/*/dispatch_lines.parquet"))]
    if not names:
        return None, None
    with duckdb.connect() as connection:
        rows = connection.execute("select data_origin from read_parquet($1)", [names]).to_arrow_table().to_pylist()
    return _tally(rows), sum(1 for _ in folder.glob("*/*/manifest.json"))


def _tally(rows: Iterable[Mapping[str, Any]]) -> Tally:
    counts = Counter(row["data_origin"] for row in rows)
    return Tally(real=counts["real"], simulated=counts["simulated"])


def _disposed(screened: list[dict[str, Any]], disposition: str) -> Tally:
    return _tally(row for row in screened if row["disposition"] == disposition)


def _reasons(screened: list[dict[str, Any]]) -> tuple[ReasonCount, ...]:
    words = load_catalogue().vocabularies["exclusion_reason"].values
    excluded = [row for row in screened if row["disposition"] == "excluded"]
    tallies = {code: _tally(row for row in excluded if code in row["reasons"].split("|")) for code in words}
    return tuple(ReasonCount(label=words[code], tally=tally) for code, tally in tallies.items() if tally.total)
