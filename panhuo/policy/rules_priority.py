"""Section of `docs/rules.md` on what comes first."""

from __future__ import annotations

from panhuo.contracts.model import Catalogue
from panhuo.policy.page import table
from panhuo.policy.priority import IndustryGround, Priority


def render_priority(priority: Priority, catalogue: Catalogue) -> str:
    """The section: grounds in their order, disciplines, exclusions and words."""
    types = catalogue.vocabularies["patent_type"].values
    labels = catalogue.vocabularies["priority_ground"].values
    grounds = [
        [
            str(rank),
            f"`{ground.ground}`",
            labels[ground.ground],
            ground.evidence if isinstance(ground, IndustryGround) else "",
            ", ".join(ground.match_levels) if isinstance(ground, IndustryGround) else "",
            ground.reason,
        ]
        for rank, ground in enumerate(priority.grounds, start=1)
    ]
    discipline = priority.discipline
    constants = [[f"`{n}`", str(value), getattr(discipline, n).reason] for n, value in discipline.constants.items()]
    exclusions = [[", ".join(exclusion.ipc_prefixes), exclusion.reason] for exclusion in priority.exclusions]
    words = [[entry.sei, "、".join(entry.words)] for entry in priority.keywords]
    kinds = "、".join(f"{types[code]} (`{code}`)" for code in priority.patent_types.value)
    return (
        f"## Priority\n\nOf {kinds} alone. {priority.patent_types.reason} The first ground that holds gives the rank;"
        " a priority orders and marks, and decides nothing else.\n\n"
        + table(["rank", "ground", "label", "evidence", "match levels", "reason"], grounds)
        + "\n\nA strong discipline of an institution: with *n* patents in force in the field and *e* expected by the"
        " field's share of the base library, strength is (*n* + `prior_weight`) ÷ (*e* + `prior_weight`); the location"
        " quotient *n* ÷ *e* stands beside it.\n\n"
        + table(["constant", "value", "reason"], constants)
        + "\n\nThe longest of the patterns of the reference table and of these exclusions that a symbol begins with"
        " decides:\n\n"
        + table(["exclusions", "reason"], exclusions)
        + "\n\nWords of a title:\n\n"
        + table(["SEI", "words"], words)
    )
