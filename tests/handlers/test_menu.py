"""The menu comes from the table, in every language, for those who may use it."""

from __future__ import annotations

import pytest

from bot.i18n import languages
from handlers import COMMANDS, announce
from tests.handlers.conftest import OPERATOR, Room

pytestmark = pytest.mark.loopback


async def test_menus_by_scope_and_language(room: Room) -> None:
    room.api.user(OPERATOR, "Operator")
    await room.api.user(OPERATOR).ask("/start")
    assert await announce(room.application, room.services)
    group = room.api.group(title="Club", members=[room.amina])
    names = {entry["command"] for entry in room.api.commands_for(room.amina.id, "en")}
    assert names == {c.name for c in COMMANDS} - {"admin"}
    assert "admin" in {e["command"] for e in room.api.commands_for(OPERATOR, "en")}
    in_group = {e["command"] for e in room.api.commands_for(group.id, "en", room.amina.id)}
    assert "follow" not in in_group
    assert "headlines" in in_group
    french = {e["description"] for e in room.api.commands_for(room.amina.id, "fr")}
    assert "Commencer ici" in french


async def test_nothing_is_asked_when_nothing_changed(room: Room) -> None:
    await announce(room.application, room.services)
    calls = len(room.api.log.of("setMyCommands"))
    assert calls == 4 * len(languages())
    assert not await announce(room.application, room.services)
    assert len(room.api.log.of("setMyCommands")) == calls


async def test_telegram_out_of_reach_is_no_reason_not_to_start(room: Room) -> None:
    room.api.faults.add("502", "setMyCommands")
    assert not await announce(room.application, room.services)
    assert await announce(room.application, room.services)


async def test_help_is_the_same_table(room: Room) -> None:
    card = await room.amina.ask("/help")
    for command in COMMANDS:
        assert (f"/{command.name} " in card.text) == (command.name != "admin")
