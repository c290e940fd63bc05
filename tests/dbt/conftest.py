"""Raw tables by hand, and builds over them."""

import datetime as dt

import duckdb
import pyarrow as pa
import pytest

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.periods import Period
from panhuo.settings import get_settings

FIRST = Period(2024, 4)

DEFAULTS = {
    "grants.patents": {
        "title": "一种装置",
        "patent_type": "invention",
        "filing_date": dt.date(2015, 3, 2),
        "grant_date": dt.date(2018, 5, 4),
        "legal_status": "granted",
        "ipc_codes": "G06F17/30",
    },
    "legal_events.events": {"parse_status": "plain"},
    "institutions.institutions": {
        "institution_kind": "university",
        "province_code": "34",
        "city_code": "3401",
    },
    "enterprises.enterprises": {"province_code": "34", "city_code": "3402"},
    "inventories.entries": {
        "maturity_word": "中试",
        "application_scenario": "智能制造",
        "prospect_level": "high",
        "intent": "license|transfer",
        "implementation_status": "none",
    },
    "lake.loads": {
        "source": "inventories",
        "dataset": "entries",
        "row_count": 0,
        "quarantined_count": 0,
        "duplicate_count": 0,
        "load_status": "accepted",
        "content_digest": "digest",
    },
    "lake.quarantined_rows": {
        "source": "inventories",
        "dataset": "entries",
        "column_name": "patent_no",
        "code": "wrong_check_digit",
        "message": "校验位不符",
        "mend": "请核对",
    },
    "needs.needs": {
        "enterprise_id": "91340200MA2A00001X",
        "need_title": "求一种装置",
        "need_text": "需要一种装置",
        "cooperation_modes": "license",
        "stated_on": dt.date(2024, 4, 10),
        "need_status": "open",
        "is_name_disclosed": False,
    },
    "transactions.transactions": {
        "transaction_kind": "license",
        "transferor_name": "甲大学",
        "transferee_name": "某有限公司",
        "signed_on": dt.date(2024, 4, 10),
    },
    "licence_recordals.recordals": {"licensor_name": "甲大学", "licensee_name": "某有限公司"},
    "pledges.pledges": {"pledgor_name": "甲大学", "pledgee_name": "某银行"},
    "product_recordals.products": {
        "product_name": "某产品",
        "producer_name": "某有限公司",
        "recorded_on": dt.date(2024, 4, 20),
    },
    "activities.activities": {
        "activity_kind": "roadshow",
        "activity_name": "路演",
        "organiser": "某局",
        "city_code": "3401",
        "held_on": dt.date(2024, 4, 20),
        "is_online": False,
    },
    "consultations.agreed_items": {
        "consulted_on": dt.date(2024, 7, 20),
        "agreed_text": "督促盘点",
        "responsible_unit": "某局",
        "agreed_due_on": dt.date(2024, 8, 31),
        "agreed_status": "open",
    },
    "filings.filings": {
        "filing_kind": "contact_list",
        "filer_kind": "province",
        "filer_code": "34",
        "filed_on": dt.date(2024, 4, 20),
    },
    "need_responses.responses": {"responded_on": dt.date(2024, 4, 20), "response_kind": "can_supply"},
    "experts.experts": {
        "employer_name": "某单位",
        "industry_codes": "6513",
        "ipc_subclasses": "G06F|G06N",
        "monthly_capacity": 9,
        "available_from": dt.date(2024, 1, 1),
    },
    "dispatches.expert_assignments": {"need_kind": "awaiting", "answer_due_on": dt.date(2024, 6, 14)},
    "platform_listings.listings": {"listed_on": dt.date(2024, 4, 20)},
    "open_license_offers.offers": {"license_fee_basis": "free", "offered_from": dt.date(2024, 4, 1)},
    "stability_reports.reports": {
        "stability_evidence": "evaluation_report",
        "stability_outcome": "stable",
        "issued_on": dt.date(2024, 4, 1),
    },
    "evaluations.evaluations": {
        "evaluator_kind": "enterprise",
        "cooperation_willingness": "considering",
        "evaluated_on": dt.date(2024, 4, 20),
    },
}


class RawTables:
    """Collects raw rows; what a test does not say is filled with something ordinary."""

    def __init__(self):
        self.rows = {name.removeprefix("raw_"): [] for name in self.contracts()}

    @staticmethod
    def contracts():
        return {contract.qualified_name: contract for contract in load_catalogue().layer("raw")}

    def add(self, table, *, period="2024-04", received_day=5, sender_id="platform", **values):
        """Add a row that speaks for `period` and was received on a day of the month after it."""
        received = dt.datetime.combine(Period.parse(period).shift(1).start_date, dt.time(), tzinfo=dt.UTC)
        number = len(self.rows[table]) + 1
        self.rows[table].append(
            {
                "period": period,
                "received_at": received + dt.timedelta(days=received_day - 1),
                "load_id": f"{period}-{received_day:02d}-{sender_id}",
                "sender_id": sender_id,
                "source_file": "by hand",
                "source_row": number,
                "data_origin": "simulated",
                **DEFAULTS.get(table, {}),
                **values,
            }
        )

    def institution(self, code, name, **values):
        self.add("institutions.institutions", institution_id=code, institution_name=name, **values)

    def enterprise(self, code, name=None, **values):
        self.add("enterprises.enterprises", enterprise_id=code, enterprise_name=name or f"企业{code}", **values)

    def expert(self, code, employer, **values):
        row = {"expert_id": code, "expert_name": f"sm3:{code}", "employer_id": employer}
        self.add("experts.experts", **{**row, **values})

    def given(self, number, expert, employer, **values):
        """An earlier month gave the patent to the expert."""
        row = {"patent_no": number, "expert_id": expert, "employer_id": employer, "employer_group": employer}
        self.add("dispatches.expert_assignments", **{**row, **values})
        if all(row["source"] != "dispatches" for row in self.rows["lake.loads"]):
            self.load("platform", source="dispatches", dataset="expert_assignments")

    def patent(self, number, owners, **values):
        self.add("grants.patents", patent_no=number, patent_no_raw=number, owners=owners, **values)

    def event(self, number, code, date, **values):
        count = len(self.rows["legal_events.events"]) + 1
        row = {"event_id": f"L{count:05d}", "patent_no": number, "event_code": code, "event_date": date}
        self.add("legal_events.events", **{**row, **values})

    def entry(self, number, sender, **values):
        self.add("inventories.entries", patent_no=number, sender_id=sender, **values)

    def load(self, sender, **values):
        self.add("lake.loads", sender_id=sender, **values)

    def returned_cell(self, sender, source_row, **values):
        self.add("lake.quarantined_rows", sender_id=sender, source_row=source_row, **values)

    def evaluation(self, number, enterprise, score, **values):
        count = len(self.rows["evaluations.evaluations"]) + 1
        row = {"evaluation_id": f"E{count}", "patent_no": number, "enterprise_id": enterprise, "prospect_score": score}
        self.add("evaluations.evaluations", **{**row, **values})

    def state_quarter(self, figures, period, as_of):
        """What a published quarter stated, as it is landed."""
        names = set(self.contracts()["raw_dispatches.quarterly_statistics"].payload)
        for figure in figures:
            values = {name: value for name, value in figure.items() if name in names}
            moment = {"received_at": as_of, "load_id": f"{as_of:%Y%m%d}"}
            self.add("dispatches.quarterly_statistics", period=period, **values, **moment)

    def fill(self, connection, *, until=None, as_of=None):
        """Make all raw tables as the lake would hand them over: loads of months up to `until`, received by `as_of`."""
        for name, contract in self.contracts().items():
            kept = [
                row
                for row in self.rows[name.removeprefix("raw_")]
                if (until is None or row["period"] <= until) and (as_of is None or row["received_at"] <= as_of)
            ]
            connection.execute(f"create schema if not exists raw_{contract.source}")
            connection.register("incoming", pa.Table.from_pylist(kept, schema=arrow_schema(contract)))
            connection.execute(f"create or replace table {name} as select * from incoming")

    def write(self, path, *, until=None, as_of=None):
        """A warehouse with the raw tables."""
        with duckdb.connect(str(path)) as connection:
            connection.execute("set timezone = 'UTC'")
            self.fill(connection, until=until, as_of=as_of)
        return path


@pytest.fixture(scope="session")
def parse_cache():
    """Folder that keeps the parsed project for all builds of all workers."""
    return get_settings().parse_cache_folder


@pytest.fixture(scope="session")
def run_build(tmp_path_factory, parse_cache):
    """Function: build raw tables at a period, as known at `as_of` when given → (result, path of the warehouse)."""
    from pipeline.build import build

    def run(raw, period, *, as_of=None, select=(), month_count=3, with_unit_tests=False):
        folder = tmp_path_factory.mktemp(f"build-{period}")
        month = Period.parse(period)
        warehouse = raw.write(folder / "warehouse.duckdb", until=period, as_of=as_of)
        default = dt.datetime.combine(month.shift(1).start_date, dt.time(), tzinfo=dt.UTC) + dt.timedelta(days=27)
        result = build(
            warehouse,
            period=month,
            as_of=as_of or default,
            run_id="test",
            first_period=FIRST,
            target_dir=folder / "target",
            parse_cache=parse_cache,
            select=select,
            month_count=month_count,
            with_unit_tests=with_unit_tests,
        )
        return result, warehouse

    return run


@pytest.fixture(scope="session")
def read():
    """Function: rows of a query over a warehouse as dicts."""

    def rows(path, sql):
        with duckdb.connect(str(path), read_only=True) as connection:
            result = connection.execute(sql)
            names = [column[0] for column in result.description]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    return rows


@pytest.fixture(scope="session")
def raw_tables():
    return RawTables
