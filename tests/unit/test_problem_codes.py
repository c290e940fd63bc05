"""Every fault for which a row is set aside has a Chinese label, since bulletins count rows by it."""

import ast
import re

from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.contracts.rows import NOTICES
from panhuo.identifiers import IdentifierError

RAISERS = {"CellError", "CellFault", "Violation", "broken_row", "Fault", "_FaultError"}
CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def modules():
    for package in ("panhuo/contracts", "ingestion"):
        for path in (PROJECT_ROOT / package).rglob("*.py"):
            if "sandbox" not in path.parts:
                yield path


def given_codes():
    codes = {error.code for error in IdentifierError.__subclasses__()} | NOTICES
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS:
                texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
                codes |= {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}
    return codes


def test_every_code_has_a_label_and_every_label_a_code():
    labels = set(load_catalogue().vocabularies["problem_code"].values)

    assert given_codes() == labels, "expectations/vocabularies.yml, problem_code"
