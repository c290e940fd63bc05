"""A contract as a list of expectations. Pure: says what to expect, imports no judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from expectations.definition import ContractUse, GateDefinition
from panhuo.contracts.model import Catalogue, Column, Contract, load_catalogue
from panhuo.gates.model import Rule

ExpectationType = Literal[
    "ExpectColumnValuesToNotBeNull",
    "ExpectColumnValuesToBeUnique",
    "ExpectCompoundColumnsToBeUnique",
    "ExpectColumnValuesToBeInSet",
    "ExpectColumnValuesToBeBetween",
    "ExpectColumnValueLengthsToBeBetween",
    "ExpectTableColumnsToMatchSet",
    "UnexpectedRowsExpectation",
]

DUCKDB_TYPES: Mapping[str, str] = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
}

NORMAL_FORMS: Mapping[str, str] = {
    # ZC 0006-2003: 12 digits and a check digit; 8 before October 2003, without a check digit before 1989
    "patent_no": r"CN([0-9]{12}\.[0-9X]|[0-9]{8}(\.[0-9X])?)",
    "uscc": "[0-9A-HJ-NPQRTUWXY]{18}",  # GB 32100-2015: alphabet without I O S V Z
    "period": "[0-9]{4}-(0[1-9]|1[0-2])",
    "quarter": "[0-9]{4}-Q[1-4]",
    "region_code": "[1-9][0-9]([0-9]{2}){0,2}",  # GB/T 2260: 2, 4 or 6 digits
    "dated_usccs": r"(\|?[0-9A-HJ-NPQRTUWXY]{18}@[0-9]{4}-(0[1-9]|1[0-2]))+",
    "pseudonym": "sm3:[0-9a-f]{64}",
    "phone_pseudonym": "sm3:[0-9a-f]{64}",
}
"""How a value of a format is written at rest; regular expressions (RE2) that match the whole value."""

# their longest length is that of the contact as it was sent
_PSEUDONYMS = ("pseudonym", "phone_pseudonym")

_MENDS = {
    "raw": "请退回报送单位更正后重新报送，并检查接收程序为何放行。",
    "staging": "请检查生成该表的模型及其上游数据。",
    "marts": "请检查生成该表的模型及其上游数据。",
    "published": "请检查数据包的生成程序，改正后重新生成。",
}


class Expectation(Rule):
    """One expectation: the class that judges it, its arguments, and the columns that name an offender.

    `counts` tells what is counted when it is not met: rows, or columns of the table.
    """

    type: ExpectationType
    arguments: dict[str, Any]
    keys: tuple[str, ...]
    counts: Literal["rows", "columns"] = "rows"


def gate_expectations(gate: GateDefinition, catalogue: Catalogue | None = None) -> list[Expectation]:
    """Every expectation of a gate's contracts, table by table.

    Raises KeyError when the gate names a contract that does not exist.
    """
    known = catalogue or load_catalogue()
    return [expectation for use in gate.contracts for expectation in contract_expectations(gate.gate, use, known)]


def contract_expectations(gate: str, use: ContractUse, catalogue: Catalogue) -> list[Expectation]:
    """Render one contract: columns, types and keys exact, and what each column's definition demands."""
    return list(_Renderer(gate, use, catalogue).render())


class _Renderer:
    def __init__(self, gate: str, use: ContractUse, catalogue: Catalogue) -> None:
        self.prefix = gate.partition("_")[0]
        self.use = use
        self.contract: Contract = catalogue.contract(use.contract)
        self.catalogue = catalogue
        self.keys = use.extra_columns + self.contract.keys
        self.relation = ".".join(_quoted(part) for part in use.location.split("."))

    def render(self) -> Iterator[Expectation]:
        yield from self._table_expectations()
        for member in self.contract.columns:
            if member.required or member.name in self.keys:
                yield self._expect(
                    f"{member.name}_not_null",
                    f"“{member.column.label}”不得为空",
                    "ExpectColumnValuesToNotBeNull",
                    {"column": member.name},
                )
            yield from self._value_expectations(member.column)

    def _table_expectations(self) -> Iterator[Expectation]:
        names = [*self.use.extra_columns, *self.contract.column_names]
        yield self._expect(
            "columns_exact",
            "列须与约定完全一致",
            "ExpectTableColumnsToMatchSet",
            {"column_set": names, "exact_match": True},
            counts="columns",
        )
        types = dict.fromkeys(self.use.extra_columns, "VARCHAR")
        types |= {member.name: DUCKDB_TYPES[member.column.type] for member in self.contract.columns}
        agreed = ", ".join(f"({_literal(name)}, {_literal(type_)})" for name, type_ in types.items())
        yield self._expect(
            "types_exact",
            "列的类型须与约定一致",
            "UnexpectedRowsExpectation",
            _query(
                f"select found.column_name, found.column_type from (describe {self.relation}) as found "
                f"join (values {agreed}) as agreed(column_name, column_type) using (column_name) "
                "where found.column_type <> agreed.column_type"
            ),
            counts="columns",
        )
        labels = "、".join(self._label(key) for key in self.keys)
        alone = len(self.keys) == 1
        yield self._expect(
            "keys_unique",
            f"“{labels}”不得重复",
            "ExpectColumnValuesToBeUnique" if alone else "ExpectCompoundColumnsToBeUnique",
            {"column": self.keys[0]} if alone else {"column_list": list(self.keys)},
        )

    def _value_expectations(self, column: Column) -> Iterator[Expectation]:
        vocabulary = self.catalogue.vocabulary_of(column)
        if vocabulary is not None:
            yield self._known_codes(column, list(vocabulary.values))
        if column.min is not None or column.max is not None:
            yield self._expect(
                f"{column.name}_in_range",
                f"“{column.label}”须{_range_text(column)}",
                "ExpectColumnValuesToBeBetween",
                {"column": column.name, "min_value": column.min, "max_value": column.max},
            )
        if column.max_length is not None and column.format not in _PSEUDONYMS:
            yield self._expect(
                f"{column.name}_length",
                f"“{column.label}”不得超过 {column.max_length} 字",
                "ExpectColumnValueLengthsToBeBetween",
                {"column": column.name, "max_value": column.max_length},
            )
        if column.format and column.format in NORMAL_FORMS:
            yield self._normal_form(column, NORMAL_FORMS[column.format])

    def _known_codes(self, column: Column, codes: list[str]) -> Expectation:
        name, title = f"{column.name}_known", f"“{column.label}”须为规定取值"
        if not column.is_multi_valued:
            arguments = {"column": column.name, "value_set": codes}
            return self._expect(name, title, "ExpectColumnValuesToBeInSet", arguments)
        known = ", ".join(_literal(code) for code in codes)
        parts = f"string_split({_quoted(column.name)}, '|')"
        sql = self._offending(
            column, f"not list_has_all([{known}], {parts}) or {parts} <> list_sort(list_distinct({parts}))"
        )
        title += "，按代码排序且不重复"
        return self._expect(name, title, "UnexpectedRowsExpectation", _query(sql))

    def _normal_form(self, column: Column, pattern: str) -> Expectation:
        # Anchored regexp_matches: regexp_full_match is DuckDB's alone.
        whole = _literal(f"^({pattern})$")
        sql = self._offending(column, f"not regexp_matches({_quoted(column.name)}, {whole})")
        title = f"“{column.label}”须为规范写法"
        return self._expect(f"{column.name}_well_formed", title, "UnexpectedRowsExpectation", _query(sql))

    def _offending(self, column: Column, condition: str) -> str:
        shown = ", ".join(_quoted(name) for name in dict.fromkeys([*self.keys, column.name]))
        # A null makes the condition null, so that it offends against not_null alone.
        return f"select {shown} from {self.relation} where {condition}"

    def _label(self, name: str) -> str:
        return self.catalogue.columns[name].label

    def _expect(
        self,
        name: str,
        title: str,
        type_: ExpectationType,
        arguments: dict[str, Any],
        *,
        counts: Literal["rows", "columns"] = "rows",
    ) -> Expectation:
        return Expectation(
            check_id=f"{self.prefix}.{self.use.location}.{name}",
            table=self.use.location,
            severity=self.use.severity,
            title=title,
            mend=_MENDS[self.contract.layer],
            reason=self.use.reason,
            type=type_,
            arguments=arguments,
            keys=self.keys,
            counts=counts,
        )


def _range_text(column: Column) -> str:
    low, high = _bound_text(column.min), _bound_text(column.max)
    if low and high:
        return f"在 {low} 至 {high} 之间"
    return f"不小于 {low}" if low else f"不大于 {high}"


def _bound_text(bound: float | dt.date | None) -> str:
    if bound is None:
        return ""
    return bound.isoformat() if isinstance(bound, dt.date) else f"{bound:g}"


def _query(sql: str) -> dict[str, Any]:
    return {"unexpected_rows_query": sql}


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
