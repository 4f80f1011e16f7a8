"""The command line: what it prints where, and how it ends."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cli import app, main
from bot.model import FeedSource
from bot.store import Store, open_store
from tests.desk import rss

Run = Callable[..., tuple[int, str, str]]

PAGE = """<html lang="en"><head><title>Bridge closed</title></head><body><article>
<h1>Bridge closed</h1><p>The ministry closed the old bridge at Gaya on Monday morning.</p>
<p>Lorries with onions and cement wait on both banks of the river since then.</p>
<p>Engineers found cracks in two of the nine pillars, the ministry said in a statement.</p>
</article></body></html>"""


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root, hook = logging.getLogger(), sys.excepthook
    before = (root.handlers[:], root.level, logging.raiseExceptions)
    yield
    root.handlers[:], level, logging.raiseExceptions = before
    root.setLevel(level)
    sys.excepthook = hook


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """`newsbell` with these arguments in an empty folder: exit code, output, messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def lines(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


# ── wrong use ──


def test_help_names_every_command(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    names = {command.name or command.callback.__name__ for command in app.registered_commands}
    names |= {group.name for group in app.registered_groups}
    assert names == {"run", "demo", "doctor", "backup", "migrate", "feeds", "inspect"}
    assert all(f"  {name}" in out for name in names)


def test_the_version(run: Run) -> None:
    code, out, _ = run("--version")
    assert (code, out.split()[0]) == (0, "newsbell")


@pytest.mark.parametrize("words", [["nonsense"], ["inspect", "topic"], ["demo", "--port", "x"]])
def test_wrong_use_is_2(run: Run, words: list[str]) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_wrong_settings_are_78_in_one_line(run: Run) -> None:
    Path(".env").write_text("POLL_FLOOR=soon\n")
    code, out, err = run("run")
    assert (code, out) == (78, "")
    assert err.startswith("newsbell: POLL_FLOOR: expected a duration")
    assert err.count("\n") == 1
    assert "soon" not in err


def test_run_without_a_token_is_78(run: Run) -> None:
    code, _, err = run("run")
    assert code == 78
    assert "TELEGRAM_TOKEN" in err
    assert "BotFather" in err


def test_there_is_no_other_database_yet(run: Run) -> None:
    assert run("migrate", "--to", "postgresql://a:secretvalue@b/c")[0] == 78


# ── database ──


def test_a_migration_needs_a_database(run: Run) -> None:
    code, out, err = run("migrate")
    assert (code, out) == (1, "")
    assert err.startswith("newsbell: There is no database")


def test_before_the_first_run_the_feeds_that_will_be_are_shown(run: Run) -> None:
    code, out, err = run("feeds", "list")
    assert code == 0
    assert len(out.splitlines()) > 50
    assert all(line.endswith("\tnot visited yet") for line in out.splitlines())
    assert err == "there is no database yet; a first `newsbell run` begins with these feeds\n"
    code, out, _ = run("feeds", "export")
    assert code == 0
    assert out.count("xmlUrl") > 50
    assert list(Path().iterdir()) == [], "looking makes nothing"


async def _held(url: str) -> Store:
    store = await open_store(url)
    async with store.transaction() as tx:
        await tx.feeds.add(FeedSource("https://post.example/rss", "Post"), now=0, public=True)
    return store


def test_the_feeds_are_shown_while_the_bot_runs(run: Run) -> None:
    with asyncio.Runner() as runner:
        store = runner.run(_held("sqlite:///data/newsbell.db"))
        code, out, err = run("feeds", "list")
        assert (code, out, err) == (0, "Post\thttps://post.example/rss\t\tnot visited yet\n", "")
        assert "https://post.example/rss" in run("feeds", "export")[1]
        Path("mine.opml").write_text(OPML)
        code, _, err = run("feeds", "import", "mine.opml")
        assert code == 1
        assert "Stop it first" in err
        runner.run(store.close())


OPML = (
    '<opml version="2.0"><body><outline text="Post" xmlUrl="https://post.example/rss" '
    'publisher="The Post" country="NE" language="fr"/></body></opml>'
)


def test_feeds_come_and_go_as_opml(run: Run) -> None:
    Path("mine.opml").write_text(OPML)
    assert run("feeds", "import", "mine.opml")[2] == "1 added, 0 known already, 0 left out\n"
    assert run("feeds", "import", "mine.opml")[2] == "0 added, 1 known already, 0 left out\n"
    code, out, _ = run("feeds", "list")
    assert (code, out) == (0, "Post\thttps://post.example/rss\tfr\tnot visited yet\n")
    code, out, _ = run("feeds", "export")
    assert code == 0
    assert 'publisher="The Post"' in out
    assert run("feeds", "export", "copy.opml")[0] == 0
    assert Path("copy.opml").read_text() == out


def test_opml_comes_through_a_pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(OPML.encode())))
    assert run("feeds", "import", "-")[2] == "1 added, 0 known already, 0 left out\n"


@pytest.mark.parametrize("file", ["nowhere/feeds.opml", "."])
def test_a_file_that_cannot_be_written_gets_a_sentence(run: Run, file: str) -> None:
    code, _, err = run("feeds", "export", file)
    assert code == 1
    assert err.splitlines()[-1].startswith(f"newsbell: {file} cannot be written: ")


def test_what_is_no_opml_is_refused(run: Run) -> None:
    Path("no.opml").write_text("hello")
    for name in ("no.opml", "missing.opml", "."):
        code, _, err = run("feeds", "import", name)
        assert code == 1
        assert err.startswith("newsbell: ")
        assert "Traceback" not in err


def test_a_backup_is_made_once(run: Run) -> None:
    Path("mine.opml").write_text(OPML)
    run("feeds", "import", "mine.opml")
    assert run("backup", "copy.db")[0] == 0
    assert Path("copy.db").stat().st_size > 0
    code, _, err = run("backup", "copy.db")
    assert code == 1
    assert "exists" in err
    assert run("migrate")[0] == 0


def test_a_backup_of_nothing_is_refused(run: Run) -> None:
    code, _, err = run("backup", "copy.db")
    assert code == 1
    assert "Traceback" not in err
    assert not Path("copy.db").exists()


# ── inspect ──


@pytest.mark.process
def test_inspect_feed(run: Run) -> None:
    Path("a.xml").write_text(rss("The Daily", "One", "Two"))
    Path("b.html").write_text(PAGE)
    code, out, err = run("inspect", "feed", "a.xml", "b.html", "missing.xml")
    assert (code, err) == (0, "")
    one, two, page, missing = lines(out)
    assert (one["source"], one["id"], one["title"]) == ("a.xml", "0", "One")
    assert two["link"] == "https://daily.example/1"
    assert set(page) == set(missing) == {"source", "error"}
    assert missing["source"] == "missing.xml"


ROWS = (
    '{"id": "a", "title": "Soldiers leave Niger", "published": "2026-03-01T08:00:00Z"}\n'
    '{"id": "b", "title": "Nigeria wins the cup\u2028at home"}\n'
)


def test_inspect_topic(run: Run) -> None:
    Path("articles.jsonl").write_text(ROWS, encoding="utf-8")
    code, out, err = run("inspect", "topic", "Niger", "--articles", "articles.jsonl")
    assert code == 0
    assert [(line["id"], line["match"]) for line in lines(out)] == [("a", True), ("b", False)]
    assert "Niger: 1 of 2 articles" in err
    assert "Georgia (US state)" in run("inspect", "topic", "Georgia", "--articles", "/dev/null")[2]


def test_inspect_topic_points_at_the_mistake(run: Run) -> None:
    Path("articles.jsonl").write_text(ROWS, encoding="utf-8")
    code, out, err = run("inspect", "topic", "(Niger", "--articles", "articles.jsonl")
    assert (code, out) == (2, "")
    assert "^" in err


def test_inspect_stories(run: Run) -> None:
    Path("articles.jsonl").write_text(ROWS, encoding="utf-8")
    code, out, _ = run("inspect", "stories", "--articles", "articles.jsonl")
    assert code == 0
    assert [set(line) for line in lines(out)] == [{"id", "story"}] * 2


@pytest.mark.parametrize("text", ["{", '{"id": 1}'])
def test_a_wrong_row_is_named(run: Run, text: str) -> None:
    Path("articles.jsonl").write_text(text)
    code, out, err = run("inspect", "stories", "--articles", "articles.jsonl")
    assert (code, out) == (1, "")
    assert "line 1" in err


def test_a_missing_articles_file(run: Run) -> None:
    code, _, err = run("inspect", "stories", "--articles", "none.jsonl")
    assert code == 1
    assert "cannot be read" in err


@pytest.mark.process
def test_inspect_page_and_summary(run: Run) -> None:
    Path("a.html").write_text(PAGE)
    code, out, _ = run("inspect", "page", "a.html")
    assert code == 0
    (page,) = lines(out)
    assert page["title"] == "Bridge closed"
    assert "Engineers found cracks" in str(page["text"])
    code, out, err = run("inspect", "summary", "a.html", "none.html", "--sentences", "1")
    assert code == 0
    (summary,) = lines(out)
    (sentence,) = summary["sentences"]
    assert sentence["source"] == "a.html"
    assert sentence["text"] in PAGE
    assert err.startswith("none.html: ")


@pytest.mark.process
def test_a_page_without_text(run: Run) -> None:
    Path("a.html").write_text("<html></html>")
    assert run("inspect", "page", "a.html")[0] == 1
    assert run("inspect", "summary", "a.html")[0] == 1


# ── start ──


@pytest.mark.process
def test_the_help_loads_nothing_heavy() -> None:
    heavy = ("aiohttp", "aiosqlite", "feedparser", "pydantic", "rich", "telegram", "trafilatura")
    code = f"import sys, bot.cli; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.process
def test_python_m_bot_is_the_same(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("newsbell ")
