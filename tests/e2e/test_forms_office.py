"""The forms in an office program: LibreOffice shows the cells, sums, drop-downs and pages that were written."""

import csv
import datetime as dt
import re
import shutil
import subprocess

import openpyxl
import pytest

from panhuo.dispatch.changes import ReleaseIdentity
from panhuo.dispatch.documents import DOCUMENTS
from panhuo.dispatch.forms import FIRST_ROW, LABEL_ROW
from panhuo.dispatch.packages import build_packages
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import line, screened, write_warehouse

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="no soffice here: apt-get install libreoffice-calc"
)

FIELDS = [(6, "计算机技术"), (12, "控制"), (None, None)]
CSV_OF_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
SCENARIO = "𠮷林“工厂”,\n产线"
FORMS = {"form1": "表一", "form2": "表二", "ledger": "台账"}


def patent(number):
    return f"CN2015{10000000 + number}.1"


LINES = [
    line(
        patent(number), "U-ANHUI", field_no=FIELDS[number % 3][0], field_name=FIELDS[number % 3][1],
        title="=1+1" if number == 0 else f"一种智能装置及其控制方法第{number}号", application_scenario=SCENARIO,
    )
    for number in range(120)
]  # fmt: skip
CONVERTED = [
    screened(
        patent(200 + number), "U-ANHUI", disposition="form_1", form1_category="licensed", is_licensed=True,
        is_transferred=number % 2 == 0, data_origin="simulated" if number == 0 else "real",
    )
    for number in range(9)
]  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """The package of a city with the forms of 129 patents."""
    out = tmp_path_factory.mktemp("office")
    screening = [*(screened(row["patent_no"], row["institution_id"], title=row["title"]) for row in LINES), *CONVERTED]
    warehouse = write_warehouse(out / "w.duckdb", lines=LINES, screening=screening)
    identity = ReleaseIdentity(dt.datetime(2024, 6, 5, tzinfo=dt.UTC), "rules-1", "code-1")
    build_packages(warehouse, out, period=Period(2024, 5), identity=identity)
    return out / "packages" / "city" / "3401"


@pytest.fixture(scope="module")
def convert(city, tmp_path_factory):
    """Have LibreOffice, with a profile of its own, open the workbooks and write them in another format."""
    profile = tmp_path_factory.mktemp("profile")

    def run(to, *, suffix):
        target = tmp_path_factory.mktemp(suffix)
        files = [str(city / document.file) for document in DOCUMENTS["city"] if document.file.endswith(".xlsx")]
        command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation=file://{profile}"]
        done = subprocess.run(
            [*command, "--convert-to", to, "--outdir", str(target), *files],
            capture_output=True, text=True, timeout=180, check=True,
        )  # fmt: skip
        assert "Error" not in done.stdout + done.stderr
        return target

    return run


@pytest.fixture(scope="module")
def sheets(convert):
    """Every sheet as the office program shows it."""
    target = convert(CSV_OF_EVERY_SHEET, suffix="csv")

    def read(form, sheet):
        with (target / f"{form}-{sheet}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    return read


def column(rows, heading):
    position = rows[LABEL_ROW].index(heading)
    return [row[position] for row in rows[FIRST_ROW:] if row[0].isdigit()]


@pytest.mark.parametrize(("form", "count"), [("form1", 9), ("form2", 120), ("ledger", 120)])
def test_every_row_is_there_once_in_chinese(sheets, form, count):
    rows = sheets(form, FORMS[form])
    assert rows[0][0].startswith("高校和科研机构")
    assert rows[1][0].endswith("安徽省合肥市")
    assert column(rows, "序号") == [str(number) for number in range(1, count + 1)]
    assert len(set(column(rows, "专利号"))) == count
    assert rows[FIRST_ROW + count + (3 if form == "form2" else 0)][0] == "合计"


def test_texts_are_shown_as_they_are_and_dates_as_dates(sheets):
    rows = sheets("form2", "表二")
    assert column(rows, "专利名称").count("=1+1") == 1
    assert "2" not in column(rows, "专利名称")
    assert set(column(rows, "应用场景")) == {SCENARIO}
    assert set(column(rows, "申请日")) == {"2015-03-02"}
    assert set(column(rows, "转化意愿")) == {"许可、转让"}
    assert "含模拟数据" in sheets("form1", "表一")[2][0]


def test_sums_agree_with_the_rows(sheets):
    rows = sheets("form2", "表二")
    closing = {row[1]: row[2] for row in rows if row[0] == "小计"}
    assert closing == {"计算机技术": "40", "控制": "40", "未分类": "40"}
    assert [row[2] for row in rows if row[0] == "合计"] == ["120"]
    counted = {row[0]: row[1] for row in sheets("form2", "分类统计") if row[1:] and row[1].isdigit()}
    fields = {"计算机技术": "40", "控制": "40", "未分类": "40"}
    assert counted == {**fields, "智能制造装备产业": "120", "江淮大学": "120", "合计": "120"}
    form1 = sheets("form1", "表一")
    (total,) = [row for row in form1 if row[0] == "合计"]
    assert (
        total[form1[LABEL_ROW].index("已达成或即将转让")] == str(column(form1, "已达成或即将转让").count("是")) == "5"
    )


def test_the_bulletin_opens_with_its_figures(sheets):
    assert sheets("bulletin", "通报")[0][0] == "月度调度通报"
    units = sheets("bulletin", "各单位")
    assert units[1][:3] == ["名次", "单位代码", "单位"]
    assert units[2][:3] == ["1", "U-ANHUI", "江淮大学"]
    assert float(units[2][units[1].index("盘点覆盖率")].removesuffix("%")) == 100


def test_office_program_keeps_drop_downs_merged_titles_and_headings_of_pages(convert):
    target = convert("xlsx", suffix="again")
    for form, sheet_name in FORMS.items():
        sheet = openpyxl.load_workbook(target / f"{form}.xlsx")[sheet_name]
        lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
        assert len(lists) >= 5, form
        assert sheet.print_title_rows == "$4:$5"
        assert any(area.min_row == 1 and area.min_col == 1 for area in sheet.merged_cells.ranges)


def test_printed_form_is_a_few_pages_in_landscape(convert):
    target = convert("pdf", suffix="pdf")
    for form, least, most in (("form1", 2, 3), ("form2", 4, 8), ("ledger", 4, 8)):
        content = (target / f"{form}.pdf").read_bytes()
        boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
        pages = [(float(width), float(height)) for width, height in boxes]
        assert least <= len(pages) <= most, (form, len(pages))
        assert all(width > height for width, height in pages)
        assert pages[0] == pytest.approx((1190.55, 841.89), abs=1)
