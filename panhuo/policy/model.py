"""Screening, tiering and maturity rules as strict models; every constant stands beside its reason."""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_yaml
from panhuo.policy.conversion import Conversion
from panhuo.policy.coverage import Coverage
from panhuo.policy.deals import Deals
from panhuo.policy.digests import Digests
from panhuo.policy.enterprises import Enterprises
from panhuo.policy.evaluations import EvaluationRules
from panhuo.policy.experts import Experts
from panhuo.policy.fees import Fees
from panhuo.policy.funding import Funding
from panhuo.policy.inspection import Inspection
from panhuo.policy.intake import IntakeRules
from panhuo.policy.legal_events import LegalEvents
from panhuo.policy.matching import Matching
from panhuo.policy.milestones import Milestones, contradictions
from panhuo.policy.needs import Needs
from panhuo.policy.owners import Owners
from panhuo.policy.priority import Priority
from panhuo.policy.services import Services
from panhuo.policy.statistics import QuarterlyStatistics
from panhuo.policy.values import Codes, Count, Number, Text, Words

Trl = Annotated[int, Field(ge=1, le=9)]

PARAMETRISED_RULES = ("expired_by_term", "status_not_in_force", "military_owner", "prospect_low")
"""Rules that the models cannot apply without their parameters; see `Screening` for which."""


class Term(Strict):
    """Length of the right for one kind and one span of filing dates."""

    patent_type: Text
    filed_from: dt.date
    filed_until: dt.date | None = None
    years: int = Field(gt=0)


class TermParameters(Strict):
    """Terms from filing (Patent Law Art. 42)."""

    terms: tuple[Term, ...] = Field(min_length=1)


class StatusParameters(Strict):
    """Which legal status words leave the right in force."""

    in_force: Words
    not_in_force: Words
    pending: Words


class NameParameters(Strict):
    """Parts that give a name away."""

    contains: Words


class LevelParameters(Strict):
    """Prospect levels that do not suffice."""

    levels: Words


class Rule(Strict):
    """One screening rule. Its predicate is the column `fails_<id>`, its label the exclusion reason of that code."""

    id: Text
    stage: Literal["right", "assessment", "declaration"]
    severity: Literal["block", "warn"]
    effective_from: dt.date
    effective_until: dt.date | None = None
    reason: Text
    next_step: Text
    parameters: TermParameters | StatusParameters | NameParameters | LevelParameters | None = None

    @model_validator(mode="after")
    def _declarations_exclude_nothing(self) -> Rule:
        if self.stage == "declaration" and self.severity != "warn":
            raise ValueError(f"screening rule {self.id} is about a declaration and can only warn")
        return self


class EnterpriseNames(Strict):
    """How the name of an enterprise reads."""

    reason: Text
    contains: Words
    ends_with: Words


class Relicensable(Strict):
    """When a patent of Form 1 may still be licensed."""

    reason: Text
    only_category: Text
    license_kinds: Words


class Form1(Strict):
    """Categories of Form 1; the flag of a category is the column `is_<category>`."""

    reason: Text
    precedence: Words
    relicensable: Relicensable
    enterprise_names: EnterpriseNames


class Cohorts(Strict):
    """Where the stock ends and the increment begins."""

    reason: Text
    baseline_until: dt.date


P = TypeVar("P", bound=Strict)


class Screening(Strict):
    """`policy/screening.yml`."""

    rules: tuple[Rule, ...]
    form1: Form1
    cohorts: Cohorts

    @model_validator(mode="after")
    def _is_complete(self) -> Screening:
        ids = self.rule_ids
        if len(set(ids)) != len(ids):
            raise ValueError(f"a screening rule is listed twice: {sorted(ids)}")
        extra = [rule.id for rule in self.rules if rule.parameters and rule.id not in PARAMETRISED_RULES]
        if extra:
            raise ValueError(f"screening rules {extra} take no parameters")
        # Reading them proves that they are there and of the right shape.
        _ = self.terms, self.statuses, self.military_names, self.low_levels
        return self

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Ids in the order of the file, which is the order of precedence."""
        return tuple(rule.id for rule in self.rules)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Terms from filing."""
        return self._parameters("expired_by_term", TermParameters).terms

    @property
    def statuses(self) -> StatusParameters:
        """Legal status words by what they mean for the right."""
        return self._parameters("status_not_in_force", StatusParameters)

    @property
    def military_names(self) -> NameParameters:
        """Parts of the names of military units."""
        return self._parameters("military_owner", NameParameters)

    @property
    def low_levels(self) -> tuple[str, ...]:
        """Prospect levels that do not suffice."""
        return self._parameters("prospect_low", LevelParameters).levels

    def _parameters(self, rule_id: str, shape: type[P]) -> P:
        for rule in self.rules:
            if rule.id == rule_id and isinstance(rule.parameters, shape):
                return rule.parameters
        raise ValueError(f"screening rule {rule_id!r} is missing or lacks its {shape.__name__}")


class TieringVersion(Strict):
    """The constants of the tier formula (DOMAIN, D19) in effect over a span of dates."""

    effective_from: dt.date
    effective_until: dt.date | None = None
    min_evaluators: Count
    expert_weight: Number
    enterprise_weight: Number
    leniency_shrinkage: Number
    prior_weight: Number
    confidence_factor: Number
    min_field_evaluations: Count
    default_mean: Number
    default_variance: Number
    t1_min_l80: Number
    t1_min_trl: Count
    t1_intents: Codes
    t2_min_theta: Number
    t2_min_trl: Count
    t3_min_theta: Number
    t3_max_trl: Count


class Tiering(Strict):
    """`policy/tiering.yml`."""

    versions: tuple[TieringVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _follow_each_other(self) -> Tiering:
        for earlier, later in pairwise(self.versions):
            if earlier.effective_until != later.effective_from - dt.timedelta(days=1):
                raise ValueError(f"the version before {later.effective_from} must end on the day before it")
        if self.versions[-1].effective_until is not None:
            raise ValueError("the last version must be open-ended: no effective_until")
        return self


class MaturityLevel(Strict):
    """Words that mean one level."""

    trl: Trl
    words: Words


class MaturityScheme(Strict):
    """A family of maturity words."""

    scheme: Text
    reason: Text
    words: tuple[MaturityLevel, ...]


class Maturity(Strict):
    """`policy/maturity.yml`."""

    schemes: tuple[MaturityScheme, ...]

    @model_validator(mode="after")
    def _word_means_one_level(self) -> Maturity:
        words = [maturity_key(word) for _, word, _ in self.entries]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise ValueError(f"maturity words {twice} are mapped twice; a word has one level across all schemes")
        return self

    @property
    def entries(self) -> list[tuple[str, str, int]]:
        """(scheme, word, trl) in the order of the file."""
        return [(s.scheme, word, level.trl) for s in self.schemes for level in s.words for word in level.words]


def maturity_key(word: str) -> str:
    """How a maturity word is looked up: without blanks, in lower case. The models do the same in SQL."""
    return word.replace(" ", "").lower()


class Policy(Strict):
    """The rules that decide."""

    legal_events: LegalEvents
    screening: Screening
    tiering: Tiering
    maturity: Maturity
    conversion: Conversion
    enterprises: Enterprises
    experts: Experts
    deals: Deals
    coverage: Coverage
    milestones: Milestones
    funding: Funding
    fees: Fees
    services: Services
    intake: IntakeRules
    needs: Needs
    evaluations: EvaluationRules
    owners: Owners
    priority: Priority
    matching: Matching
    digests: Digests
    statistics: QuarterlyStatistics
    inspection: Inspection

    @model_validator(mode="after")
    def _agrees(self) -> Policy:
        problems = contradictions(self.coverage, self.milestones)
        if problems:
            raise ValueError(f"policy/milestones.yml: {'; '.join(problems)}")
        return self


M = TypeVar("M", bound=Strict)


def read_policy_file(path: Path, model: type[M]) -> M:
    """Load one policy file. Raises ValueError naming the file, the key and the mend."""
    try:
        return model.model_validate(load_yaml(path))
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'file'}: {problem['msg']}" for problem in error.errors()
        )
        raise ValueError(f"{path}: {problems}") from error


@cache
def load_policy(root: Path = PROJECT_ROOT) -> Policy:
    """Load the rule files of `policy/` below `root`. Raises ValueError naming file and key."""
    folder = root / "policy"
    return Policy(
        legal_events=read_policy_file(folder / "legal_events.yml", LegalEvents),
        screening=read_policy_file(folder / "screening.yml", Screening),
        tiering=read_policy_file(folder / "tiering.yml", Tiering),
        maturity=read_policy_file(folder / "maturity.yml", Maturity),
        conversion=read_policy_file(folder / "conversion.yml", Conversion),
        enterprises=read_policy_file(folder / "enterprises.yml", Enterprises),
        experts=read_policy_file(folder / "experts.yml", Experts),
        deals=read_policy_file(folder / "deals.yml", Deals),
        coverage=read_policy_file(folder / "coverage.yml", Coverage),
        milestones=read_policy_file(folder / "milestones.yml", Milestones),
        funding=read_policy_file(folder / "funding.yml", Funding),
        fees=read_policy_file(folder / "fees.yml", Fees),
        services=read_policy_file(folder / "services.yml", Services),
        intake=read_policy_file(folder / "intake.yml", IntakeRules),
        evaluations=read_policy_file(folder / "evaluations.yml", EvaluationRules),
        needs=read_policy_file(folder / "needs.yml", Needs),
        owners=read_policy_file(folder / "owners.yml", Owners),
        priority=read_policy_file(folder / "priority.yml", Priority),
        matching=read_policy_file(folder / "matching.yml", Matching),
        digests=read_policy_file(folder / "digests.yml", Digests),
        statistics=read_policy_file(folder / "statistics.yml", QuarterlyStatistics),
        inspection=read_policy_file(folder / "inspection.yml", Inspection),
    )


def policy_version(root: Path = PROJECT_ROOT) -> str:
    """First 12 hex digits of the SHA-256 over names and bytes of all `policy/*.yml`."""
    digest = hashlib.sha256()
    for path in sorted((root / "policy").glob("*.yml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
