"""Two stories that turned out to be one become one, while edits can still repair it.

In: a transaction and what the grouper noticed. Out: the rows of one story. Who has a message of
each keeps both; who has one and is owed the other is owed nothing more, and the message grows; who
waited for another publisher hears now. It decides nothing: which stories are one is the grouper's
to say.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.collector.tolls import unaware
from bot.model import Instant, StoryId
from bot.store import Transaction
from bot.stories.cluster import Grouper

log = logging.getLogger(__name__)


async def mend(
    tx: Transaction, grouper: Grouper, now: Instant
) -> Sequence[tuple[StoryId, StoryId]]:
    """(kept, gone) for each; the caller tells the grouper once the transaction is committed."""
    mended = []
    for keep, gone in grouper.merges(now):
        known = {story.id for story in await tx.stories.many([keep, gone])}
        if known != {keep, gone}:  # one of them was not kept by its own transaction
            continue
        for chat, story in await tx.stories.rivals(keep, gone):
            await tx.outbox.close_for(chat, story=story, now=now)
        await tx.stories.absorb(keep, gone)
        await tx.outbox.refresh([keep], now)
        await _ring_the_patient(tx, keep, now)
        mended.append((keep, gone))
        log.info("stories %s and %s are one", keep, gone)
    return mended


async def _ring_the_patient(tx: Transaction, story: StoryId, now: Instant) -> None:
    """For some chats the story has enough publishers only now."""
    one = await tx.stories.get(story)
    told = await tx.articles.many([one.lead]) if one else []
    if one and told:
        lead = told[0]
        waited = await tx.topics.patient(lead.id, lead.feed, story, one.development, now)
        await tx.outbox.queue(await unaware(tx, one, waited), now)
