"""Manifests: what they say, and every way of tampering with a folder that they show."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from panhuo.dispatch.manifest import ManifestError, read_manifest, verify_manifest, write_manifest

META = {"period": "2024-05", "recipient": {"kind": "province", "name": "安徽省"}}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("乙", encoding="utf-8")
    write_manifest(tmp_path, META, {"data/a.csv": 1})
    return tmp_path


def codes(folder: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.path) for finding in verify_manifest(folder)]


def rewrite(folder: Path, change) -> None:
    """Edit the manifest and write it back in its canonical form."""
    body = json.loads((folder / "manifest.json").read_bytes())
    change(body)
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")


def test_untouched_folder_has_no_findings(folder):
    assert verify_manifest(folder) == []


def test_manifest_says_what_the_folder_holds(folder):
    manifest = read_manifest(folder)
    assert manifest.meta == META
    assert list(manifest.files) == ["b.txt", "data/a.csv"]
    assert manifest.files["data/a.csv"].rows == 1
    assert manifest.files["data/a.csv"].bytes == 4
    assert manifest.files["b.txt"].rows is None
    assert "安徽省" in (folder / "manifest.json").read_text(encoding="utf-8")


def test_digest_is_what_sha256sum_prints(folder):
    lines = "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in ("b.txt", "data/a.csv")
    )
    assert read_manifest(folder).digest == hashlib.sha256(lines.encode()).hexdigest()


def test_order_of_meta_and_of_writing_changes_no_byte(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "b.txt").write_text("乙", encoding="utf-8")
    (other / "data").mkdir()
    (other / "data" / "a.csv").write_text("x\n1\n", encoding="utf-8")
    write_manifest(other, dict(reversed(META.items())), {"data/a.csv": 1})
    assert (other / "manifest.json").read_bytes() == (folder / "manifest.json").read_bytes()


def test_computed_keys_are_not_taken_from_the_caller(tmp_path):
    with pytest.raises(ValueError, match="digest"):
        write_manifest(tmp_path, {"digest": "0" * 64})


def test_missing_file_is_found(folder):
    (folder / "b.txt").unlink()
    assert codes(folder) == [("missing_file", "b.txt")]


def test_extra_file_is_found_wherever_it_lies(folder):
    (folder / "data" / ".writing-x").write_text("")
    assert codes(folder) == [("extra_file", "data/.writing-x")]


def test_longer_file_is_found(folder):
    (folder / "b.txt").write_text("乙乙", encoding="utf-8")
    assert codes(folder) == [("altered_file", "b.txt")]


def test_altered_byte_of_the_same_length_is_found(folder):
    (folder / "b.txt").write_text("丙", encoding="utf-8")
    assert codes(folder) == [("altered_file", "b.txt")]


def test_file_replaced_by_a_folder_is_found(folder):
    (folder / "b.txt").unlink()
    (folder / "b.txt").mkdir()
    assert codes(folder) == [("not_a_file", "b.txt")]


def test_pipe_in_the_place_of_a_file_is_not_opened(folder):
    (folder / "b.txt").unlink()
    os.mkfifo(folder / "b.txt")
    assert codes(folder) == [("not_a_file", "b.txt")]


@pytest.mark.parametrize("name", ["b.txt", "data"])
def test_link_is_found_and_not_followed(folder, tmp_path_factory, name):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / name).rename(elsewhere / name)
    (folder / name).symlink_to(elsewhere / name)
    assert ("link", "b.txt" if name == "b.txt" else "data/a.csv") in codes(folder)


def test_digest_recomputed_by_a_forger_for_one_file_only_is_found(folder):
    (folder / "b.txt").write_text("丙", encoding="utf-8")
    forged = hashlib.sha256("丙".encode()).hexdigest()
    rewrite(folder, lambda body: body["files"]["b.txt"].update(sha256=forged))
    assert codes(folder) == [("wrong_digest", "manifest.json")]


def test_wrong_digest_is_found(folder):
    rewrite(folder, lambda body: body.update(digest="0" * 64))
    assert codes(folder) == [("wrong_digest", "manifest.json")]


def test_key_written_twice_is_found(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"period"', '"period": "2024-04",\n "period"', 1))
    assert codes(folder) == [("manifest_not_canonical", "manifest.json")]


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "data/../../secret", "data\\a.csv", "C:/x", "./b.txt", "data//a.csv", ""]
)
def test_name_that_leads_elsewhere_is_refused_unopened(folder, name):
    (folder.parent / "secret").write_text("s")
    rewrite(folder, lambda body: body["files"].update({name: body["files"]["b.txt"]}))
    assert ("unsafe_name", name) in codes(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"files": {}, "digest": "x"}', "[" * 100_000, "\xff"])
def test_what_is_not_a_manifest_is_one_finding(folder, text):
    (folder / "manifest.json").write_bytes(text.encode("latin-1"))
    assert codes(folder) == [("manifest_unreadable", "manifest.json")]
    with pytest.raises(ManifestError, match=r"manifest\.json"):
        read_manifest(folder)


def test_missing_manifest_is_one_finding(tmp_path):
    assert codes(tmp_path) == [("manifest_unreadable", "manifest.json")]


def test_findings_are_bounded(folder):
    for number in range(30):
        (folder / f"extra-{number}").write_text("")
    assert len(verify_manifest(folder, limit=10)) == 10
