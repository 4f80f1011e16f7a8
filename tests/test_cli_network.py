"""The command line with a network, all of it on 127.0.0.1, and the whole bot in a bare house."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.desk import rss

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
LINK = '<link rel="alternate" type="application/rss+xml" title="{0}" href="/{0}.xml">'
PAGES = {
    "/rss": rss("The Daily", "One", "Two"),
    "/world.xml": rss("World", "One"),
    "/page": f"<html><head>{LINK.format('world')}</head></html>",
    "/several": f"<html><head>{LINK.format('world')}{LINK.format('sport')}</head></html>",
    "/list": '<?xml version="1.0"?><opml><body><outline xmlUrl="https://a.example/rss"/></body></opml>',
    "/none": "<html><body>Nothing</body></html>",
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def newsbell(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """The command in a process with nothing in its environment but these variables."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **variables},
        timeout=60,
        check=False,
    )


def test_feeds_are_added_checked_and_refused(tmp_path: Path, site: str) -> None:
    allow = {"FETCH_ALLOW": site.removeprefix("http://")}
    wanted = [f"{site}{path}" for path in ("/rss", "/page", "/several", "/none", "/missing")]
    done = newsbell(tmp_path, "feeds", "add", *wanted, **allow)
    assert done.returncode == 1
    assert "added: The Daily, 2 entries\n" in done.stderr
    assert "added: World, 1 entry\n" in done.stderr
    assert f"{site}/several offers several feeds" in done.stderr
    assert f"newsbell feeds add {site}/sport.xml" in done.stderr
    assert "known: The Daily" in done.stderr  # /none has none; /rss is where many have theirs
    assert f"{site}/missing: " in done.stderr
    assert "Traceback" not in done.stderr
    listed = newsbell(tmp_path, "feeds", "list")
    assert [line.split("\t")[1] for line in listed.stdout.splitlines()] == [
        f"{site}/rss",
        f"{site}/world.xml",
    ]
    checked = newsbell(tmp_path, "feeds", "check", **allow)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "2 of 2 feeds answer" in checked.stderr


def test_a_check_of_addresses_names_those_that_fail(tmp_path: Path, site: str) -> None:
    allow = {"FETCH_ALLOW": site.removeprefix("http://")}
    done = newsbell(tmp_path, "feeds", "check", f"{site}/rss", f"{site}/none", **allow)
    assert done.returncode == 1
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [f"{site}/none"]
    assert "1 of 2 feeds answer" in done.stderr


def test_private_addresses_are_refused(tmp_path: Path, site: str) -> None:
    done = newsbell(tmp_path, "inspect", "feed", f"{site}/rss")
    (line,) = done.stdout.splitlines()
    assert set(json.loads(line)) == {"source", "error"}
    added = newsbell(tmp_path, "feeds", "add", f"{site}/rss")
    assert added.returncode == 1
    checked = newsbell(tmp_path, "feeds", "check", f"{site}/rss", "ftp://a.example/", "http://[x")
    for said in (line, added.stderr, checked.stdout.splitlines()[0]):
        assert "FETCH_ALLOW" in said
    assert "FETCH_ALLOW" not in "".join(checked.stdout.splitlines()[1:])


def test_a_list_of_feeds_is_taken_from_the_web_and_is_no_feed(tmp_path: Path, site: str) -> None:
    allow = {"FETCH_ALLOW": site.removeprefix("http://")}
    done = newsbell(tmp_path, "feeds", "import", f"{site}/list", **allow)
    assert (done.returncode, done.stderr) == (0, "1 added, 0 known already, 0 left out\n")
    checked = newsbell(tmp_path, "feeds", "check", f"{site}/list", **allow)
    assert "This is a list of feeds (OPML), not a feed." in checked.stdout


AUDIT = """
import os, sys
allowed, report = os.environ["MAY_WRITE"], os.environ["REPORT"]

def watch(event, details):
    if event == "open" and details[0] is not None and not isinstance(details[0], int):
        path, mode, flags = details
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        where = os.path.abspath(os.fsdecode(path))
    elif event == "os.mkdir" and details[2] == -1:
        writes, where = True, os.path.abspath(os.fsdecode(details[0]))
    else:
        return
    if writes and not where.startswith((allowed, "/dev/")):
        handle = os.open(report, os.O_WRONLY | os.O_APPEND)
        os.write(handle, f"{event} {where}\\n".encode())
        os.close(handle)

sys.addaudithook(watch)
"""


def test_p11_the_bot_runs_without_a_home_and_writes_nowhere_else(tmp_path: Path) -> None:
    """A read-only root file system is enough: see Dockerfile and docs/operating.md."""
    data, watch, report = tmp_path / "data", tmp_path / "watch", tmp_path / "data" / "report"
    data.mkdir()
    watch.mkdir()
    report.touch()
    (watch / "sitecustomize.py").write_text(AUDIT)
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd="/",
        env={
            "PYTHONPATH": os.pathsep.join((str(watch), str(ROOT))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": str(data),
            "MAY_WRITE": str(data),
            "REPORT": str(report),
        },
    )
    assert bot.stderr is not None
    said = ""
    while "Ctrl-C" not in said:
        line = bot.stderr.readline()
        assert line, said
        said += line
    bot.send_signal(signal.SIGINT)
    _, rest = bot.communicate(timeout=40)
    assert "Open http://127.0.0.1:" in said
    assert (bot.returncode, rest.strip()) == (0, "")
    assert report.read_text() == ""
    assert sorted(path.name for path in data.iterdir()) == ["report"]
