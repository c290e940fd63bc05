"""`policy/needs.yml`: when the answer to a technical need is late (D18)."""

from __future__ import annotations

from panhuo.contracts.model import Strict
from panhuo.policy.values import Count


class Needs(Strict):
    """What the clock of a need rests on."""

    response_days: Count


def render_needs(needs: Needs) -> str:
    """The section of `docs/rules.md`."""
    return f"## Needs\n\nA need is to be answered within {needs.response_days.value} days. {needs.response_days.reason}"
