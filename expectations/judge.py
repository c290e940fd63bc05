"""All declared checks of a gate over one DuckDB file."""

from __future__ import annotations

from pathlib import Path

from expectations.definition import load_gate
from expectations.queries import run_queries
from expectations.run import run_suite
from expectations.suites import gate_expectations
from panhuo.gates.model import GateResult, GateRun


def judge_tables(database: Path, run: GateRun) -> list[GateResult]:
    """Judge the contracts and queries of the gate `run.gate`, in order of check id.

    The gate's Python rules are not among them: `panhuo.gates.checks` observes what is not in the file.
    Great Expectations is imported only when the gate has contracts. Raises FileNotFoundError for an unknown
    gate or file.
    """
    definition = load_gate(run.gate)
    results = run_queries(database, run, definition.queries)
    if definition.contracts:
        results += run_suite(database, run, gate_expectations(definition))
    return sorted(results, key=lambda result: result.check_id)
