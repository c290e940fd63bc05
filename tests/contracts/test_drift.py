from pipeline.generate import drift, rendered_files


def test_rendered_files_are_what_is_on_disk():
    messages = drift(rendered_files())
    assert not messages, "\n\n".join(messages)


def test_drift_is_told_legibly(tmp_path):
    (tmp_path / "a.md").write_text("one\ntwo\n", encoding="utf-8")
    messages = drift({"a.md": "one\nthree\n", "b.md": "new\n"}, tmp_path)
    assert "a.md has drifted: run `make generate`" in messages[0]
    assert "-two" in messages[0]
    assert "+three" in messages[0]
    assert messages[1] == "b.md is missing: run `make generate`"


def test_no_drift_when_equal(tmp_path):
    (tmp_path / "a.md").write_text("one\n", encoding="utf-8")
    assert drift({"a.md": "one\n"}, tmp_path) == []
