"""Many alerts of a chat as one message: after an outage, after quiet hours, in a burst.

In: an alert that goes for others of its chat (`bot.store.folding` chose them by `RULES`). Out: one
message with the widest and newest stories, and all others behind a fold; or none, where nobody
wants any of them any more. It refuses to know how a message is sent, and that rows have states.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.delivery.callback import OPEN, pack
from bot.delivery.render import Button, Keyboard, Message, alert_message, listed, titled
from bot.delivery.spans import MESSAGE_UNITS, Text
from bot.delivery.teaser import Teasers
from bot.i18n import Texts
from bot.model import Alert, Clock
from bot.store import Store
from bot.store.folding import FoldingRules
from bot.stories.rank import rank

RULES = FoldingRules(
    # By then every outlet has the story and most readers have met it elsewhere: it is worth a line,
    # not a ring. Below it, an outage is one that nobody notices next day.
    stale=3 * 3600,
    wide=8,  # a story that so many tell is the news of the day, and rings three hours later too
    # More than five messages in five minutes are read by nobody one by one; after them one every
    # half minute, with all that has come meanwhile, is as fast as anybody looks at a phone.
    rings=5,
    first=3,
    window=300,
    breath=30,
)
LINES = 10  # stories that are told with outlet and time
FOLDED = 40  # further ones, a line each, behind a fold that opens in place
_ROW = 5  # numbers side by side
_KEPT_FREE = 160  # units for the end of the message
_TITLES = {"late": "catchup.late", "quiet": "catchup.quiet", "burst": "catchup.burst"}
HEADLINES = "hl:0:0"  # the button's data in `handlers.stories`: the first page of all topics


class CatchUp:
    def __init__(
        self, store: Store, teasers: Teasers, texts_for: Callable[[str], Texts], now: Clock
    ) -> None:
        self._store = store
        self._teasers = teasers
        self._texts_for = texts_for
        self._now = now

    async def message(self, alert: Alert) -> Message | None:
        """The list that goes with a claimed alert; an ordinary alert where it is alone in it.

        None, and the claim is dropped, where its reader wants none of it any more.
        """
        now, texts = self._now(), self._texts_for(alert.chat.language)
        found, total = await self._store.outbox.carried(alert.id, now, LINES + FOLDED)
        if not found:
            async with self._store.transaction() as tx:
                await tx.outbox.drop(alert, now)
            return None
        if total == 1 and found[0].id == alert.id:
            summary = await self._teasers.of(alert)
            return alert_message(alert, summary, alert.chat, texts, now=now)
        return list_message(alert, found, total, texts, now=now)


def list_message(
    carrier: Alert, alerts: Sequence[Alert], total: int, texts: Texts, *, now: float
) -> Message:
    """Title with the number; ten stories with outlet and time; the others behind a fold; how many
    there was no room for.

    `alerts`: of `total` ones, those worth telling most; of a story its last development counts.
    """
    told = _in_order(alerts, now)
    count = total - (len(alerts) - len(told))
    text = Text().bold(texts.n(_TITLES[carrier.gathers], count))
    for number, alert in enumerate(told[:LINES], 1):
        text.line(2).add(listed(alert, carrier.chat, texts, f"{number}.", now=now))
    shown = LINES + _fold(text, told[LINES:], texts)
    if count > shown:
        text.line(2).italic(texts.n("alert.more", count - shown))
    if carrier.doubt:
        text.line(2).italic(texts("alert.doubt"))
    return Message(text, _buttons(told[:LINES], texts))


def _buttons(alerts: Sequence[Alert], texts: Texts) -> Keyboard:
    """A number for each story, which opens its alert in place; then the headlines."""
    numbers = [Button(str(n), pack(OPEN, alert.id)) for n, alert in enumerate(alerts, 1)]
    rows = [tuple(numbers[at : at + _ROW]) for at in range(0, len(numbers), _ROW)]
    return (*rows, (Button(texts("button.headlines"), HEADLINES),))


def _in_order(alerts: Sequence[Alert], now: float) -> list[Alert]:
    """The last development of each story, the most important first."""
    last = {a.story.id: a for a in sorted(alerts, key=lambda a: (a.development, a.id))}
    return [last[story.id] for story in rank([a.story for a in last.values()], int(now))]


def _fold(text: Text, alerts: Sequence[Alert], texts: Texts) -> int:
    """Adds what there is room for, one line each, in a quote that opens at a tap; how many."""
    inner, room, number = Text(), MESSAGE_UNITS - _KEPT_FREE - text.length(), 0
    for alert in alerts:
        line = titled(alert, texts)
        room -= line.length() + 1
        if room < 0:
            break
        inner.line(1 if number else 0).add(line)
        number += 1
    if number:
        text.line(2).quote(inner, expandable=True)
    return number
