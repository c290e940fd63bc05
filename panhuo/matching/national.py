"""Months too large to score every pair: candidates first, then evidence for them alone, then a bounded assignment.

Both steps take and give what `month` takes and gives on the exact path, so that a month goes one way or the other by
its size alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.matching.assignment import Assignment, Candidate, PushablePatent, outcome, problem_of
from panhuo.matching.bounded import Terms, assign_bounded
from panhuo.matching.corpus import Corpus
from panhuo.matching.evaluation import blocks
from panhuo.matching.evidence import Rows
from panhuo.matching.fusion import Model
from panhuo.matching.pairs import candidate_pairs, earlier, gather_pairs
from panhuo.matching.policy_evidence import ANSWERED, POLICY_EVIDENCE, PolicyEvidence, shifted
from panhuo.policy.matching import Matching

Values = NDArray[np.float32]


@dataclass(frozen=True)
class ScoredPairs:
    """Candidate pairs as lines of the patents asked for and columns of the firms, ordered, each once."""

    lines: Rows
    firms: Rows
    learned: NDArray[np.float64]
    """Probability by the learned evidence alone."""
    probabilities: NDArray[np.float64]
    evidence: dict[str, Values]


def score_candidates(corpus: Corpus, rows: Rows, model: Model, known: PolicyEvidence, policy: Matching) -> ScoredPairs:
    """Candidates of the patents in `rows` (rising) with all their evidence.

    A pair whose patent answers an open need of the firm is a candidate whatever the rest says.
    """
    near = earlier(corpus, rows)
    named = candidate_pairs(corpus, near, policy.candidates_each_way.value)
    patents, firms, by_policy = _with_needs(rows, named, known)
    learned_evidence = gather_pairs(corpus, patents, firms, near)
    learned = model.probabilities_of_pairs(learned_evidence, patents, len(corpus.firms))
    return ScoredPairs(
        np.searchsorted(rows, patents),
        firms,
        learned,
        shifted(learned, by_policy, policy.odds),
        learned_evidence | by_policy,
    )


def _with_needs(rows: Rows, named: tuple[Rows, Rows], known: PolicyEvidence) -> tuple[Rows, Rows, dict[str, Values]]:
    """The pairs named and those of needs answered, with the evidence that counts by policy."""
    patents, firms = named
    parts: list[tuple[Rows, Rows, dict[str, Values]]] = []
    for block in blocks(len(rows)):
        evidence = known.gather(rows[block])
        is_candidate = evidence["need"] >= ANSWERED
        inside = slice(*np.searchsorted(patents, [rows[block][0], rows[block][-1] + 1]))
        is_candidate[np.searchsorted(rows[block], patents[inside]), firms[inside]] = True
        lines, columns = np.nonzero(is_candidate)
        parts.append((rows[block][lines], columns, {name: scores[lines, columns] for name, scores in evidence.items()}))
    values = {name: np.concatenate([part[2][name] for part in parts]) for name in POLICY_EVIDENCE}
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts]), values


def assign_near(
    candidates: Sequence[Candidate],
    patents: Mapping[str, PushablePatent],
    capacities: Mapping[str, int],
    policy: Matching,
) -> Assignment:
    """Pushes that keep to every rule of `assignment.assign`, near the optimum; the same for any order of candidates.

    `bound` is what no assignment exceeds. Where recipients are missing, `objective` is less by
    `bounded.MISSING_COST` for each.
    """
    problem = problem_of(candidates, patents, capacities, policy)
    if not problem.candidates:
        return outcome(problem, np.zeros(0, dtype=bool), 0.0, 0.0)
    groups = ([patent.institution_id for patent in problem.kept], [patent.city for patent in problem.kept])
    terms = Terms(
        room=problem.room,
        needed=problem.needed,
        limit=policy.max_recipients.value,
        groups=tuple(np.unique(names, return_inverse=True)[1] for names in groups),
        fairness_weight=policy.fairness_weight.value,
    )
    worth = np.array([candidate.probability for candidate in problem.candidates]) - policy.min_probability.value
    done = assign_bounded(problem.patents, problem.enterprises, worth, terms)
    return outcome(problem, done.chosen, done.objective, done.bound)
