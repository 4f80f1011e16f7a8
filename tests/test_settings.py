"""Settings: every value is typed, every mistake is named, no value is ever shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings import Settings, load

TOKEN = "123456789:AAE-canary_token_that_must_never_be_seen"


@pytest.fixture
def write(tmp_path: Path):
    def write(*lines: str) -> Path:
        file = tmp_path / ".env"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    return write


def refusal(file: Path | None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(file)
    return str(caught.value)


def test_nothing_set_is_enough_to_begin_with() -> None:
    settings = load(None)
    assert settings.telegram_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.database_url == "sqlite:///data/newsbell.db"
    assert (settings.poll_floor, settings.poll_ceiling) == (900, 86400)
    assert settings.bulk_rate == 28
    assert settings.web_port is None


def test_a_file_is_read(write) -> None:
    settings = load(
        write(
            f"TELEGRAM_TOKEN={TOKEN}",
            "ADMINS=1, 2 3",
            "POLL_FLOOR=2s",
            "POLL_CEILING=1h",
            "FETCH_ALLOW=127.0.0.1:8000,feeds.lan:80,10.0.0.0/8,[::1]:80",
            "WEB_PORT=",
            "LOG_LEVEL=DEBUG",
            "TELEGRAM_API_URL=http://127.0.0.1:8081/",
        )
    )
    assert settings.token() == TOKEN
    assert settings.admins == {1, 2, 3}
    assert (settings.poll_floor, settings.poll_ceiling) == (2, 3600)
    assert settings.fetch_allow == ("127.0.0.1:8000", "feeds.lan:80", "10.0.0.0/8", "[::1]:80")
    assert settings.web_port is None
    assert settings.log_level == "debug"
    assert settings.telegram_api_url == "http://127.0.0.1:8081"


def test_the_environment_beats_the_file(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_FLOOR", "3m")
    assert load(write("POLL_FLOOR=2s")).poll_floor == 180


def test_a_duration_without_unit_is_seconds() -> None:
    assert Settings(poll_floor="90").poll_floor == 90
    assert Settings(poll_ceiling="2d").poll_ceiling == 172800


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("TELEGRAM_TOKEN=secretvalue", "TELEGRAM_TOKEN: expected"),
        ('TELEGRAM_TOKEN="   "', "TELEGRAM_TOKEN: expected"),
        ('TELEGRAM_TOKEN="123456:secretvalue\\nX-Evil: 1"', "TELEGRAM_TOKEN: expected"),
        ("TELEGRAM_TOKEN_FILE=/nowhere/secretvalue", "TELEGRAM_TOKEN_FILE: expected"),
        ("TELEGRAM_API_URL=ftp://secretvalue", "TELEGRAM_API_URL: expected"),
        ("TELEGRAM_WEBHOOK_URL=http://secretvalue", "TELEGRAM_WEBHOOK_URL: expected"),
        ("TELEGRAM_WEBHOOK_SECRET=secretvalue!", "TELEGRAM_WEBHOOK_SECRET: expected"),
        ("DATABASE_URL=mysql://secretvalue", "DATABASE_URL: expected"),
        ("ADMINS=secretvalue", "ADMINS: expected"),
        ("POLL_FLOOR=secretvalue", "POLL_FLOOR: expected"),
        ("POLL_FLOOR=0s", "POLL_FLOOR: expected"),
        ("POLL_CEILING=1m", "POLL_CEILING: expected"),
        ("FETCH_ALLOW=secretvalue", "FETCH_ALLOW: expected"),
        ("FETCH_ALLOW=10.0.0.1/8", "FETCH_ALLOW: expected"),
        ("BULK_RATE=0", "BULK_RATE: expected"),
        ("BULK_RATE=nan", "BULK_RATE: expected"),
        ("WEB_PORT=70000", "WEB_PORT: expected"),
        ("WEB_URL=secretvalue", "WEB_URL: expected"),
        ("LLM_URL=http://127.0.0.1:9/secretvalue", "LLM_MODEL: missing"),
        ("LOG_LEVEL=secretvalue", "LOG_LEVEL: expected"),
        ("LOG_FORMAT=secretvalue", "LOG_FORMAT: expected"),
        ("TELEGRAM_TOKNE=secretvalue", "TELEGRAM_TOKNE: no such setting; did you mean"),
        ("SHOE_SIZE=secretvalue", "SHOE_SIZE: no such setting"),
    ],
)
def test_p13_a_mistake_is_named_without_its_value(write, line: str, named: str) -> None:
    said = refusal(write(line))
    assert said.startswith(named)
    assert "secretvalue" not in said
    assert "\n" not in said


def test_a_misspelt_variable_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_FLOR", "1m")
    assert refusal(None) == "POLL_FLOR: no such setting; did you mean POLL_FLOOR?"


def test_a_webhook_needs_a_secret_and_a_port(write) -> None:
    address = "TELEGRAM_WEBHOOK_URL=https://news.example/hook"
    secret = "TELEGRAM_WEBHOOK_SECRET=0123456789abcdef"
    assert refusal(write(address)).startswith("TELEGRAM_WEBHOOK_SECRET: missing")
    assert refusal(write(address, "TELEGRAM_WEBHOOK_SECRET=")).startswith("TELEGRAM_WEBHOOK_SECRET")
    assert refusal(write(address, secret)).startswith("WEB_PORT: missing")
    assert load(write(address, secret, "WEB_PORT=8080")).web_port == 8080


def test_the_token_comes_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    assert Settings(telegram_token_file=file).token() == TOKEN


def test_the_token_comes_from_systemd_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "telegram_token").write_text(TOKEN)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert load(None).token() == TOKEN


def test_a_missing_token_says_where_to_get_one() -> None:
    with pytest.raises(SettingsError, match=r"^TELEGRAM_TOKEN: missing; get one from @BotFather"):
        Settings().token()


def test_secrets_are_listed_and_not_shown() -> None:
    settings = Settings(
        telegram_token=TOKEN, llm_key="llm-key", database_url="postgresql://u:dbpass@h/n"
    )
    assert set(settings.secrets()) == {TOKEN, "llm-key", "dbpass"}
    shown = f"{settings!r} {settings}"
    assert not any(secret in shown for secret in settings.secrets())


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"ADMINS=\xff\xfe")
    assert "expected a text file" in refusal(file)


def test_every_setting_says_what_it_is_and_what_it_expects() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["expects"], name


@given(st.text(max_size=40))
def test_no_token_gets_through_that_could_split_a_request(text: str) -> None:
    try:
        token = Settings(telegram_token=text).telegram_token
    except ValueError:
        return
    assert token is not None
    assert token.get_secret_value().isprintable()
    assert " " not in token.get_secret_value()
