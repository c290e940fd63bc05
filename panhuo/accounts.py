"""Dedicated accounts: `policy/accounts.yml`, and queries that see an account's own rows and columns and no others.

A query of an account runs in a database that holds nothing else: its rows are copied out of the published marts into
a new one in memory, without files, without network, with its configuration locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
from pydantic import Field, model_validator

from panhuo.contracts.model import PROJECT_ROOT, Catalogue, Contract, Strict, load_catalogue, load_yaml
from panhuo.lake import Version
from panhuo.warehouse import create_views, only_read, read_published, shut

AccountKind = Literal["national", "ministry", "province", "city", "institution", "enterprise", "operator"]
OpenGrade = Literal["public", "internal"]
"""Grades that may be seen at all: no policy can choose restricted or blocked ones (D30, N 三(四))."""

EVERYONE = "everyone"
SCOPE = "scope"
CELLS = "cells"
_WORDS = (EVERYONE, SCOPE, CELLS)
"""What may stand in place of the column that decides whose a row is."""
_REGISTER = "dim_institutions"
_STATISTICS = "fct_quarterly_statistics"
"""The mart that says which cells of a quarter are suppressed."""


class AccountError(ValueError):
    """An account that is none, or a mart that it may not read."""


@dataclass(frozen=True)
class Account:
    """Somebody who asks."""

    kind: str
    code: str

    @classmethod
    def parse(cls, text: str) -> Account:
        """Read `kind:code`; AccountError for anything else."""
        kind, colon, code = text.partition(":")
        if not (kind and colon and code):
            raise AccountError(f"{text!r} is no account: write kind:code, such as city:3401")
        return cls(kind, code)

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


class AccountRule(Strict):
    """What accounts of one kind may read."""

    kind: AccountKind
    clause: str
    reason: str
    registered: str | None = None
    codes: tuple[str, ...] = ()
    sensitivities: frozenset[OpenGrade] = Field(min_length=1)
    marts: dict[str, str] = Field(min_length=1)
    withheld: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_one_register(self) -> AccountRule:
        if bool(self.registered) == bool(self.codes):
            raise ValueError(f"{self.kind}: name either where its codes are registered or the codes themselves")
        return self

    @property
    def register(self) -> tuple[str, str]:
        """Mart and column in which the codes of this kind stand; empty where they are listed."""
        mart, _, column = (self.registered or "").partition(".")
        return mart, column

    def columns(self, contract: Contract) -> tuple[str, ...]:
        """Columns of a mart that an account of this kind sees, in order; none where the mart is not granted."""
        granted = self.marts.get(contract.table)
        grades = {"public"} if granted == EVERYONE else self.sensitivities if granted else set()
        return tuple(use.name for use in contract.columns if use.column.sensitivity in grades)

    def select(self, contract: Contract) -> str:
        """The rows and columns of a granted mart as SQL, the code of the account being `$code`."""
        shown = ", ".join(self._shown(name, contract) for name in self.columns(contract))
        return f"select {shown} from {contract.table} where {self._condition(contract)}"

    def _shown(self, name: str, contract: Contract) -> str:
        if name not in self.withheld or "patent_no" not in contract.column_names:
            return f'"{name}"'
        text = self.withheld[name].replace("'", "''")
        military = "select period, patent_no from dim_patents where has_military_owner is distinct from false"
        return f'case when (period, patent_no) in ({military}) then \'{text}\' else "{name}" end as "{name}"'

    def _condition(self, contract: Contract) -> str:
        scope = self.marts[contract.table]
        if scope == EVERYONE:
            return "$code is not null"
        if scope == self.register[1]:
            return f'"{scope}" = $code'
        if scope == CELLS:
            return self._cells(contract)
        own = self._own_institutions()
        if scope != SCOPE:
            return f'(period, "{scope}") in {own}'
        return (
            f"scope_kind = '{self.kind}' and scope_code = $code"
            f" or scope_kind = 'institution' and (period, scope_code) in {own}"
        )

    def _own_institutions(self) -> str:
        return f'(select period, institution_id from {_REGISTER} where "{self.register[1]}" = $code)'

    def _cells(self, contract: Contract) -> str:
        """The unit's own row of a quarter unless it is suppressed, and its institutions' unless one of theirs is.

        The marts hide enough that no sum of shown cells tells a hidden one (decision 0033). An account is told less: a
        supervisor knows more of his own institutions than a reader of the report.
        """
        marts = {_STATISTICS, *([contract.table] if "is_suppressed" in contract.column_names else [])}
        hidden = " union all ".join(
            f"select period, scope_kind, scope_code from {mart} where is_suppressed is distinct from false"
            for mart in sorted(marts)
        )
        shown = (
            f"scope_kind = '{self.kind}' and scope_code = $code and (period, scope_kind, scope_code) not in ({hidden})"
        )
        if self.register[0] != _REGISTER:
            return shown
        own = self._own_institutions()
        theirs = f"select period from ({hidden}) where scope_kind = 'institution' and (period, scope_code) in {own}"
        return f"{shown} or scope_kind = 'institution' and (period, scope_code) in {own} and period not in ({theirs})"


class AccountPolicy(Strict):
    """`policy/accounts.yml`."""

    accounts: tuple[AccountRule, ...] = Field(min_length=1)

    def rule(self, kind: str) -> AccountRule:
        """The rule of a kind; AccountError where there is none."""
        for rule in self.accounts:
            if rule.kind == kind:
                return rule
        raise AccountError(f"{kind!r} is no kind of account; known: {', '.join(x.kind for x in self.accounts)}")


@cache
def load_accounts(path: Path = PROJECT_ROOT / "policy" / "accounts.yml") -> AccountPolicy:
    """Read the policy and hold it against the contracts; ValueError naming the file for what does not fit."""
    policy, catalogue = AccountPolicy(**load_yaml(path)), load_catalogue()
    problems = [problem for rule in policy.accounts for problem in _contradictions(rule, catalogue)]
    kinds = [rule.kind for rule in policy.accounts]
    if len(set(kinds)) != len(kinds):
        problems.append(f"a kind is listed twice among {kinds}")
    if problems:
        raise ValueError(f"{path}: {'; '.join(problems)}")
    return policy


def _contradictions(rule: AccountRule, catalogue: Catalogue) -> list[str]:
    needed = {(mart, column) for mart, column in rule.marts.items() if column not in _WORDS}
    needed |= {(mart, "scope_kind") for mart, column in rule.marts.items() if column in (SCOPE, CELLS)}
    needed |= {(mart, "period") for mart in rule.marts}
    needed |= {rule.register} if rule.registered else set()
    problems = []
    for mart, column in sorted(needed):
        contract = catalogue.contracts.get(mart)
        if contract is None or contract.layer != "marts" or column not in contract.column_names:
            problems.append(f"{rule.kind}: there is no mart {mart} with a column {column!r}")
    through = [column for column in rule.marts.values() if column not in (EVERYONE, CELLS, rule.register[1])]
    if through and rule.register[0] != _REGISTER:
        problems.append(f"{rule.kind}: {sorted(set(through))} can only be compared through {_REGISTER}")
    return problems


def query_as(account: Account, versions: list[Version], sql: str) -> pa.Table:
    """Run one SELECT that sees what an account may read of the given published versions, and nothing else.

    Raises AccountError for an unknown account or a mart it may not read, NotPublishedError for one that no version
    holds, NotAQueryError for anything but one SELECT, duckdb.Error for a query that fails or reaches outside.
    """
    rule = load_accounts().rule(account.kind)
    with duckdb.connect() as published, duckdb.connect() as own:
        for connection in (published, own):
            connection.execute("set timezone = 'UTC'")
        create_views(published, versions)
        _check_registered(account, rule, published)
        for contract in _wanted(account, rule, own, sql):
            own.register("incoming", read_published(published, rule.select(contract), {"code": account.code}))
            own.execute(f"create table {contract.table} as select * from incoming")
            own.unregister("incoming")
        own.execute("set python_enable_replacements = false")
        shut(own, None)
        return only_read(own, sql)


def _check_registered(account: Account, rule: AccountRule, published: duckdb.DuckDBPyConnection) -> None:
    mart, column = rule.register
    if mart:
        known = f'select 1 from {mart} where "{column}" = $code limit 1'
        is_known = read_published(published, known, {"code": account.code}).num_rows > 0
    else:
        is_known = account.code in rule.codes
    if not is_known:
        where = f"{rule.registered} of the published months" if mart else "policy/accounts.yml"
        raise AccountError(f"there is no account {account}: {account.code!r} is not in {where}")


def _wanted(account: Account, rule: AccountRule, own: duckdb.DuckDBPyConnection, sql: str) -> list[Contract]:
    """The granted marts that a query names; AccountError when it names another mart."""
    marts = {contract.table: contract for contract in load_catalogue().layer("marts")}
    named = {name.rpartition(".")[2].strip('"').lower() for name in own.get_table_names(sql)}
    denied = sorted(named & marts.keys() - rule.marts.keys())
    if denied:
        raise AccountError(f"{account} may not read {', '.join(denied)}; it may read: {', '.join(sorted(rule.marts))}")
    return [marts[name] for name in sorted(named & rule.marts.keys())]
