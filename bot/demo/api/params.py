"""The parameters of a call. In: a request as JSON, form, multipart or query. Out: typed values.

Telegram accepts every value as text as well as JSON, and so do these readers. They refuse what
Telegram refuses, with its words; which parameters a method has, they do not know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.demo.api.errors import bad_request

_TRUE = {"true", "yes", "1"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    body: bytes
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Params:
    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        return self.values.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if isinstance(value, str):
            return value
        return default if value is None else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """Telegram reads what it cannot read as 0."""
        value = self.values.get(name)
        if value in (None, ""):
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            return 0

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        return value if isinstance(value, bool) else str(value).lower() in _TRUE

    def json(self, name: str, what: str = "") -> Any:
        """A value that is JSON, or text that holds JSON; None where there is none."""
        value = self.values.get(name)
        if value in (None, ""):
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what or name} JSON object") from None

    def object(self, name: str, what: str = "") -> dict[str, Any] | None:
        value = self.json(name, what)
        if value is None or isinstance(value, dict):
            return value
        raise bad_request(f"{what or name} must be a JSON object")

    def array(self, name: str, what: str = "") -> list[Any] | None:
        value = self.json(name, what)
        if value is None or isinstance(value, list):
            return value
        raise bad_request(f"expected an Array of {what or name}")

    def shown(self) -> dict[str, Any]:
        """For the log: JSON texts decoded, files by name and size."""
        plain = {name: _decoded(value) for name, value in self.values.items()}
        files = {n: {"file_name": f.name, "file_size": len(f.body)} for n, f in self.files.items()}
        return plain | files


def _decoded(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def read(request: web.Request) -> Params:
    """Query first, then the body over it, as telegram-bot-api does."""
    values: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        values |= await _json_body(request)
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.file.read(), value.content_type)
            else:
                values[name] = value if isinstance(value, str) else bytes(value).decode()
    return Params(values, files)


async def _json_body(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise bad_request("can't parse request: invalid JSON") from None
    if not isinstance(body, dict):
        raise bad_request("can't parse request: expected an Object")
    return body
