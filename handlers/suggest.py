"""Topics to tap for those who follow nothing yet.

Comes in: a chat. Goes out: rows of buttons. It refuses to know what following does.
"""

from __future__ import annotations

from bot.delivery.render import Button
from bot.errors import QueryError
from bot.topics.query import parse_query
from handlers.cards import data, titled
from handlers.context import Call

BUTTONS = 8
_A_ROW = 2
SHARED = 3  # followers that make a topic the house's rather than somebody's own
_LONGEST = 24  # characters of a button
_DONE = "✓ "


async def topic_rows(call: Call) -> list[list[Button]]:
    """Buttons of topics: what several here follow, then what suits most; ✓ on those of this
    chat.
    """
    mine = {follow.query for follow in await call.services.subscriptions.topics(call.chat)}
    buttons = [
        Button(f"{_DONE if query in mine else ''}{words}", data("go", words))
        for query, words in (await _suggested(call)).items()
    ]
    return [buttons[at : at + _A_ROW] for at in range(0, len(buttons), _A_ROW)]


async def _suggested(call: Call) -> dict[str, str]:
    """Canonical query → words on the button, the reader's own where we have them. What few follow
    is theirs and shown to nobody.
    """
    ours = _understood(call.texts.choices("start.suggestions"))
    popular = await call.services.store.topics.popular(BUTTONS)
    shared = _understood(
        [titled(t.query) for t, chats in popular if chats >= SHARED][: BUTTONS // 2]
    )
    found = {query: ours.get(query, words) for query, words in shared.items()} | ours
    return dict(list(found.items())[:BUTTONS])


def _understood(topics: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Canonical query → label, of those that are queries and fit on a button."""
    found: dict[str, str] = {}
    for words in topics:
        try:
            query = parse_query(words)
        except QueryError:
            continue
        if len(query.label) <= _LONGEST:
            found.setdefault(query.canonical, query.label)
    return found
