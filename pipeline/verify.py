"""Verification of a published folder: its manifest and the manifests of the packages inside it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from panhuo.dispatch.manifest import ManifestError, verify_manifest
from panhuo.lake import MANIFEST_FILE


def verify_folder(folder: Path) -> list[dict[str, str]]:
    """Every way in which the files below `folder` are not what their manifests say; empty when all is well.

    A folder without any manifest is a finding, too.
    """
    manifests = sorted(folder.rglob(MANIFEST_FILE))
    if not manifests:
        return [
            {
                "file": str(folder),
                "code": "no_manifest",
                "message": "没有清单，不是已发布的内容",
                "mend": "请核对目录",
            }
        ]
    findings = []
    for manifest in manifests:
        inside = manifest.parent.relative_to(folder)
        try:
            found = verify_manifest(manifest.parent)
        except ManifestError as problem:
            findings.append(
                {
                    "file": str(inside / MANIFEST_FILE),
                    "code": "bad_manifest",
                    "message": str(problem),
                    "mend": "",
                }
            )
            continue
        for finding in found:
            body = asdict(finding)
            findings.append({"file": str(inside / body.pop("path")), **body})
    return findings
