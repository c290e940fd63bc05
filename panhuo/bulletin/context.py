"""What sentences and tables are made with beside the figures: the words, the rules, the labels of codes."""

from __future__ import annotations

from dataclasses import dataclass

from panhuo.bulletin.policy import BulletinPolicy
from panhuo.contracts.model import Catalogue
from panhuo.policy import Policy


@dataclass(frozen=True)
class Context:
    """The words of the bulletin, the rules of the programme, the labels of columns and codes."""

    words: BulletinPolicy
    rules: Policy
    catalogue: Catalogue

    def label(self, column: str, code: str) -> str:
        """Chinese label of a code."""
        return self.catalogue.value_label(column, code) or code

    def heading(self, name: str) -> str:
        """Heading of a column: the label of the mart's column, or the policy's for one that is in no mart."""
        return self.words.labels[name] if name in self.words.labels else self.catalogue.label(name)

    def next_steps(self, findings: tuple[str, ...]) -> str:
        """What is to be done about findings, in the order of the policy."""
        return "".join(rule.next_step for rule in self.rules.intake.rules if rule.id in findings)
