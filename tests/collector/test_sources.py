"""The feeds that are there from the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.collector.sources import plant, source_of, sources_in, sources_named
from bot.errors import FeedError, SettingsError
from bot.feeds.opml import write
from bot.model import FeedSource
from bot.store import open_store

NOW = 1_770_000_000
SOURCE = FeedSource(
    "https://post.example/rss", "Post", "The Post", "https://post.example", "NE", "fr"
)


def test_blank_is_the_catalogue() -> None:
    shipped = sources_named("  ")
    assert len(shipped) >= 50
    assert len({source.language for source in shipped}) >= 5
    assert all(source.publisher and source.language for source in shipped)


def test_addresses_and_files(tmp_path: Path) -> None:
    two = sources_named("https://a.example/rss, http://b.example/?a=1,")
    assert [source.url for source in two] == ["https://a.example/rss", "http://b.example/?a=1"]
    file = tmp_path / "feeds.opml"
    file.write_bytes(write([SOURCE]))
    assert sources_named(f" {file} ") == (SOURCE,)


@pytest.mark.parametrize("text", ["/nowhere/feeds.opml", "ftp://a.example/rss", ".", "a\0b"])
def test_what_is_neither_is_a_wrong_setting(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^FEEDS: expected"):
        sources_named(text)


@pytest.mark.parametrize(
    ("text", "why"), [("nowhere.opml", "No such file or directory"), ("empty", "it lists no feeds")]
)
def test_a_wrong_setting_says_why(
    text: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").touch()
    with pytest.raises(SettingsError) as refused:
        sources_named(text)
    assert str(refused.value).endswith(f"(as a file: {why})")
    assert text not in str(refused.value)


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(FeedError, match=r"nowhere\.opml cannot be read: No such file"):
        sources_in(Path("nowhere.opml"))


async def test_planting_twice_is_planting_once(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/news.db", now=lambda: NOW)
    assert await plant(store, [SOURCE], NOW) == 1
    assert await plant(store, [SOURCE, FeedSource("https://b.example/rss")], NOW) == 1
    feeds = await store.feeds.visible(None)
    assert SOURCE in [source_of(feed) for feed in feeds]
    assert all(feed.public for feed in feeds)
    await store.close()
