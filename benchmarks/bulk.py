"""A national year of legal events landed from archives within an archive, against bare lxml over the same bytes.

`python -m benchmarks.bulk [--records N] [--output FILE]` writes legal status records (business:PRSRecord) as CNIPA
delivers them, a zip of zips of XML, one record in a thousand with a wrong check digit and one in a hundred with a text
that fits no template, and measures each in a process of its own

- *land*: `panhuo land legal_events`: every record read by the contract, its text by the template of its code, loads,
  return and receipt written;
- *parse*: `lxml.etree.iterparse` over the same bytes, each record cleared, nothing kept.

Seconds are wall time, memory is the peak of the process; landing must stay below 500 MB whatever the number of
records, else the exit code is 1. Ratios travel between machines, seconds do not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import random
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from benchmarks.alone import alone
from ingestion.land import land_path_or_url
from panhuo.identifiers import patent_check_digit
from panhuo.lake import Lake
from panhuo.periods import Period
from panhuo.settings import Settings

PERIOD = Period(2024, 4)
RECEIVED_AT = dt.datetime(2024, 5, 3, tzinfo=dt.UTC)
PEAK_LIMIT_MB = 500
FAULTY_EVERY = 1_000
UNPARSED_EVERY = 100
RECORDS_PER_FILE = 500
FILES_PER_ARCHIVE = 40
NAMESPACES = (
    'xmlns:business="http://www.sipo.gov.cn/XMLSchema/business" xmlns:base="http://www.sipo.gov.cn/XMLSchema/base"'
)
EVENTS = {
    "TR01": (
        "专利权的转移",
        "登记生效日:{day}\n变更事项:专利权人\n变更前权利人:大学{a}\n变更后权利人:有限公司{b}\n"
        "变更事项:地址\n变更前权利人:地址{a}\n变更后权利人:地址{b}",
    ),
    "CP01": (
        "专利权人的姓名或者名称、地址的变更",
        "变更事项:专利权人\n变更前:大学{a}\n变更后:理工大学{a}\n变更事项:地址\n变更前:旧址{a}\n变更后:新址{a}",
    ),
    "EE01": (
        "专利实施许可合同备案的生效",
        "合同备案号:{no}\n让与人:大学{a}\n受让人:有限公司{b}\n发明名称:一种装置{b}\n许可种类:普通许可\n备案日:{day}",
    ),
    "EC01": ("专利实施许可合同备案的解除", "合同备案号:{no}\n让与人:大学{a}\n受让人:有限公司{b}\n解除日:{day}"),
    "PE01": (
        "专利权质押合同登记的生效",
        "登记号:Y{no}\n登记生效日:{day}\n出质人:有限公司{b}\n质权人:银行{a}\n发明名称:一种装置{b}",
    ),
    "PC01": ("专利权质押合同登记的解除", "登记号:Y{no}\n出质人:有限公司{b}\n质权人:银行{a}\n解除日:{day}"),
    "CF01": ("未缴年费专利权终止", "IPC(主分类):A41D 1/00\n申请日:20100209\n授权公告日:20120530\n终止日期:{day}"),
}


def _record(index: int, chance: random.Random) -> str:
    digits = f"{2005 + index % 15}1{index // 15:07d}"
    check = patent_check_digit(digits)
    if index % FAULTY_EVERY == 0:
        check = "0" if check != "0" else "1"
    code = chance.choice(list(EVENTS))
    name, text = EVENTS[code]
    day = f"{2020 + chance.randrange(4)}{1 + chance.randrange(12):02d}{1 + chance.randrange(28):02d}"
    detail = text.format(day=day, a=chance.randrange(3_000), b=chance.randrange(100_000), no=f"2023{index:09d}")
    if index % UNPARSED_EVERY == 1:
        detail += "\n附注:见档案"
    return (
        f'<business:PRSRecord PRSID="B{index}" status="C"><business:ApplicationReference dataFormat="original" '
        f'applType="10"><base:DocumentID><base:DocNumber>{digits}.{check}</base:DocNumber></base:DocumentID>'
        f"</business:ApplicationReference><business:IPRType>10</business:IPRType><business:PRSPublicationDate>"
        f"<base:Date>{day}</base:Date></business:PRSPublicationDate><business:PRSCode>{code}</business:PRSCode>"
        f"<business:PRSValue>{name}</business:PRSValue><business:PRSInformation>{detail}</business:PRSInformation>"
        f"<business:StatusIndicator>1</business:StatusIndicator></business:PRSRecord>"
    )


def write_archive(path: Path, records: int) -> None:
    """Write so many records, one inner archive in memory at a time."""
    chance = random.Random(records)
    per_archive = RECORDS_PER_FILE * FILES_PER_ARCHIVE
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as outer:
        for first in range(0, records, per_archive):
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
                for start in range(first, min(first + per_archive, records), RECORDS_PER_FILE):
                    last = min(start + RECORDS_PER_FILE, records)
                    body = "".join(_record(index, chance) for index in range(start, last))
                    text = f"<business:PRSRecords {NAMESPACES}>{body}</business:PRSRecords>"
                    archive.writestr(f"{start:09d}/{start:09d}.xml", text)
            outer.writestr(f"20240405/CN-PA-PRSS-10_{first:09d}.zip", inner.getvalue())


def _land(archive: str, data_dir: str) -> dict[str, int]:
    settings = Settings(data_dir=data_dir)
    load = land_path_or_url(Lake(data_dir), "legal_events", archive, PERIOD, RECEIVED_AT, settings)[0].load
    return {"accepted_rows": load.row_count, "returned_rows": load.quarantined_count}


def _members(path: Path) -> Iterator[io.BytesIO]:
    with zipfile.ZipFile(path) as outer:
        for name in outer.namelist():
            with zipfile.ZipFile(io.BytesIO(outer.read(name))) as inner:
                yield from (io.BytesIO(inner.read(member)) for member in inner.namelist())


def _parse(archive: str) -> dict[str, int]:
    count = 0
    for member in _members(Path(archive)):
        for _, element in etree.iterparse(member, tag="{*}PRSRecord"):
            count += 1
            element.clear()
    return {"records": count}


def measure(records: int) -> dict[str, Any]:
    """Write the archive and measure both."""
    with tempfile.TemporaryDirectory(prefix="panhuo-bench-") as folder:
        archive = Path(folder) / "CN-PA-PRSS-10_20240405.zip"
        write_archive(archive, records)
        load_average = os.getloadavg()[0]
        land = alone(partial(_land, str(archive), str(Path(folder) / "data")))
        parse = alone(partial(_parse, str(archive)))
        return {
            "records": records,
            "bytes": archive.stat().st_size,
            "load_average": load_average,
            "land": land,
            "parse": parse,
            "rows_per_second": records / land["seconds"],
            "times_bare_parsing": land["seconds"] / parse["seconds"],
        }


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the figures where asked; 1 when landing took more memory than is allowed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bulk", description=__doc__)
    parser.add_argument("--records", type=int, default=50_000, help="legal status records")
    parser.add_argument("--output", type=Path, help="JSON file for the figures")
    options = parser.parse_args(arguments)
    figures = measure(options.records)
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0 if figures["land"]["peak_mb_own"] < PEAK_LIMIT_MB else 1


if __name__ == "__main__":
    sys.exit(main())
