"""Every check written as SQL passes on a sound month and fails on a month broken in its way.

Sound months and breaks stand by topic in tests/gx/checks; those of quarters have test files of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from expectations.definition import Query, load_gate
from expectations.queries import run_queries
from panhuo.gates.model import GateRun
from panhuo.policy import load_policy
from tests.fixtures.gates import Break, Fill, GoodRow, Months, Tables, drop, query_of
from tests.gx.checks import (
    bulletins,
    coverage,
    deals,
    digests,
    dispatch,
    experts,
    feedback,
    fees,
    intake,
    libraries,
    listings,
    patents,
    pushes,
    services,
)

GATES = ("G0_feedback", "G1_intake", "G2_models", "G3_dispatch")
TOPICS = (
    *(feedback, intake, patents, coverage, dispatch, bulletins, libraries),
    *(pushes, digests, experts, deals, listings, services, fees),
)
BROKEN = [(topic, *case) for topic in TOPICS for case in topic.BROKEN]
MonthsOf = Callable[[ModuleType], Months]


def name_of(value: object) -> str | None:
    return value.__name__.rpartition(".")[2] if isinstance(value, ModuleType) else None


@pytest.fixture(scope="module")
def months_of(good_row: GoodRow, fill: Fill) -> Iterator[MonthsOf]:
    """The sound months of a topic, prepared once."""
    prepared = []

    @cache
    def prepare(topic: ModuleType) -> Months:
        prepared.append(Months({gate: make(good_row) for gate, make in topic.MONTHS.items()}, fill))
        return prepared[-1]

    yield prepare
    for months in prepared:
        months.close()


def test_every_query_is_broken_in_one_topic() -> None:
    declared = Counter(query.check_id for gate in GATES for query in load_gate(gate).queries)

    assert declared == Counter(check_id for topic in TOPICS for check_id in {case[0] for case in topic.BROKEN})


@pytest.mark.parametrize(("topic", "gate"), [(topic, gate) for topic in TOPICS for gate in topic.MONTHS], ids=name_of)
def test_a_sound_month_passes(topic: ModuleType, gate: str, months_of: MonthsOf) -> None:
    own = {check_id for check_id, _, _ in topic.BROKEN}
    queries = [query for query in load_gate(gate).queries if query.check_id in own]

    results = months_of(topic).judge(gate, queries)

    assert [(result.check_id, result.sample or result.message) for result in results if result.outcome != "pass"] == []
    assert [result.check_id for result in results] == sorted(query.check_id for query in queries) != []


@pytest.mark.parametrize(("topic", "check_id", "broken", "observed"), BROKEN, ids=name_of)
def test_a_broken_month_is_caught(
    topic: ModuleType, check_id: str, broken: Break, observed: float, months_of: MonthsOf
) -> None:
    gate, query = query_of(check_id, GATES)

    (result,) = months_of(topic).judge(gate, [query], broken)

    assert (result.check_id, result.outcome, result.severity) == (check_id, "fail", query.severity)
    assert result.observed == pytest.approx(observed)
    assert query.mend in result.message


def test_the_first_month_has_nothing_to_compare_with(months_of: MonthsOf) -> None:
    gate, query = query_of("G2.dim_patents.stock_change_small", GATES)

    def forget_april(tables: Tables) -> None:
        rows = tables["int_patents_described"]
        tables["int_patents_described"] = [row for row in rows if row["period"] == "2024-05"]

    (result,) = months_of(patents).judge(gate, [query], forget_april)

    assert (result.outcome, result.observed) == ("pass", None)


def test_the_month_that_brought_the_stock_is_no_yardstick_for_volume(months_of: MonthsOf) -> None:
    gate, query = query_of("G1.raw_lake.loads.volume_kept", GATES)

    def begin_in_april(tables: Tables) -> None:
        tables["raw_lake.loads"][4]["row_count"] = 5
        del tables["raw_lake.loads"][2]

    (result,) = months_of(intake).judge(gate, [query], begin_in_april)

    assert (result.outcome, result.observed) == ("pass", None)


@pytest.mark.parametrize("changes", [{"row_count": 0, "quarantined_count": 0}, {"source": "inspections"}])
def test_a_month_that_says_it_had_nothing_and_reports_in_bursts_keep_their_volume(
    changes: dict[str, object], months_of: MonthsOf
) -> None:
    gate, query = query_of("G1.raw_lake.loads.volume_kept", GATES)

    def change(tables: Tables) -> None:
        loads = [load for load in tables["raw_lake.loads"] if load["source"] == "evaluations"]
        for load in loads if "source" in changes else loads[-1:]:
            load |= changes
        if "source" in changes:
            tables["raw_lake.loads"].remove(loads[-1])

    (result,) = months_of(intake).judge(gate, [query], change)

    assert (result.outcome, result.observed) == ("pass", None)


def test_a_page_may_list_the_foremost_patents_alone(months_of: MonthsOf) -> None:
    gate, query = query_of(libraries.ROWS, GATES)

    def cut(tables: Tables) -> None:
        libraries.limit_page(2)(tables)
        drop("packages.library_rows", -1)(tables)

    (result,) = months_of(libraries).judge(gate, [query], cut)

    assert result.outcome == "pass"


def test_bounds_of_digests_are_those_of_the_policy() -> None:
    own = {check_id for check_id, _, _ in digests.BROKEN}
    queries = [query for gate in digests.MONTHS for query in load_gate(gate).queries if query.check_id in own]

    assert {query.threshold for query in queries if query.bound == "at_least"} == {
        load_policy().digests.min_evaluators.value
    }


def made_up(sql: str, judges: str = "rows") -> Query:
    return (
        load_gate("G2_models")
        .queries[0]
        .model_copy(update={"sql": sql, "judges": judges, "bound": "at_most", "threshold": 0})
    )


def test_offenders_are_named_without_what_is_restricted(months_of: MonthsOf) -> None:
    query = made_up(
        "select 'CN' || number as patent_no, 'sm3:ab' as contact_phone, null as city_code, repeat('字', 70) as title "
        "from range(10, 22) as numbers(number)"
    )

    (result,) = months_of(patents).judge("G2_models", [query])

    assert (result.rows, len(result.sample)) == (12, 10)
    assert result.sample[0] == f"专利号=CN10，联系电话=（不予显示），市级代码=空，专利名称={'字' * 60}…"


@pytest.mark.parametrize(
    ("sql", "judges", "problem"),
    [
        ("select nothing from nowhere", "rows", "nowhere"),
        ("select 1 as observed where false", "observed", "未取得任何观测值"),
        ("select null as observed", "observed", "观测值为空"),
        ("select 0.0::double / 0 as observed", "observed", "观测值为空"),
        ("select 1 as observd", "observed", "observed"),
    ],
    ids=["no table", "nothing observed", "null", "not a number", "no such column"],
)
def test_what_cannot_be_judged_is_an_error(sql: str, judges: str, problem: str, months_of: MonthsOf) -> None:
    (result,) = months_of(patents).judge("G2_models", [made_up(sql, judges)])

    assert result.outcome == "error"
    assert problem in result.message


def test_a_file_is_judged_as_it_lies(make_database: Callable[[Tables], Path]) -> None:
    database = make_database({"t": [{"patent_no": patents.NUMBERS[0]}]})
    before = database.read_bytes()

    (result,) = run_queries(database, GateRun("G2_models", "2024-05", "run-1"), [made_up("select * from t")])

    assert (result.outcome, result.sample) == ("fail", (f"专利号={patents.NUMBERS[0]}",))
    assert database.read_bytes() == before
