"""Layouts of the forms are read strictly and held against contracts, vocabularies and recipients."""

import copy

import pytest
import yaml

from panhuo.contracts.model import PROJECT_ROOT, load_yaml
from panhuo.dispatch.documents import DOCUMENTS
from panhuo.dispatch.layouts import load_layouts
from panhuo.policy.model import load_policy

pytestmark = pytest.mark.slow

POLICY = load_yaml(PROJECT_ROOT / "policy" / "forms.yml")


def load(tmp_path, change):
    body = copy.deepcopy(POLICY)
    change(body["forms"])
    path = tmp_path / "forms.yml"
    path.write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    return load_layouts(path)


def first_column(form, **changes):
    return form["groups"][0]["columns"][0].update(changes)


def test_institutions_get_both_forms_and_cities_the_ledger_too():
    files = {kind: [document.file for document in documents] for kind, documents in DOCUMENTS.items()}
    assert [name for name in files["institution"] if name.startswith("form")] == ["form1.xlsx", "form2.xlsx"]
    assert files["city"][-3:] == ["form1.xlsx", "form2.xlsx", "ledger.xlsx"]
    assert not {layout.file for layout in load_layouts()} & set(files["province"])


def test_titles_are_those_of_the_plan():
    titles = {layout.file: [cover.title for cover in layout.recipients.values()] for layout in load_layouts()}
    assert all("高校和科研机构转化专利统计表" in title for title in titles["form1.xlsx"])
    assert all("高校和科研机构存量可转化专利分类统计表" in title for title in titles["form2.xlsx"])
    assert titles["ledger.xlsx"] == ["高校和科研机构可转化专利工作台账"]


def test_every_maturity_offered_is_one_that_the_mapping_knows():
    known = {word for scheme in load_policy().maturity.schemes for level in scheme.words for word in level.words}
    offered = {choice for layout in load_layouts() for cell in layout.cells for choice in cell.choices}
    assert offered
    assert offered <= known


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda forms: forms[0].update(colour="red"), "colour"),
        (lambda forms: forms[0].update(file="表一.xlsx"), "file"),
        (lambda forms: forms[0].update(file="../form1.xlsx"), "file"),
        (lambda forms: forms[1].update(file="form1.xlsx"), r"form1\.xlsx is written twice"),
        (lambda forms: forms[0].update(table="fct_form1_entries"), "no published table"),
        (lambda forms: forms[0].update(order=["tier"]), r"form1_entries has no columns \['tier'\]"),
        (lambda forms: first_column(forms[0], name="contact_phone"), r"has no columns \['contact_phone'\]"),
        (lambda forms: first_column(forms[0], name="title"), "专利名称 stands above two columns"),
        (lambda forms: forms[0].update(frozen="province_name"), r"\['province_name'\]"),
        (lambda forms: forms[1]["subtotal"].update(column="province_name"), r"\['province_name'\]"),
        (lambda forms: forms[0]["statistics"][0].update(by=["owners"]), "owners has no vocabulary to count by"),
        (lambda forms: forms[1]["statistics"][0].update(by=["intent"]), "intent has no vocabulary to count by"),
        (lambda forms: first_column(forms[0], only=["province"]), r"\['province'\] in `only` do not receive it"),
        (lambda forms: forms[2]["recipients"].update(institution={"title": "…", "unit": "…"}),
         "does not give city_ledger_entries to recipients of kind institution"),
        (lambda forms: first_column(forms[0], blank="备注"), "either a `name` or a heading"),
        (lambda forms: first_column(forms[0], choices=["甲"]), "`choices` go with `check`"),
        (lambda forms: first_column(forms[0], check=True), "nothing to check it against"),
        (lambda forms: first_column(forms[0], check=True, choices=["甲" * 256]), "over 255 characters"),
        (lambda forms: first_column(forms[0], check=True, choices=["甲,乙"]), "a comma in a word"),
        (lambda forms: first_column(forms[0], name="form1_category", check=True, choices=["甲"]),
         "`choices` are for texts without vocabulary"),
    ],
)  # fmt: skip
def test_contradictions_are_told(tmp_path, change, problem):
    with pytest.raises(ValueError, match=problem):
        load(tmp_path, change)
