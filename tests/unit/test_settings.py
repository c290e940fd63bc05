import pytest
from pydantic import ValidationError

from panhuo.periods import Period
from panhuo.settings import Settings, get_settings


def test_settings_are_read_from_the_environment_at_each_call(monkeypatch):
    monkeypatch.setenv("PANHUO_FIRST_PERIOD", "2024-01")
    assert get_settings().first_period == Period(2024, 1)
    monkeypatch.setenv("PANHUO_FIRST_PERIOD", "2024-02")
    assert get_settings().first_period == Period(2024, 2)


def test_settings_never_change():
    with pytest.raises(ValidationError, match="frozen"):
        Settings().threads = 8


def test_settings_name_the_variable_that_is_wrong(monkeypatch):
    monkeypatch.setenv("PANHUO_FIRST_PERIOD", "2024-13")
    with pytest.raises(ValidationError, match="not a month"):
        get_settings()


def test_secrets_are_not_printed(monkeypatch):
    monkeypatch.setenv("PANHUO_PLATFORM_TOKEN", "do-not-print-me")
    monkeypatch.setenv("PANHUO_PSEUDONYM_KEY", "nor-me-0123456789")
    shown = repr(get_settings()) + str(get_settings().model_dump())
    assert "do-not-print-me" not in shown
    assert "nor-me" not in shown


def test_object_store_needs_a_local_folder_for_builds(tmp_path):
    with pytest.raises(ValueError, match="PANHUO_WORK_DIR"):
        _ = Settings(data_dir="s3://bucket/panhuo").local_dir
    assert Settings(data_dir="s3://bucket/panhuo", work_dir=tmp_path).local_dir == tmp_path


def test_every_setting_is_described():
    assert all(field.description for field in Settings.model_fields.values())
