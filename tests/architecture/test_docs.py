"""Docs stay true: every command, setting, DAG, runbook and link is there, in both languages."""

import re

import pytest
import typer

from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.settings import Settings
from pipeline.cli import app

READMES = ["README.md", "README.zh-CN.md"]
PAGES = sorted([*PROJECT_ROOT.glob("*.md"), *PROJECT_ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


def read(name):
    return (PROJECT_ROOT / name).read_text(encoding="utf-8")


def commands(group, prefix="panhuo"):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


COMMANDS = sorted(commands(typer.main.get_command(app)))
TARGETS = re.findall(r"^([a-z-]+):.*##", read("Makefile"), re.MULTILINE)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(readme, command):
    assert command in read(readme)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("target", sorted(set(TARGETS) - {"help", "install", "lock", "clean"}))
def test_every_make_target_is_in_the_readme(readme, target):
    assert f"make {target}" in read(readme)


def test_commands_named_in_the_readmes_exist():
    for readme in READMES:
        named = set(re.findall(r"`(panhuo (?:(?:run|inspection|statistics) )?[a-z-]+)", read(readme)))
        assert named <= set(COMMANDS), readme


def test_every_setting_is_documented():
    page = read("docs/settings.md")
    assert all(f"`PANHUO_{name.upper()}`" in page for name in Settings.model_fields)


@pytest.mark.parametrize("dag", sorted(path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")))
def test_every_dag_is_documented(dag):
    assert all(dag in read(readme) for readme in READMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_links_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("vocabulary", ["inspection_outcome", "difference_kind"])
def test_words_that_inspectors_fill_in_are_named(vocabulary):
    words = load_catalogue().vocabularies[vocabulary].values
    assert "、".join(words.values()) in read("docs/statistics.md")


def test_every_decision_and_runbook_is_listed():
    for folder in ("docs/decisions", "docs/runbooks"):
        index = read(f"{folder}/README.md")
        pages = {path.name for path in (PROJECT_ROOT / folder).glob("*.md")} - {"README.md"}
        assert pages
        assert all(page in index for page in pages)
