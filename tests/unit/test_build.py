import datetime as dt
import json

import pytest

from panhuo.periods import Period
from pipeline.build import build, read_results


def test_a_period_before_the_programme_is_refused(tmp_path):
    with pytest.raises(ValueError, match="2024-03 is before the first period 2024-04"):
        build(
            tmp_path / "warehouse.duckdb",
            period=Period(2024, 3),
            as_of=dt.datetime(2024, 4, 5, tzinfo=dt.UTC),
            run_id="test",
            first_period=Period(2024, 4),
            target_dir=tmp_path,
        )


def result_of(folder, *nodes):
    (folder / "nodes.json").write_text(json.dumps({"nodes": nodes, "seconds": 2.5}), encoding="utf-8")
    return read_results(folder)


def node(name, kind, status):
    return {
        "name": name,
        "resource_type": kind,
        "status": status,
        "seconds": 0.5,
        "failures": None,
        "message": "",
        "table": None,
    }


def test_results_are_told_by_what_became_of_a_node(tmp_path):
    result = result_of(
        tmp_path,
        node("m", "model", "success"),
        node("t", "test", "fail"),
        node("w", "test", "warn"),
        node("u", "unit_test", "pass"),
    )
    assert [node.name for node in result.problems] == ["t"]
    assert [node.name for node in result.warnings] == ["w"]
    assert [node.name for node in result.tests] == ["t", "w", "u"]
    assert not result.is_clean


@pytest.mark.parametrize(("status", "clean"), [("pass", True), ("warn", True), ("error", False), ("skipped", False)])
def test_a_build_is_clean_unless_something_failed_or_was_skipped(tmp_path, status, clean):
    assert result_of(tmp_path, node("t", "test", status)).is_clean is clean


def test_the_result_of_no_build_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_results(tmp_path)
