"""TELL: what is owed becomes messages in Telegram, once each.

In: rows of the outbox. Out: messages, and what became of them. Knows nothing of feeds or queries.
"""

import os

# Before any 429 is met: PTB then gives `retry_after` as a timedelta, without a warning.
# https://docs.python-telegram-bot.org/en/v22.8/telegram.error.html#telegram.error.RetryAfter
os.environ.setdefault("PTB_TIMEDELTA", "1")
