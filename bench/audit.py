"""Was everything that was owed delivered, and nothing twice? An answer from outside the bot.

In: the bot's database and the log of the Bot API. Out: counts. What should have rung is worked out
again from the articles; what did ring is read from the buttons of the messages that got through.
No command of its own: `python -m bench.kill` and `python -m bench.faults` ask it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bot.delivery.callback import OPEN, WHY, unpack
from bot.demo.api import BotApi
from bot.feeds.flood import OLD
from bot.model import Article, ArticleId, FeedId
from bot.topics.match import Percolator
from bot.topics.query import parse_query


@dataclass(frozen=True, slots=True)
class Audit:
    alerts: int  # rows of the outbox
    delivered: int  # messages that got through
    unqueued: int  # stories that should ring a chat and have no row: lost before the outbox
    undelivered: int  # rows without a message that nothing explains: lost after it
    given_up: int  # rows without a message that were closed in doubt: as often as policy allows
    repeated: int  # rows with more messages than doubt explains
    doubtful: int  # rows that were sent once more out of doubt
    doubled: int  # of these, those that were seen twice

    @property
    def lost(self) -> int:
        return self.unqueued + self.undelivered

    @property
    def good(self) -> bool:
        """Something was owed, and all of it came once."""
        return self.alerts > 0 and self.lost == 0 and self.repeated == 0


_ROWS = """
    SELECT alert.id, chat, story, alert.state, resends, doubt, alert.problem, telegram
    FROM alert JOIN chat ON chat.id = alert.chat
"""


def deliveries(api: BotApi, lists: Lists) -> Counter[int]:
    """How often each alert got through, by its number."""
    seen: Counter[int] = Counter()
    for call in api.log.of("sendMessage"):
        if call.done:
            seen.update(alerts_of(call.params, lists))
    return seen


Lists = Mapping[int, frozenset[int]]
"""By each alert that was sent in a list, all of that list."""


def lists_of(connection: sqlite3.Connection) -> Lists:
    members = defaultdict[int, set[int]](set)
    for row in connection.execute(
        "SELECT id, folded_into FROM alert WHERE folded_into IS NOT NULL"
    ):
        members[row["folded_into"]] |= {row["id"], row["folded_into"]}
    return {one: frozenset(group) for group in members.values() for one in group}


def alerts_of(params: dict[str, Any], lists: Lists = MappingProxyType({})) -> set[int]:
    """The alerts of a message; without `lists`, of a list only those that have a button."""
    markup = params.get("reply_markup") or {}
    markup = json.loads(markup) if isinstance(markup, str) else markup
    buttons = [button for row in markup.get("inline_keyboard", ()) for button in row]
    found = [unpack(button.get("callback_data")) for button in buttons]
    single = {pair[1] for pair in found if pair and pair[0] == WHY}
    listed = {pair[1] for pair in found if pair and pair[0] == OPEN}
    return single.union(*(lists.get(number, {number}) for number in listed))


def audit(
    connection: sqlite3.Connection, api: BotApi, *, after: int, fickle: Collection[int] = ()
) -> Audit:
    """`after`: the last article that was there before anybody followed anything.

    `fickle`: people who blocked the bot meanwhile; nobody can say what is owed to them, but they
    too must not hear twice.
    """
    rows = connection.execute(_ROWS).fetchall()
    seen = deliveries(api, lists_of(connection))
    extra = [row for row in rows if seen[row["id"]] > 1 + row["resends"]]
    doubtful = [row for row in rows if row["resends"]]
    steady = [row for row in rows if row["telegram"] not in fickle]
    silent = [row for row in steady if not seen[row["id"]]]
    given_up = [row for row in silent if row["state"] == "closed" and row["doubt"]]
    absent = {row["chat"] for row in rows if row["telegram"] in fickle}
    due = {(chat, story) for chat, story in owed(connection, after) if chat not in absent}
    return Audit(
        alerts=len(rows),
        delivered=sum(seen.values()),
        unqueued=len(due - {(row["chat"], row["story"]) for row in rows}),
        undelivered=len(silent) - len(given_up),
        given_up=len(given_up),
        repeated=len(extra),
        doubtful=len(doubtful),
        doubled=sum(1 for row in doubtful if seen[row["id"]] > 1),
    )


def owed(connection: sqlite3.Connection, after: int) -> set[tuple[int, int]]:
    """(chat, story) for every article since `after` that somebody follows and that is news."""
    follows = [
        (row["chat"], parse_query(row["query"]))
        for row in connection.execute(
            "SELECT follow.chat, topic.query FROM follow JOIN topic ON topic.id = follow.topic"
        )
    ]
    percolator, newest = Percolator(), defaultdict[int, int](int)
    found: set[tuple[int, int]] = set()
    for row in connection.execute(
        "SELECT article.*, feed.publisher FROM article JOIN feed ON feed.id = article.feed"
        " ORDER BY article.id"
    ):
        known, newest[row["feed"]] = (
            newest[row["feed"]],
            max(newest[row["feed"]], row["published"]),
        )
        if row["id"] <= after or row["published"] < known - OLD:
            continue
        article = _article(row)
        for chat, query in follows:
            if percolator.explain(query, article):
                found.add((chat, row["story"]))
    return found


def _article(row: sqlite3.Row) -> Article:
    return Article(
        ArticleId(row["id"]), FeedId(row["feed"]), row["publisher"] or "", row["title"],
        row["link"], row["summary"], row["text"], row["published"], row["first_seen"],
        row["language"],
    )  # fmt: skip
