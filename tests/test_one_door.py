"""Only bot/feeds opens sockets to the outside: a lint rule; and feedparser is kept blind.

Every other way out has been somebody's hole: a preview, a favicon, a discovery that forgot the
guard. Whoever adds one must say here why it needs none.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("handlers/**/*.py")])
WAYS_OUT = {
    "ClientSession", "TCPConnector", "urlopen", "create_connection", "open_connection",
    "getaddrinfo", "HTTPConnection", "HTTPSConnection", "create_datagram_endpoint", "AsyncClient",
    "sock_connect", "gethostbyname",
}  # fmt: skip
MODULES = {"requests", "urllib3", "http.client", "urllib.request", "ftplib", "smtplib", "telnetlib"}
ALLOWED = {
    "bot/feeds/fetch.py": {"ClientSession"},  # the one door, behind the guard
    "bot/feeds/dial.py": {"TCPConnector", "socket", "getaddrinfo"},  # its hinges
    "bot/delivery/wire.py": {"ClientSession", "TCPConnector", "httpx"},  # the Bot API's address
    "bot/delivery/telegram.py": {"httpx"},  # is the operator's own
    "bot/delivery/outcome.py": {"httpx"},  # names of its errors
    "bot/reading/llm.py": {"ClientSession", "TCPConnector"},  # LLM_URL, too; it follows no redirect
    "bot/doctor.py": {"ClientSession", "socket"},  # the same; and a port of our own
    "bot/orders.py": {"socket"},  # a local socket of our own command line
    "bot/heart.py": {"socket"},  # a local socket of the service manager
    "bot/demo": {"ClientSession", "socket", "create_server"},  # servers of our own on loopback
}


def allowed(path: Path) -> set[str]:
    name = path.relative_to(ROOT).as_posix()
    return {way for place, ways in ALLOWED.items() if name.startswith(place) for way in ways}


@cache
def nodes(path: Path) -> list[ast.AST]:
    """What could be a way out."""
    tree = ast.parse(path.read_text("utf-8"))
    ways = (ast.Import, ast.ImportFrom, ast.Call, ast.ClassDef)
    return [n for n in ast.walk(tree) if isinstance(n, ways)]


def ways_out(path: Path) -> set[str]:
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = getattr(node, "module", None) or ""
            names = {alias.name for alias in node.names} | {module}
            found |= {name for name in names if name in MODULES}
            found |= {"httpx" for name in names if name.split(".")[0] in ("httpx", "httpx_aiohttp")}
        elif isinstance(node, ast.ClassDef):
            found |= {"socket"} & {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            found |= {called} & WAYS_OUT
            if (owner, called) == ("socket", "socket"):
                found.add("socket")
    return found


def test_no_way_out_but_the_guarded_one() -> None:
    found = {path.relative_to(ROOT).as_posix(): ways_out(path) - allowed(path) for path in FILES}
    assert {path: ways for path, ways in found.items() if ways} == {}


def test_the_rule_sees_what_it_is_for() -> None:
    assert "ClientSession" in ways_out(ROOT / "bot/feeds/fetch.py")
    assert {"TCPConnector", "socket"} <= ways_out(ROOT / "bot/feeds/dial.py")


def test_feedparser_is_handed_nothing_it_could_open() -> None:
    """Text or bytes that name a file or an address would be opened: it gets a BytesIO."""
    calls = [
        (path.relative_to(ROOT).as_posix(), ast.unparse(node.args[0]))
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "parse"
        and ast.unparse(node.func) == "feedparser.parse"
    ]
    assert calls == [("bot/feeds/xmlfeed.py", "body")]
    assert "body = io.BytesIO(" in (ROOT / "bot/feeds/xmlfeed.py").read_text("utf-8")
