"""What is stored can be seen and erased."""

from __future__ import annotations

import json

import pytest

from tests.handlers.conftest import Room

pytestmark = pytest.mark.loopback


async def test_privacy_names_the_commands(room: Room) -> None:
    card = await room.amina.ask("/privacy")
    assert "/export" in card.text
    assert "/delete_me" in card.text


async def test_export_is_a_document_with_everything(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    card = await room.amina.ask("/export")
    assert card.file is not None
    assert "everything" in card.text
    body = json.loads(next(iter(room.api.files.values())))
    assert "Niger" in json.dumps(body)


async def test_erasing_takes_two_steps(room: Room) -> None:
    await room.amina.ask("/follow Niger")
    card = await room.amina.ask("/delete_me")
    assert await room.labels() == ["Niger"]
    await room.toast(card, "Keep it")
    assert "Nothing was erased" in card.text
    assert await room.labels() == ["Niger"]
    card = await room.amina.ask("/delete_me")
    await room.toast(card, "Erase everything")
    assert "erased" in card.text
    assert await room.store.chats.find(room.amina.id) is None


async def test_nothing_is_written_back_afterwards(room: Room) -> None:
    card = await room.amina.ask("/delete_me")
    await room.toast(card, "Erase everything")
    room.clock.at += 5
    await room.settle()
    assert await room.store.chats.find(room.amina.id) is None
    assert "nothing" in (await room.amina.ask("/topics")).text
    assert await room.labels() == []
