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


def write_artifacts(folder, *results):
    nodes = {
        "model.panhuo.m": {"name": "m", "resource_type": "model"},
        "test.panhuo.t": {"name": "t", "resource_type": "test", "attached_node": "model.panhuo.m"},
        "test.panhuo.s": {"name": "s", "resource_type": "test", "attached_node": None},
    }
    rows = [
        {"unique_id": name, "status": status, "execution_time": 0.5, "failures": failures, "message": message}
        for name, status, failures, message in results
    ]
    (folder / "run_results.json").write_text(json.dumps({"results": rows, "elapsed_time": 2.5}), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"nodes": nodes, "unit_tests": {}}), encoding="utf-8")


def test_results_are_told_by_node(tmp_path):
    write_artifacts(
        tmp_path,
        ("model.panhuo.m", "success", None, "OK"),
        ("test.panhuo.t", "fail", 3, "Got 3 results"),
        ("test.panhuo.s", "warn", 1, None),
    )
    result = read_results(tmp_path)
    assert result.seconds == 2.5
    assert [(node.name, node.table, node.status, node.failures) for node in result.nodes] == [
        ("m", "m", "success", None),
        ("t", "m", "fail", 3),
        ("s", None, "warn", 1),
    ]
    assert [node.name for node in result.problems] == ["t"]
    assert [node.name for node in result.warnings] == ["s"]
    assert [node.name for node in result.tests] == ["t", "s"]
    assert not result.is_clean


@pytest.mark.parametrize(("status", "clean"), [("pass", True), ("warn", True), ("error", False), ("skipped", False)])
def test_a_build_is_clean_unless_something_failed_or_was_skipped(tmp_path, status, clean):
    write_artifacts(tmp_path, ("test.panhuo.t", status, None, ""))
    assert read_results(tmp_path).is_clean is clean
