"""Newsbell without Telegram and without a network: a strict local Bot API, sample news, a chat page."""
