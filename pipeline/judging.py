"""The gates of a month, a quarter and a day's feedback: what each judges, its verdict, and the report so far."""

from __future__ import annotations

from panhuo.contracts.model import load_catalogue
from panhuo.gates.decide import Decision, Verdict, decide
from panhuo.gates.ledger import read_gate_results, write_gate_results
from panhuo.gates.model import GateResult, GateRun, load_waivers
from panhuo.gates.report import ReportContext, render_gate_report
from panhuo.lake import Load, put_bytes
from panhuo.periods import SHANGHAI
from panhuo.warehouse import held_open
from pipeline.account import conservation, has_simulated_data
from pipeline.build import BuildResult
from pipeline.disclosure import digest_breaches
from pipeline.runs import MonthlyRun

FEEDBACK, INTAKE, MODELS, DISPATCH = "G0_feedback", "G1_intake", "G2_models", "G3_dispatch"
STATISTICS = "G4_statistics"
GATES = (INTAKE, MODELS, DISPATCH)
"""Those of a month."""
ALL_GATES = (FEEDBACK, *GATES, STATISTICS)


def judge_feedback(run: MonthlyRun, damaged: list[Load]) -> Verdict:
    """G0 over the raw tables of a day's feedback; `damaged` loads are not in them."""
    from expectations.definition import load_gate
    from expectations.judge import judge_tables
    from panhuo.gates.checks import no_findings

    gate_run = _gate_run(run, FEEDBACK)
    intact = load_gate(FEEDBACK).rule("raw_lake.loads.parts_intact")
    return _conclude(
        run, FEEDBACK, [*judge_tables(run.warehouse, gate_run), no_findings(intact, gate_run, _told(damaged))]
    )


def judge_loads(run: MonthlyRun, damaged: list[Load], lost: list[str]) -> Verdict:
    """G1 over the raw tables of the run's warehouse; `damaged` and `lost` loads are not in them."""
    from expectations.definition import load_gate
    from expectations.judge import judge_tables
    from panhuo.gates.checks import no_findings

    gate_run, definition = _gate_run(run, INTAKE), load_gate(INTAKE)
    results = [
        *judge_tables(run.warehouse, gate_run),
        no_findings(definition.rule("raw_lake.loads.parts_intact"), gate_run, _told(damaged)),
        no_findings(definition.rule("raw_lake.loads.inputs_kept"), gate_run, lost),
    ]
    return _conclude(run, INTAKE, results)


def judge_build(run: MonthlyRun, build: BuildResult, gate: str = MODELS) -> Verdict:
    """G2 (or G4) over the marts, with every dbt test as a result of its own."""
    from expectations.judge import judge_tables
    from panhuo.gates.checks import DbtTest, dbt_results

    gate_run = _gate_run(run, gate)
    tests = [
        DbtTest(
            name=node.name,
            table=node.table or "models",
            severity="warn" if node.status == "warn" else "block",
            status="pass" if node.status == "success" else node.status,
            failures=node.failures,
            message=node.message or None,
        )
        for node in {*build.tests, *build.problems}
    ]
    return _conclude(run, gate, [*judge_tables(run.warehouse, gate_run), *dbt_results(gate_run, tests)])


def judge_release(run: MonthlyRun) -> Verdict:
    """G3 over the staged release as it lies on disk."""
    from expectations.definition import load_gate
    from expectations.files import mount_release, package_columns
    from expectations.judge import judge_tables
    from panhuo.dispatch.manifest import verify_manifest
    from panhuo.dispatch.recipients import OpenGrade, load_recipients
    from panhuo.gates.checks import columns_graded, no_findings

    gate_run, definition = _gate_run(run, DISPATCH), load_gate(DISPATCH)
    scratch = run.folder / "release.duckdb"
    form_columns = mount_release(scratch, run.release)
    folders = sorted(path.parent for path in (run.release / "packages").glob("*/*/manifest.json"))
    altered = [
        f"{folder.parent.name}/{folder.name}/{finding.path}：{finding.message}"
        for folder in folders
        for finding in verify_manifest(folder)
    ]
    columns = {**package_columns(run.release), **form_columns}
    grades: dict[str, frozenset[OpenGrade]] = {rule.kind: rule.sensitivities for rule in load_recipients().recipients}
    results = [
        *judge_tables(scratch, gate_run),
        columns_graded(definition.rule("packages.columns_graded"), gate_run, columns, load_catalogue(), grades),
        no_findings(definition.rule("packages.files_intact"), gate_run, altered),
        no_findings(definition.rule("packages.digests_disclose_nobody"), gate_run, digest_breaches(run)),
    ]
    return _conclude(run, DISPATCH, results)


def decisions(run: MonthlyRun) -> dict[str, Decision]:
    """The decision of every gate the run has passed through so far, in order of the gates."""
    results = read_gate_results(run.lake.root / "ledger", run.run_id)
    on_date = run.as_of.astimezone(SHANGHAI).date()
    waivers = load_waivers()
    by_gate = {gate: [result for result in results if result.gate == gate] for gate in ALL_GATES}
    return {gate: decide(found, waivers, on_date) for gate, found in by_gate.items() if found}


def stopping_checks(run: MonthlyRun) -> list[str]:
    """What stopped the gates of the run, a line for each check: its id, what is wrong and how to mend it."""
    return [
        f"{result.check_id}：{result.message}"
        for decision in decisions(run).values()
        if decision.verdict == "fail"
        for result in (*decision.errored, *(result for result in decision.failed if result.severity == "block"))
    ]


def gate_results(run: MonthlyRun) -> list[GateResult]:
    """Every result of the run, by gate and check."""
    results = read_gate_results(run.lake.root / "ledger", run.run_id)
    return sorted(results, key=lambda result: (result.gate, result.check_id, result.table))


def _told(damaged: list[Load]) -> list[str]:
    return [f"{load.source}/{load.dataset} {load.load_id}（{load.source_file}）" for load in damaged]


def _gate_run(run: MonthlyRun, gate: str) -> GateRun:
    return GateRun(gate=gate, period=str(run.period), run_id=run.run_id)


def _conclude(run: MonthlyRun, gate: str, results: list[GateResult]) -> Verdict:
    write_gate_results(run.lake.root / "ledger", run.run_id, gate, results)
    write_report(run)
    return decisions(run)[gate].verdict


def write_report(run: MonthlyRun) -> None:
    """Write the gate report of the run as it stands now."""
    from expectations.definition import load_gate

    sections = [load_gate(gate).section(decision) for gate, decision in decisions(run).items()]
    with held_open(run.warehouse):
        context = ReportContext(
            period=str(run.period),
            as_of=run.as_of,
            policy_version=run.policy_version,
            code_version=run.code_version,
            has_simulated_data=has_simulated_data(run),
            conservation=conservation(run),
        )
    put_bytes(run.report, render_gate_report(context, sections).encode())
