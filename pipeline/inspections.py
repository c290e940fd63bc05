"""The random inspection of a quarter (D29): a seed committed to before the freeze, a sample after it, error rates.

The commitment lies in the ledger, `inspections/<quarter>.json`; the seed lies in a folder of its own until the sample
is drawn, and is in the sample's account from then on, so that everybody can draw again.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.sources import load_source
from ingestion.workbooks import write_form
from panhuo.contracts.arrow import payload_schema
from panhuo.contracts.model import Contract, load_catalogue
from panhuo.lake import Lake, Version, canonical_json, put_bytes
from panhuo.periods import Quarter, format_instant, parse_instant
from panhuo.policy import load_policy
from panhuo.policy.inspection import DrawingRules
from panhuo.settings import get_settings
from panhuo.statistics.inspection import InspectionError, commitment, frame_digest
from pipeline.dispatched import land_rows
from pipeline.inspection_frames import JOIN, commitment_path, draw_quarter
from pipeline.inspection_rates import sample_load
from pipeline.quarterly import PRODUCT, freezes_at, is_freezable
from pipeline.runs import open_lake

SEED_BYTES = 32
SAMPLE_FILE = "inspection_sample"


def commit(quarter: Quarter, moment: dt.datetime) -> dict[str, Any]:
    """Make a seed, keep it apart and write its digest and the policy's rules of drawing into the ledger.

    Again, it answers the same.

    Raises InspectionError from the quarter's freeze on, or where no folder for seeds is set.
    """
    path = commitment_path(open_lake(), quarter)
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
        "rules": load_policy().inspection.drawing.model_dump(mode="json"),
    }
    put_bytes(path, canonical_json(body))
    return body


def draw_sample(quarter: Quarter, moment: dt.datetime) -> pa.Table:
    """The sample of a frozen quarter: what was landed when it was drawn first, else drawn and landed now.

    Rows are those of `raw_dispatches.inspection_samples`, by stratum and place. Raises InspectionError when the quarter
    is not frozen, when nothing was committed before the version that froze it, or when the seed is not the one
    committed to.
    """
    lake = open_lake()
    landed = _landed(lake, quarter)
    if landed is not None:
        return landed
    rows = pa.Table.from_pylist(draw_rows(quarter), schema=payload_schema(_contract()))
    if moment < _frozen(quarter).as_of:
        raise InspectionError(f"the sample of {quarter} cannot be drawn before the version that froze it")
    land_rows(lake, _contract(), quarter.months[-1], moment, SAMPLE_FILE, rows)
    return rows


def draw_rows(quarter: Quarter) -> list[dict[str, Any]]:
    """Draw the sample of a frozen quarter, a function of that version, of the seed and of the committed rules."""
    version = _frozen(quarter)
    promised, seed = _commitment(quarter), _read_seed(quarter)
    if commitment(seed, str(quarter)) != promised["commitment"]:
        raise InspectionError(f"the seed of {quarter} is not the one that the ledger's commitment was made of")
    if parse_instant(promised["committed_at"]) >= version.as_of:
        raise InspectionError(f"the seed of {quarter} was committed to after {format_instant(version.as_of)}")
    if "rules" not in promised:
        raise InspectionError(
            f"the commitment of {quarter} names no rules of drawing, so that the sample could be chosen by changing the"
            " policy: nothing is drawn of that quarter; commit to the next before it freezes"
        )
    rules = DrawingRules(**promised["rules"])
    drawn = draw_quarter(version, quarter, seed, rules)
    frame = drawn.frame
    shared = {
        "inspected_quarter": str(quarter),
        "stratum_columns": JOIN.join(rules.strata),
        "frame_digest": frame_digest(frame.strata),
        "seed_commitment": promised["commitment"],
        "committed_at": parse_instant(promised["committed_at"]),
        "inspection_seed": seed.hex(),
        "frame_version": version.number,
        "frame_as_of": version.as_of,
    }
    return [
        {
            **shared,
            "inspection_stratum": unit.stratum,
            "stratum_name": frame.names[unit.stratum],
            "stratum_size": len(frame.strata[unit.stratum]),
            "draw_place": unit.place,
            "draw_role": unit.role,
            "patent_no": unit.unit,
            "prior_error_rate": drawn.expected[unit.stratum],
            **frame.facts[unit.unit],
        }
        for unit in drawn.units
    ]


def account_of(sample: pa.Table) -> dict[str, Any]:
    """What it takes to draw a sample again, and how many of each stratum were drawn with which expected rate."""
    rows = sample.to_pylist()
    strata: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = {name: row[name] for name in ("stratum_name", "stratum_size", "prior_error_rate")}
        stratum = strata.setdefault(row["inspection_stratum"], {**told, "sample": 0, "replacements": 0})
        stratum["sample" if row["draw_role"] == "sample" else "replacements"] += 1
    first = rows[0]
    return {
        "quarter": first["inspected_quarter"],
        "commitment": first["seed_commitment"],
        "committed_at": format_instant(first["committed_at"]),
        "seed": first["inspection_seed"],
        "version": first["frame_version"],
        "frame_digest": first["frame_digest"],
        "strata": strata,
    }


def draw_to(path: Path, quarter: Quarter, moment: dt.datetime) -> pa.Table:
    """`draw_sample`, written as a form into a new file; nothing is drawn when the file cannot be made.

    Raises FileExistsError for a file that is there, FileNotFoundError for a folder that is not.
    """
    with _new_file(path):
        sample = draw_sample(quarter, moment)
        write_sample(path, sample)
    return sample


@contextmanager
def _new_file(path: Path) -> Iterator[None]:
    """Make a file for what is done inside to fill, and take it away when that fails."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into: make it, or name another")
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        message = f"{path} is there already, and may hold what inspectors filled in: name another file, or move it away"
        raise FileExistsError(message) from None
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def write_sample(path: Path, sample: pa.Table) -> None:
    """Write the sample as the form that inspectors fill in; what is left empty is awaited, and not read."""
    source = load_source("inspections")
    write_form(
        path,
        source.contract,
        sample.to_pylist(),
        title=source.file.title,
        filling_unit="逐行填写抽查单位",
        period="收到结果的月份，入库时指定",
        notice="每件填写抽查结果、抽查日期和抽查单位；备选仅在前面的专利未能抽查时按序启用",
        omit=source.file.defaults,
    )


def _contract() -> Contract:
    return load_catalogue().contract("raw_dispatches.inspection_samples")


def _landed(lake: Lake, quarter: Quarter) -> pa.Table | None:
    contract = _contract()
    load = sample_load(lake, quarter)
    return lake.read_rows(load).select(list(contract.payload)).cast(payload_schema(contract)) if load else None


def _frozen(quarter: Quarter) -> Version:
    """The version that froze the quarter."""
    versions = open_lake().versions(PRODUCT, quarter.months[-1])
    frozen = [version for version in versions if is_freezable(quarter, version.as_of)]
    if not frozen:
        raise InspectionError(f"{quarter} is not frozen yet: panhuo run quarterly --quarter {quarter} after its freeze")
    return frozen[0]


def _commitment(quarter: Quarter) -> dict[str, Any]:
    path = commitment_path(open_lake(), quarter)
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
