"""`policy/matching.yml`: caps, minimum exposure, fairness and rests of a month's pushes (D12)."""

from __future__ import annotations

from pydantic import model_validator

from panhuo.contracts.model import Strict
from panhuo.policy.page import table
from panhuo.policy.values import Codes, Count, Number, Word


class Matching(Strict):
    """What a month's pushes must keep to."""

    max_patents_per_enterprise: Count
    pushable_tiers: Codes
    lapsing_months: Count
    candidates_each_way: Count
    max_exact_pairs: Count
    min_recipients: Count
    covered_tiers: Codes
    max_recipients: Count
    min_probability: Number
    strong_probability: Number
    fairness_weight: Number
    cooling_off_months: Count
    field_cooling_off_months: Count
    field_decline_reasons: Codes
    repeat_months: Count
    need_odds: Number
    evaluations_odds: Number
    other_decline_share: Number
    opinion_half_life_months: Count
    response_odds: Number
    expected_response_rate: Number
    response_prior_pushes: Count
    region_odds: Number
    sei_odds: Number
    dense_odds: Number
    encoder: Word
    max_reasons: Count
    max_probability_drift: Number

    @model_validator(mode="after")
    def _can_be_kept(self) -> Matching:
        shares = (self.min_probability, self.strong_probability, self.expected_response_rate, self.other_decline_share)
        broken = {
            "min_recipients must not be above max_recipients or candidates_each_way": self.min_recipients.value
            > min(self.max_recipients.value, self.candidates_each_way.value),
            "min_probability must not be above strong_probability": self.min_probability.value
            > self.strong_probability.value,
            "probabilities, rates and shares must lie between 0 and 1": any(not 0 <= x.value <= 1 for x in shares),
            "odds must be above 0; 1 leaves them as they are": min(self.odds.values()) <= 0,
            "fairness_weight must not be below 0; 0 leaves fairness out": self.fairness_weight.value < 0,
            "covered_tiers must be among pushable_tiers": not {*self.covered_tiers.value}
            <= {*self.pushable_tiers.value},
        }
        wrong = [mend for mend, is_broken in broken.items() if is_broken]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def odds(self) -> dict[str, float]:
        """By how much evidence that nothing was learned of multiplies the odds, by its name."""
        return {
            name.removesuffix("_odds"): float(getattr(self, name).value)
            for name in Matching.model_fields
            if name.endswith("_odds")
        }

    @property
    def constants(self) -> dict[str, float | str | tuple[str, ...]]:
        """Values by name."""
        return {name: getattr(self, name).value for name in Matching.model_fields}


def render_matching(matching: Matching) -> str:
    """The section of `docs/rules.md`."""
    rows = []
    for name in Matching.model_fields:
        constant = getattr(matching, name)
        value = constant.value
        shown = ", ".join(value) if isinstance(constant, Codes) else value if isinstance(value, str) else f"{value:g}"
        rows.append([f"`{name}`", shown, constant.reason])
    return (
        "## Matching and push\n\nNothing is pushed to its own owner or to a declared conflict, nor while in dispute,"
        " about to lapse or secret. See [matching](matching.md).\n\n" + table(["constant", "value", "reason"], rows)
    )
