"""Rendered files: everything on disk that is derived from contracts, policy and settings.

`python -m pipeline.generate` rewrites them; `--check` says which differ and why, and exits with 1.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from panhuo.contracts.dbt import render_dbt
from panhuo.contracts.dictionary import render_dictionary
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.policy import load_policy
from panhuo.policy.render import render_policy
from panhuo.settings import Settings
from pipeline.example_queries import render_queries


def rendered_files() -> dict[str, str]:
    """Every rendered file: path relative to the project → text."""
    catalogue = load_catalogue()
    return {
        "docs/data_dictionary.md": render_dictionary(catalogue),
        "docs/queries.md": render_queries(),
        "docs/settings.md": render_settings(),
        **render_dbt(catalogue),
        **render_policy(load_policy()),
    }


def render_settings() -> str:
    """The settings page, from the fields of the one settings object."""
    lines = [
        "# Settings",
        "",
        "Environment variables, rendered from `panhuo/settings.py` by `make generate`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "`<project>/data`" if name == "data_dir" else f"`{field.default}`"
        lines.append(f"| `PANHUO_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def drift(files: Mapping[str, str], root: Path = PROJECT_ROOT) -> list[str]:
    """One legible message per file on disk that is not what would be rendered; empty when all agree."""
    messages = []
    for name, text in sorted(files.items()):
        path = root / name
        if not path.exists():
            messages.append(f"{name} is missing: run `make generate`")
            continue
        written = path.read_text(encoding="utf-8")
        if written != text:
            lines = difflib.unified_diff(
                written.splitlines(),
                text.splitlines(),
                f"{name} (on disk)",
                f"{name} (rendered)",
                n=1,
                lineterm="",
            )
            messages.append(f"{name} has drifted: run `make generate`\n" + "\n".join(list(lines)[:20]))
    return messages


def write(files: Mapping[str, str], root: Path = PROJECT_ROOT) -> None:
    """Write every rendered file."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="say what has drifted instead of writing")
    files = rendered_files()
    if not parser.parse_args(arguments).check:
        write(files)
        return 0
    messages = drift(files)
    print("\n\n".join(messages), file=sys.stderr)
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main())
