"""The marts of a month: build with dbt, match, build on.

Patents are matched on marts, and what is matched goes through models again: two builds of the same warehouse, with the
matching in between. Everybody who needs the marts of a month (a run, a trial, a replay) goes this way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from panhuo.contracts.dbt import QUARTER_TAG
from panhuo.contracts.model import load_catalogue
from panhuo.settings import get_settings
from panhuo.warehouse import held_open, read_mart, write_made
from pipeline.experts import assign_experts
from pipeline.runs import MonthlyRun

if TYPE_CHECKING:
    from pipeline.build import BuildResult

MATCHED = "source:matching+"
"""Models that rest on the matching, as dbt selects them."""
BEFORE_MATCHING, AFTER_MATCHING = "dbt", "dbt_matched"
"""Folders of dbt's artifacts of the two builds of a run."""


def build_models(run: MonthlyRun, *, with_data_tests: bool = True) -> dict[str, Any]:
    """Build every model that does not rest on the matching with dbt, and test what is built; then what texts make."""
    from panhuo.digests.marts import make_digest_marts
    from panhuo.policy import load_policy

    told = _build(run, BEFORE_MATCHING, with_data_tests=with_data_tests, exclude=[MATCHED, f"tag:{QUARTER_TAG}"])
    if not told["problems"]:
        make_digest_marts(run.warehouse, str(run.period), load_policy().digests)
    return told


def match_patents(run: MonthlyRun, on_progress: Callable[[int, int], None] = lambda *_: None) -> dict[str, Any]:
    """Match patents that may be pushed with recipients; nothing is matched on models that could not be built."""
    from panhuo.matching.month import MonthTables, match_month
    from panhuo.matching.policy_evidence import KnownTables
    from panhuo.policy import load_policy

    if _has_problems(run):
        return {"matched": False}
    with held_open(run.warehouse):
        pushable = read_mart(run.warehouse, "fct_pushable_patents")
        texts = read_mart(run.warehouse, "fct_needs").select(["need_id", "need_title", "need_text"])
        tables = MonthTables(
            patents=read_mart(run.warehouse, "dim_patents"),
            pushable=pushable.filter(pc.is_null(pushable["push_barrier"])),
            recipients=read_mart(run.warehouse, "fct_push_recipients"),
            barriers=read_mart(run.warehouse, "fct_push_barriers"),
            known=KnownTables(
                needs=read_mart(run.warehouse, "fct_push_needs").join(texts, "need_id", join_type="inner"),
                opinions=read_mart(run.warehouse, "fct_push_opinions"),
                responses=read_mart(run.warehouse, "fct_push_responses"),
                industries=read_mart(run.warehouse, "fct_push_industries"),
                patent_industries=read_mart(run.warehouse, "fct_industry_matches"),
            ),
        )
    matches = match_month(tables, load_policy().matching, on_progress)
    for name, table in (("scores", matches.scores), ("pushes", matches.pushes), ("summaries", matches.summary)):
        write_made(run.warehouse, load_catalogue().contract(f"raw_matching.{name}"), table)
    return {"matched": True, "candidates": matches.scores.num_rows, "pushes": matches.pushes.num_rows}


def build_matched_models(run: MonthlyRun, *, with_data_tests: bool = True) -> dict[str, Any]:
    """Build and test the models that rest on the matching."""
    if _has_problems(run):
        return {"problems": ["build_models"]}
    return _build(run, AFTER_MATCHING, with_data_tests=with_data_tests, select=[MATCHED])


def build_marts(run: MonthlyRun, *, with_data_tests: bool = True) -> list[str]:
    """Build, match, build on and assign experts; what could not be built or did not pass its test."""
    problems: list[str] = build_models(run, with_data_tests=with_data_tests)["problems"]
    if not problems:
        match_patents(run)
        problems = build_matched_models(run, with_data_tests=with_data_tests)["problems"]
    if not problems:
        assign_experts(run)
    return problems


def built_models(run: MonthlyRun) -> BuildResult:
    """What became of every model and test of the run, as far as it was built."""
    from pipeline.build import read_results

    first = read_results(run.folder / BEFORE_MATCHING)
    return first if first.problems else first.followed_by(read_results(run.folder / AFTER_MATCHING))


def _has_problems(run: MonthlyRun) -> bool:
    from pipeline.build import read_results

    return bool(read_results(run.folder / BEFORE_MATCHING).problems)


def _build(
    run: MonthlyRun, folder: str, *, with_data_tests: bool, select: Sequence[str] = (), exclude: Sequence[str] = ()
) -> dict[str, Any]:
    from pipeline.build import build

    settings = get_settings()
    result = build(
        run.warehouse,
        period=run.period,
        as_of=run.as_of,
        run_id=run.run_id,
        first_period=settings.first_period,
        target_dir=run.folder / folder,
        parse_cache=settings.parse_cache_folder,
        select=select,
        exclude=exclude,
        threads=settings.threads,
        with_data_tests=with_data_tests,
    )
    return {
        "nodes": len(result.nodes),
        "problems": [node.name for node in result.problems],
        "warnings": [node.name for node in result.warnings],
    }
