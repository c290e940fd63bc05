"""A library as one page to search in: filters and a list, with its data and its script inside.

The page asks nothing of any network, and its own policy (a `meta` of Content-Security-Policy) forbids it to: style and
script run by their digests alone. Cells are put in as texts, never as markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from panhuo.contracts.model import Catalogue
from panhuo.dispatch.book import origins_text, statement
from panhuo.dispatch.display import display_text
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import Notes
from panhuo.libraries.policy import LibraryPolicy
from panhuo.libraries.rows import ordered_lines

TEMPLATES = Path(__file__).parent / "templates"
DATA_ID = "library"
"""Id of the element that holds the data of the page as JSON."""


def render_library_page(package: Package, policy: LibraryPolicy, notes: Notes, catalogue: Catalogue) -> str:
    """The page of a package; equal packages give equal text."""
    style, script = ((TEMPLATES / f"library.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
    origins = package.origins["dispatch_lines"]
    sentence, _ = statement(notes, is_all_real=origins.is_all_real)
    lines = ordered_lines(package.dispatch_lines)
    return _template().render(
        package=package,
        policy=policy,
        origins=origins_text(origins, "件"),
        total=lines.num_rows,
        sentence=sentence,
        style=Markup(style),  # noqa: S704 - files of the program
        script=Markup(script),  # noqa: S704
        style_digest=_digest(style),
        script_digest=_digest(script),
        data=Markup(_json(_data(lines, policy, catalogue))),  # noqa: S704 - `<` and `&` are escaped
        data_id=DATA_ID,
    )


def _data(lines: pa.Table, policy: LibraryPolicy, catalogue: Catalogue) -> dict[str, Any]:
    names = tuple(name for name in policy.page.names if name in lines.column_names)
    listed = lines.slice(0, policy.page_rows.value)
    columns = [_cells(listed, name, policy, catalogue) for name in names]
    return {
        "total": lines.num_rows,
        "columns": names,
        "labels": [catalogue.label(name) for name in names],
        "filters": [name for name in policy.page.filters if name in names],
        "searched": [name for name in policy.page.searched if name in names],
        "rows": [list(row) for row in zip(*columns, strict=True)],
    }


def _cells(lines: pa.Table, name: str, policy: LibraryPolicy, catalogue: Catalogue) -> list[Any]:
    column = catalogue.columns[name]
    values: list[Any] = lines[name].to_pylist()
    if name == "tier":
        return [f"{value} {catalogue.value_label(name, value)}" for value in values]
    if name == "field_name":
        return [value or policy.unfiled for value in values]
    if column.type == "float":
        return [None if value is None else round(value, 2) for value in values]
    if column.type == "string":
        return ["" if value is None else display_text(value, column, catalogue) for value in values]
    return values


def _json(data: dict[str, Any]) -> str:
    """JSON that no element can be closed from within."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _digest(text: str) -> str:
    """A text as Content-Security-Policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("library.html.j2")
