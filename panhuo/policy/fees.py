"""`policy/fees.yml`: annual fees by kind and year, and what is advised of a patent that costs them (D25, N 二(四))."""

from __future__ import annotations

from itertools import pairwise

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import Seed
from panhuo.policy.values import Count, Number, Text


class FeeBand(Strict):
    """Fee of each year from the first to the last, years counted from filing."""

    patent_type: Text
    year_from: int = Field(ge=1)
    year_to: int = Field(ge=1)
    fee_yuan: int = Field(gt=0)


class Advice(Strict):
    """One rule, in order of precedence; its predicate is the column `meets_<rule>`."""

    rule: Text
    advice: Text
    reason: Text


class Fees(Strict):
    """Costs of keeping a right, and the advice."""

    annual_fees: tuple[FeeBand, ...] = Field(min_length=1)
    source: Text
    grace_months: Count
    late_rate: Number
    advice: tuple[Advice, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _bands_follow_each_other(self) -> Fees:
        for earlier, later in pairwise(self.annual_fees):
            is_next = later.patent_type == earlier.patent_type
            if later.year_from != (earlier.year_to + 1 if is_next else 1) or later.year_to < later.year_from:
                raise ValueError(f"annual fees of {later.patent_type} from year {later.year_from}: a year has one fee")
        rules = self.rule_ids
        if len(set(rules)) != len(rules):
            raise ValueError(f"an advice rule is listed twice: {sorted(rules)}")
        return self

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Rules of the advice in their order of precedence."""
        return tuple(x.rule for x in self.advice)

    @property
    def constants(self) -> dict[str, float]:
        """Values by name."""
        return {"grace_months": self.grace_months.value, "late_rate": self.late_rate.value}

    def seeds(self, catalogue: Catalogue) -> list[Seed]:
        """Fees by year and the rules of the advice. Raises KeyError when a rule has no label."""
        labels = catalogue.vocabularies["fee_advice_reason"].values
        years = [
            (x.patent_type, year, x.fee_yuan) for x in self.annual_fees for year in range(x.year_from, x.year_to + 1)
        ]
        rules = [(x.rule, place, x.advice, labels[x.rule]) for place, x in enumerate(self.advice, start=1)]
        return [
            Seed(
                "annual_fees",
                "Annual fee in CNY by kind of patent and year from filing.",
                {"patent_type": "varchar", "fee_year": "integer", "fee_yuan": "bigint"},
                years,
            ),
            Seed(
                "fee_advice_rules",
                "What is advised of a patent in force; the first rule met decides.",
                {"rule_id": "varchar", "precedence": "integer", "fee_advice": "varchar", "label": "varchar"},
                rules,
            ),
        ]


def render_fees(fees: Fees, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`."""
    advice, reasons = (catalogue.vocabularies[name].values for name in ("fee_advice", "fee_advice_reason"))
    bands = [[x.patent_type, f"{x.year_from}–{x.year_to}", str(x.fee_yuan)] for x in fees.annual_fees]
    constants = [[f"`{name}`", f"{getattr(fees, name).value:g}", getattr(fees, name).reason] for name in fees.constants]
    rules = [[f"`{x.rule}`", reasons[x.rule], f"`{x.advice}` {advice[x.advice]}", x.reason] for x in fees.advice]
    return "\n\n".join(
        [
            "## Fees and advice",
            f"Annual fees in CNY, reductions not included. Source: {fees.source}.",
            table(["kind", "years from filing", "fee"], bands),
            table(["constant", "value", "reason"], constants),
            "The first rule met decides.",
            table(["rule", "label", "advice", "reason"], rules),
        ]
    )
