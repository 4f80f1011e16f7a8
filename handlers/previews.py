"""What a topic would bring, and the buttons that make it bring less: one card before and after.

Comes in: previews, topics, rules. Goes out: text and rows of cards. Buttons of a topic that is
followed carry its number; those of one that is not carry its words, so that nobody learns of a
topic by its number. It refuses to know what a button does.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.delivery.render import Button, Text
from bot.model import Follow
from bot.subscriptions.feeds import PREVIEW_DAYS, Preview
from bot.subscriptions.rules import only_headlines, rules_of, shown
from bot.topics.query import Query
from handlers.cards import data, phrase, rule_text, story_line
from handlers.context import Call

FLOOD = 20  # stories a day that are more than anybody wants to hear of
RINGS = (1, 2, 3, 0)  # when a topic may ring; see `Follow.rings_at`


@dataclass(frozen=True)
class Count:
    """Stories of the same days by the rule before and the rule now."""

    before: int
    after: int


def preview_text(call: Call, preview: Preview, rings: int = 1) -> Text:
    """How much a topic would have brought, and the latest of it."""
    texts, text = call.texts, Text()
    if not preview.stories:
        phrase(text, texts, "preview.none", topic=preview.label)
        return text
    pace = round(preview.per_day)
    key = "preview.young" if preview.days < PREVIEW_DAYS else "preview.week"
    if pace >= 1:
        key = f"{key}_busy"
    phrase(text, texts, key, preview.stories, topic=preview.label, pace=pace)
    if preview.per_day > FLOOD and rings == 1 and preview.ringing(2) < preview.stories:
        text.line().italic(texts("tune.flood", n=preview.ringing(2)))
    if preview.examples:
        text.line(2).text(texts("preview.latest"))
    for story in preview.examples:
        story_line(text.line(), texts, story, call.now)
    return text


def add_rules(text: Text, call: Call, query: Query, rings: int, count: Count | None) -> Text:
    """The rule as it is typed, when it rings, and what a change of it made of the last days."""
    texts = call.texts
    rule_text(text.text(texts("tune.rule")).text(" "), texts, shown(query))
    if rings != 1:
        text.line().text(texts(ring_key(rings)))
    if rings == 0 and call.chat.digest_at is None:
        text.line().italic(texts("tune.no_digest"))
    if count is not None:
        text.line().text(texts("tune.change", before=count.before, after=count.after))
    return text


def ring_count(preview: Preview, rings: int) -> Count | None:
    """What waiting for more publishers leaves of the stories; None where nobody waits."""
    return Count(preview.stories, preview.ringing(rings)) if rings > 1 else None


def has_rules(query: Query, rings: int) -> bool:
    """Whether there is more to say of a topic than its name."""
    rules = rules_of(query)
    return rings != 1 or len(rules.counts) > 1 or bool(rules.without) or only_headlines(query)


def ring_key(rings: int) -> str:
    return f"tune.ring_{rings}"


# ── the buttons ──


def tune_rows(call: Call, follow: Follow, preview: Preview) -> list[list[Button]]:
    """Rules for a topic that is followed."""
    texts, topic, rings = call.texts, follow.topic, follow.rings_at
    titled = only_headlines(preview.query)
    key = "tune.anywhere" if titled else "tune.headlines"
    wait = 1 if rings == 2 else 2
    rows = [
        [
            Button(texts(key), data("th", topic, int(not titled))),
            Button(texts(f"tune.how_{wait}"), data("tr", topic, wait)),
        ]
    ]
    if preview.stories:
        rows.append([Button(texts("tune.not"), data("nx", topic))])
    return rows


def offer_rows(call: Call, preview: Preview, rings: int) -> list[list[Button]]:
    """Rules for words that are not followed yet."""
    if not preview.stories:
        return []
    texts, words = call.texts, preview.query.label
    titled = only_headlines(preview.query)
    key = "tune.anywhere" if titled else "tune.headlines"
    wait = 1 if rings == 2 else 2
    return [
        [
            Button(texts(key), data("ph", int(not titled), rings, words)),
            Button(texts(f"tune.how_{wait}"), data("pp", wait, words)),
        ],
        [Button(texts("tune.not"), data("pn", rings, words))],
    ]


def follow_button(call: Call, words: str, rings: int = 1) -> Button:
    carried = data("fo", words) if rings == 1 else data("fr", rings, words)
    return Button(call.texts("button.follow"), carried)


def undo_button(call: Call, present: int, former: int) -> Button:
    return Button(call.texts("button.undo"), data("ub", present, former))


def topics_button(call: Call) -> Button:
    return Button(call.texts("button.topics"), data("tp", 0))


def card_button(call: Call, topic: int) -> Button:
    return Button(call.texts("tune.more"), data("tc", topic, 0))
