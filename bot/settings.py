"""Every variable of the environment, typed and documented.

In: the environment, a `.env` file, the directory of systemd credentials or Docker secrets. Out:
one frozen `Settings`, or a `SettingsError` that names the variable and what it expects, never its
value. It refuses to know what anything is used for; only entry points read it.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

_PREFIXES = ("TELEGRAM_", "DATABASE_", "POLL_", "FETCH_", "BULK_", "WEB_", "LLM_", "LOG_")
_ADDRESS = "an address that starts with https:// or http://"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SECRET_DIRS = ("/run/secrets",)  # Docker; systemd names its own in CREDENTIALS_DIRECTORY


def _seconds(value: object) -> object:
    """`15m` → 900; plain numbers are seconds."""
    if not isinstance(value, str):
        return value
    found = re.fullmatch(r"(\d{1,9}) *([smhd]?)", value.strip().lower())
    if not found:
        raise ValueError("no duration")
    return int(found[1]) * _UNITS[found[2]]


def _listed(value: object) -> object:
    return (
        [part for part in re.split(r"[,\s]+", value) if part] if isinstance(value, str) else value
    )


def _doors(value: object) -> object:
    """Each is `host:port`, `ip:port` or a CIDR; the guard gives them their meaning."""
    doors = _listed(value)
    for door in doors if isinstance(doors, list) else ():
        host, _, port = door.rpartition(":")
        if (
            host
            and port.isdecimal()
            and int(port) < 65536
            and re.fullmatch(r"[\w.-]+|\[.+\]", host)
        ):
            continue
        ipaddress.ip_network(door)
    return doors


def _web_address(value: object) -> object:
    if not isinstance(value, str):
        return value
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("no address")
    return value.strip().rstrip("/")


def _secure_address(value: object) -> object:
    address = _web_address(value)
    if isinstance(address, str) and not address.startswith("https://"):
        raise ValueError("not https")
    return address


def _database(value: object) -> object:
    text = str(value)
    if not re.fullmatch(r"sqlite:///[^\s].*|postgres(ql)?://[^\s/]+/.+", text):
        raise ValueError("no database")
    return text


def _token(value: object) -> object:
    """What BotFather gives: digits, a colon, letters; a line break in it would split a request."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", text):
        raise ValueError("no token")
    return text


def _webhook_secret(value: object) -> object:
    """1-256 of A-Z a-z 0-9 _ -: https://core.telegram.org/bots/api#setwebhook"""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("no secret")
    return text


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Seconds = Annotated[int, BeforeValidator(_seconds)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]


def _setting(default: object, about: str, expects: str, **limits: Any) -> Any:
    """A field; `about` is for the documents, `expects` ends the sentence "NAME: expected …"."""
    return Field(default, description=about, json_schema_extra={"expects": expects}, **limits)


class Settings(BaseSettings):
    """All settings; names are those of the environment in lower case.

    Blank values count as absent. An explicit argument wins over the environment, that over `.env`,
    that over the files of a secrets directory.
    """

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    telegram_token: Annotated[SecretStr, BeforeValidator(_token)] | None = _setting(
        None,
        "The bot's token, from BotFather. Secret.",
        "the token as BotFather gave it: digits, a colon, letters, in one line without spaces",
    )
    telegram_token_file: Path | None = _setting(
        None, "A file that holds the token, instead of `TELEGRAM_TOKEN`.", "a file that can be read"
    )
    telegram_api_url: WebAddress = _setting(
        "https://api.telegram.org", "Another Bot API server.", _ADDRESS
    )
    telegram_webhook_url: Annotated[str, BeforeValidator(_secure_address)] | None = _setting(
        None,
        "The public address at which Telegram reaches this bot: a webhook instead of long polling.",
        "an address that starts with https://",
    )
    telegram_webhook_secret: Annotated[SecretStr, BeforeValidator(_webhook_secret)] | None = (
        _setting(
            None,
            "What Telegram shows with every webhook call. Secret; no webhook without it.",
            "16 to 256 letters, digits, _ or -",
        )
    )
    database_url: Annotated[str, BeforeValidator(_database)] = _setting(
        "sqlite:///data/newsbell.db",
        "Where everything is kept. May hold a password.",
        "sqlite:///path/to/file.db",
        repr=False,
    )
    feeds: str = _setting(
        "",
        "An OPML file, or addresses of feeds with commas between them, present from the start. "
        "Blank: the bundled catalogue.",
        "an OPML file or addresses of feeds, with commas between them",
    )
    admins: Annotated[frozenset[int], NoDecode, BeforeValidator(_listed)] = _setting(
        frozenset(),
        "Telegram user ids, with commas between them, that may use /admin.",
        "numbers with commas between them",
    )
    poll_floor: Seconds = _setting(
        900,
        "Never visit a feed more often than this.",
        "a duration such as 15m, 24h or 2s, at least 1s",
        ge=1,
    )
    poll_ceiling: Seconds = _setting(
        86400,
        "Never visit a feed more rarely than this; its own Retry-After wins.",
        "a duration such as 15m, 24h or 2s, not below POLL_FLOOR",
        ge=1,
    )
    fetch_allow: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_doors)] = _setting(
        (),
        "Private addresses that feeds may be fetched from all the same.",
        "host:port, ip:port or CIDR, with commas between them",
    )
    bulk_rate: float = _setting(
        28.0,
        "Alerts per second, all chats together; replies are not held back by it.",
        "a number above 0, at most 1000",
        gt=0,
        le=1000,
    )
    bulk_paid: bool = _setting(False, "Alerts beyond 30 a second may cost Stars.", "true or false")
    web_host: str = _setting(
        "127.0.0.1", "Where the health page listens.", "an address of this machine", min_length=1
    )
    web_port: int | None = _setting(
        None,
        "Port of /healthz, /metrics and the webhook. Blank: off.",
        "a port number from 0 to 65535 (0 takes any free one)",
        ge=0,
        le=65535,
    )
    web_url: WebAddress | None = _setting(
        None, "The public address of this bot's web server, where there is one.", _ADDRESS
    )
    llm_url: WebAddress | None = _setting(
        None, "Any OpenAI-compatible endpoint, which may retell summaries.", _ADDRESS
    )
    llm_key: SecretStr | None = _setting(None, "The endpoint's key. Secret.", "the endpoint's key")
    llm_model: str | None = _setting(None, "The model to ask for.", "the name of a model")
    llm_daily: int = _setting(
        200, "Requests to it a day.", "a whole number from 0 to 1000000", ge=0, le=1_000_000
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = (
        _setting("info", "How much is logged.", "debug, info, warning or error")
    )
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_lower)] = _setting(
        "text", "`json` writes one object a line, for machines.", "text or json"
    )

    @model_validator(mode="before")
    @classmethod
    def _token_from_file(cls, given: Any) -> Any:
        path = given.get("telegram_token_file") if isinstance(given, dict) else None
        if not path or given.get("telegram_token"):
            return given
        try:
            return {**given, "telegram_token": Path(path).read_text(encoding="utf-8").strip()}
        except (OSError, UnicodeDecodeError):
            raise _wrong("telegram_token_file") from None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        """SettingsError is no ValueError, so it leaves pydantic as it is."""
        if self.poll_ceiling < self.poll_floor:
            raise _wrong("poll_ceiling")
        if self.telegram_webhook_url and not self.telegram_webhook_secret:
            raise SettingsError("TELEGRAM_WEBHOOK_SECRET: missing; a webhook needs one")
        if self.telegram_webhook_url and self.web_port is None:
            raise SettingsError("WEB_PORT: missing; a webhook needs a port to listen on")
        if self.llm_url and not self.llm_model:
            raise SettingsError("LLM_MODEL: missing; LLM_URL needs the name of a model")
        return self

    @property
    def contact(self) -> str:
        """Who a feed's owner can turn to; goes into the user agent."""
        return self.web_url or ""

    def token(self) -> str:
        """The bot's token, where one is needed; raises SettingsError without it."""
        if self.telegram_token is None:
            raise SettingsError(
                "TELEGRAM_TOKEN: missing; get one from @BotFather in Telegram and put it in .env "
                "(to look around without one: newsbell demo)"
            )
        return self.telegram_token.get_secret_value()

    def secrets(self) -> tuple[str, ...]:
        """Every secret value that must not reach a log."""
        kept = (self.telegram_token, self.telegram_webhook_secret, self.llm_key)
        password = urlsplit(self.database_url).password
        return (*(s.get_secret_value() for s in kept if s), *((password,) if password else ()))


def load(env_file: str | Path | None = ".env") -> Settings:
    """Read everything; raises SettingsError naming the first variable that is wrong."""
    _refuse_unknown(os.environ)
    directories = [os.environ.get("CREDENTIALS_DIRECTORY"), *_SECRET_DIRS]
    sources: dict[str, Any] = {
        "_env_file": env_file,
        "_env_file_encoding": "utf-8",
        "_secrets_dir": [d for d in directories if d and Path(d).is_dir()],
    }
    try:
        return Settings(**sources)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise (_wrong(name) if name in Settings.model_fields else _unknown(name)) from None
    except (UnicodeDecodeError, OSError):
        raise SettingsError(f"{env_file}: expected a text file in UTF-8 that can be read") from None


def _refuse_unknown(environment: os._Environ[str]) -> None:
    """A misspelt variable must not be overlooked in silence."""
    for name in environment:
        if name.upper().startswith(_PREFIXES) and name.lower() not in Settings.model_fields:
            raise _unknown(name)


def _wrong(name: str) -> SettingsError:
    extra = Settings.model_fields[name].json_schema_extra
    expects = extra.get("expects") if isinstance(extra, dict) else "another value"
    return SettingsError(f"{name.upper()}: expected {expects}")


def _unknown(name: str) -> SettingsError:
    near = difflib.get_close_matches(name.lower(), Settings.model_fields, n=1)
    hint = f"; did you mean {near[0].upper()}?" if near else ""
    return SettingsError(f"{name.upper()}: no such setting{hint}")
