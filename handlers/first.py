"""Whether a bot that begins with an empty database has lived before.

Comes in: a bot, its store. Goes out: nothing, or the refusal to begin. Telegram keeps the menu of
commands that an earlier life has set; where the database does not know of that life, a volume or a
disk is missing, and whoever follows something would never hear of it again
(docs/decisions/0004-faults.md). It refuses to know what the commands do.
"""

from __future__ import annotations

from telegram import Bot, BotCommandScopeAllPrivateChats

from bot.errors import StoreMissing
from bot.store import Store

_MET = "telegram.met"
_OURS = {"follow", "unfollow", "topics", "delete_me"}  # no other program's menu has them all


async def meet(bot: Bot, store: Store, *, anew: bool) -> None:
    """Remember that this database and this bot belong together.

    Raises StoreMissing for a bot that has lived with another one, unless it is to begin `anew`.
    """
    if await store.get_value(_MET) or await store.chats.all_open(limit=1):
        return  # whoever is in it has talked with this bot
    if not anew and await _has_lived(bot):
        raise StoreMissing(
            "This bot has run before, and its database is not here: DATABASE_URL leads to a new "
            "and empty one. Is a disk or a volume missing? Put the database back, or a backup of "
            "it. To begin anew, without it: newsbell run --init"
        )
    async with store.transaction() as tx:
        await tx.set_value(_MET, "1")


async def _has_lived(bot: Bot) -> bool:
    menu = await bot.get_my_commands(scope=BotCommandScopeAllPrivateChats())
    return {command.command for command in menu} >= _OURS
