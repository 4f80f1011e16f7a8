"""Quiet hours and times of day, as the reader's own clock shows them.

In: a chat's choices and an instant. Out: instants and dates. Pure; knows days of 23 and 25 hours.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import zone_of
from bot.model import Chat, Instant


def quiet_until(chat: Chat, now: float) -> Instant | None:
    """When the quiet hours end that the chat is in; None outside them.

    From `quiet_from` (included) to `quiet_to` (not); equal ones mean no quiet hours.
    """
    start, end = chat.quiet_from, chat.quiet_to
    if start is None or end is None or start == end:
        return None
    zone = zone_of(chat.timezone)
    local = datetime.fromtimestamp(now, zone)
    minute = local.hour * 60 + local.minute
    over_midnight = start > end
    inside = (minute >= start or minute < end) if over_midnight else (start <= minute < end)
    if not inside:
        return None
    tomorrow = over_midnight and minute >= start
    return _next(local.date() + timedelta(days=tomorrow), end, zone, now)


def local_date(timezone: str, now: float) -> date:
    """The date on the reader's calendar."""
    return datetime.fromtimestamp(now, zone_of(timezone)).date()


def minutes_past(timezone: str, minute: int, now: float) -> int:
    """Minutes by the reader's clock since `minute` of the present day; negative before it.

    By the clock on the wall: a time that the change to summer time skips has passed when it ends.
    """
    local = datetime.fromtimestamp(now, zone_of(timezone))
    return local.hour * 60 + local.minute - minute


def _next(day: date, minute: int, zone: ZoneInfo, now: float) -> Instant:
    """The instant of a time of day; its second occurrence where the first has passed."""
    at = datetime.combine(day, time(minute // 60 % 24, minute % 60), zone)
    if at.timestamp() <= now:
        at = at.replace(fold=1)
    # A wall clock that stands still or runs backwards never holds an alert for nothing.
    return int(max(at.timestamp(), now + 1))
