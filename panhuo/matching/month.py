"""The pushes of one month: from marts to scored candidates, an assignment and reasons; tables in, tables out.

Every patent that may be pushed is scored against every recipient, block by block. The best of both sides that nothing
bars are the candidates of the assignment. A push for which nothing can be said but the city is no push: its pair
leaves the candidates and the month is assigned anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from panhuo.matching.assignment import Assignment, Candidate, PushablePatent, assign
from panhuo.matching.corpus import Corpus, Firms, Patents
from panhuo.matching.encoder import Encoder, load_encoder
from panhuo.matching.evaluation import blocks
from panhuo.matching.evidence import EVIDENCE, Scores, gather
from panhuo.matching.fusion import Model, load_model
from panhuo.matching.national import ScoredPairs, assign_near, score_candidates
from panhuo.matching.policy_evidence import ANSWERED, POLICY_EVIDENCE, KnownTables, PolicyEvidence, shifted
from panhuo.matching.reasons import Reason, Reasoner
from panhuo.policy.matching import Matching

Ints = NDArray[np.int64]
Pair = tuple[str, str]

BARRED = -1.0
DECIMALS = 6
"""Probabilities are compared as they are published, so that the last digits of a machine decide nothing."""
LEARNED = "learned_probability"
"""Name of the probability by the learned evidence alone, which stands beside the scores."""
SCORES = {LEARNED: LEARNED} | {name: f"{name}_score" for name in (*EVIDENCE, *POLICY_EVIDENCE)}
"""What is known of a candidate pair, and the column it stands in."""
CITY = "region"
"""Evidence of the reason that does not carry a push alone."""


@dataclass(frozen=True)
class MonthTables:
    """Marts of a month.

    All patents with their texts, those that may be pushed, who receives and how many, the pairs that are barred, and
    what is known of recipients besides their texts.
    """

    patents: pa.Table
    pushable: pa.Table
    recipients: pa.Table
    barriers: pa.Table
    known: KnownTables


@dataclass(frozen=True)
class MonthMatches:
    """Candidates with each evidence, pushes with their reasons, and one row of figures."""

    scores: pa.Table
    pushes: pa.Table
    summary: pa.Table


def match_month(
    tables: MonthTables, policy: Matching, on_progress: Callable[[int, int], None] = lambda *_: None
) -> MonthMatches:
    """Match a month; equal tables give equal results, whatever the order of their rows.

    `on_progress` is told how many patents are scored, and of how many.
    """
    month = _Month(tables, load_encoder(policy.encoder.value))
    scored = _scored(month, policy, load_model(), on_progress)
    done, reasons = _with_reasons(month, scored, policy)
    return MonthMatches(
        _scores_table(month, scored), _pushes_table(done, reasons), _summary(month, scored, done, policy)
    )


class _Month:
    """The marts as the matching takes them."""

    def __init__(self, tables: MonthTables, encoder: Encoder | None) -> None:
        patents = tables.patents.sort_by("patent_no").to_pylist()
        firms = tables.recipients.sort_by("enterprise_id").to_pylist()
        self.rows = {patent["patent_no"]: row for row, patent in enumerate(patents)}
        self.columns = {firm["enterprise_id"]: column for column, firm in enumerate(firms)}
        self.capacities = {firm["enterprise_id"]: firm["push_capacity"] for firm in firms}
        self.cities = {firm["enterprise_id"]: firm["city_name"] for firm in firms}
        self.offered = tables.pushable.sort_by("patent_no").to_pylist()
        self.barred = set(zip(*(tables.barriers[name].to_pylist() for name in _PAIR), strict=True))
        self.corpus = Corpus(
            Patents(
                patent_nos=list(self.rows),
                titles=[patent["title"] for patent in patents],
                abstracts=[patent["abstract"] or "" for patent in patents],
                symbols=[patent["main_ipc"] or "" for patent in patents],
                filed=np.array([patent["filing_date"] for patent in patents], dtype="datetime64[D]"),
                owners=[patent["owners"].replace("|", "；") for patent in patents],
            ),
            Firms(
                list(self.columns),
                [firm["enterprise_name"] for firm in firms],
                ["；".join(filter(None, (firm["business_scope"], firm["interests"]))) for firm in firms],
                frozenset(firm[level] for firm in firms for level in ("province_name", "city_name")),
            ),
        )

        offered = {self.rows[patent["patent_no"]]: patent["city_code"] for patent in self.offered}
        receiving = {self.columns[firm["enterprise_id"]]: firm["city_code"] for firm in firms}
        self.known = PolicyEvidence(self.corpus, tables.known, (offered, receiving), encoder)

    @cached_property
    def pushable(self) -> dict[str, PushablePatent]:
        """What decides how a patent counts in the assignment."""
        return {
            patent["patent_no"]: PushablePatent(
                patent["patent_no"], patent["institution_id"], patent["city_code"], patent["tier"]
            )
            for patent in self.offered
        }

    @cached_property
    def places(self) -> dict[str, int]:
        """Patent that may be pushed → its place among them."""
        return {patent["patent_no"]: place for place, patent in enumerate(self.offered)}

    @cached_property
    def barred_columns(self) -> dict[str, list[int]]:
        """Patent → columns of the recipients to whom it is not pushed."""
        found: dict[str, list[int]] = {}
        for patent_no, enterprise_id in sorted(self.barred):
            if enterprise_id in self.columns:
                found.setdefault(patent_no, []).append(self.columns[enterprise_id])
        return found


_PAIR = ("patent_no", "enterprise_id")


@dataclass(frozen=True)
class _Scored:
    """Candidate pairs as rows of the pushable patents and columns of the recipients, ordered, each once."""

    candidates: list[Candidate]
    evidence: dict[str, NDArray[np.float32]]


def _scored(month: _Month, policy: Matching, model: Model, on_progress: Callable[[int, int], None]) -> _Scored:
    width = policy.candidates_each_way.value
    numbers = [patent["patent_no"] for patent in month.offered]
    rows = np.array([month.rows[number] for number in numbers], dtype=np.int64)
    if not _is_exact(month, policy):
        part = _Block.of_candidates(month, score_candidates(month.corpus, rows, model, month.known, policy), policy)
        on_progress(len(rows), len(rows))
        return _pruned([part], numbers, list(month.columns), width)
    leaders = _Leaders(len(month.columns), width, policy.min_probability.value)
    parts: list[_Block] = []
    for block in blocks(len(rows) if month.columns else 0):
        evidence, probabilities = _block_scores(month, model, policy, rows[block])
        for line, number in enumerate(numbers[block]):
            probabilities[line, month.barred_columns.get(number, [])] = BARRED
        chosen = _best_of_patents(probabilities, width) | leaders.admit(probabilities)
        parts.append(_Block.of(block.start, chosen, probabilities, evidence))
        on_progress(min(block.stop, len(rows)), len(rows))
    return _pruned(parts, numbers, list(month.columns), width)


def _is_exact(month: _Month, policy: Matching) -> bool:
    """Whether every pair is scored and the assignment is the optimum; else candidates, and near it."""
    return len(month.offered) * len(month.columns) <= policy.max_exact_pairs.value


def _block_scores(
    month: _Month, model: Model, policy: Matching, rows: Ints
) -> tuple[dict[str, Scores], NDArray[np.float64]]:
    """Each evidence of a block of patents, with the learned probability, and the probability by all of it."""
    learned = gather(month.corpus, rows)
    known = month.known.gather(rows)
    probabilities = model.probabilities(model.scores(learned))
    evidence = {LEARNED: probabilities.astype(np.float32), **learned, **known}
    return evidence, np.round(shifted(probabilities, known, policy.odds), DECIMALS)


@dataclass(frozen=True)
class _Block:
    """Pairs of one block that may become candidates."""

    patents: Ints
    firms: Ints
    probabilities: NDArray[np.float64]
    evidence: dict[str, NDArray[np.float32]]

    @classmethod
    def of(
        cls, start: int, chosen: NDArray[np.bool_], probabilities: NDArray[np.float64], evidence: Mapping[str, Scores]
    ) -> _Block:
        lines, firms = np.nonzero(chosen)
        values = {name: scores[lines, firms] for name, scores in evidence.items()}
        return cls(lines + start, firms, probabilities[lines, firms], values)

    @classmethod
    def of_candidates(cls, month: _Month, scored: ScoredPairs, policy: Matching) -> _Block:
        """Those that nothing bars; below the least probability only the best of a patent."""
        width, least = policy.candidates_each_way.value, policy.min_probability.value
        probabilities = np.round(scored.probabilities, DECIMALS)
        barred = [
            len(month.columns) * month.places[number] + column
            for number, columns in month.barred_columns.items()
            if number in month.places
            for column in columns
        ]
        is_open = ~np.isin(scored.lines * len(month.columns) + scored.firms, barred)
        lines, firms, probabilities = scored.lines[is_open], scored.firms[is_open], probabilities[is_open]
        kept = (probabilities >= least) | (_places(lines, firms, probabilities) < width)
        evidence = {LEARNED: scored.learned.astype(np.float32), **scored.evidence}
        values = {name: evidence[name][is_open][kept] for name in SCORES}
        return cls(lines[kept], firms[kept], probabilities[kept], values)


def _best_of_patents(probabilities: NDArray[np.float64], width: int) -> NDArray[np.bool_]:
    """The best recipients of every patent; at equal probability the first in order."""
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :width]
    chosen = np.zeros(probabilities.shape, dtype=bool)
    np.put_along_axis(chosen, best, True, axis=1)
    return np.asarray(chosen & (probabilities >= 0))


class _Leaders:
    """The best probabilities that each firm has met so far: what a new pair must reach to be among its best."""

    def __init__(self, firms: int, width: int, least: float) -> None:
        self._best = np.full((width, firms), least)

    def admit(self, probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Pairs of a block that are, up to now, among the best of their firm."""
        self._best = -np.sort(-np.concatenate([self._best, probabilities]), axis=0)[: len(self._best)]
        return np.asarray(probabilities >= self._best[-1])


def _pruned(parts: list[_Block], numbers: list[str], firms: list[str], width: int) -> _Scored:
    """Pairs that are among the best of their patent or of their firm, now that all are known."""
    if not parts:
        return _Scored([], {name: np.zeros(0, dtype=np.float32) for name in SCORES})
    patents = np.concatenate([part.patents for part in parts])
    columns = np.concatenate([part.firms for part in parts])
    values = np.concatenate([part.probabilities for part in parts])
    kept = (_places(patents, columns, values) < width) | (_places(columns, patents, values) < width)
    evidence = {name: np.concatenate([part.evidence[name] for part in parts])[kept] for name in SCORES}
    pairs = zip(patents[kept].tolist(), columns[kept].tolist(), values[kept].tolist(), strict=True)
    return _Scored([Candidate(numbers[row], firms[column], value) for row, column, value in pairs], evidence)


def _places(groups: Ints, others: Ints, values: NDArray[np.float64]) -> Ints:
    """Place of each pair in its group, from 0, by falling value."""
    order = np.lexsort((others, -values, groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else ordered
    lengths = np.diff(np.append(starts, len(ordered)))
    places = np.empty(len(groups), dtype=np.int64)
    places[order] = np.arange(len(groups)) - np.repeat(starts, lengths)
    return places


def _with_reasons(month: _Month, scored: _Scored, policy: Matching) -> tuple[Assignment, dict[Pair, list[Reason]]]:
    """The best assignment of pairs for which something can be said; each round takes out those without a reason.

    Where one pair of a patent has none, all its other candidates are looked at as well: that ends after few rounds.
    """
    reasons = _Reasons(month, policy)
    candidates = scored.candidates
    assigned = assign if _is_exact(month, policy) else assign_near
    while True:
        done = assigned(candidates, month.pushable, month.capacities, policy)
        doubtful = {push.patent_no for push in done.pushes if not reasons.carry(push)}
        if not doubtful:
            return done, {_pair(push): reasons.of(push) for push in done.pushes}
        candidates = [x for x in candidates if x.patent_no not in doubtful or reasons.carry(x)]


class _Reasons:
    """Reasons of pairs, each found once."""

    def __init__(self, month: _Month, policy: Matching) -> None:
        self._month, self._limit = month, policy.max_reasons.value
        self._reasoner = Reasoner(month.corpus, month.cities)
        self._cities = {patent["patent_no"]: patent["city_name"] for patent in month.offered}
        self._known: dict[Pair, list[Reason]] = {}

    def of(self, pair: Candidate) -> list[Reason]:
        """Reasons, the strongest first."""
        key = _pair(pair)
        if key not in self._known:
            row, column = self._month.rows[pair.patent_no], self._month.columns[pair.enterprise_id]
            self._known[key] = self._reasoner.reasons(
                row,
                column,
                limit=self._limit,
                needs=self._month.known.needs_answered(row, column),
                liked=self._month.known.liked(column),
                patent_city=self._cities[pair.patent_no],
            )
        return self._known[key]

    def carry(self, pair: Candidate) -> bool:
        """Whether something can be said for the pair but the city."""
        return any(reason.evidence != CITY for reason in self.of(pair))


def _pair(candidate: Candidate) -> Pair:
    return candidate.patent_no, candidate.enterprise_id


def _scores_table(month: _Month, scored: _Scored) -> pa.Table:
    needs = [
        month.known.needs_answered(month.rows[x.patent_no], month.columns[x.enterprise_id])[:1] if score else []
        for x, score in zip(scored.candidates, scored.evidence["need"] >= ANSWERED, strict=True)
    ]
    return pa.table(
        {
            "patent_no": [x.patent_no for x in scored.candidates],
            "enterprise_id": [x.enterprise_id for x in scored.candidates],
            "probability": _rounded(x.probability for x in scored.candidates),
            **{SCORES[name]: _rounded(values) for name, values in scored.evidence.items()},
            "need_id": pa.array([next(iter(best), None) for best in needs], pa.string()),
        }
    )


def _pushes_table(done: Assignment, reasons: Mapping[Pair, list[Reason]]) -> pa.Table:
    """Pushes with their place among those of the enterprise, from 1."""
    places: dict[str, int] = {}
    rows: list[dict[str, Any]] = []
    for push in done.pushes:
        places[push.enterprise_id] = places.get(push.enterprise_id, 0) + 1
        found = reasons[push.patent_no, push.enterprise_id]
        rows.append(
            {
                "patent_no": push.patent_no,
                "enterprise_id": push.enterprise_id,
                "push_rank": places[push.enterprise_id],
                "push_reasons": "；".join(reason.text for reason in found),
                "reason_evidence": "|".join(reason.evidence for reason in found),
            }
        )
    names = (*_PAIR, "push_rank", "push_reasons", "reason_evidence")
    return pa.table({name: [row[name] for row in rows] for name in names})


def _missing(month: _Month, done: Assignment, policy: Matching) -> int:
    """Recipients that covered patents miss to their minimum, as far as that many are not barred.

    One for whom nothing can be said, or who has no room, is missing like any other.
    """
    received = Counter(push.patent_no for push in done.pushes)
    needed = {
        number: min(policy.min_recipients.value, len(month.columns) - len(month.barred_columns.get(number, ())))
        for number, patent in month.pushable.items()
        if patent.tier in policy.covered_tiers.value
    }
    return sum(max(count - received[number], 0) for number, count in needed.items())


def _summary(month: _Month, scored: _Scored, done: Assignment, policy: Matching) -> pa.Table:
    return pa.table(
        {
            "pushable_patent_count": [len(month.offered)],
            "recipient_count": [len(month.columns)],
            "candidate_count": [len(scored.candidates)],
            "missing_recipient_count": [_missing(month, done, policy)],
            "objective": _rounded([done.objective]),
            "objective_bound": _rounded([done.bound]),
            "institution_gini": _rounded([done.gini_institutions]),
            "city_gini": _rounded([done.gini_cities]),
        }
    )


def _rounded(values: Iterable[float] | NDArray[np.float32]) -> list[float]:
    return [round(float(value), DECIMALS) for value in values]
