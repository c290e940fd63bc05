"""Whatever months a drop speaks of, each of its rows lands in one of them, was known before, or goes back."""

import datetime as dt
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.drops import land_drop, open_drop
from panhuo.identifiers import patent_check_digit
from panhuo.lake import Lake, tree_files
from panhuo.periods import Period
from panhuo.settings import Settings

FIRST, RECEIPT = Period(2024, 4), Period(2024, 7)
THEN, NOW = dt.datetime(2024, 6, 20, tzinfo=dt.UTC), dt.datetime(2024, 7, 20, tzinfo=dt.UTC)

GRANTED = st.none() | st.dates(dt.date(2023, 12, 1), dt.date(2024, 9, 30)) | st.just("不是日期")
ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["甲", "乙"]), GRANTED, st.sampled_from(["granted", "transferred"])),
    max_size=8,
)


def record(index, title, granted, status):
    digits = f"20201000000{index}"
    body = {"patent_no": f"CN{digits}.{patent_check_digit(digits)}", "title": title, "patent_type": "invention"}
    body |= {"filing_date": "2020-01-02", "grant_date": None if granted is None else str(granted)}
    return body | {"owners": "甲大学", "legal_status": status, "data_origin": "simulated"}


def write(folder, name, rows):
    path = folder / name / "grants" / "grants.jsonl"
    path.parent.mkdir(parents=True)
    lines = [json.dumps(record(*row), ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_drop(path.parents[1])


def speaks_for(granted):
    month = RECEIPT if granted is None else Period(granted.year, granted.month)
    return max(FIRST, min(RECEIPT, month))


def known_in(lake, number, month):
    """The latest row about a patent that a build of the month would see, as the staging models choose it."""
    loads = lake.loads("grants", "patents", until=month, as_of=NOW)
    rows = [row for load in loads for row in lake.read_rows(load).to_pylist() if row["patent_no"] == number]
    latest = max(rows, key=lambda row: (row["period"], row["received_at"], row["load_id"], row["source_row"]))
    return latest["title"], latest["grant_date"], latest["legal_status"]


@given(ROWS, ROWS.filter(bool))
@settings(max_examples=15, deadline=None)
def test_every_row_of_a_drop_is_accounted_for(before, rows):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        options = Settings(data_dir=str(folder / "data"), first_period=FIRST)
        lake = Lake(options.data_dir)
        if before:
            land_drop(lake, write(folder, "before", before), THEN, options)
        drop = write(folder, "drop", rows)
        (account,) = land_drop(lake, drop, NOW, options)
        accounted = sum(account.landed.values()) + account.known + account.set_aside + account.identical_duplicates
        assert account.received == len(rows) == accounted

        own = [load for load in lake.loads(until=RECEIPT, as_of=NOW) if load.source_file == "drop/grants.jsonl"]
        assert {str(load.period): load.row_count for load in own if load.row_count} == account.landed
        landed = [row for load in own for row in lake.read_rows(load).to_pylist()]
        assert all(row["period"] == str(speaks_for(row["grant_date"])) for row in landed)
        assert sum(load.quarantined_count for load in own) == account.set_aside
        bad = {cell["source_row"] for load in own for cell in lake.read_cells(load).to_pylist()}
        for position, row in enumerate(rows, start=1):
            if position not in bad:
                stated = record(*row)
                truth = known_in(lake, stated["patent_no"], speaks_for(row[2]))
                assert truth == (stated["title"], row[2], stated["legal_status"])

        files = tree_files(folder / "data" / "raw")
        (again,) = land_drop(lake, drop, NOW + dt.timedelta(days=1), options)
        assert (again.landed, again.known) == ({}, account.known + sum(account.landed.values()))
        assert tree_files(folder / "data" / "raw") == files
