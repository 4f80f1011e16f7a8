"""An alert as a reader sees it: words, buttons, the page to preview.

In: an alert, its summary, the phrases of a language. Out: a `Message`, still free of any library.
Pure; it knows nothing of sending. `Text` and the limits are in `bot.delivery.spans`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.delivery.callback import BACK, LEAVE, MUTE, SUMMARY, UNFOLLOW, WHY, pack
from bot.delivery.spans import MESSAGE_UNITS, Text, units
from bot.delivery.worth import NOTHING, worth
from bot.i18n import Texts, zone_of
from bot.markup import clean, web_link
from bot.model import Alert, AlertId, Article, Chat, Instant, Sentence, Story, Summary

__all__ = [
    "MESSAGE_UNITS",
    "Button",
    "Message",
    "Text",
    "alert_buttons",
    "alert_message",
    "listed",
    "outlets_line",
    "titled",
    "units",
]

HEADLINE_UNITS = 300
LISTED_UNITS = 160  # of a headline with a byline in a list
TITLED_UNITS = 100  # of one without
TEASER_UNITS = 360
_SENTENCES = 2
_LATE = 3600  # seconds between being owed and being sent that are worth a word


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; it carries either `data` (≤ 64 bytes) or a web address."""

    text: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent; `preview` is the page to show below it, None for no preview."""

    text: Text
    keyboard: Keyboard = ()
    silent: bool = False
    preview: str | None = None
    reply_to: int | None = None  # a message of the same chat; where it is gone, none
    worth: int = 0  # of the summary in it


def alert_message(
    alert: Alert, summary: Summary, chat: Chat, texts: Texts, *, now: float, grown: bool = False
) -> Message:
    """Headline, who reported it and when, a sentence or two, the link; four buttons.

    `grown`: it will replace what was sent, which no longer needs an excuse for coming late.
    """
    article = alert.article
    text = Text().add(_headline(alert, texts)).line()
    text.add(_byline(alert, chat, texts, now))
    if teaser := _teaser(summary, article):
        text.line(2).add(teaser)
        if summary.kind == "model":
            text.line().text(texts.side).italic(texts("story.retold"))
    if link := web_link(article.link):
        text.line(2).link(f"{texts('alert.read')} · {_place(link, article, texts)}", link)
    for note in () if grown else _notes(alert, texts, now):
        text.line(2).italic(note)
    buttons = alert_buttons(alert.id, texts, followed=alert.followed)
    return Message(
        text,
        buttons,
        preview=link or None,
        reply_to=alert.earlier,
        worth=worth(summary, _SENTENCES) if teaser else NOTHING,
    )


def alert_buttons(
    alert: AlertId, texts: Texts, *, back: bool = False, followed: bool = False
) -> Keyboard:
    """Summary · Mute story / Unfollow · Why; `back` stands where Summary was, on a sub-page. What
    is told because the story is `followed` has no topic: Unfollow is of the story then.
    """
    first = (BACK, "alert.back") if back else (SUMMARY, "alert.summary")
    end = (LEAVE, "story.leave") if followed else (UNFOLLOW, "alert.unfollow")
    rows = ((first, (MUTE, "alert.mute")), (end, (WHY, "alert.why")))
    return tuple(
        tuple(Button(texts(key), pack(action, alert)) for action, key in row) for row in rows
    )


def listed(alert: Alert, chat: Chat, texts: Texts, mark: str, *, now: float) -> Text:
    """Two lines of a list: the headline with its link, then who reported it and when."""
    text = Text().text(f"{texts.side}{mark} ")
    text.link(texts.name(_title(alert.article, LISTED_UNITS)), alert.article.link, bold=True)
    return text.line().text(texts.side).add(_byline(alert, chat, texts, now))


def titled(alert: Alert, texts: Texts) -> Text:
    """One line of a list: the headline with its link, shorter."""
    title = texts.name(_title(alert.article, TITLED_UNITS))
    return Text().text(f"{texts.side}• ").link(title, alert.article.link)


def _title(article: Article, limit: int) -> str:
    words = clean(article.title) or clean(article.publisher) or _host(article.link) or "—"
    return Text().text(words).cut(limit).plain()


def _headline(alert: Alert, texts: Texts) -> Text:
    """Bold; of a development that the chat knows the beginning of, only what is new."""
    title = _title(alert.article, HEADLINE_UNITS)
    if alert.earlier is None and not alert.followed:
        return Text().bold(title)
    fresh = alert.story.fresh if alert.rise is None else (alert.rise.count.words,)
    return Text().bold(texts("alert.new")).text(" ").add(_marked(title, fresh))


def _marked(words: str, fresh: Sequence[str]) -> Text:
    """The words with the fresh parts bold; all of them, where none is found."""
    parts = "|".join(re.escape(clean(part)) for part in fresh if clean(part))
    cut = re.split(rf"(?<!\w)({parts})(?!\w)", words) if parts else [words]
    if len(cut) < 2:
        return Text().bold(words)
    text = Text()
    for number, part in enumerate(cut):
        text = text.bold(part) if number % 2 else text.text(part)
    return text


def outlets_line(story: Story, texts: Texts) -> str:
    """How many tell a story, and how many of them in an agency's words; "" for one alone."""
    if story.publishers < 2:
        return ""
    told = texts.n("alert.outlets", story.publishers)
    if story.copies < 2 or not story.agency:
        return told
    agency = texts.name(Text().text(clean(story.agency)).cut(40).plain())
    return f"{told} ({texts.n('alert.copies', story.copies, agency=agency)})"


def _byline(alert: Alert, chat: Chat, texts: Texts, now: float) -> Text:
    """Publisher · time in the reader's zone · how many outlets, where there are several."""
    line = Text()
    if publisher := clean(alert.article.publisher):
        line.text(texts.name(Text().text(publisher).cut(80).plain())).text(" · ")
    at = alert.article.published
    line.time(at, texts.when(at, chat.timezone, now), _time_form(at, chat.timezone, now))
    if told := outlets_line(alert.story, texts):
        line.text(" · ").text(told)
    return line


def _time_form(at: Instant, timezone: str, now: float) -> str:
    zone = zone_of(timezone)
    same = datetime.fromtimestamp(at, zone).date() == datetime.fromtimestamp(now, zone).date()
    return "t" if same else "dt"


def _teaser(summary: Summary, article: Article) -> Text:
    """A paragraph of at most two sentences, whole where they fit; none repeats the headline, and
    what another outlet says carries its name.
    """
    text = Text()
    for sentence in _distinct(summary.sentences, clean(article.title))[:_SENTENCES]:
        said = Text().text(" " if text else "").text(clean(sentence.text))
        if sentence.source and sentence.source != article.publisher:
            said.text(" ").italic(f"({clean(sentence.source)})")
        if text and text.length() + said.length() > TEASER_UNITS:
            break
        text.add(said)
    return text.cut(TEASER_UNITS)


def _distinct(sentences: Sequence[Sentence], headline: str) -> list[Sentence]:
    plain = headline.casefold().rstrip(".!?…")
    return [s for s in sentences if clean(s.text).casefold().rstrip(".!?…") not in ("", plain)]


def _place(link: str, article: Article, texts: Texts) -> str:
    """Where a link leads: its host; an address of figures tells a reader less than the outlet."""
    host = _host(link)
    try:
        ip_address(host)
    except ValueError:
        return host
    return texts.name(Text().text(clean(article.publisher)).cut(80).plain()) or host


def _notes(alert: Alert, texts: Texts, now: float) -> list[str]:
    notes = []
    if alert.doubt:
        notes.append(texts("alert.doubt"))
    if now - alert.queued > _LATE:
        notes.append(texts("alert.late"))
    return notes


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
