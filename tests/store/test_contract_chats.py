"""Chats: settings, closing, moving to another id, and being forgotten."""

from __future__ import annotations

import json

import pytest

from bot.errors import StoreError
from bot.model import Alert, Chat, ChatId, NewAlert, Sent
from bot.store import Store
from tests.store.world import WHY, Time, World


async def test_a_chat_is_made_once(world: World, store: Store, time: Time) -> None:
    async with store.transaction() as tx:
        chat = await tx.chats.ensure(-100, 7, "group", "fr", time.now)
        again = await tx.chats.ensure(-100, 7, "supergroup", "en", time.now + 1)
    assert (chat.telegram, chat.thread, chat.language, chat.since) == (-100, 7, "fr", time.now)
    assert (again.id, again.kind, again.language) == (chat.id, "supergroup", "fr")
    assert await store.chats.find(-100) is None
    assert await store.chats.find(-100, 7) == again == await store.chats.get(chat.id)


async def test_change_sets_what_is_named(world: World, store: Store) -> None:
    chat = await world.chat()
    async with store.transaction() as tx:
        changed = await tx.chats.change(
            chat.id, timezone="Africa/Niamey", quiet_from=0, quiet_to=360
        )
        changed = await tx.chats.change(chat.id, quiet_from=None, digest_at=480)
    assert (changed.timezone, changed.quiet_from, changed.quiet_to) == ("Africa/Niamey", None, 360)
    assert changed.digest_at == 480
    assert await store.chats.get(chat.id) == changed
    async with store.transaction() as tx:
        with pytest.raises(TypeError):
            await tx.chats.change(chat.id, telegram=5)  # type: ignore[call-arg]
        with pytest.raises(StoreError, match="not known"):
            await tx.chats.change(ChatId(99), language="en")


async def test_all_open_in_pages(world: World, store: Store, time: Time) -> None:
    chats = [await world.chat() for _ in range(5)]
    async with store.transaction() as tx:
        await tx.chats.close(chats[1].telegram, "blocked", time.now)
    page = await store.chats.all_open(limit=2)
    assert [c.id for c in page] == [chats[0].id, chats[2].id]
    rest = await store.chats.all_open(after_id=page[-1].id, limit=9)
    assert [c.id for c in rest] == [chats[3].id, chats[4].id]


async def test_closing_calls_off_and_reopening_brings_back_the_follows(
    world: World, store: Store, time: Time
) -> None:
    chat = await world.chat()
    alert = await world.owe(chat)
    async with store.transaction() as tx:
        await tx.chats.close(chat.telegram, "The bot was blocked.", time.now)
    closed = await store.chats.get(chat.id)
    assert closed is not None
    assert (closed.state, closed.problem) == ("closed", "The bot was blocked.")
    assert await world.state(alert) == "closed"
    assert await world.claim() == []
    async with store.transaction() as tx:
        await tx.chats.reopen(chat.telegram, time.now)
    opened = await store.chats.get(chat.id)
    assert opened is not None
    assert (opened.state, opened.problem) == ("open", None)
    assert len(await store.topics.of_chat(chat.id)) == 1
    assert await world.claim() == []


async def test_closing_one_thread_or_all(world: World, store: Store, time: Time) -> None:
    general, thread = [await world.chat(-5, thread=n, kind="supergroup") for n in (0, 3)]
    async with store.transaction() as tx:
        await tx.chats.close(-5, "The topic is gone.", time.now, thread=3)
    assert [c.id for c in await store.chats.all_open()] == [general.id]
    async with store.transaction() as tx:
        await tx.chats.close(-5, "Kicked.", time.now)
    assert await store.chats.all_open() == []
    found = await store.chats.get(thread.id)
    assert found is not None
    assert found.problem == "Kicked."


# ── migrate ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_group_becomes_a_supergroup(world: World, store: Store) -> None:
    group = await world.chat(-5, kind="group")
    alert = await world.owe(group)
    async with store.transaction() as tx:
        await tx.chats.change(group.id, language="fr")
        for _ in range(2):  # Telegram tells it twice: in the old group and in the new one
            await tx.chats.migrate(-5, -1005)
            await tx.chats.migrate(-5, -5)
    moved = await store.chats.find(-1005)
    assert moved is not None
    assert (moved.id, moved.kind, moved.language) == (group.id, "supergroup", "fr")
    assert await store.chats.find(-5) is None
    (claimed,) = await world.claim()
    assert (claimed.id, claimed.chat.telegram) == (alert.id, -1005)


async def test_messages_of_the_old_group_are_not_looked_for_in_the_new(
    world: World, store: Store
) -> None:
    group = await world.chat(-5, kind="group")
    await world.owe(group)
    (alert,) = await world.claim()
    await world.send(alert, message=77)
    async with store.transaction() as tx:
        await tx.chats.migrate(-5, -1005)
    assert await store.outbox.by_message(-1005, 77) is None
    assert await world.state(alert) == "sent"


async def both(world: World, group: Chat, new: Chat) -> tuple[Alert, Alert]:
    """The same development, owed to the old group and to the new one."""
    first = await world.owe(group)
    topic = await world.follow(new)
    await world.queue(NewAlert(new.id, first.story.id, 0, topic, first.article.id, WHY))
    second = next(a for a in await world.claim() if a.chat.id == new.id)
    return first, second


@pytest.mark.parametrize("group_first", [True, False], ids=["group first", "supergroup first"])
async def test_when_both_are_known_they_merge(
    world: World, store: Store, group_first: bool
) -> None:
    ids = (-5, -1005) if group_first else (-1005, -5)
    chats = {number: await world.chat(number, kind="group") for number in ids}
    group, new = chats[-5], chats[-1005]
    await world.follow(group, "war", "War")
    feed = await world.feed("private", owner=group)
    old_alert, new_alert = await both(world, group, new)
    await world.send(new_alert, message=9)
    async with store.transaction() as tx:
        await tx.stories.mute(new.id, old_alert.story.id, world.time.now + 60)
        await tx.chats.migrate(-5, -1005)
        await tx.chats.migrate(-5, -1005)
    kept = await store.chats.find(-1005)
    assert kept is not None
    assert kept.id == min(group.id, new.id)
    assert await store.chats.find(-5) is None
    assert {f.query for f in await store.topics.of_chat(kept.id)} == {"niger", "war"}
    assert [f.id for f in await store.feeds.own(kept.id)] == [feed.id]
    assert await store.stories.is_muted(kept.id, old_alert.story.id, world.time.now)
    stats = await store.outbox.chat_stats(kept.id, 0)
    assert (stats.waiting, stats.in_flight, stats.sent_24h) == (0, 0, 1)
    found = await store.outbox.by_message(-1005, 9)
    assert found is not None
    assert found.state == "sent"
    assert await store.check() == []


async def test_alerts_in_flight_in_both_land(world: World, store: Store) -> None:
    group, new = await world.chat(-5, kind="group"), await world.chat(-1005, kind="supergroup")
    for chat in (group, new):
        await world.owe(chat)
    for alert in await world.claim():
        await world.mark(alert)
    async with store.transaction() as tx:
        await tx.chats.migrate(-5, -1005)
    stats = await store.outbox.chat_stats(group.id, 0)
    assert stats.in_flight + stats.waiting == 2
    assert stats.in_flight <= 1


async def test_the_state_is_that_of_the_new_group(world: World, store: Store, time: Time) -> None:
    await world.chat(-5, kind="group")
    await world.chat(-1005, kind="supergroup")
    async with store.transaction() as tx:
        await tx.chats.close(-5, "The group was upgraded.", time.now)
        await tx.chats.migrate(-5, -1005)
    kept = await store.chats.find(-1005)
    assert kept is not None
    assert (kept.state, kept.problem) == ("open", None)


# ── export and forget ────────────────────────────────────────────────────────────────────────────

PERSON = 5_190_417_283_641_907_123  # eight bytes that occur nowhere else


async def live(world: World, store: Store) -> Alert:
    """A person's traces in every table."""
    chat = await world.chat(PERSON)
    await world.owe(chat)
    alert = next(a for a in await world.claim() if a.chat.id == chat.id)
    await world.send(alert)
    topic = await world.follow(chat, "quetzalcoatlus", "Quetzalcoatlus!")
    feed = await world.feed("zyzzyvaprivate", owner=chat)
    article = await world.article(feed, "Xylophonistic whispers")
    story = await world.story(article)
    await world.queue(NewAlert(chat.id, story, 0, topic, article.id, WHY))
    async with store.transaction() as tx:
        await tx.stories.mute(chat.id, alert.story.id, 1)
        await tx.stories.note([(story, article.id, topic, WHY)])
        await tx.set_value(f"chat:{PERSON}:note", "wobbegong")
    return alert


def nothing(telegram: int) -> dict[str, object]:
    return {"telegram": telegram, "chats": [], "facts": {}, "looks_after": []}


async def test_export_holds_everything_and_is_json(world: World, store: Store) -> None:
    alert = await live(world, store)
    await world.chat(PERSON, thread=2)
    data = await store.chats.export(PERSON)
    text = json.dumps(data)
    for word in ("quetzalcoatlus", "Quetzalcoatlus!", "zyzzyvaprivate", "wobbegong", "niger"):
        assert word in text
    assert len(data["chats"]) == 2
    assert [a["state"] for a in data["chats"][0]["alerts"]] == ["sent", "ready"]
    assert data["chats"][0]["muted_stories"][0]["headline"] == alert.story.headline
    assert await store.chats.export(1) == nothing(1)


async def test_forgetting_leaves_nothing(world: World, store: Store) -> None:
    alert = await live(world, store)
    other = await world.chat()
    shared = await world.follow(other, "niger")
    async with store.transaction() as tx:
        await tx.chats.forget(PERSON)
        await tx.chats.forget(PERSON)
    assert await store.chats.export(PERSON) == nothing(PERSON)
    assert await store.outbox.get(alert.id) is None
    assert [t.id for t in await store.topics.all()] == [shared]
    assert await store.feeds.by_url("https://zyzzyvaprivate.example/rss") is None
    assert await store.articles.search("xylophonistic", viewer=None, limit=5) == []
    assert await store.stories.get(alert.story.id) is not None
    assert await store.check() == []


async def test_what_is_being_sent_to_a_forgotten_chat_settles_nowhere(
    world: World, store: Store
) -> None:
    chat = await world.chat(PERSON)
    await world.owe(chat)
    (alert,) = await world.claim()
    await world.mark(alert)
    async with store.transaction() as tx:
        await tx.chats.forget(PERSON)
    assert not await world.settle(alert, Sent(5))
    again = await world.chat(PERSON)
    assert again.id != alert.chat.id
    assert (await store.outbox.stats(world.time.at)).in_flight == 0


async def test_ids_are_never_given_twice(world: World, store: Store) -> None:
    first = await world.chat(PERSON)
    async with store.transaction() as tx:
        await tx.chats.forget(PERSON)
    assert (await world.chat(PERSON)).id > first.id
