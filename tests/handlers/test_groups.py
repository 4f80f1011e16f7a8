"""Added, removed, blocked, moved; forum threads."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def test_blocked_and_back(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    await room.amina.block()
    await room.settle()
    assert (await room.chat()).state == "closed"
    await room.amina.unblock()
    await room.settle()
    assert (await room.chat()).state == "open"
    assert await room.labels() == ["Niger"]


async def test_writing_opens_a_closed_chat(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    async with room.store.transaction() as tx:
        await tx.chats.close(room.amina.id, "chat not found", room.clock())
    assert "Niger" in (await room.amina.ask("/topics")).text
    assert (await room.chat()).state == "open"


async def test_added_with_a_word_and_removed_in_silence(room: Room) -> None:
    group = room.api.group(title="Club", members=[room.amina], bot="left")
    await group.add_bot(by=room.amina)
    await room.settle()
    (hello,) = [m for m in group.messages if m.by_bot]
    assert "An admin can begin" in hello.text
    await group.kick_bot()
    await room.settle()
    assert (await room.chat(group.id)).state == "closed"
    await group.add_bot(by=room.amina)
    await room.settle()
    assert (await room.chat(group.id)).state == "open"


async def test_forbidden_to_write(room: Room) -> None:
    group = room.api.group(kind="supergroup", title="Club", members=[room.amina])
    await room.amina.send("/status", group)
    await room.settle()
    await group.restrict_bot()
    await room.settle()
    assert (await room.chat(group.id)).refusal == "rights"
    await group.promote_bot()
    await room.settle()
    assert (await room.chat(group.id)).refusal is None


async def test_one_person_adds_us_to_everything(room: Room) -> None:
    groups = [room.api.group(title=f"Spam {n}", bot="left") for n in range(25)]
    for group in groups:
        await group.add_bot(by=room.amina)
    await room.settle()
    left = [group for group in groups if not group.chat.bot.present]
    assert len(left) == 5
    assert "too many groups" in left[0].messages[-1].text


@pytest.mark.parametrize("order", ["old-first", "new-first"])
async def test_a_group_that_moves_keeps_everything(room: Room, order: str) -> None:
    group = room.api.group(title="Club", admins=[room.amina])
    await room.amina.send("/follow Niger", group)
    await room.settle()
    moved = await group.migrate(order=order)  # type: ignore[arg-type]
    await room.settle()
    assert await room.labels(moved.id) == ["Niger"]
    assert await room.store.chats.find(group.id) is None
    await room.amina.send("/topics", moved)
    await room.settle()
    assert "Niger" in moved.messages[-1].text


async def test_threads_follow_apart(room: Room) -> None:
    forum = room.api.group(kind="supergroup", title="Forum", admins=[room.amina])
    africa, europe = await forum.open_thread("Africa"), await forum.open_thread("Europe")
    await room.amina.send("/follow Niger", forum, thread=africa.id)
    await room.amina.send("/follow Ukraine", forum, thread=europe.id)
    await room.settle()
    answer = forum.messages[-1]
    assert answer.thread == europe.id
    for thread, label in ((africa, "Niger"), (europe, "Ukraine")):
        chat = await room.chat(forum.id, thread.id)
        assert [f.label for f in await room.store.topics.of_chat(chat.id)] == [label]


async def test_a_chat_that_cannot_be_answered_is_closed(room: Room) -> None:
    """The answer to a command finds out what no update told."""
    await room.amina.ask("/start")
    room.api.faults.add("blocked", "sendMessage")
    await room.amina.send("/help")
    await room.settle()
    assert (await room.chat()).state == "closed"
