"""Settings are documented, frozen, refused when they cannot be used, and never repeat a secret."""

from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from service.keyfiles import KEY_BYTES, UnusableKeyFile, read_or_make_key
from service.settings import Settings, UnusableSetting, manual

VARIABLES = {one.metadata["variable"] for one in fields(Settings)}


def test_the_manual_is_the_table_of_the_settings():
    assert manual() in Path("docs/settings.md").read_text(encoding="utf-8")
    assert all(f"`{variable}`" in manual() for variable in VARIABLES)


def test_every_setting_has_a_safe_default():
    settings = Settings.from_environment({})
    assert settings == Settings()
    assert settings.embedded
    assert settings.peer_address == settings.database


def test_variables_are_read_by_their_names():
    given = {"CANDOUR_DATABASE": "sqlite:elsewhere", "CANDOUR_LANE": "peer", "PORT": "9000"}
    settings = Settings.from_environment(given | {"UNRELATED": "x"})
    assert (settings.database, settings.port) == ("sqlite:elsewhere", "9000")
    assert (settings.serves_record, settings.serves_peer) == (False, True)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("CANDOUR_LANE", "all"), ("CANDOUR_FOLLOW", "never"), ("PORT", "x"), ("PORT", "70000"),
     ("CANDOUR_DATABASE", "sqlite:"), ("CANDOUR_DATABASE", "mysql hunter2"),
     ("CANDOUR_PEER_DATABASE", "hunter2"), ("CANDOUR_SECRET_KEY", "hunter2")],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused_by_its_variable(variable, value):
    with pytest.raises(UnusableSetting, match=variable) as refusal:
        Settings.from_environment({variable: value})
    assert "hunter2" not in str(refusal.value)


def test_settings_print_no_secret():
    settings = Settings(database="postgresql://u:hunter2@h/d", secret_key="hunter2" * 8)
    assert "hunter2" not in repr(settings)


def test_settings_do_not_change_once_read():
    with pytest.raises(FrozenInstanceError):
        Settings().port = "1"


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    path = tmp_path / "new" / "lane.key"
    key = read_or_make_key(path)
    assert (len(key), read_or_make_key(path)) == (KEY_BYTES, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["lane.key"]


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ=", "é"])
def test_a_damaged_key_is_refused_by_its_file(tmp_path, text):
    path = tmp_path / "lane.key"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableKeyFile, match=r"lane\.key"):
        read_or_make_key(path)
