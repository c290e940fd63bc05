"""The tier library of a city: what its workbook and its page say, and that both are read back as written."""

import json
import re
import shutil
import subprocess

import openpyxl
import pyarrow as pa
import pytest
from lxml import html

from panhuo.contracts.arrow import arrow_schema
from panhuo.contracts.model import load_catalogue
from panhuo.dispatch.model import Package
from panhuo.dispatch.recipients import load_recipients
from panhuo.libraries.page import render_library_page
from panhuo.libraries.policy import load_library_policy
from panhuo.libraries.readback import LibraryCount, LibraryRow, read_library
from panhuo.libraries.workbook import write_library
from panhuo.periods import Period
from tests.fixtures.dispatch_marts import PERIOD, library_cells, line

pytestmark = pytest.mark.slow

CATALOGUE, POLICY, NOTES = load_catalogue(), load_library_policy(), load_recipients().notes
HOSTILE = '</script><script>alert("&")</script>'
LINES = [
    line("CN201510000001.1", "U-ANHUI", tier="T2", maturity_stage="middle", market_prospect="fair", theta=3.2,
         priority_rank=None, is_priority=False),
    line("CN201510000002.2", "U-ANHUI", tier="T1", maturity_stage="mature", trl=8, theta=4.1),
    line("CN201510000003.3", "U-ANHUI", tier="T1", maturity_stage="mature", trl=7, theta=4.6, priority_rank=None,
         is_priority=False, title=HOSTILE),
    line("CN201510000004.4", "U-ANHUI", tier="T0", maturity_stage="unknown", trl=None, market_prospect="unrated",
         prospect_level="low", field_no=None, field_name=None, title="=1+1", data_origin="simulated"),
]  # fmt: skip


def table(name, rows):
    schema = arrow_schema(CATALOGUE.contract(name))
    return pa.Table.from_pylist([{"period": PERIOD, **row} for row in rows], schema=schema)


def package(lines=LINES, cells=None):
    tables = {"dispatch_lines": table("dispatch_lines", lines)}
    tables["library_cells"] = table("library_cells", library_cells(lines) if cells is None else cells)
    tables |= {name: table(name, []) for name in ("screening", "changes")}
    return Package(kind="city", code="3401", name="安徽省合肥市", period=Period(2024, 5), tables=tables)


def write(folder, content=None, policy=POLICY, **options):
    content = content or package()
    write_library(folder / "library.xlsx", content, policy, NOTES, CATALOGUE, **options)
    page = render_library_page(content, policy, NOTES, CATALOGUE)
    (folder / "library.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write(tmp_path_factory.mktemp("library"))


def limited_to(count):
    return POLICY.model_copy(update={"page_rows": POLICY.page_rows.model_copy(update={"value": count})})


def test_a_tier_is_a_sheet_with_its_patents_priority_first(written):
    book = openpyxl.load_workbook(written / "library.xlsx")
    assert book.sheetnames == [
        "领域×成熟度×前景", "T1 即可转化", "T2 改进后可转化", "T3 合作培育", "T0 待评价", "T4 暂缓", "填报与数据说明",
    ]  # fmt: skip
    sheet = book["T1 即可转化"]
    head, *rows = sheet.iter_rows(min_row=4, values_only=True)
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["专利号"] for row in cells] == ["CN201510000002.2", "CN201510000003.3"]
    assert (cells[0]["成熟阶段"], cells[0]["市场评价"], cells[0]["产业化前景"]) == ("应用阶段", "好", "高")
    assert cells[1]["专利名称"] == HOSTILE
    assert sheet.freeze_panes == "D5"
    assert sheet.auto_filter.ref.startswith("A4:")
    assert "本月没有此级专利。" in [row[0].value for row in book["T4 暂缓"].iter_rows()]
    assert book["T0 待评价"]["C5"].value == "=1+1"
    assert book["T0 待评价"]["C5"].data_type == "s"


def test_the_overview_counts_every_patent_once_in_each_block(written):
    sheet = openpyxl.load_workbook(written / "library.xlsx")["领域×成熟度×前景"]
    head, *rows = sheet.iter_rows(min_row=5, max_row=8, values_only=True)
    assert head == (
        "技术领域", *("前景高", "前景中", "前景低") * 4, "好", "较好", "不足", "待评价", "T1 即可转化",
        "T2 改进后可转化", "T3 合作培育", "T0 待评价", "T4 暂缓", "合计",
    )  # fmt: skip
    assert [row[0] for row in rows] == ["控制", "未分类", "合计"]
    for row in rows:
        assert sum(row[1:13]) == sum(row[13:17]) == sum(row[17:22]) == row[22]
    assert rows[0][1:7] == (2, 0, 0, 1, 0, 0)
    assert [row[22] for row in rows] == [3, 1, 4]
    rules = {str(area.sqref): rule.type for area in sheet.conditional_formatting for rule in area.rules}
    assert rules == {"B6:M7": "colorScale", "N6:Q7": "colorScale", "R6:V7": "colorScale", "W6:W7": "dataBar"}
    assert sheet.freeze_panes == "B6"


def test_what_is_written_is_read_back(written):
    rows, counts = read_library(written, POLICY, CATALOGUE)
    expected = sorted((row["patent_no"], row["tier"]) for row in LINES)
    for document in ("library.xlsx", "library.html"):
        assert sorted((row.patent_no, row.tier) for row in rows if row.document == document) == expected
    assert LibraryRow("library.html", "CN201510000002.2", "T1") == rows[0]
    stated = {(count.field_name, count.measure): count.figure for count in counts if count.document == "library.xlsx"}
    assert stated["控制", "mature.high"] == 2
    assert stated["", "unrated"] == stated["", "total"] == 1
    assert stated["total", "total"] == 4
    assert LibraryCount("library.html", "total", "limit", 5000.0) in counts


def test_one_document_alone_or_a_damaged_one_is_an_error(tmp_path):
    write(tmp_path)
    (tmp_path / "library.html").unlink()
    with pytest.raises(ValueError, match=r"library\.xlsx stands without"):
        read_library(tmp_path, POLICY, CATALOGUE)
    (tmp_path / "library.xlsx").unlink()
    assert read_library(tmp_path, POLICY, CATALOGUE) == ([], [])


def test_a_long_tier_goes_on_in_a_second_sheet_and_a_long_page_is_cut_at_its_foremost(tmp_path):
    policy = limited_to(2)
    write(tmp_path, policy=policy, max_rows=5)
    assert "T1 即可转化（2）" in openpyxl.load_workbook(tmp_path / "library.xlsx").sheetnames
    rows, counts = read_library(tmp_path, policy, CATALOGUE)
    assert [row.patent_no for row in rows if row.document == "library.html"] == ["CN201510000002.2", "CN201510000003.3"]
    assert len([row for row in rows if row.document == "library.xlsx"]) == len(LINES)
    assert LibraryCount("library.html", "total", "limit", 2.0) in counts
    assert "本页列出分级靠前的 2 件" in (tmp_path / "library.html").read_text(encoding="utf-8")


def test_an_empty_library_says_so(tmp_path):
    write(tmp_path, package([]))
    rows, counts = read_library(tmp_path, POLICY, CATALOGUE)
    assert rows == []
    assert {count.figure for count in counts if count.measure == "total"} == {0.0}


def test_equal_packages_give_equal_bytes(written, tmp_path):
    write(tmp_path, package(LINES[::-1]))
    for name in ("library.xlsx", "library.html"):
        assert (tmp_path / name).read_bytes() == (written / name).read_bytes()


def test_the_page_lets_nothing_in_and_nothing_out(written):
    text = (written / "library.html").read_text(encoding="utf-8")
    page = html.fromstring(text)
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert [script.get("type") for script in page.iter("script")] == ["application/json", None]
    assert not re.search(r"https?:|//[a-z]|innerHTML|\son[a-z]+=", text.replace("http-equiv", ""))
    data = json.loads(page.get_element_by_id("library").text)
    assert HOSTILE in [row[data["columns"].index("title")] for row in data["rows"]]


def test_a_browser_filters_by_what_the_address_asks_for(written):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no Chromium on this machine")
    address = f"{(written / 'library.html').as_uri()}#tier=T1 即可转化&words=控制 CN201510000003"
    shown = {}
    for place in (address, address.replace("控制 ", "")):
        done = subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom", place],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        page = html.fromstring(done.stdout)
        shown[place] = (page.get_element_by_id("found").text, [row.text_content() for row in page.xpath("//tbody/tr")])
    (none, found) = shown.values()
    assert none == ("符合条件 0 件", [])
    assert found[0] == "符合条件 1 件"
    assert HOSTILE in found[1][0]
