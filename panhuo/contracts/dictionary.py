"""The data dictionary: every table and column, rendered from the contracts."""

from __future__ import annotations

from panhuo.contracts.model import Catalogue, Contract, ContractColumn

_LAYERS = {
    "raw": "Raw: what was received",
    "staging": "Staging: what was known in each month",
    "marts": "Marts: what analysts and supervisors query",
    "published": "Published: what recipients get",
}
_GRADES = {"public": "G1", "internal": "G2", "restricted": "G3", "blocked": "blocked"}


def render_dictionary(catalogue: Catalogue) -> str:
    """The whole dictionary as Markdown."""
    lines = [
        "# Data dictionary",
        "",
        "Rendered from `expectations/` by `make generate`; edit the contracts, not this page.",
        "Grades: G1 public, G2 internal, G3 restricted, blocked (never leaves).",
        "",
    ]
    for layer, title in _LAYERS.items():
        lines += [f"## {title}", ""]
        for contract in catalogue.layer(layer):  # type: ignore[arg-type]
            lines += _table(contract)
    lines += ["## Vocabularies", ""]
    for name, vocabulary in sorted(catalogue.vocabularies.items()):
        lines += [f"### {name}", "", f"Source: {vocabulary.source}", "", "| code | 中文 |", "|---|---|"]
        lines += [f"| `{code}` | {label} |" for code, label in vocabulary.values.items()]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _table(contract: Contract) -> list[str]:
    head = [
        f"### {contract.qualified_name}",
        "",
        f"{contract.description} {contract.grain} Key: {', '.join(f'`{key}`' for key in contract.keys)}.",
        "",
        "| column | 中文 | type | required | grade | meaning |",
        "|---|---|---|---|---|---|",
    ]
    return [*head, *(_row(column) for column in contract.columns), ""]


def _row(use: ContractColumn) -> str:
    column = use.column
    notes = [column.description.rstrip(".") + "."]
    if column.unit:
        notes.append(f"Unit {column.unit}.")
    if column.vocabulary:
        notes.append(f"Codes: [{column.vocabulary}](#{column.vocabulary}).")
    if column.min is not None or column.max is not None:
        notes.append(f"Range {_bound(column.min)} to {_bound(column.max)}.")
    required = "yes" if use.required else ""
    cells = [f"`{column.name}`", column.label, column.type, required, _GRADES[column.sensitivity], " ".join(notes)]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _bound(value: object) -> str:
    if value is None:
        return "any"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
