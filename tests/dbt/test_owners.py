"""Which institution an owner is, over a built warehouse."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("dbt")]


@pytest.fixture(scope="module")
def built(raw_tables, run_build):
    raw = raw_tables()
    raw.institution("I1", "甲大学", aliases="甲学院")
    raw.patent("P1", "甲大学|某有限公司")
    return run_build(raw, "2024-04", with_unit_tests=True)


def test_builds(built):
    result, _ = built
    assert [(p.name, p.message) for p in result.problems] == []
