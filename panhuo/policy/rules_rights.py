"""Sections of `docs/rules.md` on the state of the right."""

from __future__ import annotations

from panhuo.contracts.model import Catalogue
from panhuo.policy.legal_events import LegalEvents
from panhuo.policy.page import table


def render_legal_events(events: LegalEvents, catalogue: Catalogue) -> str:
    """The section: effects in their order, then every code."""
    effects = catalogue.vocabularies["event_effect"].values
    categories = catalogue.vocabularies["event_category"].values
    statuses = catalogue.vocabularies["legal_status"].values
    order = [
        [str(position), f"`{x.effect}`", effects[x.effect], x.reason]
        for position, x in enumerate(events.effects, start=1)
    ]
    codes = [
        [
            x.code if x.is_confirmed else f"{x.code} (unconfirmed)",
            x.name,
            categories[x.category],
            f"`{x.effect}`",
            statuses[x.legal_status] if x.legal_status else "",
            "yes" if x.changes_owners else "",
            x.source,
        ]
        for x in events.codes
    ]
    switch = events.restoration_reaches_back
    return (
        "## Legal events\n\nThe state of a right on a day is folded from the events that had taken effect by then and"
        " had been received by the instant of the run, read by day, then in this order, then by identifier. A code"
        " outside the table changes nothing and is told by G2.\n\n"
        + table(["order", "effect", "label", "reason"], order)
        + f"\n\n`restoration_reaches_back` = {str(switch.value).lower()}: {switch.reason}\n\n"
        + table(["code", "event", "category", "effect", "status", "changes owners", "source"], codes)
    )
