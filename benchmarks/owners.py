"""Which institution an owner's name means: the real models on labelled real names, scored.

`python -m benchmarks.owners [--half seen|held_out|both] [--output FILE]` builds the owners' models over a register and
one patent for each labelled name, and says how often the rules are right: precision, recall, by rule and by class of
name, each with the Wilson interval of 95 %.

Labels lie in `tests/golden/owners`: `sample_labels.csv` for the owners of the shipped sample, `public_labels.csv` for
names known from public life. The applicants of the city table are not shipped, nor are their labels: `--city-labels`
names a file of them, keyed by the SHA-256 of the name, which counts where the table itself is (`PANHUO_SHARED_DATA`).
The register
is `register.csv`, filled up with the list of all universities where that is there, so that a name has the whole country
to be mistaken for. Names are split in halves by their digest: rules may be mended on the half `seen` only.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import json
import math
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import PROJECT_ROOT, load_catalogue
from panhuo.identifiers import patent_check_digit
from panhuo.lake import Lake
from panhuo.names import normalise_name, split_owners
from panhuo.periods import Period
from panhuo.warehouse import create_warehouse, read_mart

GOLDEN = PROJECT_ROOT / "tests" / "golden" / "owners"
SAMPLES = PROJECT_ROOT / "ingestion" / "sandbox" / "samples"
SAMPLE_CELLS = (("university_ledger.csv", "owners"), ("listed_company_patents.csv", "assignee"))
TAIAN_TABLE = "stays_here/taian_org_patents_with_abstracts.csv"
NATIONAL_LIST = "reference/universities_py92.csv"
PERIOD = Period(2024, 4)
AS_OF = dt.datetime(2024, 5, 5, tzinfo=dt.UTC)
NO_INSTITUTION, REVIEW, SELF = "none", "review", "self"
Z95 = 1.959964


@dataclass(frozen=True)
class Label:
    """What a person says a name means: the present name of an institution, `none`, or `review`."""

    name: str
    expected: str
    label_class: str
    reason: str
    source: str

    @property
    def half(self) -> str:
        """`seen` or `held_out`, by the parity of the name's digest."""
        return "held_out" if int(digest(self.name), 16) % 2 else "seen"


@dataclass(frozen=True)
class Scored:
    """A label beside what the rules said."""

    label: Label
    status: str
    rule: str | None
    institution: str | None
    review_reason: str | None

    @property
    def verdict(self) -> str:
        """`right`; `left` to a person; `wrong`: resolved or refused and not so; `lost`: nobody will ever look."""
        if self.status == "resolved":
            return "right" if self.institution == self.label.expected else "wrong"
        if self.status == "review":
            return "right" if self.label.expected == REVIEW else "left"
        if self.label.expected == NO_INSTITUTION:
            return "right"
        return "wrong" if self.status == "refused" else "lost"


def digest(name: str) -> str:
    """SHA-256 of a name, by which labels of names that are not shipped are found."""
    return hashlib.sha256(name.encode()).hexdigest()


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def sample_cells() -> list[str]:
    """Every cell of owners of the shipped sample."""
    return [row[column] for file, column in SAMPLE_CELLS for row in read_rows(SAMPLES / file)]


def shipped_labels() -> list[Label]:
    """The labels whose names are shipped."""
    return [
        Label(row["owner_name"], row["expected"], row["label_class"], row["reason"], source)
        for source in ("sample", "public")
        for row in read_rows(GOLDEN / f"{source}_labels.csv")
    ]


def taian_labels(shared: Path | None, file: Path | None) -> list[Label]:
    """The labels of the city table in `file`, `self` told as the name; none where either is not.

    Raises KeyError for a name that nobody labelled.
    """
    if file is None or shared is None or not (shared / TAIAN_TABLE).is_file():
        return []
    labels = {row["name_sha256"]: row for row in read_rows(file)}
    names = dict.fromkeys(name for row in read_rows(shared / TAIAN_TABLE) for name in split_owners(row["applicant"]))
    rows = [(name, labels[digest(name)]) for name in names]
    return [
        Label(name, name if row["expected"] == SELF else row["expected"], row["label_class"], row["reason"], "taian")
        for name, row in rows
    ]


def read_register(labels: Iterable[Label] = (), shared: Path | None = None) -> list[dict[str, Any]]:
    """The golden register, institutions that labels mean beyond it, and the universities of the national list."""
    register = [
        {key: row[key] or None for key in row if key != "basis"} | {"data_origin": "real"}
        for row in read_rows(GOLDEN / "register.csv")
    ]
    taken = {name for row in register for name in [row["institution_name"], *(row["former_names"] or "").split("|")]}
    meant = {label.expected: "research_institute" for label in labels} if labels else {}
    if shared is not None and (shared / NATIONAL_LIST).is_file():
        meant |= {normalise_name(row["name"]): "university" for row in read_rows(shared / NATIONAL_LIST)}
    more = [name for name in meant if name not in taken | {NO_INSTITUTION, REVIEW}]
    return register + [
        {"institution_id": f"N{number:04d}", "institution_name": name, "institution_kind": meant[name]}
        | {"province_code": "11", "city_code": "1101", "data_origin": "real"}
        for number, name in enumerate(more, start=1)
    ]


def score(register: list[dict[str, Any]], labels: Sequence[Label]) -> list[Scored]:
    """Build the owners' models over the register and one patent a name, and read what they say of each."""
    from pipeline.build import build

    with tempfile.TemporaryDirectory() as folder:
        lake, warehouse = Lake(folder), Path(folder) / "warehouse.duckdb"
        _land(lake, "raw_institutions.institutions", register)
        _land(lake, "raw_grants.patents", [_patent(index, label.name) for index, label in enumerate(labels)])
        create_warehouse(warehouse, lake, lake.loads(until=PERIOD, as_of=AS_OF))
        result = build(
            warehouse,
            period=PERIOD,
            as_of=AS_OF,
            run_id="owners",
            first_period=PERIOD,
            target_dir=Path(folder) / "target",
            select=["+fct_owner_resolutions"],
        )
        if result.problems:
            raise RuntimeError(f"the owners' models do not build: {[node.name for node in result.problems]}")
        said = {row["owner_name"]: row for row in read_mart(warehouse, "fct_owner_resolutions").to_pylist()}
    return [
        Scored(
            label,
            said[label.name]["resolution_status"],
            said[label.name]["resolution_rule"],
            said[label.name]["institution_name"],
            said[label.name]["review_reason"],
        )
        for label in labels
    ]


def _patent(index: int, owners: str) -> dict[str, Any]:
    digits = f"20151{index:07d}"
    number = f"CN{digits}.{patent_check_digit(digits)}"
    return {
        "patent_no": number,
        "patent_no_raw": number,
        "title": "名称测试",
        "patent_type": "invention",
        "filing_date": dt.date(2015, 6, 1),
        "grant_date": dt.date(2018, 6, 1),
        "owners": owners,
        "legal_status": "granted",
        "data_origin": "simulated",
    }


def _land(lake: Lake, contract_name: str, records: list[dict[str, Any]]) -> None:
    contract = load_catalogue().contract(contract_name)
    schema = payload_schema(contract)
    rows = pa.Table.from_pylist([{**dict.fromkeys(schema.names), **record} for record in records], schema=schema)
    lake.write_load(
        contract=contract,
        period=PERIOD,
        received_at=AS_OF,
        sender_id="platform",
        source_file="owners.bench",
        content_digest=digest(contract_name),
        rows=rows.append_column("source_row", pa.array(range(1, rows.num_rows + 1), pa.int64())),
        parser_version="bench",
    )


def wilson(hits: int, count: int) -> tuple[float, float] | None:
    """The Wilson interval of 95 % of a share; None of nothing."""
    if count == 0:
        return None
    share, z2 = hits / count, Z95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = Z95 * math.sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def share(picked: Sequence[Scored], hit: Callable[[Scored], bool]) -> dict[str, Any]:
    """How many are a `hit`, with the interval."""
    hits = sum(map(hit, picked))
    return {"hits": hits, "count": len(picked), "share": hits / len(picked) if picked else None} | {
        "wilson_95": wilson(hits, len(picked))
    }


def measures(scored: Sequence[Scored]) -> dict[str, Any]:
    """Precision and recall, what is settled without a person, and both by rule and by class of name."""

    def is_resolved(one: Scored) -> bool:
        return one.status == "resolved"

    def is_right(one: Scored) -> bool:
        return one.verdict == "right"

    def means_institution(one: Scored) -> bool:
        return one.label.expected not in {NO_INSTITUTION, REVIEW}

    def rule_of(one: Scored) -> str:
        return one.rule or f"({one.status})"

    institutions = [one for one in scored if means_institution(one)]
    others = [one for one in scored if not means_institution(one)]
    return {
        "names": len(scored),
        "precision": share([one for one in scored if is_resolved(one)], is_right),
        "recall": share(institutions, is_right),
        "found_or_listed": share(institutions, lambda one: one.verdict in {"right", "left"}),
        "others_kept_out": share(others, lambda one: not is_resolved(one)),
        "refusals_right": share([one for one in scored if one.status in {"refused", "outside"}], is_right),
        "left_to_a_person": share(scored, lambda one: one.status == "review"),
        "by_rule": _grouped(scored, rule_of),
        "by_class": _grouped(scored, lambda one: one.label.label_class),
    }


def _grouped(scored: Sequence[Scored], key: Callable[[Scored], str]) -> dict[str, dict[str, Any]]:
    return {name: _verdicts(one for one in scored if key(one) == name) for name in sorted(set(map(key, scored)))}


def _verdicts(scored: Iterable[Scored]) -> dict[str, Any]:
    counts = Counter(one.verdict for one in scored)
    total = counts.total()
    return {verdict: counts[verdict] for verdict in ("right", "left", "wrong", "lost")} | {
        "count": total,
        "wilson_95": wilson(counts["right"], total),
    }


def disagreements(scored: Iterable[Scored]) -> list[Scored]:
    """What the rules did not get right, whatever way."""
    return [one for one in scored if one.verdict != "right"]


def _interval(bounds: tuple[float, float] | None) -> str:
    return f"{bounds[0]:6.1%} – {bounds[1]:6.1%}" if bounds else "–"


def _print(title: str, found: dict[str, Any]) -> None:
    print(f"\n{title}: {found['names']} names")
    for key in (name for name, value in found.items() if isinstance(value, dict) and "share" in value):
        value = found[key]
        if value["count"]:
            counts = f"{value['hits']:>5} / {value['count']:<5}{value['share']:>7.1%}"
            print(f"  {key:<18}{counts}  {_interval(value['wilson_95'])}")
    for key in ("by_rule", "by_class"):
        print(f"  {key:<22}{'count':>6}{'right':>6}{'left':>6}{'wrong':>6}{'lost':>6}  share right, 95 %")
        for name, row in found[key].items():
            counts = "".join(f"{row[column]:>6}" for column in ("count", "right", "left", "wrong", "lost"))
            print(f"    {name:<20}{counts}  {_interval(row['wilson_95'])}")


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["seen", "held_out", "both"], default="both", help="names to score")
    default = os.environ.get("PANHUO_SHARED_DATA")
    parser.add_argument(
        "--shared", type=Path, default=Path(default) if default else None, help="folder of data not shipped"
    )
    parser.add_argument("--city-labels", type=Path, help="labels of the city table, keyed by digest")
    parser.add_argument("--output", type=Path, help="write the measures as JSON, too; it names no name")
    parser.add_argument("--list", action="store_true", help="list what the rules did not get right")
    options = parser.parse_args(arguments)
    shared = options.shared if options.shared and options.shared.is_dir() else None
    labels = [*shipped_labels(), *taian_labels(shared, options.city_labels)]
    if shared is None:
        print("no shared data folder: the city table and the national list are left out")
    names = {label.name: label for label in labels if options.half in {label.half, "both"}}
    register = read_register([label for label in labels if label.source == "taian"], shared)
    scored = score(register, list(names.values()))
    found = {"register": len(register)}
    for source in sorted({one.label.source for one in scored}):
        found[source] = measures([one for one in scored if one.label.source == source])
        _print(source, found[source])
    found["sample_and_taian"] = measures([one for one in scored if one.label.source != "public"])
    found["all"] = measures(scored)
    _print("sample and city table", found["sample_and_taian"])
    _print("all", found["all"])
    print(f"\nregister: {len(register)} institutions; half: {options.half}")
    if options.list:
        for one in disagreements(scored):
            row = asdict(one) | {"label": one.label.name, "expected": one.label.expected, "verdict": one.verdict}
            print(json.dumps(row, ensure_ascii=False))
    if options.output:
        options.output.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
