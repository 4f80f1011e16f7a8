"""Links that show a topic to somebody else: https://t.me/<bot>?start=t_<id>_<signature>.

Comes in: a topic, or what a link or a button carried. Goes out: the other of the two. Numbers are
given one after the other, so an unsigned one could be counted up through everybody's topics: it
opens only what several people, or this chat, follow anyway. https://core.telegram.org/bots/features#deep-linking
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from urllib.parse import quote, urlencode

from bot.model import ChatId, Topic, TopicId
from bot.store import Store
from handlers.suggest import SHARED

_PAYLOAD = re.compile(r"t_([1-9][0-9]{0,17})(?:_([A-Za-z0-9_-]{16}))?", re.ASCII)
_SEALED = re.compile(r"(0|[1-9][0-9]{0,17})(?:\.([A-Za-z0-9_-]{16}))?", re.ASCII)
_KEY = "link.key"
_PUBLIC = 200  # of the most followed topics, those that a bare number opens


async def topic_link(store: Store, username: str, topic: TopicId) -> str:
    """A link that offers this topic to whoever opens it."""
    return f"https://t.me/{username}?start=t_{topic}_{_signature(await _key(store), topic)}"


async def share_link(store: Store, username: str, topic: TopicId, label: str) -> str:
    """The address at which Telegram asks whom to send the link to.

    https://core.telegram.org/api/links#share-links
    """
    link = await topic_link(store, username, topic)
    query = urlencode({"url": link, "text": label}, quote_via=quote)
    return f"https://t.me/share/url?{query}"


async def linked_topic(store: Store, payload: str) -> Topic | None:
    """The topic that a link offers; None for one that was forged, counted up, or is gone."""
    named = _PAYLOAD.fullmatch(payload)
    if named is None:
        return None
    topic, shown = TopicId(int(named[1])), named[2]
    if shown is None:
        return await public_topic(store, topic)
    if not hmac.compare_digest(shown, _signature(await _key(store), topic)):
        return None
    return await store.topics.get(topic)


async def public_topic(store: Store, topic: TopicId) -> Topic | None:
    """The topic, where it is nobody's own: several people follow it."""
    popular = await store.topics.popular(_PUBLIC, at_least=SHARED)
    return next((found for found, _ in popular if found.id == topic), None)


async def sealed(store: Store, topic: TopicId) -> str:
    """The topic for a button's data; only we can have made it."""
    return f"{topic}.{_signature(await _key(store), topic)}"


async def unsealed(store: Store, chat: ChatId, words: str) -> TopicId | None:
    """The topic that a button carries, None for the "0" of no topic.

    Without a seal, as in older messages, what the chat or several people follow. Raises ValueError
    for anything else.
    """
    named = _SEALED.fullmatch(words)
    if named is None:
        raise ValueError("no data of ours")
    topic, shown = TopicId(int(named[1])), named[2]
    if shown is not None:
        if hmac.compare_digest(shown, _signature(await _key(store), topic)):
            return topic
    elif not topic:
        return None
    elif await store.topics.find(chat, topic) or await public_topic(store, topic):
        return topic
    raise ValueError("a topic that this chat was not shown")


def _signature(key: str, topic: TopicId) -> str:
    """16 letters: 96 bits, far beyond guessing at the pace of a chat."""
    mac = hmac.new(key.encode(), f"topic {topic}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:12]).decode()


async def _key(store: Store) -> str:
    """The secret of this bot's links, made when first needed."""
    key = await store.get_value(_KEY)
    if key is not None:
        return key
    async with store.transaction() as tx:
        key = await tx.get_value(_KEY) or secrets.token_hex(32)
        await tx.set_value(_KEY, key)
    return key
