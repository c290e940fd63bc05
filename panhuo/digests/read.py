"""Reads a digest from the marts of the month: what is the institution's own, and what any institution may know."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

import duckdb

from panhuo.contracts.model import Catalogue
from panhuo.digests.model import Cell, Digest, NeedTold, Standing, TopicTold
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import RecipientRule

R = TypeVar("R")

READ = {
    "fct_digest_standings": (*(field.name for field in fields(Standing)), "institution_id"),
    "fct_digest_cells": (*(field.name for field in fields(Cell)), "institution_id"),
    "fct_digest_topics": ("topic_field_no", "topic_no", "topic_terms", "topic_quotes", "is_shown", "data_origin"),
    "fct_disciplines": ("institution_id", "field_no", "field_name", "is_strong_discipline"),
    "fct_digest_needs": ("need_id", "need_headline", "need_quote", "named_enterprise"),
    "fct_needs": (
        "need_id", "field_no", "cooperation_modes", "stated_on", "needed_by", "days_open", "due_on", "is_overdue",
        "response_count", "need_status", "data_origin",
    ),
    "fct_need_matches": ("need_id", "patent_no", "institution_id", "match_position"),
    "fct_need_responses": ("need_id", "institution_id", "response_kind", "responded_on"),
}  # fmt: skip
"""Mart → columns that a digest is made from."""


class UngradedColumnError(ValueError):
    """A kind of recipient may not see a column that its digest is made from."""


def read_digest(
    package: Package, connection: duckdb.DuckDBPyConnection, rule: RecipientRule, catalogue: Catalogue
) -> Digest:
    """Read what the digest of a package's institution states.

    Raises UngradedColumnError when the recipient may not see what a digest is made from.
    """
    require_grades(rule, catalogue)
    place = [str(package.period), package.code]
    return Digest(
        code=package.code,
        name=package.name,
        period=package.period,
        standings=_records(connection, Standing, _STANDINGS, place),
        cells=_records(connection, Cell, _CELLS, place),
        topics=_records(connection, TopicTold, _TOPICS, place),
        needs=_records(connection, NeedTold, _NEEDS, place),
    )


def require_grades(rule: RecipientRule, catalogue: Catalogue) -> None:
    """Raise UngradedColumnError unless a kind of recipient may see every column a digest is made from."""
    for mart, columns in READ.items():
        contract = catalogue.contract(mart)
        hidden = sorted(name for name in columns if contract.column(name).column.sensitivity not in rule.sensitivities)
        if hidden:
            raise UngradedColumnError(f"{rule.kind} may not see {hidden} of {mart}, so it gets no digest")


def _records(connection: duckdb.DuckDBPyConnection, shape: type[R], sql: str, place: list[str]) -> tuple[R, ...]:
    columns = ", ".join(field.name for field in fields(shape))  # type: ignore[arg-type]
    found: list[tuple[Any, ...]] = connection.execute(f"select {columns} from ({sql})", place).fetchall()
    return tuple(shape(*row) for row in found)


_STANDINGS = """
    select * from fct_digest_standings where period = $1 and institution_id = $2
    order by tier_move = 'same', tier = 'T0', tier, theta desc nulls last, patent_no
"""
_CELLS = """
    select * from fct_digest_cells where period = $1 and institution_id = $2
    order by statement_kind, sector_code, statement_count desc, statement_code
"""
_TOPICS = """
    select topics.*, disciplines.field_name
    from fct_digest_topics as topics
    join fct_disciplines as disciplines
        on disciplines.period = topics.period and disciplines.field_no = topics.topic_field_no
    where topics.period = $1 and topics.is_shown and disciplines.institution_id = $2
    order by disciplines.is_strong_discipline desc, topics.topic_field_no, topics.topic_no
"""
_NEEDS = """
    with own_fields as (
        select field_no, is_strong_discipline from fct_disciplines where period = $1 and institution_id = $2
    ),
    field_names as (select distinct field_no, field_name from fct_disciplines where period = $1),
    likest as (
        select need_id, string_agg(patent_no, '|' order by match_position) as similar_patents
        from fct_need_matches where period = $1 and institution_id = $2
        group by need_id
    ),
    answered as (
        select need_id, response_kind, responded_on from fct_need_responses where period = $1 and institution_id = $2
    )
    select
        needs.*, told.need_headline, told.need_quote, told.named_enterprise, field_names.field_name,
        coalesce(own_fields.is_strong_discipline, false) as is_strong, likest.similar_patents,
        answered.response_kind, answered.responded_on
    from fct_needs as needs
    join fct_digest_needs as told using (period, need_id)
    left join own_fields on own_fields.field_no = needs.field_no
    left join field_names on field_names.field_no = needs.field_no
    left join likest using (need_id)
    left join answered using (need_id)
    where
        needs.period = $1
        and (own_fields.is_strong_discipline or similar_patents is not null or answered.need_id is not null)
    order by needs.response_count > 0, needs.days_open desc, needs.need_id
"""
