"""How updates reach a bot: polling, conflicts, webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes
from telegram.request import HTTPXRequest

from bot.demo.api import BotApi, Limits, Person
from tests.demo.api.conftest import plain_bot

pytestmark = pytest.mark.loopback


@pytest.fixture
async def application(api: BotApi) -> AsyncIterator[Application]:  # type: ignore[type-arg]
    """A small bot: /start shows a button, a tap changes the text."""

    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        button = InlineKeyboardButton("Follow Niger", callback_data="f:1")
        assert update.effective_message is not None
        await update.effective_message.reply_html(
            "<b>News</b>", reply_markup=InlineKeyboardMarkup([[button]])
        )

    async def follow(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Following")
        await update.callback_query.edit_message_text("You follow Niger")

    made = (
        Application.builder()
        .token(api.token)
        .base_url(f"{api.url}/bot")
        .request(HTTPXRequest(httpx_kwargs={"verify": False}))
        .get_updates_request(HTTPXRequest(httpx_kwargs={"verify": False}))
        .build()
    )
    made.add_handler(CommandHandler("start", start))
    made.add_handler(CallbackQueryHandler(follow))
    await made.initialize()
    await made.start()
    yield made
    if made.updater is not None and made.updater.running:
        await made.updater.stop()
    await made.stop()
    await made.shutdown()


async def converse(api: BotApi) -> None:
    amina = api.user(1001, "Amina", "fr")
    card = await amina.ask("/start")
    assert (card.text, card.labels) == ("News", ["Follow Niger"])
    tap = await amina.tap(card, "Follow")
    assert await tap.answered() == {"text": "Following", "alert": False, "url": ""}
    await api.wait_for(lambda: card.text == "You follow Niger")


async def test_polling(api: BotApi, application: Application) -> None:  # type: ignore[type-arg]
    assert application.updater is not None
    await application.updater.start_polling(timeout=5)
    await converse(api)


async def test_webhook_with_a_secret(
    api: BotApi,
    application: Application,  # type: ignore[type-arg]
) -> None:
    refused = 0

    async def hook(request: web.Request) -> web.Response:
        nonlocal refused
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_"
        if refused == 0:
            refused += 1
            return web.Response(status=503)
        await application.update_queue.put(Update.de_json(await request.json(), application.bot))
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    api.webhook.first_wait = 0.01
    await application.bot.set_webhook(url, secret_token="s3cret_", allowed_updates=["message"])
    await api.user(1001).send("/start")
    await api.wait_for(lambda: len(api.messages(1001)) == 2)
    info = await application.bot.get_webhook_info()
    assert (info.url, info.pending_update_count, api.webhook.tries) == (url, 0, 2)
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    with pytest.raises(Conflict, match="webhook is active"):
        await application.bot.get_updates()
    await application.bot.set_webhook(url, secret_token="s3cret_", allowed_updates=[])
    await converse(api)
    await application.bot.delete_webhook()
    assert await application.bot.get_updates() == ()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("url", "secret", "text"),
    [
        ("ftp://127.0.0.1/", None, "https url must be provided"),
        ("https://example.org/", None, "loopback only"),
        ("http://127.0.0.1/", "späh", "unallowed characters"),
        ("http://127.0.0.1/", "x" * 257, "too long"),
    ],
)
async def test_bad_webhooks(bot: Bot, url: str, secret: str | None, text: str) -> None:
    with pytest.raises(BadRequest) as error:
        await bot.set_webhook(url, secret_token=secret)
    assert text in error.value.message.lower()


async def test_an_offset_confirms_what_came_before(api: BotApi, bot: Bot, amina: Person) -> None:
    for text in ("one", "two", "three"):
        await amina.send(text)
    texts = [u.message.text for u in await bot.get_updates(limit=2) if u.message]
    assert texts == ["/start", "one"]
    second = await bot.get_updates(offset=100000003)
    assert [u.message.text for u in second if u.message] == ["two", "three"]
    again = await bot.get_updates(offset=100000003)
    assert [u.update_id for u in again] == [100000003, 100000004]
    last = await bot.get_updates(offset=-1)
    assert [u.message.text for u in last if u.message] == ["three"]
    assert await bot.get_updates(offset=100000005) == ()


async def test_a_long_poll_ends_with_the_first_update(api: BotApi, bot: Bot, amina: Person) -> None:
    await bot.get_updates(offset=-1)
    poll = asyncio.create_task(bot.get_updates(offset=100000002, timeout=30, read_timeout=30))
    await api.wait_for(lambda: api.updates.polling)
    await amina.send("now")
    assert [u.message.text for u in await poll if u.message] == ["now"]


async def test_the_older_of_two_polls_gets_a_conflict(api: BotApi, bot: Bot) -> None:
    async with plain_bot(api) as other:
        old = asyncio.create_task(bot.get_updates(timeout=30, read_timeout=30))
        await api.wait_for(lambda: api.updates.polling)
        new = asyncio.create_task(other.get_updates(timeout=30, read_timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await old
        await api.user(5).send("/start")
        assert len(await new) == 1


async def test_setting_a_webhook_ends_a_poll(api: BotApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30, read_timeout=30))
    await api.wait_for(lambda: api.updates.polling)
    await bot.set_webhook("http://127.0.0.1:9/", secret_token="x")
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await poll
    await bot.delete_webhook(drop_pending_updates=True)


async def test_a_poller_that_goes_away_leaves_no_trace(api: BotApi, bot: Bot) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30, read_timeout=30))
    await api.wait_for(lambda: api.updates.polling)
    poll.cancel()
    await api.wait_for(lambda: not api.updates.polling)
    assert await bot.get_updates() == ()


async def test_only_the_kinds_that_were_asked_for(api: BotApi, bot: Bot, amina: Person) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["my_chat_member"])
    await bot.get_updates(offset=100000002)
    await amina.send("unheard")
    await amina.block()
    (update,) = await bot.get_updates()
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_odd_updates_and_repeats(api: BotApi, bot: Bot) -> None:
    api.updates.put({"poll_of_the_future": {"x": 1}})
    first = api.updates.put({"message": api.user(5).user.as_json()})
    api.updates.put({"update_id": first["update_id"], "channel_post": None})
    async with httpx.AsyncClient() as http:
        raw = (await http.get(f"{api.url}/bot{api.token}/getUpdates")).json()
    assert [u["update_id"] for u in raw["result"]] == [100000001, 100000002, 100000002]


async def test_conflicts_come_slowly_when_they_repeat() -> None:
    slow = BotApi(limits=Limits(conflict_seconds=0.05), now=lambda: 0.0)
    async with slow as api, plain_bot(api) as bot:
        await bot.set_webhook("http://127.0.0.1:9/", secret_token="x")
        for _ in range(2):
            with pytest.raises(Conflict):
                await bot.get_updates()
    assert [c.status for c in slow.log.of("getUpdates")] == [409, 409]
