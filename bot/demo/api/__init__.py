"""The strict local Bot API server; bot/demo/api/server.py says how to use it."""

from bot.demo.api.events import Event
from bot.demo.api.faults import Fault
from bot.demo.api.limits import Limits
from bot.demo.api.messages import Message
from bot.demo.api.people import NoButtonError, Person, Tap
from bot.demo.api.places import Place
from bot.demo.api.server import BotApi

__all__ = [
    "BotApi",
    "Event",
    "Fault",
    "Limits",
    "Message",
    "NoButtonError",
    "Person",
    "Place",
    "Tap",
]
