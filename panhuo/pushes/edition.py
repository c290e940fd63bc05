"""What a package says to its enterprise, in words and in order, for the page and the workbook alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.display import display_text
from panhuo.dispatch.model import Package
from panhuo.policy import load_policy
from panhuo.pushes.words import PushWords

_FACTS = (
    "patent_no", "patent_type", "owners", "institution_name", "province_name", "city_name", "field_name", "main_ipc",
    "ipc_subclass_title", "filing_date", "grant_date", "expiry_date",
)  # fmt: skip
REASON_END = "；"
"""What stands between the sentences of `push_reasons` (panhuo/matching/month.py)."""

Pair = tuple[str, str]
"""A label and what it labels."""


@dataclass(frozen=True)
class Offer:
    """A pushed patent as a card: reasons first, then the public facts."""

    rank: int
    patent_no: str
    title: str
    fit: str
    fit_label: str
    reasons: tuple[str, ...]
    facts: tuple[Pair, ...]
    abstract: str | None
    is_simulated: bool


@dataclass(frozen=True)
class Recall:
    """A patent that is offered no more."""

    patent_no: str
    title: str
    pushed_in: str
    reason: str
    is_simulated: bool


@dataclass(frozen=True)
class Edition:
    """The package of one enterprise in words."""

    code: str
    title: str
    facts: tuple[str, ...]
    offers: tuple[Offer, ...]
    recalls: tuple[Recall, ...]
    answer: tuple[str, ...]
    notes: tuple[str, ...]
    simulated: str | None


def ordered_pushes(package: Package) -> pa.Table:
    """The pushes of a package, the best first."""
    return package.tables["pushes"].sort_by([("push_rank", "ascending"), ("patent_no", "ascending")])


def lay_out(package: Package, words: PushWords, catalogue: Catalogue) -> Edition:
    """Put a package into words; equal packages give equal editions."""
    offers = tuple(_offer(row, catalogue) for row in ordered_pushes(package).to_pylist())
    recalls = tuple(_recall(row, catalogue) for row in package.tables["recalls"].to_pylist())
    rules = load_policy().matching.constants
    figures = {
        "name": package.name,
        "period": package.period,
        "year": package.period.year,
        "month": package.period.month,
        "count": len(offers),
        "strong": sum(offer.fit == "strong" for offer in offers),
        "recalled": len(recalls),
    }
    return Edition(
        code=package.code,
        title=words.title.format(**figures),
        facts=tuple(fact.format(**figures) for fact in words.facts),
        offers=offers,
        recalls=recalls,
        answer=tuple(text.format(**rules) for text in words.answer),
        notes=tuple(text.format(**rules) for text in (*words.notes, words.statement)),
        simulated=None if package.is_all_real else words.simulated,
    )


def _offer(row: dict[str, Any], catalogue: Catalogue) -> Offer:
    facts = ((catalogue.label(name), _shown(name, row[name], catalogue)) for name in _FACTS)
    return Offer(
        rank=row["push_rank"],
        patent_no=row["patent_no"],
        title=row["title"],
        fit=row["push_fit"],
        fit_label=_shown("push_fit", row["push_fit"], catalogue),
        reasons=tuple(row["push_reasons"].split(REASON_END)),
        facts=tuple((label, text) for label, text in facts if text),
        abstract=row["abstract"],
        is_simulated=_is_simulated(row),
    )


def _recall(row: dict[str, Any], catalogue: Catalogue) -> Recall:
    return Recall(
        patent_no=row["patent_no"],
        title=row["title"] or "—",
        pushed_in=row["pushed_in"],
        reason=_shown("recall_reason", row["recall_reason"], catalogue),
        is_simulated=_is_simulated(row),
    )


def _is_simulated(row: dict[str, Any]) -> bool:
    return row["data_origin"] != "real" or bool(row["simulated_fields"])


def _shown(name: str, value: Any, catalogue: Catalogue) -> str:
    if value is None:
        return ""
    return display_text(str(value), catalogue.columns[name], catalogue)
