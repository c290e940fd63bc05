"""The reference seeds against what their standards say of themselves."""

import csv
import re
from collections import Counter

import pytest

from panhuo.contracts.model import PROJECT_ROOT


def seed(name):
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "reference" / f"{name}.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_regions_are_31_provinces_and_their_cities():
    rows = {row["region_code"]: row for row in seed("regions")}
    assert len(rows) == len(seed("regions"))
    assert Counter(row["region_level"] for row in rows.values()) == {"province": 31, "city": 342}
    for code, row in rows.items():
        assert re.fullmatch(r"\d\d" if row["region_level"] == "province" else r"\d{4}", code)
        assert row["parent_code"] == ("" if len(code) == 2 else code[:2])
        assert row["region_name"]
    assert {row["parent_code"] for row in rows.values()} - {""} == {code for code in rows if len(code) == 2}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("34", "安徽省"),
        ("3401", "合肥市"),
        ("3709", "泰安市"),
        ("1101", "北京市"),
        ("6590", "新疆维吾尔自治区直辖县级行政区划"),
    ],
)
def test_regions_have_names_that_stand_alone(code, name):
    assert {row["region_code"]: row["region_name"] for row in seed("regions")}[code] == name


def test_city_names_are_told_apart():
    names = [row["region_name"] for row in seed("regions") if row["region_level"] == "city"]
    assert len(names) == len(set(names))


def test_technology_fields_are_35_in_5_sectors():
    rows = seed("technology_fields")
    assert [int(row["field_no"]) for row in rows] == list(range(1, 36))
    assert Counter(row["sector_code"] for row in rows) == {
        "electrical_engineering": 8,
        "instruments": 5,
        "chemistry": 11,
        "mechanical_engineering": 8,
        "other_fields": 3,
    }
    assert all(row["field_name"] and row["field_name_en"] for row in rows)


def test_ipc_prefixes_lead_to_every_field():
    rows = seed("ipc_fields")
    prefixes = [row["ipc_prefix"] for row in rows]
    assert len(prefixes) == len(set(prefixes))
    assert all(re.fullmatch(r"[A-H]\d\d([A-Z](\d+/)?)?", prefix) for prefix in prefixes)
    assert {int(row["field_no"]) for row in rows} == set(range(1, 36))


@pytest.mark.parametrize(
    ("prefix", "field"),
    [("H10", 8), ("H01L", 8), ("G01N33/", 11), ("G01N21/", 10), ("H04N21/", 4), ("A61K8/", 14), ("G06Q", 7)],
)
def test_ipc_prefix_leads_to_its_field(prefix, field):
    assert {row["ipc_prefix"]: int(row["field_no"]) for row in seed("ipc_fields")}[prefix] == field


def test_real_patents_find_their_field(shared_data):
    """Main classes of 3,374 real patents of organisations; designs bear no IPC."""
    prefixes = {row["ipc_prefix"] for row in seed("ipc_fields")}
    path = shared_data / "stays_here" / "taian_org_patents_with_abstracts.csv"
    with path.open(encoding="utf-8-sig") as handle:
        symbols = {row["main_class"] for row in csv.DictReader(handle) if row["is_design"] == "False"}
    lost = [s for s in symbols if not any((s + "/").startswith(prefix) for prefix in prefixes)]
    assert len(symbols) > 1000
    assert lost == []
