"""Gate definitions are loaded strictly and fit the project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.definition import CODES_PREFIX, GateDefinition, load_gate
from expectations.suites import gate_expectations
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue

GATES = ["G0_feedback", "G1_intake", "G2_models", "G3_dispatch", "G4_statistics"]


def body(**changes: Any) -> dict[str, Any]:
    query = {
        "name": "month_is_there",
        "table": "dim_patents",
        "severity": "block",
        "title": "本月须有数据",
        "mend": "请检查。",
        "reason": "policy",
        "sql": "select 1 where $period = 'x'",
    }
    definition = {"gate": "G9_trial", "title": "试验", "tables": {"dim_patents": "专利总表"}, "queries": [query]}
    for key, value in changes.items():
        target, _, name = key.rpartition("__")
        (definition["queries"][0] if target == "query" else definition)[name] = value
    return definition


@pytest.mark.parametrize("gate", GATES)
def test_every_gate_loads_and_its_contracts_and_vocabularies_exist(gate: str) -> None:
    definition = load_gate(gate)
    catalogue = load_catalogue()

    wanted = {name for query in definition.queries for name in query.parameters if name.startswith(CODES_PREFIX)}
    assert {name.removeprefix(CODES_PREFIX) for name in wanted} <= set(catalogue.vocabularies)
    assert {use.contract for use in definition.contracts} <= set(catalogue.contracts)


@pytest.mark.parametrize("gate", GATES)
def test_check_ids_are_unique_and_say_gate_and_table(gate: str) -> None:
    definition = load_gate(gate)
    rules = [*gate_expectations(definition), *definition.queries, *definition.rules]

    assert len({rule.check_id for rule in rules}) == len(rules)
    assert all(rule.check_id.startswith(f"{gate[:2]}.{rule.table}.") for rule in rules)


def test_no_gate_is_forgotten_here() -> None:
    assert {path.stem for path in (PROJECT_ROOT / "expectations" / "gates").glob("*.yml")} == set(GATES)


def test_the_documented_check_exists() -> None:
    assert "G3.fct_dispatch_lines.one_tier_per_patent" in {query.check_id for query in load_gate("G3_dispatch").queries}


def test_every_raw_table_is_judged_at_intake() -> None:
    judged = {use.contract for use in load_gate("G1_intake").contracts}

    assert judged == {x.qualified_name for x in load_catalogue().layer("raw") if x.source != "matching"}


def test_a_definition_becomes_check_ids() -> None:
    (query,) = GateDefinition(**body()).queries

    assert query.check_id == "G9.dim_patents.month_is_there"
    assert query.parameters == {"period"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"query__severty": "warn"}, "severty"),
        ({"query__severity": "fatal"}, "severity"),
        ({"query__sql": "select $month"}, r"unknown parameters ..month"),
        ({"query__table": "fct_tiers"}, "fct_tiers.* have no Chinese name"),
        ({"queries": [body()["queries"][0]] * 2}, "declared twice"),
        ({"queries": [{"table": "dim_patents"}]}, "has no `name`"),
        ({"gate": "intake"}, "gate"),
        ({"owner": "somebody"}, "owner"),
    ],
    ids=["unknown key", "unknown severity", "unknown parameter", "unnamed table", "twice", "no name", "gate", "extra"],
)
def test_a_wrong_definition_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        GateDefinition(**body(**changes))


def test_a_gate_in_the_wrong_file_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "expectations" / "gates"
    folder.mkdir(parents=True)
    (folder / "G8_other.yml").write_text(yaml.safe_dump(body(), allow_unicode=True), encoding="utf-8")

    with pytest.raises(ValueError, match=r"G8_other.yml defines G9_trial"):
        load_gate("G8_other", tmp_path)


def test_an_undeclared_rule_is_named_with_the_known_ones() -> None:
    definition = load_gate("G3_dispatch")

    assert definition.rule("packages.files_intact").severity == "block"
    with pytest.raises(KeyError, match=r"G3\.packages\.files_intact"):
        definition.rule("packages.files_entact")
