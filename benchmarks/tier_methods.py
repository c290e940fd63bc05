"""Ways to turn evaluations into one figure per patent, vectorised: the models' formula, and what it is compared with.

`shipped` is the formula of `dbt_project/models/intermediate/tiering`; a test holds it equal to the models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panhuo.policy.model import TieringVersion

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
NO_FIELD = 0
ITERATIONS = 30


@dataclass(frozen=True)
class Evaluations:
    """Evaluations that count, one array element each; `fields` holds the technology field of every patent."""

    fields: Integers
    patent: Integers
    evaluator: Integers
    group: Integers
    is_expert: Booleans
    score: Floats

    @property
    def patent_count(self) -> int:
        """Number of patents."""
        return len(self.fields)


@dataclass(frozen=True)
class Estimate:
    """One figure per patent, its cautious reading, and the number of independent evaluators."""

    theta: Floats
    l80: Floats
    independent: Integers


def plain_mean(told: Evaluations) -> Estimate:
    """The mean of the scores; who gave them does not matter. It knows no caution."""
    counts = np.bincount(told.patent, minlength=told.patent_count)
    sums = np.bincount(told.patent, told.score, minlength=told.patent_count)
    mean = np.divide(sums, counts, out=np.full(told.patent_count, told.score.mean()), where=counts > 0)
    return Estimate(mean, mean, counts)


def bayesian_mean(told: Evaluations, constants: TieringVersion) -> Estimate:
    """The posterior without correction of leniency: prior, weights and groups as shipped."""
    return _posterior(told, constants, np.zeros_like(told.score))


def shipped(told: Evaluations, constants: TieringVersion, *, share_groups: bool = True) -> Estimate:
    """The formula of the models; without `share_groups` each member of a group has a weight of its own."""
    return _posterior(told, constants, leniency(told, constants)[told.evaluator], share_groups=share_groups)


def crossed_effects(told: Evaluations, constants: TieringVersion) -> Estimate:
    """A habit measured against the corrected prospect of the very patents judged, by turns until both agree."""
    mean, _ = field_statistics(told, constants)
    shrinkage = constants.leniency_shrinkage.value
    counts = np.bincount(told.evaluator)
    prospect = mean[told.fields]
    for _ in range(ITERATIONS):
        sums = np.bincount(told.evaluator, told.score - prospect[told.patent])
        habit = sums / (counts + shrinkage)
        estimate = _posterior(told, constants, habit[told.evaluator])
        prospect = estimate.theta
    return estimate


def leniency(told: Evaluations, constants: TieringVersion) -> Floats:
    """n/(n+k) · (mean score − mean of the fields judged) of every evaluator."""
    mean, _ = field_statistics(told, constants)
    deviations = np.bincount(told.evaluator, told.score - mean[told.fields[told.patent]])
    return deviations / (np.bincount(told.evaluator) + constants.leniency_shrinkage.value)


def field_statistics(told: Evaluations, constants: TieringVersion) -> tuple[Floats, Floats]:
    """Mean and variance of the scores by field; a small field speaks through all, and those through the defaults."""
    field = told.fields[told.patent]
    size = int(told.fields.max()) + 1
    enough = constants.min_field_evaluations.value
    counts = np.bincount(field, minlength=size)
    own = (counts >= enough) & (np.arange(size) != NO_FIELD)
    together = len(told.score) >= enough
    mean = np.full(size, told.score.mean() if together else constants.default_mean.value)
    variance = np.full(size, told.score.var() if together else constants.default_variance.value)
    divisor = np.maximum(counts, 1)
    sums = np.bincount(field, told.score, minlength=size)
    squares = np.bincount(field, told.score**2, minlength=size)
    mean[own] = (sums / divisor)[own]
    variance[own] = ((squares - sums * sums / divisor) / divisor)[own]
    return mean, variance


def _posterior(told: Evaluations, constants: TieringVersion, habit: Floats, *, share_groups: bool = True) -> Estimate:
    mean, variance = (statistics[told.fields] for statistics in field_statistics(told, constants))
    pairs, pair, members = np.unique(
        np.stack([told.patent, told.group]), axis=1, return_inverse=True, return_counts=True
    )
    weight = np.where(told.is_expert, constants.expert_weight.value, constants.enterprise_weight.value)
    if share_groups:
        weight = weight / members[pair]
    weights = np.bincount(told.patent, weight, minlength=told.patent_count)
    scores = np.bincount(told.patent, weight * (told.score - habit), minlength=told.patent_count)
    prior = constants.prior_weight.value
    theta = (scores + prior * mean) / (weights + prior)
    l80 = theta - constants.confidence_factor.value * np.sqrt(variance / (weights + prior))
    return Estimate(theta, l80, np.bincount(pairs[0], minlength=told.patent_count))
