"""`policy/services.yml`: which services a patent is suggested for (D20), the bounds of open licence fees (D21)."""

from __future__ import annotations

from pydantic import Field, model_validator

from panhuo.contracts.model import Catalogue, Strict
from panhuo.policy.page import table
from panhuo.policy.seed import Seed
from panhuo.policy.values import Count, Text, Words

_CONSTANTS = (
    "pledge_term_months",
    "mature_from_trl",
    "mature_to_trl",
    "pool_patents",
    "pool_owners",
    "max_fixed_fee_yuan",
    "max_sales_percent",
    "max_profit_percent",
)


class Criterion(Strict):
    """What a patent meets or misses; its predicate is the column `meets_<criterion>`."""

    criterion: Text
    reason: Text


class Service(Strict):
    """A service and the criteria that it asks for."""

    service: Text
    criteria: Words
    reason: Text


class Services(Strict):
    """Services, their criteria and the constants of these."""

    pledge_term_months: Count
    mature_from_trl: Count
    mature_to_trl: Count
    pool_patents: Count
    pool_owners: Count
    max_fixed_fee_yuan: Count
    max_sales_percent: Count
    max_profit_percent: Count
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    services: tuple[Service, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _criteria_are_those_asked_for(self) -> Services:
        listed, asked = self.criterion_ids, [x for service in self.services for x in service.criteria]
        names = [service.service for service in self.services]
        twice = sorted({x for x in (*listed, *names) if (*listed, *names).count(x) > 1})
        if twice:
            raise ValueError(f"{twice} stand twice")
        if set(listed) != set(asked):
            raise ValueError(f"criteria {sorted(set(listed) ^ set(asked))} are not both listed and asked for")
        return self

    @property
    def criterion_ids(self) -> tuple[str, ...]:
        """Criteria in the order of the file."""
        return tuple(x.criterion for x in self.criteria)

    @property
    def constants(self) -> dict[str, int]:
        """Values by name."""
        return {name: getattr(self, name).value for name in _CONSTANTS}

    def seed(self, catalogue: Catalogue) -> Seed:
        """One row per service and criterion. Raises KeyError when a service or criterion has no label."""
        services = catalogue.vocabularies["service"].values
        criteria = catalogue.vocabularies["service_criterion"].values
        rows = [(x.service, services[x.service], name, criteria[name]) for x in self.services for name in x.criteria]
        columns = {
            "service": "varchar",
            "service_label": "varchar",
            "criterion": "varchar",
            "criterion_label": "varchar",
        }
        return Seed("service_criteria", "What each service asks of a patent.", columns, rows)


def render_services(services: Services, catalogue: Catalogue) -> str:
    """The section of `docs/rules.md`."""
    names, criteria = (catalogue.vocabularies[name].values for name in ("service", "service_criterion"))
    constants = [
        [f"`{name}`", str(value), getattr(services, name).reason] for name, value in services.constants.items()
    ]
    return "\n\n".join(
        [
            "## Services and open licences",
            "A patent is suggested for a service when it meets every criterion; what it misses is listed.",
            table(
                ["service", "label", "criteria", "reason"],
                [[f"`{x.service}`", names[x.service], ", ".join(x.criteria), x.reason] for x in services.services],
            ),
            table(
                ["criterion", "label", "meaning"],
                [[f"`{x.criterion}`", criteria[x.criterion], x.reason] for x in services.criteria],
            ),
            table(["constant", "value", "reason"], constants),
        ]
    )
