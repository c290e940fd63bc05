"""Layouts of the forms: `policy/forms.yml`, held against the contracts and against who receives what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from panhuo.contracts.model import PROJECT_ROOT, Catalogue, Column, Contract, Strict, load_catalogue, load_yaml
from panhuo.dispatch.recipients import RecipientKind, RecipientPolicy, load_recipients

MAX_LIST = 255
"""Characters of a drop-down written into the cell's rule (Excel specifications and limits)."""
YES_NO = ("是", "否")


class Cell(Strict):
    """A column of a form: one of its table, or an empty one for remarks."""

    name: str | None = None
    blank: str | None = None
    width: int = Field(ge=4, le=80)
    check: bool = False
    choices: tuple[str, ...] = ()
    small: bool = False
    only: frozenset[RecipientKind] = frozenset()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.name is None) == (self.blank is None):
            raise ValueError("a column of a form has either a `name` or a heading of its own (`blank`)")
        if (self.blank and self.check) or (self.choices and not self.check):
            raise ValueError(f"{self.name or self.blank}: `choices` go with `check`, and `check` with a `name`")
        return self

    def options(self, catalogue: Catalogue) -> tuple[str, ...]:
        """Words of its drop-down; none when it has none."""
        column = self._column(catalogue)
        if column is None or not self.check:
            return ()
        if column.type == "boolean":
            return YES_NO
        vocabulary = catalogue.vocabulary_of(column)
        return tuple(vocabulary.values.values()) if vocabulary else self.choices

    def heading(self, catalogue: Catalogue) -> str:
        """What stands above the column."""
        column = self._column(catalogue)
        return column.label if column else str(self.blank)

    def _column(self, catalogue: Catalogue) -> Column | None:
        return catalogue.columns[self.name] if self.name else None


class Group(Strict):
    """Columns under a heading in common."""

    title: str = Field(min_length=1)
    columns: tuple[Cell, ...] = Field(min_length=1)


class Subtotal(Strict):
    """Rows with a column in common are closed by a line; `unknown` names those where it is empty."""

    column: str
    unknown: str


class Statistic(Strict):
    """A table of counts."""

    title: str
    rows: str
    key: str | None = None
    unknown: str = "未填"
    absent: str = "未填"
    by: tuple[str, ...] = Field(min_length=1)
    only: frozenset[RecipientKind] = frozenset()


class Cover(Strict):
    """What a form is called for a kind of recipient, and what stands before the recipient's name."""

    title: str = Field(min_length=1)
    unit: str = Field(min_length=1)


class Layout(Strict):
    """A form as a workbook."""

    file: str = Field(pattern=r"^[a-z0-9_]+\.xlsx$")
    table: str
    clause: str
    reason: str
    sheet: str = Field(min_length=1, max_length=31)
    recipients: dict[RecipientKind, Cover] = Field(min_length=1)
    order: tuple[str, ...] = Field(min_length=1)
    frozen: str
    subtotal: Subtotal | None = None
    groups: tuple[Group, ...] = Field(min_length=1)
    statistics: tuple[Statistic, ...] = ()
    empty: str
    signature: tuple[str, ...] = Field(min_length=1)
    notes: tuple[str, ...] = Field(min_length=1)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Its columns from left to right, whoever is shown them."""
        return tuple(cell for group in self.groups for cell in group.columns)

    def shown_to(self, kind: RecipientKind, columns: Iterable[str]) -> tuple[Group, ...]:
        """The groups with the columns that a kind of recipient is shown.

        `columns` are those of the table as the recipient may see it; any other is left out.
        """
        visible = set(columns)
        groups = []
        for group in self.groups:
            cells = [cell for cell in group.columns if not cell.only or kind in cell.only]
            shown = tuple(cell for cell in cells if cell.name is None or cell.name in visible)
            if shown:
                groups.append(group.model_copy(update={"columns": shown}))
        return tuple(groups)

    def counted_for(self, kind: RecipientKind, columns: Iterable[str]) -> tuple[Statistic, ...]:
        """The tables of counts a kind of recipient is shown, as far as it may see their columns."""
        visible = set(columns)
        wanted = [statistic for statistic in self.statistics if not statistic.only or kind in statistic.only]
        return tuple(
            statistic.model_copy(update={"by": tuple(name for name in statistic.by if name in visible)})
            for statistic in wanted
            if {statistic.rows, statistic.key or statistic.rows} <= visible
        )


class _Forms(Strict):
    forms: tuple[Layout, ...] = Field(min_length=1)


@cache
def load_layouts(path: Path = PROJECT_ROOT / "policy" / "forms.yml") -> tuple[Layout, ...]:
    """Read the layouts of the forms.

    Raises ValueError (pydantic's included), naming the file, for an unknown key, a column that the table lacks, a
    column or a file written twice, a drop-down that is too long, or a recipient that is not given the table.
    """
    layouts = _Forms(**load_yaml(path)).forms
    catalogue, policy = load_catalogue(), load_recipients()
    problems = [f"{name} is written twice" for name in _repeated(layout.file for layout in layouts)]
    for layout in layouts:
        problems += [f"{layout.file}: {problem}" for problem in _problems(layout, catalogue, policy)]
    if problems:
        raise ValueError(f"{path}: {'; '.join(problems)}")
    return layouts


def _problems(layout: Layout, catalogue: Catalogue, policy: RecipientPolicy) -> Iterator[str]:
    contract = catalogue.contracts.get(layout.table)
    if contract is None or contract.layer != "published":
        yield f"{layout.table!r} is no published table"
        return
    yield from _column_problems(layout, contract, catalogue)
    for kind in layout.recipients:
        if layout.table not in policy.rule(kind).tables:
            yield f"policy/recipients.yml does not give {layout.table} to recipients of kind {kind}"
    narrowed = frozenset().union(*(part.only for part in layout.cells), *(part.only for part in layout.statistics))
    if not narrowed <= set(layout.recipients):
        yield f"{sorted(narrowed - set(layout.recipients))} in `only` do not receive it"


def _column_problems(layout: Layout, contract: Contract, catalogue: Catalogue) -> Iterator[str]:
    counted = [
        name for statistic in layout.statistics for name in (statistic.rows, statistic.key, *statistic.by) if name
    ]
    closed = [layout.subtotal.column] if layout.subtotal else []
    named = [cell.name for cell in layout.cells if cell.name]
    everywhere = [*named, *counted, *layout.order, layout.frozen, *closed]
    unknown = sorted(set(everywhere) - set(contract.column_names))
    if unknown:
        yield f"{layout.table} has no columns {unknown}"
        return
    headings = [cell.heading(catalogue) for cell in layout.cells]
    yield from (f"{heading} stands above two columns" for heading in _repeated(headings))
    hidden = {layout.frozen, *closed} - set(named)
    if hidden or "patent_no" not in named:
        yield f"`frozen` and `subtotal` name columns of the form, and patent_no is one: {sorted(hidden)}"
    for cell in layout.cells:
        yield from _cell_problems(cell, catalogue)
    for name in counted:
        if name in {by for statistic in layout.statistics for by in statistic.by} and not (
            catalogue.columns[name].vocabulary and not catalogue.columns[name].is_multi_valued
        ):
            yield f"{name} has no vocabulary to count by"


def _cell_problems(cell: Cell, catalogue: Catalogue) -> Iterator[str]:
    if not cell.check:
        return
    column = catalogue.columns[str(cell.name)]
    if cell.choices and (column.vocabulary or column.type != "string"):
        yield f"{column.name}: `choices` are for texts without vocabulary"
    options = cell.options(catalogue)
    is_bounded = (column.type == "date" and column.min is not None) or (
        column.type == "integer" and column.min is not None and column.max is not None
    )
    if not options and not is_bounded:
        yield f"{column.name}: there is nothing to check it against"
    if len(",".join(options)) > MAX_LIST or any("," in option for option in options):
        yield f"{column.name}: its drop-down has over {MAX_LIST} characters, or a comma in a word"


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
