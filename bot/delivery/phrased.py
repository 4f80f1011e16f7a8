"""The words of an alert, put together once for all chats that read the same.

In: an alert. Out: its message, as `alert_message` would make it. A story that thousands follow is
rendered once a minute for each language and time zone; only the buttons, and the message that it
answers, differ from chat to chat.
It refuses to know what an alert looks like.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from bot.delivery.render import Message, alert_buttons, alert_message
from bot.delivery.teaser import Teasers
from bot.i18n import Texts
from bot.model import Alert, Article, Clock, Summary

_KEPT = 512
_SECONDS = 60  # a time of day, or the word that an alert is late, is no more wrong than that

_Key = tuple[object, ...]


class Phrased:
    def __init__(self, teasers: Teasers, texts_for: Callable[[str], Texts], now: Clock) -> None:
        self._teasers = teasers
        self._texts_for = texts_for
        self._now = now
        self._made: OrderedDict[_Key, tuple[Article, Summary, Message]] = OrderedDict()

    async def of(self, alert: Alert) -> Message:
        """The message for the chat of this alert."""
        summary, now = await self._teasers.of(alert), self._now()
        texts, key = self._texts_for(alert.chat.language), _key(alert, now)
        found = self._made.get(key)
        if found is not None and found[0] == alert.article and found[1] is summary:
            self._made.move_to_end(key)
            return replace(
                found[2],
                keyboard=alert_buttons(alert.id, texts, followed=alert.followed),
                reply_to=alert.earlier,
            )
        message = alert_message(alert, summary, alert.chat, texts, now=now)
        self._made[key] = (alert.article, summary, message)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return message


def _key(alert: Alert, now: float) -> _Key:
    """All of an alert that its words depend on, but for the article and what is told of it."""
    chat = alert.chat
    told = (alert.article.id, alert.story.id, alert.story.publishers, alert.development)
    known = (alert.earlier is None, alert.followed, alert.doubt, alert.queued)
    return (*told, *known, chat.language, chat.timezone, now // _SECONDS)
