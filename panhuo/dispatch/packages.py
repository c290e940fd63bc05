"""Packages of the month: for every recipient the rows in its scope, as tables, workbook and manifest."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from panhuo.contracts.arrow import arrow_schema, conform
from panhuo.contracts.model import Catalogue, load_catalogue
from panhuo.dispatch.changes import (
    CHANGES,
    EVIDENCE_SCHEMA,
    RECIPIENT,
    ReleaseIdentity,
    changes_schema,
    lines_schema,
    released_lines,
    version_changes,
)
from panhuo.dispatch.documents import DOCUMENTS, Sources
from panhuo.dispatch.manifest import Manifest, write_manifest
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import MARTS, RecipientPolicy, RecipientRule, load_recipients
from panhuo.dispatch.writers import write_csv, write_parquet
from panhuo.lake import canonical_json, sha256
from panhuo.periods import Period
from panhuo.warehouse import connect

DISPATCHES = "fct_dispatches"
RECEIPTS = {
    "dim_patents": "",
    "fct_legal_events": "",
    "fct_inventory_entries": "",
    "fct_tiers": "latest_evaluation_",
    "dim_institutions": "",
    "dim_enterprises": "",
}
"""Mart that says when and where its rows were learned → what the names of these columns begin with."""
PARQUET_TABLES = frozenset(MARTS) - {CHANGES}

_SAFE_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")
_BATCH_ROWS = 16_384


@dataclass(frozen=True)
class PackagesResult:
    """What was built: `dispatches` is the mart `fct_dispatches`, one row per package below `folder`."""

    folder: Path
    dispatches: pa.Table


@dataclass(frozen=True)
class _Audience:
    """All recipients of one kind, and what changed for them since an earlier version of the month."""

    rule: RecipientRule
    names: dict[str, str]
    since_release: pa.Table


def build_packages(
    warehouse: Path,
    out: Path,
    *,
    period: Period,
    identity: ReleaseIdentity,
    previous_release: Path | None = None,
    policy: RecipientPolicy | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> PackagesResult:
    """Build every package of the month below `out/packages/<kind>/<code>/`; what was there is replaced.

    Reads the marts of the run's warehouse. With `previous_release`, the folder of an earlier version of the
    same month, the changes since then are told as well. Equal marts, policy and previous release give equal
    bytes. `on_progress` is called after each package with the number done and the number of all.

    Raises ValueError when a row names no recipient, a recipient has no name, or a code cannot name a folder.
    """
    folder = out / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    rows: list[dict[str, Any]] = []
    with connect(warehouse, read_only=True) as connection:
        run = Sources(connection, period, policy or load_recipients(), load_catalogue())
        audiences = [_audience(run, rule, identity, previous_release) for rule in run.policy.recipients]
        total = sum(len(audience.names) for audience in audiences)
        for audience in audiences:
            for package in _packages(run, audience):
                manifest = _write_package(run, audience.rule, package, folder / package.kind / package.code)
                rows.append(_dispatch_row(audience.rule, package, manifest))
                if on_progress is not None:
                    on_progress(len(rows), total)
    contract = run.catalogue.contract(DISPATCHES)
    dispatches = pa.Table.from_pylist(rows, schema=arrow_schema(contract))
    return PackagesResult(folder, dispatches.sort_by([(key, "ascending") for key in contract.keys]))


# --- who receives -------------------------------------------------------------------------------------------


def _audience(run: Sources, rule: RecipientRule, identity: ReleaseIdentity, previous_release: Path | None) -> _Audience:
    changes = _changes_since(run, rule, identity, previous_release)
    codes: set[str] = {code for table in rule.tables for code in _codes(run, rule, MARTS[table])}
    codes |= set(changes[RECIPIENT].to_pylist())
    known = _names(run, rule)
    unnamed = sorted(codes - set(known))
    if unnamed:
        raise ValueError(f"{rule.named_in} of {run.period} has no {rule.scope} {unnamed[:5]}: add them to the register")
    unsafe = sorted(code for code in codes if not _SAFE_CODE.fullmatch(code))
    if unsafe:
        raise ValueError(f"{rule.scope} {unsafe[:5]}: a code may hold letters, digits, _ and - only, 64 at most")
    return _Audience(rule, {code: known[code] for code in sorted(codes)}, changes)


def _codes(run: Sources, rule: RecipientRule, mart: str) -> list[str]:
    """Recipients with a row in a mart of the month."""
    key = run.catalogue.contract(mart).keys[-1]
    sql = f"select {rule.scope}, min({key}) from {mart} where period = $1 group by all"
    found = run.connection.execute(sql, [str(run.period)]).fetchall()
    homeless = [row for code, row in found if not code]
    if homeless:
        raise ValueError(f"{mart} of {run.period}: {key} {homeless[0]} has no {rule.scope}, so nobody would receive it")
    return [code for code, _ in found]


def _names(run: Sources, rule: RecipientRule) -> dict[str, str]:
    columns = ", ".join((rule.scope, *rule.name))
    sql = f"select distinct {columns} from {rule.named_in} where period = $1 order by all desc"
    found = run.connection.execute(sql, [str(run.period)]).fetchall()
    return {code: "".join(dict.fromkeys(part for part in parts if part)) for code, *parts in found}


def _changes_since(
    run: Sources, rule: RecipientRule, identity: ReleaseIdentity, previous_release: Path | None
) -> pa.Table:
    if previous_release is None or CHANGES not in rule.tables:
        return changes_schema().empty_table()
    before = ReleaseIdentity.of(previous_release)
    old = released_lines(previous_release, rule)
    new = _rows(run, rule, rule.lines).read_all().cast(lines_schema(rule))
    return version_changes(
        old,
        new,
        before=before,
        after=identity,
        evidence=_evidence(run, before),
        has_new_data=_has_new_data(run, before),
    )


def _evidence(run: Sources, before: ReleaseIdentity) -> pa.Table:
    """Rows about a patent that were received after an earlier release."""
    parts = [
        f"select patent_no, {prefix}source_file, {prefix}source_row, {prefix}received_at, {bool(prefix)} "
        f"from {mart} where period = $1 and {prefix}received_at > $2"
        for mart, prefix in RECEIPTS.items()
        if "patent_no" in run.catalogue.contract(mart).column_names
    ]
    found = run.connection.execute(" union all ".join(parts), [str(run.period), before.as_of]).to_arrow_table()
    return found.rename_columns(EVIDENCE_SCHEMA.names).cast(EVIDENCE_SCHEMA)


def _has_new_data(run: Sources, before: ReleaseIdentity) -> bool:
    """Whether a mart of the month knows of anything received after an earlier release."""
    parts = [
        f"select max({prefix}received_at) > $2 as is_new from {mart} where period = $1"
        for mart, prefix in RECEIPTS.items()
    ]
    sql = f"select bool_or(is_new) from ({' union all '.join(parts)})"
    found = run.connection.execute(sql, [str(run.period), before.as_of]).fetchone()
    return bool(found and found[0])


# --- what they receive --------------------------------------------------------------------------------------


class _ByRecipient:
    """Rows sorted by recipient, handed out one recipient at a time, so that one pass serves all."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._empty = reader.schema.empty_table()
        self._groups = _groups(reader)
        self.next = next(self._groups, None)

    def take(self, code: str) -> pa.Table:
        """The rows of a recipient, none when it has none; codes must be asked for in ascending order."""
        if self.next is None or self.next[0] != code:
            return self._empty
        _, table = self.next
        self.next = next(self._groups, None)
        return table


def _groups(reader: pa.RecordBatchReader) -> Iterator[tuple[str, pa.Table]]:
    for code, pieces in groupby(_runs(reader), key=itemgetter(0)):
        yield code, pa.Table.from_batches([batch for _, batch in pieces])


def _runs(reader: pa.RecordBatchReader) -> Iterator[tuple[str, pa.RecordBatch]]:
    for batch in reader:
        encoded = pc.run_end_encode(batch.column(RECIPIENT))
        start = 0
        for code, end in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist(), strict=True):
            yield code, batch.slice(start, end - start)
            start = end


def _rows(run: Sources, rule: RecipientRule, table: str, more: pa.Table | None = None) -> pa.RecordBatchReader:
    """Rows of the month as the kind of recipient may see them, by recipient and published keys.

    `more` holds rows that are in no mart, with their recipient.
    """
    contract = rule.visible(run.catalogue.contract(table))
    columns = ", ".join(contract.column_names)
    kept = f"* replace ({_withholding(rule)})" if table == "screening" and rule.withheld else "*"
    sql = f"select {rule.scope} as {RECIPIENT}, {columns} from (select {kept} from {MARTS[table]}) where period = $1"
    cursor = run.connection.cursor()
    if more is not None:
        cursor.register("more", more)
        sql += f" union all select {RECIPIENT}, {columns} from more"
    sql = f"from ({sql}) order by {RECIPIENT}, {', '.join(contract.keys)}"
    return cursor.execute(sql, [str(run.period)]).to_arrow_reader(_BATCH_ROWS)


def _withholding(rule: RecipientRule) -> str:
    """The columns kept from a kind of recipient, with what is shown instead."""
    return ", ".join(
        f"case when list_contains(string_split(reasons, '|'), {_quoted(withheld.exclusion_reason)}) "
        f"then {_quoted(withheld.shown)} else {withheld.column} end as {withheld.column}"
        for withheld in rule.withheld
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _packages(run: Sources, audience: _Audience) -> Iterator[Package]:
    rule = audience.rule
    contracts = {table: rule.visible(run.catalogue.contract(table)) for table in rule.tables}
    more = {CHANGES: audience.since_release}
    sources = {table: _ByRecipient(_rows(run, rule, table, more.get(table))) for table in rule.tables}
    for code, name in audience.names.items():
        tables = {table: conform(source.take(code), contracts[table]) for table, source in sources.items()}
        yield Package(kind=rule.kind, code=code, name=name, period=run.period, tables=tables)
    left = [table for table, source in sources.items() if source.next is not None]
    if left:
        raise RuntimeError(f"{rule.kind}: rows of {left} were given to nobody")


def _write_package(run: Sources, rule: RecipientRule, package: Package, folder: Path) -> Manifest:
    folder.mkdir(parents=True)
    rows = {}
    for name, table in package.tables.items():
        write_csv(folder / f"{name}.csv", table)
        rows[f"{name}.csv"] = table.num_rows
        if name in PARQUET_TABLES:
            write_parquet(folder / f"{name}.parquet", table)
            rows[f"{name}.parquet"] = table.num_rows
    for document in DOCUMENTS.get(package.kind, ()):
        document.write(folder / document.file, package, run)
    return write_manifest(folder, _meta(run, rule, package), rows)


def _meta(run: Sources, rule: RecipientRule, package: Package) -> dict[str, Any]:
    notes = run.policy.notes
    statement = [notes.statement] if package.is_all_real else [notes.statement, notes.simulated]
    return {
        "product": "monthly_dispatch_package",
        "period": str(package.period),
        "recipient": {"kind": package.kind, "code": package.code, "name": package.name},
        "data_statement": "".join(statement),
        "origins": {table: counts.to_json() for table, counts in package.origins.items()},
        "sensitivities": sorted(rule.sensitivities),
        "schema_version": schema_version(run.catalogue, rule),
    }


def schema_version(catalogue: Catalogue, rule: RecipientRule) -> str:
    """Digest over names, types and order of the columns of a kind: what a reader's code depends on."""
    columns = {
        table: [(c.name, c.column.type, c.required) for c in rule.visible(catalogue.contract(table)).columns]
        for table in rule.tables
    }
    return sha256(canonical_json(columns))[:12]


def _dispatch_row(rule: RecipientRule, package: Package, manifest: Manifest) -> dict[str, Any]:
    return {
        "period": str(package.period),
        "recipient_kind": package.kind,
        "recipient_code": package.code,
        "recipient_name": package.name,
        "line_count": package.row_count(rule.lines),
        "screening_count": package.row_count("screening"),
        "change_count": package.row_count(CHANGES) + package.row_count("recalls"),
        "package_digest": manifest.digest,
    }
