"""The marts of a month that grouping and comparing texts makes: topics, what belongs to them, patents like a need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.digests.matches import Match, Need, PatentText, find_matches
from panhuo.digests.quotes import Quoter, known_names
from panhuo.digests.topics import Text, Topic, find_topics
from panhuo.policy.digests import Digests
from panhuo.warehouse import connect, write_made

TOPICS, TOPIC_TEXTS, NEEDS, NEED_MATCHES = (
    "fct_digest_topics",
    "fct_digest_topic_texts",
    "fct_digest_needs",
    "fct_need_matches",
)
_KIND_ENDS = ":"

Row = dict[str, Any]


@dataclass(frozen=True)
class StatedNeed:
    """An open need in the words of its enterprise, which is named only if it agreed."""

    need_id: str
    field_no: int | None
    title: str
    text: str
    enterprise_name: str | None

    @property
    def compared(self) -> Need:
        """The need as it is compared with patents."""
        return Need(self.need_id, self.field_no, f"{self.title}。{self.text}")


@dataclass(frozen=True)
class DigestTexts:
    """What the marts of a month hold for the grouping and comparing of texts."""

    period: str
    texts: tuple[Text, ...]
    simulated: frozenset[str]
    """Identifiers of the texts that the simulator made."""
    needs: tuple[StatedNeed, ...]
    patents: tuple[PatentText, ...]
    names: tuple[str, ...]
    """Names that no quote may hold."""


def make_digest_marts(warehouse: Path, period: str, rules: Digests) -> dict[str, int]:
    """Group the texts of the month and write the marts that tell of it; returns rows by mart.

    Equal marts and policy give equal rows.
    """
    read = read_texts(warehouse, period)
    topics = find_topics(read.texts, rules)
    matches = find_matches([need.compared for need in read.needs], read.patents, rules)
    quoter = Quoter(known_names(read.names), rules.max_quote_characters.value)
    tables = {
        TOPICS: [_topic_row(read, topic, rules, quoter) for topic in topics],
        TOPIC_TEXTS: [row for topic in topics for row in _text_rows(read.period, topic)],
        NEEDS: [_need_row(read.period, need, quoter) for need in read.needs],
        NEED_MATCHES: [_match_row(read.period, match) for match in matches],
    }
    for name, rows in tables.items():
        contract = load_catalogue().contract(name)
        write_made(warehouse, contract, pa.Table.from_pylist(rows, schema=arrow_schema(contract)))
    return {name: len(rows) for name, rows in tables.items()}


def read_texts(warehouse: Path, period: str) -> DigestTexts:
    """The texts of the month from its marts."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql, [period]).fetchall()

    with connect(warehouse, read_only=True) as connection:
        texts = rows(
            "select text_kind || ':' || text_id, topic_field_no, evaluator_group, digest_text, data_origin"
            " from fct_digest_texts where period = $1"
        )
        needs = rows(
            "select n.need_id, n.field_no, n.need_title, n.need_text,"
            " case when n.is_name_disclosed then e.enterprise_name end"
            " from fct_needs n left join dim_enterprises e using (period, enterprise_id)"
            " where period = $1 and n.need_status = 'open' order by n.need_id"
        )
        patents = rows(
            "select l.patent_no, l.institution_id, l.field_no, l.title || '。' || coalesce(p.abstract, '')"
            " from fct_dispatch_lines l join dim_patents p using (period, patent_no) where period = $1"
        )
        names = rows(
            "select enterprise_name from dim_enterprises where period = $1"
            " union select institution_name from dim_institutions where period = $1"
        )
    return DigestTexts(
        period,
        tuple(Text(*row[:4]) for row in texts),
        frozenset(row[0] for row in texts if row[4] != "real"),
        tuple(StatedNeed(*row) for row in needs),
        tuple(PatentText(*row) for row in patents),
        tuple(name for (name,) in names),
    )


def _topic_row(read: DigestTexts, topic: Topic, rules: Digests, quoter: Quoter) -> Row:
    kinds = Counter(text.text_id.partition(_KIND_ENDS)[0] for text in topic.members)
    is_shown = topic.evaluator_count >= rules.min_evaluators.value
    typical = topic.typical(rules.topic_sentences.value) if is_shown else ()
    is_real = read.simulated.isdisjoint(text.text_id for text in topic.members)
    return {
        "period": read.period,
        "topic_field_no": topic.field_no,
        "topic_no": topic.topic_no,
        "topic_terms": _joined(topic.terms) if is_shown else None,
        "topic_quotes": _joined(quoter.quote(text.content) for text in typical),
        "evaluator_count": topic.evaluator_count,
        "wish_count": kinds["wish"],
        "need_count": kinds["need"],
        "is_shown": is_shown,
        "data_origin": "real" if is_real else "simulated",
    }


def _text_rows(period: str, topic: Topic) -> Iterable[Row]:
    for position, text in enumerate(topic.members, start=1):
        kind, _, text_id = text.text_id.partition(_KIND_ENDS)
        yield {
            "period": period,
            "text_kind": kind,
            "text_id": text_id,
            "topic_field_no": topic.field_no,
            "topic_no": topic.topic_no,
            "topic_position": position,
        }


def _need_row(period: str, need: StatedNeed, quoter: Quoter) -> Row:
    """Who agreed to be named keeps the figures of the need; of others nothing that tells who asks."""
    is_named = need.enterprise_name is not None
    cut = quoter.unnamed if is_named else quoter.scrubbed
    return {
        "period": period,
        "need_id": need.need_id,
        "need_headline": cut(need.title),
        "need_quote": cut(need.text),
        "named_enterprise": need.enterprise_name,
    }


def _match_row(period: str, match: Match) -> Row:
    return {
        "period": period,
        "need_id": match.need_id,
        "patent_no": match.patent_no,
        "institution_id": match.institution_id,
        "need_similarity": match.similarity,
        "match_position": match.position,
    }


def _joined(parts: Iterable[str] | Sequence[str]) -> str | None:
    return "|".join(part.replace("|", "／") for part in parts) or None
