"""What produced a result: the version of the code, as a digest over everything that decides."""

from __future__ import annotations

import hashlib
from pathlib import Path

from panhuo import __version__
from panhuo.contracts.model import PROJECT_ROOT

_DECIDING = (
    "panhuo/**/*.py",
    "panhuo/**/*.j2",
    "dbt_project/models/**/*.sql",
    "dbt_project/macros/**/*.sql",
    "dbt_project/seeds/reference/*.csv",
    "expectations/**/*.py",
    "expectations/**/*.yml",
    "pipeline/*.py",
)


def code_version(root: Path = PROJECT_ROOT) -> str:
    """`<release>+<digest>`: the digest covers the library, the models, the contracts and the steps."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _DECIDING for path in root.glob(pattern)}):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{__version__}+{digest.hexdigest()[:12]}"
