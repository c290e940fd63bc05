"""`policy/digests.yml`: what the digests to institutions may show, and how texts are grouped (D18)."""

from __future__ import annotations

from panhuo.contracts.model import Strict
from panhuo.policy.page import table
from panhuo.policy.values import Codes, Count, Number, Text


class Code(Strict):
    """A constant that is one code."""

    value: Text
    reason: Text


class Digests(Strict):
    """What a month's digests keep to."""

    min_evaluators: Count
    named_kinds: Codes
    kind_without_code: Code
    max_topic_distance: Number
    max_clustered_texts: Count
    topic_terms: Count
    topic_sentences: Count
    max_quote_characters: Count
    min_need_similarity: Number
    patents_per_need: Count
    listed_needs: Count
    listed_patents: Count

    @property
    def constants(self) -> dict[str, object]:
        """What the models decide by."""
        return {
            "min_evaluators": self.min_evaluators.value,
            "named_kinds": self.named_kinds.value,
            "kind_without_code": self.kind_without_code.value,
        }


def render_digests(digests: Digests) -> str:
    """The section of `docs/rules.md`."""
    rows = []
    for name in Digests.model_fields:
        constant = getattr(digests, name)
        rows.append([f"`{name}`", _shown(constant), constant.reason])
    return (
        "## Digests to institutions\n\nWhat may be shown, and why nobody is singled out by subtraction:"
        " [decision 0018](decisions/0018-disclosure.md). See [digests](digests.md).\n\n"
        + table(["constant", "value", "reason"], rows)
    )


def _shown(constant: Codes | Code | Count | Number) -> str:
    if isinstance(constant, Codes):
        return ", ".join(constant.value)
    return constant.value if isinstance(constant, Code) else f"{constant.value:g}"
