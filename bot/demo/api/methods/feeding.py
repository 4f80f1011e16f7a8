"""How updates reach the bot: getUpdates, and the webhook instead of it.

In: parameters. Out: updates, or the state of the webhook. One of the two at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.api.errors import conflict
from bot.demo.api.log import Call
from bot.demo.api.params import Params

if TYPE_CHECKING:
    from bot.demo.api.server import BotApi

Json = dict[str, Any]

_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
    "first"
)


async def get_updates(api: BotApi, params: Params, call: Call) -> list[Json]:
    if api.webhook.url:
        await api.updates.hold_conflict()
        raise conflict(_WEBHOOK_ACTIVE)
    if params.has("allowed_updates"):
        api.updates.allow(params.array("allowed_updates", "strings"))
    limit = params.number("limit", 100)
    limit = limit if 1 <= limit <= 100 else 100
    return await api.updates.get(params.number("offset"), limit, params.number("timeout"))


async def set_webhook(api: BotApi, params: Params, call: Call) -> bool:
    url = params.text("url")
    if not url:
        return await delete_webhook(api, params, call)
    connections = params.number("max_connections", 40)
    api.webhook.set(url, params.text("secret_token"), min(max(connections, 1), 100))
    if params.has("allowed_updates"):
        api.updates.allow(params.array("allowed_updates", "strings"))
    if params.flag("drop_pending_updates"):
        api.updates.drop()
    api.updates.interrupt("terminated by setWebhook request")
    return True


async def delete_webhook(api: BotApi, params: Params, call: Call) -> bool:
    api.webhook.remove()
    if params.flag("drop_pending_updates"):
        api.updates.drop()
    return True


async def get_webhook_info(api: BotApi, params: Params, call: Call) -> Json:
    return api.webhook.info()


METHODS = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
