"""Judging tables at rest with Great Expectations: the only module that imports it, and only inside functions.

Importing GX costs seconds, judging does not: a first pass over a table asks for verdicts alone, so that GX
bundles nearly all of them into one statement; only what did not pass is asked again, one by one, for counts
and offenders. That also keeps an expectation that cannot be computed from spoiling the others of its
statement.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations.offenders import describe_rows
from expectations.suites import Expectation
from panhuo.gates.model import SAMPLE_SIZE, GateResult, GateRun

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.datasource.fluent.interfaces import Batch
    from great_expectations.expectations.expectation import Expectation as GxExpectation

_LONGEST_PROBLEM = 300
# What sqlalchemy.text() takes for a bind parameter.
_BIND = re.compile(r"(?<![:\w\\]):(?=\w)")


def run_suite(database: Path, run: GateRun, expectations: Iterable[Expectation]) -> list[GateResult]:
    """Judge tables and views of a DuckDB file, one result per expectation in order of check id.

    The file is opened read-only and closed again. A table that is not there, and an expectation that cannot
    be computed, give results with outcome `error`. Raises when the file itself cannot be opened.
    """
    ordered = sorted(expectations, key=lambda expectation: (expectation.table, expectation.check_id))
    results: list[GateResult] = []
    with _source(database) as source:
        for table, members in groupby(ordered, key=lambda expectation: expectation.table):
            results += _judge_table(source, run, table, list(members))
    return sorted(results, key=lambda result: result.check_id)


@contextmanager
def _source(database: Path) -> Iterator[SQLDatasource]:
    import great_expectations as gx
    from sqlalchemy import URL

    from expectations.duckdb_dialect import DRIVER, register

    if not database.is_file():
        raise FileNotFoundError(f"{database}: no such DuckDB file to judge")
    register()
    # it sets itself to INFO and tells of a folder that it does not keep
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    url = URL.create(DRIVER, database=str(database.resolve())).render_as_string()
    source = context.data_sources.add_sql("judged", connection_string=url, create_temp_table=False)
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def _judge_table(
    source: SQLDatasource, run: GateRun, table: str, expectations: Sequence[Expectation]
) -> list[GateResult]:
    from great_expectations import ExpectationSuite

    try:
        batch = _batch(source, table)
    except Exception as problem:  # GX has no common base for what a missing table raises
        return [expectation.error(run, _first_line(problem.__cause__ or problem)) for expectation in expectations]
    rendered = {expectation.check_id: _to_gx(expectation) for expectation in expectations}
    suite = ExpectationSuite(name=table, expectations=list(rendered.values()))
    verdicts = batch.validate(suite, result_format="BOOLEAN_ONLY")
    passed = {result.expectation_config.meta["check_id"] for result in verdicts.results if result.success}
    return [
        expectation.judge(run, 0, rows=0)
        if expectation.check_id in passed
        else _judge_closely(batch, run, expectation, rendered[expectation.check_id])
        for expectation in expectations
    ]


def _batch(source: SQLDatasource, table: str) -> Batch:
    schema, _, name = table.rpartition(".")
    with warnings.catch_warnings():
        # GX wants the schema in the connection, where a data source of plain SQL has no place for it
        warnings.filterwarnings("ignore", "`schema_name` is deprecated", DeprecationWarning)
        asset = source.add_table_asset(table, table_name=name, schema_name=schema or None)
    return asset.add_batch_definition_whole_table("whole").get_batch()


def _judge_closely(batch: Batch, run: GateRun, expectation: Expectation, rendered: GxExpectation) -> GateResult:
    is_query = expectation.type == "UnexpectedRowsExpectation"
    result = batch.validate(
        rendered,
        result_format={
            # rows of a query come with COMPLETE alone, which would fetch every offender of a column
            "result_format": "COMPLETE" if is_query else "SUMMARY",
            "unexpected_index_column_names": list(expectation.keys),
            "partial_unexpected_count": SAMPLE_SIZE,
        },
    )
    problem = _problem(result)
    if problem is not None:
        return expectation.error(run, problem)
    count, offenders = _findings(result.result)
    return expectation.judge(run, count, rows=count if expectation.counts == "rows" else None, sample=offenders)


def _to_gx(expectation: Expectation) -> GxExpectation:
    import great_expectations.expectations as gxe

    arguments = dict(expectation.arguments)
    if "unexpected_rows_query" in arguments:
        arguments["unexpected_rows_query"] = _escaped(arguments["unexpected_rows_query"])
    return getattr(gxe, expectation.type)(**arguments, meta={"check_id": expectation.check_id})


def _escaped(sql: str) -> str:
    """SQL that survives `str.format` and `sqlalchemy.text`; a comment names the batch, as GX demands."""
    return "/* {batch} */ " + _BIND.sub(r"\\:", sql.replace("{", "{{").replace("}", "}}"))


def _findings(result: Mapping[str, Any]) -> tuple[int, list[str]]:
    """The number of offenders and up to ten of them."""
    if "unexpected_count" in result:
        rows = result.get("partial_unexpected_index_list") or result["partial_unexpected_list"]
        return result["unexpected_count"], describe_rows(rows)
    details = result["details"]
    if "mismatched" in details:
        missing = [f"缺少列 {name}" for name in details["mismatched"].get("missing", [])]
        unexpected = [f"多出列 {name}" for name in details["mismatched"].get("unexpected", [])]
        return len(missing) + len(unexpected), [*missing, *unexpected]
    return result["observed_value"], describe_rows(details["unexpected_rows"])


def _problem(result: ExpectationValidationResult) -> str | None:
    """What kept the expectation from being computed; None when it was computed, met or not."""
    info = result.exception_info or {}
    causes = [info] if "raised_exception" in info else list(info.values())
    raised = [cause for cause in causes if cause["raised_exception"]]
    return _first_line(raised[0]["exception_message"]) if raised else None


def _first_line(problem: object) -> str:
    return str(problem).strip().partition("\n")[0][:_LONGEST_PROBLEM]
