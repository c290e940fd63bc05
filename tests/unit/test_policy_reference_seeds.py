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


def prefix_of(seeds, symbol, column):
    """The longest prefix among rows of a seed that a symbol begins with."""
    spelling = symbol + "/"
    return max(
        (row for row in seeds if spelling.startswith(row[column])), key=lambda row: len(row[column]), default=None
    )


def test_emerging_industries_are_40_in_9():
    rows = seed("sei_industries")
    assert len({row["sei_code"] for row in rows}) == len(rows) == 40
    assert {int(row["industry_no"]) for row in rows} == set(range(1, 10))
    assert all(row["sei_code"].split(".")[0] == row["industry_no"] for row in rows)
    assert len({(row["industry_no"], row["industry_name"]) for row in rows}) == 9
    assert all(row["sei_name"] for row in rows)


def test_patterns_of_emerging_industries_are_prefixes_of_their_level():
    rows = seed("sei_ipc_patterns")
    shapes = {
        "subclass": r"[A-H]\d\d[A-Z]",
        "main_group": r"[A-H]\d\d[A-Z]\d+/",
        "subgroup": r"[A-H]\d\d[A-Z]\d+/\d{2,}",
    }
    assert Counter(row["match_level"] for row in rows) == {"subclass": 132, "main_group": 803, "subgroup": 488}
    assert len({row["ipc_pattern"] for row in rows}) == len(rows)
    assert all(re.fullmatch(shapes[row["match_level"]], row["ipc_pattern"]) for row in rows)
    assert {row["sei_code"] for row in rows} == {row["sei_code"] for row in seed("sei_industries")}
    assert {row["ipc_pattern"][:4] for row in rows} <= {row["ipc_subclass"] for row in seed("ipc_subclasses")}


@pytest.mark.parametrize(
    ("symbol", "pattern", "code"),
    [
        ("H01L31/0224", "H01L31/", "6.3"),
        ("H01L27/146", "H01L27/14", "6.3"),
        ("H01L27/12", "H01L27/", "1.2"),
        ("H01M10/0562", "H01M10/0562", "3.3"),
        ("G06F12/00", "G06F12/00", "1.1"),
        ("G06F12/16", "G06F12/", "1.4"),
        ("B65G61/00", "B65G", "2.1"),
    ],
)
def test_longest_pattern_of_a_symbol(symbol, pattern, code):
    row = prefix_of(seed("sei_ipc_patterns"), symbol, "ipc_pattern")
    assert (row["ipc_pattern"], row["sei_code"]) == (pattern, code)


def test_moves_to_h10_are_told_once_and_lead_from_h01l():
    rows = seed("ipc_transfers")
    assert len({row["new_prefix"] for row in rows}) == len(rows)
    assert [(row["new_prefix"], row["old_prefix"]) for row in rows if row["new_prefix"][:3] != "H10"] == [
        ("F24S", "F24J2/")
    ]
    rows = [row for row in rows if row["new_prefix"].startswith("H10")]
    assert all(re.fullmatch(r"H10[BDFHKNPW]\d+/(\d{2,})?", row["new_prefix"]) for row in rows)
    assert all(re.fullmatch(r"H01L\d\d/(\d{2,})?", row["old_prefix"]) for row in rows)
    assert Counter(row["edition"] for row in rows).keys() == {"2023.01", "2025.01", "2026.01"}
    assert {row["new_prefix"][:4] for row in rows} == {
        row["ipc_subclass"] for row in seed("ipc_subclasses") if row["ipc_subclass"].startswith("H10")
    }


@pytest.mark.parametrize(
    ("symbol", "code"),
    [("H10F10/14", "6.3"), ("H10F39/18", "6.3"), ("H10K30/50", "6.3"), ("H10K50/11", "1.2"), ("H10D84/80", "1.2"),
     ("H10B12/00", "1.2"), ("H10H20/81", "1.2"), ("H10N50/10", "1.2"), ("H10P14/60", "1.2"), ("H10W70/60", "1.2")],
)  # fmt: skip
def test_new_symbols_keep_the_industry_of_the_old(symbol, code):
    moved = prefix_of(seed("ipc_transfers"), symbol, "new_prefix")
    assert prefix_of(seed("sei_ipc_patterns"), moved["old_prefix"], "ipc_pattern")["sei_code"] == code


def test_every_subclass_of_the_concordance_has_a_title():
    rows = {row["ipc_subclass"]: row["subclass_title"] for row in seed("ipc_subclasses")}
    assert all(re.fullmatch(r"[A-H]\d\d[A-Z]", code) and title.strip() == title for code, title in rows.items())
    assert all(rows.values())
    fields = {row["ipc_prefix"][:4] for row in seed("ipc_fields") if len(row["ipc_prefix"]) > 3}
    retired = {"C12S", "C13C", "C13D", "C13F", "C13G", "C13H", "C13J", "F24J"}
    assert fields - rows.keys() == retired


def reference(shared_data, name):
    with (shared_data / "reference" / name).open(encoding="utf-8-sig") as handle:
        return list(csv.DictReader(handle))


def test_industries_and_patterns_are_those_of_the_reference(shared_data):
    industries = {row["sei_code"]: row for row in seed("sei_industries")}
    assert {code: (row["sei_name"], row["industry_name"]) for code, row in industries.items()} == {
        row["sei_code"]: (row["sei_name"], row["sei_industry"]) for row in reference(shared_data, "sei_codes.csv")
    }
    patterns = {row["ipc_pattern"].removesuffix("/"): row for row in seed("sei_ipc_patterns")}
    assert {name: (row["match_level"], row["sei_code"]) for name, row in patterns.items()} == {
        row["ipc"]: (row["match_level"], row["sei_code"]) for row in reference(shared_data, "sei_ipc_2021_compact.csv")
    }


def test_subclass_titles_are_those_of_the_reference_but_for_the_five_cut_short(shared_data):
    titles = {row["ipc_subclass"]: row["subclass_title"] for row in seed("ipc_subclasses")}
    known = {row["code"]: row for row in reference(shared_data, "ipc_titles_zh.csv") if row["level"] == "subclass"}
    assert titles.keys() == known.keys()
    different = {code for code, title in titles.items() if title != known[code]["title_zh"]}
    assert different == {code for code, row in known.items() if row["complete"] == "0"}


def test_moves_cover_every_main_group_of_h10(shared_data):
    rows = reference(shared_data, "ipc_maingroups_zh.csv")
    groups = {row["code"].split("/")[0] + "/" for row in rows if row["code"].startswith("H10")}
    moved = {row["new_prefix"] for row in seed("ipc_transfers") if re.fullmatch("H10.*/", row["new_prefix"])}
    assert groups == moved
