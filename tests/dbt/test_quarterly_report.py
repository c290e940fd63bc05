"""Figures drawn from a printed report are counted again from raw rows, by pandas alone, and none differs.

The path shares nothing with the models: owners are matched by name, rights are followed event by event, deals are
sales of an origin institution to somebody else. It knows only what its quarter holds: one owner per patent, no event
before the quarter, and sales that are heard of after the freeze.
"""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pytest

from expectations.definition import load_gate
from expectations.files import mount_report
from expectations.queries import judge_queries
from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.gates.model import GateRun
from panhuo.quarterly_report.documents import write_documents
from panhuo.quarterly_report.readback import PAGE, WORKBOOK, read_page, read_workbook, report_cases
from panhuo.warehouse import connect
from tests.fixtures.printed_sql import printed_sql, recounted

AS_OF = dt.datetime(2024, 7, 18, tzinfo=dt.UTC)
BEGIN, END = dt.date(2024, 4, 1), dt.date(2024, 6, 30)
FIRM, OTHER = "某某有限公司", "别家有限公司"
UNITS = {
    "U1": ("甲大学", "34", "3401", 40),
    "U2": ("乙大学", "34", "3402", 25),
    "U3": ("丙大学", "32", "3201", 30),
    "U4": ("丁大学", "32", "3202", 3),
    "U5": ("戊大学", "32", "3205", 6),
}
"""Institution → name, province, city and patents; that of U4 are too few to be shown."""
SAMPLE = 60


@dataclass(frozen=True)
class Life:
    """What befalls a patent of an institution on two days of the quarter, as raw rows tell it."""

    raw: Any
    number: str
    unit: str
    owner: str
    days: tuple[dt.date, dt.date]

    def announce(self, code, place, **values):
        day = self.days[place]
        told = {"period": month(day), "announced_on": day, **values}
        self.raw.event(self.number, code, day, **told)

    def sell(self, place, *, before=None, after=FIRM, code="TR01", **values):
        parties = {"holders_before": before or self.owner, "holders_after": after, "parse_status": "parsed"}
        self.announce(code, place, **parties, **values)

    def license_to(self, place, user):
        parties = {"party_from": self.owner, "party_to": user, "license_kind": "ordinary", "parse_status": "parsed"}
        self.announce("EE01", place, **parties)

    def report(self, status, day=None):
        told = {"implementation_status": status, "implementation_date": day or self.days[0]}
        self.raw.entry(self.number, self.unit, period=month(self.days[0]), **told)

    def record(self, place, **values):
        day = self.days[place]
        told = {"product_recordal_no": f"{self.number}-{place}", "patent_no": self.number, "recorded_on": day, **values}
        self.raw.add("product_recordals.products", period=month(day), **told)


FATES = {
    "rests": lambda life: None,
    "sold": lambda life: life.sell(0),
    "sold on": lambda life: (life.sell(0), life.sell(1, before=FIRM, after=OTHER)),
    "sold, heard of too late": lambda life: life.sell(0, period="2024-06", received_day=30),
    "renamed": lambda life: life.sell(0, after=life.owner, code="CP01"),
    "licensed": lambda life: life.license_to(0, FIRM),
    "licensed twice": lambda life: (life.license_to(0, FIRM), life.license_to(1, OTHER)),
    "lapses": lambda life: life.announce("CF01", 0),
    "lapses and returns": lambda life: (life.announce("CF01", 0), life.announce("RR01", 1)),
    "granted": lambda life: None,
    "granted and sold": lambda life: life.sell(1),
    "used": lambda life: life.report("own_use"),
    "made": lambda life: life.report("product"),
    "to be made": lambda life: life.report("product", dt.date(2024, 8, 1)),
    "recorded": lambda life: life.record(0),
    "made by its licensee": lambda life: (life.license_to(0, FIRM), life.record(1, producer_name=FIRM)),
    "recorded twice": lambda life: (life.record(0), life.record(1)),
}


def random_quarter(raw, draw):
    """Every institution's patents, each with a fate of its own and days drawn for it."""
    for unit, (name, province, city, count) in UNITS.items():
        raw.institution(unit, name, province_code=province, city_code=city)
        for number in range(count):
            fate, kind = draw.choice(sorted(FATES)), draw.choice(("invention", "utility_model"))
            first, second = sorted(draw.sample(range(91), 2))
            days = (BEGIN + dt.timedelta(days=first), BEGIN + dt.timedelta(days=second))
            life = Life(raw, f"{unit}-{number:02d}", unit, name, days)
            granted = {"grant_date": days[0], "period": month(days[0])} if fate.startswith("granted") else {}
            raw.patent(life.number, name, patent_type=kind, **granted)
            FATES[fate](life)
    return raw


def month(day):
    return f"{day:%Y-%m}"


def recount(raw):
    """key → value of the five statistics by nation, province, city, institution and type, from raw rows."""
    units = pd.DataFrame(raw.rows["institutions.institutions"]).set_index("institution_name")
    units = units[["institution_id", "province_code", "city_code"]]
    patents = pd.DataFrame(raw.rows["grants.patents"]).join(units, on="owners")
    patents["grant_date"] = pd.to_datetime(patents["grant_date"])
    events = pd.DataFrame(raw.rows["legal_events.events"]).sort_values("event_date")
    events = events[events["received_at"] <= AS_OF]
    products = pd.DataFrame(raw.rows["product_recordals.products"])
    rights = events[events["event_code"].isin(["CF01", "RR01"])].groupby("patent_no")["event_code"].last()
    ended = set(rights[rights == "CF01"].index)
    origin = patents.set_index("patent_no")["owners"]
    sales = events[events["event_code"].eq("TR01") & events["holders_before"].eq(events["patent_no"].map(origin))]
    licences = events[events["event_code"].eq("EE01")]
    entries = pd.DataFrame(raw.rows["inventories.entries"])
    entries = entries[pd.to_datetime(entries["implementation_date"]) <= pd.Timestamp(END)]
    in_products = entries.loc[entries["implementation_status"].eq("product"), "patent_no"]
    at_start = patents["grant_date"] < pd.Timestamp(BEGIN)
    at_end = ~patents["patent_no"].isin(ended)
    members = {
        "transfers": (patents["patent_no"].isin(sales["patent_no"]), at_start, sales),
        "licence_recordals": (patents["patent_no"].isin(licences["patent_no"]), at_start, licences),
        "product_recordals": (patents["patent_no"].isin(products["patent_no"]), at_start, products),
        "implementation": (patents["patent_no"].isin(entries["patent_no"]) & at_end, at_end, sales[:0]),
        "industrialisation": (patents["patent_no"].isin(in_products) & at_end, at_end, sales[:0]),
    }
    scopes = {
        "national": pd.Series("CN", index=patents.index), "province": patents["province_code"],
        "city": patents["city_code"], "institution": patents["institution_id"], "patent_type": patents["patent_type"],
    }  # fmt: skip
    found = {}
    for statistic, (hits, stock, told) in members.items():
        happened = patents["patent_no"].map(told["patent_no"].value_counts()).fillna(0)
        table = pd.DataFrame({"numerator_count": hits, "denominator_count": stock | hits, "event_count": happened})
        for kind, codes in scopes.items():
            for code, sums in table.groupby(codes).sum().iterrows():
                place = f"{statistic}/{kind}/{code}"
                found |= {f"{place}/{name}": int(value) for name, value in sums.items()}
                found[f"{place}/rate"] = sums["numerator_count"] / sums["denominator_count"]
    return found


@pytest.fixture(scope="module")
def quarter(raw_tables, run_build, tmp_path_factory):
    """A quarter drawn at random (seeded), the folder with its report, and its warehouse."""
    raw = random_quarter(raw_tables(), random.Random(20240630))
    result, warehouse = run_build(raw, "2024-06", as_of=AS_OF, select=["+tag:quarter"], month_count=4)
    assert not result.problems, result.problems
    folder = tmp_path_factory.mktemp("report")
    write_documents(warehouse, folder, ReleaseIdentity(AS_OF, "rules-1", "code-1"))
    return raw, folder, warehouse


@pytest.mark.parametrize(("read", "name"), [(read_page, PAGE), (read_workbook, WORKBOOK)], ids=[PAGE, WORKBOOK])
def test_a_sample_of_printed_figures_is_what_raw_loads_give(quarter, read, name):
    raw, folder, _ = quarter
    expected = recount(raw)
    printed = {figure.key: figure for figure in read(folder / name)}
    sample = random.Random(32).sample(sorted(expected.keys() & printed.keys()), SAMPLE)
    shown = {key: printed[key].value for key in sample if not printed[key].is_hidden}
    assert shown == pytest.approx({key: expected[key] for key in shown})
    assert len(shown) > SAMPLE * 2 / 3
    assert expected["transfers/national/CN/numerator_count"] > 5
    assert expected.keys() >= {key for key in printed if key.startswith("transfers/national/CN/numerator_count")}


@pytest.mark.parametrize(("read", "name"), [(read_page, PAGE), (read_workbook, WORKBOOK)], ids=[PAGE, WORKBOOK])
def test_printed_sql_gives_a_sample_of_printed_figures(quarter, read, name):
    _, folder, warehouse = quarter
    shown = [figure for figure in read(folder / name) if not figure.is_hidden]
    sample = random.Random(7).sample(shown, 3 * SAMPLE)
    found = recounted(sample, printed_sql(folder / name), warehouse)
    assert found == pytest.approx({figure.key: figure.value for figure in sample}, abs=1e-9)
    assert {"national", "province", "city", "institution", "technical_field"} <= {told.scope_kind for told in sample}


def test_cases_are_products_of_licensees_and_tell_of_no_hidden_cell(quarter):
    raw, folder, _ = quarter
    made = {row["patent_no"] for row in raw.rows["product_recordals.products"] if row["producer_name"] == FIRM}
    kinds = {row["patent_no"]: row["patent_type"] for row in raw.rows["grants.patents"]}
    hidden = {(told.scope_kind, told.scope_code) for told in read_workbook(folder / WORKBOOK) if told.is_hidden}
    assert {kind for kind, _ in hidden} <= {"institution", "province", "city", "patent_type", "technical_field"}
    expected = set()
    for patent in made:
        unit = patent.split("-")[0]
        _, province, city, _ = UNITS[unit]
        places = {("institution", unit), ("province", province), ("city", city), ("patent_type", kinds[patent])}
        if not places & hidden:
            expected.add(patent)
    cases = report_cases(folder).to_pylist()
    assert {row["patent_no"] for row in cases if row["document"] == WORKBOOK} == expected
    assert {row["patent_no"] for row in cases if row["document"] == PAGE} <= expected
    assert {(row["counterpart_name"], row["deal_kind"]) for row in cases} == {(FIRM, "license")}
    assert made - expected
    assert expected


def test_the_gate_finds_both_documents_true(quarter, tmp_path):
    _, folder, warehouse = quarter
    judged = tmp_path / "judged.duckdb"
    judged.write_bytes(warehouse.read_bytes())
    mount_report(judged, folder)
    queries = [query for query in load_gate("G4_statistics").queries if query.table.startswith("report.")]
    with connect(judged, read_only=True) as connection:
        results = judge_queries(connection, GateRun("G4_statistics", "2024-06", "run-1"), queries)
    assert [(result.check_id, result.message) for result in results if result.outcome != "pass"] == []
    assert len(results) == len(queries) >= 6


def test_what_is_too_few_to_show_is_not_printed(quarter):
    _, folder, _ = quarter
    few = [figure for figure in read_workbook(folder / WORKBOOK) if figure.scope_code == "U4"]
    assert few
    assert {figure.value for figure in few} == {None}
