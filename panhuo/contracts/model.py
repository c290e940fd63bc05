"""Columns, vocabularies and table contracts, loaded strictly from `expectations/*.yml`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

PROJECT_ROOT = Path(__file__).resolve().parents[2]

ColumnType = Literal["string", "integer", "float", "boolean", "date", "timestamp"]
Layer = Literal["raw", "staging", "marts", "published"]
Product = Literal["monthly_dispatch", "quarterly_statistics"]
Sensitivity = Literal["public", "internal", "restricted", "blocked"]
Format = Literal[
    "text", "name", "owners", "name_list", "code", "code_list", "code_places", "patent_no", "uscc", "period",
    "quarter", "patent_no_list", "region_code", "ipc_list", "dated_usccs", "date", "integer", "boolean", "pseudonym",
    "phone_pseudonym",
]  # fmt: skip


class Strict(BaseModel):
    """Base of everything read from YAML: an unknown key is an error, a loaded value never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Vocabulary(Strict):
    """A controlled vocabulary: codes kept in data and the Chinese labels people read."""

    source: str
    values: dict[str, str]

    @property
    def codes(self) -> dict[str, str]:
        """Chinese label → code."""
        return {label: code for code, label in self.values.items()}


class Column(Strict):
    """One column of the project: everything that is true of it wherever it stands."""

    name: str
    type: ColumnType
    label: str
    description: str
    format: Format | None = None
    unit: str | None = None
    vocabulary: str | None = None
    sensitivity: Sensitivity = "public"
    min: float | dt.date | None = None
    max: float | dt.date | None = None
    max_length: int | None = Field(default=None, gt=0)

    @property
    def is_multi_valued(self) -> bool:
        """True when a cell holds several codes joined with `|`."""
        return self.format in {"code_list", "name_list", "owners", "ipc_list", "patent_no_list", "dated_usccs"}


class ColumnUse(Strict):
    """A column standing in a contract: what the table asks of it beyond its definition."""

    name: str
    required: bool = False
    definition: str | None = None
    """The column whose definition it bears, where its name has another meaning in this table."""


class Stated(Strict):
    """A column that says something exactly when another has a certain value."""

    column: str
    when: str
    """The other column."""
    has: str
    """Its value."""


class ContractFile(Strict):
    """A contract as it is written in YAML."""

    table: str
    layer: Layer
    source: str | None = None
    product: Product = "monthly_dispatch"
    description: str
    grain: str
    keys: tuple[str, ...]
    include: tuple[str, ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    stated: tuple[Stated, ...] = ()
    columns: tuple[ColumnUse, ...]


class ContractColumn(Strict):
    """A column of a table with its definition resolved."""

    column: Column
    required: bool

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.column.name


class Contract(Strict):
    """A table: its grain, its keys and its columns in order."""

    table: str
    layer: Layer
    source: str | None
    product: Product = "monthly_dispatch"
    """Which published product a mart belongs to."""
    description: str
    grain: str
    keys: tuple[str, ...]
    columns: tuple[ContractColumn, ...]
    payload: tuple[str, ...]
    """Names of the columns the contract lists itself, without the included groups."""
    ordered: tuple[tuple[str, str], ...] = ()
    """Pairs of columns of which the first never lies after the second."""
    stated: tuple[Stated, ...] = ()

    @model_validator(mode="after")
    def _keys_are_columns(self) -> Contract:
        paired = [*self.ordered, *((rule.column, rule.when) for rule in self.stated)]
        unknown = {*self.keys, *(name for pair in paired for name in pair)} - set(self.column_names)
        if unknown:
            raise ValueError(f"contract {self.table}: keys, ordered or stated {sorted(unknown)} are not columns of it")
        if len(set(self.column_names)) != len(self.columns):
            raise ValueError(f"contract {self.table}: a column is listed twice")
        if (self.layer == "raw") != (self.source is not None):
            raise ValueError(f"contract {self.table}: `source` belongs to raw tables and to them alone")
        return self

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns in order."""
        return tuple(column.name for column in self.columns)

    @property
    def qualified_name(self) -> str:
        """`raw_<source>.<dataset>` for raw tables, the plain name otherwise."""
        return f"raw_{self.source}.{self.table}" if self.source else self.table

    def column(self, name: str) -> ContractColumn:
        """Return the column of that name; KeyError when the table has none."""
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        raise KeyError(f"{self.qualified_name} has no column {name!r}")


class Catalogue(Strict):
    """Every column, vocabulary and contract of the project."""

    columns: dict[str, Column]
    vocabularies: dict[str, Vocabulary]
    contracts: dict[str, Contract]
    """By qualified name."""

    def contract(self, qualified_name: str) -> Contract:
        """Return one contract; KeyError naming the known ones when there is none."""
        try:
            return self.contracts[qualified_name]
        except KeyError:
            raise KeyError(f"no contract {qualified_name!r}; known: {', '.join(sorted(self.contracts))}") from None

    def layer(self, layer: Layer) -> list[Contract]:
        """Contracts of one layer by name."""
        return [contract for _, contract in sorted(self.contracts.items()) if contract.layer == layer]

    def marts(self, product: Product) -> list[Contract]:
        """Marts of one published product by name."""
        return [contract for contract in self.layer("marts") if contract.product == product]

    def vocabulary_of(self, column: Column) -> Vocabulary | None:
        """The vocabulary that governs a column, if any."""
        return self.vocabularies[column.vocabulary] if column.vocabulary else None

    def label(self, column: str) -> str:
        """Chinese label of a column."""
        return self.columns[column].label

    def value_label(self, column: str, value: str | None) -> str | None:
        """Chinese label of a coded cell, several codes joined with `、`; other values unchanged."""
        definition = self.columns[column]
        if not value or definition.vocabulary is None:
            return value
        words = self.vocabularies[definition.vocabulary].values
        parts = value.split("|") if definition.is_multi_valued else [value]
        return "、".join(words.get(part, part) for part in parts)


class DuplicateKeyError(ValueError):
    """A YAML mapping names the same key twice."""


class _UniqueKeyLoader(yaml.CSafeLoader):
    """SafeLoader that refuses a key written twice, where YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise DuplicateKeyError(f"{key_node.start_mark}: key {key!r} is written twice")
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_yaml(path: Path) -> Any:
    """Read a YAML file; a key written twice is an error that names the line."""
    with path.open(encoding="utf-8") as handle:
        return yaml.load(handle, Loader=_UniqueKeyLoader)  # noqa: S506 - subclass of SafeLoader


def _load_columns(path: Path) -> tuple[dict[str, Column], dict[str, tuple[str, ...]]]:
    content = load_yaml(path)
    unknown = set(content) - {"groups", "columns"}
    if unknown:
        raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}")
    columns = {name: Column(name=name, **body) for name, body in content["columns"].items()}
    groups = {name: tuple(members) for name, members in content["groups"].items()}
    return columns, groups


def _resolve(
    file: ContractFile, path: Path, columns: Mapping[str, Column], groups: Mapping[str, tuple[str, ...]]
) -> Contract:
    uses = list(file.columns)
    listed = {use.name for use in uses}
    for group in file.include:
        uses += [ColumnUse(name=name, required=True) for name in groups[group] if name not in listed]
    missing = [use.definition or use.name for use in uses if (use.definition or use.name) not in columns]
    if missing:
        raise ValueError(f"{path}: columns {missing} are not defined in expectations/columns.yml")
    return Contract(
        table=file.table,
        layer=file.layer,
        source=file.source,
        product=file.product,
        description=file.description,
        grain=file.grain,
        keys=file.keys,
        columns=tuple(
            ContractColumn(
                column=columns[use.definition or use.name].model_copy(update={"name": use.name}), required=use.required
            )
            for use in uses
        ),
        payload=tuple(use.name for use in file.columns),
        ordered=file.ordered,
        stated=file.stated,
    )


def load_catalogue(root: Path = PROJECT_ROOT) -> Catalogue:
    """Load `expectations/columns.yml`, `vocabularies.yml` and `contracts/<layer>/*.yml` below `root`.

    Errors: ValueError (pydantic's included) for an unknown key, an undefined column or vocabulary, or a contract
    whose file name is not its table name.
    """
    return _load_catalogue(root)


@cache
def _load_catalogue(root: Path) -> Catalogue:
    folder = root / "expectations"
    columns, groups = _load_columns(folder / "columns.yml")
    vocabularies = {name: Vocabulary(**body) for name, body in load_yaml(folder / "vocabularies.yml").items()}
    undefined = {c.vocabulary for c in columns.values() if c.vocabulary} - set(vocabularies)
    if undefined:
        raise ValueError(f"expectations/columns.yml: vocabularies {sorted(undefined)} are not defined")
    contracts: dict[str, Contract] = {}
    for path in sorted((folder / "contracts").glob("*/*.yml")):
        contract = _resolve(ContractFile(**load_yaml(path)), path, columns, groups)
        stem = f"{contract.source}.{contract.table}" if contract.source else contract.table
        if path.stem != stem or path.parent.name != contract.layer:
            raise ValueError(f"{path}: expected contracts/{contract.layer}/{stem}.yml")
        contracts[contract.qualified_name] = contract
    return Catalogue(columns=columns, vocabularies=vocabularies, contracts=contracts)
