"""What changed between two published versions of the same month, line by line, and why.

The changes against the month before come from the models (`fct_dispatch_changes`); those against an earlier
version of the same month are known only here, because only the published files say what a recipient was
given.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.manifest import read_manifest
from panhuo.dispatch.recipients import RecipientRule
from panhuo.periods import SHANGHAI, parse_instant

RECIPIENT = "recipient_code"
LINES = "dispatch_lines"
CHANGES = "changes"
EVALUATION_COLUMNS = frozenset({"tier", "conversion_stage", "evaluator_count", "theta", "l80"})
"""Columns of a line that evaluations move by themselves; a patent's own data move other columns too."""

EVIDENCE_SCHEMA = pa.schema(
    [
        ("patent_no", pa.string()),
        ("source_file", pa.string()),
        ("source_row", pa.int64()),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("is_evaluation", pa.bool_()),
    ]
)
"""Rows received between two versions: which patent, the file and row that brought it, and of which nature it is."""

_INDIRECT = "同期新数据的间接影响"
_STATEMENT = ("change_kind", "changed_columns", "old_value", "new_value")


@dataclass(frozen=True)
class ReleaseIdentity:
    """What, beside its data, decides a release."""

    as_of: dt.datetime
    policy_version: str
    code_version: str

    @classmethod
    def of(cls, release: Path) -> ReleaseIdentity:
        """Read it from a release's manifest; ValueError when the manifest does not state it."""
        meta = read_manifest(release).meta
        try:
            return cls(parse_instant(meta["as_of"]), meta["policy_version"], meta["code_version"])
        except KeyError as error:
            raise ValueError(f"{release}: manifest.json states no {error}; it is not that of a release") from None


def lines_schema(rule: RecipientRule) -> pa.Schema:
    """Lines of every recipient of one kind: whose they are, then the columns that kind may see."""
    contract = rule.visible(load_catalogue().contract(LINES))
    return arrow_schema(contract).insert(0, pa.field(RECIPIENT, pa.string(), nullable=False))


def released_lines(release: Path, rule: RecipientRule) -> pa.Table:
    """The lines that the recipients of a kind were given in a release; columns unknown then are null.

    Read from the packages, not from the marts: what counts is what was handed over.
    """
    schema = lines_schema(rule)
    tables = []
    for path in sorted((release / "packages" / rule.kind).glob(f"*/{LINES}.parquet")):
        rows = pq.read_table(io.BytesIO(path.read_bytes()))
        columns = [
            rows[field.name].cast(field.type)
            if field.name in rows.column_names
            else pa.nulls(rows.num_rows, field.type)
            for field in list(schema)[1:]
        ]
        codes = pa.array([path.parent.name] * rows.num_rows, pa.string())
        tables.append(pa.table([codes, *columns], names=schema.names))
    return pa.concat_tables(tables) if tables else schema.empty_table()


def version_changes(
    old: pa.Table,
    new: pa.Table,
    *,
    before: ReleaseIdentity,
    after: ReleaseIdentity,
    evidence: pa.Table,
    has_new_data: bool,
) -> pa.Table:
    """Changes that turn the old lines into the new ones, as `changes_schema` says.

    `old` and `new` have the columns of `lines_schema` in any order; `evidence` is of `EVIDENCE_SCHEMA`;
    `has_new_data` says whether anything at all was received between the two. A line that moved from one
    recipient to another is moved out of the first and added to the second.

    The cause of a change is the newest row received about the patent, one of the nature that moves the changed
    columns first; else, where anything was received, its indirect effect; only then the rules and the program.
    """
    compared = sorted(set(new.column_names) - {RECIPIENT, "period", "patent_no"})
    with duckdb.connect() as connection:
        for name, table in (("old_lines", old), ("new_lines", new), ("evidence", _evidence_texts(evidence))):
            connection.register(name, table)
        sql = _difference(compared)
        cause = _otherwise(before, after, has_new_data=has_new_data)
        rows = connection.execute(sql, [cause]).to_arrow_table()
    return rows.cast(changes_schema())


def changes_schema() -> pa.Schema:
    """The contract `changes` with the recipient in front."""
    schema = arrow_schema(load_catalogue().contract(CHANGES))
    return schema.insert(0, pa.field(RECIPIENT, pa.string(), nullable=False))


def unexplained(old: pa.Table, new: pa.Table, changes: pa.Table) -> list[str]:
    """What `changes` fails to explain; if nothing, applying them to the old lines gives exactly the new ones.

    Takes lines and `previous_version` changes of one recipient. Each answer names the patent and what does
    not add up.
    """
    before = {row["patent_no"]: row for row in old.to_pylist()}
    after = {row["patent_no"]: row for row in new.to_pylist()}
    told = {row["patent_no"]: row for row in changes.to_pylist()}
    problems = [] if len(told) == changes.num_rows else ["a patent has more than one change"]
    for patent_no in sorted(before.keys() | after.keys() | told.keys()):
        expected = _expected(before.get(patent_no), after.get(patent_no))
        actual = told.get(patent_no)
        stated = actual and {
            name: actual[name] for name in ("change_kind", "changed_columns", "old_value", "new_value")
        }
        if stated != expected:
            problems.append(f"{patent_no}: the lines differ by {expected}, the changes say {stated}")
    return problems


def _expected(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, str | None] | None:
    if before is None or after is None:
        kind = "ADD" if after else "DEL"
        known = before is not None or after is not None
        return {**dict.fromkeys(("changed_columns", "old_value", "new_value")), "change_kind": kind} if known else None
    differing = [name for name in sorted(after) if name != RECIPIENT and before.get(name) != after[name]]
    if not differing:
        return None
    return {
        "change_kind": "MOD",
        "changed_columns": "|".join(differing),
        "old_value": _pairs(before, differing),
        "new_value": _pairs(after, differing),
    }


def _pairs(row: dict[str, Any], names: Sequence[str]) -> str:
    """Cells as `name=value` joined with `|`; a `|` inside a value is written as a comma."""
    texts = {name: "" if row.get(name) is None else str(row[name]) for name in names}
    return "|".join(f"{name}={text.replace('|', ',')}" for name, text in texts.items())


def _evidence_texts(evidence: pa.Table) -> pa.Table:
    """The newest evidence of each patent as sentences: `evaluated` by an evaluation, `received` by other data."""
    order = [("received_at", "ascending"), ("source_file", "ascending"), ("source_row", "ascending")]
    newest: dict[str, dict[str, str]] = {}
    for row in evidence.sort_by(order).to_pylist():
        sentence = "evaluated" if row["is_evaluation"] else "received"
        newest.setdefault(row["patent_no"], {})[sentence] = _evidence_text(row)
    schema = pa.schema([(name, pa.string()) for name in ("patent_no", "received", "evaluated")])
    return pa.Table.from_pylist([{"patent_no": number, **told} for number, told in newest.items()], schema=schema)


def _evidence_text(row: dict[str, Any]) -> str:
    kind = "新收到评价" if row["is_evaluation"] else "新收到数据"
    received = f"{row['received_at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M} 接收"
    return f"{kind}：{row['source_file']} 第 {row['source_row']} 行（{received}）"


def _otherwise(before: ReleaseIdentity, after: ReleaseIdentity, *, has_new_data: bool) -> str:
    """The cause of a change that no newly received row of the patent explains.

    Data, rules and program decide a release, so with none of the latter two altered it was the data.
    """
    versions = (
        ("规则", before.policy_version, after.policy_version),
        ("程序", before.code_version, after.code_version),
    )
    altered = "、".join(f"{name}版本变更（{old} → {new}）" for name, old, new in versions if old != new)
    if not altered:
        return _INDIRECT
    return f"{_INDIRECT}；另有{altered}" if has_new_data else altered


def _difference(compared: Sequence[str]) -> str:
    return f"""
        with joined as (
            select
                coalesce(n.{RECIPIENT}, o.{RECIPIENT}) as {RECIPIENT},
                coalesce(n.period, o.period) as period,
                coalesce(n.patent_no, o.patent_no) as patent_no,
                coalesce(n.data_origin, o.data_origin) as data_origin,
                case when n.patent_no is null then o.simulated_fields else n.simulated_fields end as simulated_fields,
                case
                    when o.patent_no is null then 'ADD'
                    when n.patent_no is null then 'DEL'
                    else 'MOD'
                end as change_kind,
                nullif(concat_ws('|', {", ".join(_named(compared))}), '') as changed_columns,
                nullif(concat_ws('|', {", ".join(_valued("o", compared))}), '') as old_value,
                nullif(concat_ws('|', {", ".join(_valued("n", compared))}), '') as new_value
            from new_lines as n
            full join old_lines as o on n.{RECIPIENT} = o.{RECIPIENT} and n.patent_no = o.patent_no
        ),
        changed as (
            select
                joined.* replace (
                    case when change_kind = 'MOD' then changed_columns end as changed_columns,
                    case when change_kind = 'MOD' then old_value end as old_value,
                    case when change_kind = 'MOD' then new_value end as new_value
                ),
                change_kind = 'MOD'
                    and list_has_all({sorted(EVALUATION_COLUMNS)}, string_split(changed_columns, '|'))
                    as only_evaluations
            from joined
            where change_kind != 'MOD' or changed_columns is not null
        )
        select
            {RECIPIENT}, period, 'previous_version' as change_base, change_kind, changed.patent_no,
            changed_columns, old_value, new_value,
            case
                when only_evaluations then coalesce(evidence.evaluated, evidence.received, $1)
                else coalesce(evidence.received, evidence.evaluated, $1)
            end as change_reason,
            data_origin, simulated_fields
        from changed
        left join evidence on changed.patent_no = evidence.patent_no
        order by {RECIPIENT}, period, change_base, changed.patent_no
    """


def _named(columns: Sequence[str]) -> Iterator[str]:
    return (f"case when {_differs(name)} then '{name}' end" for name in columns)


def _valued(side: str, columns: Sequence[str]) -> Iterator[str]:
    return (
        f"case when {_differs(name)} then '{name}=' || replace(coalesce({side}.\"{name}\"::varchar, ''), '|', ',') end"
        for name in columns
    )


def _differs(name: str) -> str:
    return f'o."{name}" is distinct from n."{name}"'
