"""Which links Telegram keeps. In: what stands in an href or on a button. Out: the link as clients
get it, or why there is none.

The rules of TDLib's LinkManager and HttpUrl (github.com/tdlib/td), checked against the library
itself in tests/demo/api/test_html_oracle.py. Knows nothing of messages.
"""

from __future__ import annotations

import ipaddress
import re
import string
from typing import NamedTuple

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_PROTOCOL = re.compile(r"([^:/?#@\[\]]*)://")
_SPACE = " \t\r\n\0\v"
_PART = re.compile(r"(?:[a-zA-Z0-9.\-_!$,~*'();&+=]|%[0-9a-fA-F]{2}|[^\x00-\x7f])*")
_PART_COLON = re.compile(r"(?:[a-zA-Z0-9.\-_!$,~*'();&+=:]|%[0-9a-fA-F]{2}|[^\x00-\x7f])*")
_USER = re.compile(r"tg:(?://)?user/?\?([^#]*)")
_INTEGER = re.compile(r"-?[0-9]+")


class LinkError(ValueError):
    """The text is TDLib's, from "Wrong HTTP URL" to "Disallowed character in URL host"."""


class _Url(NamedTuple):
    https: bool
    userinfo: str
    host: str
    ipv6: bool
    port: int  # 0: none given
    query: str


def ascii_lower(text: str) -> str:
    return text.translate(_LOWER)


def user_of(link: str) -> int:
    """The id in a `tg://user?id=` link; 0 where there is none."""
    found = _USER.match(ascii_lower(link))
    for parameter in found[1].split("&") if found else ():
        key, _, value = parameter.partition("=")
        if key == "id":
            return max(_integer(value), 0)
    return 0


def _integer(text: str) -> int:
    value = int(text) if _INTEGER.fullmatch(text) else 0
    return value if value < 1 << 52 else 0


def check(link: str) -> str:
    """The link in the form clients get; raises LinkError."""
    lower = ascii_lower(link)
    for scheme in ("tg", "ton"):
        if lower.startswith(scheme + ":"):
            rest = link[len(scheme) + 1 :]
            return _own_scheme(scheme, rest.removeprefix("//"))
    url = _parse(link)
    if "." not in url.host and not url.ipv6:
        raise LinkError("Wrong HTTP URL")
    userinfo = f"{url.userinfo}@" if url.userinfo else ""
    port = f":{url.port}" if url.port else ""
    return f"{'https' if url.https else 'http'}://{userinfo}{url.host}{port}{url.query}"


def _own_scheme(scheme: str, link: str) -> str:
    url = _parse(link)
    http = ascii_lower(link).startswith("http://")
    if http or url.https or url.userinfo or url.port or url.ipv6:
        raise LinkError(f"Wrong {scheme} URL")
    if not re.fullmatch(r"[a-zA-Z0-9_-]*", url.host):
        raise LinkError("Unallowed characters in URL host")
    query = url.query[1:] if url.query.startswith("/?") else url.query
    return f"{scheme}://{url.host}{query}"


def _parse(text: str) -> _Url:
    protocol = _PROTOCOL.match(text)
    scheme = ascii_lower(protocol[1]) if protocol else "http"
    if scheme not in ("http", "https"):
        raise LinkError("Unsupported URL protocol")
    rest = text[protocol.end() :] if protocol else text
    end = next((i for i, c in enumerate(rest) if c in "/?#"), len(rest))
    authority, port = _split_port(rest[:end])
    userinfo, _, host = authority.rpartition("@")
    ipv6 = host.startswith("[") and host.endswith("]")
    host = _check_host(host, ipv6)
    if not ipv6:
        _check_part(userinfo, "userinfo", _PART_COLON)
    return _Url(scheme == "https", userinfo, host, ipv6, port, _query(rest[end:]))


def _split_port(authority: str) -> tuple[str, int]:
    """The last colon that is behind the host starts the port."""
    at = max(authority.rfind(c) for c in ":]@")
    if at <= 0 or authority[at] != ":":
        return authority, 0
    port = authority[at + 1 :].encode()
    digits = (port.lstrip(b"0") or b"0").decode() if port else ""
    number = int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else 0
    if not 0 < number <= 65535:
        raise LinkError("Wrong port number specified in the URL")
    return authority[:at], number


def _check_host(host: str, ipv6: bool) -> str:
    if ipv6:
        try:
            ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise LinkError("Wrong IPv6 address specified in the URL") from None
        return ascii_lower(host)
    if not host:
        raise LinkError("URL host is empty")
    if host == ".":
        raise LinkError("Host is invalid")
    _check_part(host, "host", _PART)
    return ascii_lower(host)


def _check_part(part: str, name: str, allowed: re.Pattern[str]) -> None:
    found = allowed.match(part)
    end = found.end() if found else 0
    if end == len(part):
        return
    if part[end] == "%":
        raise LinkError(f"Wrong percent-encoded symbol in URL {name}")
    raise LinkError(f"Disallowed character in URL {name}")


def _query(rest: str) -> str:
    query = rest.rstrip(_SPACE) or "/"
    query = query if query.startswith("/") else "/" + query
    return re.sub(r"[\x00-\x20]", lambda c: f"%{ord(c[0]):02X}", query)
