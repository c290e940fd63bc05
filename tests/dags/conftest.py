"""Airflow for tests of DAG files: imported late, in a home of its own, so that no other test pays for it."""

import os
import sys

import pytest

from panhuo.contracts.model import PROJECT_ROOT
from pipeline.airflow_home import airflow_environment, migrate


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory):
    """An empty AIRFLOW_HOME; whoever imports airflow asks for it first, since airflow reads it on import."""
    assert "airflow" not in sys.modules, "airflow was imported before its home was set"
    home = tmp_path_factory.mktemp("airflow")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in airflow_environment(home).items():
            patch.setenv(name, value)
        yield home


@pytest.fixture(scope="session")
def metadata(airflow_home):
    """The metadata database, for whoever runs a DAG."""
    migrate(os.environ)


@pytest.fixture(scope="session")
def dag_bag(airflow_home):
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(PROJECT_ROOT / "dags")


@pytest.fixture(scope="session")
def dag(dag_bag):
    return dag_bag.dags["monthly_dispatch"]
