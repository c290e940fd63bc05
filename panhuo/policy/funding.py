"""`policy/funding.yml`: when a publicly funded patent counts as idle (D26, N 二(四)1)."""

from __future__ import annotations

from pydantic import Field

from panhuo.contracts.model import Strict
from panhuo.policy.values import Codes, Count, Text


class AcceptedReason(Strict):
    """A reason for which a patent may rest unimplemented."""

    code: Text
    reason: Text


class Funding(Strict):
    """What the list of idle patents rests on."""

    idle_after_years: Count
    unimplemented: Codes
    accepted_reasons: tuple[AcceptedReason, ...] = Field(min_length=1)

    @property
    def accepted_codes(self) -> tuple[str, ...]:
        """Codes of the accepted reasons in the order of the file."""
        return tuple(accepted.code for accepted in self.accepted_reasons)
