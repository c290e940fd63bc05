"""The random inspection of a quarter (D29): a seed committed to before the freeze, a sample after it, error rates.

The commitment lies in the ledger, `inspections/<quarter>.json`; the seed lies in a folder of its own until the sample
is drawn, and is in the sample's account from then on, so that everybody can draw again.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from panhuo.lake import Version, canonical_json, put_bytes
from panhuo.periods import Quarter, format_instant, parse_instant
from panhuo.policy import load_policy
from panhuo.settings import get_settings
from panhuo.statistics.inspection import (
    Drawn,
    Estimate,
    InspectionError,
    allocate,
    commitment,
    draw,
    estimate,
    frame_digest,
    inspected_units,
)
from pipeline.quarterly import PRODUCT, freezes_at, is_freezable
from pipeline.runs import open_lake

SEED_BYTES = 32
WRONG, RIGHT = "不符", "相符"
"""What an inspector enters for a patent; anything else must be empty: it could not be inspected."""


def commit(quarter: Quarter, moment: dt.datetime) -> dict[str, str]:
    """Make a seed, keep it apart and write its digest into the ledger; again before the freeze answers the same.

    Raises InspectionError from the quarter's freeze on, or where no folder for seeds is set.
    """
    path = open_lake().root / "ledger" / "inspections" / f"{quarter}.json"
    if path.exists():
        return dict(json.loads(path.read_bytes()))
    if is_freezable(quarter, moment):
        raise InspectionError(f"{quarter} may be frozen since {format_instant(freezes_at(quarter))}: it is too late")
    seed = _seed_path(quarter)
    if not seed.exists():
        seed.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(seed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(SEED_BYTES))
    body = {
        "quarter": str(quarter),
        "commitment": commitment(_read_seed(quarter), str(quarter)),
        "committed_at": format_instant(moment),
    }
    put_bytes(path, canonical_json(body))
    return body


def draw_sample(quarter: Quarter, prior: Mapping[str, float] | None = None) -> tuple[list[Drawn], dict[str, Any]]:
    """The sample of a frozen quarter, and its account: seed, digests, sizes and allocation.

    `prior` are error rates by stratum that earlier inspections found. Raises InspectionError when the quarter is not
    frozen, when nothing was committed before the version that froze it, or when the seed is not the one committed to.
    """
    version = _frozen(quarter)
    promised, seed = _commitment(quarter), _read_seed(quarter)
    if commitment(seed, str(quarter)) != promised["commitment"]:
        raise InspectionError(f"the seed of {quarter} is not the one that the ledger's commitment was made of")
    if parse_instant(promised["committed_at"]) >= version.as_of:
        raise InspectionError(f"the seed of {quarter} was committed to after {format_instant(version.as_of)}")
    rules, frame = load_policy().inspection, read_frame(version)
    sizes = {name: len(units) for name, units in frame.items()}
    expected = {name: (prior or {}).get(name) or rules.prior_error_rate.value for name in sizes}
    rates = expected if rules.allocation == "neyman" else None
    counts = allocate(sizes, rules.sample_size.value, rules.minimum.value, rates)
    account = {
        **promised,
        "seed": seed.hex(),
        "version": version.number,
        "frame_digest": frame_digest(frame),
        "strata": {name: {"size": sizes[name], "sample": counts.get(name, 0)} for name in sorted(sizes)},
    }
    return draw(frame, seed, counts, rules.replacements_per_hundred.value), account


def estimate_errors(quarter: Quarter, results: Path) -> tuple[Estimate, list[Estimate]]:
    """Error rates from a filled-in sample. Raises InspectionError for results that are not of the sample."""
    drawn, account = draw_sample(quarter)
    sizes = {name: stratum["size"] for name, stratum in account["strata"].items()}
    return estimate(sizes, inspected_units(drawn, read_results(results)), load_policy().inspection.confidence.value)


def write_sample(path: Path, drawn: Iterable[Drawn]) -> None:
    """Write the sample as the list that inspectors fill in (CSV, UTF-8 with BOM for office programs)."""
    words = {"sample": "样本", "replacement": "备选"}
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["层", "序号", "专利号", "样本或备选", "抽查结果"])
        writer.writerows([x.stratum, x.place, x.unit, words[x.role], ""] for x in drawn)


def read_results(path: Path) -> dict[str, bool | None]:
    """Patent → found wrong; None where it could not be inspected. Raises InspectionError naming row and mend."""
    words = {WRONG: True, RIGHT: False, "": None}
    found: dict[str, bool | None] = {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), start=2):
            word, patent = (row.get("抽查结果") or "").strip(), (row.get("专利号") or "").strip()
            if word not in words or not patent or patent in found:
                raise InspectionError(f"{path.name} row {number}: write {RIGHT}, {WRONG} or nothing, each patent once")
            found[patent] = words[word]
    return found


def read_frame(version: Version) -> dict[str, list[str]]:
    """Stratum → patents in force at the quarter's end, from a published version."""
    columns = list(load_policy().inspection.strata.value)
    with (version.path / "marts" / "fct_quarter_patents.parquet").open("rb") as stream:
        rows = pq.read_table(stream, columns=["patent_no", "is_in_force_at_end", *columns]).to_pylist()
    frame: dict[str, list[str]] = {}
    for row in rows:
        if row["is_in_force_at_end"]:
            frame.setdefault("|".join(str(row[name]) for name in columns), []).append(row["patent_no"])
    return frame


def _frozen(quarter: Quarter) -> Version:
    """The version that froze the quarter."""
    versions = open_lake().versions(PRODUCT, quarter.months[-1])
    frozen = [version for version in versions if is_freezable(quarter, version.as_of)]
    if not frozen:
        raise InspectionError(f"{quarter} is not frozen yet: panhuo run quarterly --quarter {quarter} after its freeze")
    return frozen[0]


def _commitment(quarter: Quarter) -> dict[str, str]:
    path = open_lake().root / "ledger" / "inspections" / f"{quarter}.json"
    if not path.exists():
        raise InspectionError(f"nothing was committed to for {quarter}: panhuo inspection commit, before a freeze")
    return dict(json.loads(path.read_bytes()))


def _seed_path(quarter: Quarter) -> Path:
    folder = get_settings().inspection_seeds_dir
    if folder is None:
        raise InspectionError("set PANHUO_INSPECTION_SEEDS_DIR to a folder outside the lake")
    return folder / f"{quarter}.seed"


def _read_seed(quarter: Quarter) -> bytes:
    path = _seed_path(quarter)
    if not path.exists():
        raise InspectionError(f"{path.name} is missing: without the seed the sample cannot be drawn")
    return bytes.fromhex(path.read_text(encoding="ascii").strip())
