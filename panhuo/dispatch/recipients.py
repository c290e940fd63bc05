"""Who receives what: `policy/recipients.yml`, and contracts cut down to what a recipient may see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from panhuo.contracts.model import PROJECT_ROOT, Catalogue, Contract, Strict, load_catalogue, load_yaml

RecipientKind = Literal["province", "city", "institution", "enterprise"]
OpenGrade = Literal["public", "internal"]
"""Grades that may leave at all: no policy can choose restricted or blocked ones (D30, N 三(四))."""

MARTS = {
    "dispatch_lines": "fct_dispatch_lines",
    "screening": "fct_screening",
    "changes": "fct_dispatch_changes",
    "form1_entries": "fct_form1_entries",
    "form2_entries": "fct_form2_entries",
    "city_ledger_entries": "fct_city_ledger_entries",
    "library_cells": "fct_library_cells",
    "pushes": "fct_push_lines",
    "recalls": "fct_push_recalls",
}
"""Table of a package → the mart it is taken from."""
CORE_TABLES = {
    "dispatch_lines": frozenset({"dispatch_lines", "screening", "changes"}),
    "pushes": frozenset({"pushes", "recalls"}),
}
"""Table of the lines of a package → what a package with such lines holds: its documents are made from these."""


class Withheld(Strict):
    """A column of the screening whose text is replaced where a patent is excluded for a reason."""

    column: str
    exclusion_reason: str
    shown: str = Field(min_length=1)
    reason: str


class RecipientRule(Strict):
    """One kind of recipient: its tables, what scopes their rows, the grades it may see, the texts kept from it.

    `lines` is the table that a recipient works through; `named_in` the mart that knows the name.
    """

    kind: RecipientKind
    lines: Literal["dispatch_lines", "pushes"]
    tables: tuple[str, ...]
    scope: str
    named_in: str
    name: tuple[str, ...] = Field(min_length=1)
    sensitivities: frozenset[OpenGrade] = Field(min_length=1)
    clause: str
    reason: str
    withheld: tuple[Withheld, ...] = ()

    @model_validator(mode="after")
    def _tables_are_known(self) -> RecipientRule:
        core = CORE_TABLES[self.lines]
        unknown, missing = set(self.tables) - set(MARTS), core - set(self.tables)
        if unknown or missing or len(set(self.tables)) != len(self.tables):
            raise ValueError(
                f"{self.kind}: tables must be distinct, among {list(MARTS)}, and hold {sorted(core)}: "
                f"{list(self.tables)}"
            )
        return self

    def visible(self, contract: Contract) -> Contract:
        """The contract without the columns whose grade this kind of recipient may not see.

        Raises ValueError when a key of the table would disappear: the table then has no place in a package.
        """
        shown = tuple(c for c in contract.columns if c.column.sensitivity in self.sensitivities)
        names = {column.name for column in shown}
        hidden = [key for key in contract.keys if key not in names]
        if hidden:
            raise ValueError(f"{contract.qualified_name}: {self.kind} may not see the key columns {hidden}")
        payload = tuple(name for name in contract.payload if name in names)
        return contract.model_copy(update={"columns": shown, "payload": payload})


class Notes(Strict):
    """Chinese sentences of the workbook."""

    statement: str
    simulated: str
    contact: str
    sources: tuple[str, ...]
    tiers: dict[str, str]
    files: tuple[str, ...]


class RecipientPolicy(Strict):
    """`policy/recipients.yml`."""

    recipients: tuple[RecipientRule, ...] = Field(min_length=1)
    notes: Notes

    @model_validator(mode="after")
    def _kinds_are_distinct(self) -> RecipientPolicy:
        kinds = [rule.kind for rule in self.recipients]
        if len(set(kinds)) != len(kinds):
            raise ValueError(f"recipients: a kind is listed twice among {kinds}")
        return self

    def rule(self, kind: str) -> RecipientRule:
        """The rule of a kind; KeyError when that kind receives nothing."""
        for rule in self.recipients:
            if rule.kind == kind:
                return rule
        raise KeyError(f"policy/recipients.yml gives nothing to recipients of kind {kind!r}")


@cache
def load_recipients(path: Path = PROJECT_ROOT / "policy" / "recipients.yml") -> RecipientPolicy:
    """Read the policy and hold it against the contracts.

    Raises ValueError (pydantic's included), naming the file, for an unknown key, a grade that never leaves,
    a column that a mart lacks, or tiers other than those of the vocabulary.
    """
    policy = RecipientPolicy(**load_yaml(path))
    problems = list(_contradictions(policy, load_catalogue()))
    if problems:
        raise ValueError(f"{path}: {'; '.join(problems)}")
    return policy


def _contradictions(policy: RecipientPolicy, catalogue: Catalogue) -> list[str]:
    needed = {(rule.named_in, column) for rule in policy.recipients for column in (rule.scope, *rule.name)} | {
        (MARTS[table], rule.scope) for rule in policy.recipients for table in rule.tables
    }
    problems = [
        f"{table} has no column {column!r}"
        for table, column in sorted(needed)
        if column not in catalogue.contract(table).column_names
    ]
    for rule in policy.recipients:
        problems += _withheld_in_vain(rule, catalogue)
    unlike = set(policy.notes.tiers) ^ set(catalogue.vocabularies["tier"].values)
    if unlike:
        problems.append(f"notes.tiers and the vocabulary of tiers differ in {sorted(unlike)}")
    return problems


def _withheld_in_vain(rule: RecipientRule, catalogue: Catalogue) -> list[str]:
    screening, reasons = catalogue.contract("screening"), catalogue.vocabularies["exclusion_reason"].values
    texts = {member.name for member in screening.columns if member.column.type == "string"} - set(screening.keys)
    columns = [withheld.column for withheld in rule.withheld]
    problems = [f"{rule.kind}: screening has no text {name!r} to withhold" for name in columns if name not in texts]
    if len(set(columns)) != len(columns):
        problems.append(f"{rule.kind}: a column is withheld twice among {columns}")
    told = [withheld.exclusion_reason for withheld in rule.withheld]
    return problems + [f"{rule.kind}: {code!r} is no exclusion_reason" for code in told if code not in reasons]
