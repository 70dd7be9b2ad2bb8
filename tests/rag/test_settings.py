from __future__ import annotations

import os
from pathlib import Path

import pydantic
import pytest

from rag import Settings, load_settings
from rag.errors import SettingsError


def _write(text: str) -> None:
    Path(os.environ["PAPERTRAIL_HOME"], "settings.toml").write_text(text, encoding="utf-8")


def test_the_call_wins_over_the_environment_and_that_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    _write("passages = 3\nretries = 3\nanswer_tokens = 300\n")
    monkeypatch.setenv("PAPERTRAIL_RETRIES", "4")
    monkeypatch.setenv("PAPERTRAIL_ANSWER_TOKENS", "400")

    settings = load_settings(answer_tokens=500)

    assert (settings.passages, settings.retries, settings.answer_tokens) == (3, 4, 500)


def test_an_override_of_none_is_no_override(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_RETRIEVER", "dense")

    assert load_settings(retriever=None, home=None).retriever == "dense"


def test_the_file_is_looked_for_in_the_home_that_the_call_names(tmp_path: Path) -> None:
    _write("passages = 3\n")
    (tmp_path / "settings.toml").write_text("passages = 5\n", encoding="utf-8")

    assert load_settings(home=tmp_path).passages == 5
    assert load_settings(home=str(tmp_path)).passages == 5


def test_the_tilde_of_the_home_folder_is_expanded() -> None:
    assert load_settings(home=Path("~/elsewhere")).home == Path.home() / "elsewhere"


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("colour = 'red'\n", "setting 'colour': Extra inputs are not permitted; see `papertrail doctor`"),
        ("passages = 0\n", "setting 'passages': Input should be greater than or equal to 1"),
        ("passages = 'many'\n", "setting 'passages': "),
        ("model = 'gpt'\n", "setting 'model': "),
        ("embedding = 'openai:'\n", "setting 'embedding': "),
        ("passages = \n", "settings.toml in the home folder cannot be read: "),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(file: str, message: str) -> None:
    _write(file)

    with pytest.raises(SettingsError) as error:
        load_settings()

    assert str(error.value).startswith(message)


def test_a_file_that_is_no_text_is_a_mistake_of_the_user() -> None:
    Path(os.environ["PAPERTRAIL_HOME"], "settings.toml").write_bytes(b"\xff\xfe")

    with pytest.raises(SettingsError, match=r"settings\.toml in the home folder cannot be read"):
        load_settings()


def test_an_unknown_override_is_refused() -> None:
    with pytest.raises(SettingsError, match="setting 'colour'"):
        load_settings(colour="red")


def test_a_value_of_the_environment_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_READ_TIMEOUT_S", "0")

    with pytest.raises(SettingsError, match="setting 'PAPERTRAIL_READ_TIMEOUT_S'|setting 'read_timeout_s'"):
        load_settings()


def test_secrets_are_not_printed() -> None:
    settings = Settings(openai_api_key="sk-secret", page_password="hush")

    assert "sk-secret" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-secret"


def test_settings_are_frozen() -> None:
    with pytest.raises(pydantic.ValidationError):
        Settings().passages = 3  # type: ignore[misc] # the point of the test


def test_the_hash_is_that_of_what_bears_on_an_answer(tmp_path: Path) -> None:
    plain = Settings()

    assert len(plain.hash) == 12
    assert int(plain.hash, 16) >= 0
    assert plain.hash == Settings(home=tmp_path, openai_api_key="k", page_user="u", page_password="p").hash
    assert plain.hash != Settings(passages=3).hash
    assert plain.hash != Settings(retriever="dense").hash


def test_a_copy_with_other_values_forgets_what_was_worked_out_of_the_old_ones() -> None:
    plain = Settings(model_servers="", passages=4)
    before = plain.hash, plain.model_addresses, plain.routed

    copy = plain.model_copy(
        update={"model_servers": "http://127.0.0.1:9", "routing": "extractive,openai/a", "passages": 3}
    )

    assert copy.model_addresses == ("http://127.0.0.1:9",)
    assert copy.routed == ("extractive", "openai/a")
    assert copy.hash == Settings(passages=3, routing="extractive,openai/a").hash
    assert (plain.hash, plain.model_addresses, plain.routed) == before


def test_every_setting_says_what_it_is() -> None:
    assert all(field.description for field in Settings.model_fields.values())
