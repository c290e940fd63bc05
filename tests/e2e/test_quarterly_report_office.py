"""The quarter's workbook in an office program: LibreOffice opens it, keeps its figures and draws its charts."""

import shutil
import subprocess
import zipfile

import pytest

from panhuo.quarterly_report.documents import write_documents
from panhuo.quarterly_report.readback import WORKBOOK, read_workbook
from tests.fixtures.quarters import MADE_BY, write_quarter

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="no soffice here: apt-get install libreoffice-calc"
)


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """The workbook, and the same as the office program saves it."""
    folder = tmp_path_factory.mktemp("quarter")
    write_documents(write_quarter(folder / "w.duckdb"), folder, MADE_BY)
    command = [
        "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
        "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "again"), str(folder / WORKBOOK),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / WORKBOOK, folder / "again" / WORKBOOK


def figures(path):
    return {figure.key: figure.value for figure in read_workbook(path)}


def test_figures_come_through(again):
    before, after = again
    assert len(figures(before)) > 300
    assert figures(after) == pytest.approx(figures(before))


def test_charts_come_through(again):
    drawn = [sum(name.startswith("xl/charts/chart") for name in zipfile.ZipFile(path).namelist()) for path in again]
    assert drawn[0] == drawn[1] > 20
