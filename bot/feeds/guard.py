"""Where the bot may go: a guard between what people and feeds name and what is connected to.

In: URLs and addresses. Out: a normalised URL, or `Forbidden` with a sentence for a person. It
opens nothing itself. The fetcher asks it three times: for the URL of every hop, for what its name
resolves to, and for the address of every socket, so that no later answer of a name server slips
through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

import idna

from bot.errors import FeedError, SettingsError
from bot.feeds.addresses import is_public

_PORTS = frozenset({80, 443, 8080, 8443})
_LOCAL = frozenset(
    {
        *("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp"),
        *("private", "svc", "cluster", "onion", "i2p", "alt", "arpa", "test", "invalid"),
    }
)
"""Last labels that never lead to a public site: RFC 6761, 6762, 8375, 9476, and custom."""
_LONGEST = 2048
_URL = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE | re.DOTALL)
_REFUSED = re.compile(
    "[\x00-\x20\x7f-\xa0\\\\\xad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufeff\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]{2,45}\]|[^:@%\[\]]+)(?::([0-9]{1,5}))?", re.ASCII)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


_NEVER = (
    *("127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254"),  # noqa: S104  (never bound to)
    *("::1", "::ffff:10.0.0.1", "fd00::1"),
)
"""What no guard lets through, unless it was told to by name."""


class Forbidden(FeedError):  # noqa: N818  (a verdict, not a fault)
    """An address that the bot does not visit; `kind` as in `Refused`.

    "address": a place that the operator may open with FETCH_ALLOW; "url": not of the web; "words":
    not written as addresses are.
    """

    def __init__(self, problem: str, kind: Literal["address", "url", "words"] = "address") -> None:
        super().__init__(problem)
        self.kind: Literal["address", "url", "words"] = kind


class Guard:
    """Lets through http and https to public addresses on the usual ports, and what `allow` names.

    `allow` holds "host:port", "ip:port", "ip" or "net/bits" (setting FETCH_ALLOW). Raises
    SettingsError on an entry that is none of these.
    """

    def __init__(self, allow: Sequence[str] = ()) -> None:
        self._places: set[tuple[str, int]] = set()
        self._networks: list[IPv4Network | IPv6Network] = []
        self._granted: set[tuple[str, int]] = set()
        for entry in allow:
            self._let(entry.strip().lower())

    def _let(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry))
        except ValueError:
            host, _, port = entry.rpartition(":")
            if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                raise SettingsError(
                    "FETCH_ALLOW needs entries like 127.0.0.1:8000, feeds.lan:80 or 10.0.0.0/8"
                ) from None
            self._places.add((host.strip("[]"), int(port)))

    def check_url(self, url: str) -> str:
        """The URL as it will be asked for, without fragment; raises Forbidden. Does no lookup."""
        if len(url) > _LONGEST or _REFUSED.search(url):
            raise Forbidden(
                "The address is too long or has characters that no address has.", "words"
            )
        match = _URL.fullmatch(url)
        if not match:
            raise Forbidden("Only http:// and https:// addresses can be visited.", "url")
        scheme, rest = match[1].lower(), match[3]
        host, port = _split(match[2])
        number = port if port is not None else (443 if scheme == "https" else 80)
        if not self.allows(host, number):
            _check_place(host, number)
        shown = f"[{host}]" if ":" in host else host
        path = rest if rest.startswith("/") else "/" + rest
        return f"{scheme}://{shown}{'' if port is None else f':{port}'}{path}"

    def allows(self, host: str, port: int) -> bool:
        """Whether the operator named this place."""
        return (host, port) in self._places or self._in_networks(host)

    def check_answers(self, host: str, port: int, addresses: Sequence[str]) -> None:
        """What a name resolved to; one forbidden address refuses the name. Raises Forbidden."""
        if not addresses:
            raise Forbidden(f"{host} has no address.")
        named = (host, port) in self._places
        for address in addresses:
            if named:
                self._granted.add((address, port))
            elif not self._may(address, port):
                raise Forbidden(f"{host} leads into a private network.")

    def check_socket(self, address: str, port: int) -> None:
        """The last word, for the address that is about to be connected to. Raises Forbidden."""
        if (address, port) not in self._granted and not self._may(address, port):
            raise Forbidden("The address leads into a private network.")

    def prove(self) -> None:
        """That this guard guards, whatever it was built from; raises SettingsError.

        The last thing before anything is fetched: a table that was spoilt, or a FETCH_ALLOW that
        opens everything, must not be found out by a stranger.
        """
        let = [ip for ip in _NEVER if not self.allows(ip, 80) and self._lets(ip)]
        if let or self.allows("93.184.216.34", 80):
            raise SettingsError(
                "FETCH_ALLOW: it must name single places; with it, private addresses are not "
                "guarded, so nothing is fetched"
            )

    def _lets(self, ip: str) -> bool:
        """Whether any of the three questions is answered with yes."""
        asked: tuple[Callable[[], object], ...] = (
            lambda: self.check_url(f"http://[{ip}]/" if ":" in ip else f"http://{ip}/"),
            lambda: self.check_answers("name.example.org", 80, [ip]),
            lambda: self.check_socket(ip, 80),
        )
        for ask in asked:
            try:
                ask()
            except Forbidden:
                continue
            return True
        return False

    def _may(self, address: str, port: int) -> bool:
        return self.allows(address, port) or is_public(address)

    def _in_networks(self, host: str) -> bool:
        ip = _address(host) if self._networks else None
        if ip is None:
            return False
        return any(ip in net for net in self._networks if net.version == ip.version)


@lru_cache(256)
def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Asked several times of every host that is visited; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _split(authority: str) -> tuple[str, int | None]:
    """Host in ASCII lower case and port; raises Forbidden for anything that two readers could read
    in two ways: user names, percent signs, zone ids, odd digits."""
    match = _AUTHORITY.fullmatch(authority)
    if not match:
        raise Forbidden("The address has no proper host name.", "words")
    host = match[1]
    try:
        if host.startswith("["):
            return str(IPv6Address(host[1:-1])), _port(match[2])
        name = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except (ValueError, UnicodeError):
        raise Forbidden("The address has no proper host name.", "words") from None
    if name != host and _NUMBER.fullmatch(name.rpartition(".")[2]):
        raise Forbidden("The address is not written in the usual way.", "words")
    return name.lower().removesuffix("."), _port(match[2])


def _port(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _check_place(host: str, port: int) -> None:
    if port not in _PORTS:
        raise Forbidden(f"Port {port} is not one that feeds are served from.")
    if ":" in host:
        public = is_public(host)
    else:
        labels = host.split(".")
        _check_name(labels)
        public = not _NUMBER.fullmatch(labels[-1]) or is_public(_canonical(host))
    if not public:
        raise Forbidden("The address leads into a private network.")


def _check_name(labels: list[str]) -> None:
    if len(".".join(labels)) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise Forbidden("The address has no proper host name.", "words")
    if len(labels) < 2:
        raise Forbidden("A name without a dot belongs to a private network.")
    if labels[-1] in _LOCAL:
        raise Forbidden("The name belongs to a private network.")


def _canonical(host: str) -> str:
    """The four decimal numbers of an IPv4 address, the one way in which we accept one."""
    try:
        return str(IPv4Address(host))
    except ValueError:
        raise Forbidden("The address is not written in the usual way.", "words") from None
