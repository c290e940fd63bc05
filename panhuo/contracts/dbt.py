"""Contracts as dbt property files: sources, and enforced contracts with their tests. Pure rendering, no dbt."""

from __future__ import annotations

from typing import Any

import yaml

from panhuo.contracts.model import Catalogue, Contract, ContractColumn

_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "float": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp with time zone",
}

QUARTER_TAG = "quarter"
"""Tag of the models that are built for quarters only."""

MADE_BY_PYTHON = frozenset(
    {
        "fct_digest_needs",
        "fct_digest_topic_texts",
        "fct_digest_topics",
        "fct_dispatches",
        "fct_expert_assignments",
        "fct_expert_refusals",
        "fct_gate_results",
        "fct_need_matches",
    }
)
"""Marts that are written after the models are built; dbt knows nothing of them."""

_HEAD = "# Rendered from expectations/ by `make generate`; do not edit.\n"


def duckdb_type(column: ContractColumn) -> str:
    """The type of a column in the warehouse."""
    return _TYPES[column.column.type]


def render_dbt(catalogue: Catalogue) -> dict[str, str]:
    """Property files of the dbt project: path relative to the project → text."""
    folder = "dbt_project/models"
    return {
        f"{folder}/staging/_staging__sources.yml": _dump({"version": 2, "sources": _sources(catalogue)}),
        f"{folder}/staging/_staging__contracts.yml": _dump(_models(catalogue, catalogue.layer("staging"))),
        f"{folder}/marts/_marts__contracts.yml": _dump(_models(catalogue, catalogue.layer("marts"))),
    }


def _dump(content: dict[str, Any]) -> str:
    return _HEAD + yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=110)


def _sources(catalogue: Catalogue) -> list[dict[str, Any]]:
    sources: dict[str, list[Contract]] = {}
    for contract in catalogue.layer("raw"):
        sources.setdefault(str(contract.source), []).append(contract)
    return [
        {
            "name": name,
            "schema": f"raw_{name}",
            "tables": [{"name": c.table, "description": f"{c.description} {c.grain}"} for c in contracts],
        }
        for name, contracts in sources.items()
    ]


def _models(catalogue: Catalogue, contracts: list[Contract]) -> dict[str, Any]:
    models = [_model(catalogue, contract) for contract in contracts if contract.table not in MADE_BY_PYTHON]
    return {"version": 2, "models": models}


def _model(catalogue: Catalogue, contract: Contract) -> dict[str, Any]:
    tags = {"tags": [QUARTER_TAG]} if contract.product == "quarterly_statistics" else {}
    return {
        "name": contract.table,
        "description": f"{contract.description} {contract.grain}",
        "config": {"contract": {"enforced": True}, **tags},
        "data_tests": _tests(catalogue, contract),
        "columns": [_column(column) for column in contract.columns],
    }


def _column(column: ContractColumn) -> dict[str, Any]:
    definition = column.column
    return {
        "name": column.name,
        "description": definition.description,
        "data_type": duckdb_type(column),
        "config": {"meta": {"label": definition.label, "sensitivity": definition.sensitivity}},
    }


def _tests(catalogue: Catalogue, contract: Contract) -> list[dict[str, Any]]:
    """One test per table and kind of claim: hundreds of one-column tests would cost more than the models."""
    required = [column.name for column in contract.columns if column.required]
    tests = [
        _test(contract, "unique_rows", {"key_columns": list(contract.keys)}),
        _test(contract, "required_columns", {"column_names": required}),
    ]
    codes = {
        column.name: sorted(vocabulary.values)
        for column in contract.columns
        if (vocabulary := catalogue.vocabulary_of(column.column))
    }
    if codes:
        tests.append(_test(contract, "known_codes", {"codes_by_column": codes}))
    return tests


def _test(contract: Contract, kind: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {kind: {"name": f"{kind}__{contract.table}", "arguments": arguments}}
