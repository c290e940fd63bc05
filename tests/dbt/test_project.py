"""The dbt project as a whole: its unit tests, its layers, and that broken data is told."""

import datetime as dt
import re

import duckdb
import pytest

from panhuo.contracts.dbt import MADE_BY_PYTHON
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.matching.month import SCORES
from panhuo.periods import Period
from pipeline.build import build
from pipeline.monthly import PRODUCT

MODELS = PROJECT_ROOT / "dbt_project" / "models"


@pytest.fixture(scope="module")
def built(raw_tables, run_build):
    """A small month built with all unit tests → (result, warehouse)."""
    raw = raw_tables()
    raw.institution("I1", "甲大学", aliases="甲学院")
    raw.institution("I2", "乙研究所")
    raw.enterprise("C1", industry_codes="3491", enterprise_classes="high_tech", business_scope="光纤制造")
    raw.patent("P1", "甲大学|某有限公司", data_origin="real")
    raw.patent("P2", "甲学院", data_origin="real", simulated_fields="abstract|grant_date")
    raw.patent("P3", "丙有限公司|戊学院")
    raw.patent("P4", "乙研究所|甲大学", grant_date=None, legal_status="pending")
    raw.patent("P5", "乙研究所", patent_type="utility_model", filing_date=dt.date(2018, 3, 2))
    raw.entry("P2", "I1", is_publicly_funded=True)
    raw.entry("P4", "I1")
    raw.entry("P5", "I2", period="2024-05", intent=None)
    raw.evaluation("P2", "C1", 4)
    for code in ("C7", "C8", "C9"):
        raw.enterprise(code)
        raw.evaluation("P1", code, 3, improvement_kind="cost")
    raw.enterprise("C2", received_day=6)
    raw.evaluation("P2", "C2", 2, cooperation_willingness="unwilling", decline_reason="benefit_unclear")
    raw.add("needs.needs", need_id="N1", enterprise_id="C1")
    raw.add("need_responses.responses", need_id="N1", institution_id="I1")
    raw.expert("X1", "C1")
    raw.given("P2", "X1", "C1")
    raw.add("dispatches.pushes", received_day=6, patent_no="P5", enterprise_id="C2", probability=0.1)
    raw.load("platform", received_day=6, source="dispatches", dataset="pushes", row_count=1)
    raw.patent("P7", "甲大学校办工厂|乙研究所")
    raw.patent("P8", "甲大学联合研究中心筹备处")
    raw.event("P2", "CP02", dt.date(2024, 5, 6), period="2024-05")
    raw.add("transactions.transactions", transaction_no="J1", patent_no="P2")
    raw.add("product_recordals.products", product_recordal_no="CP1", patent_no="P2")
    raw.add("activities.activities", activity_no="A1", shown_patent_nos="P1|P2")
    raw.add("filings.filings", filing_no="F1")
    raw.add("consultations.agreed_items", consulted_quarter="2024-Q1", agreed_no="1", consulted_on=dt.date(2024, 4, 20))
    raw.add("open_license_offers.offers", patent_no="P2", sender_id="I1")
    raw.add("stability_reports.reports", patent_no="P5", sender_id="I2")
    raw.add("platform_listings.listings", patent_no="P2")
    raw.load("I1", row_count=2, quarantined_count=2)
    raw.returned_cell("I1", 8, row_key="P5")
    raw.returned_cell("I1", 9, row_key="一种装置")
    raw.load("I2", period="2024-05", row_count=1, quarantined_count=1, duplicate_count=1)
    raw.returned_cell("I2", 7, period="2024-05", row_key="P5")
    raw.entry("P6", "I1", period="2024-05", title="一种 装置")
    raw.load("I1", period="2024-05", row_count=1)
    raw.entry("P1", "I1", entry_action="withdraw", received_day=4)
    raw.load("I9", period="2024-05", load_status="rejected", rejection="工作簿已加密")
    matched_pair(raw, "P2", "C1")
    return run_build(raw, "2024-05", with_unit_tests=True)


def matched_pair(raw, patent, enterprise):
    """What the matching writes between the two builds of a month."""
    scores = dict.fromkeys(SCORES.values(), 0.5) | {"region_score": -0.5}
    raw.add("matching.scores", patent_no=patent, enterprise_id=enterprise, probability=0.4, **scores)
    pushed = {"push_rank": 1, "push_reasons": "专利内容与贵单位经营范围都涉及“装置”", "reason_evidence": "scope"}
    raw.add("matching.pushes", patent_no=patent, enterprise_id=enterprise, **pushed)
    counts = {
        "pushable_patent_count": 2,
        "recipient_count": 2,
        "candidate_count": 1,
        "missing_recipient_count": 0,
        "objective": 0.4,
        "objective_bound": 0.4,
        "institution_gini": 0.0,
        "city_gini": 0.0,
    }
    raw.add("matching.summaries", **counts)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory):
    """Nodes of the parsed project by id; parsed without a warehouse, so that no build may take it from a cache."""
    from pipeline.build import parsed_project

    folder = tmp_path_factory.mktemp("parse")
    return parsed_project(folder, folder).nodes


def models(nodes):
    return [node for node in nodes.values() if node.resource_type == "model"]


def layer(node):
    return node.path.split("/")[0]


def test_everything_passes_on_good_rows(built):
    from pipeline.build import read_results

    result, warehouse = built
    assert read_results(warehouse.parent / "target") == result
    assert not result.problems
    assert not result.warnings
    assert {node.resource_type for node in result.nodes} == {"seed", "model", "test", "unit_test"}
    assert sum(node.resource_type == "unit_test" for node in result.nodes) >= 25


def test_screening_tells_a_small_month(built, read):
    rows = read(built[1], "select patent_no, disposition, form1_category, reasons, next_step from fct_screening")
    assert {row["patent_no"]: (row["disposition"], row["form1_category"], row["reasons"]) for row in rows} == {
        "P1": ("form_1", "enterprise_co_owned", None),
        "P2": ("form_2", None, None),
        "P4": ("excluded", None, "not_granted"),
        "P5": ("form_2", None, None),
        "P7": ("form_1", "enterprise_co_owned", None),
    }
    assert "转化意愿" in next(row["next_step"] for row in rows if row["patent_no"] == "P5")


def test_marts_hold_the_period_alone(built, read):
    marts = [contract.table for contract in load_catalogue().marts(PRODUCT) if contract.table not in MADE_BY_PYTHON]
    periods = {name: read(built[1], f"select distinct period from {name}") for name in marts}
    assert periods.pop("fct_push_recalls") == [], "nothing that an earlier month pushed left in this one"
    assert {name: found for name, found in periods.items() if found != [{"period": "2024-05"}]} == {}


def test_an_enterprise_is_told_of_a_push_in_public_facts(built, read):
    (row,) = read(built[1], "from fct_push_lines")
    assert (row["enterprise_id"], row["patent_no"], row["push_rank"], row["push_fit"]) == ("C1", "P2", 1, "strong")
    assert row["push_reasons"] == "专利内容与贵单位经营范围都涉及“装置”"
    grades = {load_catalogue().columns[name].sensitivity for name in row}
    assert grades == {"public"}


def test_a_line_says_which_of_its_fields_are_simulated(built, read):
    rows = read(built[1], "select data_origin, simulated_fields from fct_dispatch_lines where patent_no = 'P2'")
    assert rows[0]["data_origin"] == "real"
    fields = rows[0]["simulated_fields"].split("|")
    assert fields == sorted(fields)
    assert {"abstract", "grant_date", "maturity_word", "tier"} <= set(fields)


def test_the_screening_says_which_of_its_fields_an_invented_entry_feeds(built, read):
    rows = read(
        built[1],
        "select patent_no, e.data_origin, s.simulated_fields from fct_screening s"
        " left join fct_inventory_entries e using (patent_no) where s.patent_no in ('P1', 'P5') order by all",
    )
    own, declared = set(load_catalogue().contract("fct_screening").column_names), {"is_enterprise_co_owned"}
    fed = own - set(load_catalogue().contract("dim_patents").column_names) - declared
    assert [(row["data_origin"], set(filter(None, (row["simulated_fields"] or "").split("|")))) for row in rows] == [
        (None, set()),
        ("simulated", fed),
    ]


def test_a_tier_names_the_newest_evaluation_behind_it(built, read):
    rows = read(built[1], "select patent_no, latest_evaluation_source_row as row from fct_tiers order by all")
    assert [(row["patent_no"], row["row"]) for row in rows] == [("P2", 5), ("P5", None)]


def test_submissions_of_the_month_and_open_ones_before_are_acknowledged(built, read):
    rows = read(
        built[1],
        "select load_period, sender_id, received_count, open_count, closed_count, unmatched_patent_count, findings"
        " from fct_submissions order by all",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("2024-04", "I1", 4, 1, 1, 1, "entries_unmatched|rows_open"),
        ("2024-05", "I1", 1, 0, 0, 1, "entries_unmatched"),
        ("2024-05", "I2", 3, 1, 0, 0, "rows_open"),
        ("2024-05", "I9", 0, 0, 0, 0, "file_rejected|unknown_sender"),
    ]


def test_a_returned_row_is_closed_when_its_sender_mends_it(built, read):
    rows = read(built[1], "select sender_id, source_row, is_closed, row_closing from fct_returned_rows order by all")
    assert [tuple(row.values()) for row in rows] == [
        ("I1", 8, False, None),
        ("I1", 9, True, "mended"),
        ("I2", 7, False, None),
    ]


def test_entries_that_do_not_count_say_why(built, read):
    rows = read(built[1], "select sender_id, patent_no, unmatched_reason from fct_unmatched_entries order by all")
    assert [tuple(row.values()) for row in rows] == [
        ("I1", "P1", "withdrawn"),
        ("I1", "P4", "other_institution_reports"),
        ("I1", "P6", "unknown_patent"),
    ]


def test_changes_compare_with_the_month_before(built, read):
    rows = read(built[1], "select patent_no, change_kind, change_reason from fct_dispatch_changes")
    assert rows == [{"patent_no": "P5", "change_kind": "ADD", "change_reason": "新盘点"}]


def test_only_staging_reads_sources(nodes):
    for node in models(nodes):
        reads_source = any(name.startswith("source.") for name in node.depends_on.nodes)
        assert reads_source == (layer(node) == "staging"), node.name


def test_layers_read_downwards(nodes):
    allowed = {
        "staging": set(),
        "intermediate": {"staging", "intermediate", "seed"},
        "marts": {"intermediate", "marts"},
    }
    for node in models(nodes):
        for name in node.depends_on.nodes:
            if not name.startswith("source."):
                parent = nodes[name]
                kind = "seed" if parent.resource_type == "seed" else layer(parent)
                assert kind in allowed[layer(node)], f"{node.name} reads {parent.name}"


def test_models_are_named_after_their_layer(nodes):
    shapes = {
        "staging": r"stg_[a-z_]+__[a-z_]+s",
        "intermediate": r"int_[a-z0-9_]+",
        "marts": r"(dim|fct)_[a-z0-9_]+",
    }
    for node in models(nodes):
        assert re.fullmatch(shapes[layer(node)], node.name), node.name


def test_marts_and_staging_are_exactly_the_contracts(nodes):
    contracts = {c.table for name in ("staging", "marts") for c in load_catalogue().layer(name)}
    modelled = {node.name for node in models(nodes) if layer(node) != "intermediate"}
    assert contracts - modelled == MADE_BY_PYTHON
    assert modelled <= contracts


def test_every_model_is_described_and_has_a_unique_key(nodes):
    keyed = {
        node.attached_node
        for node in nodes.values()
        if node.resource_type == "test" and node.name.startswith("unique_rows__")
    }
    for node in models(nodes):
        assert node.description, node.name
        assert node.unique_id in keyed, node.name


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_model_states_its_grain_and_ends_with_final(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"-- Grain: One row per [^.]+\.", lines[0])
    assert lines[-1] == "select * from final"


def test_engine_specific_sql_stands_in_engine_macros():
    words = re.compile(
        r"string_split|list_(has|sort|distinct)|unnest|array_to_string|generate_subscripts|qualify|exclude \(",
        re.IGNORECASE,
    )
    for path in sorted((PROJECT_ROOT / "dbt_project").rglob("*.sql")):
        if path.parent.name != "engine":
            assert not words.search(path.read_text(encoding="utf-8")), path.name


def test_broken_data_is_told_and_stops_what_follows(raw_tables, run_build):
    raw = raw_tables()
    raw.institution("I1", "甲大学", province_code="99", city_code="9901")
    raw.patent("P1", "甲大学")
    raw.patent("P2", "甲大学", legal_status="lost")
    raw.patent("P3", "甲大学", title=None)
    raw.entry("P1", "I1", maturity_word="差不多能用")
    result, _ = run_build(raw, "2024-04")
    problems = {node.name: node for node in result.problems}
    assert problems["known_codes__stg_grants__patents"].status == "fail"
    assert problems["known_codes__stg_grants__patents"].failures == 1
    assert problems["known_codes__stg_grants__patents"].table == "stg_grants__patents"
    assert problems["required_columns__stg_grants__patents"].status == "fail"
    assert problems["fct_screening"].status == "skipped"
    assert {node.name for node in result.warnings} == {
        "cities_are_known__int_institutions_located",
        "provinces_are_known__int_institutions_located",
    }
    assert not result.is_clean


def test_a_build_without_any_data_is_clean(raw_tables, run_build, read):
    result, warehouse = run_build(raw_tables(), "2024-04")
    assert not result.problems
    assert read(warehouse, "select count(*) as n from fct_screening") == [{"n": 0}]


def test_a_table_is_made_anew_in_place_and_stays_when_that_fails(raw_tables, run_build, parse_cache, tmp_path, read):
    model, raw = "stg_institutions__institutions", raw_tables()
    raw.institution("I1", "甲大学")
    _, warehouse = run_build(raw, "2024-04", select=[model])

    def again(*changes):
        with duckdb.connect(str(warehouse)) as connection:
            for change in changes:
                connection.execute(change)
        month, as_of = Period(2024, 4), dt.datetime(2024, 5, 28, tzinfo=dt.UTC)
        settings = {"run_id": "test", "first_period": month, "parse_cache": parse_cache, "with_data_tests": False}
        result = build(warehouse, period=month, as_of=as_of, target_dir=tmp_path, select=[model], **settings)
        tables = read(warehouse, "select table_name from duckdb_tables() where schema_name = 'main'")
        assert [row["table_name"] for row in tables] == [model]
        return result, [row["institution_name"] for row in read(warehouse, f"select institution_name from {model}")]

    result, names = again("update raw_institutions.institutions set institution_name = '乙大学'")
    assert (result.is_clean, names) == (True, ["乙大学"])
    result, names = again(
        "alter table raw_institutions.institutions rename to kept",
        "create view raw_institutions.institutions as select * replace "
        "(if(institution_id = 'I1', error('unreadable'), 'x') as institution_name) from raw_institutions.kept",
    )
    assert ["unreadable" in node.message for node in result.problems] == [True]
    assert names == ["乙大学"]
