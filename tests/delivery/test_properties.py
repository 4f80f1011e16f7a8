"""Whatever feeds hold, Telegram takes each kind of message that is made of it, as it is meant.

With those of `test_spans.py` the six properties of rendered messages. `make properties` tries each
with 10,000 examples; `make test` with 100.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.catchup import list_message
from bot.delivery.digest import Contents, digest_message
from bot.delivery.render import Message, alert_message
from bot.demo.api.html import parse as parse_demo
from bot.i18n import languages, texts_for
from bot.markup import plain, web_link
from bot.model import Alert, AlertId, Sentence, Story, StoryId, Summary
from tests.delivery.telegram_parser import parse_html
from tests.delivery.test_render import ALERT, ARTICLE, CHAT, NOON, STORY

MARKUP = st.lists(
    st.one_of(
        st.sampled_from([
            "<b>", "</b>", "<a href='tg://user?id=1'>", "<script>", "<!--", "-->", "<![CDATA[",
            "&lt;b&gt;", "&amp;lt;", "&#0;", "&#xd800;", "&nbsp;", "<br/>", "<p", "<pre><code>",
            "</blockquote>", "\u202eevil", "\ud800", "Z\u0300" * 30, "\u2028", "<tg-spoiler>", "<3",
            "👩\u200d👩\u200d👧", "@all ",
        ]),
        st.text(max_size=12),
    ),
    max_size=12,
).map("".join)  # fmt: skip
LONG = st.sampled_from(["a" * 5000, "Z\u0300" * 900, "👩\u200d👩\u200d👧" * 900, "word " * 2000])
HOSTILE = st.one_of(st.text(max_size=80), MARKUP, LONG)
LINKS = st.one_of(
    HOSTILE.map("https://example.org/".__add__),
    st.sampled_from(
        ["javascript:alert(1)", "tg://user?id=1", "https://[::1", "HTTP://a.example/\"'>"]
    ),
)
LANGUAGES = st.sampled_from(languages())


@st.composite
def stories(draw: st.DrawFn) -> Story:
    return replace(
        STORY,
        id=StoryId(draw(st.integers(1, 9))),
        headline=plain(draw(HOSTILE)),
        link=web_link(draw(LINKS)),
        publisher=plain(draw(HOSTILE)),
        publishers=draw(st.integers(1, 10**6)),
    )


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """With texts as the parsers of feeds leave them, and as a broken one might."""
    told = plain if draw(st.booleans()) else str
    article = replace(
        ARTICLE, title=told(draw(HOSTILE)), publisher=told(draw(HOSTILE)),
        link=draw(LINKS), published=draw(st.integers(0, 2**31 - 1)),
    )  # fmt: skip
    return replace(
        ALERT, id=AlertId(draw(st.integers(1, 2**40))), article=article, story=draw(stories()),
        doubt=draw(st.booleans()), gathers=draw(st.sampled_from(["late", "quiet", "burst"])),
    )  # fmt: skip


def check(message: Message) -> None:
    """Telegram's parser reads the words that were meant, and so does the demo's; within limits."""
    html = message.text.html()
    parsed = parse_html(html)
    assert parsed.text == message.text.plain()
    assert parsed.text.strip()
    assert parse_demo(html)[0] == parsed.text
    assert len(parsed.text.encode("utf-16-le")) // 2 <= 4096
    assert {entity.url.partition(":")[0] for entity in parsed.entities if entity.url} <= {
        "http",
        "https",
    }
    assert all(len(b.data.encode()) <= 64 for row in message.keyboard for b in row)


@given(alerts(), HOSTILE, HOSTILE, LANGUAGES)
def test_telegram_takes_any_alert(alert: Alert, first: str, then: str, language: str) -> None:
    summary = Summary((Sentence(first, alert.article.publisher), Sentence(then, "Another")))
    check(alert_message(alert, summary, CHAT, texts_for(language), now=NOON))


@given(
    st.lists(alerts(), min_size=1, max_size=3), st.integers(1, 60), st.integers(0, 500), LANGUAGES
)
def test_telegram_takes_any_list_of_alerts(
    kinds: list[Alert], number: int, more: int, language: str
) -> None:
    owed = [
        replace(alert, id=AlertId(n), story=replace(alert.story, id=StoryId(n)))
        for n, alert in zip(range(1, number + 1), cycle(kinds))
    ]
    texts = texts_for(language)
    check(list_message(owed[0], owed, len(owed) + more, texts, now=NOON))


@given(st.lists(stories(), max_size=3), st.integers(1, 4), st.booleans(), LANGUAGES)
def test_telegram_takes_any_digest(
    told: list[Story], often: int, doubt: bool, language: str
) -> None:
    contents = Contents(tuple(told * often), len(told) * often**5)
    check(digest_message(contents, CHAT, texts_for(language), now=NOON, doubt=doubt))
