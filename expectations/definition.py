"""Gate definitions: `expectations/gates/<gate>.yml`, loaded strictly.

A definition lists the tables judged by their contract, the checks written as SQL, and the rules whose
observation is made in Python (`panhuo/gates/checks.py`). Check ids are `<G1>.<table>.<name>`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from panhuo.contracts.model import PROJECT_ROOT, Strict, load_yaml
from panhuo.gates.decide import Decision
from panhuo.gates.model import Rule, Severity
from panhuo.gates.report import GateSection

CODES_PREFIX = "codes_"
_PARAMETERS = frozenset({"period", "previous_period", "threshold"})
_PARAMETER = re.compile(r"\$([a-z_]+)")


class ContractUse(Strict):
    """A table judged by its contract.

    `table` is where it lies when that is not the contract's own name. `extra_columns` are string columns
    that the judged table has before those of the contract; they belong to its key.
    """

    contract: str
    table: str | None = None
    severity: Severity
    extra_columns: tuple[str, ...] = ()
    reason: str

    @property
    def location(self) -> str:
        """Where the judged table lies: `schema.table`, or the plain name."""
        return self.table or self.contract


class Query(Rule):
    """A check written as SQL.

    `judges: rows` — the statement returns offending rows, and their number is observed. `judges: observed`
    — it returns a column `observed` per subject, and the worst is observed; no row at all is an error
    unless the check is `optional`.

    Parameters of the statement: `$period`, `$previous_period`, `$threshold`, and `$codes_<vocabulary>`
    (list).
    """

    judges: Literal["rows", "observed"] = "rows"
    optional: bool = False
    sql: str

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters the statement uses."""
        return frozenset(_PARAMETER.findall(self.sql))

    @model_validator(mode="after")
    def _parameters_exist(self) -> Query:
        unknown = {name for name in self.parameters - _PARAMETERS if not name.startswith(CODES_PREFIX)}
        if unknown:
            raise ValueError(f"{self.check_id}: unknown parameters {sorted(unknown)}; known: {sorted(_PARAMETERS)}")
        return self


class GateDefinition(Strict):
    """One gate: what is checked, how badly a failure counts, and where each bound comes from."""

    gate: str = Field(pattern=r"^G\d+_[a-z]+$")
    title: str
    tables: dict[str, str]
    """Table → its Chinese name in the report."""
    others: str = "其他表"
    """What the report calls the tables without a name of their own."""
    contracts: tuple[ContractUse, ...] = ()
    queries: tuple[Query, ...] = ()
    rules: tuple[Rule, ...] = ()

    @field_validator("queries", "rules", mode="before")
    @classmethod
    def _with_check_ids(cls, entries: list[dict[str, Any]], info: ValidationInfo) -> list[dict[str, Any]]:
        prefix = str(info.data.get("gate", "")).partition("_")[0]
        return [_with_check_id(prefix, entry) for entry in entries]

    @model_validator(mode="after")
    def _is_consistent(self) -> GateDefinition:
        judged = {use.location for use in self.contracts} | {rule.table for rule in (*self.queries, *self.rules)}
        unnamed = sorted(judged - set(self.tables))
        if unnamed:
            raise ValueError(f"{self.gate}: judged tables {unnamed} have no Chinese name in `tables`")
        ids = [rule.check_id for rule in (*self.queries, *self.rules)]
        twice = sorted({check_id for check_id in ids if ids.count(check_id) > 1})
        if twice:
            raise ValueError(f"{self.gate}: check ids {twice} are declared twice")
        return self

    def section(self, decision: Decision) -> GateSection:
        """The gate as a section of the report."""
        return GateSection(gate=self.gate, title=self.title, tables=self.tables, others=self.others, decision=decision)

    def rule(self, name: str) -> Rule:
        """The Python rule of that name (`<table>.<name>`); KeyError naming the declared ones otherwise."""
        prefix = self.gate.partition("_")[0]
        for rule in self.rules:
            if rule.check_id == f"{prefix}.{name}":
                return rule
        raise KeyError(f"{self.gate} declares no rule {name!r}; known: {[rule.check_id for rule in self.rules]}")


def _with_check_id(prefix: str, entry: dict[str, Any]) -> dict[str, Any]:
    if "name" not in entry:
        raise ValueError(f"a check of table {entry.get('table')} has no `name`")
    body = {key: value for key, value in entry.items() if key != "name"}
    return body | {"check_id": f"{prefix}.{entry.get('table')}.{entry['name']}"}


@cache
def load_gate(gate: str, root: Path = PROJECT_ROOT) -> GateDefinition:
    """Load a gate by name (`G1_intake`).

    Raises FileNotFoundError for an unknown gate, ValueError (pydantic's) naming the key that is wrong.
    """
    definition = GateDefinition(**load_yaml(root / "expectations" / "gates" / f"{gate}.yml"))
    if definition.gate != gate:
        raise ValueError(f"expectations/gates/{gate}.yml defines {definition.gate}")
    return definition
