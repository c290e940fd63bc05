"""A digest laid out: headline figures and tables. The page and the workbook are written from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from panhuo.bulletin.grids import Cell as Value
from panhuo.bulletin.grids import Form, Grid, Head, Line
from panhuo.contracts.model import Catalogue
from panhuo.digests.model import REAL, Cell, Digest, NeedTold, Standing
from panhuo.digests.words import Card, DigestWords
from panhuo.dispatch.book import TIER_ORDER
from panhuo.policy.digests import Digests

CODE_COLUMNS = {"wish": "improvement_kind", "decline": "decline_reason"}
"""Kind of statement → the column whose vocabulary its codes belong to."""
GRIDS = {"wish": "wishes", "decline": "declines"}
"""Kind of statement → the table that tells of it."""
RISES, FALLS = "up", "down"


@dataclass(frozen=True)
class Context:
    """What a digest is laid out with beside its figures."""

    words: DigestWords
    rules: Digests
    catalogue: Catalogue

    def label(self, column: str, code: str | None) -> str:
        """Chinese label of a code or of a list of codes."""
        return self.catalogue.value_label(column, code) or ""

    def heading(self, name: str) -> str:
        """Heading of a column: the policy's, or the label of the mart's column."""
        return self.words.labels[name] if name in self.words.labels else self.catalogue.label(name)


@dataclass(frozen=True)
class Headline:
    """A headline figure with what it means."""

    name: str
    label: str
    value: int
    meaning: str


@dataclass(frozen=True)
class TopicCard:
    """A topic as the page shows it."""

    code: str
    field_name: str
    terms: tuple[str, ...]
    quotes: tuple[str, ...]
    is_simulated: bool


@dataclass(frozen=True)
class Edition:
    """Everything that is written, in order."""

    code: str
    title: str
    facts: tuple[str, ...]
    simulated: str | None
    headlines: tuple[Headline, ...]
    tiers: Grid
    standings: Grid
    wishes: Grid
    topics: tuple[TopicCard, ...]
    declines: Grid
    needs: Grid
    answers: Grid
    notes: tuple[str, ...]
    context: Context

    def shortened(self, grid: Grid, limit: int) -> Grid:
        """A table with as many lines as a page holds."""
        if len(grid.lines) <= limit:
            return grid
        note = self.context.words.cut.format(count=len(grid.lines), shown=limit)
        return replace(grid, lines=grid.lines[:limit], note=note)


def lay_out(digest: Digest, context: Context) -> Edition:
    """Lay a digest out."""
    words, month = context.words, digest.period
    values = {
        "name": digest.name, "code": digest.code, "period": str(month), "month_end": month.end_date.isoformat(),
        "year": str(month.year), "month": str(month.month), "minimum": str(context.rules.min_evaluators.value),
    }  # fmt: skip
    return Edition(
        code=digest.code,
        title=words.title.format(**values),
        facts=tuple(fact.format(**values) for fact in words.facts),
        simulated=None if digest.is_all_real else words.simulated,
        headlines=_headlines(digest, words),
        tiers=_tiers(digest, context),
        standings=_standings(digest, context),
        wishes=_cells(digest, context, "wish"),
        topics=_topics(digest),
        declines=_cells(digest, context, "decline"),
        needs=_needs(digest, context),
        answers=_answers(digest, context),
        notes=tuple(note.format(**values) for note in words.notes),
        context=context,
    )


def _headlines(digest: Digest, words: DigestWords) -> tuple[Headline, ...]:
    moves = Counter(standing.tier_move for standing in digest.standings)
    rated = sum(standing.tier != "T0" for standing in digest.standings)
    answered = sum(need.response_kind is not None for need in digest.needs)
    overdue = sum(need.is_overdue and not need.response_count for need in digest.needs)
    cards = words.cards
    told: tuple[tuple[str, Card, int, dict[str, int]], ...] = (
        ("patents", cards.patents, len(digest.standings), {"rated": rated}),
        ("risen", cards.risen, moves[RISES], {"fallen": moves[FALLS], "first": moves["rated"]}),
        ("wishes", cards.wishes, *_counted(digest.of_kind("wish"))),
        ("declines", cards.declines, *_counted(digest.of_kind("decline"))),
        ("needs", cards.needs, len(digest.needs), {"answered": answered}),
        ("overdue", cards.overdue, overdue, {}),
    )
    return tuple(Headline(name, card.label, value, card.meaning.format(**more)) for name, card, value, more in told)


def _counted(cells: tuple[Cell, ...]) -> tuple[int, dict[str, int]]:
    """Totals are sums of cells that are shown."""
    now = sum(cell.statement_count for cell in cells)
    return now, {"new": now - sum(cell.previous_statement_count for cell in cells)}


def _tiers(digest: Digest, context: Context) -> Grid:
    heads = (
        _head(context, "tier", "text", 18),
        _head(context, "tier_count", "count"),
        _head(context, "change", "signed"),
    )
    now = Counter(standing.tier for standing in digest.standings)
    before = Counter(standing.previous_tier for standing in digest.standings if standing.previous_tier)
    most = max(now.values(), default=1)
    lines = tuple(
        Line(tier, (context.label("tier", tier), now[tier], _change(now, before, tier)), share=now[tier] / most)
        for tier in TIER_ORDER
    )
    return Grid("tiers", context.words.titles.tiers, heads, lines, bar="tier_count")


def _change(now: Counter[str], before: Counter[str], tier: str) -> int | None:
    """Patents more than the month before; nothing where there is no month before."""
    return now[tier] - before[tier] if before else None


def _standings(digest: Digest, context: Context) -> Grid:
    heads = (
        _head(context, "patent_no", "text", 20),
        _head(context, "title", "long", 40),
        _head(context, "field_name", "text", 18),
        _head(context, "tier", "text", 14),
        _head(context, "tier_move", "status", 12),
        _head(context, "conversion_stage", "text", 12),
        _head(context, "evaluator_count", "count", 10),
        _head(context, "theta", "points", 10),
    )
    return _grid(
        "standings", context.words.titles.standings, heads, (_standing(row, context) for row in digest.standings)
    )


def _standing(row: Standing, context: Context) -> Line:
    cells: tuple[Value, ...] = (
        row.patent_no, row.title, row.field_name, context.label("tier", row.tier), row.tier_move,
        context.label("conversion_stage", row.conversion_stage), row.evaluator_count,
        None if row.theta is None else round(row.theta, 2),
    )  # fmt: skip
    return Line(row.patent_no, cells, row.tier_move, row.data_origin != REAL or bool(row.simulated_fields))


def _cells(digest: Digest, context: Context, kind: str) -> Grid:
    is_named = kind in context.rules.named_kinds.value
    heads = (
        _head(context, "sector_code", "text", 12),
        _head(context, CODE_COLUMNS[kind], "text", 18),
        _head(context, "evaluator_count", "count", 10),
        _head(context, "statement_count", "count", 10),
        _head(context, "new_count", "signed", 10),
        _head(context, "own_share", "rate", 12),
        _head(context, "sector_share", "rate", 12),
        *((_head(context, "enterprise_names", "long", 50),) if is_named else ()),
    )
    title = context.words.titles.wishes if kind == "wish" else context.words.titles.declines
    grid = _grid(GRIDS[kind], title, heads, (_cell(row, context, is_named) for row in digest.of_kind(kind)))
    return replace(grid, bar="own_share", note=context.words.bar_note if grid.lines else "")


def _cell(row: Cell, context: Context, is_named: bool) -> Line:
    cells: tuple[Value, ...] = (
        context.label("sector_code", row.sector_code),
        context.label(CODE_COLUMNS[row.statement_kind], row.statement_code),
        row.evaluator_count,
        row.statement_count,
        row.statement_count - row.previous_statement_count,
        row.own_share,
        row.sector_share,
        *(((row.enterprise_names or "").replace("|", "、"),) if is_named else ()),
    )
    return Line(row.code, cells, "", row.data_origin != REAL, row.own_share, row.sector_share)


def _topics(digest: Digest) -> tuple[TopicCard, ...]:
    return tuple(
        TopicCard(
            f"{topic.topic_field_no}:{topic.topic_no}",
            topic.field_name,
            tuple((topic.topic_terms or "").split("|")) if topic.topic_terms else (),
            tuple((topic.topic_quotes or "").split("|")) if topic.topic_quotes else (),
            topic.data_origin != REAL,
        )
        for topic in digest.topics
    )


def _needs(digest: Digest, context: Context) -> Grid:
    heads = (
        _head(context, "need_id", "text", 24),
        _head(context, "need_headline", "long", 30),
        _head(context, "need_quote", "long", 60),
        _head(context, "field_name", "text", 16),
        _head(context, "ground", "text", 18),
        _head(context, "similar_patents", "long", 24),
        _head(context, "cooperation_modes", "text", 18),
        _head(context, "days_open", "count", 10),
        _head(context, "due_on", "date", 12),
        _head(context, "overdue", "flag", 9),
        _head(context, "response_count", "count", 9),
        _head(context, "enterprise", "text", 24),
    )
    return _grid("needs", context.words.titles.needs, heads, (_need(row, context) for row in digest.needs))


def _need(row: NeedTold, context: Context) -> Line:
    words = context.words
    grounds = (
        (row.is_strong, words.grounds.strong),
        (row.similar_patents is not None, words.grounds.similar),
        (row.response_kind is not None, words.grounds.answered),
    )
    told = "、".join(word for holds, word in grounds if holds)
    cells: tuple[Value, ...] = (
        row.need_id, row.need_headline, row.need_quote, row.field_name, told,
        (row.similar_patents or "").replace("|", "、") or None,
        context.label("cooperation_modes", row.cooperation_modes),
        row.days_open, row.due_on, row.is_overdue, row.response_count, row.named_enterprise or words.unnamed,
    )  # fmt: skip
    return Line(row.need_id, cells, "overdue" if row.is_overdue else "", row.data_origin != REAL)


def _answers(digest: Digest, context: Context) -> Grid:
    heads = (
        _head(context, "need_id", "text", 24),
        _head(context, "need_headline", "long", 40),
        _head(context, "response_kind", "text", 16),
        _head(context, "responded_on", "date", 14),
        _head(context, "overdue", "flag", 10),
    )
    answered = (need for need in digest.needs if need.response_kind is not None)
    return _grid("answers", context.words.titles.answers, heads, (_answer(row, context) for row in answered))


def _answer(row: NeedTold, context: Context) -> Line:
    late = row.responded_on is not None and row.responded_on > row.due_on
    label = context.label("response_kind", row.response_kind)
    cells: tuple[Value, ...] = (row.need_id, row.need_headline, label, row.responded_on, late)
    return Line(row.need_id, cells, "overdue" if late else "", row.data_origin != REAL)


def _head(context: Context, name: str, form: Form, width: int = 12) -> Head:
    return Head(name, context.heading(name), form, width)


def _grid(name: str, title: str, heads: tuple[Head, ...], lines: Iterable[Line]) -> Grid:
    return Grid(name, title, heads, tuple(lines))
