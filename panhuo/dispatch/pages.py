"""Documents as pages that need no network, no script and no other file: the look they share."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_SHARED = Path(__file__).parent / "templates"


def page_environment(templates: Path) -> Environment:
    """Templates of a folder, which may include `document.css`; every text is escaped, an unknown name is an error."""
    return Environment(
        loader=FileSystemLoader((templates, _SHARED)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
