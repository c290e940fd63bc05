"""What the register of duties claims must be there: a model, a check and a test for each duty."""

import ast
import re
from functools import cache
from typing import Literal

import pytest

from expectations.definition import load_gate
from expectations.suites import gate_expectations
from panhuo.contracts.dbt import MADE_BY_PYTHON
from panhuo.contracts.model import PROJECT_ROOT, Strict, load_yaml
from pipeline.judging import ALL_GATES


class Duty(Strict):
    title: str
    clause: str
    status: Literal["done", "partial", "planned"]
    models: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    missing: str | None = None


DUTIES = {name: Duty(**body) for name, body in load_yaml(PROJECT_ROOT / "policy/duties.yml").items()}
CLAIMED = {name: duty for name, duty in DUTIES.items() if duty.status != "planned"}


@pytest.fixture(scope="module")
def known_checks():
    definitions = [load_gate(gate) for gate in ALL_GATES]
    declared = {rule.check_id for x in definitions for rule in (*x.queries, *x.rules)}
    return declared | {expectation.check_id for x in definitions for expectation in gate_expectations(x)}


@pytest.fixture(scope="module")
def known_models():
    return {path.stem for path in (PROJECT_ROOT / "dbt_project/models/marts").rglob("*.sql")} | MADE_BY_PYTHON


def test_all_duties_of_the_programme_are_registered():
    assert list(DUTIES) == [f"D{number:02d}" for number in range(1, 34)]


@pytest.mark.parametrize("name", CLAIMED)
def test_a_claimed_duty_has_its_models(name, known_models):
    assert CLAIMED[name].models
    assert set(CLAIMED[name].models) <= known_models


@pytest.mark.parametrize("name", CLAIMED)
def test_a_claimed_duty_has_its_checks(name, known_checks):
    assert CLAIMED[name].checks
    assert set(CLAIMED[name].checks) <= known_checks


@cache
def functions(file):
    tree = ast.parse((PROJECT_ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", CLAIMED)
def test_a_claimed_duty_has_its_tests(name):
    assert CLAIMED[name].tests
    for test in CLAIMED[name].tests:
        file, _, function = test.partition("::")
        assert function in functions(file), test


@pytest.mark.parametrize("name", DUTIES)
def test_only_a_partial_duty_says_what_is_missing(name):
    duty = DUTIES[name]
    assert bool(duty.missing) == (duty.status == "partial")
    assert duty.status != "planned" or not (duty.models or duty.checks or duty.tests)


def test_runbooks_name_checks_that_exist(known_checks):
    names = {check.rsplit(".", 1)[-1] for check in known_checks}
    for path in sorted((PROJECT_ROOT / "docs/runbooks").glob("*.md")):
        named = set(re.findall(r"\*([a-z]+(?:_[a-z]+)+)\*", path.read_text(encoding="utf-8")))
        assert named <= names, (path.name, sorted(named - names))
