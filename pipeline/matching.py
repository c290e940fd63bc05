"""Patents, firms and known pairs from CSV files, and the figures of `panhuo match-eval`."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panhuo.names import normalise_name

if TYPE_CHECKING:
    import numpy as np

    from panhuo.matching.corpus import Corpus, Firms, Patents
    from panhuo.matching.evaluation import Pairs

Row = dict[str, str]

ENCODINGS = ("utf-8-sig", "gb18030")


def evaluate_files(
    patents: Path, firms: Path, gold: Path, *, cross_validated: bool, encoder: str = "none"
) -> dict[str, Any]:
    """Ranking quality on the known pairs of `gold`.

    By the weights shipped, or, cross-validated, by weights learned anew for each firm from the pairs of all others.
    Pairs the shipped weights were learned from are always cross-validated. With an encoder, figures of it alone and of
    what it adds stand beside; raises EncoderError when it cannot be had.
    """
    from panhuo.matching.encoder import load_encoder
    from panhuo.matching.evaluation import judge, judge_held_out, report, with_encoder
    from panhuo.matching.fusion import load_model
    from panhuo.policy import load_policy

    dense = load_encoder(encoder)
    corpus = read_corpus(patents, firms)
    pairs = read_pairs(gold, corpus)
    model = load_model()
    is_held_out = cross_validated or pairs_digest(corpus, pairs) == model.provenance["pairs_digest"]
    scores, probabilities = judge_held_out(corpus, pairs) if is_held_out else judge(corpus, pairs, model)
    weights = "cross_validated_by_firm" if is_held_out else "shipped"
    figures = {"weights": weights, **report(corpus, pairs, scores, probabilities)}
    if dense:
        odds = load_policy().matching.odds["dense"]
        figures["encoder"] = with_encoder(corpus, pairs, probabilities, dense, odds)
    return figures


def read_corpus(patents: Path, firms: Path) -> Corpus:
    """Both tables as the matching takes them."""
    from panhuo.matching.corpus import Corpus

    return Corpus(read_patents(patents), read_firms(firms))


def read_patents(path: Path) -> Patents:
    """`application_no,title,filing_date` and, where there, `abstract,main_class,applicant`."""
    import numpy as np

    from panhuo.matching.corpus import Patents

    rows = _read(path, ("application_no", "title", "filing_date"))
    numbers = _keys(path, rows, "application_no", _number)
    filed = np.array([_day(path, line, row["filing_date"]) for line, row in enumerate(rows, 2)], dtype="datetime64[D]")
    return Patents(
        patent_nos=numbers,
        titles=_column(rows, "title"),
        abstracts=_column(rows, "abstract"),
        symbols=_column(rows, "main_class"),
        filed=filed,
        owners=_column(rows, "applicant"),
    )


def read_firms(path: Path) -> Firms:
    """`uscc,name,business_scope` and, where there, `province,city`, which are then no part of a trade name."""
    from panhuo.matching.corpus import Firms

    rows = _read(path, ("uscc", "name", "business_scope"))
    keys = _keys(path, rows, "uscc", _credit_code)
    return Firms(keys, _column(rows, "name"), _column(rows, "business_scope"), place_names(rows))


def place_names(rows: Iterable[Row]) -> frozenset[str]:
    """Provinces and cities of the firms, with and without the word for the level."""
    bare = {normalise_name(row.get(level, "")).rstrip("省市") for row in rows for level in ("province", "city")}
    return frozenset(f"{name}{level}" for name in bare - {""} for level in ("", "省", "市"))


def read_pairs(path: Path, corpus: Corpus) -> Pairs:
    """`application_no,uscc`: patents of the table and firms of the pool, each pair once."""
    import numpy as np

    from panhuo.matching.evaluation import Pairs

    rows = _read(path, ("application_no", "uscc"))
    patents = {number: row for row, number in enumerate(corpus.patents.patent_nos)}
    firms = {code: row for row, code in enumerate(corpus.firms.enterprise_ids)}
    found = {
        (
            _known(path, line, "application_no", _number(row["application_no"]), patents),
            _known(path, line, "uscc", _credit_code(row["uscc"]), firms),
        )
        for line, row in enumerate(rows, 2)
    }
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return Pairs(pairs[:, 0], pairs[:, 1])


def pairs_digest(corpus: Corpus, pairs: Pairs) -> str:
    """Names a set of pairs without telling any of them."""
    named = sorted(
        f"{corpus.patents.patent_nos[patent]} {corpus.firms.enterprise_ids[firm]}"
        for patent, firm in zip(pairs.patents, pairs.firms, strict=True)
    )
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


def _read(path: Path, required: tuple[str, ...]) -> list[Row]:
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or ()]
        reader.fieldnames = header
        rows = [_row(path, line, cells) for line, cells in enumerate(reader, 2)]
    except csv.Error as problem:
        raise ValueError(
            f"{path}, line {reader.line_num}: {problem}; write a field with line breaks in quotes"
        ) from None
    missing = [name for name in required if name not in header]
    if missing:
        raise ValueError(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(header) or 'none'}")
    if not rows:
        raise ValueError(f"{path} holds no row")
    return rows


def _row(path: Path, line: int, cells: dict[str | None, Any]) -> Row:
    beyond = [cell for cell in cells.pop(None, ()) if cell.strip()]
    if beyond:
        raise ValueError(
            f"{path}, row {line}: {beyond[0]!r} stands under no heading; write a field with commas in quotes"
        )
    return {str(name): (cell or "").strip() for name, cell in cells.items()}


def _text(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{path} is neither UTF-8 nor GB 18030; save it as UTF-8")


def _column(rows: list[Row], name: str) -> list[str]:
    return [row.get(name, "") for row in rows]


def _keys(path: Path, rows: list[Row], column: str, spell: Callable[[str], str]) -> list[str]:
    seen: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        key = spell(row[column])
        if not key:
            raise ValueError(f"{path}, row {line}: {column} is blank")
        if key in seen:
            raise ValueError(f"{path}, row {line}: {column} {key} stands in row {seen[key]}, too")
        seen[key] = line
    return list(seen)


def _known(path: Path, line: int, column: str, key: str, known: dict[str, int]) -> int:
    if key not in known:
        raise ValueError(f"{path}, row {line}: {column} {key!r} is not in the table it refers to")
    return known[key]


def _number(text: str) -> str:
    return "".join(text.upper().split()).removeprefix("ZL").removeprefix("CN")


def _credit_code(text: str) -> str:
    return "".join(text.upper().split())


def _day(path: Path, line: int, text: str) -> np.datetime64:
    import numpy as np

    if not text:
        return np.datetime64("NaT", "D")
    try:
        # A time of day, as spreadsheets and databases append it, says nothing here.
        year, month, day = map(int, re.split("[-/.]", re.split("[T ]", text)[0]))
        return np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")
    except ValueError:
        raise ValueError(f"{path}, row {line}: filing_date {text!r} is no date; write 2012-06-15") from None
