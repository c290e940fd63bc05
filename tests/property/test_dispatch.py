"""Whatever the marts hold: nobody sees another's rows, nothing is lost, and changes account for every difference."""

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.changes import (
    EVIDENCE_SCHEMA,
    ReleaseIdentity,
    lines_schema,
    unexplained,
    version_changes,
)
from panhuo.dispatch.documents import DOCUMENTS
from panhuo.dispatch.forms import read_form
from panhuo.dispatch.layouts import load_layouts
from panhuo.dispatch.packages import build_packages
from panhuo.dispatch.recipients import load_recipients
from panhuo.dispatch.writers import guard_formulas
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import (
    PERIOD,
    PLACES,
    enterprise,
    line,
    package_frames,
    push,
    recall,
    screened,
    write_warehouse,
)

IDENTITY = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), "rules-1", "code-1")
RULES = load_recipients().recipients
SCOPES = {rule.kind: rule.scope for rule in RULES if rule.lines == "dispatch_lines"}
CATEGORIES = {"form_1": "licensed"}
INSTITUTION = load_recipients().rule("institution")

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
holders = st.dictionaries(
    st.integers(0, 99).map(lambda number: f"CN2015100000{number:02d}.1"), st.sampled_from(sorted(PLACES)), max_size=12
)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(
    holders=holders,
    released=st.sets(st.integers(0, 11)),
    converted=st.sets(st.integers(0, 11)),
    titles=st.lists(texts, min_size=12, max_size=12),
)
def test_every_row_reaches_exactly_the_recipients_in_whose_scope_it_is(holders, released, converted, titles):
    placed = ["form_2" if n in released else "form_1" if n in converted else "excluded" for n in range(len(holders))]
    screening = [
        screened(patent, owner, title=title, disposition=disposition, form1_category=CATEGORIES.get(disposition))
        for (patent, owner), title, disposition in zip(holders.items(), titles, placed, strict=False)
    ]
    lines = [
        line(row["patent_no"], row["institution_id"], title=row["title"])
        for row in screening
        if row["disposition"] == "form_2"
    ]
    files = {layout.file for layout in load_layouts()}
    forms = {kind: [one for one in documents if one.file in files] for kind, documents in DOCUMENTS.items()}
    with tempfile.TemporaryDirectory() as folder, patch("panhuo.dispatch.packages.DOCUMENTS", forms):
        out = Path(folder)
        warehouse = write_warehouse(out / "w.duckdb", lines=lines, screening=screening)
        result = build_packages(warehouse, out, period=Period(2024, 5), identity=IDENTITY)
        frames = list(package_frames(out))
        workbooks = {
            path.relative_to(out / "packages").parts: read_form(path, load_catalogue())
            for path in (out / "packages").glob("*/*/*.xlsx")
        }

    for frame in frames:
        assert set(frame.rows[SCOPES[frame.kind]].to_pylist()) <= {frame.code}
    for table, given_rows in (("dispatch_lines", lines), ("screening", screening)):
        expected = Counter((row["patent_no"], row["title"]) for row in given_rows)
        for kind in SCOPES:
            own = [frame.rows for frame in frames if frame.kind == kind and frame.table == table]
            received = Counter((row["patent_no"], row["title"]) for rows in own for row in rows.to_pylist())
            assert received == expected
    recipients = {(row["recipient_kind"], row["recipient_code"]) for row in result.dispatches.to_pylist()}
    assert recipients == {(kind, row[scope]) for kind, scope in SCOPES.items() for row in screening}
    assert_every_patent_is_in_one_workbook_of_its_institution_and_city(screening, workbooks)


FIRMS = ("91340100MA2ABCDE0T", "91370900MA3ABCDE0X", "91370900163058822K")
pairs = st.tuples(st.sampled_from([f"CN2015100000{number:02d}.1" for number in range(6)]), st.sampled_from(FIRMS))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(pushed=st.sets(pairs, max_size=12), recalled=st.sets(pairs, max_size=6))
def test_every_push_and_recall_reaches_its_enterprise_alone(pushed, recalled):
    pushes = [push(patent, firm, rank) for rank, (patent, firm) in enumerate(sorted(pushed), start=1)]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        warehouse = write_warehouse(
            out / "w.duckdb",
            lines=[],
            screening=[],
            pushes=pushes,
            recalls=[recall(patent, firm) for patent, firm in sorted(recalled)],
            enterprises=[enterprise(firm, "甲公司") for firm in FIRMS],
        )
        result = build_packages(warehouse, out, period=Period(2024, 5), identity=IDENTITY)
        frames = list(package_frames(out))

    counts = {row["recipient_code"]: (row["line_count"], row["change_count"]) for row in result.dispatches.to_pylist()}
    assert counts == {
        firm: (sum(f == firm for _, f in pushed), sum(f == firm for _, f in recalled))
        for firm in {firm for _, firm in pushed | recalled}
    }
    for table, expected in (("pushes", pushed), ("recalls", recalled)):
        own = [frame for frame in frames if frame.table == table]
        given_rows = [(row["patent_no"], frame.code) for frame in own for row in frame.rows.to_pylist()]
        assert sorted(given_rows) == sorted(expected)
        assert all(row["enterprise_id"] == frame.code for frame in own for row in frame.rows.to_pylist())


def assert_every_patent_is_in_one_workbook_of_its_institution_and_city(screening, workbooks):
    expected = Counter(
        (kind, row[SCOPES[kind]], file, row["patent_no"])
        for row in screening
        for kind, file, disposition in (
            ("institution", "form1.xlsx", "form_1"),
            ("institution", "form2.xlsx", "form_2"),
            ("city", "form1.xlsx", "form_1"),
            ("city", "form2.xlsx", "form_2"),
            ("city", "ledger.xlsx", "form_2"),
        )
        if row["disposition"] == disposition
    )
    written = Counter((*place, patent_no) for place, form in workbooks.items() for _, patent_no in form.rows)
    assert written == expected
    for form in workbooks.values():
        assert [number for number, _ in form.rows] == list(range(1, len(form.rows) + 1))


cells = st.fixed_dictionaries(
    {
        "institution_id": st.sampled_from(sorted(PLACES)),
        "intent": st.sampled_from([None, "license", "license|transfer"]),
        "trl": st.none() | st.integers(1, 9),
        "theta": st.floats(1, 5).map(lambda value: round(value, 6)),
        "application_scenario": texts,
        "grant_date": st.dates(dt.date(1990, 1, 1), dt.date(2024, 1, 1)),
    }
)
versions = st.dictionaries(st.sampled_from([f"CN20151000000{n}.1" for n in range(8)]), cells)


def to_lines(version):
    rows = [
        {"period": PERIOD, "recipient_code": "R", **line(patent_no, **values)} for patent_no, values in version.items()
    ]
    return pa.Table.from_pylist(rows, schema=lines_schema(INSTITUTION))


def apply(old, new, changes):
    """Carry out the changes by hand: rows of `new` serve only the patents that were added."""
    kinds = {row["patent_no"]: row for row in changes}
    added = {row["patent_no"]: row for row in new if kinds.get(row["patent_no"], {}).get("change_kind") == "ADD"}
    kept = {row["patent_no"]: dict(row) for row in old}
    for patent_no, change in kinds.items():
        if change["change_kind"] == "DEL":
            del kept[patent_no]
        elif change["change_kind"] == "MOD":
            now = {row["patent_no"]: row for row in new}[patent_no]
            kept[patent_no].update({name: now[name] for name in change["changed_columns"].split("|")})
    assert not added.keys() & kept.keys()
    return kept | added


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(old=versions, new=versions)
def test_changes_applied_to_the_old_version_give_exactly_the_new_one(old, new):
    before, after = to_lines(old), to_lines(new)
    changes = version_changes(
        before, after, before=IDENTITY, after=IDENTITY, evidence=EVIDENCE_SCHEMA.empty_table(), has_new_data=False
    )
    assert unexplained(before, after, changes) == []
    expected = {row["patent_no"]: row for row in after.to_pylist()}
    assert apply(before.to_pylist(), after.to_pylist(), changes.to_pylist()) == expected


@settings(max_examples=50, deadline=None)
@given(values=st.lists(st.none() | texts | texts.map("=".__add__)))
def test_no_guarded_text_starts_as_a_formula_and_none_is_lost(values):
    guarded = guard_formulas(pa.table({"title": pa.array(values, pa.string())}))["title"].to_pylist()
    starts = tuple("=+-@\t\r\n＝＋－＠")
    for value, text in zip(values, guarded, strict=True):
        assert text is None or not text.startswith(starts)
        assert text in (value, f"'{value}")
