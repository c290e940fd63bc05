"""Whatever people write into cells, a row is accepted, set aside or counted as repeated."""

import datetime as dt
import json
from collections.abc import Callable
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.sources import load_source, source_names
from ingestion.submissions import Content
from ingestion.tables import Limits, ReceivedTable, UnreadableFileError, feed, read_csv, read_ndjson
from ingestion.xlsx import open_book
from panhuo.contracts.cells import cell_reader
from panhuo.contracts.faults import CellError
from panhuo.contracts.model import load_catalogue
from panhuo.contracts.rows import read_rows, rows_set_aside, stated_columns

CATALOGUE = load_catalogue()
CONTRACTS = [load_source(name).contract for name in source_names()]
KEY = b"sixteen bytes or more"
LIMITS = Limits(100_000, 100)

# Words that lie near what the columns want, so that rows are accepted too.
PLAUSIBLE = st.sampled_from(
    [
        *("CN201010110545.X", "ZL201010240908.1", "91340100MA2ABCDE0T", "2024-01-02", "3401", "34"),
        *("发明", "转让、许可", "是", "真实", 3, 45293.0),
    ]
)
GARBAGE = st.one_of(
    st.none(),
    st.text(st.characters(), max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.just(10**5000),
)


@given(st.sampled_from(sorted(CATALOGUE.columns)), GARBAGE | PLAUSIBLE)
@settings(max_examples=80, deadline=None)
def test_cell_gives_a_value_or_a_cell_error(name: str, value: object) -> None:
    definition = CATALOGUE.columns[name]
    if definition.type == "timestamp":
        return
    use = CATALOGUE.contracts["raw_grants.patents"].columns[0].model_copy(update={"column": definition})
    try:
        result = cell_reader(use, CATALOGUE, KEY)(value)
    except CellError as error:
        told = bool(error.problem and error.mend)
    else:
        told = isinstance(result, PYTHON_TYPES[definition.type])
    assert told


GOOD = {
    "patent_no": "CN201010110545.X",
    "institution_id": "10358",
    "enterprise_id": "91340100MA2ABCDE0T",
    "evaluation_id": "E1",
    "title": "名称",
    "patent_type": "发明",
    "filing_date": "2010-02-09",
    "owners": "甲大学",
    "legal_status": "授权",
    "institution_name": "甲大学",
    "institution_kind": "高等院校",
    "enterprise_name": "乙公司",
    "province_code": "34",
    "city_code": "3401",
    "evaluator_kind": "专家评价",
    "prospect_score": 3,
    "cooperation_willingness": "愿意合作",
    "evaluated_on": "2024-05-01",
    "data_origin": "模拟",
}
PYTHON_TYPES = {"string": str, "integer": int, "float": float, "boolean": bool, "date": dt.date}


@st.composite
def files(draw: st.DrawFn):
    contract = draw(st.sampled_from(CONTRACTS))
    names = [use.name for use in stated_columns(contract)]
    row = st.fixed_dictionaries(dict.fromkeys(names, PLAUSIBLE | GARBAGE))
    near = st.dictionaries(st.sampled_from(names), PLAUSIBLE | GARBAGE, max_size=2)
    slips = near.map(lambda slip: {**{name: GOOD.get(name) for name in names}, **slip})
    return contract, names, draw(st.lists(row | slips, max_size=8))


@given(files())
@settings(max_examples=60, deadline=None)
def test_rows_in_are_accepted_set_aside_or_identical(file) -> None:
    contract, names, records = file
    result = read_rows(contract, enumerate(records, start=2), pseudonym_key=KEY, headers=names)
    bad = rows_set_aside(result.violations)
    accepted = set(result.table["source_row"].to_pylist())
    assert result.rows_read == len(records) == len(accepted) + len(bad) + result.identical_duplicates
    assert not accepted & bad
    keys = [name for name in contract.keys if name in contract.payload]
    taken = [tuple(row[key] for key in keys) for row in result.table.select(keys).to_pylist()]
    assert len(set(taken)) == len(taken)
    assert all(0 <= len(violation.value) <= 200 for violation in result.violations)
    for violation in result.violations:
        json.dumps(vars(violation), ensure_ascii=False).encode()


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(max_examples=80, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    def consume(read: Callable[[Content, Limits], ReceivedTable]) -> None:
        list(read(Content(content), LIMITS).rows)

    for attempt in (partial(consume, read_csv), partial(consume, read_ndjson), partial(open_book, content, LIMITS)):
        try:
            attempt()
        except UnreadableFileError:
            continue


@given(
    st.lists(
        st.dictionaries(st.text(max_size=5), st.none() | st.text(max_size=9) | st.integers() | st.booleans()),
        max_size=9,
    )
)
@settings(max_examples=50, deadline=None)
def test_feed_survives_its_canonical_form(records: list[dict]) -> None:
    def sent(order: Callable[[dict], dict]) -> list[bytes]:
        return [submission.content.read_bytes() for submission in feed("feed.jsonl", map(order, records))]

    contents = sent(lambda record: record)
    assert sent(lambda record: dict(reversed(record.items()))) == contents
    for content in contents:
        assert [record for _, record in read_ndjson(Content(content), LIMITS).rows] == records
