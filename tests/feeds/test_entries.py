"""Who an entry is, when it was, what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.entries import clip, drafts
from bot.model import Draft, ParsedEntry, ParsedFeed

NOW = 1_770_000_000
EMPTY = ParsedEntry(None, None, None, None, None, None)


def entry(**values: object) -> ParsedEntry:
    return replace(EMPTY, **{"title": "A title", **values})  # type: ignore[arg-type]


def made(*entries: ParsedEntry, language: str = "", own: str | None = None) -> tuple[Draft, ...]:
    feed = ParsedFeed(title="F", link=None, language=own, entries=entries)
    return drafts(feed, url="https://a.example/f", language=language, now=NOW)


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_identity_is_the_guid_then_the_link_then_the_file_then_the_words() -> None:
    full = entry(guid="g", link="https://a.example/1", enclosure="https://a.example/1.mp3")
    assert made(full)[0].key == "g"
    assert made(replace(full, guid=None))[0].key == "a.example/1"
    assert made(replace(full, guid=None, link=None))[0].key == "a.example/1.mp3"
    bare = made(entry(), entry(title="Other"))
    assert len({d.key for d in bare}) == 2
    assert made(entry())[0].key == bare[0].key


def test_http_and_https_are_one() -> None:
    one, other = (made(entry(guid=f"{s}://www.a.example/1"))[0].key for s in ("http", "https"))
    assert one == other


def test_a_guid_that_several_share_is_told_apart_by_the_link() -> None:
    same = [entry(guid="post", link=f"https://a.example/{n}") for n in (1, 2, 2)]
    assert [d.link for d in made(*same)] == ["https://a.example/1", "https://a.example/2"]


def test_long_guids_are_shortened_without_mixing_them_up() -> None:
    keys = {d.key for d in made(entry(guid="x" * 3000 + "1"), entry(guid="x" * 3000 + "2"))}
    assert len(keys) == 2
    assert all(len(key) <= 512 for key in keys)


def test_times_are_clamped() -> None:
    def published(when: datetime | None) -> int | None:
        return made(entry(published=when))[0].published

    assert published(at(NOW - 60)) == NOW - 60
    assert published(at(NOW + 10**6)) == NOW
    assert published(datetime(9999, 12, 31, tzinfo=UTC)) == NOW
    assert published(datetime(1970, 1, 1, tzinfo=UTC)) is None
    assert published(datetime(1999, 1, 1, tzinfo=UTC)) == NOW - 3653 * 86400
    assert published(None) is None


def test_an_update_stands_in_for_the_date_and_counts_only_when_later() -> None:
    draft = made(entry(updated=at(NOW - 5)))[0]
    assert (draft.published, draft.updated) == (NOW - 5, None)
    draft = made(entry(published=at(NOW - 50), updated=at(NOW - 5)))[0]
    assert (draft.published, draft.updated) == (NOW - 50, NOW - 5)


def test_a_missing_title_is_taken_from_the_text_or_the_link() -> None:
    assert made(entry(title=None, summary="Words\nmore"))[0].title == "Words more"
    assert made(entry(title=None, link="https://a.example/1"))[0].title == "https://a.example/1"
    assert made(entry(title=None)) == ()


def test_the_teaser_loses_what_every_teaser_ends_with() -> None:
    said = "Rain fell. The post Rain in March appeared first on The Courier."
    assert made(entry(summary=said))[0].summary == "Rain fell."
    assert made(entry(summary="Il a plu. […]"))[0].summary == "Il a plu."
    assert made(entry(summary="A title"))[0].summary == ""


def test_what_we_know_of_the_language_beats_what_the_feed_says() -> None:
    assert made(entry(), language="fr", own="en")[0].language == "fr"
    assert made(entry(), own="en")[0].language == "en"


def test_only_the_newest_2000_are_kept_in_their_order() -> None:
    entries = [entry(guid=str(i), published=at(NOW - i)) for i in range(2500)]
    found = made(*reversed(entries))
    assert len(found) == 2000
    assert found[0].key == "1999"
    assert found[-1].key == "0"


@given(st.text(), st.integers(2, 50))
def test_clip(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert len(cut) <= limit
    assert cut == text or cut.endswith("…")


@given(
    st.lists(
        st.builds(
            entry,
            guid=st.sampled_from([None, "a", "b"]),
            link=st.sampled_from([None, "https://a.example/1", "https://a.example/2"]),
            title=st.sampled_from(["x", "y"]),
        )
    )
)
def test_keys_are_unique_and_stable(entries: list[ParsedEntry]) -> None:
    found = made(*entries)
    assert len({d.key for d in found}) == len(found)
    assert {d.key for d in made(*reversed(entries))} == {d.key for d in found}


def test_age_does_not_change_identity() -> None:
    first = made(entry(published=at(NOW)))[0]
    later = made(entry(published=at(NOW) - timedelta(days=1), summary=None))[0]
    assert first.key == later.key
